"""The date expressions of English news: found in raw text by one compiled pattern, and worked out against a day.

Which of a sentence's dates belongs to which action is decided in `dates`.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

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
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DAY = r"(?:3[01]|[12]?\d)(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?:19|20)\d\d"
_COUNT = r"(?:a couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|\d{1,3})"
_RANGE = r"(?:\s?(?:-|–|—|to|and|&)\s?|\s(?:to|and)\s)"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_ORDINALS = ("second", "third", "fourth", "final", "last")

_PATTERN = re.compile(
    rf"\b(?P<iso>{_YEAR}-[01]\d-[0-3]\d)\b"
    rf"|\b(?P<dmrange>(?P<d3>{_DAY}) (?P<m3>{_MONTH})(?:{_RANGE}{_DAY} {_MONTH})(?:,? (?P<y3>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<dmy>(?P<d1>{_DAY})(?:{_RANGE}{_DAY})?(?: of)? (?P<m1>{_MONTH})(?:,? (?P<y1>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<mdy>(?P<m2>{_MONTH}) (?P<d2>{_DAY})(?:{_RANGE}(?:{_MONTH} )?{_DAY})?(?:,? (?P<y2>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<my>(?P<m4>{_MONTH})(?: of|,)? (?P<y4>{_YEAR}))\b"
    rf"|\b(?P<monthof>(?P<moq>last|next|this|late|early|mid|the (?:beginning|end|middle) of)[ -]"
    rf"(?P<m6>{_MONTH}))(?!\w)(?: (?P<moyear>last year|next year|this year))?"
    rf"|\b(?P<m5>(?-i:{_MONTH}))(?!\w)(?: (?P<m5q>last year|next year|this year|of last year|of this year|of next year))?"
    rf"|\b(?P<weekday>(?:(?P<wq>last|next|this|coming|this coming|this past|the following) )?(?P<wd>{_WEEKDAY})s?)\b"
    rf"(?P<wdw> (?:next|last) week| week)?"
    rf"|\b(?P<ago>(?P<n1>{_COUNT}) (?:and a half )?(?P<u1>day|week|fortnight|month|year)s? (?:ago|back))\b"
    rf"|\b(?P<apart>(?P<n3>{_COUNT}) (?P<u3>day|week|month|year)s? (?P<dir>after|later|before|earlier))\b"
    rf"|\b(?P<hence>(?:with)?in (?:the next |about |the coming |another )?(?P<n2>{_COUNT}) (?P<u2>day|week|month|year)s?(?:['’]s? time)?)\b"
    rf"|\b(?P<dayword>the day before yesterday|day after tomorrow|yesterday|today|tomorrow|tonight|last night|overnight|"
    rf"this (?:morning|afternoon|evening)|earlier in the day|(?:a few|some) (?:minutes|hours) ago|an hour ago|moments ago|on the same day|the same day|"
    rf"(?:the|on the) eve of|the (?:previous day|day before|next day|following day|day after))\b"
    rf"|\b(?P<week>(?:earlier |later )?(?P<weekq>this|last|next|the coming|the following|the previous|the past) (?:week|weekend))\b"
    rf"|\b(?P<few>(?:a few|several|some) (?:days|weeks) ago|in recent (?:days|weeks)|the other day)\b"
    rf"|\b(?P<month>(?P<monq>this|last|next|the coming|the same) month)\b"
    rf"|\b(?P<year>(?P<yrq>this|last|next|the coming|the same) year|(?:by|before|at) (?:the )?year['’]?s? end|year-end|(?:the )?end of the year|the year['’]s end)\b"
    rf"|\b(?P<season>(?P<sq>this|last|next|the|in) (?:coming )?{_SEASON}(?: of (?P<sy>{_YEAR}))?)\b"
    rf"|(?<![\d.,$€£-])\b(?P<bareyear>(?P<y5>{_YEAR})(?:s|[-–/](?:{_YEAR}|\d\d))?)\b(?![%\d,]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateWords:
    """One date expression of a text, with its offsets, not yet worked out."""

    start: int
    end: int
    kind: str
    match: re.Match[str]

    @property
    def text(self) -> str:
        return self.match.group()


@dataclass(frozen=True, slots=True)
class EventDate:
    """When something happens, as precise as the text; `value` is None where nothing says so."""

    value: str | None = None
    precision: Precision = "none"
    basis: Basis = "none"
    span: tuple[int, int] | None = None
    """Offsets of the words that say so, in the sentence."""


def find_date_words(text: str) -> list[DateWords]:
    """The date expressions of `text`, in order, without overlaps."""
    found = []
    for match in _PATTERN.finditer(text):
        kind = next(k for k in _KINDS if match.group(k) is not None)
        if kind == "m5" and match.group("m5").lower() in ("may", "march") and not _is_month(text, match.start()):
            continue
        if kind == "bareyear" and match.group().endswith("s"):
            continue
        found.append(DateWords(match.start(), match.end(), kind, match))
    return found


_KINDS = (
    "iso", "dmy", "dmrange", "mdy", "my", "monthof", "m5", "weekday", "ago", "apart", "hence", "dayword", "week", "few",
    "month", "year", "season", "bareyear",
)  # fmt: skip


def _is_month(text: str, start: int) -> bool:
    """Whether "May" or "March" at `start` is a month: a preposition or a comma goes before it."""
    return (
        re.search(
            r"\b(?:in|of|since|by|until|from|for|to|during|and|or|before|after|mid|early|late)[ -]$", text[:start]
        )
        is not None
    )


def work_out(words: DateWords, published: date | None, *, future: bool, anchor: date | None = None) -> EventDate:
    """The date meant: weekdays, bare months and days by tense against `published`; "the same day" against `anchor`."""
    span = (words.start, words.end)
    match, kind = words.match, words.kind
    if kind in ("iso", "dmy", "dmrange", "mdy", "my", "bareyear"):
        return _explicit(match, kind, published, future, span)
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
    if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def _explicit(
    match: re.Match[str], kind: str, published: date | None, future: bool, span: tuple[int, int]
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
    number = int(re.match(r"\d+", match.group(f"d{n}")).group())  # type: ignore[union-attr]
    month, year = _month_number(match.group(f"m{n}")), match.group(f"y{n}")
    if year is None and published is None:
        return EventDate(span=span)
    if year is not None:
        day = _valid(int(year), month, number)
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
    return _distance(_number(match.group("n1")), match.group("u1").lower(), published, -1, precise=False)


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
    word = (match.group("sq") or "").lower()
    return f"{published.year + {'last': -1, 'next': 1}.get(word, 0):04}", "year"


_RELATIVE = {
    "weekday": _weekday, "ago": _ago, "apart": _apart, "hence": _hence, "dayword": _dayword, "week": _week, "few": _few,
    "month": _month, "year": _year, "season": _season,
}  # fmt: skip
