"""Which links are dealt with: the memory by which an article is fetched once, and a failed one a few times more.

A link is `listed` until a run tries it; `read` once its page was received; `retry` after a failure that may pass, with
longer and longer pauses; `failed` when it is given up. It is forgotten by when a listing last showed it, since some
re-list old items for years.
"""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from string import Template

import duckdb

from extractors.records import Link, RunStamp, SourceBatch
from extractors.urls import UrlError, canonicalise_url
from warehouse.rows import Row, clean_text, merge, stage, to_timestamp

ATTEMPTS = 5
"""Runs in which a page may fail with a passing failure before its link is given up; the pauses add up to 30 hours."""
_PAUSE = "to_hours(l.attempts * l.attempts)"
_PASSING = ("dns", "tls", "timeout", "connection", "robots", "blocked", "http-408", "http-425", "http-429", "http-5")

_OUTCOME = Template("""
    CASE
        WHEN kept.outcome = 'read' OR found.outcome = 'read' THEN 'read'
        WHEN found.outcome = 'listed' OR kept.last_attempt_at >= found.last_attempt_at THEN kept.outcome
        WHEN found.outcome = 'retry' AND kept.attempts + 1 >= $attempts THEN 'failed'
        ELSE found.outcome
    END
""").substitute(attempts=ATTEMPTS)
_ATTEMPTS = """
    kept.attempts + CASE WHEN kept.last_attempt_at >= found.last_attempt_at THEN 0 ELSE found.attempts END
"""
# "Now" is the start of the newest run, which is the one that asks.
_DEALT_WITH = Template("""
    SELECT s.canonical_url FROM staged_ops_links s JOIN ops.links l ON l.canonical_url = s.canonical_url
    WHERE l.outcome IN ('read', 'failed')
        OR (l.outcome = 'retry' AND l.last_attempt_at + $pause > (SELECT max(started_at) FROM ops.runs))
    UNION
    SELECT s.canonical_url FROM staged_ops_links s JOIN articles a ON a.canonical_url = s.canonical_url
""").substitute(pause=_PAUSE)


def canonical_url(url: str) -> str:
    """The key of a link; an address that has no canonical form stands for itself."""
    try:
        return clean_text(canonicalise_url(url))
    except UrlError:
        return clean_text(url)


def unseen_links(connection: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> tuple[Link, ...]:
    """Those that are to be fetched now, in the order given, each canonical address once."""
    by_key: dict[str, Link] = {}
    for link in links:
        by_key.setdefault(canonical_url(link.url), link)
    if not by_key:
        return ()
    rows: list[Row] = [{"canonical_url": key} for key in by_key]
    stage(connection, "ops.links", rows, ["canonical_url"])
    dealt_with = {key for (key,) in connection.execute(_DEALT_WITH).fetchall()}
    return tuple(link for key, link in by_key.items() if key not in dealt_with)


def merge_links(connection: duckdb.DuckDBPyConnection, batches: Iterable[SourceBatch], stamp: RunStamp) -> int:
    """Remember what the listings showed and what became of each link; returns how many are new."""
    rows = [row for batch in batches for row in _link_rows(batch, stamp)]
    said = ("title", "summary", "language", "published_at")
    counts = merge(
        connection, "ops.links", rows, keys=["canonical_url"], keep=["source_id", "url", "first_seen_at"],
        ignore=["run_id", "extractor_version"],
        expressions={
            **{name: f"coalesce(kept.{name}, found.{name})" for name in said},
            "outcome": _OUTCOME, "attempts": _ATTEMPTS,
            "last_attempt_at": "greatest(found.last_attempt_at, kept.last_attempt_at)",
            "last_seen_at": "greatest(kept.last_seen_at, found.last_seen_at)",
        },
    )  # fmt: skip
    return counts.get("INSERT", 0)


def _link_rows(batch: SourceBatch, stamp: RunStamp) -> list[Row]:
    at = to_timestamp(stamp.started_at)
    shown = {canonical_url(link.url): link for link in reversed(batch.seen)}
    outcomes = _find_outcomes(batch, shown.keys())
    rows: list[Row] = []
    for key in dict.fromkeys((*shown, *outcomes)):
        link = shown.get(key) or Link(key)
        outcome = outcomes.get(key, "listed")
        rows.append({
            "canonical_url": key, "url": link.url, "source_id": batch.source.id, "title": link.title,
            "summary": link.summary, "language": link.language, "published_at": to_timestamp(link.published_at),
            "outcome": outcome, "attempts": 1 if outcome in ("retry", "failed") else 0,
            "last_attempt_at": None if outcome == "listed" else at, "first_seen_at": at, "last_seen_at": at,
            "run_id": stamp.run_id, "extractor_version": stamp.extractor_version,
        })  # fmt: skip
    return rows


def forget_links(connection: duckdb.DuckDBPyConnection, before: datetime) -> int:
    """Drop links that no listing has shown since; their articles stay and are not fetched again."""
    rows = connection.execute(
        "DELETE FROM ops.links WHERE last_seen_at < $1::TIMESTAMP RETURNING 1", [to_timestamp(before)]
    ).fetchall()
    return len(rows)


def _find_outcomes(batch: SourceBatch, shown: Set[str]) -> dict[str, str]:
    """What became of each page that was tried. A link that the batch does not count as seen is to be tried again."""
    outcomes: dict[str, str] = {}
    tried = [(f.url, f.failure_class) for f in batch.failures if f.url is not None and f.stage in ("page", "read")]
    tried += [(fetch.url, fetch.outcome) for fetch in batch.fetches if fetch.purpose == "page"]
    for url, outcome in tried:
        if url == batch.source.url:
            continue
        key = canonical_url(url)
        if outcome in ("ok", "not-modified", "same-body"):
            outcomes[key] = "read"
        else:
            passing = key not in shown or outcome.startswith(_PASSING)
            outcomes[key] = "retry" if passing else "failed"
    for article in batch.articles:
        for url in (article.canonical_url, canonical_url(article.url)):
            if url in shown or url in outcomes:
                outcomes[url] = "read"
    return outcomes
