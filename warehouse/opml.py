"""`feeds.opml`: all feeds in one file that a reader imports, grouped as people choose them (OPML 2.0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from warehouse.feed import FeedSpec
from warehouse.labels import one_line


@dataclass(frozen=True, slots=True)
class FeedGroup:
    """Feeds under one heading."""

    title: str
    feeds: tuple[FeedSpec, ...]


def render_opml(title: str, groups: Sequence[FeedGroup]) -> bytes:
    """An OPML 2.0 document with one outline a feed (its RSS form); empty groups are left out.

    Readers want absolute addresses: without a `base_url` the addresses are relative to the file.
    """
    opml = etree.Element("opml", version="2.0")
    head = etree.SubElement(opml, "head")
    etree.SubElement(head, "title").text = one_line(title)
    etree.SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = etree.SubElement(opml, "body")
    for group in groups:
        if group.feeds:
            outline = etree.SubElement(body, "outline", text=one_line(group.title), title=one_line(group.title))
            for feed in group.feeds:
                _add_feed(outline, feed)
    return bytes(etree.tostring(opml, pretty_print=True, encoding="UTF-8", xml_declaration=True))


def _add_feed(parent: Any, feed: FeedSpec) -> None:
    name = one_line(feed.title)
    absolute = feed.base_url is not None
    outline = etree.SubElement(
        parent,
        "outline",
        type="rss",
        version="RSS2",
        text=name,
        title=name,
        xmlUrl=feed.address(feed.files.rss, "rss") if absolute else feed.files.rss,
        description=one_line(feed.description),
        language="en",
    )
    outline.set("htmlUrl", feed.address(feed.home, "rss") if absolute else feed.home)
