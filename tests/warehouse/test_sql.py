"""`pactwatch sql`: answers in four formats, from the published copy alone."""

import csv
import io
import json

import duckdb
import pytest

from tests.warehouse.other_process import HeldFile
from tests.warehouse.records_made import TEXT, made_article, made_batch, made_stamp
from warehouse.snapshot import publish_copy
from warehouse.sql import MAX_TABLE_ROWS, SqlError, run_sql
from warehouse.store import Warehouse


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        warehouse.add(made_batch(made_article(1), made_article(2)), made_stamp())
        return publish_copy(warehouse, folder / "public" / "warehouse.duckdb")


def answer(copy, sql, form="table", width=None):
    out = io.BytesIO()
    run_sql(copy, sql, form=form, out=out, width=width)
    return out.getvalue().decode()


def test_a_table_is_readable_and_plain(copy):
    shown = answer(copy, "SELECT title, authors, 12 AS n, NULL AS nothing FROM articles LIMIT 1")
    lines = shown.splitlines()
    assert lines[0].split() == ["title", "authors", "n", "nothing"]
    assert lines[2].split() == ["Talks", "end", "A.", "Writer", "12"]
    assert shown.endswith("\n")


def test_a_table_folds_to_a_terminal_and_never_loses_text(copy):
    shown = answer(copy, "SELECT text FROM articles LIMIT 1", width=40)
    assert max(len(line) for line in shown.splitlines()) <= 40
    words = [word for line in shown.splitlines()[2:] for word in line.split()]
    assert "".join(words) == "".join(TEXT.split())


def test_control_characters_of_a_page_never_reach_the_terminal(copy):
    shown = answer(copy, "SELECT chr(27) || '[31mred' || chr(7) || chr(8238) AS text, 'two' || chr(10) || 'lines' AS b")
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "two lines" in shown


def test_a_long_table_says_that_there_is_more(copy):
    shown = answer(copy, f"SELECT * FROM range({MAX_TABLE_ROWS + 1})")
    assert shown.splitlines()[-1] == f"… only the first {MAX_TABLE_ROWS} rows; --format csv gives all"
    assert "only the first" not in answer(copy, f"SELECT * FROM range({MAX_TABLE_ROWS})")


def test_csv_is_read_back(copy):
    text = answer(copy, "SELECT title, text, authors, published_at, true AS b, NULL AS n FROM articles LIMIT 1", "csv")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["text"] == TEXT
    assert json.loads(row["authors"]) == ["A. Writer"]
    assert (row["published_at"], row["b"], row["n"]) == ("2026-05-04T08:30:00", "true", "")


def test_json_is_an_array_of_objects(copy):
    sql = """SELECT text, authors, published_at, 1.5::DECIMAL(4, 2) AS d, 'nan'::DOUBLE AS nan, {'a': 1} AS s,
        MAP {'k': 2} AS m, DATE '2026-05-04' AS day, '\\x01'::BLOB AS b, INTERVAL 1 DAY AS i FROM articles"""
    first, _ = json.loads(answer(copy, sql, "json"))
    assert first["text"] == TEXT
    assert first["authors"] == ["A. Writer"]
    assert (first["d"], first["nan"], first["s"], first["m"], first["day"]) == (
        1.5,
        None,
        {"a": 1},
        {"k": 2},
        "2026-05-04",
    )
    assert json.loads(answer(copy, "FROM articles WHERE false", "json")) == []


def test_parquet_is_read_back(copy, tmp_path):
    path = tmp_path / "answer.parquet"
    with path.open("wb") as out:
        assert run_sql(copy, "SELECT article_id, text FROM articles", form="parquet", out=out) == 2
    assert duckdb.sql(f"SELECT DISTINCT text FROM '{path}'").fetchall() == [(TEXT,)]


def test_every_format_gives_every_row(copy):
    sql = "SELECT range AS n FROM range(2500)"
    assert len(json.loads(answer(copy, sql, "json"))) == 2500
    assert len(answer(copy, sql, "csv").splitlines()) == 2501


@pytest.mark.parametrize(
    "sql",
    [
        "SHOW TABLES",
        "DESCRIBE mentions",
        "SUMMARIZE alerts",
        "FROM sources;",
        "WITH a AS (SELECT 1) FROM a",
        "EXPLAIN SELECT 1",
        "PIVOT mention_actors ON role",
    ],
)
def test_questions_of_all_sorts_are_answered(copy, sql):
    assert answer(copy, sql)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("DELETE FROM articles", "read-only"),
        ("CREATE TABLE x AS SELECT 1", "read-only"),
        ("COPY articles TO 'out.csv'", "read-only"),
        ("ATTACH 'other.duckdb'", "read-only"),
        ("INSTALL httpfs", "read-only"),
        ("SET enable_external_access = true", "read-only"),
        ("SELECT 1; SELECT 2", "one statement at a time, not 2"),
        ("PIVOT mention_actors ON role; DELETE FROM articles", "one statement at a time, not 3"),
        ("", "an empty question"),
        ("-- nothing", "an empty question"),
        ("SELEC 1", "syntax error"),
        ("SELECT nope FROM articles", 'Referenced column "nope" not found'),
        ("SELECT error('two' || chr(10) || 'lines')", "two lines"),
        ("SELECT 'x'::INTEGER FROM articles", "Could not convert"),
        ("FROM read_text('/etc/hostname')", "disabled by configuration"),
        ("FROM read_csv('/etc/hostname')", "disabled by configuration"),
        ("FROM read_json('https://example.org/x.json')", ""),
        ("FROM '/etc/hostname'", ""),
        ("FROM glob('/etc/*')", "disabled by configuration"),
    ],
)
@pytest.mark.parametrize("form", ["table", "parquet"])
def test_what_can_not_be_answered_is_one_line(copy, sql, reason, form):
    before = copy.read_bytes()
    with pytest.raises(SqlError) as caught:
        answer(copy, sql, form)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert copy.read_bytes() == before


def test_without_a_copy_it_says_how_to_make_one(tmp_path):
    with pytest.raises(SqlError, match="no published copy yet; `pactwatch run` makes one"):
        answer(tmp_path / "public" / "warehouse.duckdb", "SELECT 1")


def test_the_copy_can_be_asked_while_another_reader_has_it_open(copy):
    with HeldFile(copy, "read"):
        assert answer(copy, "SELECT 41 + 1 AS n", "csv") == "n\n42\n"
