"""When a source is asked again: between a floor and a ceiling by how much of its listing is new, and after failures
ever more rarely but never not at all. Pure: `now` and what happened are arguments.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from extractors.records import Fetch, Source, SourceState


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """Bounds of the interval between two polls of a source."""

    floor_minutes: float = 10.0
    ceiling_minutes: float = 24 * 60.0
    full_get_hours: float = 24.0
    """A full GET at least this often: some feeds send one ETag for ever."""
    fresh_share: float = 2 / 3
    """More of the listing new than this: we come too rarely. Items may have passed unseen."""
    stale_share: float = 1 / 3
    """Less of it new than this: we come too often."""
    step: float = 1.5
    patience: float = 30.0
    """Strikes after which a source counts as dead and is only tried now and then."""
    resurrection_days: float = 7.0


DEFAULT_POLICY: Final = PollPolicy()

WEIGHTS: Final = {
    "timeout": 0.25,
    "connection": 0.25,
    "http-408": 0.25,
    "http-425": 0.25,
    "http-429": 0.25,
    "http-500": 0.25,
    "http-502": 0.25,
    "http-503": 0.25,
    "http-504": 0.25,
    "dns": 0.5,
    "tls": 0.5,
    "blocked": 0.5,
    "robots": 0.5,
    "empty": 0.5,
    "parse": 0.5,
    "redirects": 0.5,
    "too-large": 0.5,
}
"""What a failure weighs: what passes by itself little, what may pass more; what only a person mends, one strike."""
_HARD: Final = 1.0


def strike_weight(failure_class: str) -> float:
    if failure_class in WEIGHTS:
        return WEIGHTS[failure_class]
    return 0.25 if failure_class.startswith("http-5") else _HARD


def is_due(state: SourceState | None, now: datetime) -> bool:
    return state is None or state.next_poll_at is None or state.next_poll_at <= now


def wants_full_get(state: SourceState | None, now: datetime, policy: PollPolicy = DEFAULT_POLICY) -> bool:
    """Whether to leave the validators out this time, and see with our own eyes."""
    if state is None or not (state.etag or state.last_modified):
        return True
    return state.last_full_get_at is None or now - state.last_full_get_at >= timedelta(hours=policy.full_get_hours)


def after_success(
    state: SourceState,
    source: Source,
    fetch: Fetch,
    now: datetime,
    *,
    links: int = 0,
    new_links: int = 0,
    update_minutes: float | None = None,
    max_age_minutes: float | None = None,
    policy: PollPolicy = DEFAULT_POLICY,
) -> SourceState:
    """The state after a listing was read, or found unchanged (`links=0`).

    `update_minutes` is what the feed asks for, `max_age_minutes` what its server does; neither shortens the interval.
    """
    minutes = state.poll_minutes or float(source.poll_minutes)
    if links:
        share = new_links / links
        if share > policy.fresh_share and state.last_success_at is not None:
            minutes /= policy.step
        elif share < policy.stale_share:
            minutes *= policy.step
    else:
        minutes *= policy.step
    # The person who listed the source said how often it deserves a look: news is never four times later than that.
    slowest = min(policy.ceiling_minutes, max(4.0 * source.poll_minutes, policy.floor_minutes))
    fastest = max(policy.floor_minutes, source.poll_minutes / 4.0)
    minutes = min(max(minutes, fastest), slowest)
    asked = min(max(update_minutes or 0.0, max_age_minutes or 0.0), policy.ceiling_minutes)
    unchanged = fetch.outcome == "not-modified"
    return replace(
        state,
        etag=fetch.etag or (state.etag if unchanged else None),
        last_modified=fetch.last_modified or (state.last_modified if unchanged else None),
        body_sha256=state.body_sha256 if unchanged else fetch.body_sha256,
        last_polled_at=now,
        last_full_get_at=state.last_full_get_at if unchanged else now,
        last_success_at=now,
        last_new_item_at=now if new_links else state.last_new_item_at,
        next_poll_at=now + timedelta(minutes=max(minutes, asked)),
        poll_minutes=minutes,
        strikes=0.0,
        failure_class=None,
    )


def after_failure(
    state: SourceState,
    source: Source,
    failure_class: str,
    now: datetime,
    *,
    retry_after: float | None = None,
    policy: PollPolicy = DEFAULT_POLICY,
) -> SourceState:
    """The state after a listing could not be had: strikes grow, and the interval with them.

    A source past the policy's patience is tried once every `resurrection_days`; many come back. `retry_after` is in
    seconds, and is obeyed up to the ceiling.
    """
    strikes = state.strikes + strike_weight(failure_class)
    minutes = state.poll_minutes or float(source.poll_minutes)
    if strikes >= policy.patience:
        wait = policy.resurrection_days * 24 * 60
    else:
        wait = min(max(minutes, policy.floor_minutes) * 2.0 ** min(strikes, 16.0), policy.ceiling_minutes)
    asked = min((retry_after or 0.0) / 60, policy.ceiling_minutes)
    return replace(
        state,
        last_polled_at=now,
        next_poll_at=now + timedelta(minutes=max(wait, asked)),
        strikes=strikes,
        failure_class=failure_class,
    )
