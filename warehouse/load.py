"""Loads what one source gave in one run: merges by our own ids, so that the same batch twice changes nothing.

A reading of an article replaces the one before. Its earlier text goes to `ops.article_revisions`; mentions that the
new reading no longer finds are retired (`warehouse.retire`). Nothing is deleted and inserted again under one key.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence

import duckdb

from extractors.records import (
    Article,
    ArticleCopy,
    Failure,
    Fetch,
    Initiative,
    Mention,
    RunStamp,
    Source,
    SourceBatch,
    SourceState,
    stable_id,
)
from warehouse.connection import WarehouseError
from warehouse.links import merge_links
from warehouse.retire import fit_quotes, retire_mentions
from warehouse.rows import Row, clean_text, merge, merge_staged, stage, to_timestamp

_STAMP = ("run_id", "extractor_version")

_KEEP_REVISIONS = """
    INSERT INTO ops.article_revisions
    SELECT kept.article_id, kept.revision, kept.title, kept.text, kept.text_sha256, kept.updated_at,
        found.updated_at, kept.run_id, kept.extractor_version
    FROM articles kept JOIN staged_articles found ON found.article_id = kept.article_id
    WHERE kept.updated_at < found.updated_at
        AND (kept.text_sha256, kept.title) IS DISTINCT FROM (found.text_sha256, found.title)
    ON CONFLICT DO NOTHING
"""
# A page that is edited must not be dated anew: only another extractor, or a date where none was, changes the date.
_REDATED = "kept.published_at IS NULL OR kept.extractor_version <> found.extractor_version"
_DROP_ACTORS = """
    DELETE FROM mention_actors
    WHERE mention_id IN (SELECT mention_id FROM staged_mentions)
        AND NOT EXISTS (
            SELECT 1 FROM staged_mention_actors s
            WHERE s.mention_id = mention_actors.mention_id AND s.position = mention_actors.position)
"""


class BatchError(WarehouseError):
    """A batch that contradicts itself: a fault of the program, not of a page."""


def load_batch(connection: duckdb.DuckDBPyConnection, batch: SourceBatch, stamp: RunStamp) -> dict[str, int]:
    """Load all of it, inside the caller's transaction; returns what was new."""
    _check_batch(batch)
    merge_sources(connection, [batch.source], stamp)
    counts = {
        "articles": _load_articles(connection, batch, stamp),
        "mentions": _load_mentions(connection, batch.mentions, batch.articles, stamp),
        "copies": _load_copies(connection, batch.copies, stamp),
        "failures": load_failures(connection, batch.failures, stamp),
        "fetches": _load_fetches(connection, batch.fetches, stamp),
    }
    counts["links"] = merge_links(connection, batch, stamp)
    _load_state(connection, batch.state, stamp)
    return counts


def merge_sources(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source], stamp: RunStamp | None) -> None:
    rows: list[Row] = [
        {
            "source_id": s.id, "name": s.name, "url": s.url, "kind": s.kind, "language": s.language,
            "country": s.country, "region": s.region, "type": s.type, "tier": s.tier, "poll_minutes": s.poll_minutes,
            "link_pattern": s.link_pattern, "status": s.status, "note": s.note, "active": True, **_stamped(stamp),
        }
        for s in sources
    ]  # fmt: skip
    merge(connection, "sources", rows, keys=["source_id"], ignore=_STAMP)


def merge_initiatives(
    connection: duckdb.DuckDBPyConnection, initiatives: Sequence[Initiative], stamp: RunStamp | None
) -> None:
    """Entries of the catalog with their names; names that the catalog no longer has go."""
    rows: list[Row] = [
        {
            "initiative_id": i.id, "name": i.name, "kind": i.kind, "known": i.known, "regions": i.regions,
            "members": i.members, "observers": i.observers, "founded": i.founded, "ended": i.ended,
            "parent": i.parent, "wikidata": i.wikidata, "source": i.source, **_stamped(stamp),
        }
        for i in initiatives
    ]  # fmt: skip
    merge(connection, "initiatives", rows, keys=["initiative_id"], ignore=_STAMP)
    aliases: list[Row] = []
    for i in initiatives:
        named = [(i.name, "name"), *((a, "alias") for a in i.aliases), *((a, "acronym") for a in i.acronyms)]
        aliases += [
            {"initiative_id": i.id, "alias": a, "basis": basis, "ambiguous": a in i.ambiguous, **_stamped(stamp)}
            for a, basis in named
        ]
    merge(connection, "initiative_aliases", aliases, keys=["initiative_id", "alias"], ignore=_STAMP)
    if aliases:
        connection.execute("""
            DELETE FROM initiative_aliases
            WHERE basis <> 'mention'
                AND initiative_id IN (SELECT initiative_id FROM staged_initiatives)
                AND NOT EXISTS (
                    SELECT 1 FROM staged_initiative_aliases s
                    WHERE s.initiative_id = initiative_aliases.initiative_id AND s.alias = initiative_aliases.alias)
        """)


def load_failures(connection: duckdb.DuckDBPyConnection, failures: Iterable[Failure], stamp: RunStamp) -> int:
    rows: list[Row] = [
        {
            "failure_id": stable_id("fail", stamp.run_id, f.source_id, f.stage, f.failure_class, f.url, f.reason),
            "source_id": f.source_id, "stage": f.stage, "failure_class": f.failure_class, "reason": f.reason,
            "url": f.url, "failed_at": to_timestamp(stamp.started_at), **_stamped(stamp),
        }
        for f in map(_clean_failure, failures)
    ]  # fmt: skip
    return merge(connection, "ops.failures", rows, keys=["failure_id"], ignore=_STAMP).get("INSERT", 0)


def _clean_failure(failure: Failure) -> Failure:
    url = None if failure.url is None else clean_text(failure.url)
    return Failure(failure.source_id, failure.stage, failure.failure_class, clean_text(failure.reason), url)


def _check_batch(batch: SourceBatch) -> None:
    texts = {article.article_id: article.text for article in batch.articles}
    for mention in batch.mentions:
        text = texts.get(mention.article_id)
        if text is not None and text[mention.start : mention.end] != mention.quote:
            raise BatchError(batch.source.id, f"mention {mention.mention_id}: its quote is not at its offsets")


def _load_articles(connection: duckdb.DuckDBPyConnection, batch: SourceBatch, stamp: RunStamp) -> int:
    if not batch.articles:
        return 0
    first: dict[str, Article] = {}
    for article in batch.articles:
        first.setdefault(article.article_id, article)
    rows = [_article_row(article, batch.source.id, stamp) for article in first.values()]
    staged = stage(connection, "articles", rows, list(rows[0]))
    connection.execute(_KEEP_REVISIONS)
    dates = {
        name: f"CASE WHEN {_REDATED} THEN found.{name} ELSE kept.{name} END"
        for name in ("published_at", "published_basis", "published_precision")
    }
    revision = (
        "kept.revision + CASE WHEN (kept.text_sha256, kept.title) IS DISTINCT FROM (found.text_sha256, found.title)"
        " THEN 1 ELSE 0 END"
    )
    counts = merge_staged(
        connection, "articles", staged, columns=list(rows[0]), keys=["article_id"],
        keep=["source_id", "canonical_url", "first_seen_at"], ignore=["run_id", "updated_at", "url"],
        guard="kept.updated_at < found.updated_at", expressions={**dates, "revision": revision},
    )  # fmt: skip
    return counts.get("INSERT", 0)


def _article_row(article: Article, source_id: str, stamp: RunStamp) -> Row:
    text = clean_text(article.text)
    return {
        "article_id": article.article_id, "url": article.url, "canonical_url": article.canonical_url,
        "source_id": article.source_id or source_id, "title": article.title, "authors": article.authors,
        "published_at": to_timestamp(article.published_at), "published_basis": article.published_basis,
        "published_precision": article.published_precision, "language": article.language, "site": article.site,
        "text": text, "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "revision": 1,
        "flags": article.flags, "first_seen_at": to_timestamp(stamp.started_at),
        "updated_at": to_timestamp(stamp.started_at), **_stamped(stamp),
    }  # fmt: skip


def _load_mentions(
    connection: duckdb.DuckDBPyConnection, mentions: Sequence[Mention], articles: Sequence[Article], stamp: RunStamp
) -> int:
    first: dict[str, Mention] = {}
    for mention in mentions:
        first.setdefault(mention.mention_id, mention)
    rows = [_mention_row(mention, stamp) for mention in first.values()]
    inserted = 0
    if rows:
        staged = stage(connection, "mentions", rows, list(rows[0]))
        fit_quotes(connection, stamp)
        counts = merge_staged(
            connection, "mentions", staged, columns=list(rows[0]), keys=["mention_id"],
            keep=["first_seen_at"], ignore=["run_id"],
        )  # fmt: skip
        inserted = counts.get("INSERT", 0)
        _load_actors(connection, first.values(), stamp)
        _load_met_initiatives(connection, first.values(), stamp)
    elif articles:
        connection.execute("CREATE OR REPLACE TEMP TABLE staged_mentions AS FROM mentions LIMIT 0")
    if articles:
        retire_mentions(connection, stamp)
    return inserted


def _mention_row(m: Mention, stamp: RunStamp) -> Row:
    return {
        "mention_id": m.mention_id, "article_id": m.article_id, "initiative_id": m.initiative_id,
        "initiative": m.initiative, "aliases": m.aliases, "known": m.known, "kind": m.kind, "parent": m.parent,
        "action": m.action, "modality": m.modality, "is_background": m.is_background, "event_date": m.event_date,
        "date_precision": m.date_precision, "date_basis": m.date_basis, "place": m.place,
        "place_code": m.place_code, "quote": m.quote, "quote_start": m.start, "quote_end": m.end,
        "speaker": m.speaker, "confidence": m.confidence, "first_seen_at": to_timestamp(stamp.started_at),
        "retired_at": None, **_stamped(stamp),
    }  # fmt: skip


def _load_actors(connection: duckdb.DuckDBPyConnection, mentions: Iterable[Mention], stamp: RunStamp) -> None:
    rows: list[Row] = [
        {
            "mention_id": mention.mention_id, "position": position, "name": actor.name, "kind": actor.kind,
            "code": actor.code, "role": actor.role, "office": actor.office, **_stamped(stamp),
        }
        for mention in mentions
        for position, actor in enumerate(mention.actors)
    ]  # fmt: skip
    columns = ["mention_id", "position", "name", "kind", "code", "role", "office", *_STAMP]
    staged = stage(connection, "mention_actors", rows, columns)
    # A mention whose quote fits nowhere was not loaded: neither are its actors.
    connection.execute(
        "DELETE FROM staged_mention_actors WHERE mention_id NOT IN (SELECT mention_id FROM staged_mentions)"
    )
    merge_staged(
        connection, "mention_actors", staged, columns=columns, keys=["mention_id", "position"], ignore=["run_id"]
    )
    connection.execute(_DROP_ACTORS)


def _load_met_initiatives(connection: duckdb.DuckDBPyConnection, mentions: Iterable[Mention], stamp: RunStamp) -> None:
    """Initiatives that the catalog does not have, under the name first met; and when each was first met."""
    rows: list[Row] = []
    aliases: list[Row] = []
    for m in mentions:
        rows.append({
            "initiative_id": m.initiative_id, "name": m.initiative, "kind": m.kind, "known": m.known,
            "parent": m.parent, "first_seen_at": to_timestamp(stamp.started_at), **_stamped(stamp),
        })  # fmt: skip
        if not m.known:
            aliases += [
                {"initiative_id": m.initiative_id, "alias": name, "basis": "mention", "ambiguous": False,
                 **_stamped(stamp)}
                for name in (m.initiative, *m.aliases)
            ]  # fmt: skip
    merge(
        connection, "initiatives", rows, keys=["initiative_id"], ignore=_STAMP,
        keep=["name", "kind", "known", "parent"],
        expressions={"first_seen_at": "least(kept.first_seen_at, found.first_seen_at)"},
    )  # fmt: skip
    merge(
        connection, "initiative_aliases", aliases, keys=["initiative_id", "alias"], keep=["basis", "ambiguous", *_STAMP]
    )


def _load_copies(connection: duckdb.DuckDBPyConnection, copies: Iterable[ArticleCopy], stamp: RunStamp) -> int:
    rows: list[Row] = [
        {
            "article_id": c.article_id, "origin_id": c.origin_id, "basis": c.basis, "evidence": c.evidence,
            "similarity": c.similarity, "found_at": to_timestamp(stamp.started_at), **_stamped(stamp),
        }
        for c in copies
    ]  # fmt: skip
    counts = merge(connection, "article_copies", rows, keys=["article_id"], keep=["found_at"], ignore=_STAMP)
    return counts.get("INSERT", 0)


def _load_fetches(connection: duckdb.DuckDBPyConnection, fetches: Iterable[Fetch], stamp: RunStamp) -> int:
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
            "archive_file": f.archive_file, "archive_offset": f.archive_offset, **_stamped(stamp),
        })  # fmt: skip
    return merge(connection, "ops.fetches", rows, keys=["fetch_id"], ignore=_STAMP).get("INSERT", 0)


def _plain(part: object) -> object:
    return clean_text(part) if isinstance(part, str) else part


def _load_state(connection: duckdb.DuckDBPyConnection, state: SourceState, stamp: RunStamp) -> None:
    row: Row = {
        "source_id": state.source_id, "etag": state.etag, "last_modified": state.last_modified,
        "body_sha256": state.body_sha256, "last_polled_at": to_timestamp(state.last_polled_at),
        "last_full_get_at": to_timestamp(state.last_full_get_at),
        "last_success_at": to_timestamp(state.last_success_at),
        "last_new_item_at": to_timestamp(state.last_new_item_at), "next_poll_at": to_timestamp(state.next_poll_at),
        "poll_minutes": state.poll_minutes, "strikes": state.strikes, "failure_class": state.failure_class,
        **_stamped(stamp),
    }  # fmt: skip
    merge(connection, "ops.source_states", [row], keys=["source_id"], ignore=_STAMP)


def _stamped(stamp: RunStamp | None) -> dict[str, str | None]:
    if stamp is None:
        return {"run_id": None, "extractor_version": None}
    return {"run_id": stamp.run_id, "extractor_version": stamp.extractor_version}
