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
_THAT = r"(?:that(?: same| very)?|the same|the following|the previous)"
_ONES = "first second third fourth fifth sixth seventh eighth ninth".split()
_TEENS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ORDINALS = {
    word: number
    for number, word in enumerate(
        (*_ONES, *_TEENS, *(f"twenty-{one}" for one in _ONES), "thirtieth", "thirty-first"), start=1
    )
}
_ORDINAL = f"(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))})"
_UNMISTAKEN = f"(?:{'|'.join(sorted((w for w, n in ORDINALS.items() if n > 3), key=len, reverse=True))})"
"""Ordinals that number days rather than points of a list."""
_NTH = r"[0-3]?\d(?:st|nd|rd|th)"
_ON_THE = r"(?:(?<=\bon )|(?<=\bby )|(?<=\bof )|(?<=\buntil )|(?<=\bfrom )|(?<=\bsince )|(?<=\bbefore )|(?<=\bafter ))"
_NO_NOUN = (
    r"(?=\s*(?:[.,;:!?)—–\"”]|$)| (?:in|at|by|for|to|with|that|when|as|it|he|she|they|after|before|but|the|an?|under|"
    rf"between|would|will|was|were|had|has|is|and(?! (?:the )?(?:\d|{_ORDINAL})))\b"
    rf"| and (?:the )?(?:{_NTH}|{_ORDINAL})(?![\w-]| (?:of )?{_MONTH}))"
)
"""What follows a number that stands for a day by itself ("on the 7th."), not before a noun ("on the 7th floor")."""

_PATTERN = re.compile(
    rf"\b(?P<iso>{_YEAR}-[01]\d-[0-3]\d)\b"
    rf"|\b(?P<dmrange>(?P<d3>{_DAY}) (?P<m3>{_MONTH})(?:{_RANGE}{_DAY} {_MONTH})(?:,? (?P<y3>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<wordmy>(?P<d7>{_ORDINAL}) of (?P<m7>{_MONTH})(?:,? (?P<y7>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<dmy>(?P<d1>{_DAY})(?:{_RANGE}{_DAY})?(?: of)? (?P<m1>{_MONTH})(?:,? (?P<y1>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<mdy>(?P<m2>{_MONTH}) (?P<d2>{_DAY})(?:{_RANGE}(?:{_MONTH} )?{_DAY})?(?:,? (?P<y2>{_YEAR}))?)(?!\w)"
    rf"|\b(?P<my>(?P<m4>{_MONTH})(?: of|,)? (?P<y4>{_YEAR}))\b"
    rf"|\b(?P<monthof>(?P<moq>last|next|this|late|early|mid|{_THAT}|the (?:beginning|end|middle) of)[ -]"
    rf"(?P<m6>{_MONTH}))(?!\w)(?!,? ?\d)(?: (?P<moyear>last year|next year|this year|of {_THAT} year))?"
    rf"|\b(?P<m5>(?-i:{_MONTH}))(?!\w)(?: (?P<m5q>last year|next year|this year|of last year|of this year|"
    rf"of next year|of {_THAT} year|of the year before|of the year after))?"
    rf"|\b(?P<weekday>(?:(?P<wq>last|next|this|coming|this coming|this past|the following|the previous) )?"
    rf"(?P<wd>{_WEEKDAY})s?)\b"
    rf"(?P<wdw> (?:of )?(?:next|last) week| week\b| last\b(?! (?:night|month|year|spring|summer|autumn|fall|winter)))?"
    rf"|\b(?P<ago>(?P<n1>{_COUNT}) (?:and a half )?(?P<u1>day|week|fortnight|month|year)s? (?:ago|"
    rf"back)(?P<agoq> (?:today|this month|this week))?)\b"
    rf"|\b(?P<apart>(?P<n3>{_COUNT}) (?P<u3>day|week|month|year)s? (?P<dir>after|later|before|earlier))\b"
    rf"|\b(?P<hence>(?:with)?in (?:the next |about |the coming |another )?(?P<n2>{_COUNT}) (?P<u2>day|week|month|"
    rf"year)s?(?:['’]s? time)?)\b"
    rf"|\b(?P<dayword>the day before yesterday|(?:the )?day after tomorrow|yesterday|today|tomorrow|tonight|"
    rf"last (?:night|evening)|overnight|"
    rf"this (?:morning|afternoon|evening)|earlier in the day|(?:a few|some) (?:minutes|hours) ago|an hour ago|"
    rf"moments ago|{_THAT} (?:day|morning|afternoon|evening|night)|the (?:evening|night) before|"
    rf"(?:at|over|during) the weekend|"
    rf"(?:the|on the) eve of|the (?:day before|next day|day after))\b"
    rf"|\b(?P<week>(?:earlier |later )?(?P<weekq>this|last|next|the coming|{_THAT}|"
    rf"the past) (?:week|weekend))\b"
    rf"|\b(?P<few>(?:a few|several|some) (?:days|weeks) ago|in recent (?:days|weeks)|the other day)\b"
    rf"|\b(?P<month>(?P<monq>this|last|next|the coming|{_THAT}|end of the|course of the|"
    rf"(?:later|earlier) in the|the (?:start|beginning|middle) of the) month|before the month is out|"
    rf"the month (?:before|after))\b"
    rf"|{_ON_THE}(?P<dayof>the (?:"
    rf"(?P<d8>{_NTH}|{_ORDINAL}) of (?P<doq>last|this|next|the|{_THAT}) month|"
    rf"(?P<d9>{_NTH}|{_UNMISTAKEN}){_NO_NOUN}))"
    rf"|\b(?P<year>(?:(?:in|over) the course of the |before the )year(?: is out)?|(?P<yrq>this|last|next|"
    rf"the coming|{_THAT}) year|the year (?:before|after)|(?:later|earlier) in the year|within the year|"
    rf"the (?:middle|(?:first|second) half) of the year|(?:by|before|at) (?:the )?year['’]?s? end|year-end|"
    rf"(?:the )?end of the year|the year['’]s end)\b"
    rf"|\b(?P<season>(?P<sq>this|last|next|{_THAT}|the|in|by|before|until|since|from) "
    rf"(?:coming |early |late )?{_SEASON}(?: of (?P<sy>{_YEAR}))?)\b"
    rf"|(?-i:(?<=\bin )|(?<=\bIn )|(?<=\bsince )|(?<=\bof ))['’](?P<shortyear>\d\d)(?!\w)"
    rf"|\b(?P<feast>(?-i:Christmas(?: Day| Eve)?|New Year['’]s (?:Day|Eve))|(?<=\bin )the new year)\b"
    rf"|(?:(?<=\bmid-)|(?<=\bearly-)|(?<=\blate-)|(?<![\d.,$€£-])\b)"
    rf"(?P<bareyear>(?P<y5>{_YEAR})(?:s|[-–/](?:{_YEAR}|\d\d))?)\b(?![%\d,]\d)",
    re.IGNORECASE,
)


_OF_YEAR = re.compile(r",? (?:of )?(?:the )?(last|previous|this|next) year\b", re.IGNORECASE)
_COUNTED = re.compile(
    rf"\b(?:{_THAT} (?:year|month|week|weekend|day|morning|afternoon|evening|night|{_MONTH}|{_WEEKDAY}|{_SEASON})|"
    r"the next day|the (?:day|evening|night|month|year) (?:before|after)|eve of)(?!\w)(?! (?:yesterday|tomorrow))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateWords:
    """One date expression of a text, with its offsets, not yet worked out."""

    start: int
    end: int
    kind: str
    match: re.Match[str]
    years: int | None = None
    """What a following "last year" or "of next year" adds to the year of publication."""
    is_counted: bool = False
    """Whether it counts from another date of the text ("a year later", "that March", "the same day")."""

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
        after = _OF_YEAR.match(text, match.end()) if kind in ("dmy", "dmrange", "mdy", "wordmy", "weekday") else None
        years = {"last": -1, "previous": -1, "next": 1, "this": 0}[after.group(1).lower()] if after else None
        is_counted = kind == "apart" or _COUNTED.search(match.group()) is not None
        found.append(DateWords(match.start(), (after or match).end(), kind, match, years, is_counted))
    return tuple(found)


_KINDS = (
    "iso", "dmy", "dmrange", "mdy", "my", "monthof", "m5", "weekday", "ago", "apart", "hence", "dayword", "week", "few",
    "month", "dayof", "year", "season", "shortyear", "feast", "bareyear", "wordmy",
)  # fmt: skip


def _is_month(text: str, start: int) -> bool:
    """Whether "May" or "March" at `start` is a month: a preposition or a comma goes before it."""
    return (
        re.search(
            r"\b(?:in|of|since|by|until|from|for|to|during|and|or|before|after|mid|early|late)[ -]$", text[:start]
        )
        is not None
    )
