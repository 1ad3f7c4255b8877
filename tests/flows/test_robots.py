"""robots.txt by RFC 9309."""

import asyncio
import json
import time
from pathlib import Path

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


async def test_a_file_made_to_be_slow_is_answered() -> None:
    rule = b"Disallow: /" + b"*a" * 40 + b"c\n"
    text = b"User-agent: *\n" + rule * (MAX_PARSED_BYTES // len(rule))
    rules = await RobotsCache().rules(ORIGIN, Site(text))
    assert rules.allows(f"{ORIGIN}/" + "a" * 1900 + "b")


# --- from run to run -------------------------------------------------------------------------------------------------


async def ask_and_keep(file: Path, answer: bytes | FetchError) -> Site:
    """One run: it takes over what was kept, asks if it must, and keeps what it knows."""
    site, cache = Site(answer), RobotsCache()
    cache.load(file)
    await cache.rules(ORIGIN, site)
    cache.save(file)
    return site


@pytest.mark.parametrize("answer", [b"User-agent: *\nDisallow: /news\nCrawl-delay: 7\n", b"", fails("http-404", 404)])
async def test_an_answer_is_kept_for_the_next_run(tmp_path: Path, answer: bytes | FetchError) -> None:
    file = tmp_path / "home/robots.json"
    first = await ask_and_keep(file, answer)
    second = await ask_and_keep(file, answer)
    assert (len(first.asked), len(second.asked)) == (1, 0)
    cache = RobotsCache()
    cache.load(file)
    rules = cache.known(ORIGIN)
    assert rules is not None
    refused = isinstance(answer, bytes) and b"Disallow: /news" in answer
    assert (rules.allows(URL), rules.crawl_delay) == (not refused, 7.0 if refused else 0.0)
    assert [path.name for path in file.parent.iterdir()] == ["robots.json"]


async def test_no_answer_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "robots.json"
    await ask_and_keep(file, fails("http-500", 500))
    assert (await ask_and_keep(file, b"")).asked


async def test_keeping_does_not_lengthen_a_day(tmp_path: Path) -> None:
    file = tmp_path / "robots.json"
    await ask_and_keep(file, b"")
    ((_, until, _),) = json.loads(file.read_text())
    await ask_and_keep(file, b"")
    ((_, later, _),) = json.loads(file.read_text())
    assert later == pytest.approx(until, abs=5)
    file.write_text(json.dumps([[ORIGIN, time.time() - 1, "User-agent: *\nDisallow: /"]]))
    assert (await ask_and_keep(file, b"")).asked
    file.write_text(json.dumps([[ORIGIN, time.time() + 1e9, ""]]))
    await ask_and_keep(file, b"")
    ((_, capped, _),) = json.loads(file.read_text())
    assert capped <= time.time() + 24 * 3600 + 5


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"7", b"[1]", b'[["a", "b", "c"]]', b"[[1]]", b"\xff\xfe"])
async def test_a_file_that_is_not_ours_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "robots.json"
    file.write_bytes(content)
    assert (await ask_and_keep(file, b"")).asked


async def test_a_place_that_can_not_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("")
    await ask_and_keep(tmp_path / "a-file/robots.json", b"")
