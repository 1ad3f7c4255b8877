"""Dates as publishers write them, in machine forms and in words, to UTC instants with their precision.

Which date counts as the publication date is decided in `published.py`; dates of events are read in `mentions`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Literal

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No page of the web is older; 1970-01-01 and 0001-01-01 are what software writes for "none"."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in UTC; with precision `day` the time is midnight and says nothing."""

    at: datetime
    precision: Literal["second", "day"]


_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_ISO = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:[T ]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_MAIL_DATE = re.compile(
    r"(?:[A-Za-z]{3,9},?\s+)?\d{1,2}[\s-][A-Za-z]{3,9}[\s-]\d{2,4}\s+\d|[A-Za-z]{3}\s+[A-Za-z]{3}\s+\d{1,2}\s+\d{2}:"
)
_TIME = r"(?:[\s,|–-]*(?:at\s+)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?\s*([ap]\.?m\.?)?)?"
_MONTH_FIRST = re.compile(rf"{_MONTH}\s*(\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s*((?:19|20)\d{{2}})\b{_TIME}", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{_MONTH}[\s,-]*((?:19|20)\d{{2}})\b{_TIME}", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)" + _TIME, re.IGNORECASE)
_CJK = re.compile(r"((?:19|20)\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_NUMERIC = re.compile(r"(?<![\d/.-])(\d{1,2})([./])(\d{1,2})\2((?:19|20)\d{2})(?!\d)")


def parse_machine_date(text: str | None) -> Instant | None:
    """A date in an attribute or a feed: ISO 8601, RFC 822, a Unix time, or words. None where there is none."""
    if not text:
        return None
    text = text.strip()[:80]
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return _instant_from_unix(int(text[:10]))
    if found := _ISO.match(text):
        return _from_iso(found)
    if _MAIL_DATE.match(text) and (instant := _from_rfc822(text)) is not None:
        return instant
    return parse_written_date(text)


def parse_written_date(text: str) -> Instant | None:
    """The first date in running text that is written in full, with its year."""
    dates = find_written_dates(text)
    return dates[0][2] if dates else None


def find_written_dates(text: str) -> list[tuple[int, int, Instant]]:
    """All full dates in running text with their places, in order. Numeric ones only where day and month are plain."""
    found: list[tuple[int, int, Instant]] = []
    for match in _MONTH_FIRST.finditer(text):
        _add(found, match, match[3], _MONTHS[match[1].lower()], match[2], match.groups()[3:])
    for match in _DAY_FIRST.finditer(text):
        _add(found, match, match[3], _MONTHS[match[2].lower()], match[1], match.groups()[3:])
    for match in _YEAR_FIRST.finditer(text):
        _add(found, match, match[1], match[2], match[3], match.groups()[3:])
    for match in _CJK.finditer(text):
        _add(found, match, match[1], match[2], match[3], (None, None, None, None))
    for match in _NUMERIC.finditer(text):
        first, second = int(match[1]), int(match[3])
        if match[2] == "." or first > 12 or first == second:
            _add(found, match, match[4], second, first, (None, None, None, None))
        elif second > 12:
            _add(found, match, match[4], first, second, (None, None, None, None))
    found.sort(key=lambda item: item[0])
    return found


def _add(
    found: list[tuple[int, int, Instant]],
    match: re.Match[str],
    year: str | int,
    month: str | int,
    day: str | int,
    clock: tuple[str | None, ...],
) -> None:
    # A written time carries no zone that could be trusted, so the day is all that is kept.
    instant = _instant(int(year), int(month), int(day))
    if instant is not None and not any(start <= match.start() < end for start, end, _ in found):
        found.append((match.start(), match.end(), instant))


def _instant(
    year: int, month: int, day: int, hour: int | None = None, minute: int = 0, second: int = 0, offset: int = 0
) -> Instant | None:
    try:
        at = datetime(year, month, day, hour or 0, minute, min(second, 59), tzinfo=timezone(timedelta(seconds=offset)))
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Instant(at, "day" if hour is None else "second")


def _from_iso(found: re.Match[str]) -> Instant | None:
    year, month, day, hour, minute, second, zone = found.groups()
    offset = 0
    if zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = (int(digits[:2]) * 3600 + int(digits[2:]) * 60) * (-1 if zone[0] == "-" else 1)
    if hour is None or (hour, minute, second or "00") == ("00", "00", "00"):
        return _instant(int(year), int(month), int(day))  # midnight sharp is how templates write a bare day
    return _instant(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), offset)


def _from_rfc822(text: str) -> Instant | None:
    parsed = parsedate_tz(text)
    if parsed is None:
        return None
    year, month, day, hour, minute, second, *_, offset = parsed
    if (hour, minute, second) == (0, 0, 0):
        return _instant(year, month, day)
    return _instant(year, month, day, hour, minute, second, offset or 0)


def _instant_from_unix(seconds: int) -> Instant | None:
    try:
        return Instant(datetime.fromtimestamp(seconds, UTC), "second")
    except (ValueError, OverflowError, OSError):
        return None
