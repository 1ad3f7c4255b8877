"""The date expressions of English news: found in raw text by one compiled pattern.

What day they mean is worked out in `date_values`, which of them belongs to which action is decided in `dates`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DAY = r"(?:3[01]|[12]?\d)(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?:19|20)\d\d"
_COUNT = (
    r"(?:a couple of|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|\d{1,3})"
)
_RANGE = r"(?:\s?(?:-|–|—|to|and|&)\s?|\s(?:to|and)\s)"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"

_PATTERN = re.compile(
    rf"\b(?P<iso>{_YEAR}-[01]\d-[0-3]\d)\b"
    rf"|\b(?P<dmrange>(?P<d3>{_DAY}) (?P<m3>{_MONTH})(?:{_RANGE}{_DAY} {_MONTH})(?:,? (?P<y3>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<dmy>(?P<d1>{_DAY})(?:{_RANGE}{_DAY})?(?: of)? (?P<m1>{_MONTH})(?:,? (?P<y1>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<mdy>(?P<m2>{_MONTH}) (?P<d2>{_DAY})(?:{_RANGE}(?:{_MONTH} )?{_DAY})?(?:,? (?P<y2>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<my>(?P<m4>{_MONTH})(?: of|,)? (?P<y4>{_YEAR}))\b"
    rf"|\b(?P<monthof>(?P<moq>last|next|this|late|early|mid|the (?:beginning|end|middle) of)[ -]"
    rf"(?P<m6>{_MONTH}))(?!\w)(?: (?P<moyear>last year|next year|this year))?"
    rf"|\b(?P<m5>(?-i:{_MONTH}))(?!\w)(?: (?P<m5q>last year|next year|this year|of last year|of this year|"
    rf"of next year))?"
    rf"|\b(?P<weekday>(?:(?P<wq>last|next|this|coming|this coming|this past|the following) )?(?P<wd>{_WEEKDAY})s?)\b"
    rf"(?P<wdw> (?:next|last) week| week)?"
    rf"|\b(?P<ago>(?P<n1>{_COUNT}) (?:and a half )?(?P<u1>day|week|fortnight|month|year)s? (?:ago|"
    rf"back)(?P<agoq> (?:today|this month|this week))?)\b"
    rf"|\b(?P<apart>(?P<n3>{_COUNT}) (?P<u3>day|week|month|year)s? (?P<dir>after|later|before|earlier))\b"
    rf"|\b(?P<hence>(?:with)?in (?:the next |about |the coming |another )?(?P<n2>{_COUNT}) (?P<u2>day|week|month|"
    rf"year)s?(?:['’]s? time)?)\b"
    rf"|\b(?P<dayword>the day before yesterday|day after tomorrow|yesterday|today|tomorrow|tonight|last night|"
    rf"overnight|"
    rf"this (?:morning|afternoon|evening)|earlier in the day|(?:a few|some) (?:minutes|hours) ago|an hour ago|"
    rf"moments ago|on the same day|the same day|"
    rf"(?:the|on the) eve of|the (?:previous day|day before|next day|following day|day after))\b"
    rf"|\b(?P<week>(?:earlier |later )?(?P<weekq>this|last|next|the coming|the following|the previous|"
    rf"the past) (?:week|weekend))\b"
    rf"|\b(?P<few>(?:a few|several|some) (?:days|weeks) ago|in recent (?:days|weeks)|the other day)\b"
    rf"|\b(?P<month>(?P<monq>this|last|next|the coming|the same|end of the|course of the) month)\b"
    rf"|\b(?P<year>(?:(?:in|over) the course of the |before the )year(?: is out)?|(?P<yrq>this|last|next|"
    rf"the coming|the same) year|(?:by|before|at) (?:the )?year['’]?s? end|year-end|(?:the )?end of the year|"
    rf"the year['’]s end)\b"
    rf"|\b(?P<season>(?P<sq>this|last|next|the|in) (?:coming )?{_SEASON}(?: of (?P<sy>{_YEAR}))?)\b"
    rf"|(?<![\d.,$€£-])\b(?P<bareyear>(?P<y5>{_YEAR})(?:s|[-–/](?:{_YEAR}|\d\d))?)\b(?![%\d,]\d)",
    re.IGNORECASE,
)


_OF_YEAR = re.compile(r",? (?:of )?(?:the )?(last|previous|this|next) year\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateWords:
    """One date expression of a text, with its offsets, not yet worked out."""

    start: int
    end: int
    kind: str
    match: re.Match[str]
    years: int | None = None
    """What a following "last year" or "of next year" adds to the year of publication."""

    @property
    def text(self) -> str:
        return self.match.group()


@lru_cache(maxsize=64)
def find_date_words(text: str) -> tuple[DateWords, ...]:
    """The date expressions of `text`, in order, without overlaps; every mention of a sentence asks for the same."""
    found = []
    for match in _PATTERN.finditer(text):
        kind = next(k for k in _KINDS if match.group(k) is not None)
        if kind == "m5" and match.group("m5").lower() in ("may", "march") and not _is_month(text, match.start()):
            continue
        if kind == "bareyear" and match.group().endswith("s"):
            continue
        after = _OF_YEAR.match(text, match.end()) if kind in ("dmy", "dmrange", "mdy", "weekday") else None
        if after:
            years = {"last": -1, "previous": -1, "next": 1, "this": 0}[after.group(1).lower()]
            found.append(DateWords(match.start(), after.end(), kind, match, years))
        else:
            found.append(DateWords(match.start(), match.end(), kind, match))
    return tuple(found)


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
