"""Loads what operations look at: exchanges, failures, and what is remembered of each source."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import duckdb

from extractors.records import Failure, Fetch, RunStamp, SourceState, stable_id
from warehouse.rows import STAMP, Row, clean_text, merge, stamped, to_timestamp


def load_failures(connection: duckdb.DuckDBPyConnection, failures: Iterable[Failure], stamp: RunStamp) -> int:
    rows: list[Row] = [
        {
            "failure_id": stable_id("fail", stamp.run_id, f.source_id, f.stage, f.failure_class, f.url, f.reason),
            "source_id": f.source_id, "stage": f.stage, "failure_class": f.failure_class, "reason": f.reason,
            "url": f.url, "failed_at": to_timestamp(stamp.started_at), **stamped(stamp),
        }
        for f in map(_clean_failure, failures)
    ]  # fmt: skip
    return merge(connection, "ops.failures", rows, keys=["failure_id"], ignore=STAMP).get("INSERT", 0)


def _clean_failure(failure: Failure) -> Failure:
    url = None if failure.url is None else clean_text(failure.url)
    return Failure(failure.source_id, failure.stage, failure.failure_class, clean_text(failure.reason), url)


def load_fetches(connection: duckdb.DuckDBPyConnection, fetches: Iterable[Fetch], stamp: RunStamp) -> int:
    rows: list[Row] = []
    repeats: Counter[tuple[object, ...]] = Counter()
    for f in fetches:
        same = (f.source_id, f.purpose, f.url, to_timestamp(f.fetched_at), f.status, f.outcome)
        repeats[same] += 1  # retries within one tick of the clock are still exchanges of their own
        rows.append({
            "fetch_id": stable_id("fet", stamp.run_id, *map(_plain, same), repeats[same]),
            "url": f.url, "source_id": f.source_id, "purpose": f.purpose, "fetched_at": to_timestamp(f.fetched_at),
            "status": f.status, "outcome": f.outcome, "bytes_received": f.bytes_received, "seconds": f.seconds,
            "final_url": f.final_url, "body_sha256": f.body_sha256, "etag": f.etag, "last_modified": f.last_modified,
            "archive_file": f.archive_file, "archive_offset": f.archive_offset, **stamped(stamp),
        })  # fmt: skip
    return merge(connection, "ops.fetches", rows, keys=["fetch_id"], ignore=STAMP).get("INSERT", 0)


def _plain(part: object) -> object:
    return clean_text(part) if isinstance(part, str) else part


def load_states(connection: duckdb.DuckDBPyConnection, states: Iterable[SourceState], stamp: RunStamp) -> None:
    rows = [_state_row(state, stamp) for state in states]
    merge(connection, "ops.source_states", rows, keys=["source_id"], ignore=STAMP)


def _state_row(state: SourceState, stamp: RunStamp) -> Row:
    return {
        "source_id": state.source_id, "etag": state.etag, "last_modified": state.last_modified,
        "body_sha256": state.body_sha256, "last_polled_at": to_timestamp(state.last_polled_at),
        "last_full_get_at": to_timestamp(state.last_full_get_at),
        "last_success_at": to_timestamp(state.last_success_at),
        "last_new_item_at": to_timestamp(state.last_new_item_at), "next_poll_at": to_timestamp(state.next_poll_at),
        "poll_minutes": state.poll_minutes, "strikes": state.strikes, "failure_class": state.failure_class,
        **stamped(stamp),
    }  # fmt: skip


def note_extractor(connection: duckdb.DuckDBPyConnection, stamp: RunStamp) -> None:
    """A run is registered before its extractor is loaded: put the version right once it is known."""
    connection.execute(
        "UPDATE ops.runs SET extractor_version = $2 WHERE run_id = $1 AND extractor_version <> $2",
        [stamp.run_id, stamp.extractor_version],
    )


def forget_exchanges(connection: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """A poll of 200 sources every half hour makes 3 million rows a year; only recent ones are looked at."""
    at = to_timestamp(before)
    exchanges = connection.execute(
        """
        DELETE FROM ops.fetches WHERE fetched_at < $1::TIMESTAMP AND (purpose <> 'page' OR archive_file IS NULL)
        RETURNING 1
        """,
        [at],
    ).fetchall()
    failures = connection.execute(
        "DELETE FROM ops.failures WHERE failed_at < $1::TIMESTAMP RETURNING 1", [at]
    ).fetchall()
    return len(exchanges) + len(failures)
