"""What a pass counts, stores at once and lets go of, on a real warehouse without Prefect or network."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.records import Article, Failure, Fetch, Link, Source, SourceBatch, SourceState, stable_id
from flows.archive import ArchiveWriter
from flows.decide import Decided
from flows.ingest import Polled
from flows.one_pass import Pass
from flows.settings import Settings, load_settings
from tests.warehouse.records_made import made_article, made_mention
from warehouse.load import BatchError

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=200)
FEEDS = """
[[source]]
id = "north"
name = "North"
url = "https://north.example/rss"
kind = "rss"

[[source]]
id = "south"
name = "South"
url = "https://south.example/rss"
kind = "rss"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "sources.toml").write_text(FEEDS)
    return load_settings({}, home=tmp_path / "home", sources=str(tmp_path / "sources.toml"))


@pytest.fixture
def work(settings: Settings) -> Pass:
    started = Pass(settings, NOW)
    started.begin(due_only=False)
    return started


def story(name: str) -> Article:
    url = f"https://shared.example/{name}"
    return Article(stable_id("art", url), url, url, name, f"The story of {name}.", NOW, "feed", language="en")


def batch_of(work: Pass, source_id: str, *articles: Article, **fields: object) -> SourceBatch:
    source = next(source for source in work.sources if source.id == source_id)
    batch = SourceBatch(source, SourceState(source_id), articles=articles, **fields)  # type: ignore[arg-type]
    work.note(Polled(source, batch.state, links=tuple(Link(a.url) for a in articles)), batch, 0.1)
    return batch


def listing_fetch(source: Source, at: datetime) -> Fetch:
    return Fetch(source.url, source.id, "listing", at, 200)


def counts(work: Pass) -> dict[str, int]:
    return work.summarise(Decided()).counts()


def test_an_article_that_two_sources_show_is_counted_once(work: Pass) -> None:
    one, two = story("one"), story("two")
    work.store([batch_of(work, "north", one, two), batch_of(work, "south", one)])
    assert counts(work)["articles"] == 2
    assert {o.source_id: o.articles for o in work.summarise(Decided()).outcomes} == {"north": 2, "south": 0}


def test_what_was_known_before_is_not_new(work: Pass, settings: Settings) -> None:
    work.store([batch_of(work, "north", story("one"))])
    later = Pass(settings, NOW + timedelta(hours=1))
    later.begin(due_only=False)
    later.store([batch_of(later, "north", story("one"), story("two"))])
    assert counts(later)["articles"] == 1


def test_storing_again_after_a_failure_half_way_counts_the_first_half(work: Pass) -> None:
    good = batch_of(work, "north", story("one"))
    bad = batch_of(work, "south", story("two"))
    broken = replace(bad, mentions=(replace(made_mention(made_article()), article_id=bad.articles[0].article_id),))
    with pytest.raises(BatchError, match="its quote is not at its offsets"):
        work.store([good, broken])
    work.store([good, bad])
    assert counts(work)["articles"] == 2
    assert len(work.new_articles) == 2


def test_a_pass_forgets_what_is_past_its_time(work: Pass) -> None:
    north = work.sources[0]
    failure = Failure(north.id, "listing", "dns", "does not resolve", north.url)
    old = replace(work.stamp, run_id="run-old", started_at=LONG_AGO)
    seen = (Link("https://north.example/old"),)
    with work.open_warehouse() as warehouse:
        warehouse.add(
            SourceBatch(
                north, SourceState(north.id), seen=seen, fetches=(listing_fetch(north, LONG_AGO),), failures=(failure,)
            ),
            old,
        )
    recent = batch_of(work, "north", seen=(Link("https://north.example/new"),), fetches=(listing_fetch(north, NOW),))
    work.store_polls([recent])
    work.finish(Decided())
    with work.open_warehouse() as warehouse:
        rows = {
            table: warehouse.query(f"SELECT count(*) FROM ops.{table}").fetchone()
            for table in ("links", "fetches", "failures")
        }
    assert rows == {"links": (1,), "fetches": (1,), "failures": (0,)}


@pytest.mark.parametrize(("keep_days", "left"), [(0, 2), (90, 1)])
async def test_archive_files_past_their_time_go_as_a_pass_starts(settings: Settings, keep_days: int, left: int) -> None:
    for at in (LONG_AGO, NOW):
        with ArchiveWriter(settings.archive_dir, lambda at=at: at) as archive:  # type: ignore[misc]
            archive.add(
                url="https://north.example/a", requested_url="https://north.example/a", status=200, headers=[],
                body=b"a", request_headers=[], fetched_at=at, protocol="HTTP/1.1", notes={},
            )  # fmt: skip
    work = Pass(replace(settings, archive_keep_days=keep_days), NOW)
    async with work.open_fetcher():
        pass
    assert len(list(settings.archive_dir.glob("*.warc.gz"))) == left
