"""The five seed documents as pages of a local site, through the real command, to the feed and the published copy.

Their text is not ours: it is read from beside the repository, and the tests are skipped where it is not there.
"""

import html
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT, Command

SEEDS = ROOT.parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(
    not (SEEDS / "index.json").exists(), reason=f"the seed documents are not at {SEEDS}; they can't be shipped"
)


@dataclass(frozen=True)
class Seed:
    """One document and the day it came out, where that is known."""

    name: str
    published: str | None
    text: str


class Site(BaseHTTPRequestHandler):
    """Serves the pages of `site_pages`."""

    pages: ClassVar[dict[str, tuple[str, bytes]]] = {}

    def do_GET(self) -> None:
        kind, body = self.pages.get(self.path, ("text/plain", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def load_seeds() -> list[Seed]:
    index = json.loads((SEEDS / "index.json").read_text())
    return [Seed(entry["file"][:3], entry["published"], (SEEDS / entry["file"]).read_text()) for entry in index]


def page_of(seed: Seed) -> bytes:
    first, *rest = [line.strip() for line in seed.text.splitlines() if line.strip()]
    paragraphs = "\n".join(f"<p>{html.escape(line)}</p>" for line in rest)
    title = html.escape(first[:150])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>\n{paragraphs}</article></body></html>"
    ).encode()


def listing_of(seeds: list[Seed], base: str) -> bytes:
    items = []
    for seed in seeds:
        date = ""
        if seed.published:
            date = f"<pubDate>{format_datetime(datetime.fromisoformat(seed.published + 'T12:00:00+00:00'))}</pubDate>"
        items.append(f"<item><title>Document {seed.name}</title><link>{base}/{seed.name}.html</link>{date}</item>")
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Seeds</title>'
        f"<link>{base}/</link><description>Five documents</description>{''.join(items)}</channel></rss>"
    ).encode()


@pytest.fixture(scope="module")
def sources_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    seeds = load_seeds()
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        Site.pages = {f"/{seed.name}.html": ("text/html; charset=utf-8", page_of(seed)) for seed in seeds}
        Site.pages["/feed.xml"] = ("application/rss+xml", listing_of(seeds, base))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        file = tmp_path_factory.mktemp("seeds") / "sources.toml"
        file.write_text(f'[[source]]\nid = "seeds"\nname = "Seeds"\nurl = "{base}/feed.xml"\nkind = "rss"\ntier = 1\n')
        yield file
        server.shutdown()
        thread.join()


def pass_at(run_pass: Command, sources: Path, home: Path, now: str | None) -> Path:
    clock = ["--now", now] if now else []
    done = run_pass("run", "--sources", sources, "--home", home, *clock)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr + done.stdout
    return home / "public"


def alerts(public: Path) -> list[dict[str, Any]]:
    from flows.commands.sql import fetch_rows

    return fetch_rows(
        public / "warehouse.duckdb",
        "SELECT d.headline, d.action, d.initiative, d.agents, d.event_date, d.is_background, "
        "list(DISTINCT regexp_extract(a.url, '([0-9]+)\\.html', 1)) AS documents, "
        "bool_and(m.is_background) AS recalled "
        "FROM alerts JOIN developments d USING (development_id) JOIN development_mentions USING (development_id) "
        "JOIN mentions m USING (mention_id) JOIN articles a USING (article_id) GROUP BY ALL ORDER BY ALL",
    )


def items(public: Path) -> list[ElementTree.Element]:
    return list(ElementTree.parse(public / "feed.xml").getroot().iter("item"))


def test_old_documents_seen_today_are_rows_and_no_alerts(sources_file: Path, tmp_path: Path, run_pass: Command) -> None:
    from flows.commands.sql import fetch_rows

    public = pass_at(run_pass, sources_file, tmp_path, None)
    rows = fetch_rows(
        public / "warehouse.duckdb",
        "SELECT regexp_extract(url, '([0-9]+)\\.html', 1) AS name, CAST(published_at AS DATE) AS day, "
        "(SELECT count(*) FROM mentions m WHERE m.article_id = a.article_id) AS mentions FROM articles a ORDER BY 1",
    )
    assert [row["name"] for row in rows] == ["000", "001", "002", "003", "004"]
    assert {row["name"]: row["day"] for row in rows if row["day"]} == {
        seed.name: seed.published for seed in load_seeds() if seed.published
    }
    assert sum(row["mentions"] for row in rows) > 0
    assert [alert for alert in alerts(public) if (alert["event_date"] or "").startswith(("2014", "2021"))] == []
    assert [alert for alert in alerts(public) if set(alert["documents"]) & {"000", "001", "004"}] == []
    assert len(items(public)) == len(alerts(public))


@pytest.mark.parametrize(
    ("now", "document", "window_opens"), [("2014-05-22", "000", "2014-04-22"), ("2021-03-24", "004", "2021-02-22")]
)
def test_on_its_own_day_a_documents_news_is_an_alert_and_its_background_never(
    now: str, document: str, window_opens: str, sources_file: Path, tmp_path: Path, run_pass: Command
) -> None:
    public = pass_at(run_pass, sources_file, tmp_path, now)
    found = alerts(public)
    mine = [alert for alert in found if document in alert["documents"]]
    assert any(alert["action"] == "propose" and "CHN" in alert["agents"] for alert in mine), found
    for alert in found:
        assert not alert["is_background"], alert
        assert not alert["recalled"], alert
        if alert["event_date"] is not None:
            assert alert["event_date"] >= window_opens[: len(alert["event_date"])], alert
    assert len(items(public)) == len(found)
