"""Bytes of a feed, sitemap or page of links to a `Listing`. What the bytes are decides, not what was expected.

Reading the articles themselves belongs to `article.py`; fetching what a sitemap index names, to the flows.
"""

from datetime import datetime

from extractors.charset import decode_bytes
from extractors.listing.discover import FeedHint, discover_feeds
from extractors.listing.feeds import read_feed, read_json_feed
from extractors.listing.links import ListingError
from extractors.listing.pages import read_link_page
from extractors.listing.sitemaps import read_sitemap, read_text_sitemap
from extractors.listing.sniff import guard_xml, sniff_form, unpack
from extractors.records import Listing, SourceKind

__all__ = ["FeedHint", "ListingError", "discover_feeds", "parse_listing"]


def parse_listing(
    content: bytes,
    *,
    url: str,
    kind: SourceKind | None,
    link_pattern: str = "",
    content_type: str | None = None,
    charset: str | None = None,
    fetched_at: datetime | None = None,
) -> Listing:
    """Everything that a listing offers, in its own order; oddities are dropped and flagged, never passed on.

    `url` is where the bytes came from (after redirects): relative links resolve against it. `link_pattern` is a
    regular expression that the absolute address of an article has to match somewhere. `fetched_at` lets dates of
    the future be recognised. Raises ListingError and nothing else.
    """
    content = unpack(content, url)
    decoded = decode_bytes(content, charset or _charset_of(content_type))
    text = decoded.text
    flags = ["wrong-charset"] if decoded.is_overruled or decoded.is_lossy else []
    form = sniff_form(text, kind, url)
    if form == "html":
        if kind not in ("listing", None):
            raise ListingError(url, f"HTML in place of {'a feed' if kind != 'sitemap' else 'a sitemap'}")
        return read_link_page(text, url, link_pattern, flags)
    if form == "json":
        return read_json_feed(text, url, link_pattern, flags, fetched_at)
    if form == "text":
        return read_text_sitemap(text, url, link_pattern, flags)
    text = guard_xml(text, url)
    if form == "sitemap":
        return read_sitemap(text, url, link_pattern, flags, fetched_at)
    return read_feed(text, url, form, link_pattern, flags, fetched_at)


def _charset_of(content_type: str | None) -> str | None:
    _, found, value = (content_type or "").lower().partition("charset=")
    return value.split(";")[0].strip(" \"'") if found else None
