"""Decides how far apart in time two reports of one event can lie, by what each says of the day."""

from extractors.developments.sketch import ONCE, Sketch
from extractors.developments.spans import AGREE_DAYS, Span, gap

DRILL_DAYS = 7
"""A drill runs on for days: reports of one day of it speak of the same drill."""
ECHO_DAYS = 30
"""An undated report looks back on what was news within this time: it tells of no second event."""
PLAN_DAYS = 180
"""A plan without a date is told again and again until its day comes."""
WIDE_DAYS = 100
"""A span longer than this (a year, say) is no month that touches the next."""


def days_apart(report: Sketch, other: Sketch) -> int | None:
    """Days between the two, or None where that is too far for one event."""
    one, two = report.span, other.span
    if one is None or two is None:
        # Recalled without a date: only another such recollection is surely the same.
        return 1 if one is two else None
    if _told_apart(report, other) or _promised_after(report, other) or _promised_after(other, report):
        return None
    apart = gap(one, two)
    return apart if apart <= _allowed(report, other, one, two) else None


def _allowed(report: Sketch, other: Sketch, one: Span, two: Span) -> int:
    if max(one.days, two.days) > WIDE_DAYS:
        return 0  # "this year" and "next year" touch, and are not the same
    near = DRILL_DAYS if "exercise" in (report.kind, other.kind) else AGREE_DAYS
    if not (one.soft or two.soft) or report.action == "convene":
        return near
    if report.action in ONCE and (report.is_standing or other.is_standing):
        return near
    if report.modality == other.modality == "planned":
        return PLAN_DAYS if one.soft and two.soft else near
    for soft, dated in ((one, two), (two, one)):
        if soft.soft and not dated.soft and dated.first > soft.last:
            return near  # what is dated came after the undated report was written
    return ECHO_DAYS


def _told_apart(report: Sketch, other: Sketch) -> bool:
    """What one article says was done, and what it says without a date will be done, are two things."""
    if report.modality == other.modality or not report.articles & other.articles:
        return False
    return any(span is None or span.soft or span.days > 0 for span in (report.span, other.span))


def _promised_after(plan: Sketch, fact: Sketch) -> bool:
    """An undated "will be held" written some days after a session speaks of the next one."""
    return (
        plan.modality == "planned"
        and plan.span is not None
        and plan.span.soft
        and fact.modality == "actual"
        and fact.span is not None
        and fact.span.last < plan.span.first - AGREE_DAYS
    )
