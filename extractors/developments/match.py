"""Decides whether a report and a development speak of the same event, and finds the few that are worth asking about.

What happens to a development once a report is found to belong to it, `assign.py` says.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors.developments.naming import name_key, similarity, take_apart
from extractors.developments.spans import AGREE_DAYS, Span, gap
from extractors.records import Action, Kind, Modality

MUTUAL: frozenset[Action] = frozenset({"negotiate", "agree", "sign", "launch", "convene", "extend"})
"""Actions done together: whoever is named, as agent, host or member, is one of those who did it."""
PERSONAL: frozenset[Action] = frozenset({"join", "withdraw", "endorse", "oppose", "ratify"})
"""Actions that each does for itself: two states that join are two events."""
ONCE: frozenset[Action] = frozenset({"propose", "agree", "sign", "ratify", "launch"})
"""Actions that an initiative sees once, or seldom: an undated report of one some days later tells of no second."""
ONCE_DAYS = 14
DRILL_DAYS = 7
"""A drill runs on for days: reports of one day of it speak of the same drill."""
SAME_PLACE = 0.3
BUCKET_DAYS = 30
WIDE_DAYS = 100
"""A span longer than this (a year, say) goes to no bucket: it is compared with all of its initiative and action."""

Stance = str
"""fact (planned or actual), possible or negated: reports of different stance never tell the same event."""


def stance(modality: Modality) -> Stance:
    return modality if modality in ("possible", "negated") else "fact"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared of a report or a development."""

    initiative_id: str
    known: bool
    kind: Kind
    action: Action
    modality: Modality
    names: tuple[str, ...]
    agents: frozenset[str]
    others: frozenset[str]
    span: Span | None
    place: str | None
    place_code: str | None
    is_background: bool
    articles: frozenset[str]
    copy_of: str | None = None
    """Of a report: the article that its own is a copy of."""


def score(report: Sketch, other: Sketch) -> float | None:
    """How surely both speak of the same event (above 0), or None: they don't, or nothing says that they do."""
    if report.action != other.action or stance(report.modality) != stance(other.modality):
        return None
    named, exact = _name_score(report, other)
    if named is None:
        return None
    # The same story put out again tells the same event, whatever date its new page suggests.
    copied = exact and report.copy_of is not None and report.copy_of in other.articles
    apart = _days_apart(report, other)
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


def _days_apart(report: Sketch, other: Sketch) -> int | None:
    """Days between the two spans, or None where that is too far."""
    one, two = report.span, other.span
    if one is None or two is None:
        # Recalled without a date: only another such recollection is surely the same.
        return 1 if one is two else None
    allowed = DRILL_DAYS if report.kind == "exercise" or other.kind == "exercise" else AGREE_DAYS
    if report.action in ONCE and (one.soft or two.soft) and not _is_standing(report):
        allowed = ONCE_DAYS
    if max(one.days, two.days) > WIDE_DAYS:
        allowed = 0  # "this year" and "next year" touch, and are not the same
    if _told_apart(report, other) or _promised_after(report, other) or _promised_after(other, report):
        return None
    apart = gap(one, two)
    return apart if apart <= allowed else None


def _is_standing(sketch: Sketch) -> bool:
    """A known body goes on proposing and deciding; of a treaty or a novel initiative there is one proposal."""
    return sketch.known and sketch.kind in ("organisation", "forum")


def _told_apart(report: Sketch, other: Sketch) -> bool:
    """What one article says was done, and what it says without a date will be done, are two things."""
    if report.modality == other.modality or not report.articles & other.articles:
        return False
    return any(span is None or span.soft or span.days > 0 for span in (report.span, other.span))


def _promised_after(plan: Sketch, fact: Sketch) -> bool:
    """An undated "will be held" written after a session is over speaks of the next one."""
    return (
        plan.modality == "planned"
        and plan.span is not None
        and plan.span.soft
        and fact.modality == "actual"
        and fact.span is not None
        and fact.span.last < plan.span.first
    )


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
            return 0.1 if (report.agents | report.others) & (other.agents | other.others) else None
        return 0.0
    shared = mine & theirs
    if not shared:
        if report.action not in MUTUAL:
            return None
        everyone, all_others = mine | report.others, theirs | other.others
        return 0.1 if exact and everyone & all_others and same_day else None
    if mine <= theirs or theirs <= mine:
        return 0.3 + 0.2 * len(shared) / len(mine | theirs)
    likeness = len(shared) / len(mine | theirs)
    if likeness >= 0.5 or (exact and report.known and (same_day or same_place)):
        return 0.2 + 0.2 * likeness
    return None


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
    near = gap(one, two) <= 1
    if met > 0 and place >= 0:
        return near or named >= 0.75
    return near and place >= SAME_PLACE and named >= 0.6


class Index:
    """Sketches by id, found by initiative, action and month: a compiled table, so that not all pairs are compared."""

    def __init__(self) -> None:
        self._sketches: dict[str, Sketch] = {}
        self._dated: defaultdict[tuple[str, str, str, int], set[str]] = defaultdict(set)
        self._wide: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._all: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        self._by_article: defaultdict[str, set[str]] = defaultdict(set)

    def __getitem__(self, key: str) -> Sketch:
        return self._sketches[key]

    def put(self, key: str, sketch: Sketch) -> None:
        """Add a sketch, or replace the one of that key (which stays findable by what it was)."""
        self._sketches[key] = sketch
        buckets = _buckets(sketch.span, 0)
        for block in _blocks(sketch):
            self._all[block].add(key)
            if buckets is None:
                self._wide[block].add(key)
            else:
                for bucket in buckets:
                    self._dated[*block, bucket].add(key)
        for article in sketch.articles:
            self._by_article[article].add(key)

    def drop(self, key: str) -> None:
        self._sketches.pop(key, None)

    def near(self, sketch: Sketch) -> Iterator[str]:
        """Keys of the sketches that could speak of the same event, each once, in a fixed order."""
        found: set[str] = set()
        buckets = _buckets(sketch.span, ONCE_DAYS)
        for block in _blocks(sketch):
            if buckets is None:
                found |= self._all[block]
            else:
                found |= self._wide[block]
                for bucket in buckets:
                    found |= self._dated[*block, bucket]
        if sketch.copy_of is not None:
            found |= self._by_article[sketch.copy_of]
        return (key for key in sorted(found) if key in self._sketches)


def _blocks(sketch: Sketch) -> Iterable[tuple[str, str, str]]:
    side = stance(sketch.modality)
    yield sketch.initiative_id, sketch.action, side
    for key in {name_key(name) for name in sketch.names}:
        yield "name " + key, sketch.action, side
    if not sketch.known:
        for head in set[str]().union(*(take_apart(name).heads for name in sketch.names)):
            yield "head " + head, sketch.action, side


def _buckets(span: Span | None, margin: int) -> range | None:
    if span is None or span.days > WIDE_DAYS:
        return None
    return range((span.first - margin) // BUCKET_DAYS, (span.last + margin) // BUCKET_DAYS + 1)
