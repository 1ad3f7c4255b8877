"""Answers one SQL question from the published copy: read-only, with no way to other files or the network.

Formats are for people (`table`) and for other programs (`csv`, `json`, `parquet`).
"""

import csv
import io
import json
import math
import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import duckdb

from warehouse.connection import WarehouseError, connect_once

Format = Literal["table", "csv", "json", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
MAX_TABLE_ROWS = 1000
"""More than this nobody reads in a terminal; the other formats have no limit."""

_CHUNK = 1000
# Text comes from pages: a control character must not reach the terminal of whoever asks.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


class SqlError(WarehouseError):
    """A question that can't be answered, in one line."""


def run_sql(path: Path, sql: str, *, form: Format, out: BinaryIO, width: int | None = None) -> int:
    """Write the answer to `out`; returns the number of rows. `width` folds a table to a terminal."""
    if not path.is_file():
        raise SqlError(path, "there is no published copy yet; `pactwatch run` makes one")
    with tempfile.TemporaryDirectory(prefix="pactwatch-sql-") as directory:
        parquet = Path(directory) / "answer.parquet"
        with _open_closed_in(path, parquet) as connection:
            try:
                relation = _ask(connection, path, sql)
                if form == "parquet":
                    relation.write_parquet(str(parquet))
                    out.write(parquet.read_bytes())
                    return _count(connection, parquet)
                return _write(relation, form, out, width)
            except duckdb.Error as error:
                raise SqlError(path, one_line(error)) from error


def one_line(error: BaseException) -> str:
    """What DuckDB says and proposes, without the picture of the query below it."""
    first_paragraph = str(error).strip().split("\n\n", 1)[0]
    return " ".join(_CONTROL.sub(" ", first_paragraph).split())


def _open_closed_in(path: Path, parquet: Path) -> duckdb.DuckDBPyConnection:
    """Open read-only, then shut the door: no other file but the answer's, no network, no extension, no setting."""
    connection = connect_once(path, read_only=True)
    connection.execute(f"SET allowed_paths = ['{parquet}']")  # our own temporary file: no quote in its name
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _ask(connection: duckdb.DuckDBPyConnection, path: Path, sql: str) -> duckdb.DuckDBPyRelation:
    statements = connection.extract_statements(sql)
    if not statements:
        raise SqlError(path, "an empty question")
    # The parser makes a PIVOT into several statements without a text of their own.
    if len(statements) > 1 and any(statement.query for statement in statements):
        raise SqlError(path, f"one statement at a time, not {len(statements)}")
    asked = statements[-1].type
    if asked not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise SqlError(path, f"read-only: only a SELECT or the like, not {asked.name}")
    relation = connection.sql(sql)
    if relation is None:
        raise SqlError(path, "the statement gives no rows")
    return relation


def _count(connection: duckdb.DuckDBPyConnection, parquet: Path) -> int:
    row = connection.execute("SELECT count(*) FROM read_parquet($1)", [str(parquet)]).fetchone()
    return int(row[0]) if row else 0


def _write(relation: duckdb.DuckDBPyRelation, form: Format, out: BinaryIO, width: int | None) -> int:
    # A reader sees whole lines: one small buffer for each chunk of rows.
    names = relation.columns
    if form == "table":
        return _write_table(relation, names, out, width)
    count = 0
    if form == "csv":
        out.write(_csv_lines([names]))
        for rows in _chunks(relation):
            out.write(_csv_lines([[_csv_value(value) for value in row] for row in rows]))
            count += len(rows)
        return count
    out.write(b"[")
    for rows in _chunks(relation):
        for row in rows:
            record = {name: _json_value(value) for name, value in zip(names, row, strict=True)}
            line = json.dumps(record, ensure_ascii=False, allow_nan=False)
            out.write(b"\n" if count == 0 else b",\n")
            out.write(line.encode())
            count += 1
    out.write(b"\n]\n" if count else b"]\n")
    return count


def _write_table(relation: duckdb.DuckDBPyRelation, names: Sequence[str], out: BinaryIO, width: int | None) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = relation.fetchmany(MAX_TABLE_ROWS)
    more = len(rows) == MAX_TABLE_ROWS and relation.fetchone() is not None
    cells = [[_table_value(value) for value in row] for row in rows]
    if width is None:  # not a terminal: one line a row, however long
        width = 4 + sum(3 + max(len(name), *(len(row[i]) for row in cells), 1) * 2 for i, name in enumerate(names))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(names):
        numeric = any(row[i] is not None for row in rows) and all(
            isinstance(row[i], int | float | None) for row in rows
        )
        table.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(width=width, color_system=None, force_terminal=False, highlight=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(table)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    out.write("".join(line + "\n" for line in lines if line).encode())
    if more:
        out.write(f"… only the first {MAX_TABLE_ROWS} rows; --format csv gives all\n".encode())
    return len(rows)


def _chunks(relation: duckdb.DuckDBPyRelation) -> Iterator[list[tuple[Any, ...]]]:
    while rows := relation.fetchmany(_CHUNK):
        yield rows


def _csv_lines(rows: Sequence[Sequence[str]]) -> bytes:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue().encode()


def _csv_value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        return json.dumps(_json_value(value), ensure_ascii=False)
    plain = _json_value(value)
    return "" if plain is None else str(plain)


def _table_value(value: object) -> str:
    if isinstance(value, list):
        value = ", ".join(_csv_value(item) for item in value)
    return _CONTROL.sub(" ", _csv_value(value))


def _json_value(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(_json_value(key)): _json_value(item) for key, item in value.items()}
    return str(value)
