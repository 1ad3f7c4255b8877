"""What the date expressions of a sentence mean, each by itself and in the light of the others.

"That March" and "two years later" count from a date that stands beside them or before; a day without a year may be of
the year that was named last. Where both readings are open, both are given, for weights to judge.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from extractors.mentions.date_origins import Origin
from extractors.mentions.date_values import EventDate, work_out, work_out_from
from extractors.mentions.date_words import DateWords, find_date_words

_PRECISE = {"day": 10, "month": 7, "year": 4, "none": 0}
"""Characters of a value."""
_UNITS = {"year": "year", "season": "year", "m5": "year", "monthof": "year", "month": "month"}
"""How precise the date must be that a counted expression counts from; "day" for those not listed."""
_YEARLESS = ("dmy", "mdy", "dmrange", "wordmy", "m5")


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of one expression. `how` names the other date that it takes something from, if any."""

    words: DateWords
    found: EventDate
    how: str = "alone"


def read_dates(
    sentence: str, before: str, published: date | None, main_date: date | None, *, future: bool
) -> Iterator[Reading]:
    """The readings of a sentence's dates in order, those without a value left out. before: the text before it."""
    everything = find_date_words(sentence)
    if not everything:
        return
    alone = [Reading(one, work_out(one, published, future=future)) for one in everything]
    plain = _counted_from(alone)
    earlier = _counted_from(Reading(one, work_out(one, published, future=False)) for one in find_date_words(before))
    for one in alone:
        given: set[str | None] = {None}
        for reading in _readings(one, plain, earlier, main_date, future=future):
            if reading.found.value not in given:
                given.add(reading.found.value)
                yield reading


def _counted_from(readings: Iterable[Reading]) -> list[Reading]:
    """Those that others may take something from: they have a value and count from none."""
    return [one for one in readings if one.found.value is not None and not one.words.is_counted]


def _readings(
    alone: Reading, plain: Sequence[Reading], earlier: Sequence[Reading], main_date: date | None, *, future: bool
) -> list[Reading]:
    """All that are open, the likeliest first. alone: what the expression means by itself."""
    words, origins = alone.words, list[tuple[Origin, str]]()
    if words.is_counted:
        origins = _origins(words, plain, earlier, main_date)
    elif words.kind == "dayof" and words.match.group("doq") is None:
        origins = _month_beside(plain)
    if origins:
        return [Reading(words, work_out_from(words, origin), how) for origin, how in origins]
    year = None if future else _year_named(words, plain, earlier)
    if year is None:
        return [alone]
    then = work_out(words, date(int(year[0]), 12, 31), future=False)
    return [Reading(words, alone.found, f"alone, a year {year[1]}"), Reading(words, then, f"of the year {year[1]}")]


def _origins(
    words: DateWords, plain: Sequence[Reading], earlier: Sequence[Reading], main_date: date | None
) -> list[tuple[Origin, str]]:
    """What a counted expression may count from: a date of its sentence; else the one before that, or the news's."""
    unit = words.match.group("u3").lower() if words.kind == "apart" else _UNITS.get(words.kind, "day")
    needed = _PRECISE.get(unit, _PRECISE["day"])

    def precise(readings: Iterable[Reading]) -> list[str]:
        return [r.found.value for r in readings if r.found.value and _PRECISE[r.found.precision] >= needed]

    ahead = precise(one for one in plain if one.words.start > words.start)
    if ahead and words.kind == "apart" and words.match.group("dir").lower() in ("after", "before"):
        return [(Origin(ahead[0], is_after=True), "from after")]
    behind = precise(one for one in plain if one.words.start < words.start)
    if behind:
        return [(Origin(behind[-1]), "from sentence")]
    found = [(Origin(value), "from before") for value in precise(earlier)[-1:]]
    return [*found, (Origin(main_date.isoformat()), "from main")] if main_date else found


def _month_beside(plain: Sequence[Reading]) -> list[tuple[Origin, str]]:
    """The month that the same sentence names, for a bare day."""
    months = [one.found.value for one in plain if one.found.precision == "month" and one.found.value]
    return [(Origin(months[0]), "from sentence")] if months else []


def _year_named(words: DateWords, plain: Sequence[Reading], earlier: Sequence[Reading]) -> tuple[str, str] | None:
    """The year that stands last before an expression without one, and where."""
    if words.kind not in _YEARLESS or words.is_counted or words.years is not None or _has_year(words):
        return None
    for where, readings in (("beside", [one for one in plain if one.words.start < words.start]), ("before", earlier)):
        years = [one.found.value[:4] for one in readings if one.found.value and _has_year(one.words)]
        if years:
            return years[-1], where
    return None


def _has_year(words: DateWords) -> bool:
    return words.kind in ("iso", "my", "bareyear", "shortyear") or any(
        words.match.group(name) is not None for name in ("y1", "y2", "y3", "y7", "m5q", "sy")
    )
