-- Tables: what analysts read in main, what operations read in ops.
-- No foreign keys (they would block updates of parents; orphans are a check) and no secondary indexes.
-- Times are UTC in TIMESTAMP: reading TIMESTAMPTZ from Python needs a further package.

CREATE TABLE sources (
    source_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    language VARCHAR,
    country VARCHAR,
    region VARCHAR,
    type VARCHAR,
    tier INTEGER NOT NULL,
    poll_minutes INTEGER,
    link_pattern VARCHAR,
    status VARCHAR,
    note VARCHAR,
    active BOOLEAN NOT NULL,
    run_id VARCHAR,
    extractor_version VARCHAR
);
COMMENT ON TABLE sources IS 'Places that list articles: feeds, sitemaps and pages of links.';
COMMENT ON COLUMN sources.source_id IS 'Id of the source, as in sources.toml.';
COMMENT ON COLUMN sources.name IS 'Name shown to people.';
COMMENT ON COLUMN sources.url IS 'Address of the listing.';
COMMENT ON COLUMN sources.kind IS 'rss, atom, jsonfeed, sitemap or listing; a hint, a feed is read by its content.';
COMMENT ON COLUMN sources.language IS 'Language the source mostly writes in (ISO 639-1).';
COMMENT ON COLUMN sources.country IS 'State where the outlet has its seat (ISO 3166-1 alpha-3).';
COMMENT ON COLUMN sources.region IS 'Region the source mostly covers.';
COMMENT ON COLUMN sources.type IS 'government, organisation, wire, newspaper, think-tank, repost and the like.';
COMMENT ON COLUMN sources.tier IS '1 primary or major wire, 2 established paper or think tank, 3 repost or aggregator.';
COMMENT ON COLUMN sources.poll_minutes IS 'How often the catalog asks to look.';
COMMENT ON COLUMN sources.link_pattern IS 'Regular expression that an article link must match; empty for feeds.';
COMMENT ON COLUMN sources.status IS 'How well the address was verified: tested, listed or flaky.';
COMMENT ON COLUMN sources.note IS 'What the person who added it noted.';
COMMENT ON COLUMN sources.active IS 'False once the source is no longer in the list that was last loaded.';
COMMENT ON COLUMN sources.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN sources.extractor_version IS 'Extractor of that run.';

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
    language VARCHAR,
    site VARCHAR,
    text VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    flags VARCHAR[],
    first_seen_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE articles IS 'One row for each article, with its clean text as last read; earlier texts are in ops.article_revisions.';
COMMENT ON COLUMN articles.article_id IS 'Made from the canonical address; stays when the text changes.';
COMMENT ON COLUMN articles.url IS 'Address it was read from.';
COMMENT ON COLUMN articles.canonical_url IS 'Address without tracking parameters, mobile and AMP twins.';
COMMENT ON COLUMN articles.source_id IS 'Source that showed it first.';
COMMENT ON COLUMN articles.title IS 'Headline.';
COMMENT ON COLUMN articles.authors IS 'Authors named on the page.';
COMMENT ON COLUMN articles.published_at IS 'Publication time, UTC; never an "updated" stamp, and not moved by later readings with the same extractor.';
COMMENT ON COLUMN articles.published_basis IS 'Where the publication time was found: feed, json-ld, meta, visible, url or none.';
COMMENT ON COLUMN articles.published_precision IS 'second or day.';
COMMENT ON COLUMN articles.language IS 'Language of the text (ISO 639-1); only English is extracted.';
COMMENT ON COLUMN articles.site IS 'Name of the site, as the page gives it.';
COMMENT ON COLUMN articles.text IS 'Clean text, paragraphs separated by a newline; quotes of mentions point into it.';
COMMENT ON COLUMN articles.text_sha256 IS 'SHA-256 of the text.';
COMMENT ON COLUMN articles.revision IS '1 for the text as first read, one more for each change of title or text.';
COMMENT ON COLUMN articles.flags IS 'What was odd about the page: paywall, truncated, soft-404, no-date, repost and the like.';
COMMENT ON COLUMN articles.first_seen_at IS 'When a run first stored it, UTC.';
COMMENT ON COLUMN articles.updated_at IS 'When a run last changed the row, UTC.';
COMMENT ON COLUMN articles.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN articles.extractor_version IS 'Extractor that last read it.';

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
COMMENT ON TABLE article_copies IS 'Articles that repeat another one, so that independent origins are counted and not addresses.';
COMMENT ON COLUMN article_copies.article_id IS 'The article that is a copy.';
COMMENT ON COLUMN article_copies.origin_id IS 'Article it was taken from, or the name of the agency it credits.';
COMMENT ON COLUMN article_copies.basis IS 'canonical-url, same-text, near-copy, edited-copy, source-line or agency.';
COMMENT ON COLUMN article_copies.evidence IS 'What shows it: the source line, the shared paragraph, the score.';
COMMENT ON COLUMN article_copies.similarity IS 'Estimated similarity from 0 to 1, where texts were compared.';
COMMENT ON COLUMN article_copies.found_at IS 'When it was found, UTC.';
COMMENT ON COLUMN article_copies.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN article_copies.extractor_version IS 'Extractor of that run.';

CREATE TABLE initiatives (
    initiative_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    known BOOLEAN NOT NULL,
    regions VARCHAR[],
    members VARCHAR[],
    observers VARCHAR[],
    founded INTEGER,
    ended INTEGER,
    parent VARCHAR,
    wikidata VARCHAR,
    source VARCHAR,
    first_seen_at TIMESTAMP,
    run_id VARCHAR,
    extractor_version VARCHAR
);
COMMENT ON TABLE initiatives IS 'Regional security initiatives: those of the catalog (known) and noun phrases met in the news (not known).';
COMMENT ON COLUMN initiatives.initiative_id IS 'Id from the catalog, or made from the name of a novel initiative.';
COMMENT ON COLUMN initiatives.name IS 'Full name, or the noun phrase as first met.';
COMMENT ON COLUMN initiatives.kind IS 'organisation, forum, treaty, mechanism, body, exercise, concept or programme.';
COMMENT ON COLUMN initiatives.known IS 'True if it is in the catalog.';
COMMENT ON COLUMN initiatives.regions IS 'Regions it is about.';
COMMENT ON COLUMN initiatives.members IS 'Member states (ISO 3166-1 alpha-3), as the catalog has them.';
COMMENT ON COLUMN initiatives.observers IS 'Observers and partners, as the catalog has them.';
COMMENT ON COLUMN initiatives.founded IS 'Year of founding.';
COMMENT ON COLUMN initiatives.ended IS 'Year in which it ended, if it did.';
COMMENT ON COLUMN initiatives.parent IS 'Initiative that it is part of.';
COMMENT ON COLUMN initiatives.wikidata IS 'Wikidata item.';
COMMENT ON COLUMN initiatives.source IS 'Where the catalog entry was verified.';
COMMENT ON COLUMN initiatives.first_seen_at IS 'When it was first met in an article, UTC.';
COMMENT ON COLUMN initiatives.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN initiatives.extractor_version IS 'Extractor of that run.';

CREATE TABLE initiative_aliases (
    initiative_id VARCHAR NOT NULL,
    alias VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    ambiguous BOOLEAN NOT NULL,
    run_id VARCHAR,
    extractor_version VARCHAR,
    PRIMARY KEY (initiative_id, alias)
);
COMMENT ON TABLE initiative_aliases IS 'Other names of initiatives.';
COMMENT ON COLUMN initiative_aliases.initiative_id IS 'The initiative.';
COMMENT ON COLUMN initiative_aliases.alias IS 'A name it goes by.';
COMMENT ON COLUMN initiative_aliases.basis IS 'name, alias or acronym for names of the catalog; mention for names met in the news.';
COMMENT ON COLUMN initiative_aliases.ambiguous IS 'True if the name also means other things and counts only beside a word of its context.';
COMMENT ON COLUMN initiative_aliases.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN initiative_aliases.extractor_version IS 'Extractor of that run.';

CREATE TABLE mentions (
    mention_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    initiative_id VARCHAR NOT NULL,
    initiative VARCHAR NOT NULL,
    aliases VARCHAR[],
    known BOOLEAN NOT NULL,
    kind VARCHAR NOT NULL,
    parent VARCHAR,
    action VARCHAR NOT NULL,
    modality VARCHAR NOT NULL,
    is_background BOOLEAN NOT NULL,
    event_date VARCHAR,
    date_precision VARCHAR NOT NULL,
    date_basis VARCHAR,
    place VARCHAR,
    place_code VARCHAR,
    quote VARCHAR NOT NULL,
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    speaker VARCHAR,
    confidence DOUBLE NOT NULL,
    first_seen_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE mentions IS 'Statements in one article that an initiative was, is or will be the object of one action, each with its quote.';
COMMENT ON COLUMN mentions.mention_id IS 'Made from the content of the mention.';
COMMENT ON COLUMN mentions.article_id IS 'Article that says it.';
COMMENT ON COLUMN mentions.initiative_id IS 'Initiative that it is about.';
COMMENT ON COLUMN mentions.initiative IS 'Name of the initiative in this article.';
COMMENT ON COLUMN mentions.aliases IS 'Other names that the article gives it.';
COMMENT ON COLUMN mentions.known IS 'True if the catalog has the initiative.';
COMMENT ON COLUMN mentions.kind IS 'organisation, forum, treaty, mechanism, body, exercise, concept or programme.';
COMMENT ON COLUMN mentions.parent IS 'Known initiative that this one is to be part of.';
COMMENT ON COLUMN mentions.action IS 'propose, negotiate, agree, sign, ratify, launch, convene, join, extend, endorse, oppose, suspend, withdraw; refer where nothing is said to happen.';
COMMENT ON COLUMN mentions.modality IS 'actual, planned, possible or negated.';
COMMENT ON COLUMN mentions.is_background IS 'True if it recalls something past that is not the news of the article.';
COMMENT ON COLUMN mentions.event_date IS 'When it happened or is to happen: YYYY, YYYY-MM or YYYY-MM-DD, as precise as the text.';
COMMENT ON COLUMN mentions.date_precision IS 'day, month, year or none; none with a date means that it was taken from the article.';
COMMENT ON COLUMN mentions.date_basis IS 'How the date was found: explicit, relative, dateline, article or none.';
COMMENT ON COLUMN mentions.place IS 'Place as named.';
COMMENT ON COLUMN mentions.place_code IS 'State that the place is in (ISO 3166-1 alpha-3).';
COMMENT ON COLUMN mentions.quote IS 'The sentence that says so, verbatim.';
COMMENT ON COLUMN mentions.quote_start IS 'Offset of the quote in articles.text, in characters from 0.';
COMMENT ON COLUMN mentions.quote_end IS 'Offset of the character after the quote: text[quote_start + 1 : quote_end] in SQL is the quote.';
COMMENT ON COLUMN mentions.speaker IS 'Who is quoted or cited as saying so.';
COMMENT ON COLUMN mentions.confidence IS 'From 0 to 1, calibrated: about this share of such mentions is right.';
COMMENT ON COLUMN mentions.first_seen_at IS 'When a run first stored it, UTC.';
COMMENT ON COLUMN mentions.retired_at IS 'When a later reading of the article no longer found it, UTC; kept as evidence of its development. Empty for live mentions.';
COMMENT ON COLUMN mentions.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN mentions.extractor_version IS 'Extractor that last found it.';

CREATE TABLE mention_actors (
    mention_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    code VARCHAR,
    role VARCHAR NOT NULL,
    office VARCHAR,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    PRIMARY KEY (mention_id, position)
);
COMMENT ON TABLE mention_actors IS 'Who takes part in what a mention states.';
COMMENT ON COLUMN mention_actors.mention_id IS 'The mention.';
COMMENT ON COLUMN mention_actors.position IS 'Order in which the extractor gives the actors, from 0.';
COMMENT ON COLUMN mention_actors.name IS 'Name as it stands in the text.';
COMMENT ON COLUMN mention_actors.kind IS 'state, organisation or person.';
COMMENT ON COLUMN mention_actors.code IS 'ISO 3166-1 alpha-3, for a state and a person of a state.';
COMMENT ON COLUMN mention_actors.role IS 'agent, partner, host, speaker, member or target.';
COMMENT ON COLUMN mention_actors.office IS 'Office of a person, when the text gives it.';
COMMENT ON COLUMN mention_actors.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN mention_actors.extractor_version IS 'Extractor of that run.';

CREATE TABLE developments (
    development_id VARCHAR PRIMARY KEY,
    initiative_id VARCHAR NOT NULL,
    initiative VARCHAR NOT NULL,
    aliases VARCHAR[],
    known BOOLEAN NOT NULL,
    kind VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    modality VARCHAR NOT NULL,
    is_background BOOLEAN NOT NULL,
    headline VARCHAR NOT NULL,
    agents VARCHAR[],
    others VARCHAR[],
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
COMMENT ON TABLE developments IS 'Things that happened to initiatives, each told by any number of mentions.';
COMMENT ON COLUMN developments.development_id IS 'Id that later coverage does not change.';
COMMENT ON COLUMN developments.initiative_id IS 'Initiative that it happened to.';
COMMENT ON COLUMN developments.initiative IS 'Name of the initiative as shown.';
COMMENT ON COLUMN developments.aliases IS 'Other names under which it was told.';
COMMENT ON COLUMN developments.known IS 'True if the catalog has the initiative.';
COMMENT ON COLUMN developments.kind IS 'organisation, forum, treaty, mechanism, body, exercise, concept or programme.';
COMMENT ON COLUMN developments.action IS 'What happened: see mentions.action.';
COMMENT ON COLUMN developments.modality IS 'actual, planned, possible or negated.';
COMMENT ON COLUMN developments.is_background IS 'True if articles only recall it.';
COMMENT ON COLUMN developments.headline IS 'One line made from the record.';
COMMENT ON COLUMN developments.agents IS 'Codes of states and names of organisations that act, sorted.';
COMMENT ON COLUMN developments.others IS 'Codes and names of the others that take part, sorted.';
COMMENT ON COLUMN developments.event_date IS 'When it happened or is to happen: YYYY, YYYY-MM or YYYY-MM-DD.';
COMMENT ON COLUMN developments.date_precision IS 'day, month, year or none.';
COMMENT ON COLUMN developments.place IS 'Place as named.';
COMMENT ON COLUMN developments.place_code IS 'State that the place is in (ISO 3166-1 alpha-3).';
COMMENT ON COLUMN developments.first_seen_at IS 'When it was first assigned, UTC.';
COMMENT ON COLUMN developments.last_seen_at IS 'When an article last told it, UTC.';
COMMENT ON COLUMN developments.article_ids IS 'Articles that tell it.';
COMMENT ON COLUMN developments.origins IS 'Independent origins of these articles: an article, or the name of an agency.';
COMMENT ON COLUMN developments.independent_sources IS 'Number of independent origins.';
COMMENT ON COLUMN developments.newsrooms IS 'Newsrooms of the articles that count as origins.';
COMMENT ON COLUMN developments.first_published_at IS 'Earliest publication time among its articles, UTC.';
COMMENT ON COLUMN developments.best_tier IS 'Best (lowest) tier among its sources.';
COMMENT ON COLUMN developments.confidence IS 'From 0 to 1.';
COMMENT ON COLUMN developments.follows IS 'Earlier development that this one carries on, denies or corrects.';
COMMENT ON COLUMN developments.relation IS 'How it stands to the one that it follows: stage, denial or correction.';
COMMENT ON COLUMN developments.merged_into IS 'Development that this one turned out to be; empty for all that count. Views leave merged ones out.';
COMMENT ON COLUMN developments.merge_reason IS 'Why it was merged.';
COMMENT ON COLUMN developments.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN developments.extractor_version IS 'Extractor of that run.';

CREATE TABLE development_mentions (
    development_id VARCHAR NOT NULL,
    mention_id VARCHAR PRIMARY KEY,
    linked_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE development_mentions IS 'Which mentions tell a development; a mention tells one at most.';
COMMENT ON COLUMN development_mentions.development_id IS 'The development.';
COMMENT ON COLUMN development_mentions.mention_id IS 'The mention.';
COMMENT ON COLUMN development_mentions.linked_at IS 'When they were linked, UTC.';
COMMENT ON COLUMN development_mentions.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN development_mentions.extractor_version IS 'Extractor of that run.';

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
COMMENT ON TABLE alerts IS 'Developments that were published as alerts. A row is added once and its guid never changes.';
COMMENT ON COLUMN alerts.guid IS 'Identifier of the feed item, allocated once.';
COMMENT ON COLUMN alerts.development_id IS 'Development that it tells of.';
COMMENT ON COLUMN alerts.published_at IS 'When it was published, UTC.';
COMMENT ON COLUMN alerts.updated_at IS 'When later coverage last changed what it shows, UTC.';
COMMENT ON COLUMN alerts.reason IS 'Why it was raised.';
COMMENT ON COLUMN alerts.superseded_by IS 'Alert that stands for this one since their developments were merged; empty for all that count.';
COMMENT ON COLUMN alerts.run_id IS 'Run that raised it or last changed it.';
COMMENT ON COLUMN alerts.extractor_version IS 'Extractor of that run.';

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
COMMENT ON TABLE ops.runs IS 'Passes over the sources.';
COMMENT ON COLUMN ops.runs.run_id IS 'Id of the run.';
COMMENT ON COLUMN ops.runs.started_at IS 'When it started, by the clock of the run, UTC.';
COMMENT ON COLUMN ops.runs.finished_at IS 'When it ended, UTC; empty while it runs and after a crash.';
COMMENT ON COLUMN ops.runs.status IS 'running, or how it ended.';
COMMENT ON COLUMN ops.runs.extractor_version IS 'Extractor it used.';
COMMENT ON COLUMN ops.runs.package_version IS 'Release it used.';
COMMENT ON COLUMN ops.runs.notes IS 'Remarks of the run.';
COMMENT ON COLUMN ops.runs.counts IS 'What it counted: sources, articles, mentions, alerts and so on.';

CREATE TABLE ops.fetches (
    fetch_id VARCHAR PRIMARY KEY,
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    purpose VARCHAR NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    status INTEGER,
    outcome VARCHAR NOT NULL,
    bytes_received BIGINT NOT NULL,
    seconds DOUBLE NOT NULL,
    final_url VARCHAR,
    body_sha256 VARCHAR,
    etag VARCHAR,
    last_modified VARCHAR,
    archive_file VARCHAR,
    archive_offset BIGINT,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE ops.fetches IS 'HTTP exchanges.';
COMMENT ON COLUMN ops.fetches.fetch_id IS 'Made from the content of the row.';
COMMENT ON COLUMN ops.fetches.url IS 'Address asked for.';
COMMENT ON COLUMN ops.fetches.source_id IS 'Source it was fetched for.';
COMMENT ON COLUMN ops.fetches.purpose IS 'robots, listing or page.';
COMMENT ON COLUMN ops.fetches.fetched_at IS 'When, UTC.';
COMMENT ON COLUMN ops.fetches.status IS 'HTTP status, if there was an answer.';
COMMENT ON COLUMN ops.fetches.outcome IS 'ok, not-modified, same-body, or a class of failure.';
COMMENT ON COLUMN ops.fetches.bytes_received IS 'Size of the body as received.';
COMMENT ON COLUMN ops.fetches.seconds IS 'How long it took.';
COMMENT ON COLUMN ops.fetches.final_url IS 'Address after redirects.';
COMMENT ON COLUMN ops.fetches.body_sha256 IS 'SHA-256 of the body.';
COMMENT ON COLUMN ops.fetches.etag IS 'ETag header of the answer.';
COMMENT ON COLUMN ops.fetches.last_modified IS 'Last-Modified header of the answer.';
COMMENT ON COLUMN ops.fetches.archive_file IS 'WARC file that keeps the exchange.';
COMMENT ON COLUMN ops.fetches.archive_offset IS 'Offset of its record in that file.';
COMMENT ON COLUMN ops.fetches.run_id IS 'Run that fetched it.';
COMMENT ON COLUMN ops.fetches.extractor_version IS 'Extractor of that run.';

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
COMMENT ON TABLE ops.failures IS 'What did not work: one row for each thing, never in the way of the rest.';
COMMENT ON COLUMN ops.failures.failure_id IS 'Made from the content of the row.';
COMMENT ON COLUMN ops.failures.source_id IS 'Source concerned.';
COMMENT ON COLUMN ops.failures.stage IS 'listing, page, read, extract, robots, archive or internal.';
COMMENT ON COLUMN ops.failures.failure_class IS 'dns, tls, timeout, connection, http-404, too-large, redirects, blocked, robots, parse, empty and the like.';
COMMENT ON COLUMN ops.failures.reason IS 'One line for a person.';
COMMENT ON COLUMN ops.failures.url IS 'Address concerned.';
COMMENT ON COLUMN ops.failures.failed_at IS 'Start of the run in which it failed, UTC.';
COMMENT ON COLUMN ops.failures.run_id IS 'Run in which it failed.';
COMMENT ON COLUMN ops.failures.extractor_version IS 'Extractor of that run.';

CREATE TABLE ops.links (
    canonical_url VARCHAR PRIMARY KEY,
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    title VARCHAR,
    summary VARCHAR,
    language VARCHAR,
    published_at TIMESTAMP,
    outcome VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    last_attempt_at TIMESTAMP,
    first_seen_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE ops.links IS 'Links that listings showed: the memory by which an article is fetched once.';
COMMENT ON COLUMN ops.links.canonical_url IS 'Address without tracking parameters, mobile and AMP twins.';
COMMENT ON COLUMN ops.links.url IS 'Address as the listing gave it.';
COMMENT ON COLUMN ops.links.source_id IS 'Source that showed it first.';
COMMENT ON COLUMN ops.links.title IS 'Title in the listing.';
COMMENT ON COLUMN ops.links.summary IS 'Summary in the listing.';
COMMENT ON COLUMN ops.links.language IS 'Language given in the listing.';
COMMENT ON COLUMN ops.links.published_at IS 'Publication time given in the listing, UTC.';
COMMENT ON COLUMN ops.links.outcome IS 'listed (not fetched yet), read (fetched, done with), retry (a passing failure), failed (given up).';
COMMENT ON COLUMN ops.links.attempts IS 'Runs in which fetching it failed.';
COMMENT ON COLUMN ops.links.last_attempt_at IS 'Start of the run that last tried to fetch it, UTC.';
COMMENT ON COLUMN ops.links.first_seen_at IS 'When a listing first showed it, UTC.';
COMMENT ON COLUMN ops.links.last_seen_at IS 'When a listing last showed it, UTC; what is forgotten goes by this.';
COMMENT ON COLUMN ops.links.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN ops.links.extractor_version IS 'Extractor of that run.';

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
COMMENT ON TABLE ops.source_states IS 'What is remembered of a source between runs.';
COMMENT ON COLUMN ops.source_states.source_id IS 'The source.';
COMMENT ON COLUMN ops.source_states.etag IS 'ETag to ask with next time.';
COMMENT ON COLUMN ops.source_states.last_modified IS 'Last-Modified to ask with next time.';
COMMENT ON COLUMN ops.source_states.body_sha256 IS 'SHA-256 of the listing as last received.';
COMMENT ON COLUMN ops.source_states.last_polled_at IS 'When it was last asked, UTC.';
COMMENT ON COLUMN ops.source_states.last_full_get_at IS 'When it was last asked unconditionally, UTC.';
COMMENT ON COLUMN ops.source_states.last_success_at IS 'When it last answered well, UTC.';
COMMENT ON COLUMN ops.source_states.last_new_item_at IS 'When it last showed something new, UTC.';
COMMENT ON COLUMN ops.source_states.next_poll_at IS 'When it is due again, UTC.';
COMMENT ON COLUMN ops.source_states.poll_minutes IS 'Interval learned from how much of a listing is new.';
COMMENT ON COLUMN ops.source_states.strikes IS 'Grows with each failure, shrinks with each success.';
COMMENT ON COLUMN ops.source_states.failure_class IS 'Class of the last failure; empty when the last poll went well.';
COMMENT ON COLUMN ops.source_states.run_id IS 'Run that last changed the row.';
COMMENT ON COLUMN ops.source_states.extractor_version IS 'Extractor of that run.';

CREATE TABLE ops.article_revisions (
    article_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    title VARCHAR,
    text VARCHAR NOT NULL,
    text_sha256 VARCHAR NOT NULL,
    read_at TIMESTAMP NOT NULL,
    replaced_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    PRIMARY KEY (article_id, revision)
);
COMMENT ON TABLE ops.article_revisions IS 'Earlier titles and texts of articles that changed.';
COMMENT ON COLUMN ops.article_revisions.article_id IS 'The article.';
COMMENT ON COLUMN ops.article_revisions.revision IS 'Number of the revision, from 1; the newest is in articles.';
COMMENT ON COLUMN ops.article_revisions.title IS 'Headline of this revision.';
COMMENT ON COLUMN ops.article_revisions.text IS 'Clean text of this revision.';
COMMENT ON COLUMN ops.article_revisions.text_sha256 IS 'SHA-256 of the text.';
COMMENT ON COLUMN ops.article_revisions.read_at IS 'When this revision was stored, UTC.';
COMMENT ON COLUMN ops.article_revisions.replaced_at IS 'When the next one was stored, UTC.';
COMMENT ON COLUMN ops.article_revisions.run_id IS 'Run that stored this revision.';
COMMENT ON COLUMN ops.article_revisions.extractor_version IS 'Extractor that read this revision.';

CREATE TABLE ops.retired_mentions (
    mention_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    development_id VARCHAR NOT NULL,
    revision INTEGER NOT NULL,
    initiative_id VARCHAR NOT NULL,
    initiative VARCHAR NOT NULL,
    action VARCHAR NOT NULL,
    modality VARCHAR NOT NULL,
    event_date VARCHAR,
    place VARCHAR,
    quote VARCHAR NOT NULL,
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    speaker VARCHAR,
    confidence DOUBLE NOT NULL,
    first_seen_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP NOT NULL,
    run_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE ops.retired_mentions IS 'Evidence of developments whose sentence the publisher has since changed or taken away: it no longer stands in articles.text, but in ops.article_revisions.';
COMMENT ON COLUMN ops.retired_mentions.mention_id IS 'Id that the mention had.';
COMMENT ON COLUMN ops.retired_mentions.article_id IS 'Article that said it.';
COMMENT ON COLUMN ops.retired_mentions.development_id IS 'Development that it told.';
COMMENT ON COLUMN ops.retired_mentions.revision IS 'Revision of the article that the offsets point into.';
COMMENT ON COLUMN ops.retired_mentions.initiative_id IS 'Initiative that it was about.';
COMMENT ON COLUMN ops.retired_mentions.initiative IS 'Name of the initiative in the article.';
COMMENT ON COLUMN ops.retired_mentions.action IS 'What was said to happen: see mentions.action.';
COMMENT ON COLUMN ops.retired_mentions.modality IS 'actual, planned, possible or negated.';
COMMENT ON COLUMN ops.retired_mentions.event_date IS 'YYYY, YYYY-MM or YYYY-MM-DD.';
COMMENT ON COLUMN ops.retired_mentions.place IS 'Place as named.';
COMMENT ON COLUMN ops.retired_mentions.quote IS 'The sentence, verbatim.';
COMMENT ON COLUMN ops.retired_mentions.quote_start IS 'Offset of the quote in that revision.';
COMMENT ON COLUMN ops.retired_mentions.quote_end IS 'Offset of the character after the quote.';
COMMENT ON COLUMN ops.retired_mentions.speaker IS 'Who was quoted or cited as saying so.';
COMMENT ON COLUMN ops.retired_mentions.confidence IS 'From 0 to 1.';
COMMENT ON COLUMN ops.retired_mentions.first_seen_at IS 'When a run first stored it, UTC.';
COMMENT ON COLUMN ops.retired_mentions.retired_at IS 'When it was retired, UTC.';
COMMENT ON COLUMN ops.retired_mentions.run_id IS 'Run that retired it.';
COMMENT ON COLUMN ops.retired_mentions.extractor_version IS 'Extractor of that run.';
