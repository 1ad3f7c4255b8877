"""Expressions that count from another date of the text: "a year later", "that March", "the same day"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from extractors.mentions.date_arithmetic import (
    day_in,
    first_month,
    month_number,
    number,
    shift_month,
    weekday_number,
)
from extractors.mentions.date_words import ORDINALS, DateWords
from extractors.records import Precision

_NEXT = re.compile(r"\b(?:following|next|after)\b", re.IGNORECASE)
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_PREVIOUS = re.compile(r"\b(?:previous|before|eve)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """The date counted from, as precise as the text: `2009`, `2009-08` or `2009-08-18`."""

    value: str
    is_after: bool = False
    """Whether it stands after the expression in the same sentence: "two years after it was founded in 1992"."""

    @property
    def year(self) -> int:
        return int(self.value[:4])

    @property
    def month(self) -> int | None:
        return int(self.value[5:7]) if len(self.value) >= len("2009-08") else None

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.value) if len(self.value) == len("2009-08-18") else None


def count_from(words: DateWords, origin: Origin) -> tuple[str, Precision] | None:
    """The date meant; None where the origin is not precise enough to tell it."""
    match, step = words.match, _step(words.text)
    if words.kind == "apart":
        return _apart(match, origin)
    if words.kind == "year":
        return f"{origin.year + step:04}", "year"
    if words.kind == "season":
        later = step > 0 and (origin.month or 12) >= first_month(words.text.split()[-1])
        return f"{origin.year + later - (step < 0):04}", "year"
    if words.kind in ("m5", "monthof"):
        return _named_month(words, origin, step)
    if words.kind in ("month", "dayof"):
        if origin.month is None:
            return None
        month = shift_month(origin.year, origin.month, step)
        if words.kind == "month":
            return month, "month"
        day = day_in(month, named_day(match))
        return (day.isoformat(), "day") if day else None
    if origin.day is None:
        return None
    if words.kind == "week":
        return (origin.day + timedelta(days=7 * step)).isoformat(), "none"
    if words.kind == "weekday":
        back = (weekday_number(match.group("wd")) - origin.day.weekday()) % 7
        return (origin.day + timedelta(days=(back or 7) if step > 0 else back - 7)).isoformat(), "day"
    return (origin.day + timedelta(days=step)).isoformat(), "day"


def _step(text: str) -> int:
    """How many units on: "the following year" 1, "the year before" -1, "that year" 0."""
    return 1 if _NEXT.search(text) else -1 if _PREVIOUS.search(text) else 0


def _apart(match: re.Match[str], origin: Origin) -> tuple[str, Precision] | None:
    count, direction = number(match.group("n3")), match.group("dir").lower()
    sign = 1 if direction == "later" or (direction == "after" and origin.is_after) else -1
    return distance(sign * count, match.group("u3").lower(), origin, precise=True)


def distance(count: int, unit: str, origin: Origin, *, precise: bool) -> tuple[str, Precision] | None:
    """So many units after the origin, before it when negative; None where it is not known as well as that. precise:
    whether weeks are counted to the day."""
    if unit == "year":
        return f"{origin.year + count:04}", "year"
    if unit == "month":
        return (shift_month(origin.year, origin.month, count), "month") if origin.month else None
    if origin.day is None:
        return None
    day = origin.day + timedelta(days=count * _DAYS[unit])
    return day.isoformat(), "day" if precise or unit == "day" else "none"


def _named_month(words: DateWords, origin: Origin, step: int) -> tuple[str, Precision]:
    """ "That March" and "in March of that year"; "the following March" is the first one after."""
    of_year = words.kind == "m5" or words.match.group("moyear") is not None
    month = month_number(words.match.group("m6" if words.kind == "monthof" else "m5"))
    year = origin.year + step
    if step and not of_year and origin.month:
        year = origin.year + ((month <= origin.month) if step > 0 else -(month >= origin.month))
    return f"{year:04}-{month:02}", "month"


def named_day(match: re.Match[str]) -> int:
    """The number of "the 7th" or "the seventh", of a month or by itself."""
    return day_number(match.group("d8") or match.group("d9"))


def day_number(text: str) -> int:
    """ "7th" or "seventh"."""
    word = text.lower()
    return ORDINALS[word] if word in ORDINALS else int(word.rstrip("stndrh"))
