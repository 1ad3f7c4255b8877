"""Publishing: whole files, only changed ones, nothing outside of the folder."""

import os
from pathlib import Path

import pytest

from flows.publish import PublishError, etag, write_files


def test_files_and_their_tags_are_written(tmp_path: Path) -> None:
    changed = write_files(tmp_path / "public", {"feed.xml": b"<rss/>", "feeds/action/sign.xml": b"<rss>1</rss>"})
    assert changed == ("feed.xml", "feeds/action/sign.xml")
    assert (tmp_path / "public/feeds/action/sign.xml").read_bytes() == b"<rss>1</rss>"
    assert (tmp_path / "public/feed.xml.etag").read_text() == etag(b"<rss/>")
    assert (tmp_path / "public/feed.xml").stat().st_mode & 0o777 == 0o644


def test_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    write_files(tmp_path, {"feed.xml": b"same"})
    os.utime(tmp_path / "feed.xml", (1_000_000, 1_000_000))
    inode = (tmp_path / "feed.xml").stat().st_ino
    assert write_files(tmp_path, {"feed.xml": b"same"}) == ()
    after = (tmp_path / "feed.xml").stat()
    assert (after.st_mtime, after.st_ino) == (1_000_000, inode)


def test_change_replaces_the_file_under_its_readers(tmp_path: Path) -> None:
    write_files(tmp_path, {"feed.xml": b"old, and longer"})
    with (tmp_path / "feed.xml").open("rb") as reader:
        assert write_files(tmp_path, {"feed.xml": b"new"}) == ("feed.xml",)
        assert reader.read() == b"old, and longer"
    assert (tmp_path / "feed.xml").read_bytes() == b"new"
    assert (tmp_path / "feed.xml.etag").read_text() == etag(b"new")


def test_files_of_feeds_that_are_gone_stay(tmp_path: Path) -> None:
    write_files(tmp_path, {"feeds/a.xml": b"a", "feeds/b.xml": b"b"})
    write_files(tmp_path, {"feeds/a.xml": b"a2"})
    assert (tmp_path / "feeds/b.xml").read_bytes() == b"b"


@pytest.mark.parametrize("name", ["../out.xml", "/etc/out.xml", ".", "feeds/../../out.xml"])
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "public"
    with pytest.raises(PublishError, match="outside"):
        write_files(folder, {name: b"x"})
    assert not list(tmp_path.rglob("out.xml"))


def test_no_half_file_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").mkdir()
    with pytest.raises(PublishError, match=r"feed\.xml"):
        write_files(tmp_path, {"feed.xml": b"x"})
    assert [path.name for path in tmp_path.iterdir()] == ["feed.xml"]
