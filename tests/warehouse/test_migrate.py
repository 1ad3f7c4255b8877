"""The schema: numbered steps, applied once, refused when their history is not ours."""

from pathlib import Path

import duckdb
import pytest

from warehouse.migrate import (
    MIGRATIONS,
    SCHEMA,
    Migration,
    MigrationError,
    load_migrations,
    migrate,
    read_version,
    render_schema,
)
from warehouse.store import Warehouse, WarehouseError

PROMISED = {
    "articles": "article_id url source_id title published_at published_basis language text",
    "mentions": "mention_id article_id initiative_id action modality is_background event_date date_precision place"
    " quote quote_start quote_end speaker confidence",
    "mention_actors": "mention_id name kind code role office",
    "initiatives": "initiative_id name kind known",
    "developments": "development_id initiative_id action headline event_date first_seen_at last_seen_at"
    " independent_sources confidence",
    "development_mentions": "development_id mention_id",
    "alerts": "guid development_id published_at",
    "sources": "source_id name",
    "article_copies": "article_id origin_id",
    "initiative_aliases": "initiative_id alias",
    "initiative_timeline": "initiative_id action event_date",
    "new_developments": "development_id headline",
    "actor_initiatives": "actor initiative_id",
    "source_health": "source_id last_success_at last_new_item_at expected_per_day failure_class strikes is_silent",
}


def test_schema_file_is_what_the_migrations_make():
    assert SCHEMA.read_text(encoding="utf-8") == render_schema(), "run `python -m warehouse.migrate`"


def test_promised_columns_are_there(tmp_path):
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        for table, columns in PROMISED.items():
            names = {row[0] for row in warehouse.query(f"DESCRIBE {table}").fetchall()}
            assert set(columns.split()) <= names, table
        tables = warehouse.query("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'ops'").fetchall()
        ops = {row[0] for row in tables}
        assert {"runs", "fetches", "failures", "migrations", "links", "source_states"} <= ops


def test_every_row_says_which_run_and_extractor_made_it(tmp_path):
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        for schema, table in warehouse.query("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            if table not in ("migrations",):
                names = {row[0] for row in warehouse.query(f"DESCRIBE {schema}.{table}").fetchall()}
                assert {"run_id", "extractor_version"} <= names, table


def test_no_foreign_keys_sequences_zones_or_indexes(tmp_path):
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        kinds = warehouse.query("SELECT DISTINCT constraint_type FROM duckdb_constraints()").fetchall()
        assert {kind for (kind,) in kinds} <= {"PRIMARY KEY", "NOT NULL"}
        assert warehouse.query("SELECT count(*) FROM duckdb_sequences()").fetchone() == (0,)
        assert warehouse.query("SELECT count(*) FROM duckdb_indexes()").fetchone() == (0,)
        types = warehouse.query("SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal").fetchall()
        assert not [t for (t,) in types if "ZONE" in t]


def test_opening_twice_applies_nothing_more(tmp_path):
    path = tmp_path / "w.duckdb"
    with Warehouse.open(path) as warehouse:
        first = warehouse.query("FROM ops.migrations ORDER BY number").fetchall()
    with Warehouse.open(path) as warehouse:
        assert warehouse.query("FROM ops.migrations ORDER BY number").fetchall() == first
    assert read_version(path) == len(load_migrations()) == len(first)


def test_a_file_of_a_newer_release_is_refused(tmp_path):
    path = tmp_path / "w.duckdb"
    newer = (*load_migrations(), Migration(len(load_migrations()) + 1, "later", "CREATE TABLE later (a INTEGER)"))
    with duckdb.connect(str(path)) as connection:
        migrate(connection, path, newer)
    with pytest.raises(WarehouseError, match=r"w\.duckdb: was written by a newer release \(step \d{4}_later\)"):
        Warehouse.open(path)


def test_an_edited_step_is_refused(tmp_path):
    path = tmp_path / "w.duckdb"
    Warehouse.open(path).close()
    first, *others = load_migrations()
    edited = (Migration(1, first.name, first.sql + "\n-- harmless?"), *others)
    with duckdb.connect(str(path)) as connection, pytest.raises(MigrationError, match="0001_tables was edited"):
        migrate(connection, path, edited)


def test_a_gap_in_the_history_of_a_file_is_refused(tmp_path):
    path = tmp_path / "w.duckdb"
    with Warehouse.open(path) as warehouse:
        warehouse.connection.execute("DELETE FROM ops.migrations WHERE number = 1")
    with pytest.raises(MigrationError, match="step 0001 is missing"):
        Warehouse.open(path)


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["0001_a.sql", "0003_b.sql"], "step 0002 is missing or doubled"),
        (["0001_a.sql", "0001_b.sql"], "step 0002 is missing or doubled"),
        (["0001-a.sql"], "is named like"),
    ],
)
def test_a_gap_in_the_steps_is_refused(tmp_path, names, reason):
    for name in names:
        (tmp_path / name).write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(MigrationError, match=reason):
        load_migrations(tmp_path)


def test_a_step_that_fails_leaves_nothing_of_itself(tmp_path):
    steps = (Migration(1, "good", "CREATE TABLE good (a INTEGER)"), Migration(2, "bad", "CREATE TABLE b (a INT); OOPS"))
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        with pytest.raises(MigrationError, match="step 0002_bad failed: Parser Error"):
            migrate(connection, "w.duckdb", steps)
        tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'").fetchall()
        assert tables == [("good",)]
        assert connection.execute("SELECT number FROM ops.migrations").fetchall() == [(1,)]


def test_a_database_that_is_something_else_is_refused(tmp_path):
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine (a INTEGER)")
    with pytest.raises(WarehouseError, match="not a pactwatch warehouse"):
        Warehouse.open(path)
    with pytest.raises(MigrationError, match="not a pactwatch warehouse"):
        read_version(path)


def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path):
    path = tmp_path / "w.duckdb"
    path.write_bytes(b"this is no database" * 500)
    with pytest.raises(WarehouseError, match="not a valid DuckDB database file") as caught:
        Warehouse.open(path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes().startswith(b"this is no database"), "what was there is left alone"


def test_a_damaged_database_is_refused_in_one_line(tmp_path):
    path = tmp_path / "w.duckdb"
    Warehouse.open(path).close()
    content = bytearray(path.read_bytes())
    content[4096:12288] = bytes(8192)
    path.write_bytes(content)
    with pytest.raises(WarehouseError) as caught:
        Warehouse.open(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_directory_in_place_of_the_file_is_refused(tmp_path):
    with pytest.raises(WarehouseError, match="is a directory"):
        Warehouse.open(tmp_path)


def test_steps_are_shipped_with_the_package():
    assert Path(load_migrations.__code__.co_filename).parent / "migrations" == MIGRATIONS
    assert [step.number for step in load_migrations()] == [*range(1, len(load_migrations()) + 1)]
