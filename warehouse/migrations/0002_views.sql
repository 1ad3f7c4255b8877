-- Views that answer the common questions. "Now" is the start of the newest run, so that a copy always answers the same.

CREATE VIEW evidence AS
SELECT
    l.development_id,
    m.mention_id,
    m.article_id,
    a.source_id,
    s.name AS source,
    s.tier,
    a.title,
    a.url,
    a.published_at,
    m.quote,
    m.speaker,
    m.confidence,
    m.retired_at IS NULL AS is_live
FROM development_mentions l
JOIN mentions m ON m.mention_id = l.mention_id
JOIN articles a ON a.article_id = m.article_id
LEFT JOIN sources s ON s.source_id = a.source_id
UNION ALL
SELECT
    m.development_id, m.mention_id, m.article_id, a.source_id, s.name, s.tier, coalesce(r.title, a.title), a.url,
    a.published_at, m.quote, m.speaker, m.confidence, false
FROM ops.retired_mentions m
JOIN articles a ON a.article_id = m.article_id
LEFT JOIN ops.article_revisions r ON r.article_id = m.article_id AND r.revision = m.revision
LEFT JOIN sources s ON s.source_id = a.source_id;
COMMENT ON VIEW evidence IS 'Quotes that tell each development, with where they stand; also those that were found in an earlier reading only.';
COMMENT ON COLUMN evidence.development_id IS 'The development.';
COMMENT ON COLUMN evidence.mention_id IS 'The mention.';
COMMENT ON COLUMN evidence.article_id IS 'Article that says it.';
COMMENT ON COLUMN evidence.source_id IS 'Source of the article.';
COMMENT ON COLUMN evidence.source IS 'Name of the source.';
COMMENT ON COLUMN evidence.tier IS 'Tier of the source.';
COMMENT ON COLUMN evidence.title IS 'Headline of the article.';
COMMENT ON COLUMN evidence.url IS 'Address of the article.';
COMMENT ON COLUMN evidence.published_at IS 'When the article was published, UTC.';
COMMENT ON COLUMN evidence.quote IS 'The sentence, verbatim.';
COMMENT ON COLUMN evidence.speaker IS 'Who is quoted or cited as saying so.';
COMMENT ON COLUMN evidence.confidence IS 'From 0 to 1.';
COMMENT ON COLUMN evidence.is_live IS 'False if the latest reading of the article no longer finds it.';

CREATE VIEW new_developments AS
SELECT
    d.first_seen_at,
    d.headline,
    d.initiative,
    d.action,
    d.modality,
    d.agents,
    d.event_date,
    d.place,
    d.independent_sources,
    d.confidence,
    al.published_at,
    al.guid,
    d.development_id,
    d.initiative_id
FROM developments d
LEFT JOIN alerts al ON al.development_id = d.development_id AND al.superseded_by IS NULL
WHERE d.merged_into IS NULL AND NOT d.is_background
ORDER BY d.first_seen_at DESC, d.development_id;
COMMENT ON VIEW new_developments IS 'What happened, newest first, with the alert if one was published.';
COMMENT ON COLUMN new_developments.first_seen_at IS 'When it was first assigned, UTC.';
COMMENT ON COLUMN new_developments.headline IS 'One line made from the record.';
COMMENT ON COLUMN new_developments.initiative IS 'Name of the initiative.';
COMMENT ON COLUMN new_developments.action IS 'What happened: see mentions.action.';
COMMENT ON COLUMN new_developments.modality IS 'actual, planned, possible or negated.';
COMMENT ON COLUMN new_developments.agents IS 'Codes of states and names of organisations that act.';
COMMENT ON COLUMN new_developments.event_date IS 'When it happened or is to happen.';
COMMENT ON COLUMN new_developments.place IS 'Place as named.';
COMMENT ON COLUMN new_developments.independent_sources IS 'Number of independent origins.';
COMMENT ON COLUMN new_developments.confidence IS 'From 0 to 1.';
COMMENT ON COLUMN new_developments.published_at IS 'When it was published as an alert, UTC; empty if it was not.';
COMMENT ON COLUMN new_developments.guid IS 'Identifier of the feed item.';
COMMENT ON COLUMN new_developments.development_id IS 'The development.';
COMMENT ON COLUMN new_developments.initiative_id IS 'Its initiative.';

CREATE VIEW initiative_timeline AS
SELECT
    e.initiative_id,
    i.name AS initiative,
    CASE length(e.event_date)
        WHEN 10 THEN try_cast(e.event_date AS DATE)
        WHEN 7 THEN try_cast(e.event_date || '-01' AS DATE)
        WHEN 4 THEN try_cast(e.event_date || '-01-01' AS DATE)
    END AS sort_date,
    e.event_date,
    e.date_precision,
    e.action,
    e.modality,
    e.is_background,
    e.text,
    e.independent_sources,
    e.confidence,
    e.follows,
    e.relation,
    e.development_id,
    e.mention_id
FROM (
    SELECT
        initiative_id, event_date, date_precision, action, modality, is_background, headline AS text,
        independent_sources, confidence, follows, relation, development_id, NULL AS mention_id
    FROM developments
    WHERE merged_into IS NULL
    UNION ALL
    SELECT
        m.initiative_id, m.event_date, m.date_precision, m.action, m.modality, m.is_background, m.quote,
        1, m.confidence, NULL, NULL, NULL, m.mention_id
    FROM mentions m
    WHERE m.is_background AND m.action <> 'refer' AND m.retired_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM development_mentions l WHERE l.mention_id = m.mention_id)
) e
JOIN initiatives i ON i.initiative_id = e.initiative_id
ORDER BY e.initiative_id, sort_date NULLS LAST, e.development_id, e.mention_id;
COMMENT ON VIEW initiative_timeline IS 'History of each initiative in order of date: developments, and what articles only recall.';
COMMENT ON COLUMN initiative_timeline.initiative_id IS 'The initiative.';
COMMENT ON COLUMN initiative_timeline.initiative IS 'Its name.';
COMMENT ON COLUMN initiative_timeline.sort_date IS 'Event date as a DATE; the first day of a month or year.';
COMMENT ON COLUMN initiative_timeline.event_date IS 'Event date as precise as the text.';
COMMENT ON COLUMN initiative_timeline.date_precision IS 'day, month, year or none.';
COMMENT ON COLUMN initiative_timeline.action IS 'What happened: see mentions.action.';
COMMENT ON COLUMN initiative_timeline.modality IS 'actual, planned, possible or negated.';
COMMENT ON COLUMN initiative_timeline.is_background IS 'True if articles only recall it.';
COMMENT ON COLUMN initiative_timeline.text IS 'Headline of the development, or the quote of a recalled event.';
COMMENT ON COLUMN initiative_timeline.independent_sources IS 'Number of independent origins.';
COMMENT ON COLUMN initiative_timeline.confidence IS 'From 0 to 1.';
COMMENT ON COLUMN initiative_timeline.follows IS 'Development that it carries on, denies or corrects.';
COMMENT ON COLUMN initiative_timeline.relation IS 'stage, denial or correction.';
COMMENT ON COLUMN initiative_timeline.development_id IS 'The development, if it is one.';
COMMENT ON COLUMN initiative_timeline.mention_id IS 'The mention, of a recalled event.';

CREATE VIEW actor_initiatives AS
SELECT
    coalesce(p.code, p.name) AS actor,
    m.initiative_id,
    any_value(i.name) AS initiative,
    count(DISTINCT m.mention_id) AS mentions,
    count(DISTINCT l.development_id) AS developments,
    list_sort(list(DISTINCT m.action)) AS actions,
    list_sort(list(DISTINCT p.role)) AS roles,
    min(m.event_date) AS first_event_date,
    max(m.event_date) AS last_event_date
FROM mention_actors p
JOIN mentions m ON m.mention_id = p.mention_id
JOIN initiatives i ON i.initiative_id = m.initiative_id
LEFT JOIN development_mentions l ON l.mention_id = m.mention_id
WHERE m.retired_at IS NULL AND m.action <> 'refer'
GROUP BY ALL
ORDER BY developments DESC, mentions DESC, actor, m.initiative_id;
COMMENT ON VIEW actor_initiatives IS 'Who takes part in which initiative, and how.';
COMMENT ON COLUMN actor_initiatives.actor IS 'Code of a state (ISO 3166-1 alpha-3), or the name of an actor without one.';
COMMENT ON COLUMN actor_initiatives.initiative_id IS 'The initiative.';
COMMENT ON COLUMN actor_initiatives.initiative IS 'Its name.';
COMMENT ON COLUMN actor_initiatives.mentions IS 'Number of mentions.';
COMMENT ON COLUMN actor_initiatives.developments IS 'Number of developments.';
COMMENT ON COLUMN actor_initiatives.actions IS 'Actions it takes part in.';
COMMENT ON COLUMN actor_initiatives.roles IS 'Roles it takes.';
COMMENT ON COLUMN actor_initiatives.first_event_date IS 'Earliest event date.';
COMMENT ON COLUMN actor_initiatives.last_event_date IS 'Latest event date.';

-- What a source is expected to show a day is learned from the last 28 days after its first poll, whose backlog is
-- not news. A source that shows things at random moments, six a week say, is quiet for 6 / (6/7) = 7 days once in
-- 400 times: six expected items missed is the alarm, and never less than two days.
CREATE VIEW source_health AS
WITH moment AS (
    SELECT max(started_at) AS at FROM ops.runs
), first_poll AS (
    SELECT source_id, min(first_seen_at) AS at FROM ops.links GROUP BY source_id
), learned AS (
    SELECT
        f.source_id,
        count(l.canonical_url) AS new_links,
        least(28, date_diff('hour', f.at, m.at) / 24) AS days
    FROM first_poll f
    CROSS JOIN moment m
    LEFT JOIN ops.links l
        ON l.source_id = f.source_id AND l.first_seen_at > f.at
        AND l.first_seen_at > m.at - INTERVAL 28 DAYS AND l.first_seen_at <= m.at
    GROUP BY f.source_id, f.at, m.at
), judged AS (
    SELECT
        s.source_id,
        s.name,
        t.last_polled_at,
        t.last_success_at,
        t.last_new_item_at,
        CASE WHEN e.days >= 3 THEN e.new_links / e.days END AS expected_per_day,
        date_diff('hour', t.last_new_item_at, m.at) / 24 AS days_quiet,
        t.failure_class,
        coalesce(t.strikes, 0) AS strikes,
        date_diff('hour', coalesce(t.last_success_at, f.at), m.at) / 24 AS days_without_success
    FROM sources s
    CROSS JOIN moment m
    LEFT JOIN ops.source_states t ON t.source_id = s.source_id
    LEFT JOIN learned e ON e.source_id = s.source_id
    LEFT JOIN first_poll f ON f.source_id = s.source_id
    WHERE s.active
)
SELECT
    source_id,
    name,
    last_polled_at,
    last_success_at,
    last_new_item_at,
    round(expected_per_day, 2) AS expected_per_day,
    round(days_quiet, 1) AS days_quiet,
    failure_class,
    strikes,
    coalesce(expected_per_day > 0 AND days_quiet > greatest(2, 6 / expected_per_day), false) AS is_silent,
    CASE
        WHEN last_polled_at IS NULL THEN 'not polled'
        WHEN failure_class IS NOT NULL THEN 'failing'
        WHEN expected_per_day > 0 AND days_quiet > greatest(2, 6 / expected_per_day) THEN 'silent'
        WHEN expected_per_day IS NULL THEN 'learning'
        ELSE 'well'
    END AS status
FROM judged
ORDER BY source_id;
COMMENT ON VIEW source_health IS 'How each source does, as of the newest run.';
COMMENT ON COLUMN source_health.source_id IS 'The source.';
COMMENT ON COLUMN source_health.name IS 'Its name.';
COMMENT ON COLUMN source_health.last_polled_at IS 'When it was last asked, UTC.';
COMMENT ON COLUMN source_health.last_success_at IS 'When it last answered well, UTC.';
COMMENT ON COLUMN source_health.last_new_item_at IS 'When it last showed something new, UTC.';
COMMENT ON COLUMN source_health.expected_per_day IS 'New links a day, learned from its last 28 days; empty for the first 3 days.';
COMMENT ON COLUMN source_health.days_quiet IS 'Days since it last showed something new.';
COMMENT ON COLUMN source_health.failure_class IS 'Class of the last failure; empty when the last poll went well.';
COMMENT ON COLUMN source_health.strikes IS 'Grows with each failure, shrinks with each success.';
COMMENT ON COLUMN source_health.is_silent IS 'True if it has been quiet for longer than six expected items and two days.';
COMMENT ON COLUMN source_health.status IS 'not polled, failing, silent, learning or well.';
