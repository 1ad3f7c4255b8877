"""Every trick of the hostile server: what is recorded of it, and what it costs."""

import time
import tracemalloc
from collections.abc import Iterator

import pytest

from extractors.article import ArticleError, read_article
from extractors.listing import ListingError, parse_listing
from extractors.records import Source
from flows.exchange import Bounds
from flows.fetch import Fetcher, FetchError, FetchResult, FetchSettings
from tests.hostile import BEHAVIOURS, Behaviour, HostileServer, start_hostile_server

SOURCE = Source("hostile", "Hostile", "http://127.0.0.1/", "rss")
BOUNDS = Bounds(connect_seconds=1.0, read_seconds=0.5, response_seconds=1.0, wire_bytes=6 * 2**20, page_bytes=8 * 2**20)
MEMORY_BOUND = 40 * 2**20
"""What the fetcher may need at most for one reply of 6 MiB on the wire or 8 MiB decoded, with the parts it came in."""
SECONDS_BOUND = 8.0
"""Three attempts of a second each, and the waits between them."""


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileServer]:
    with start_hostile_server() as server:
        yield server


def make_settings(hostile: HostileServer, **changes: object) -> FetchSettings:
    values: dict[str, object] = {
        "allow_hosts": hostile.allow_hosts,
        "ssl_context": hostile.ssl_context,
        "host_interval": 0.0,
        "backoff_seconds": 0.01,
        "per_host": 8,
        "bounds": BOUNDS,
    }
    return FetchSettings(**{**values, **changes})  # type: ignore[arg-type]


async def fetch(settings: FetchSettings, url: str, purpose: str = "page") -> FetchResult | FetchError:
    async with Fetcher(settings) as fetcher:
        try:
            return await fetcher.get(url, source=SOURCE, purpose=purpose)  # type: ignore[arg-type]
        except FetchError as error:
            return error


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda behaviour: behaviour.name)
async def test_what_is_recorded(hostile: HostileServer, behaviour: Behaviour) -> None:
    settings = make_settings(hostile)
    tracemalloc.start()
    began = time.perf_counter()
    try:
        outcome = await fetch(settings, hostile.url(behaviour.name), behaviour.purpose)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    seconds = time.perf_counter() - began

    last = outcome.fetches[-1]
    assert last.outcome == behaviour.fetched, str(outcome)
    assert last.url == hostile.url(behaviour.name)
    if isinstance(outcome, FetchError):
        assert outcome.failure_class == behaviour.fetched
        assert outcome.reason
        assert "\n" not in str(outcome)
        assert outcome.url == last.url
    else:
        assert outcome.page is not None
        assert outcome.page.content
    assert peak < MEMORY_BOUND
    assert seconds < SECONDS_BOUND


@pytest.mark.parametrize("behaviour", [one for one in BEHAVIOURS if one.read], ids=lambda behaviour: behaviour.name)
async def test_what_is_read_of_it(hostile: HostileServer, behaviour: Behaviour) -> None:
    result = await fetch(make_settings(hostile), hostile.url(behaviour.name), behaviour.purpose)
    assert isinstance(result, FetchResult)
    assert result.page is not None
    page = result.page
    try:
        if behaviour.purpose == "listing":
            parse_listing(page.content, url=page.final_url or page.url, kind="rss", content_type=page.content_type)
        else:
            read_article(page)
        outcome = "ok"
    except ListingError:
        outcome = "parse"
    except ArticleError as error:
        outcome = error.failure_class
    assert outcome == behaviour.read
