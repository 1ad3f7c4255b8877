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
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.with_name(f".{target.name}.{os.getpid()}.building")
    _remove(building)
    try:
        _copy(warehouse, building)
        _check(warehouse, building, target)
        _flush(building)
        building.replace(target)
        _flush(target.parent)
    except OSError as error:
        raise WarehouseError(target, f"can't be published: {error.strerror or error}") from error
    finally:
        _remove(building)
    return target


def _copy(warehouse: Warehouse, building: Path) -> None:
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


def _check(warehouse: Warehouse, building: Path, target: Path) -> None:
    """Never publish a copy with a fault that a reader would meet, or with rows missing."""
    with connect(building, read_only=True) as copy:
        check_is_current(copy, building)
        faults = [finding for finding in run_checks_on(copy) if finding.severity == "error"]
        if faults:
            raise CheckFailed(target, tuple(faults))
        there = copy.execute("SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        for schema, table in there:
            count = _COUNT.substitute(table=f"{_identifier(schema)}.{_identifier(table)}")
            with warehouse.reading() as connection:
                expected, found = connection.execute(count).fetchone(), copy.execute(count).fetchone()
            if expected != found:
                raise WarehouseError(target, f"the copy of {schema}.{table} has {found} rows instead of {expected}")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
