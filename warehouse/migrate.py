"""Brings a warehouse file to the newest schema: numbered SQL steps, each applied once, in one transaction, for good.

A step that has been applied anywhere is never edited: its checksum is kept in `ops.migrations`, and a file whose
history differs is refused. `python -m warehouse.migrate` rewrites `schema.sql`, the result of all steps.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse.connection import WarehouseError, connect, first_line, transaction

MIGRATIONS = Path(__file__).parent / "migrations"
SCHEMA = Path(__file__).parent / "schema.sql"
_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")

_HISTORY = """
CREATE SCHEMA IF NOT EXISTS ops;
CREATE TABLE IF NOT EXISTS ops.migrations (
    number INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    applied_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE ops.migrations IS 'Steps that made this schema.';
COMMENT ON COLUMN ops.migrations.number IS 'Number of the step, from 1 without a gap.';
COMMENT ON COLUMN ops.migrations.name IS 'What the step is about.';
COMMENT ON COLUMN ops.migrations.sha256 IS 'Checksum of the step as it was applied.';
COMMENT ON COLUMN ops.migrations.applied_at IS 'When it was applied, UTC.';
"""


class MigrationError(WarehouseError):
    """A file whose history can't be carried on, or a step that fails."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def load_migrations(directory: Path = MIGRATIONS) -> tuple[Migration, ...]:
    """The steps in order; a gap or a doubled number is an error."""
    steps = []
    for path in sorted(directory.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(path, "a step is named like 0001_tables.sql")
        steps.append(Migration(int(match[1]), match[2], path.read_text(encoding="utf-8")))
    for expected, step in enumerate(steps, start=1):
        if step.number != expected:
            raise MigrationError(directory, f"step {expected:04d} is missing or doubled (found {step.number:04d})")
    return tuple(steps)


def migrate(
    connection: duckdb.DuckDBPyConnection, path: Path | str, steps: tuple[Migration, ...] | None = None
) -> tuple[int, ...]:
    """Apply the steps that the file lacks; returns their numbers."""
    if steps is None:
        steps = load_migrations()
    if not _is_migrated(connection):
        if _has_tables(connection):
            raise MigrationError(path, "holds tables but no ops.migrations: it is not a pactwatch warehouse")
        with transaction(connection):
            connection.execute(_HISTORY)
    applied = connection.execute("SELECT number, name, sha256 FROM ops.migrations ORDER BY number").fetchall()
    _check_history(path, applied, steps)
    missing = steps[len(applied) :]
    for step in missing:
        try:
            with transaction(connection):
                connection.execute(step.sql)
                connection.execute(
                    "INSERT INTO ops.migrations VALUES ($1, $2, $3, $4)",
                    [step.number, step.name, step.sha256, datetime.now(UTC).replace(tzinfo=None, microsecond=0)],
                )
        except duckdb.Error as error:
            raise MigrationError(path, f"step {step.number:04d}_{step.name} failed: {first_line(error)}") from error
    return tuple(step.number for step in missing)


def check_is_current(connection: duckdb.DuckDBPyConnection, path: Path | str) -> None:
    """Refuse a file opened for reading whose schema is not the one this code knows."""
    if not _is_migrated(connection):
        raise MigrationError(path, "is not a pactwatch warehouse (no ops.migrations)")
    steps = load_migrations()
    applied = connection.execute("SELECT number, name, sha256 FROM ops.migrations ORDER BY number").fetchall()
    _check_history(path, applied, steps)
    if len(applied) < len(steps):
        raise MigrationError(path, f"has schema {len(applied)}, this release needs {len(steps)}: run it once more")


def _check_history(path: Path | str, applied: list[tuple[int, str, str]], steps: tuple[Migration, ...]) -> None:
    for position, (number, name, sha256) in enumerate(applied, start=1):
        if number != position:
            raise MigrationError(path, f"its history has a gap: step {position:04d} is missing")
        if position > len(steps):
            raise MigrationError(path, f"was written by a newer release (step {number:04d}_{name})")
        if steps[position - 1].sha256 != sha256:
            raise MigrationError(path, f"step {number:04d}_{name} was edited after it was applied here")


def _is_migrated(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'ops' AND table_name = 'migrations'"
        " AND database_name = current_database()"
    ).fetchone()
    return found is not None


def _has_tables(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute("SELECT 1 FROM duckdb_tables() WHERE database_name = current_database()").fetchone()
    return found is not None


def render_schema(steps: tuple[Migration, ...] | None = None) -> str:
    """The schema that all steps add up to, as SQL that DuckDB itself writes."""
    with duckdb.connect(":memory:") as connection:
        migrate(connection, ":memory:", steps)
        objects = connection.execute("""
            SELECT sql FROM (
                SELECT 0 AS rank, schema_name, '' AS name, 'CREATE SCHEMA ' || schema_name || ';' AS sql
                FROM duckdb_schemas() WHERE database_name = current_database() AND schema_name = 'ops'
                UNION ALL
                SELECT 1, schema_name, table_name, sql FROM duckdb_tables() WHERE database_name = current_database()
                UNION ALL
                SELECT 2, schema_name, view_name, sql FROM duckdb_views()
                WHERE database_name = current_database() AND NOT internal
            ) ORDER BY rank, schema_name, name
        """).fetchall()
    head = "-- Generated from migrations/ by `python -m warehouse.migrate`; a test fails when it differs.\n\n"
    return head + "\n\n".join(_lay_out(str(sql)) for (sql,) in objects) + "\n"


def _lay_out(sql: str) -> str:
    """One column a line, so that a change shows as the lines it changes."""
    sql = sql.strip()
    if not sql.startswith("CREATE TABLE"):
        return sql
    head, _, body = sql.partition("(")
    return f"{head.rstrip()} (\n    " + re.sub(r", (?![^()]*\))", ",\n    ", body.removesuffix(");")) + "\n);"


def read_version(path: Path) -> int:
    """Number of the last step applied to a file."""
    with connect(path, read_only=True) as connection:
        if not _is_migrated(connection):
            raise MigrationError(path, "is not a pactwatch warehouse (no ops.migrations)")
        row = connection.execute("SELECT coalesce(max(number), 0) FROM ops.migrations").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    SCHEMA.write_text(render_schema(), encoding="utf-8")
