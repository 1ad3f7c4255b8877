"""`pactwatch read`: one object a page in the order given, no network for files, an error for the unreadable."""

import gzip
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from flows.commands.problems import UsageProblem
from flows.commands.read import read_pages, stated_address
from flows.newsroom import newsroom

PAGE = """<html lang="en"><head><title>{title}</title>
<link rel="canonical" href="https://news.example.org/2026/10/{slug}.html">
<meta property="article:published_time" content="{published}"><meta name="author" content="Ann Example"></head>
<body><nav><a href="/">Home</a></nav><article><h1>{title}</h1>
<p>Ruritania and Borduria opened talks on a border hotline on Friday, their ministries said after three years of
silence over the river and the islands in it.</p>
<p>The two sides will meet again in the spring, a spokesman told reporters, and hope to set up a joint office.</p>
</article></body></html>"""
KEYS = ["path", "url", "canonical_url", "title", "authors", "published", "published_basis", "language", "site", "text",
        "flags"]  # fmt: skip


def save(folder: Path, name: str, **values: str) -> str:
    path = folder / name
    filled = {"title": "Two states talk", "slug": "talk", "published": "2026-10-09T08:00:00Z", **values}
    content = PAGE.format(**filled).encode()
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return str(path)


def read(
    capsys: pytest.CaptureFixture[str], *pages: str, url: str | None = None
) -> tuple[int, list[dict[str, Any]], str]:
    status = read_pages(list(pages), url)
    out, err = capsys.readouterr()
    return status, [json.loads(line) for line in out.splitlines()], err


def test_pages_come_in_the_order_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [save(tmp_path, f"{n}.html{'.gz' if n % 2 else ''}", title=f"Story number {n}") for n in (3, 1, 2)]
    status, records, err = read(capsys, *paths)
    assert (status, err) == (0, "")
    assert [record["path"] for record in records] == paths
    assert [record["title"] for record in records] == ["Story number 3", "Story number 1", "Story number 2"]
    assert list(records[0]) == KEYS
    assert records[0]["published"] == "2026-10-09T08:00:00Z"
    assert records[0]["published_basis"] == "meta"
    assert records[0]["authors"] == ["Ann Example"]
    assert records[0]["language"] == "en"
    assert "\n" in records[0]["text"]
    assert "Home" not in records[0]["text"]


def test_address_is_the_one_given_else_the_one_the_page_states(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tmp_path, "a.html")
    _, [stated], _ = read(capsys, path)
    assert (stated["url"], stated["canonical_url"]) == ("https://news.example.org/2026/10/talk.html",) * 2
    _, [given], _ = read(capsys, path, url="https://mirror.example.com/x?utm_source=feed")
    assert given["url"] == "https://mirror.example.com/x?utm_source=feed"
    assert given["canonical_url"] == "https://mirror.example.com/x"


def test_a_day_stays_a_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, [record], _ = read(capsys, save(tmp_path, "a.html", published="2026-10-09"))
    assert record["published"] == "2026-10-09"


def test_unreadable_page_has_an_error_and_the_others_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "report.html").write_bytes(b"%PDF-1.4 not a page")
    (tmp_path / "broken.html.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    paths = [str(tmp_path / name) for name in ("empty.html", "report.html", "broken.html.gz")]
    good = save(tmp_path, "good.html")
    status, records, err = read(capsys, *paths, good)
    assert [record["path"] for record in records] == [*paths, good]
    assert all(record["error"] for record in records[:3])
    assert "error" not in records[3]
    assert status == 1  # the broken gzip file could not be had at all
    assert err.count("\n") == 1
    status, _, err = read(capsys, *paths[:2], good)
    assert (status, err) == (0, "")


def test_missing_file_is_an_error_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, records, err = read(capsys, str(tmp_path / "nowhere.html"))
    assert status == 1
    assert records == [{"path": str(tmp_path / "nowhere.html"), "url": None, "error": "No such file or directory"}]
    assert "1 of 1 pages could not be had" in err


def test_url_goes_with_one_file_only(tmp_path: Path) -> None:
    path = save(tmp_path, "a.html")
    with pytest.raises(UsageProblem, match="exactly one file"):
        read_pages([path, path], "https://example.org/")


def test_files_need_no_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    status, [record], _ = read(capsys, save(tmp_path, "a.html"))
    assert status == 0
    assert record["text"]


def test_urls_are_fetched_and_loopback_needs_leave(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACTWATCH_HOST_DELAY_SECONDS", "0")
    with newsroom(1) as room:
        story = next(path for path in listed_pages(room) if path.startswith("/harbour/"))
        status, [refused], _ = read(capsys, room.url + story)
        assert status == 1
        assert "unsafe-address" in refused["error"]
        monkeypatch.setenv("PACTWATCH_ALLOW_HOSTS", room.host_port)
        status, [record], _ = read(capsys, room.url + story)
    assert status == 0
    assert record["url"] == room.url + story
    assert record["text"]


def listed_pages(room: Any) -> list[str]:
    from flows.newsroom.stories import load_stories

    return [story.path for story in load_stories() if story.day == room.day]


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (b'<link href="https://a.org/x?a=1&amp;b=2" rel=canonical>', "https://a.org/x?a=1&b=2"),
        (b'<meta property="og:url" content="http://a.org/y">', "http://a.org/y"),
        (
            b'<link rel="canonical" href="/relative"><meta property="og:url" content="https://a.org/y">',
            "https://a.org/y",
        ),
        (b'<link rel="canonical" href="javascript:alert(1)">', None),
        (b"<p>canonical https://a.org/</p>", None),
    ],
)
def test_stated_address(head: bytes, address: str | None) -> None:
    assert stated_address(head) == address
