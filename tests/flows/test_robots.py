"""robots.txt by RFC 9309."""

import asyncio
import time

import httpx
import pytest

from flows.replies import FetchError
from flows.robots import MAX_PARSED_BYTES, RobotsCache, refuse_for_now

ORIGIN = "https://example.org"
URL = f"{ORIGIN}/news/1"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Site:
    """Gives a robots.txt, or fails; counts how often it is asked."""

    def __init__(self, answer: bytes | FetchError) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def __call__(self, url: httpx.URL) -> bytes:
        self.asked.append(str(url))
        await asyncio.sleep(0)
        if isinstance(self.answer, FetchError):
            raise self.answer
        return self.answer


def fails(failure_class: str, status: int | None = None) -> FetchError:
    return FetchError(f"{ORIGIN}/robots.txt", failure_class, "the reason", status=status)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (b"", True),
        (b"User-agent: *\nDisallow:\n", True),
        (b"User-agent: *\nDisallow: /\n", False),
        (b"User-agent: *\nDisallow: /news\nAllow: /news/1\n", True),
        (b"User-agent: pactwatch\nDisallow: /\n\nUser-agent: *\nDisallow:\n", False),
        (b"User-agent: PactWatch/2\nAllow: /\n\nUser-agent: *\nDisallow: /\n", False),
        (b"User-agent: pactwatch\nAllow: /\n\nUser-agent: *\nDisallow: /\n", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", False),
        (b"User-agent: *\r\nDisallow: /*.pdf$\r\n", True),
        (b"<html><body>Not found</body></html>", True),
        (b"\x00\xff\xfe garbage", True),
        (b"# " + b"x" * MAX_PARSED_BYTES + b"\nUser-agent: *\nDisallow: /\n", True),
    ],
)
async def test_rules_are_applied(text: bytes, allowed: bool) -> None:
    rules = await RobotsCache().rules(ORIGIN, Site(text))
    assert rules.allows(URL) is allowed


@pytest.mark.parametrize(
    "error",
    [fails("http-404", 404), fails("http-410", 410), fails("blocked", 403), fails("empty", 200), fails("redirects")],
)
async def test_a_site_without_robots_txt_allows_all(error: FetchError) -> None:
    rules = await RobotsCache().rules(ORIGIN, Site(error))
    assert rules.failure is None
    assert rules.allows(URL)


@pytest.mark.parametrize(
    ("error", "failure_class"),
    [
        (fails("http-500", 500), "robots"),
        (fails("http-429", 429), "robots"),
        (fails("parse", 200), "robots"),
        (fails("timeout"), "timeout"),
        (fails("dns"), "dns"),
        (fails("tls"), "tls"),
        (fails("unsafe-address"), "unsafe-address"),
    ],
)
async def test_a_robots_txt_out_of_reach_disallows_for_now(error: FetchError, failure_class: str) -> None:
    clock = Clock()
    cache, site = RobotsCache(clock), Site(error)
    rules = await cache.rules(ORIGIN, site)
    assert rules.failure is error
    refused = refuse_for_now(URL, error)
    assert (refused.url, refused.failure_class) == (URL, failure_class)
    assert "the reason" in refused.reason
    assert not refused.retryable
    await cache.rules(ORIGIN, site)
    assert len(site.asked) == 1, "not asked again for every page"
    clock.now += 601
    site.answer = b""
    assert (await cache.rules(ORIGIN, site)).failure is None


async def test_many_pages_ask_once_and_the_answer_ends_after_a_day() -> None:
    clock = Clock()
    cache, site = RobotsCache(clock), Site(b"User-agent: *\nCrawl-delay: 7\n")
    found = await asyncio.gather(*(cache.rules(ORIGIN, site) for _ in range(20)))
    assert site.asked == [f"{ORIGIN}/robots.txt"]
    assert {rules.crawl_delay for rules in found} == {7.0}
    assert cache.known(ORIGIN) is found[0]
    clock.now += 24 * 3600 + 1
    assert cache.known(ORIGIN) is None
    await cache.rules(ORIGIN, site)
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("written", "delay"), [(b"0.5", 0.5), (b"86400", 60.0), (b"-3", 0.0), (b"soon", 0.0), (b"", 0.0), (b"1e400", 0.0)]
)
async def test_crawl_delay_is_bounded(written: bytes, delay: float) -> None:
    rules = await RobotsCache().rules(ORIGIN, Site(b"User-agent: *\nCrawl-delay: " + written))
    assert rules.crawl_delay == delay


async def test_a_file_made_to_be_slow_is_not() -> None:
    rule = b"Disallow: /" + b"*a" * 40 + b"\n"
    text = b"User-agent: *\n" + rule * (MAX_PARSED_BYTES // len(rule))
    began = time.perf_counter()
    rules = await RobotsCache().rules(ORIGIN, Site(text))
    rules.allows(f"{ORIGIN}/" + "a" * 1900 + "b")
    assert time.perf_counter() - began < 2.0
