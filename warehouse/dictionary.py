"""The data dictionary, made from the comments that the schema carries.

`python -m warehouse.dictionary` writes it to `dictionary.md`; a test fails when that differs from the schema.
"""

from pathlib import Path

import duckdb

from warehouse.migrate import migrate

DICTIONARY = Path(__file__).parent / "dictionary.md"

_HEAD = """\
# Data dictionary

Made from the schema's own comments by `python -m warehouse.dictionary`. Times are UTC. `main` is what analysts use,
`ops` what operations use; both are in the published copy, where every table and column carries the same comment.
"""

_OBJECTS = """
    SELECT schema_name, table_name AS name, 'table' AS sort, comment FROM duckdb_tables()
    WHERE database_name = current_database()
    UNION ALL
    SELECT schema_name, view_name, 'view', comment FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal
    ORDER BY schema_name, sort, name
"""
_COLUMNS = """
    SELECT c.column_name, c.data_type, c.comment,
        coalesce(list_contains(k.constraint_column_names, c.column_name), false)
    FROM duckdb_columns() c
    LEFT JOIN duckdb_constraints() k
        ON k.database_name = c.database_name AND k.schema_name = c.schema_name AND k.table_name = c.table_name
        AND k.constraint_type = 'PRIMARY KEY'
    WHERE c.database_name = current_database() AND c.schema_name = $1 AND c.table_name = $2
    ORDER BY c.column_index
"""


def render_dictionary() -> str:
    """Markdown with one section for each table and view."""
    with duckdb.connect(":memory:") as connection:
        migrate(connection, ":memory:")
        objects = connection.execute(_OBJECTS).fetchall()
        return "\n".join([_HEAD, *(_render_object(connection, *found) for found in objects)])


def _render_object(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, sort: str, comment: str | None
) -> str:
    title = name if schema == "main" else f"{schema}.{name}"
    lines = [f"## {title}", "", f"{'' if sort == 'table' else 'View. '}{comment or ''}", ""]
    lines += ["| column | type | meaning |", "| --- | --- | --- |"]
    for column, data_type, meaning, is_key in connection.execute(_COLUMNS, [schema, name]).fetchall():
        key = " (key)" if is_key else ""
        lines.append(f"| `{column}`{key} | {data_type} | {(meaning or '').replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DICTIONARY.write_text(render_dictionary(), encoding="utf-8")
