"""The fetcher's promises, on real sockets: validators, redirects, retries, rest, bounds, archive."""

import asyncio
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extractors.polling import after_success
from extractors.records import Source, SourceState
from flows.archive import ArchiveWriter, iter_pages, read_record
from flows.exchange import Bounds
from flows.fetch import Fetcher, FetchError, FetchSettings, build_user_agent
from tests.hostile import HostileServer, start_hostile_server
from tests.hostile.documents import page
from tests.hostile.server import Call

SOURCE = Source("s", "S", "http://127.0.0.1/", "rss")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BOUNDS = Bounds(connect_seconds=1.0, read_seconds=0.5, response_seconds=1.0, wire_bytes=2**20, page_bytes=2**20)


@pytest.fixture(scope="module")
def site() -> Iterator[HostileServer]:
    with start_hostile_server() as server:
        yield server


@pytest.fixture
def settings(site: HostileServer) -> FetchSettings:
    site.hits.clear()
    site.seen.clear()
    site.extra.clear()
    site.clients.clear()
    return FetchSettings(
        user_agent=build_user_agent("1.0", "mailto:desk@example.org"),
        allow_hosts=site.allow_hosts,
        ssl_context=site.ssl_context,
        host_interval=0.0,
        backoff_seconds=0.01,
        per_host=8,
        bounds=BOUNDS,
        now=lambda: NOW,
    )


async def fails(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as failed:
        await fetcher.get(url, source=SOURCE, purpose="page")
    return failed.value


# --- what is sent ----------------------------------------------------------------------------------------------


async def test_the_guest_says_who_it_is(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(settings) as fetcher:
        await fetcher.get(site.url("well"), source=SOURCE, purpose="page")
    assert [path for path, _ in site.seen] == ["/robots.txt", "/well"]
    for _, headers in site.seen:
        assert headers["user-agent"].startswith("pactwatch/1.0 (")
        assert "mailto:desk@example.org" in headers["user-agent"]
        assert headers["host"] == f"127.0.0.1:{site.ports['web']}"
    assert "text/html" in site.seen[1][1]["accept"]


async def test_credentials_are_neither_sent_nor_shown(
    site: HostileServer, settings: FetchSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = site.url("well").replace("://", "://editor:geheim@")
    with ArchiveWriter(tmp_path, lambda: NOW) as archive:
        async with Fetcher(replace(settings, archive=archive)) as fetcher:
            result = await fetcher.get(url, source=SOURCE, purpose="page")
            redirected = await fetcher.get(site.url("to-credentials"), source=SOURCE, purpose="page")
            failed = await fails(fetcher, site.url("status-404").replace("://", "://editor:geheim@"))
    assert result.page is not None
    shown = [repr(result), repr(redirected), str(failed), repr(failed.fetches), caplog.text, repr(site.seen[:1])]
    shown += [repr(one) for path in tmp_path.iterdir() for one in iter_pages(path)]
    assert not any("geheim" in text for text in shown)
    assert not any("authorization" in headers for _, headers in site.seen)


async def test_no_cookie_is_kept(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(settings) as fetcher:
        await fails(fetcher, site.url("wants-cookie"))
        await fails(fetcher, site.url("wants-cookie"))
    assert not any("cookie" in headers for _, headers in site.seen)


# --- conditional requests --------------------------------------------------------------------------------------


async def test_a_known_listing_is_asked_for_only_if_it_changed(site: HostileServer, settings: FetchSettings) -> None:
    state = SourceState("s")
    outcomes = []
    for hours in (0, 1, 2, 25):
        now = NOW + timedelta(hours=hours)
        async with Fetcher(replace(settings, now=lambda now=now: now)) as fetcher:  # type: ignore[misc]
            result = await fetcher.get(site.url("one-etag-for-ever"), source=SOURCE, purpose="listing", state=state)
        outcomes.append(result.fetch.outcome)
        assert result.unchanged is (result.page is None)
        state = after_success(state, SOURCE, result.fetch, now)
    assert outcomes == ["ok", "not-modified", "not-modified", "ok"], "a full look after a day, though the ETag stands"


async def test_connections_are_kept_through_replies_without_a_body(
    site: HostileServer, settings: FetchSettings
) -> None:
    state = SourceState("s", etag='"eternal"', last_full_get_at=NOW)
    async with Fetcher(settings) as fetcher:
        for _ in range(5):
            await fetcher.get(site.url("one-etag-for-ever"), source=SOURCE, purpose="listing", state=state)
    assert len(set(site.clients)) == 1


@pytest.mark.parametrize("framing", ["length", "chunks", "no body"])
async def test_what_a_server_sends_too_much_is_never_taken_for_the_next_page(
    site: HostileServer, settings: FetchSettings, framing: str
) -> None:
    """The longer first page comes in one piece with its successor, so that both are read in one go."""
    too_much = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nthe wrong page"

    async def talkative(call: Call) -> None:
        if framing == "length":
            await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst" + too_much)
        elif framing == "chunks":
            await call.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n0\r\n\r\n" + too_much)
        else:
            await call.send(b"HTTP/1.1 204 No Content\r\n\r\n" + too_much)

    site.extra["/talkative"] = talkative
    async with Fetcher(replace(settings, per_host=1)) as fetcher:
        for _ in range(3):
            if framing == "no body":
                await fails(fetcher, site.path_url("/talkative"))
            else:
                first = await fetcher.get(site.path_url("/talkative"), source=SOURCE, purpose="page")
                assert first.page is not None
                assert first.page.content == b"first"
            second = await fetcher.get(site.url("well"), source=SOURCE, purpose="page")
            assert second.page is not None
            assert b"All is well" in second.page.content


async def test_chunked_connections_are_kept(site: HostileServer, settings: FetchSettings) -> None:
    async def chunked(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n")
        await asyncio.sleep(0.01)
        await call.send(b"\r\n")

    site.extra["/chunked"] = chunked
    async with Fetcher(settings) as fetcher:
        for _ in range(3):
            await fetcher.get(site.path_url("/chunked"), source=SOURCE, purpose="page")
    assert len(set(site.clients)) == 1


async def test_the_same_body_is_noticed_without_validators(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(settings) as fetcher:
        first = await fetcher.get(site.url("same-body-no-validator"), source=SOURCE, purpose="listing")
        state = after_success(SourceState("s"), SOURCE, first.fetch, NOW)
        second = await fetcher.get(site.url("same-body-no-validator"), source=SOURCE, purpose="listing", state=state)
    assert first.fetch.outcome == "ok"
    assert second.fetch.outcome == "same-body"
    assert second.unchanged
    assert second.max_age_minutes == 30


async def test_a_page_that_changes_is_new_each_time(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(settings) as fetcher:
        results = [await fetcher.get(site.url("changes-every-time"), source=SOURCE, purpose="page") for _ in range(2)]
    assert results[0].fetch.body_sha256 != results[1].fetch.body_sha256


# --- redirects -------------------------------------------------------------------------------------------------


async def test_where_a_source_moved_for_good_is_told(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(settings) as fetcher:
        moved = await fetcher.get(site.url("moved-for-good"), source=SOURCE, purpose="page")
        lent = await fetcher.get(site.url("to-credentials"), source=SOURCE, purpose="page")
    assert moved.moved_to == moved.fetch.final_url == site.url("well")
    assert moved.page is not None
    assert (moved.page.url, moved.page.final_url) == (site.url("moved-for-good"), site.url("well"))
    assert lent.moved_to is None


async def test_a_step_down_from_https_is_flagged(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(settings) as fetcher:
        result = await fetcher.get(site.url("downgrade"), source=SOURCE, purpose="page")
        plain = await fetcher.get(site.url("certificate-well"), source=SOURCE, purpose="page")
    assert result.flags == ("downgraded",)
    assert plain.flags == ()


async def test_robots_of_the_host_redirected_to_are_obeyed(site: HostileServer, settings: FetchSettings) -> None:
    async def away(call: Call) -> None:
        await call.answer(status="302 Found", Location=site.url("behind-robots-none"))

    site.extra["/away"] = away
    async with Fetcher(settings) as fetcher:
        failed = await fails(fetcher, site.path_url("/away"))
    assert failed.failure_class == "robots"
    assert "/behind-robots-none" not in site.hits


# --- patience --------------------------------------------------------------------------------------------------


async def test_each_failed_attempt_leaves_a_row(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(settings) as fetcher:
        result = await fetcher.get(site.url("ill-then-well"), source=SOURCE, purpose="page")
        failed = await fails(fetcher, site.url("status-500"))
        missing = await fails(fetcher, site.url("status-404"))
    assert [row.outcome for row in result.fetches if row.purpose == "page"] == ["http-500", "ok"]
    assert [row.outcome for row in failed.fetches] == ["http-500"] * 3
    assert len(missing.fetches) == 1, "what will not change is not asked again"
    assert site.hits["/status-404"] == 1


async def test_a_short_retry_after_is_waited_for(site: HostileServer, settings: FetchSettings) -> None:
    began = time.monotonic()
    async with Fetcher(settings) as fetcher:
        result = await fetcher.get(site.url("annoyed-seconds"), source=SOURCE, purpose="page")
    assert result.fetch.outcome == "ok"
    assert 1.0 <= time.monotonic() - began < 10.0, "a server of one's own is not slowed down for longer than it asked"


async def test_robots_txt_is_not_asked_for_again_in_the_next_run(
    site: HostileServer, settings: FetchSettings, tmp_path: Path
) -> None:
    settings = replace(settings, robots_file=tmp_path / "robots.json")
    for _ in range(2):
        async with Fetcher(settings) as fetcher:
            await fetcher.get(site.url("well"), source=SOURCE, purpose="page")
    assert (site.hits["/robots.txt"], site.hits["/well"]) == (1, 2)


def test_a_stranger_that_says_too_many_is_asked_more_rarely() -> None:
    settings = FetchSettings(host_interval=2.0, annoyed_interval=30.0, allow_hosts=("127.0.0.1:8080", "intranet"))
    intervals = {
        origin: settings.interval_after_429(origin)
        for origin in ("https://news.example", "http://127.0.0.1", "http://127.0.0.1:8080", "https://intranet")
    }
    assert list(intervals.values()) == [30.0, 30.0, 2.0, 2.0]


async def test_after_a_long_retry_after_the_host_is_left_alone(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(settings) as fetcher:
        first = await fails(fetcher, site.url("annoyed-date"))
        second = await fails(fetcher, site.url("annoyed-date") + "/2")
        assert (await fetcher.get(site.url("well"), source=SOURCE, purpose="page")).page is not None
    assert first.failure_class == second.failure_class == "http-429"
    assert first.retry_after == (datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC) - NOW).total_seconds()
    assert second.retry_after is not None
    assert second.retry_after <= settings.longest_rest
    assert site.hits["/annoyed-date"] == 1
    assert "/annoyed-date/2" not in site.hits


async def test_a_host_that_refuses_rests_and_does_not_hold_up_the_others(
    site: HostileServer, settings: FetchSettings
) -> None:
    async with Fetcher(settings) as fetcher:
        first = await fails(fetcher, site.url("refused"))
        again = await fails(fetcher, site.url("refused") + "/2")
        assert (await fetcher.get(site.url("well"), source=SOURCE, purpose="page")).page is not None
    assert first.failure_class == again.failure_class == "connection"
    assert "left alone" in again.reason
    assert len(first.fetches) == 4, "three attempts at robots.txt, and the page that was not tried"
    assert len(again.fetches) == 1


async def test_one_slow_page_does_not_put_its_host_to_rest(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(replace(settings, attempts=1)) as fetcher:
        assert (await fails(fetcher, site.url("one-byte-at-a-time"))).failure_class == "timeout"
        assert (await fetcher.get(site.url("well"), source=SOURCE, purpose="page")).page is not None


async def test_a_source_has_its_own_bound_of_time(site: HostileServer, settings: FetchSettings) -> None:
    began = time.monotonic()
    async with Fetcher(replace(settings, attempts=1, source_seconds=0.4)) as fetcher:
        first = await fails(fetcher, site.url("one-byte-at-a-time"))
        second = await fails(fetcher, site.url("well"))
        other = replace(SOURCE, id="another")
        assert (await fetcher.get(site.url("well"), source=other, purpose="page")).page is not None
    assert first.failure_class == second.failure_class == "timeout"
    assert "used up" in second.reason
    assert time.monotonic() - began < 1.0


async def test_crawl_delay_spaces_the_requests(site: HostileServer, settings: FetchSettings) -> None:
    async def robots(call: Call) -> None:
        await call.answer(b"User-agent: *\nCrawl-delay: 0.2\n", kind="text/plain")

    site.robots["web"] = robots
    try:
        began = time.monotonic()
        async with Fetcher(settings) as fetcher:
            await asyncio.gather(*(fetcher.get(site.url("well"), source=SOURCE, purpose="page") for _ in range(3)))
        assert time.monotonic() - began >= 0.39
    finally:
        del site.robots["web"]


async def test_many_hosts_are_asked_at_once_within_the_bound(site: HostileServer, settings: FetchSettings) -> None:
    inside = most = 0

    async def busy(call: Call) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.02)
        inside -= 1
        await call.answer(page("Busy"))

    site.extra["/busy"] = busy
    async with Fetcher(replace(settings, connections=3, per_host=50)) as fetcher:
        await asyncio.gather(*(fetcher.get(site.path_url("/busy"), source=SOURCE, purpose="page") for _ in range(12)))
    assert most == 3


async def test_cancelling_a_fetch_leaves_the_fetcher_usable(site: HostileServer, settings: FetchSettings) -> None:
    async with Fetcher(replace(settings, connections=1, per_host=1)) as fetcher:
        for name in ("says-nothing", "one-byte-at-a-time", "certificate-well"):
            fetching = asyncio.create_task(fetcher.get(site.url(name), source=SOURCE, purpose="page"))
            await asyncio.sleep(0.02)
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)
        assert (await fetcher.get(site.url("well"), source=SOURCE, purpose="page")).page is not None


# --- archive ---------------------------------------------------------------------------------------------------


async def test_every_reply_is_in_the_archive_where_its_row_says(
    site: HostileServer, settings: FetchSettings, tmp_path: Path
) -> None:
    with ArchiveWriter(tmp_path, lambda: NOW) as archive:
        async with Fetcher(replace(settings, archive=archive)) as fetcher:
            results = [
                await fetcher.get(site.url(name), source=SOURCE, purpose="page")
                for name in ("well", "in-gzip", "in-br", "in-zstd", "moved-for-good", "gbk-by-meta", "nul-bytes")
            ]
            failed = await fails(fetcher, site.url("status-404"))
    for result in results:
        assert result.fetch.archive_file is not None
        assert result.fetch.archive_offset is not None
        assert read_record(tmp_path / result.fetch.archive_file, result.fetch.archive_offset) == result.page
    row = failed.fetches[-1]
    assert row.archive_file is not None
    assert row.archive_offset is not None
    assert read_record(tmp_path / row.archive_file, row.archive_offset).status == 404
