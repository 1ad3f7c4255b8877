"""What was received can be read back: from our own archives, those of others, and files cut off in the middle."""

import contextlib
import gzip
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import brotli
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.records import Page
from flows.archive import ArchiveError, ArchiveWriter, Spot, iter_pages, prune, read_record

NOW = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
BODY = "<p>Die Küste</p>".encode()
CODINGS = {
    "": BODY,
    "gzip": gzip.compress(BODY),
    "deflate": zlib.compress(BODY),
    "br": brotli.compress(BODY),
    "zstd": zstandard.compress(BODY),
    "gzip, br": brotli.compress(gzip.compress(BODY)),
}


def add(archive: ArchiveWriter, number: int = 0, body: bytes = BODY, coding: str = "", status: int = 200) -> Spot:
    headers = [(b"Content-Type", b"text/html; charset=UTF-8"), (b"Transfer-Encoding", b"chunked")]
    if coding:
        headers.append((b"Content-Encoding", coding.encode()))
    return archive.add(
        url=f"http://example.org/final/{number}",
        requested_url=f"http://example.org/{number}",
        status=status,
        headers=headers,
        body=body,
        request_headers=[(b"Host", b"example.org"), (b"User-Agent", b"pactwatch/0")],
        fetched_at=NOW + timedelta(seconds=number),
        protocol="HTTP/2",
        notes={"source": "harbour", "purpose": "page"},
    )


@pytest.mark.parametrize("coding", CODINGS)
def test_a_reply_comes_back_as_it_was(tmp_path: Path, coding: str) -> None:
    with ArchiveWriter(tmp_path, lambda: NOW) as archive:
        add(archive, 1, b"another")
        spot = add(archive, 2, CODINGS[coding], coding)
        add(archive, 3, b"one more")
    page = read_record(tmp_path / spot.file, spot.offset)
    assert page.content == BODY
    assert (page.url, page.final_url) == ("http://example.org/2", "http://example.org/final/2")
    assert (page.status, page.content_type, page.charset) == (200, "text/html", "utf-8")
    assert page.fetched_at == NOW + timedelta(seconds=2)
    assert [one.content for one in iter_pages(tmp_path / spot.file)] == [b"another", BODY, b"one more"]


def test_each_reply_has_request_and_metadata_and_valid_digests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ArchiveWriter(tmp_path, lambda: NOW) as archive:
        spot = add(archive)
    path = tmp_path / spot.file
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers, record.content_stream().read()) for record in ArchiveIterator(file)
        ]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "request", "metadata"]
    response = records[1][1]
    assert response.get_header("WARC-Protocol") == "h2"
    for _, headers, _ in records[2:]:
        assert headers.get_header("WARC-Concurrent-To") == response.get_header("WARC-Record-ID")
    assert b"source: harbour" in records[3][2]
    checker = Checker(type("Arguments", (), {"inputs": [str(path)], "verbose": False})())
    checker.process_all()
    assert checker.exit_value == 0, capsys.readouterr().out


def test_a_run_without_replies_leaves_no_file(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "archive", lambda: NOW):
        pass
    assert not (tmp_path / "archive").exists()


def test_files_rotate_by_size_and_never_overwrite(tmp_path: Path) -> None:
    for _ in range(2):
        with ArchiveWriter(tmp_path, lambda: NOW, rotate_bytes=3000) as archive:
            spots = [add(archive, number, bytes(range(256)) * 4) for number in range(6)]
        assert len({spot.file for spot in spots}) > 1
        for number, spot in enumerate(spots):
            assert read_record(tmp_path / spot.file, spot.offset).url.endswith(f"/{number}")
    assert sum(len(list(iter_pages(path))) for path in tmp_path.iterdir()) == 12


def test_error_pages_are_told_by_status(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, lambda: NOW) as archive:
        spot = add(archive, status=404)
    assert read_record(tmp_path / spot.file, spot.offset).status == 404


def test_odd_headers_survive(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, lambda: NOW) as archive:
        spot = archive.add(
            url="http://example.org/ü?q=%20",
            requested_url="http://example.org/ü?q=%20",
            status=200,
            headers=[(b"X-Motto", b"libert\xe9"), (b"X-Empty", b""), (b"Content-Type", b"")],
            body=b"x",
            request_headers=[],
            fetched_at=NOW,
        )
    page = read_record(tmp_path / spot.file, spot.offset)
    assert (page.content, page.content_type) == (b"x", None)


def test_a_file_cut_anywhere_gives_whole_pages_or_a_named_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is left after a crash or a full disk."""
    with ArchiveWriter(tmp_path, lambda: NOW) as archive:
        spots = [add(archive, number, BODY * 20) for number in range(2)]
    whole = (tmp_path / spots[0].file).read_bytes()
    cut = tmp_path / "cut.warc.gz"
    for length in range(0, len(whole), 7):
        cut.write_bytes(whole[:length])
        pages = read_until_error(cut)
        assert all(page.content == BODY * 20 for page in pages)
        if length >= spots[1].offset:
            assert pages, "the first reply is whole, and must be found"
        for spot in spots:
            with contextlib.suppress(ArchiveError):
                assert read_record(cut, spot.offset).content == BODY * 20
    capsys.readouterr()


def read_until_error(path: Path) -> list[Page]:
    """What can be read before the archive turns out to be broken, if it does."""
    pages: list[Page] = []
    with contextlib.suppress(ArchiveError):
        pages.extend(iter_pages(path))  # a list keeps what came before the error
    return pages


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08\x00garbage", b"WARC/1.0\r\n"])
def test_what_is_no_archive_is_named(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ArchiveError):
        read_record(path, 0)
    assert read_until_error(path) == []
    capsys.readouterr()


def test_a_missing_file_and_a_wrong_offset_are_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"gone\.warc\.gz"):
        read_record(tmp_path / "gone.warc.gz", 0)
    with ArchiveWriter(tmp_path, lambda: NOW) as archive:
        spot = add(archive)
    with pytest.raises(ArchiveError, match="not a response"):
        read_record(tmp_path / spot.file, 0)
    with pytest.raises(ArchiveError):
        read_record(tmp_path / spot.file, spot.offset + 1)


@pytest.mark.parametrize("packed", [True, False])
def test_archives_of_others_are_read(tmp_path: Path, packed: bool) -> None:
    """In the manner of public news crawls: chunked bodies kept as sent, resource and DNS records in between."""
    path = tmp_path / "news-20260302.warc"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=packed)
        writer.write_record(writer.create_warcinfo_record("news.warc", {"software": "some crawler"}))
        chunked = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
        for url, body, headers in (
            ("http://example.org/a", chunked, [("Transfer-Encoding", "chunked"), ("Content-Type", "text/html")]),
            ("http://example.org/b", b"plain", [("X-Crawler-Content-Encoding", "gzip"), ("Content-Length", "5")]),
        ):
            http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url, "response", payload=BytesIO(body), length=len(body), http_headers=http)
            )
        writer.write_record(
            writer.create_warc_record("dns:example.org", "resource", payload=BytesIO(b"1.1.1.1"), length=7)
        )
        writer.write_record(
            writer.create_warc_record("dns:example.org", "response", payload=BytesIO(b"1.1.1.1"), length=7)
        )
    pages = list(iter_pages(path))
    assert [(page.url, page.content) for page in pages] == [
        ("http://example.org/a", b"hello world"),
        ("http://example.org/b", b"plain"),
    ]
    assert pages[0].final_url == "http://example.org/a"


def test_old_archives_are_removed_and_foreign_files_are_not(tmp_path: Path) -> None:
    for days in (0, 29, 31, 400):
        with ArchiveWriter(tmp_path, lambda days=days: NOW - timedelta(days=days)) as archive:  # type: ignore[misc]
            add(archive)
    foreign = tmp_path / "CC-NEWS-20160101000000-00000.warc.gz"
    foreign.write_bytes(b"")
    removed = prune(tmp_path, 30, NOW)
    assert [path.name[:22] for path in removed] == ["pactwatch-20250126T080", "pactwatch-20260130T080"]
    assert len(list(tmp_path.iterdir())) == 3
    assert foreign.exists()
    assert prune(tmp_path / "nowhere", 30, NOW) == ()
