"""Looks for what should never be (errors: such a copy is not published) and for what a person should see (warnings)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal

import duckdb

from warehouse.connection import WarehouseError
from warehouse.store import Warehouse

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found."""

    check: str
    severity: Severity
    subject: str
    """The row, source or table concerned."""
    detail: str


class CheckFailed(WarehouseError):  # noqa: N818  (says what happened)
    """A copy with faults; it was not published."""

    def __init__(self, path: Path | str, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
        super().__init__(path, f"not published, {first.check}: {first.subject}: {first.detail}{more}")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    severity: Severity
    sql: str
    """Selects subject and detail of each finding."""


_ORPHANS = Template("""
    SELECT DISTINCT t.$column, '$table.$column is not in $parent' FROM $table t
    WHERE t.$column IS NOT NULL AND NOT EXISTS (SELECT 1 FROM $parent p WHERE p.$parent_column = t.$column)
""")
_DUPLICATES = Template("""
    SELECT concat_ws(' ', $keys), '$table has it ' || count(*) || ' times'
    FROM $table GROUP BY $keys HAVING count(*) > 1
""")


def _orphans(table: str, column: str, parent: str, parent_column: str, severity: Severity = "error") -> _Check:
    sql = _ORPHANS.substitute(table=table, column=column, parent=parent, parent_column=parent_column)
    return _Check("orphan", severity, sql)


def _duplicates(table: str, *keys: str) -> _Check:
    return _Check("duplicate", "error", _DUPLICATES.substitute(table=table, keys=", ".join(keys)))


_CHECKS: Sequence[_Check] = (
    _orphans("mentions", "article_id", "articles", "article_id"),
    _orphans("mentions", "initiative_id", "initiatives", "initiative_id"),
    _orphans("mention_actors", "mention_id", "mentions", "mention_id"),
    _orphans("article_copies", "article_id", "articles", "article_id"),
    _orphans("initiative_aliases", "initiative_id", "initiatives", "initiative_id"),
    _orphans("developments", "initiative_id", "initiatives", "initiative_id"),
    _orphans("developments", "merged_into", "developments", "development_id"),
    _orphans("development_mentions", "mention_id", "mentions", "mention_id"),
    _orphans("development_mentions", "development_id", "developments", "development_id"),
    _orphans("alerts", "development_id", "developments", "development_id"),
    _orphans("alerts", "superseded_by", "alerts", "guid"),
    _orphans("developments", "follows", "developments", "development_id", "warning"),
    _orphans("articles", "source_id", "sources", "source_id", "warning"),
    _duplicates("sources", "source_id"),
    _duplicates("articles", "article_id"),
    _duplicates("initiatives", "initiative_id"),
    _duplicates("mentions", "mention_id"),
    _duplicates("mention_actors", "mention_id", "position"),
    _duplicates("developments", "development_id"),
    _duplicates("development_mentions", "mention_id"),
    _duplicates("alerts", "guid"),
    _Check(
        "duplicate",
        "error",
        """
        SELECT development_id, 'has ' || count(*) || ' alerts' FROM alerts
        WHERE superseded_by IS NULL GROUP BY development_id HAVING count(*) > 1
        """,
    ),
    _Check(
        "quote",
        "error",
        """
        SELECT m.mention_id, 'its quote is not at its offsets in ' || m.article_id
        FROM mentions m JOIN articles a ON a.article_id = m.article_id
        WHERE m.quote_start < 0 OR m.quote_end < m.quote_start
            OR substring(a.text, m.quote_start + 1, m.quote_end - m.quote_start) IS DISTINCT FROM m.quote
        """,
    ),
    _Check(
        "merge",
        "error",
        """
        SELECT d.development_id, 'is merged into ' || d.merged_into || ', which is merged itself'
        FROM developments d JOIN developments k ON k.development_id = d.merged_into
        WHERE k.merged_into IS NOT NULL
        """,
    ),
    _Check(
        "evidence",
        "warning",
        """
        SELECT al.development_id, 'has an alert, and no quote that tells it'
        FROM alerts al
        WHERE al.superseded_by IS NULL
            AND NOT EXISTS (SELECT 1 FROM evidence e WHERE e.development_id = al.development_id)
        """,
    ),
    _Check(
        "silent",
        "warning",
        """
        SELECT source_id, format('nothing new for {:.1f} days, {:.1f} a day expected', days_quiet, expected_per_day)
        FROM source_health WHERE is_silent
        """,
    ),
    # A page that lost its text (new layout, wall, script): far shorter than this source's articles used to be.
    _Check(
        "short-text",
        "warning",
        """
        WITH moment AS (SELECT max(started_at) AS at FROM ops.runs), lengths AS (
            SELECT a.source_id, length(a.text) AS length, a.first_seen_at > m.at - INTERVAL 2 DAYS AS is_new
            FROM articles a CROSS JOIN moment m
            WHERE a.first_seen_at > m.at - INTERVAL 60 DAYS
        ), medians AS (
            SELECT source_id,
                median(length) FILTER (is_new) AS now, count(*) FILTER (is_new) AS new_ones,
                median(length) FILTER (NOT is_new) AS before, count(*) FILTER (NOT is_new) AS old_ones
            FROM lengths GROUP BY source_id
        )
        SELECT source_id, format('texts of its last {} articles have a median of {:.0f} characters, before {:.0f}',
            new_ones, now, before)
        FROM medians WHERE new_ones >= 3 AND old_ones >= 5 AND now < 0.3 * before
        """,
    ),
    # One text under several addresses of one source: a wall or an error page that was taken for the article.
    _Check(
        "same-text",
        "warning",
        """
        SELECT a.source_id, format('{} articles have one and the same text, such as {}', count(*), min(a.url))
        FROM articles a CROSS JOIN (SELECT max(started_at) AS at FROM ops.runs) m
        GROUP BY a.source_id, a.text_sha256, m.at
        HAVING count(*) >= 3 AND max(a.first_seen_at) > m.at - INTERVAL 2 DAYS
        """,
    ),
)


def run_checks(warehouse: Warehouse) -> tuple[Finding, ...]:
    """All checks on the pipeline's own file."""
    with warehouse.reading() as connection:
        return run_checks_on(connection)


def run_checks_on(connection: duckdb.DuckDBPyConnection) -> tuple[Finding, ...]:
    """All checks, errors first."""
    findings = [
        Finding(check.name, check.severity, str(subject), str(detail))
        for check in _CHECKS
        for subject, detail in connection.execute(check.sql).fetchall()
    ]
    return tuple(sorted(findings, key=lambda f: (f.severity, f.check, f.subject, f.detail)))
