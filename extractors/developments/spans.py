"""Turns what is known of a date into a span of days, so that "on Tuesday", "in May" and nothing can be compared."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from extractors.records import Modality, Precision

AGREE_DAYS = 3
"""Reports of one event differ by this much: time zones, a summit of several days, a weekday taken for another."""


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, as ordinals; `soft` where the text gives no date of its own."""

    first: int
    last: int
    soft: bool = False

    @property
    def is_day(self) -> bool:
        return self.first == self.last and not self.soft

    @property
    def days(self) -> int:
        return self.last - self.first


@lru_cache(maxsize=8192)
def parse_span(text: str) -> tuple[date, date]:
    """First and last day of YYYY, YYYY-MM or YYYY-MM-DD. Raises ValueError."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        day = date(*parts)
        return day, day
    if len(parts) == 2:
        first = date(parts[0], parts[1], 1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def event_span(
    event_date: str | None,
    precision: Precision,
    modality: Modality,
    published: datetime | None,
    *,
    is_background: bool = False,
) -> Span | None:
    """When it happened or is to happen; None where nothing bounds it (recalled, and undated)."""
    if event_date:
        first, last = parse_span(event_date)
        if precision == "none":  # inherited from the article: near, not exact
            return Span(first.toordinal() - 3, last.toordinal() + 1, soft=True)
        return Span(first.toordinal(), last.toordinal())
    if is_background or published is None:
        return None
    day = published.date().toordinal()
    if modality == "actual":
        return Span(day - 7, day, soft=True)
    if modality == "planned":
        return Span(day, day + 45, soft=True)
    return Span(day - 10, day + 10, soft=True)


def gap(one: Span, other: Span) -> int:
    """Days between two spans, 0 where they overlap."""
    return max(0, one.first - other.last, other.first - one.last)
