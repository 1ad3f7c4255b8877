"""Reads rows back as the records they were made from: what a run needs to know before it fetches and decides."""

from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

import duckdb

from extractors.copies import resolve_origins
from extractors.records import Actor, Article, ArticleCopy, ArticleMentions, Development, Link, Mention, SourceState
from warehouse.rows import from_timestamp, to_timestamp

_ARTICLE = """a.article_id, a.url, a.canonical_url, a.title, a.text, a.published_at, a.published_basis,
    a.published_precision, a.authors, a.language, a.site, a.source_id, a.flags"""
_MENTION = """m.mention_id, m.article_id, m.initiative, m.initiative_id, m.known, m.kind, m.action, m.modality,
    m.is_background, m.quote, m.quote_start, m.quote_end, m.confidence, m.aliases, m.event_date, m.date_precision,
    m.date_basis, m.place, m.place_code, m.speaker, m.parent"""
_RECENT_ARTICLES = Template("""
    SELECT $article FROM articles a WHERE a.first_seen_at >= $$1 ORDER BY a.first_seen_at, a.article_id
""").substitute(article=_ARTICLE)
_OPEN_MENTIONS = Template("""
    CREATE OR REPLACE TEMP TABLE open_mentions AS
    SELECT $mention FROM mentions m JOIN articles a ON a.article_id = m.article_id
    WHERE m.action <> 'refer' AND m.retired_at IS NULL AND a.first_seen_at >= $$1
        AND NOT EXISTS (SELECT 1 FROM development_mentions l WHERE l.mention_id = m.mention_id)
""").substitute(mention=_MENTION)
_OPEN_ARTICLES = Template("""
    SELECT $article, coalesce(s.tier, 2)
    FROM articles a LEFT JOIN sources s ON s.source_id = a.source_id
    WHERE a.article_id IN (SELECT article_id FROM open_mentions)
    ORDER BY a.published_at NULLS LAST, a.article_id
""").substitute(article=_ARTICLE)
# What the open articles were taken from, and that in turn: an article at the end of it can be an agency's own page.
_COPY_CHAINS = """
    CREATE OR REPLACE TEMP TABLE copy_chains AS
    WITH RECURSIVE chain (article_id) AS (
        SELECT DISTINCT article_id FROM open_mentions
        UNION
        SELECT c.origin_id FROM chain JOIN article_copies c USING (article_id)
    )
    FROM chain
"""
_CHAIN_ARTICLES = Template("""
    SELECT $article FROM articles a WHERE a.article_id IN (SELECT article_id FROM copy_chains)
""").substitute(article=_ARTICLE)
_DEVELOPMENTS = """
    SELECT d.development_id, d.initiative_id, d.initiative, d.known, d.kind, d.action, d.modality, d.headline,
        d.first_seen_at, d.last_seen_at, d.agents, d.others, d.aliases, d.event_date, d.date_precision, d.place,
        d.place_code, d.is_background, d.confidence, d.article_ids, d.origins, d.best_tier, d.follows, d.relation,
        EXISTS (SELECT 1 FROM alerts al WHERE al.development_id = d.development_id) AS alerted,
        list_sort(list_distinct(list_concat(
            (SELECT list(l.mention_id) FROM development_mentions l WHERE l.development_id = d.development_id),
            (SELECT list(r.mention_id) FROM ops.retired_mentions r WHERE r.development_id = d.development_id)
        ))), d.newsrooms, d.first_published_at
    FROM developments d
    WHERE d.merged_into IS NULL AND d.last_seen_at >= $1
    ORDER BY d.first_seen_at, d.development_id
"""
_BEGINNING = datetime(1, 1, 1)  # noqa: DTZ001  (a TIMESTAMP without zone, earlier than all)


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page as received, to be read again without asking its site: where the record is, and what the listing said."""

    source_id: str
    url: str
    fetched_at: datetime
    archive_file: str
    archive_offset: int
    link: Link


def read_source_states(connection: duckdb.DuckDBPyConnection) -> dict[str, SourceState]:
    rows = connection.execute("""
        SELECT source_id, etag, last_modified, body_sha256, last_polled_at, last_full_get_at, last_success_at,
            last_new_item_at, next_poll_at, poll_minutes, strikes, failure_class
        FROM ops.source_states
    """).fetchall()
    return {row[0]: SourceState(*row[:4], *map(from_timestamp, row[4:9]), *row[9:]) for row in rows}


def read_recent_articles(connection: duckdb.DuckDBPyConnection, since: datetime) -> tuple[Article, ...]:
    rows = connection.execute(_RECENT_ARTICLES, [to_timestamp(since)]).fetchall()
    return tuple(_article(row) for row in rows)


def read_developments(connection: duckdb.DuckDBPyConnection, since: datetime) -> tuple[Development, ...]:
    rows = connection.execute(_DEVELOPMENTS, [to_timestamp(since)]).fetchall()
    return tuple(_development(row) for row in rows)


def read_unassigned(
    connection: duckdb.DuckDBPyConnection, since: datetime | None = None
) -> tuple[ArticleMentions, ...]:
    """Mentions that tell no development yet (`refer` never does), by article, each with its origin."""
    connection.execute(_OPEN_MENTIONS, [to_timestamp(since or _BEGINNING)])
    actors = _read_actors(connection)
    mentions: dict[str, list[Mention]] = {}
    rows = connection.execute("FROM open_mentions ORDER BY article_id, quote_start, mention_id").fetchall()
    for row in rows:
        mention = _mention(row, actors.get(row[0], ()))
        mentions.setdefault(mention.article_id, []).append(mention)
    articles = connection.execute(_OPEN_ARTICLES).fetchall()
    connection.execute(_COPY_CHAINS)
    chain = [_article(row) for row in connection.execute(_CHAIN_ARTICLES).fetchall()]
    origins = resolve_origins(chain, _read_copies(connection))
    return tuple(
        ArticleMentions(article=_article(row), mentions=tuple(mentions[row[0]]), tier=row[-1], origin=origins[row[0]])
        for row in articles
    )


def read_archived_pages(
    connection: duckdb.DuckDBPyConnection, since: datetime | None = None
) -> tuple[ArchivedPage, ...]:
    """The newest archived response of each page, oldest first."""
    rows = connection.execute(
        """
        SELECT f.source_id, f.url, f.fetched_at, f.archive_file, f.archive_offset, l.title, l.published_at,
            l.summary, l.language
        FROM ops.fetches f LEFT JOIN ops.links l ON l.url = f.url
        WHERE f.purpose = 'page' AND f.outcome = 'ok' AND f.archive_file IS NOT NULL AND f.fetched_at >= $1
        QUALIFY row_number() OVER (PARTITION BY f.url ORDER BY f.fetched_at DESC, f.fetch_id) = 1
        ORDER BY f.fetched_at, f.url
        """,
        [to_timestamp(since or _BEGINNING)],
    ).fetchall()
    return tuple(
        ArchivedPage(
            source_id=source_id, url=url, fetched_at=_time(fetched_at), archive_file=archive_file,
            archive_offset=archive_offset, link=Link(url, title, from_timestamp(published_at), summary, language),
        )
        for source_id, url, fetched_at, archive_file, archive_offset, title, published_at, summary, language in rows
    )  # fmt: skip


def _read_actors(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[Actor, ...]]:
    actors: dict[str, list[Actor]] = {}
    rows = connection.execute("""
        SELECT mention_id, name, kind, role, code, office FROM mention_actors
        WHERE mention_id IN (SELECT mention_id FROM open_mentions) ORDER BY mention_id, position
    """).fetchall()
    for mention_id, name, kind, role, code, office in rows:
        actors.setdefault(mention_id, []).append(Actor(name, kind, role, code, office))
    return {mention_id: tuple(found) for mention_id, found in actors.items()}


def _read_copies(connection: duckdb.DuckDBPyConnection) -> list[ArticleCopy]:
    rows = connection.execute("""
        SELECT article_id, origin_id, basis, evidence, similarity FROM article_copies
        WHERE article_id IN (SELECT article_id FROM copy_chains)
    """).fetchall()
    return [ArticleCopy(*row) for row in rows]


def _time(moment: datetime) -> datetime:
    known = from_timestamp(moment)
    assert known is not None
    return known


def _article(row: tuple[Any, ...]) -> Article:
    return Article(
        article_id=row[0], url=row[1], canonical_url=row[2], title=row[3], text=row[4],
        published_at=from_timestamp(row[5]), published_basis=row[6], published_precision=row[7],
        authors=tuple(row[8] or ()), language=row[9], site=row[10], source_id=row[11], flags=tuple(row[12] or ()),
    )  # fmt: skip


def _mention(row: tuple[Any, ...], actors: tuple[Actor, ...]) -> Mention:
    return Mention(
        mention_id=row[0], article_id=row[1], initiative=row[2], initiative_id=row[3], known=row[4], kind=row[5],
        action=row[6], modality=row[7], is_background=row[8], quote=row[9], start=row[10], end=row[11],
        confidence=row[12], aliases=tuple(row[13] or ()), actors=actors, event_date=row[14], date_precision=row[15],
        date_basis=row[16], place=row[17], place_code=row[18], speaker=row[19], parent=row[20],
    )  # fmt: skip


def _development(row: tuple[Any, ...]) -> Development:
    return Development(
        development_id=row[0], initiative_id=row[1], initiative=row[2], known=row[3], kind=row[4], action=row[5],
        modality=row[6], headline=row[7], first_seen_at=_time(row[8]), last_seen_at=_time(row[9]),
        agents=tuple(row[10] or ()), others=tuple(row[11] or ()), aliases=tuple(row[12] or ()), event_date=row[13],
        date_precision=row[14], place=row[15], place_code=row[16], is_background=row[17], confidence=row[18],
        articles=tuple(row[19] or ()), origins=tuple(row[20] or ()), best_tier=row[21], follows=row[22],
        relation=row[23], alerted=row[24], mention_ids=tuple(row[25] or ()),
        newsrooms=tuple(row[26] or ()), first_published_at=from_timestamp(row[27]),
    )  # fmt: skip
