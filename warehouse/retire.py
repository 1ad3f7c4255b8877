"""What becomes of mentions when an article is read again: with another extractor, or because its text changed.

`mentions` holds what the last reading found, and every quote in it stands in `articles.text` at its offsets. Of
mentions that the last reading did not find:
- one that no development points to is deleted (the archive and `reextract` can bring it back);
- one that tells a development stays as its evidence, with `retired_at` set;
- if its sentence is no longer in the text either, it moves, with its link, to `ops.retired_mentions`, whose offsets
  point into the revision in `ops.article_revisions`; the view `evidence` shows both.
"""

from string import Template

import duckdb

from extractors.records import RunStamp
from warehouse.rows import to_timestamp

_STANDS = "substring(a.text, m.quote_start + 1, m.quote_end - m.quote_start) = m.quote"

# Two sources of one run can serve one address with different texts: the first is kept, and a quote from the other
# moves to where the kept text has it, or is left out.
_FIT_STAGED = Template("""
    CREATE OR REPLACE TEMP TABLE misfits AS
    SELECT m.mention_id, instr(a.text, m.quote) - 1 AS start
    FROM staged_mentions m LEFT JOIN articles a ON a.article_id = m.article_id
    WHERE NOT coalesce($stands, false)
""").substitute(stands=_STANDS)

_FIND_LOST = Template("""
    CREATE OR REPLACE TEMP TABLE lost AS
    SELECT
        m.mention_id,
        l.development_id,
        $stands AS stands,
        instr(a.text, m.quote) - 1 AS start
    FROM mentions m
    JOIN articles a ON a.article_id = m.article_id
    JOIN staged_articles s ON s.article_id = a.article_id
    LEFT JOIN development_mentions l ON l.mention_id = m.mention_id
    WHERE s.text_sha256 = a.text_sha256 AND a.updated_at <= s.updated_at
        AND NOT EXISTS (SELECT 1 FROM staged_mentions f WHERE f.mention_id = m.mention_id)
""").substitute(stands=_STANDS)

_MOVE_AWAY = """
    INSERT INTO ops.retired_mentions
    SELECT m.mention_id, m.article_id, x.development_id, a.revision - 1, m.initiative_id, m.initiative, m.action,
        m.modality, m.event_date, m.place, m.quote, m.quote_start, m.quote_end, m.speaker, m.confidence,
        m.first_seen_at, coalesce(m.retired_at, $1), $2, $3
    FROM lost x
    JOIN mentions m ON m.mention_id = x.mention_id
    JOIN articles a ON a.article_id = m.article_id
    WHERE x.development_id IS NOT NULL AND NOT x.stands AND x.start < 0
    ON CONFLICT DO NOTHING
"""
_GONE = "(SELECT mention_id FROM lost WHERE development_id IS NULL OR (NOT stands AND start < 0))"
_DELETES = tuple(
    Template("DELETE FROM $table WHERE mention_id IN $gone").substitute(table=table, gone=_GONE)
    for table in ("development_mentions", "mention_actors", "mentions")
)
_RETIRE = """
    UPDATE mentions SET
        retired_at = coalesce(retired_at, $1),
        quote_start = CASE WHEN x.stands THEN quote_start ELSE x.start END,
        quote_end = CASE WHEN x.stands THEN quote_end ELSE x.start + length(quote) END,
        run_id = $2
    FROM lost x
    WHERE x.mention_id = mentions.mention_id AND x.development_id IS NOT NULL
        AND (mentions.retired_at IS NULL OR NOT x.stands)
"""


def fit_quotes(connection: duckdb.DuckDBPyConnection, stamp: RunStamp) -> None:
    """Make the staged mentions point into the stored texts; those of an older reading are dropped."""
    connection.execute(
        """
        DELETE FROM staged_mentions WHERE article_id IN (
            SELECT article_id FROM articles WHERE updated_at > $1)
        """,
        [to_timestamp(stamp.started_at)],
    )
    connection.execute(_FIT_STAGED)
    connection.execute("""
        UPDATE staged_mentions SET quote_start = x.start, quote_end = x.start + length(quote)
        FROM misfits x WHERE x.mention_id = staged_mentions.mention_id AND x.start >= 0
    """)
    connection.execute("""
        DELETE FROM staged_mentions WHERE mention_id IN (
            SELECT mention_id FROM misfits WHERE start IS NULL OR start < 0)
    """)


def retire_mentions(connection: duckdb.DuckDBPyConnection, stamp: RunStamp) -> None:
    """Retire what the staged reading of the staged articles did not find."""
    connection.execute(_FIND_LOST)
    found = connection.execute("SELECT count(*) FROM lost").fetchone()
    if not found or not found[0]:
        return
    at = to_timestamp(stamp.started_at)
    connection.execute(_MOVE_AWAY, [at, stamp.run_id, stamp.extractor_version])
    for statement in _DELETES:
        connection.execute(statement)
    connection.execute(_RETIRE, [at, stamp.run_id])
