"""Checks find what should never be, and what a person should see."""

from dataclasses import replace
from datetime import timedelta

import pytest

from extractors.records import Link, RaiseAlert, SaveDevelopment, SourceBatch, SourceState
from tests.warehouse.records_made import (
    SOURCE,
    T0,
    TEXT,
    made_article,
    made_batch,
    made_development,
    made_mention,
    made_stamp,
)
from warehouse.checks import run_checks
from warehouse.store import Warehouse


@pytest.fixture
def warehouse(tmp_path):
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        opened.add(made_batch(made_article(1), made_article(2)), made_stamp())
        mention = made_mention(made_article(1))
        changes = [SaveDevelopment(made_development(), (mention.mention_id,)), RaiseAlert("dev-1")]
        opened.apply(changes, made_stamp(), T0)
        yield opened


def found(warehouse):
    return {(f.check, f.severity) for f in run_checks(warehouse)}


def test_a_sound_warehouse_has_no_findings(warehouse):
    assert run_checks(warehouse) == ()


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        ("DELETE FROM articles", ("orphan", "error")),
        ("DELETE FROM initiatives", ("orphan", "error")),
        ("DELETE FROM mentions", ("orphan", "error")),
        ("DELETE FROM developments", ("orphan", "error")),
        ("DELETE FROM sources", ("orphan", "warning")),
        ("UPDATE articles SET text = 'x' || text", ("quote", "error")),
        ("UPDATE mentions SET quote_end = quote_end + 1", ("quote", "error")),
        ("UPDATE mentions SET quote_start = -1", ("quote", "error")),
        ("UPDATE developments SET follows = 'dev-x'", ("orphan", "warning")),
        ("UPDATE developments SET merged_into = development_id", ("merge", "error")),
        ("UPDATE alerts SET superseded_by = 'nothing'", ("orphan", "error")),
        ("INSERT INTO alerts SELECT 'second', * EXCLUDE (guid) FROM alerts", ("duplicate", "error")),
        ("DELETE FROM development_mentions", ("evidence", "warning")),
    ],
)
def test_each_fault_is_found(warehouse, fault, finding):
    warehouse.connection.execute(fault)
    assert finding in found(warehouse)


def test_a_key_that_is_there_twice_is_found_where_no_key_constraint_holds_it(warehouse):
    warehouse.connection.execute("CREATE TABLE loose AS FROM articles; DROP TABLE articles")
    warehouse.connection.execute("INSERT INTO loose FROM loose; ALTER TABLE loose RENAME TO articles")
    assert ("duplicate", "error") in found(warehouse)


def poll(warehouse, day, links, articles=()):
    """One run on a day, with the links that the listing shows by then."""
    stamp = made_stamp(1000 + day, started_at=T0 + timedelta(days=day))
    at = stamp.started_at
    warehouse.start_run(stamp)
    last_new = at if links else warehouse.source_states()[SOURCE.id].last_new_item_at
    state = SourceState(SOURCE.id, last_polled_at=at, last_success_at=at, last_new_item_at=last_new)
    seen = tuple(Link(f"https://steppe.example/{day}/{n}") for n in range(links))
    warehouse.add(SourceBatch(SOURCE, state, seen=seen, articles=tuple(articles)), stamp)


def health(warehouse):
    return warehouse.query("SELECT status, is_silent, expected_per_day, days_quiet FROM source_health").fetchone()


def test_a_source_that_falls_silent_is_noticed_by_what_it_used_to_show(warehouse):
    poll(warehouse, 0, 40)
    poll(warehouse, 1, 4)
    assert health(warehouse)[:3] == ("learning", False, None), "the backlog of the first poll is not news"
    for day in range(2, 15):
        poll(warehouse, day, 4)
    assert health(warehouse) == ("well", False, 4.0, 0.0)
    poll(warehouse, 16, 0)
    assert health(warehouse)[:2] == ("well", False)
    poll(warehouse, 18, 0)
    assert health(warehouse)[:2] == ("silent", True)
    (finding,) = run_checks(warehouse)
    assert (finding.check, finding.subject) == ("silent", SOURCE.id)
    assert "nothing new for 4.0 days" in finding.detail
    poll(warehouse, 19, 4)
    assert health(warehouse)[:2] == ("well", False)


def test_a_source_that_shows_little_is_not_silent_so_soon(warehouse):
    poll(warehouse, 0, 5)
    for day in range(1, 28, 4):
        poll(warehouse, day, 1)
    poll(warehouse, 38, 0)
    assert health(warehouse)[:2] == ("well", False)


def test_a_failing_source_is_failing_and_not_silent(warehouse):
    warehouse.start_run(made_stamp(2))
    state = SourceState(SOURCE.id, last_polled_at=T0, strikes=3.0, failure_class="dns")
    warehouse.add(SourceBatch(SOURCE, state), made_stamp(2))
    row = warehouse.query("SELECT status, failure_class, strikes FROM source_health").fetchone()
    assert row == ("failing", "dns", 3.0)


def test_sources_out_of_the_list_have_no_health(warehouse):
    warehouse.save_sources([replace(SOURCE, id="other")])
    assert warehouse.query("SELECT source_id, status FROM source_health").fetchall() == [("other", "not polled")]


def test_texts_that_become_short_are_noticed(warehouse):
    poll(warehouse, 1, 1, [made_article(100 + n, text=f"{n} " + TEXT * 20) for n in range(6)])
    poll(warehouse, 9, 1, [made_article(200 + n, text=f"{n} Please turn on scripts.") for n in range(3)])
    (finding,) = run_checks(warehouse)
    assert (finding.check, finding.severity, finding.subject) == ("short-text", "warning", SOURCE.id)


def test_one_text_under_many_addresses_is_noticed(warehouse):
    poll(warehouse, 9, 1, [made_article(300 + n, text="Subscribe to read on. " * 30) for n in range(3)])
    (finding,) = run_checks(warehouse)
    assert (finding.check, finding.subject) == ("same-text", SOURCE.id)
    poll(warehouse, 20, 1)
    assert run_checks(warehouse) == (), "noticed when it is news, not for ever"
