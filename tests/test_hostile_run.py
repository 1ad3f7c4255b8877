"""`pactwatch run` over sources that play tricks, beside two honest ones: what is recorded, and what it costs."""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.conftest import run_command
from tests.hostile import BEHAVIOURS, Behaviour, HostileServer, start_hostile_server
from tests.hostile.documents import feed, page
from tests.hostile.server import Call

SECONDS_BOUND = 150.0
"""For a pass of about 30 s on an idle machine; a busy one has taken twice as long."""
STORIES = 5
HONEST = ("harbour", "plateau")

# As sources of their own: class of the one failure that must be recorded, or "" where there is none.
LISTINGS = (
    "loop endless-redirects to-metadata to-mapped-loopback to-decimal-loopback to-file to-long-url to-nowhere "
    "wants-cookie always-304 status-401 status-404 status-410 status-500 status-503 status-204 annoyed-seconds "
    "annoyed-date bot-wall empty-body refused reset-in-body not-http length-too-long two-lengths bad-chunks "
    "says-nothing one-byte-at-a-time headers-without-end chunks-without-end fifty-megabytes bomb-gzip bomb-br "
    "bomb-zstd cut-gzip unknown-coding certificate-expired certificate-well secure-in-name-only downgrade "
    "billion-laughs external-entity "
    "html-called-feed empty-feed fifty-thousand-items items-without-link-or-date strange-links same-guid cut-feed "
    "deep-json sitemap-of-itself behind-robots-500 behind-robots-none behind-robots-429"
).split()
# As pages of one source, whose other pages must be read all the same.
PAGES = (
    "well gbk-by-meta nested-divs random-bytes pdf-as-page status-403 fifty-megabytes-undeclared says-nothing".split()
)


@dataclass(frozen=True)
class Outcome:
    """What one pass left behind."""

    done: "CompletedProcess[str]"
    seconds: float
    home: Path
    failures: dict[str, set[str]]
    """Failure classes by source."""
    server: HostileServer

    def ask(self, sql: str) -> list[dict[str, Any]]:
        from flows.commands.sql import fetch_rows

        return fetch_rows(self.home / "public/warehouse.duckdb", sql)


def behaviour(name: str) -> Behaviour:
    return next(one for one in BEHAVIOURS if one.name == name)


def expected_class(name: str) -> str:
    """What must be recorded of it as a listing: a page where a feed is due is a failure too."""
    one = behaviour(name)
    if one.fetched != "ok":
        return one.fetched
    return "parse" if one.purpose == "page" or one.read == "parse" else ""


def serve(server: HostileServer, path: str, body: bytes, kind: str) -> None:
    async def play(call: Call) -> None:
        await call.answer(body, kind=kind)

    server.extra[path] = play


def add_source(server: HostileServer, name: str, links: list[str]) -> str:
    """An honest feed with these links; returns its address."""
    items = "".join(f"<item><title>Item {n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    serve(server, f"/{name}/feed.xml", feed(items), "application/rss+xml")
    return server.path_url(f"/{name}/feed.xml")


def source_table(name: str, url: str) -> str:
    return f'[[source]]\nid = "{name}"\nname = "{name}"\nurl = "{url}"\nkind = "rss"\n\n'


@pytest.fixture(scope="module")
def outcome(prefect_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("hostile")
    with start_hostile_server() as server:
        addresses = {name: server.url(name) for name in LISTINGS}
        for name in HONEST:
            paths = [f"/{name}/story-{number}" for number in range(STORIES)]
            for path in paths:
                serve(server, path, page(f"News from {path}"), "text/html; charset=utf-8")
            addresses[name] = add_source(server, name, paths)
        addresses["mixed"] = add_source(server, "mixed", [server.url(name) for name in PAGES])
        (folder / "sources.toml").write_text("".join(source_table(*one) for one in addresses.items()))
        (folder / "authority.pem").write_text(server.authority.pem)
        settings = {
            "PACTWATCH_ALLOW_HOSTS": ",".join(server.allow_hosts),
            "PACTWATCH_HOST_DELAY_SECONDS": "0",
            "PACTWATCH_REQUEST_TIMEOUT_SECONDS": "1.5",
            "PACTWATCH_MAX_PAGE_BYTES": "6500000",
            "PACTWATCH_MAX_PAGES_PER_SOURCE": "8",
            "PACTWATCH_MAX_CONCURRENT_SOURCES": "64",
            "PACTWATCH_SOURCE_TIMEOUT_SECONDS": "30",
            "SSL_CERT_FILE": str(folder / "authority.pem"),
        }
        began = time.monotonic()
        done = run_command(
            "run", "--sources", folder / "sources.toml", "--home", folder / "home",
            env={**prefect_environment, **settings},
        )  # fmt: skip
        seconds = time.monotonic() - began
        failures: defaultdict[str, set[str]] = defaultdict(set)
        found = Outcome(done, seconds, folder / "home", failures, server)
        for row in found.ask("SELECT source_id, failure_class FROM ops.failures WHERE stage IN ('listing', 'robots')"):
            failures[row["source_id"]].add(row["failure_class"])
        yield found


def test_the_pass_works_and_ends_in_time(outcome: Outcome) -> None:
    assert outcome.done.returncode == 0
    assert outcome.done.stderr == ""
    assert "Traceback" not in (outcome.home / "pactwatch.log").read_text()
    print(f"\n{len(LISTINGS) + 3} sources in {outcome.seconds:.1f} s")
    assert outcome.seconds < SECONDS_BOUND


@pytest.mark.parametrize("name", LISTINGS)
def test_what_is_recorded_of_a_source(outcome: Outcome, name: str) -> None:
    wanted = expected_class(name)
    assert outcome.failures.get(name, set()) == ({wanted} if wanted else set())


def test_every_article_of_the_honest_is_there(outcome: Outcome) -> None:
    rows = outcome.ask("SELECT canonical_url FROM articles")
    stored = {row["canonical_url"] for row in rows}
    stories = {outcome.server.path_url(f"/{name}/story-{number}") for name in HONEST for number in range(STORIES)}
    assert stories <= stored


def test_a_bad_page_costs_only_itself(outcome: Outcome) -> None:
    rows = outcome.ask("SELECT url, failure_class FROM ops.failures WHERE source_id = 'mixed'")
    found = {row["url"].rpartition("/")[2]: row["failure_class"] for row in rows}
    wanted = {}
    for one in map(behaviour, PAGES):
        if (result := one.fetched if one.fetched != "ok" else one.read) != "ok":
            wanted[one.name] = result
    assert found == wanted
    read = outcome.ask("SELECT DISTINCT url FROM ops.links WHERE outcome = 'read'")
    assert {outcome.server.url("well"), outcome.server.url("gbk-by-meta")} <= {row["url"] for row in read}


def test_nothing_beyond_the_caps_is_kept(outcome: Outcome) -> None:
    (largest,) = outcome.ask("SELECT max(bytes_received) AS bytes FROM ops.fetches")
    assert largest["bytes"] <= 6_600_000
    (most,) = outcome.ask("SELECT max(n) AS n FROM (SELECT count(*) AS n FROM articles GROUP BY source_id)")
    assert most["n"] <= 8
    secrets = outcome.ask("SELECT url FROM ops.fetches WHERE url LIKE '%secret%' OR final_url LIKE '%secret%'")
    assert secrets == []
