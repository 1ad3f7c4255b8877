"""OPML in and out."""

import pytest

from extractors.opml import OpmlError, read_opml, write_opml
from extractors.records import Source

OPML = b"""<?xml version="1.0"?><opml version="1.0"><head><title>Mine</title></head><body><outline text="Asia">
<outline text="Wire &amp; Co" type="rss" xmlUrl="https://user:pw@example.org/feed"/>
<outline text="Wire &amp; Co" type="atom" xmlUrl="https://example.net/atom.xml" language="fr-FR"/>
<outline text="again" type="rss" xmlUrl="https://example.org/feed?utm_source=x"/>
<outline text="bad" type="rss" xmlUrl="javascript:x"/><outline text="no address"/></outline></body></opml>"""


def test_read() -> None:
    first, second = read_opml(OPML)
    assert (first.id, first.name, first.url, first.kind) == ("wire-co", "Wire & Co", "https://example.org/feed", "rss")
    assert second.id.startswith("wire-co-")
    assert (second.kind, second.language) == ("atom", "fr")


def test_what_is_written_is_read_again() -> None:
    sources = (
        Source(id="a", name="A <b> & c", url="https://example.org/feed", kind="rss"),
        Source(id="s", name="S", url="https://example.org/sitemap.xml", kind="sitemap"),
    )
    written = write_opml(sources, title="pactwatch sources")
    assert [(source.name, source.url) for source in read_opml(written)] == [("A <b> & c", "https://example.org/feed")]


@pytest.mark.parametrize(
    "content",
    [b"", b"words", b"<html></html>", b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', b"<opml>" + b" " * 6_000_000],
)
def test_what_is_no_opml_is_refused(content: bytes) -> None:
    with pytest.raises(OpmlError):
        read_opml(content)
