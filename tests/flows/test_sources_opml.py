"""`pactwatch sources import` and `export`: OPML to tables that can be added, and sources to OPML."""

import tomllib
from pathlib import Path

import pytest

from extractors.catalog import load_sources
from extractors.opml import read_opml
from flows.commands.sources_opml import OpmlFileError, export_opml, import_opml

MINE = """
[[source]]
id = "harbour-times"
name = "Harbour Times"
url = "https://harbour.example/feed"
kind = "rss"

[[source]]
id = "plateau-map"
name = "Plateau"
url = "https://plateau.example/sitemap.xml"
kind = "sitemap"
"""
THEIRS = """<?xml version="1.0"?><opml version="1.0"><body><outline text="Asia">
<outline text="Harbour Times" type="rss" xmlUrl="https://harbour.example/feed?utm_source=reader"/>
<outline text="Harbour Times" type="rss" xmlUrl="https://harbour.example/world/feed"/>
<outline text="A &quot;strange&quot; \\ name" type="atom" xmlUrl="https://strange.example/atom.xml"/>
<outline text="no feed" xmlUrl="javascript:void(0)"/></outline></body></opml>"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    file = tmp_path / "sources.toml"
    file.write_text(MINE)
    return file


def test_new_feeds_become_tables_that_can_be_added(
    tmp_path: Path, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "theirs.opml").write_text(THEIRS)
    assert import_opml(tmp_path / "theirs.opml", mine) == 0
    out, err = capsys.readouterr()
    assert err == "pactwatch: 2 of 3 feeds are new to the source list\n"
    first, second = tomllib.loads(out)["source"]
    assert first["url"] == "https://harbour.example/world/feed"
    assert (second["name"], second["kind"]) == ('A "strange" \\ name', "atom")
    mine.write_text(MINE + out)
    assert len(load_sources(mine)) == 4
    assert import_opml(tmp_path / "theirs.opml", mine) == 0
    assert capsys.readouterr() == ("", "pactwatch: 0 of 3 feeds are new to the source list\n")


@pytest.mark.parametrize(("content", "reason"), [("words", "broken XML|no OPML"), ("<opml/>", "names no feed")])
def test_a_file_without_feeds_is_one_line(tmp_path: Path, mine: Path, content: str, reason: str) -> None:
    (tmp_path / "theirs.opml").write_text(content)
    with pytest.raises(OpmlFileError, match=reason) as caught:
        import_opml(tmp_path / "theirs.opml", mine)
    assert "theirs.opml: " in str(caught.value)


def test_feeds_go_out_and_come_back(tmp_path: Path, mine: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert export_opml(tmp_path / "out.opml", mine) == 0
    assert [source.url for source in read_opml((tmp_path / "out.opml").read_bytes())] == [
        "https://harbour.example/feed"
    ]
    assert export_opml(None, mine) == 0
    assert capfdbinary.readouterr().out == (tmp_path / "out.opml").read_bytes()
