"""Decides whether a report and a development speak of the same event.

What happens to a development once a report is found to belong to it, `absorb.py` says.
"""

from extractors.developments.actors import is_state
from extractors.developments.naming import name_key, similarity, take_apart
from extractors.developments.sketch import MUTUAL, PERSONAL, Sketch, stance
from extractors.developments.spans import gap
from extractors.developments.timing import days_apart

SAME_PLACE = 0.3


def score(report: Sketch, other: Sketch) -> float | None:
    """How surely both speak of the same event (above 0), or None: they don't, or nothing says that they do."""
    if report.action != other.action or stance(report.modality) != stance(other.modality):
        return None
    named, exact = _name_score(report, other)
    if named is None:
        return None
    # The same story put out again tells the same event, whatever date its new page suggests.
    copied = exact and report.copy_of is not None and report.copy_of in other.articles
    apart = days_apart(report, other)
    if apart is None and not copied:
        return None
    place = _place_score(report, other)
    if place < 0 and report.action == "convene" and not copied:
        return None
    met = _agents_score(report, other, exact=exact, same_day=apart == 0, same_place=place > 0)
    if met is None:
        return None
    if exact and not report.known and max(map(_telling, report.names)) < 1.5 and met <= 0 and place <= 0:
        return None  # "a security pact", and nothing that says whose
    if not exact and not _backed(named, met, place, report, other):
        return None
    near = 0.0 if apart is None else 1 / (1 + apart)
    alike = 0.1 * (report.is_background == other.is_background)
    return named + met + near + place + alike


def _name_score(report: Sketch, other: Sketch) -> tuple[float | None, bool]:
    """Likeness of what both call the initiative, and whether it is beyond doubt."""
    if report.initiative_id == other.initiative_id:
        return 1.0, True
    if report.known and other.known:
        return None, False
    keys = {name_key(name) for name in report.names if _telling(name) > 1}
    if any(name_key(name) in keys for name in other.names):
        return 0.95, True
    if report.known or other.known:
        return None, False
    best = max(
        (similarity(one, two) for one in map(take_apart, report.names) for two in map(take_apart, other.names)),
        default=0.0,
    )
    return (best, False) if best >= _floor(report, other) else (None, False)


def _floor(report: Sketch, other: Sketch) -> float:
    """How alike two names must be, the less the more else agrees."""
    if report.articles & other.articles:
        # An article that lists two proposals knows them apart: only nearly the same words bring them together.
        return 0.8
    one, two = report.span, other.span
    same_circle = len(report.agents) > 1 and report.agents == other.agents
    if same_circle and one is not None and two is not None and gap(one, two) == 0:
        return 0.35
    return 0.5


def _telling(name: str) -> float:
    """How much a name says: 1 for a bare head noun ("the platform")."""
    return take_apart(name).weight


def _place_score(report: Sketch, other: Sketch) -> float:
    """Positive for the same place, negative for another, 0 where one is silent."""
    if not (report.place or report.place_code) or not (other.place or other.place_code):
        return 0.0
    if report.place_code and other.place_code and report.place_code != other.place_code:
        return -0.4
    if report.place and other.place:
        if name_key(report.place) == name_key(other.place):
            return SAME_PLACE
        if take_apart(report.place).parties or take_apart(other.place).parties:
            return 0.1 if report.place_code == other.place_code else 0.0  # one names only the country
        one, two = report.span, other.span
        if one and two and one.is_day and two.is_day and one.first != two.first and report.place_code is not None:
            return -0.4 if "," not in report.place + other.place else 0.0
    return 0.1 if report.place_code and report.place_code == other.place_code else 0.0


def _agents_score(report: Sketch, other: Sketch, *, exact: bool, same_day: bool, same_place: bool) -> float | None:
    """Overlap of those who act, or None where they are others."""
    mine, theirs = _acting(report), _acting(other)
    if not mine or not theirs:
        if report.action in PERSONAL and (mine or theirs):
            nobody = not (report.agents or report.others) or not (other.agents or other.others)
            return 0.1 if _anyone(report) & _anyone(other) else 0.0 if nobody and exact and same_day else None
        return 0.0
    shared = mine & theirs
    if not shared:
        if report.action not in MUTUAL:
            return None
        alike = (mine | report.others) & (theirs | other.others) or _acts_through(mine, theirs)
        return 0.1 if exact and alike and same_day else None
    if mine <= theirs or theirs <= mine:
        return 0.3 + 0.2 * len(shared) / len(mine | theirs)
    likeness = len(shared) / len(mine | theirs)
    if likeness >= 0.5 or (exact and report.known and (same_day or same_place)):
        return 0.2 + 0.2 * likeness
    return None


def _acts_through(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether one telling names organisations alone and the other states alone: what a body does, its members do."""
    sorts = [set(map(is_state, side)) for side in (mine, theirs)]
    return {True} in sorts and {False} in sorts


def _anyone(sketch: Sketch) -> frozenset[str]:
    """Whoever is named, and the state where it took place: "the treaty was ratified in Canberra"."""
    return sketch.agents | sketch.others | (frozenset({sketch.place_code}) if sketch.place_code else frozenset())


def _acting(sketch: Sketch) -> frozenset[str]:
    """The agents, with the states that the initiative's own name names."""
    if sketch.known:
        return sketch.agents
    named: frozenset[str] = frozenset()
    if sketch.action in MUTUAL:
        for name in sketch.names:
            named |= take_apart(name).parties
    return sketch.agents | named


def _backed(named: float, met: float, place: float, report: Sketch, other: Sketch) -> bool:
    """Whether agents, date and place bear out a likeness of names that is not equality."""
    one, two = report.span, other.span
    if one is None or two is None:
        return False
    if not met and place >= 0 and not report.articles & other.articles:
        # Nobody is named here. All else the same, or a name that few things could have, will do.
        telling = max(_telling(name) for name in report.names)
        if (one.is_day and one == two and named >= 0.75) or (named >= 0.8 and telling >= 2):
            return True
    near = gap(one, two) <= 1
    if met > 0 and place >= 0:
        return near or named >= 0.75
    return near and place >= SAME_PLACE and named >= 0.6
