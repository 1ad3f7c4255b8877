"""An HTML page of links: its anchors as entries, those that match the link pattern."""

import re
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from extractors.listing.links import LinkCollector, ListingError, clean_line, compile_pattern
from extractors.records import Listing
from extractors.urls import same_site

MAX_ANCHORS = 10_000

_VAGUE = re.compile(
    r"^(?:read|learn|see|find out|show)\b.{0,12}\b(?:more|full|story|all)\b.*$|^(?:more|details|here|link)$", re.I
)


def read_link_page(text: str, url: str, link_pattern: str, flags: list[str]) -> Listing:
    """The page's own links. Without a pattern: those that lead to other pages of the same site."""
    root = parse_html(text, url)
    pattern = compile_pattern(link_pattern, url)
    base = page_base(root, url)
    collector = LinkCollector(url, pattern, None, flags)
    for number, anchor in enumerate(root.iter("a", "area")):
        if number >= MAX_ANCHORS:
            collector.flag("capped")
            break
        href = anchor.get("href")
        if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        if pattern is None and not same_site(_absolute(href, base), url):
            continue
        collector.add(href, title=anchor_title(anchor), base=base)
    collector.flags[:] = [flag for flag in collector.flags if flag not in ("items-without-date", "duplicate-items")]
    if not collector.links:
        collector.flag("empty")
    heading = root.find(".//title")
    return Listing(
        url=url,
        kind="listing",
        links=collector.newest(),
        title=clean_line(heading.text_content(), 200) if heading is not None else None,
        flags=tuple(collector.flags),
    )


def parse_html(text: str, url: str) -> etree._Element:
    """A tree of any text that has markup; ListingError where lxml can make nothing of it."""
    try:
        root = document_fromstring(text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise ListingError(url, f"no HTML that could be read: {error}") from error
    return root


def page_base(root: etree._Element, url: str) -> str:
    """What relative links of the page resolve against."""
    base = root.find(".//base[@href]")
    return _absolute(base.get("href", ""), url) if base is not None else url


def anchor_title(anchor: etree._Element) -> str | None:
    """The words of a link that say what it leads to; None for "Read more" and bare pictures."""
    for words in ("".join(anchor.itertext()), anchor.get("title"), anchor.get("aria-label")):
        line = clean_line(words, 500)
        if line and not _VAGUE.match(line):
            return line
    return None


def _absolute(href: str, base: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return base
