"""The published copy: whole or not at all, with comments and views, and free of the pipeline's locks."""

import subprocess
import sys

import duckdb
import pytest

from extractors.records import RaiseAlert, SaveDevelopment
from tests.warehouse.records_made import T0, made_article, made_batch, made_development, made_mention, made_stamp
from warehouse.checks import CheckFailed
from warehouse.snapshot import publish_copy
from warehouse.store import Warehouse, WarehouseError

READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print(connection.execute("SELECT count(*) FROM articles").fetchone()[0], flush=True)
sys.stdin.readline()
print(connection.execute("SELECT count(*) FROM articles").fetchone()[0], flush=True)
"""


@pytest.fixture
def warehouse(tmp_path):
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        opened.add(made_batch(made_article(1)), made_stamp())
        changes = [
            SaveDevelopment(made_development(), (made_mention(made_article(1)).mention_id,)),
            RaiseAlert("dev-1"),
        ]
        opened.apply(changes, made_stamp(), T0)
        yield opened


@pytest.fixture
def target(tmp_path):
    return tmp_path / "public" / "warehouse.duckdb"


def ask(path, sql):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_copy_has_the_rows_views_comments_and_keys(warehouse, target):
    publish_copy(warehouse, target)
    for sql in (
        "SELECT schema_name, table_name, comment FROM duckdb_tables() WHERE NOT temporary ORDER BY ALL",
        "SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
        "SELECT schema_name, table_name, column_name, data_type, comment FROM duckdb_columns() c WHERE NOT internal"
        " AND database_name <> 'temp' ORDER BY ALL",
        "SELECT table_name, constraint_text FROM duckdb_constraints() ORDER BY ALL",
        "FROM articles ORDER BY ALL",
        "FROM evidence ORDER BY ALL",
        "FROM ops.migrations ORDER BY ALL",
    ):
        assert ask(target, sql) == warehouse.query(sql).fetchall()
    assert all(
        comment for *_, comment in ask(target, "SELECT column_name, comment FROM duckdb_columns() WHERE NOT internal")
    )


def test_nothing_but_the_copy_is_left(warehouse, target):
    target.parent.mkdir()
    (target.parent / ".warehouse.duckdb.1.building").write_bytes(b"of a publisher that was killed")
    publish_copy(warehouse, target)
    assert [path.name for path in target.parent.iterdir()] == ["warehouse.duckdb"]


def test_readers_and_the_pipeline_do_not_meet(warehouse, target):
    """Another process reads the copy while the pipeline holds its own file and replaces the copy."""
    publish_copy(warehouse, target)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert reader.stdout.readline() == "1\n"
        warehouse.add(made_batch(made_article(2)), made_stamp(1))
        publish_copy(warehouse, target)
        answer, _ = reader.communicate("go on\n", timeout=20)
    finally:
        reader.kill()
        reader.wait()
    assert answer == "1\n", "who has the old copy open keeps it"
    assert ask(target, "SELECT count(*) FROM articles") == [(2,)]


def test_a_faulty_copy_is_not_published(warehouse, target):
    publish_copy(warehouse, target)
    before = target.read_bytes()
    warehouse.connection.execute("UPDATE mentions SET quote_start = quote_start + 1")
    with pytest.raises(CheckFailed, match=r"not published, quote: men-.* its quote is not at its offsets") as caught:
        publish_copy(warehouse, target)
    assert "\n" not in str(caught.value)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["warehouse.duckdb"]


def test_a_place_that_can_not_be_written_is_one_line(warehouse, tmp_path):
    (tmp_path / "public").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(WarehouseError, match="can't be published"):
        publish_copy(warehouse, tmp_path / "public" / "warehouse.duckdb")


def test_an_almost_empty_copy_is_small(warehouse, target):
    publish_copy(warehouse, target)
    assert target.stat().st_size < 3_000_000


def test_names_with_quotes_are_only_names(tmp_path):
    with Warehouse.open(tmp_path / 'it\'s "mine".duckdb') as warehouse:
        target = publish_copy(warehouse, tmp_path / "o'clock" / "copy's.duckdb")
    assert ask(target, "SELECT count(*) FROM articles") == [(0,)]


def test_the_pipeline_goes_on_after_publishing(warehouse, target):
    publish_copy(warehouse, target)
    warehouse.add(made_batch(made_article(3)), made_stamp(3))
    publish_copy(warehouse, target)
    assert ask(target, "SELECT count(*) FROM articles") == [(2,)]
