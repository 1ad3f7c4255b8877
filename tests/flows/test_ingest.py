"""One source, step by step: listing, pages, batch; what goes wrong is recorded and the rest goes on."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.catalog import load_sources
from extractors.polling import PollPolicy
from extractors.records import Article, Failure, Link, Mention, Source, SourceState, stable_id
from flows.fetch import Fetcher
from flows.fetching import fetch_settings
from flows.ingest import (
    PagesRead,
    Polled,
    find_batch_mentions,
    make_batch,
    poll_source,
    read_pages,
    settle,
)
from flows.newsroom import Newsroom, newsroom
from flows.settings import load_settings

NOW = datetime(2026, 10, 13, 18, tzinfo=UTC)
POLICY = PollPolicy()


def fetcher_for(room: Newsroom) -> Fetcher:
    settings = load_settings({}, allow_hosts=("127.0.0.1",), host_delay_seconds=0.0, request_timeout_seconds=5.0)
    return Fetcher(fetch_settings(settings, clock=room.day_time))


def sources_of(room: Newsroom, folder: Path) -> dict[str, Source]:
    file = folder / "sources.toml"
    file.write_text(room.sources_toml())
    return {source.id: source for source in load_sources(file)}


class EveryWord:
    """Finds one mention of nothing in each article, and breaks on one that says so."""

    def find_in_batch(self, articles: Sequence[Article]) -> list[tuple[Mention, ...]]:
        return [(self.find(article),) for article in articles]

    def find(self, article: Article) -> Mention:
        quote = article.text[:10]
        return Mention(
            mention_id=stable_id("men", article.article_id), article_id=article.article_id, initiative="x",
            initiative_id="x", known=False, kind="treaty", action="sign", modality="actual", is_background=False,
            quote=quote, start=0, end=len(quote), confidence=0.9,
        )  # fmt: skip


async def test_every_kind_of_listing_is_polled_and_read(tmp_path: Path) -> None:
    with newsroom(1) as room:
        async with fetcher_for(room) as fetcher:
            for source in sources_of(room, tmp_path).values():
                polled = await poll_source(fetcher, source, SourceState(source.id))
                assert polled.failure is None, polled.failure
                assert polled.links
                read = await read_pages(fetcher, source, polled.links, seconds=60)
                assert not read.failures
                assert not read.left_over
                assert [article.source_id for article in read.articles] == [source.id] * len(read.articles)
                batch = make_batch(settle(polled, len(polled.links), NOW, POLICY), read, ())
                assert batch.seen == polled.links
                assert batch.state.last_success_at == NOW
                assert batch.state.next_poll_at is not None
                assert batch.state.next_poll_at > NOW


async def test_unchanged_listing_gives_no_links(tmp_path: Path) -> None:
    with newsroom(1) as room:
        source = sources_of(room, tmp_path)["demo-meridian"]
        async with fetcher_for(room) as fetcher:
            first = settle(await poll_source(fetcher, source, SourceState(source.id)), 1, room.day_time(), POLICY)
            again = await poll_source(fetcher, source, first.state)
        assert first.state.etag
        assert not again.changed
        assert not again.links
        assert settle(again, 0, NOW, POLICY).state.etag == first.state.etag


async def test_a_page_that_is_gone_is_one_failure(tmp_path: Path) -> None:
    with newsroom(1) as room:
        source = sources_of(room, tmp_path)["demo-meridian"]
        async with fetcher_for(room) as fetcher:
            polled = await poll_source(fetcher, source, SourceState(source.id))
            links = (Link(f"{room.url}/meridian/gone"), *polled.links[:2])
            seen: list[int] = []
            read = await read_pages(fetcher, source, links, seconds=60, on_page=lambda: seen.append(1))
        assert [(f.stage, f.failure_class, f.url) for f in read.failures] == [("page", "http-404", links[0].url)]
        assert len(read.articles) == 2
        assert len(seen) == 3
        assert not read.left_over


async def test_a_source_that_is_down_is_one_failure(tmp_path: Path) -> None:
    with newsroom(1) as room:
        source = replace(sources_of(room, tmp_path)["demo-meridian"], url="http://127.0.0.1:1/feed.xml")
        async with fetcher_for(room) as fetcher:
            polled = await poll_source(fetcher, source, SourceState(source.id))
    assert polled.failure is not None
    assert polled.failure.stage == "listing"
    settled = settle(polled, 0, NOW, POLICY)
    assert settled.state.strikes > 0
    assert settled.state.failure_class == polled.failure.failure_class


async def test_time_is_up_and_what_was_read_counts(tmp_path: Path) -> None:
    with newsroom(1) as room:
        source = sources_of(room, tmp_path)["demo-meridian"]
        async with fetcher_for(room) as fetcher:
            polled = await poll_source(fetcher, source, SourceState(source.id))
            read = await read_pages(fetcher, source, polled.links, seconds=0)
    assert read.articles == ()
    assert read.left_over == {link.url for link in polled.links}
    (failure,) = read.failures
    assert failure.failure_class == "timeout"
    assert f"{len(polled.links)} of {len(polled.links)} pages" in failure.reason
    assert make_batch(replace(polled, state=replace(polled.state, etag='"x"')), read, ()).state.etag is None


async def test_a_cancelled_pass_leaves_no_request_running(tmp_path: Path) -> None:
    with newsroom(1) as room:
        source = sources_of(room, tmp_path)["demo-meridian"]
        async with fetcher_for(room) as fetcher:
            polled = await poll_source(fetcher, source, SourceState(source.id))
            running = asyncio.create_task(read_pages(fetcher, source, polled.links, seconds=60))
            await asyncio.sleep(0)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        assert asyncio.all_tasks() == {asyncio.current_task()}


def article(number: int, language: str | None = "en") -> Article:
    url = f"https://example.org/{number}"
    return Article(stable_id("art", url), url, url, "t", "text of an article", language=language)


def test_articles_in_other_languages_are_kept_and_not_extracted() -> None:
    articles = [article(1), article(2, "ru"), article(3, None), article(4, "en-GB")]
    found = find_batch_mentions(EveryWord(), articles)
    assert {mention.article_id for mention in found} == {articles[i].article_id for i in (0, 2, 3)}


def test_batch_has_the_failures_of_listing_and_pages() -> None:
    source = Source("s", "S", "https://example.org/feed", "rss")
    listing = Failure("s", "listing", "parse", "no feed")
    page = Failure("s", "page", "http-404", "HTTP 404", "https://example.org/a")
    batch = make_batch(Polled(source, SourceState("s"), failure=listing), PagesRead((), (), (page,), frozenset()), ())
    assert batch.failures == (listing, page)


def test_polling_slows_down_while_nothing_is_new() -> None:
    from extractors.records import Fetch

    source = Source("s", "S", "https://example.org/feed", "rss", poll_minutes=60)
    fetch = Fetch(source.url, "s", "listing", NOW, 304, "not-modified")
    polled = Polled(source, SourceState("s", last_success_at=NOW), answer=fetch, changed=False)
    state = settle(polled, 0, NOW, POLICY).state
    assert state.next_poll_at is not None
    assert state.next_poll_at > NOW + timedelta(minutes=60)
