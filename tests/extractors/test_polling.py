"""When a source is asked again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.polling import (
    DEFAULT_POLICY,
    PollPolicy,
    after_failure,
    after_success,
    is_due,
    strike_weight,
    wants_full_get,
)
from extractors.records import Fetch, Source, SourceState

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SOURCE = Source("s", "S", "http://example.org/feed", "rss", poll_minutes=60)
READ = Fetch(SOURCE.url, "s", "listing", NOW, 200, "ok", etag='"2"', last_modified="Mon", body_sha256="b2")
UNCHANGED = replace(READ, status=304, outcome="not-modified", etag=None, last_modified=None, body_sha256=None)
KNOWN = SourceState("s", etag='"1"', last_modified="Sun", body_sha256="b1", last_success_at=NOW, last_full_get_at=NOW)
CLASSES = (
    "dns", "tls", "timeout", "connection", "http-404", "http-410", "http-500", "http-503", "http-429", "too-large",
    "redirects", "blocked", "robots", "unsafe-address", "parse", "empty",
)  # fmt: skip


def minutes(state: SourceState, now: datetime = NOW) -> float:
    assert state.next_poll_at is not None
    return (state.next_poll_at - now).total_seconds() / 60


def test_a_new_source_is_asked_at_once_and_then_as_often_as_it_says() -> None:
    assert is_due(None, NOW)
    assert is_due(SourceState("s"), NOW)
    state = after_success(SourceState("s"), SOURCE, READ, NOW, links=10, new_links=10)
    assert minutes(state) == 60
    assert not is_due(state, NOW + timedelta(minutes=59))
    assert is_due(state, NOW + timedelta(minutes=60))


def test_a_busy_source_is_asked_more_often_down_to_a_quarter_of_its_own_interval() -> None:
    state = KNOWN
    waits = []
    for _ in range(6):
        state = after_success(state, SOURCE, READ, NOW, links=30, new_links=25)
        waits.append(minutes(state))
    assert waits == sorted(waits, reverse=True)
    assert waits[0] == 40
    assert waits[-1] == 15


def test_a_quiet_source_is_asked_less_often_up_to_four_times_its_own_interval() -> None:
    state = KNOWN
    waits = []
    for _ in range(8):
        state = after_success(state, SOURCE, UNCHANGED, NOW)
        waits.append(minutes(state))
    assert waits == sorted(waits)
    assert waits[0] == 90
    assert waits[-1] == 240


def test_a_steady_source_keeps_its_interval() -> None:
    assert minutes(after_success(KNOWN, SOURCE, READ, NOW, links=30, new_links=15)) == 60


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ({"update_minutes": 180.0}, 180),
        ({"max_age_minutes": 120.0}, 120),
        ({"update_minutes": 5.0, "max_age_minutes": 1.0}, 60),
        ({"update_minutes": 60.0 * 24 * 365}, 24 * 60),
    ],
)
def test_what_feed_and_server_ask_for_is_honoured_within_bounds(asked: dict[str, float], wait: float) -> None:
    state = after_success(KNOWN, SOURCE, READ, NOW, links=30, new_links=15, **asked)  # type: ignore[arg-type]
    assert minutes(state) == wait


def test_validators_are_kept_through_a_304_and_replaced_by_a_page() -> None:
    same = after_success(KNOWN, SOURCE, UNCHANGED, NOW + timedelta(hours=1))
    assert (same.etag, same.last_modified, same.body_sha256) == ('"1"', "Sun", "b1")
    assert same.last_full_get_at == NOW
    new = after_success(KNOWN, SOURCE, replace(READ, etag=None), NOW + timedelta(hours=1), links=3, new_links=1)
    assert (new.etag, new.last_modified, new.body_sha256) == (None, "Mon", "b2")
    assert new.last_full_get_at == new.last_new_item_at == NOW + timedelta(hours=1)


def test_a_full_get_is_due_now_and_then() -> None:
    assert wants_full_get(None, NOW)
    assert wants_full_get(SourceState("s", last_full_get_at=NOW), NOW), "nothing to be conditional on"
    assert not wants_full_get(KNOWN, NOW + timedelta(hours=23))
    assert wants_full_get(KNOWN, NOW + timedelta(hours=24))
    assert wants_full_get(replace(KNOWN, last_full_get_at=None), NOW)


def test_failures_are_weighed() -> None:
    assert strike_weight("timeout") < strike_weight("dns") < strike_weight("http-404")
    assert strike_weight("http-599") == strike_weight("http-500")
    assert strike_weight("something new") == 1.0


def test_a_dead_source_is_tried_now_and_then_for_ever_and_a_success_forgives_all() -> None:
    state, now = KNOWN, NOW
    for _ in range(200):
        state = after_failure(state, SOURCE, "http-410", now)
        assert state.next_poll_at is not None
        assert timedelta(0) < state.next_poll_at - now <= timedelta(days=DEFAULT_POLICY.resurrection_days)
        now = state.next_poll_at
    assert minutes(state, now - timedelta(days=7)) == 7 * 24 * 60
    assert state.failure_class == "http-410"
    assert state.etag == '"1"', "what is known of the source survives"
    back = after_success(state, SOURCE, READ, now, links=10, new_links=10)
    assert (back.strikes, back.failure_class) == (0.0, None)
    assert minutes(back, now) <= 60


def test_retry_after_is_obeyed_up_to_the_ceiling() -> None:
    assert minutes(after_failure(KNOWN, SOURCE, "http-429", NOW, retry_after=7200.0)) == 120
    assert minutes(after_failure(KNOWN, SOURCE, "http-429", NOW, retry_after=1e9)) == 24 * 60


@given(
    st.lists(
        st.one_of(
            st.sampled_from(CLASSES),
            st.tuples(st.integers(0, 500), st.integers(0, 500), st.none() | st.floats(0, 1e7)),
        ),
        max_size=60,
    ),
    st.integers(1, 10_000),
    st.floats(0, 100),
)
def test_no_history_leaves_a_source_alone_for_ever_or_hammers_it(
    history: list[str | tuple[int, int, float | None]], poll_minutes: int, floor: float
) -> None:
    policy = PollPolicy(floor_minutes=floor)
    source = replace(SOURCE, poll_minutes=poll_minutes)
    state, now = SourceState("s"), NOW
    for event in history:
        if isinstance(event, str):
            state = after_failure(state, source, event, now, policy=policy)
        else:
            links, new, asked = event
            state = after_success(
                state, source, READ, now, links=links, new_links=min(links, new), update_minutes=asked, policy=policy
            )
        wait = minutes(state, now)
        assert floor - 0.01 <= wait <= 7 * 24 * 60 + 0.01
        assert state.next_poll_at is not None
        now = state.next_poll_at
