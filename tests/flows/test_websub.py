"""Telling a hub of changed feeds: what it gets, and that its trouble is nobody else's."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from flows.decide import Decided
from flows.one_pass import Pass
from flows.progress import print_summary
from flows.settings import Settings, load_settings
from flows.summary import as_markdown
from flows.websub import FEEDS_A_PING, ping_hub

SOURCES = '[[source]]\nid = "north"\nname = "North"\nurl = "https://north.example/rss"\nkind = "rss"\n'
PUBLIC = "https://watch.example/pact"


class Hub(BaseHTTPRequestHandler):
    """Remembers what it is told, and answers as the test wants."""

    told: ClassVar[list[dict[str, list[str]]]] = []
    status: ClassVar[int] = 204

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.told.append(parse_qs(body))
        self.send_response(self.status)
        self.send_header("Content-Length", "0" if self.status == 204 else "7")
        self.end_headers()
        self.wfile.write(b"" if self.status == 204 else b"no\nroom")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[str]:
    Hub.told.clear()
    Hub.status = 204
    with HTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def settings(hub: str, **others: object) -> Settings:
    return load_settings({}, websub_hub=hub, **{"public_url": PUBLIC, **others})


def test_the_hub_is_told_which_feeds_changed_and_of_nothing_else(hub: str) -> None:
    feeds = ["atom.xml", "feed.xml", "feeds/action/sign.atom", "feeds/action/sign.json"]
    changed = ["archive/0001.xml", *feeds, "feeds.opml", "health.xml", "index.html", "initiatives/a b.html"]
    assert ping_hub(settings(hub), changed) == ()
    (told,) = Hub.told
    assert told["hub.mode"] == ["publish"]
    assert told["hub.url"] == [f"{PUBLIC}/{name}" for name in feeds]


def test_many_feeds_take_several_pings(hub: str) -> None:
    changed = [f"feeds/country/{number:03}.xml" for number in range(2 * FEEDS_A_PING + 1)]
    assert ping_hub(settings(hub), ["feed.xml", *changed]) == ()
    assert [len(told["hub.url"]) for told in Hub.told] == [FEEDS_A_PING, FEEDS_A_PING, 2]
    assert Hub.told[0]["hub.url"][0] == f"{PUBLIC}/feed.xml"


def test_without_a_hub_or_without_news_nobody_is_told(hub: str) -> None:
    assert ping_hub(settings(""), ["feed.xml"]) == ()
    assert ping_hub(settings(hub), ["index.html"]) == ()
    assert ping_hub(settings(hub), []) == ()
    assert Hub.told == []


def test_a_hub_needs_addresses_that_others_can_reach(hub: str) -> None:
    (warning,) = ping_hub(settings(hub, public_url=""), ["feed.xml"])
    assert "PACTWATCH_PUBLIC_URL is not set" in warning
    assert Hub.told == []


def test_a_hub_that_refuses_is_a_warning(hub: str) -> None:
    Hub.status = 503
    assert ping_hub(settings(hub), ["feed.xml"]) == (f"WebSub: {hub} answered 503: no room",)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "not a url", "http://[::1", "ftp://127.0.0.1/"])
def test_a_hub_that_is_not_there_is_a_warning(address: str) -> None:
    (warning,) = ping_hub(settings(address), ["feed.xml"])
    assert warning.startswith(f"WebSub: {address} was not told: ")
    assert "\n" not in warning


def test_a_pass_publishes_whatever_the_hub_says(hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    Hub.status = 500
    (tmp_path / "sources.toml").write_text(SOURCES)
    work = Pass(settings(hub, home=tmp_path / "home", sources=str(tmp_path / "sources.toml")))
    work.begin(due_only=False)
    summary = work.finish(Decided())
    assert summary.succeeded
    assert (tmp_path / "home/public/feed.xml").exists()
    assert summary.warnings == (f"WebSub: {hub} answered 500: no room",)
    assert any(f"{PUBLIC}/feed.xml" in told["hub.url"] for told in Hub.told)
    print_summary(summary, Console(width=200))
    assert f"warning WebSub: {hub} answered 500" in capsys.readouterr().out
    assert "## Warnings" in as_markdown(summary)
