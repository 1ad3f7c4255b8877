"""Looks for what should never be (errors: such a copy is not published) and for what a person should see (warnings)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal

import duckdb

from warehouse.connection import WarehouseError
from warehouse.store import Warehouse


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found."""

    check: str
    severity: Literal["error", "warning"]
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
    severity: Literal["error", "warning"]
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


def _orphans(table: str, column: str, parent: str, parent_column: str) -> _Check:
    sql = _ORPHANS.substitute(table=table, column=column, parent=parent, parent_column=parent_column)
    return _Check("orphan", "error", sql)


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
