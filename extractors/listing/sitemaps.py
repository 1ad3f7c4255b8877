"""Sitemaps, news sitemaps, sitemap indexes and plain lists of addresses."""

import re
from datetime import datetime
from urllib.parse import urljoin

from lxml import etree

from extractors.listing.links import LinkCollector, ListingError, compile_pattern
from extractors.records import Listing
from extractors.timestamps import EARLIEST, parse_machine_date
from extractors.urls import UrlError, canonicalise_url

MAX_CHILDREN = 500


def read_sitemap(text: str, url: str, link_pattern: str, flags: list[str], fetched_at: datetime | None) -> Listing:
    """A sitemap (links, with titles and dates where it is a news sitemap) or an index (children, newest first)."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ListingError(url, f"broken XML: {error}") from error
    if root is None:
        raise ListingError(url, "broken XML: nothing could be read")
    collector = LinkCollector(url, compile_pattern(link_pattern, url), fetched_at, flags)
    if len(parser.error_log) and any(entry.level_name == "FATAL" for entry in parser.error_log):
        collector.flag("broken-xml")
    children: dict[str, datetime] = {}
    for element in root.iter():
        name = _local_name(element)
        if name == "sitemap":
            fields = _fields(element)
            instant = parse_machine_date(fields.get("lastmod"))
            _add_child(children, fields.get("loc"), url, instant.at if instant else EARLIEST, collector)
        elif name == "url":
            fields = _fields(element)
            collector.add(
                fields.get("loc"),
                title=fields.get("title"),
                published=fields.get("publication_date"),
                changed=fields.get("lastmod"),
                language=fields.get("language"),
            )
    if not collector.links and not children:
        collector.flag("empty")
    newest = sorted(children, key=lambda child: children[child], reverse=True)
    if len(newest) > MAX_CHILDREN:
        collector.flag("capped")
    return Listing(
        url=url,
        kind="sitemap",
        links=collector.newest(),
        children=tuple(newest[:MAX_CHILDREN]),
        flags=tuple(collector.flags),
    )


def read_text_sitemap(text: str, url: str, link_pattern: str, flags: list[str]) -> Listing:
    """A plain text sitemap: one address a line."""
    collector = LinkCollector(url, compile_pattern(link_pattern, url), None, flags)
    for line in text.splitlines()[:50_000]:
        if re.match(r"https?://", line.strip()):
            collector.add(line)
    return Listing(url=url, kind="sitemap", links=collector.newest(), flags=tuple(collector.flags))


def _add_child(
    children: dict[str, datetime], loc: str | None, url: str, changed: datetime, collector: LinkCollector
) -> None:
    """A child by the address it is fetched from: a sitemap's query (`?page=2`) is no tracking."""
    if not loc:
        collector.flag("items-without-link")
        return
    try:
        child = urljoin(url, loc.strip())
        is_itself = canonicalise_url(child) == canonicalise_url(url)
    except (UrlError, ValueError):
        collector.flag("unusable-links")
        return
    if is_itself:
        collector.flag("names-itself")
    else:
        children[child] = max(changed, children.get(child, EARLIEST))


def _fields(element: etree._Element) -> dict[str, str]:
    """The first text of each descendant by its local name, an image's or a video's own fields left out."""
    fields: dict[str, str] = {}
    pending = list(element)
    while pending:
        child = pending.pop(0)
        name = _local_name(child)
        if name in ("image", "video"):
            continue
        if child.text and child.text.strip():
            fields.setdefault(name, child.text.strip())
        pending.extend(child)
    return fields


def _local_name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
