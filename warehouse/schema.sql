-- Generated from migrations/ by `python -m warehouse.migrate`; a test fails when it differs.

CREATE SCHEMA ops;

CREATE TABLE alerts (
    guid VARCHAR PRIMARY KEY,
    development_id VARCHAR NOT NULL,
    published_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    reason VARCHAR,
    superseded_by VARCHAR,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE article_copies (
    article_id VARCHAR PRIMARY KEY,
    origin_id VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    evidence VARCHAR NOT NULL,
    similarity DOUBLE,
    found_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE articles (
    article_id VARCHAR PRIMARY KEY,
    url VARCHAR NOT NULL,
    canonical_url VARCHAR NOT NULL,
    source_id VARCHAR,
    title VARCHAR,
    authors VARCHAR[],
    published_at TIMESTAMP,
    published_basis VARCHAR NOT NULL,
    published_precision VARCHAR NOT NULL,
    "language" VARCHAR,
    site VARCHAR,
    "text" VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    flags VARCHAR[],
    first_seen_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE development_mentions (
    development_id VARCHAR NOT NULL,
    mention_id VARCHAR PRIMARY KEY,
    linked_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE developments (
    development_id VARCHAR PRIMARY KEY,
    initiative_id VARCHAR NOT NULL,
    initiative VARCHAR NOT NULL,
    aliases VARCHAR[],
    known BOOLEAN NOT NULL,
    kind VARCHAR NOT NULL,
    "action" VARCHAR NOT NULL,
    modality VARCHAR NOT NULL,
    is_background BOOLEAN NOT NULL,
    headline VARCHAR NOT NULL,
    agents VARCHAR[],
    "others" VARCHAR[],
    event_date VARCHAR,
    date_precision VARCHAR NOT NULL,
    place VARCHAR,
    place_code VARCHAR,
    first_seen_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    article_ids VARCHAR[],
    origins VARCHAR[],
    independent_sources INTEGER NOT NULL,
    newsrooms VARCHAR[],
    first_published_at TIMESTAMP,
    best_tier INTEGER NOT NULL,
    confidence DOUBLE NOT NULL,
    follows VARCHAR,
    relation VARCHAR,
    merged_into VARCHAR,
    merge_reason VARCHAR,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE initiative_aliases (
    initiative_id VARCHAR,
    alias VARCHAR,
    basis VARCHAR NOT NULL,
    ambiguous BOOLEAN NOT NULL,
    run_id VARCHAR,
    extractor_version VARCHAR,
    PRIMARY KEY(initiative_id, alias)
);

CREATE TABLE initiatives (
    initiative_id VARCHAR PRIMARY KEY,
    "name" VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    known BOOLEAN NOT NULL,
    regions VARCHAR[],
    members VARCHAR[],
    observers VARCHAR[],
    founded INTEGER,
    ended INTEGER,
    parent VARCHAR,
    wikidata VARCHAR,
    "source" VARCHAR,
    first_seen_at TIMESTAMP,
    run_id VARCHAR,
    extractor_version VARCHAR
);

CREATE TABLE mention_actors (
    mention_id VARCHAR,
    "position" INTEGER,
    "name" VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    code VARCHAR,
    "role" VARCHAR NOT NULL,
    office VARCHAR,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    PRIMARY KEY(mention_id, "position")
);

CREATE TABLE mentions (
    mention_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    initiative_id VARCHAR NOT NULL,
    initiative VARCHAR NOT NULL,
    aliases VARCHAR[],
    known BOOLEAN NOT NULL,
    kind VARCHAR NOT NULL,
    parent VARCHAR,
    "action" VARCHAR NOT NULL,
    modality VARCHAR NOT NULL,
    is_background BOOLEAN NOT NULL,
    event_date VARCHAR,
    date_precision VARCHAR NOT NULL,
    date_basis VARCHAR,
    place VARCHAR,
    place_code VARCHAR,
    "quote" VARCHAR NOT NULL,
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    speaker VARCHAR,
    confidence DOUBLE NOT NULL,
    first_seen_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE sources (
    source_id VARCHAR PRIMARY KEY,
    "name" VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    "language" VARCHAR,
    country VARCHAR,
    region VARCHAR,
    "type" VARCHAR,
    tier INTEGER NOT NULL,
    poll_minutes INTEGER,
    link_pattern VARCHAR,
    status VARCHAR,
    note VARCHAR,
    active BOOLEAN NOT NULL,
    run_id VARCHAR,
    extractor_version VARCHAR
);

CREATE TABLE ops.article_revisions (
    article_id VARCHAR,
    revision INTEGER,
    title VARCHAR,
    "text" VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    read_at TIMESTAMP NOT NULL,
    replaced_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    PRIMARY KEY(article_id, revision)
);

CREATE TABLE ops.failures (
    failure_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,
    failure_class VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    url VARCHAR,
    failed_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE ops.fetches (
    fetch_id VARCHAR PRIMARY KEY,
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    status INTEGER,
    outcome VARCHAR NOT NULL,
    bytes_received BIGINT NOT NULL,
    "seconds" DOUBLE NOT NULL,
    final_url VARCHAR,
    body_sha256 VARCHAR,
    etag VARCHAR,
    last_modified VARCHAR,
    archive_file VARCHAR,
    archive_offset BIGINT,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE ops.links (
    canonical_url VARCHAR PRIMARY KEY,
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    title VARCHAR,
    summary VARCHAR,
    "language" VARCHAR,
    published_at TIMESTAMP,
    outcome VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    last_attempt_at TIMESTAMP,
    first_seen_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE ops.migrations (
    number INTEGER PRIMARY KEY,
    "name" VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
);

CREATE TABLE ops.retired_mentions (
    mention_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    development_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    initiative_id VARCHAR NOT NULL,
    initiative VARCHAR NOT NULL,
    "action" VARCHAR NOT NULL,
    modality VARCHAR NOT NULL,
    event_date VARCHAR,
    place VARCHAR,
    "quote" VARCHAR NOT NULL,
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    speaker VARCHAR,
    confidence DOUBLE NOT NULL,
    first_seen_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE TABLE ops.runs (
    run_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    status VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    package_version VARCHAR NOT NULL,
    notes VARCHAR[],
    counts MAP(VARCHAR, BIGINT)
);

CREATE TABLE ops.source_states (
    source_id VARCHAR PRIMARY KEY,
    etag VARCHAR,
    last_modified VARCHAR,
    body_sha256 VARCHAR,
    last_polled_at TIMESTAMP,
    last_full_get_at TIMESTAMP,
    last_success_at TIMESTAMP,
    last_new_item_at TIMESTAMP,
    next_poll_at TIMESTAMP,
    poll_minutes DOUBLE,
    strikes DOUBLE NOT NULL,
    failure_class VARCHAR,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);

CREATE VIEW actor_initiatives AS SELECT COALESCE(p.code, p."name") AS actor, m.initiative_id, any_value(i."name") AS initiative, count(DISTINCT m.mention_id) AS mentions, count(DISTINCT l.development_id) AS developments, list_sort(list(DISTINCT m."action")) AS actions, list_sort(list(DISTINCT p."role")) AS roles, min(m.event_date) AS first_event_date, max(m.event_date) AS last_event_date FROM mention_actors AS p INNER JOIN mentions AS m ON ((m.mention_id = p.mention_id)) INNER JOIN initiatives AS i ON ((i.initiative_id = m.initiative_id)) LEFT JOIN development_mentions AS l ON ((l.mention_id = m.mention_id)) WHERE ((m.retired_at IS NULL) AND (m."action" != 'refer')) GROUP BY ALL ORDER BY developments DESC, mentions DESC, actor, m.initiative_id;

CREATE VIEW evidence AS (SELECT l.development_id, m.mention_id, m.article_id, a.source_id, s."name" AS "source", s.tier, a.title, a.url, a.published_at, m."quote", m.speaker, m.confidence, (m.retired_at IS NULL) AS is_live FROM development_mentions AS l INNER JOIN mentions AS m ON ((m.mention_id = l.mention_id)) INNER JOIN articles AS a ON ((a.article_id = m.article_id)) LEFT JOIN sources AS s ON ((s.source_id = a.source_id))) UNION ALL (SELECT m.development_id, m.mention_id, m.article_id, a.source_id, s."name", s.tier, COALESCE(r.title, a.title), a.url, a.published_at, m."quote", m.speaker, m.confidence, CAST('f' AS BOOLEAN) FROM ops.retired_mentions AS m INNER JOIN articles AS a ON ((a.article_id = m.article_id)) LEFT JOIN ops.article_revisions AS r ON (((r.article_id = m.article_id) AND (r.revision = m.revision))) LEFT JOIN sources AS s ON ((s.source_id = a.source_id)));

CREATE VIEW initiative_timeline AS SELECT e.initiative_id, i."name" AS initiative, CASE  WHEN ((length(e.event_date) = 10)) THEN (TRY_CAST(e.event_date AS "DATE")) WHEN ((length(e.event_date) = 7)) THEN (TRY_CAST((e.event_date || '-01') AS "DATE")) WHEN ((length(e.event_date) = 4)) THEN (TRY_CAST((e.event_date || '-01-01') AS "DATE")) ELSE NULL END AS sort_date, e.event_date, e.date_precision, e."action", e.modality, e.is_background, e."text", e.independent_sources, e.confidence, e.follows, e.relation, e.development_id, e.mention_id FROM ((SELECT initiative_id, event_date, date_precision, "action", modality, is_background, headline AS "text", independent_sources, confidence, follows, relation, development_id, NULL AS mention_id FROM developments WHERE (merged_into IS NULL)) UNION ALL (SELECT m.initiative_id, m.event_date, m.date_precision, m."action", m.modality, m.is_background, m."quote", 1, m.confidence, NULL, NULL, NULL, m.mention_id FROM mentions AS m WHERE (m.is_background AND (m."action" != 'refer') AND (m.retired_at IS NULL) AND (NOT EXISTS(SELECT 1 FROM development_mentions AS l WHERE (l.mention_id = m.mention_id)))))) AS e INNER JOIN initiatives AS i ON ((i.initiative_id = e.initiative_id)) ORDER BY e.initiative_id, sort_date NULLS LAST, e.development_id, e.mention_id;

CREATE VIEW new_developments AS SELECT d.first_seen_at, d.headline, d.initiative, d."action", d.modality, d.agents, d.event_date, d.place, d.independent_sources, d.confidence, al.published_at, al.guid, d.development_id, d.initiative_id FROM developments AS d LEFT JOIN alerts AS al ON (((al.development_id = d.development_id) AND (al.superseded_by IS NULL))) WHERE ((d.merged_into IS NULL) AND (NOT d.is_background)) ORDER BY d.first_seen_at DESC, d.development_id;

CREATE VIEW source_health AS WITH moment AS (SELECT max(started_at) AS "at" FROM ops.runs), first_poll AS (SELECT source_id, min(first_seen_at) AS "at" FROM ops.links GROUP BY source_id), learned AS (SELECT f.source_id, count(l.canonical_url) AS new_links, least(28, (date_diff('hour', f."at", m."at") / 24)) AS "days" FROM first_poll AS f CROSS JOIN moment AS m LEFT JOIN ops.links AS l ON (((l.source_id = f.source_id) AND (l.first_seen_at > f."at") AND (l.first_seen_at > (m."at" - to_days(CAST(trunc(CAST(28 AS DOUBLE)) AS INTEGER)))) AND (l.first_seen_at <= m."at"))) GROUP BY f.source_id, f."at", m."at"), judged AS (SELECT s.source_id, s."name", t.last_polled_at, t.last_success_at, t.last_new_item_at, CASE  WHEN ((e."days" >= 3)) THEN ((e.new_links / e."days")) ELSE NULL END AS expected_per_day, (date_diff('hour', t.last_new_item_at, m."at") / 24) AS days_quiet, t.failure_class, COALESCE(t.strikes, 0) AS strikes, (date_diff('hour', COALESCE(t.last_success_at, f."at"), m."at") / 24) AS days_without_success FROM sources AS s CROSS JOIN moment AS m LEFT JOIN ops.source_states AS t ON ((t.source_id = s.source_id)) LEFT JOIN learned AS e ON ((e.source_id = s.source_id)) LEFT JOIN first_poll AS f ON ((f.source_id = s.source_id)) WHERE s.active)SELECT source_id, "name", last_polled_at, last_success_at, last_new_item_at, round(expected_per_day, 2) AS expected_per_day, round(days_quiet, 1) AS days_quiet, failure_class, strikes, COALESCE(((expected_per_day > 0) AND (days_quiet > greatest(2, (6 / expected_per_day)))), CAST('f' AS BOOLEAN)) AS is_silent, CASE  WHEN ((last_polled_at IS NULL)) THEN ('not polled') WHEN ((failure_class IS NOT NULL)) THEN ('failing') WHEN (((expected_per_day > 0) AND (days_quiet > greatest(2, (6 / expected_per_day))))) THEN ('silent') WHEN ((expected_per_day IS NULL)) THEN ('learning') ELSE 'well' END AS status FROM judged ORDER BY source_id;
