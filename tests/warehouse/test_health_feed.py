"""`health.xml` tells each trouble of a source once, and that it is over, under an id that later runs find again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from extractors.records import Article, Fetch, Link, RunStamp, SourceBatch, SourceState, stable_id
from tests.warehouse.seed import FIRST_DAY, SOURCES, add_failing_runs
from warehouse.health_feed import health_spec, read_health_events, render_health_feed
from warehouse.store import Warehouse

SOURCE = SOURCES[0]


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        opened.save_sources(SOURCES)
        yield opened


def run(warehouse: Warehouse, moment: datetime, *, links: int = 0, text: str = "", moved_to: str | None = None) -> None:
    """A run in which the source answers, with `links` new articles."""
    stamp = RunStamp(stable_id("run", moment), moment, "test", "1")
    urls = [f"{SOURCE.url}/{moment:%Y%m%d%H}/{number}" for number in range(links)]
    articles = tuple(
        Article(stable_id("art", url), url, url, "A title", text or f"{url} " * 60, source_id=SOURCE.id) for url in urls
    )
    fetch = Fetch(SOURCE.url, SOURCE.id, "listing", moment, 200, final_url=moved_to or SOURCE.url)
    warehouse.start_run(stamp)
    state = SourceState(SOURCE.id, last_polled_at=moment, last_success_at=moment)
    warehouse.add(
        SourceBatch(SOURCE, state, tuple(Link(url) for url in urls), articles=articles, fetches=(fetch,)), stamp
    )
    warehouse.finish_run(stamp.run_id, finished_at=moment, status="ok", counts={})


def told(warehouse: Warehouse) -> list[tuple[str, str]]:
    return [(event.kind, event.source_id) for event in read_health_events(warehouse)]


def test_a_warehouse_without_runs_has_an_empty_valid_feed(warehouse: Warehouse) -> None:
    assert read_health_events(warehouse) == ()
    parsed = feedparser.parse(render_health_feed(health_spec("pactwatch", "https://x.example"), ()))
    assert not parsed.bozo
    assert parsed.feed.title == "pactwatch: source health"


def test_one_failed_run_is_no_news_and_three_in_a_row_are(warehouse: Warehouse) -> None:
    run(warehouse, FIRST_DAY, links=2)
    add_failing_runs(warehouse, SOURCE.id, first=FIRST_DAY + timedelta(hours=1), count=2)
    assert told(warehouse) == []
    add_failing_runs(warehouse, SOURCE.id, first=FIRST_DAY + timedelta(hours=3), count=1)
    (event,) = read_health_events(warehouse)
    assert event.kind == "failing"
    assert event.at == FIRST_DAY + timedelta(hours=3)
    assert "timeout" in event.detail


def test_a_streak_keeps_its_id_and_its_end_is_told(warehouse: Warehouse) -> None:
    add_failing_runs(warehouse, SOURCE.id, first=FIRST_DAY, count=3)
    (first,) = read_health_events(warehouse)
    add_failing_runs(warehouse, SOURCE.id, first=FIRST_DAY + timedelta(hours=3), count=5)
    assert read_health_events(warehouse) == (first,)
    run(warehouse, FIRST_DAY + timedelta(hours=9))
    back, again = read_health_events(warehouse)
    assert again == first
    assert back.kind == "back"
    assert back.guid != first.guid
    assert "after 8 runs" in back.detail


def test_a_source_that_falls_silent_is_told_once_and_so_is_its_return(warehouse: Warehouse) -> None:
    for day in range(20):
        run(warehouse, FIRST_DAY + timedelta(days=day), links=2)
    assert told(warehouse) == []
    for day in range(20, 26):
        run(warehouse, FIRST_DAY + timedelta(days=day))
    (silent,) = read_health_events(warehouse)
    assert silent.kind == "silent"
    run(warehouse, FIRST_DAY + timedelta(days=26))
    assert [event.guid for event in read_health_events(warehouse)] == [silent.guid]
    run(warehouse, FIRST_DAY + timedelta(days=27), links=3)
    back, same = read_health_events(warehouse)
    assert same.guid == silent.guid
    assert back.kind == "back"
    assert back.at == FIRST_DAY + timedelta(days=27)


def test_an_address_that_leads_elsewhere_for_three_runs_is_told(warehouse: Warehouse) -> None:
    for hour in range(2):
        run(warehouse, FIRST_DAY + timedelta(hours=hour), moved_to="https://new.example/rss")
    assert told(warehouse) == []
    for hour in range(2, 6):
        run(warehouse, FIRST_DAY + timedelta(hours=hour), moved_to="https://new.example/rss")
    (event,) = read_health_events(warehouse)
    assert event.kind == "moved"
    assert "https://new.example/rss" in event.detail


def test_a_changed_layout_is_told(warehouse: Warehouse) -> None:
    for hour in range(10):
        run(warehouse, FIRST_DAY + timedelta(hours=hour), links=1)
    assert told(warehouse) == []
    for hour in range(10, 13):
        run(warehouse, FIRST_DAY + timedelta(hours=hour), links=1, text=f"Please enable scripts. {hour}")
    (short,) = read_health_events(warehouse)
    assert short.kind == "short-text"
    run(warehouse, FIRST_DAY + timedelta(hours=13), links=1, text="Please enable scripts. 13")
    assert [event.guid for event in read_health_events(warehouse)] == [short.guid]


def test_one_text_for_several_articles_is_told(warehouse: Warehouse) -> None:
    run(warehouse, FIRST_DAY, links=3, text="Sign in to read on, it is worth it. " * 20)
    assert told(warehouse) == [("same-text", SOURCE.id)]


def test_the_feed_is_valid_and_the_same_for_the_same_warehouse(warehouse: Warehouse) -> None:
    add_failing_runs(warehouse, SOURCE.id, first=FIRST_DAY, count=4)
    run(warehouse, FIRST_DAY + timedelta(hours=5), links=3, text="<b>Sign & in</b> \x07 " * 30)
    spec = health_spec("pactwatch", "https://x.example")
    data = render_health_feed(spec, read_health_events(warehouse))
    assert data == render_health_feed(spec, read_health_events(warehouse))
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    assert len(parsed.entries) == 3
    assert len({entry.id for entry in parsed.entries}) == 3
    assert all(entry.published_parsed and entry.title and entry.summary for entry in parsed.entries)
    assert f"{SOURCE.name} does not answer" in [entry.title for entry in parsed.entries]
