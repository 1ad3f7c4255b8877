"""The data dictionary is made from the schema's comments, and every table and column has one."""

from warehouse.dictionary import DICTIONARY, render_dictionary
from warehouse.store import Warehouse


def test_the_dictionary_file_is_what_the_schema_says():
    assert DICTIONARY.read_text(encoding="utf-8") == render_dictionary(), "run `python -m warehouse.dictionary`"


def test_every_table_view_and_column_is_described_once(tmp_path):
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        bare = warehouse.query("""
            SELECT table_name FROM duckdb_tables() WHERE comment IS NULL AND NOT temporary
            UNION ALL SELECT view_name FROM duckdb_views() WHERE comment IS NULL AND NOT internal
            UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns()
            WHERE comment IS NULL AND NOT internal AND database_name <> 'temp'
        """).fetchall()
        assert bare == []


def test_the_dictionary_is_a_table_for_each_table():
    text = render_dictionary()
    assert "## mentions\n" in text
    assert "## ops.source_states\n" in text
    assert "| `mention_id` (key) | VARCHAR | Made from the content of the mention. |" in text
    assert "## source_health\n\nView. " in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count(" | ") for line in rows} == {2}
