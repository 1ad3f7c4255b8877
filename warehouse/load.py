"""Loads what one source gave in one run: merges by our own ids, so that the same batch twice changes nothing.

A reading of an article replaces the one before. Its earlier text goes to `ops.article_revisions`; mentions that the
new reading no longer finds are retired (`warehouse.retire`). Nothing is deleted and inserted again under one key.
"""

import hashlib
from collections.abc import Iterable, Sequence
from string import Template

import duckdb

from extractors.records import (
    Article,
    ArticleCopy,
    Mention,
    RunStamp,
    SourceBatch,
)
from warehouse.connection import WarehouseError
from warehouse.links import merge_links
from warehouse.load_catalog import merge_sources
from warehouse.load_ops import load_failures, load_fetches, load_states
from warehouse.retire import fit_quotes, retire_mentions
from warehouse.rows import STAMP, Row, clean_text, merge, merge_staged, stage, stamped, to_timestamp

# Within one run the first reading of an address counts; a replay can have the same clock as the run before it.
_NEWER = "(kept.updated_at < found.updated_at OR (kept.updated_at = found.updated_at AND kept.run_id <> found.run_id))"
_KEEP_REVISIONS = Template("""
    INSERT INTO ops.article_revisions
    SELECT kept.article_id, kept.revision, kept.title, kept.text, kept.text_sha256, kept.updated_at,
        found.updated_at, kept.run_id, kept.extractor_version
    FROM articles kept JOIN staged_articles found ON found.article_id = kept.article_id
    WHERE $newer AND (kept.text_sha256, kept.title) IS DISTINCT FROM (found.text_sha256, found.title)
    ON CONFLICT DO NOTHING
""").substitute(newer=_NEWER)
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
    if not _has_source(connection, batch.source.id):
        merge_sources(connection, [batch.source], stamp)
    articles, is_reread = _load_articles(connection, batch, stamp)
    texts = {article.article_id for article in batch.articles}
    is_reread = is_reread or any(mention.article_id not in texts for mention in batch.mentions)
    counts = {
        "articles": articles,
        "mentions": _load_mentions(connection, batch, stamp, is_reread=is_reread),
        "copies": _load_copies(connection, batch.copies, stamp),
        "failures": load_failures(connection, batch.failures, stamp),
        "fetches": load_fetches(connection, batch.fetches, stamp),
    }
    counts["links"] = merge_links(connection, [batch], stamp)
    load_states(connection, [batch.state], stamp)
    return counts


def load_polls(
    connection: duckdb.DuckDBPyConnection, batches: Sequence[SourceBatch], stamp: RunStamp
) -> dict[str, int]:
    """Load batches in which nothing was read, each table once for all of them; returns what was new."""
    for batch in batches:
        if batch.articles or batch.mentions or batch.copies:
            raise BatchError(batch.source.id, "a poll without news has articles, mentions or copies")
    known = {source_id for (source_id,) in connection.execute("SELECT source_id FROM sources").fetchall()}
    merge_sources(connection, [batch.source for batch in batches if batch.source.id not in known], stamp)
    counts = {
        "failures": load_failures(connection, [one for batch in batches for one in batch.failures], stamp),
        "fetches": load_fetches(connection, [one for batch in batches for one in batch.fetches], stamp),
        "links": merge_links(connection, batches, stamp),
    }
    load_states(connection, [batch.state for batch in batches], stamp)
    return counts


def _check_batch(batch: SourceBatch) -> None:
    texts = {article.article_id: article.text for article in batch.articles}
    for mention in batch.mentions:
        text = texts.get(mention.article_id)
        if text is not None and text[mention.start : mention.end] != mention.quote:
            raise BatchError(batch.source.id, f"mention {mention.mention_id}: its quote is not at its offsets")


def _has_source(connection: duckdb.DuckDBPyConnection, source_id: str) -> bool:
    return connection.execute("SELECT 1 FROM sources WHERE source_id = $1", [source_id]).fetchone() is not None


def _are_known(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether any of the staged articles was there before this run: most never were, and need no comparing."""
    found = connection.execute("""
        SELECT 1 FROM staged_articles s JOIN articles a ON a.article_id = s.article_id
        WHERE (a.run_id, a.first_seen_at) IS DISTINCT FROM (s.run_id, s.first_seen_at) OR a.text_sha256 <> s.text_sha256
        LIMIT 1
    """).fetchone()
    return found is not None


def _load_articles(connection: duckdb.DuckDBPyConnection, batch: SourceBatch, stamp: RunStamp) -> tuple[int, bool]:
    """How many are new, and whether some were read before."""
    if not batch.articles:
        return 0, False
    first: dict[str, Article] = {}
    for article in batch.articles:
        first.setdefault(article.article_id, article)
    rows = [_article_row(article, batch.source.id, stamp) for article in first.values()]
    staged = stage(connection, "articles", rows, list(rows[0]))
    is_reread = _are_known(connection)
    if is_reread:
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
        guard=_NEWER, expressions={**dates, "revision": revision},
    )  # fmt: skip
    return counts.get("INSERT", 0), is_reread


def _article_row(article: Article, source_id: str, stamp: RunStamp) -> Row:
    text = clean_text(article.text)
    return {
        "article_id": article.article_id, "url": article.url, "canonical_url": article.canonical_url,
        "source_id": article.source_id or source_id, "title": article.title, "authors": article.authors,
        "published_at": to_timestamp(article.published_at), "published_basis": article.published_basis,
        "published_precision": article.published_precision, "language": article.language, "site": article.site,
        "text": text, "text_sha256": hashlib.sha256(text.encode()).hexdigest(), "revision": 1,
        "flags": article.flags, "first_seen_at": to_timestamp(stamp.started_at),
        "updated_at": to_timestamp(stamp.started_at), **stamped(stamp),
    }  # fmt: skip


def _load_mentions(
    connection: duckdb.DuckDBPyConnection, batch: SourceBatch, stamp: RunStamp, *, is_reread: bool
) -> int:
    first: dict[str, Mention] = {}
    for mention in batch.mentions:
        first.setdefault(mention.mention_id, mention)
    rows = [_mention_row(mention, stamp) for mention in first.values()]
    inserted = 0
    if rows:
        staged = stage(connection, "mentions", rows, list(rows[0]))
        if is_reread:
            fit_quotes(connection, stamp)
        counts = merge_staged(
            connection, "mentions", staged, columns=list(rows[0]), keys=["mention_id"],
            keep=["first_seen_at"], ignore=["run_id"],
        )  # fmt: skip
        inserted = counts.get("INSERT", 0)
        _load_actors(connection, first.values(), stamp, is_reread=is_reread)
        _load_met_initiatives(connection, first.values(), stamp)
    elif is_reread:
        connection.execute("CREATE OR REPLACE TEMP TABLE staged_mentions AS FROM mentions LIMIT 0")
    if is_reread and batch.articles:
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
        "retired_at": None, **stamped(stamp),
    }  # fmt: skip


def _load_actors(
    connection: duckdb.DuckDBPyConnection, mentions: Iterable[Mention], stamp: RunStamp, *, is_reread: bool
) -> None:
    rows: list[Row] = [
        {
            "mention_id": mention.mention_id, "position": position, "name": actor.name, "kind": actor.kind,
            "code": actor.code, "role": actor.role, "office": actor.office, **stamped(stamp),
        }
        for mention in mentions
        for position, actor in enumerate(mention.actors)
    ]  # fmt: skip
    columns = ["mention_id", "position", "name", "kind", "code", "role", "office", *STAMP]
    staged = stage(connection, "mention_actors", rows, columns)
    if is_reread:  # a mention whose quote fits nowhere was not loaded: neither are its actors
        connection.execute(
            "DELETE FROM staged_mention_actors WHERE mention_id NOT IN (SELECT mention_id FROM staged_mentions)"
        )
    merge_staged(
        connection, "mention_actors", staged, columns=columns, keys=["mention_id", "position"], ignore=["run_id"]
    )
    if is_reread:
        connection.execute(_DROP_ACTORS)


def _load_met_initiatives(connection: duckdb.DuckDBPyConnection, mentions: Iterable[Mention], stamp: RunStamp) -> None:
    """Initiatives that the catalog does not have, under the name first met; and when each was first met."""
    rows: list[Row] = []
    aliases: list[Row] = []
    for m in mentions:
        rows.append({
            "initiative_id": m.initiative_id, "name": m.initiative, "kind": m.kind, "known": m.known,
            "parent": m.parent, "first_seen_at": to_timestamp(stamp.started_at), **stamped(stamp),
        })  # fmt: skip
        if not m.known:
            aliases += [
                {"initiative_id": m.initiative_id, "alias": name, "basis": "mention", "ambiguous": False,
                 **stamped(stamp)}
                for name in (m.initiative, *m.aliases)
            ]  # fmt: skip
    merge(
        connection, "initiatives", rows, keys=["initiative_id"], ignore=STAMP,
        keep=["name", "kind", "known", "parent"],
        expressions={"first_seen_at": "least(kept.first_seen_at, found.first_seen_at)"},
    )  # fmt: skip
    merge(
        connection, "initiative_aliases", aliases, keys=["initiative_id", "alias"], keep=["basis", "ambiguous", *STAMP]
    )


def _load_copies(connection: duckdb.DuckDBPyConnection, copies: Iterable[ArticleCopy], stamp: RunStamp) -> int:
    rows: list[Row] = [
        {
            "article_id": c.article_id, "origin_id": c.origin_id, "basis": c.basis, "evidence": c.evidence,
            "similarity": c.similarity, "found_at": to_timestamp(stamp.started_at), **stamped(stamp),
        }
        for c in copies
    ]  # fmt: skip
    counts = merge(connection, "article_copies", rows, keys=["article_id"], keep=["found_at"], ignore=STAMP)
    return counts.get("INSERT", 0)
