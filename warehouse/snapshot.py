"""Publishes the copy that people query: built fresh, checked, flushed to disk, and put in place by one rename.

A fresh build also undoes the growth of the private file. Readers that have the old copy open keep it and block nobody.
"""

import os
from pathlib import Path
from string import Template

import duckdb

from warehouse.checks import CheckFailed, run_checks_on
from warehouse.connection import WarehouseError, connect, first_line
from warehouse.migrate import check_is_current
from warehouse.store import Warehouse

_COUNT = Template("SELECT count(*) FROM $table")


def publish_copy(warehouse: Warehouse, target: Path) -> Path:
    """Replace `target` by a checked copy of the warehouse. On any error the old copy stays."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_unfinished(target)
        try:
            _build(warehouse, target)
        finally:
            _remove_unfinished(target)
    except OSError as error:
        raise WarehouseError(target, f"can't be published: {error.strerror or error}") from error
    return target


def _build(warehouse: Warehouse, target: Path) -> None:
    building = target.with_name(f".{target.name}.{os.getpid()}.building")
    expected = _copy(warehouse, building)
    _check(building, target, expected)
    _flush(building)
    building.replace(target)
    _flush(target.parent)


def _copy(warehouse: Warehouse, building: Path) -> dict[str, int]:
    """Copy everything: rows, keys, views and comments; returns how many rows each table has."""
    with warehouse.reading() as connection:
        source = connection.execute("SELECT current_database()").fetchone()
        assert source is not None
        try:
            connection.execute("ATTACH " + _literal(str(building)) + " AS building")
            try:
                connection.execute("COPY FROM DATABASE " + _identifier(source[0]) + " TO building")
            finally:
                connection.execute("DETACH building")
        except duckdb.Error as error:
            raise WarehouseError(building, f"copying failed: {first_line(error)}") from error
        return _count_rows(connection)


def _check(building: Path, target: Path, expected: dict[str, int]) -> None:
    """Never publish a copy with rows missing, or with a fault that a reader would meet."""
    with connect(building, read_only=True) as copy:
        check_is_current(copy, building)
        found = _count_rows(copy)
        if found != expected:
            wrong = min(table for table in {*expected, *found} if expected.get(table) != found.get(table))
            raise WarehouseError(
                target, f"not published: {wrong} has {found.get(wrong)} rows in place of {expected.get(wrong)}"
            )
        faults = tuple(finding for finding in run_checks_on(copy) if finding.severity == "error")
        if faults:
            raise CheckFailed(target, faults)


def _count_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    tables = connection.execute("""
        SELECT schema_name, table_name FROM duckdb_tables()
        WHERE database_name = current_database() AND NOT temporary
    """).fetchall()
    counts = {}
    for schema, table in tables:
        row = connection.execute(_COUNT.substitute(table=f"{_identifier(schema)}.{_identifier(table)}")).fetchone()
        counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return counts


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_unfinished(target: Path) -> None:
    """Also what a publisher that was killed left behind; the run's lock lets no other one be at work."""
    for left in target.parent.glob(f".{target.name}.*.building*"):
        left.unlink(missing_ok=True)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
