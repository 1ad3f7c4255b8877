"""The day, month or year that a date expression means, worked out against the day of publication."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from extractors.mentions.date_arithmetic import (
    day_in,
    first_month,
    month_number,
    nearest_day,
    number,
    shift_month,
    valid_day,
    weekday_number,
)
from extractors.mentions.date_origins import Origin, count_from, day_number, distance, named_day
from extractors.mentions.date_words import DateWords
from extractors.records import Precision

Basis = Literal["explicit", "relative", "dateline", "article", "none"]


@dataclass(frozen=True, slots=True)
class EventDate:
    """When something happens, as precise as the text; `value` is None where nothing says so."""

    value: str | None = None
    precision: Precision = "none"
    basis: Basis = "none"
    span: tuple[int, int] | None = None
    """Offsets of the words that say so, in the sentence."""


def work_out(words: DateWords, published: date | None, *, future: bool) -> EventDate:
    """The date meant, by itself. Weekdays, bare months and days count from `published`, on the side that the tense
    tells; so does, for want of a better, what counts from another date of the text, but for "a year later"."""
    match, kind, span = words.match, words.kind, (words.start, words.end)
    if kind in _CALENDAR:
        return _explicit(match, kind, published, future, span, words.years)
    if published is None or kind == "apart":
        return EventDate(span=span)
    if words.is_counted:
        return work_out_from(words, Origin(published.isoformat()))
    if kind in ("m5", "monthof"):
        return _bare_month(match, kind, published, future, span)
    return _relative(words, _RELATIVE[kind](match, published, future))


def work_out_from(words: DateWords, origin: Origin) -> EventDate:
    """The date meant, counted from another date of the text."""
    return _relative(words, count_from(words, origin))


def _relative(words: DateWords, worked: tuple[str, Precision] | None) -> EventDate:
    span = (words.start, words.end)
    return EventDate(*worked, "relative", span) if worked else EventDate(span=span)


def _explicit(
    match: re.Match[str], kind: str, published: date | None, future: bool, span: tuple[int, int], years: int | None
) -> EventDate:
    if kind == "iso":
        parts = [int(p) for p in match.group("iso").split("-")]
        day = valid_day(*parts)
        return EventDate(day.isoformat(), "day", "explicit", span) if day else EventDate(span=span)
    if kind == "bareyear":
        return EventDate(match.group("y5"), "year", "explicit", span)
    if kind == "my":
        return EventDate(f"{match.group('y4')}-{month_number(match.group('m4')):02}", "month", "explicit", span)
    n = _CALENDAR[kind]
    nth, month, year = day_number(match.group(f"d{n}")), month_number(match.group(f"m{n}")), match.group(f"y{n}")
    if year is None and published is None:
        return EventDate(span=span)
    if year is not None:
        day = valid_day(int(year), month, nth)
    elif years is not None and published is not None:
        day = valid_day(published.year + years, month, nth)
    else:
        assert published is not None
        day = nearest_day(month, nth, published, future)
    return EventDate(day.isoformat(), "day", "explicit", span) if day else EventDate(span=span)


def _bare_month(match: re.Match[str], kind: str, published: date, future: bool, span: tuple[int, int]) -> EventDate:
    month = month_number(match.group("m6" if kind == "monthof" else "m5"))
    named = (match.group("moyear") if kind == "monthof" else match.group("m5q")) or ""
    word = (match.group("moq") or "").lower() if kind == "monthof" else ""
    year = published.year
    if "last" in named:
        year -= 1
    elif "next" in named:
        year += 1
    elif not named:
        if word == "last":
            year -= month >= published.month
        elif word == "next" or future:
            year += month < published.month or (word == "next" and month == published.month)
        else:
            year -= month > published.month
    return EventDate(f"{year:04}-{month:02}", "month", "explicit", span)


def _weekday(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision]:
    index = weekday_number(match.group("wd"))
    word, week = (match.group("wq") or "").lower(), (match.group("wdw") or "").lower().removeprefix(" of").strip()
    if week in ("next week", "last week"):
        monday = published - timedelta(days=published.weekday()) + timedelta(days=7 if week == "next week" else -7)
        return (monday + timedelta(days=index)).isoformat(), "day"
    if week == "last":  # "on Wednesday last"
        word = week
    elif week == "week":  # "on Thursday week": a week after the next one
        ahead = (index - published.weekday()) % 7 or 7
        return (published + timedelta(days=ahead + 7)).isoformat(), "day"
    if word in ("next", "coming", "this coming") or (future and "last" not in word and "past" not in word):
        ahead = (index - published.weekday()) % 7
        return (published + timedelta(days=ahead or (7 if word else 0))).isoformat(), "day"
    back = (published.weekday() - index) % 7
    return (published - timedelta(days=back or (7 if word in ("last", "this past") else 0))).isoformat(), "day"


def _ago(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision] | None:
    count, unit, to_the = number(match.group("n1")), match.group("u1").lower(), match.group("agoq")
    if to_the and unit in ("month", "year"):
        month = shift_month(published.year, published.month, -count * (12 if unit == "year" else 1))
        day = day_in(month, published.day)
        return (day.isoformat(), "day") if "today" in to_the and day else (month, "month")
    return distance(-count, unit, Origin(published.isoformat()), precise=False)


def _hence(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision] | None:
    if not future:
        return None
    origin = Origin(published.isoformat())
    return distance(number(match.group("n2")), match.group("u2").lower(), origin, precise=False)


def _dayword(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision] | None:
    """A weekend has its Saturday for a day: a range takes its first one."""
    words = match.group("dayword").lower().removeprefix("the ")
    if words.endswith("weekend"):
        ahead = (5 - published.weekday()) % 7
        shift = ahead if future else ahead - 7 if ahead else 0
    else:
        shift = _DAY_SHIFTS.get(words, 0)
    return (published + timedelta(days=shift)).isoformat(), "day"


def _week(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision]:
    shift = {"last": -7, "next": 7, "the coming": 7}.get(match.group("weekq").lower(), 0)
    return (published + timedelta(days=shift)).isoformat(), "none"


def _few(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision]:
    return published.isoformat(), "none"


def _month(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision]:
    step = {"last": -1, "next": 1, "the coming": 1}.get((match.group("monq") or "").lower(), 0)
    return shift_month(published.year, published.month, step), "month"


def _dayof(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision] | None:
    """ "The 7th" of the month that is named, or the nearest such day on the side that the tense tells."""
    named = (match.group("doq") or "").lower()
    steps = {"last": (-1,), "next": (1,), "this": (0,)}.get(named, (0, 1, 2) if future else (0, -1, -2))
    for step in steps:
        month = shift_month(published.year, published.month, step)
        day = day_in(month, named_day(match))
        if day and (len(steps) == 1 or (day >= published if future else day <= published)):
            return day.isoformat(), "day"
    return None


def _year(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision]:
    step = {"last": -1, "next": 1, "the coming": 1}.get((match.group("yrq") or "").lower(), 0)
    return f"{published.year + step:04}", "year"


def _shortyear(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision]:
    year = published.year // 100 * 100 + int(match.group("shortyear"))
    return f"{year - 100 if year > published.year and not future else year:04}", "year"


def _feast(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision] | None:
    """Christmas is a season of December unless its day or eve is named; "in the new year" is next year."""
    words = match.group("feast").lower()
    if words == "the new year":
        return f"{published.year + future:04}", "year"
    eve = words.endswith("eve")
    month, nth = (12, 24 if eve else 25) if "christmas" in words else (12, 31) if eve else (1, 1)
    day = nearest_day(month, nth, published, future)
    if day is None:
        return None
    return (f"{day:%Y-%m}", "month") if words == "christmas" else (day.isoformat(), "day")


def _season(match: re.Match[str], published: date, future: bool) -> tuple[str, Precision] | None:
    if match.group("sy"):
        return match.group("sy"), "year"
    word, first = (match.group("sq") or "").lower(), first_month(match.group("season").split()[-1])
    year, future = published.year, future or word in ("until", "by", "before")
    if word == "last" or (not future and first > published.month):
        year -= (word == "last" and first <= published.month) or first > published.month
    elif word == "next" or (future and first + 2 < published.month):
        year += 1
    return f"{year:04}", "year"


_DAY_SHIFTS = {
    "yesterday": -1, "last night": -1, "last evening": -1, "tomorrow": 1, "day before yesterday": -2,
    "day after tomorrow": 2,
}  # fmt: skip
_CALENDAR = {"dmy": 1, "mdy": 2, "dmrange": 3, "wordmy": 7, "iso": 0, "my": 0, "bareyear": 0}
"""Expressions that name a date of the calendar, with the number of their groups for day, month and year."""
_RELATIVE = {
    "weekday": _weekday, "ago": _ago, "hence": _hence, "dayword": _dayword, "week": _week, "few": _few,
    "month": _month, "dayof": _dayof, "year": _year, "season": _season, "shortyear": _shortyear, "feast": _feast,
}  # fmt: skip
