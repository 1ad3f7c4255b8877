"""Decides which developments are news to a subscriber: new, meant as fact, recent, sure enough, and no lone rumour."""

from datetime import datetime, timedelta

from extractors.developments.spans import parse_span
from extractors.records import AlertPolicy, Development


def age_days(development: Development, now: datetime) -> int | None:
    """Days since the event was over (negative for one to come), or since it was first reported; None: unknown."""
    if development.event_date:
        return (now.date() - parse_span(development.event_date)[1]).days
    if development.first_published_at is not None:
        return (now.date() - development.first_published_at.date()).days
    return None


def why_silent(development: Development, now: datetime, policy: AlertPolicy, *, denies_alerted: bool = False) -> str:
    """The reason for no alert on this development now, or "" where it deserves one."""
    if development.is_background:
        return "background"
    if development.modality == "possible":
        return "only possible"
    if development.modality == "negated" and not denies_alerted:
        # A subscriber who was told that it happened is told that it is denied; others have nothing to unlearn.
        return "negated"
    age = age_days(development, now)
    if age is None:
        # A page without any date may be of any age. A dated report of the same event lifts this.
        return "age unknown"
    if age > policy.window_days:
        return "too old"
    if development.confidence < policy.min_confidence:
        return "not sure enough"
    if is_rumour(development, policy) and now - development.first_seen_at < timedelta(hours=policy.rumour_hold_hours):
        return "held back: one source of low standing"
    return ""


def is_rumour(development: Development, policy: AlertPolicy) -> bool:
    """Whether only one origin tells it, and none of those who carry it is of better standing than a rumour's."""
    return development.independent_sources <= 1 and development.best_tier >= policy.rumour_tier


def published_lately(published: datetime | None, now: datetime, policy: AlertPolicy) -> bool:
    """Whether an article is itself news: an old page that announces what lies ahead is not."""
    return published is None or (now.date() - published.date()) <= timedelta(days=policy.window_days)
