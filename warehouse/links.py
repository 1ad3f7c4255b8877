"""Which links are dealt with: the memory by which an article is fetched once, and a failed one a few times more.

A link is `listed` until a run tries it; `read` once its page was received; `retry` after a failure that may pass;
`failed` when it is given up. It is forgotten by when a listing last showed it, since some re-list old items for years.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import duckdb

from extractors.records import Link, RunStamp, SourceBatch
from extractors.urls import UrlError, canonicalise_url
from warehouse.rows import Row, clean_text, merge, stage, to_timestamp

ATTEMPTS = 3
"""Runs in which a page may fail with a passing failure before its link is given up."""
_PASSING = ("dns", "tls", "timeout", "connection", "reset", "rate-limited", "robots-unavailable", "http-408",
            "http-425", "http-429", "http-5", "busy", "host-resting", "truncated")  # fmt: skip

_OUTCOME = f"""
    CASE
        WHEN kept.outcome = 'read' OR found.outcome = 'read' THEN 'read'
        WHEN found.outcome = 'listed' OR kept.last_attempt_run = found.run_id THEN kept.outcome
        WHEN found.outcome = 'retry' AND kept.attempts + 1 >= {ATTEMPTS} THEN 'failed'
        ELSE found.outcome
    END
"""
_ATTEMPTS = """
    kept.attempts + CASE WHEN found.attempts > 0 AND kept.last_attempt_run IS DISTINCT FROM found.run_id
        THEN 1 ELSE 0 END
"""


def canonical_url(url: str) -> str:
    """The key of a link; an address that has no canonical form stands for itself."""
    try:
        return clean_text(canonicalise_url(url))
    except UrlError:
        return clean_text(url)


def unseen_links(connection: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> tuple[Link, ...]:
    """Those that are still to be fetched, in the order given, each canonical address once."""
    by_key: dict[str, Link] = {}
    for link in links:
        by_key.setdefault(canonical_url(link.url), link)
    if not by_key:
        return ()
    rows: list[Row] = [{"canonical_url": key} for key in by_key]
    stage(connection, "ops.links", rows, ["canonical_url"])
    done = connection.execute("""
        SELECT s.canonical_url FROM staged_ops_links s JOIN ops.links l ON l.canonical_url = s.canonical_url
        WHERE l.outcome IN ('read', 'failed')
        UNION
        SELECT s.canonical_url FROM staged_ops_links s JOIN articles a ON a.canonical_url = s.canonical_url
    """).fetchall()
    dealt_with = {key for (key,) in done}
    return tuple(link for key, link in by_key.items() if key not in dealt_with)


def merge_links(connection: duckdb.DuckDBPyConnection, batch: SourceBatch, stamp: RunStamp) -> int:
    """Remember what the listing showed and what became of each link; returns how many are new."""
    outcomes = _outcomes(batch)
    rows: list[Row] = []
    for link in batch.seen:
        key = canonical_url(link.url)
        outcome = outcomes.get(key, "listed")
        tried = outcome in ("retry", "failed")
        rows.append({
            "canonical_url": key, "url": link.url, "source_id": batch.source.id, "title": link.title,
            "summary": link.summary, "language": link.language, "published_at": to_timestamp(link.published_at),
            "outcome": outcome, "attempts": 1 if tried else 0,
            "last_attempt_run": None if outcome == "listed" else stamp.run_id,
            "first_seen_at": to_timestamp(stamp.started_at), "last_seen_at": to_timestamp(stamp.started_at),
            "run_id": stamp.run_id, "extractor_version": stamp.extractor_version,
        })  # fmt: skip
    counts = merge(
        connection, "ops.links", rows, keys=["canonical_url"],
        keep=["source_id", "url", "title", "summary", "language", "published_at", "first_seen_at"],
        ignore=["run_id", "extractor_version"],
        expressions={
            "outcome": _OUTCOME, "attempts": _ATTEMPTS,
            "last_attempt_run": "coalesce(found.last_attempt_run, kept.last_attempt_run)",
            "last_seen_at": "greatest(kept.last_seen_at, found.last_seen_at)",
        },
    )  # fmt: skip
    return counts.get("INSERT", 0)


def forget_links(connection: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """Drop links that no listing has shown since; their articles stay and are not fetched again."""
    rows = connection.execute(
        "DELETE FROM ops.links WHERE last_seen_at < $1 RETURNING 1", [before.replace(tzinfo=None)]
    ).fetchall()
    return len(rows)


def _outcomes(batch: SourceBatch) -> dict[str, str]:
    outcomes: dict[str, str] = {}
    pages = [fetch for fetch in batch.fetches if fetch.purpose == "page"]
    failures = [f for f in batch.failures if f.url is not None and f.stage != "listing"]
    for failure in failures:
        if failure.url is not None:
            outcomes[canonical_url(failure.url)] = "retry" if _passes(failure.failure_class) else "failed"
    for fetch in pages:
        received = fetch.outcome in ("ok", "not-modified", "same-body")
        outcome = "read" if received else "retry" if _passes(fetch.outcome) else "failed"
        outcomes[canonical_url(fetch.url)] = outcome
    for key in _article_keys(batch):
        outcomes[key] = "read"
    return outcomes


def _article_keys(batch: SourceBatch) -> Iterable[str]:
    for article in batch.articles:
        yield article.canonical_url
        yield canonical_url(article.url)


def _passes(failure_class: str) -> bool:
    return failure_class.startswith(_PASSING)
