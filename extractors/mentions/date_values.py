"""The day, month or year that a date expression means, worked out against the day of publication."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from extractors.mentions.date_words import DateWords
from extractors.records import Precision

Basis = Literal["explicit", "relative", "dateline", "article", "none"]

_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
    "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "a couple of": 2, "thirteen": 13, "fourteen": 14, "sixteen": 16, "seventeen": 17,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventDate:
    """When something happens, as precise as the text; `value` is None where nothing says so."""

    value: str | None = None
    precision: Precision = "none"
    basis: Basis = "none"
    span: tuple[int, int] | None = None
    """Offsets of the words that say so, in the sentence."""


def work_out(words: DateWords, published: date | None, *, future: bool, anchor: date | None = None) -> EventDate:
    """The date meant: weekdays, bare months and days by tense against `published`; "the same day" against `anchor`."""
    span = (words.start, words.end)
    match, kind = words.match, words.kind
    if kind in ("iso", "dmy", "dmrange", "mdy", "my", "bareyear"):
        return _explicit(match, kind, published, future, span, words.years)
    if published is None:
        return EventDate(span=span)
    if kind in ("m5", "monthof"):
        return _bare_month(match, kind, published, future, span)
    worked = _RELATIVE[kind](match, published, future, anchor)
    if worked is None:
        return EventDate(span=span)
    value, precision = worked
    return EventDate(value, precision, "relative", span)


def _number(text: str) -> int:
    return _COUNTS[text.lower()] if text.lower() in _COUNTS else int(text)


def _month_number(text: str) -> int:
    return _MONTHS[text.lower().rstrip(".")]


def _valid(year: int, month: int, day: int) -> date | None:
    if 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def _explicit(
    match: re.Match[str], kind: str, published: date | None, future: bool, span: tuple[int, int], years: int | None
) -> EventDate:
    if kind == "iso":
        parts = [int(p) for p in match.group("iso").split("-")]
        day = _valid(*parts)
        return EventDate(day.isoformat(), "day", "explicit", span) if day else EventDate(span=span)
    if kind == "bareyear":
        return EventDate(match.group("y5"), "year", "explicit", span)
    if kind == "my":
        return EventDate(f"{match.group('y4')}-{_month_number(match.group('m4')):02}", "month", "explicit", span)
    n = {"dmy": 1, "mdy": 2, "dmrange": 3}[kind]
    number = int(match.group(f"d{n}").rstrip("stndrhSTNDRH"))
    month, year = _month_number(match.group(f"m{n}")), match.group(f"y{n}")
    if year is None and published is None:
        return EventDate(span=span)
    if year is not None:
        day = _valid(int(year), month, number)
    elif years is not None and published is not None:
        day = _valid(published.year + years, month, number)
    else:
        assert published is not None
        day = nearest_day(month, number, published, future)
    return EventDate(day.isoformat(), "day", "explicit", span) if day else EventDate(span=span)


def nearest_day(month: int, number: int, published: date, future: bool) -> date | None:
    """The day and month nearest to publication on the side that the tense tells."""
    days = [d for y in (-1, 0, 1) if (d := _valid(published.year + y, month, number))]
    if future:
        later = [d for d in days if d >= published - timedelta(days=1)]
        return later[0] if later else None
    earlier = [d for d in days if d <= published + timedelta(days=2)]
    return earlier[-1] if earlier else None


def _shift_month(published: date, months: int) -> str:
    index = published.year * 12 + published.month - 1 + months
    return f"{index // 12:04}-{index % 12 + 1:02}"


def _bare_month(match: re.Match[str], kind: str, published: date, future: bool, span: tuple[int, int]) -> EventDate:
    month = _month_number(match.group("m6" if kind == "monthof" else "m5"))
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


def _weekday(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision]:
    index = next(i for i, name in enumerate(_WEEKDAYS) if name == match.group("wd").lower())
    word, week = (match.group("wq") or "").lower(), (match.group("wdw") or "").strip().lower()
    if week in ("next week", "last week"):
        monday = published - timedelta(days=published.weekday()) + timedelta(days=7 if week == "next week" else -7)
        return (monday + timedelta(days=index)).isoformat(), "day"
    if word in ("next", "coming", "this coming", "the following") or (
        future and "last" not in word and "past" not in word
    ):
        ahead = (index - published.weekday()) % 7
        return (published + timedelta(days=ahead or (7 if word else 0))).isoformat(), "day"
    back = (published.weekday() - index) % 7
    return (published - timedelta(days=back or (7 if word in ("last", "this past") else 0))).isoformat(), "day"


def _distance(count: int, unit: str, published: date, sign: int, precise: bool) -> tuple[str, Precision] | None:
    if unit == "day":
        return (published + timedelta(days=sign * count)).isoformat(), "day"
    if unit in ("week", "fortnight"):
        days = count * (14 if unit == "fortnight" else 7)
        return (published + timedelta(days=sign * days)).isoformat(), "none" if not precise else "day"
    if unit == "month":
        return _shift_month(published, sign * count), "month"
    return f"{published.year + sign * count:04}", "year"


def _ago(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision] | None:
    count, unit, to_the = _number(match.group("n1")), match.group("u1").lower(), match.group("agoq")
    if to_the and unit in ("month", "year"):
        month = _shift_month(published, -count * (12 if unit == "year" else 1))
        day = _valid(int(month[:4]), int(month[5:]), published.day)
        return (day.isoformat(), "day") if "today" in to_the and day else (month, "month")
    return _distance(count, unit, published, -1, precise=False)


def _hence(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision] | None:
    if not future:
        return None
    return _distance(_number(match.group("n2")), match.group("u2").lower(), published, 1, precise=False)


def _apart(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision] | None:
    if anchor is None:
        return None
    sign = 1 if match.group("dir").lower() in ("later",) else -1
    return _distance(_number(match.group("n3")), match.group("u3").lower(), anchor, sign, precise=True)


def _dayword(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision] | None:
    word = match.group("dayword").lower()
    if (
        word.startswith(("the eve", "on the eve", "the previous", "the day before"))
        and word != "the day before yesterday"
    ):
        base = anchor or published
        return (base - timedelta(days=1)).isoformat(), "day"
    if "same day" in word:
        return (anchor or published).isoformat(), "day"
    if word.startswith(("the next", "the following", "the day after")):
        return ((anchor or published) + timedelta(days=1)).isoformat(), "day"
    shift = {"yesterday": -1, "last night": -1, "tomorrow": 1, "the day before yesterday": -2, "day after tomorrow": 2}
    return (published + timedelta(days=shift.get(word, 0))).isoformat(), "day"


def _week(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision]:
    word = match.group("weekq").lower()
    shift = {"last": -7, "the previous": -7, "next": 7, "the coming": 7, "the following": 7}.get(word, 0)
    return (published + timedelta(days=shift)).isoformat(), "none"


def _few(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision]:
    return published.isoformat(), "none"


def _month(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision]:
    word = match.group("monq").lower()
    base = anchor or published if word == "the same" else published
    return _shift_month(base, {"last": -1, "next": 1, "the coming": 1}.get(word, 0)), "month"


def _year(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision]:
    word = (match.group("yrq") or "").lower()
    base = anchor or published if word == "the same" else published
    return f"{base.year + {'last': -1, 'next': 1, 'the coming': 1}.get(word, 0):04}", "year"


def _season(match: re.Match[str], published: date, future: bool, anchor: date | None) -> tuple[str, Precision] | None:
    if match.group("sy"):
        return match.group("sy"), "year"
    word, name = (match.group("sq") or "").lower(), match.group("season").lower().split(" of ")[0].split()[-1]
    first = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[name]
    year = published.year
    if word == "last" or (not future and first > published.month):
        year -= (word == "last" and first <= published.month) or first > published.month
    elif word == "next" or (future and first + 2 < published.month):
        year += 1
    return f"{year:04}", "year"


_RELATIVE = {
    "weekday": _weekday, "ago": _ago, "apart": _apart, "hence": _hence, "dayword": _dayword, "week": _week, "few": _few,
    "month": _month, "year": _year, "season": _season,
}  # fmt: skip
