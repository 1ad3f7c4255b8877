"""A real reader, newsboat, sees each item as new exactly once: over a rerun, new coverage, and a changed address."""

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.warehouse.seed import STORIES, run_stories, seed_warehouse, update_story
from warehouse.public import render_public
from warehouse.store import Warehouse

NEWSBOAT = shutil.which("newsboat")
pytestmark = pytest.mark.skipif(NEWSBOAT is None, reason="newsboat is not installed (Debian package newsboat)")


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map: ClassVar[dict[str, str]] = {
        ".xml": "application/rss+xml",
        ".atom": "application/atom+xml",
        "": "application/octet-stream",
    }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is the library's)
        return


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    folder = tmp_path / "public"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Reader:
    """newsboat with a home, configuration and cache of its own."""

    def __init__(self, home: Path, *urls: str) -> None:
        self.home, self.cache = home, home / "cache.db"
        home.mkdir()
        (home / "urls").write_text("".join(f"{url}\n" for url in urls))
        (home / "config").write_text("use-proxy no\n")

    def reload(self) -> int:
        """Reload once; the number of items that are unread."""
        assert NEWSBOAT
        paths = ["-u", self.home / "urls", "-C", self.home / "config", "-c", self.cache]
        command = [NEWSBOAT, *map(str, paths), "-x", "reload", "print-unread"]
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return int(done.stdout.split()[0])

    def mark_all_read(self) -> None:
        with sqlite3.connect(self.cache) as cache:
            cache.execute("UPDATE rss_item SET unread = 0")

    def items(self) -> dict[str, tuple[str, str, bool]]:
        """Title, content and whether it is unread, by GUID."""
        with sqlite3.connect(self.cache) as cache:
            rows = cache.execute("SELECT guid, title, content, unread FROM rss_item WHERE deleted = 0").fetchall()
        return {guid: (title, content, bool(unread)) for guid, title, content, unread in rows}


def publish(warehouse: Warehouse, folder: Path, base_url: str) -> None:
    """Write what changed. HTTP dates have seconds: a second version within one would be answered with 304."""
    for name, content in render_public(warehouse, base_url=base_url).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(content)
        elif path.read_bytes() != content:
            later = path.stat().st_mtime + 2
            path.write_bytes(content)
            os.utime(path, (later, later))


@pytest.mark.parametrize("feed", ["feed.xml", "atom.xml"])
def test_between_two_reloads_exactly_the_new_items_are_new(tmp_path: Path, site: tuple[Path, str], feed: str) -> None:
    folder, url = site
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        seed_warehouse(warehouse, STORIES[4:6])
        publish(warehouse, folder, url)
        reader = Reader(tmp_path / "reader", f"{url}/{feed}")
        assert reader.reload() == 2
        reader.mark_all_read()

        publish(warehouse, folder, url)  # a rerun that found nothing
        assert reader.reload() == 0

        before = reader.items()
        run_stories(warehouse, STORIES[6:7])
        publish(warehouse, folder, url)
        assert reader.reload() == 1
        new = {guid: item for guid, item in reader.items().items() if guid not in before}
        assert [title for title, _, unread in new.values() if unread] == [STORIES[6].headline]
        assert "Gulf ministers agreed in Manama to pool coast guard patrols." in next(iter(new.values()))[1]
        reader.mark_all_read()
        assert reader.reload() == 0


@pytest.mark.parametrize("feed", ["feed.xml", "atom.xml"])
def test_later_coverage_and_a_changed_address_make_no_new_item(
    tmp_path: Path, site: tuple[Path, str], feed: str
) -> None:
    folder, url = site
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        seed_warehouse(warehouse, STORIES[8:10])
        publish(warehouse, folder, url)
        reader = Reader(tmp_path / "reader", f"{url}/{feed}")
        assert reader.reload() == 2
        reader.mark_all_read()
        guids = set(reader.items())

        update_story(warehouse, STORIES[9], "foreign-office", "We would welcome a drone rescue task force.")
        publish(warehouse, folder, "https://moved.example/elsewhere")
        reader.reload()
        assert set(reader.items()) == guids


def test_newsboat_imports_the_list_of_feeds(tmp_path: Path, site: tuple[Path, str]) -> None:
    folder, url = site
    with Warehouse.open(tmp_path / "warehouse.duckdb") as warehouse:
        seed_warehouse(warehouse, STORIES[2:4])
        publish(warehouse, folder, url)
    reader = Reader(tmp_path / "reader")
    assert NEWSBOAT
    subprocess.run(
        [NEWSBOAT, "-u", str(reader.home / "urls"), "-C", str(reader.home / "config"), "-c", str(reader.cache),
         "-i", str(folder / "feeds.opml")],
        env={"HOME": str(reader.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"},
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    imported = (reader.home / "urls").read_text()
    assert f"{url}/feed.xml" in imported
    assert f"{url}/feeds/country/aus.xml" in imported
    assert f"{url}/health.xml" in imported
