"""The feeds and sitemaps that a page names, and the places where sites usually have them."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from extractors.charset import decode_bytes
from extractors.listing.links import ListingError, clean_line
from extractors.listing.pages import page_base, parse_html
from extractors.records import SourceKind
from extractors.urls import UrlError, canonicalise_url, same_site

MAX_HINTS = 40

_TYPES: dict[str, SourceKind] = {
    "application/rss+xml": "rss",
    "application/rdf+xml": "rss",
    "application/atom+xml": "atom",
    "application/feed+json": "jsonfeed",
}
_LIKELY_WORDS = ("/rss", "/feed", "/atom", ".rss", "rss.xml", "feed.xml", "atom.xml", ".rdf", "feed.json")
_USUAL_PLACES: tuple[tuple[str, SourceKind], ...] = (
    ("/feed/", "rss"),
    ("/rss", "rss"),
    ("/rss.xml", "rss"),
    ("/feed.xml", "rss"),
    ("/atom.xml", "atom"),
    ("/feed.json", "jsonfeed"),
    ("/news-sitemap.xml", "sitemap"),
    ("/sitemap_news.xml", "sitemap"),
    ("/sitemap.xml", "sitemap"),
    ("/sitemap_index.xml", "sitemap"),
)


@dataclass(frozen=True, slots=True)
class FeedHint:
    """Where a feed may be. `declared` by the page itself, `linked` from it, or one of the `usual` places."""

    url: str
    kind: SourceKind
    basis: Literal["declared", "linked", "usual"]
    title: str | None = None


def discover_feeds(content: bytes, url: str) -> tuple[FeedHint, ...]:
    """Hints in the order in which they are worth trying, each address once. Never raises."""
    hints: dict[str, FeedHint] = {}
    text = decode_bytes(content[:5_000_000]).text
    try:
        root = parse_html(text, url)
    except ListingError:
        root = None
    if root is not None:
        base = page_base(root, url)
        for link in root.iter("link"):
            rel = (link.get("rel") or "").lower().split()
            kind = _TYPES.get((link.get("type") or "").lower().split(";")[0].strip())
            if "sitemap" in rel:
                kind = "sitemap"
            if kind and ("alternate" in rel or "feed" in rel or "sitemap" in rel):
                _add(hints, link.get("href"), base, kind, "declared", link.get("title"))
        for anchor in root.iter("a"):
            href = (anchor.get("href") or "").strip()
            path = href.lower().split("?")[0].rstrip("/")
            if any(path.endswith(word) for word in _LIKELY_WORDS) and same_site(_join(base, href), url):
                kind = "jsonfeed" if path.endswith(".json") else "atom" if "atom" in path else "rss"
                _add(hints, href, base, kind, "linked", clean_line("".join(anchor.itertext()), 100))
            elif "sitemap" in path and path.endswith((".xml", ".xml.gz")):
                _add(hints, href, base, "sitemap", "linked", None)
            if len(hints) >= MAX_HINTS:
                break
    for place, kind in _USUAL_PLACES:
        _add(hints, place, url, kind, "usual", None)
    return tuple(hints.values())


def _add(
    hints: dict[str, FeedHint],
    href: str | None,
    base: str,
    kind: SourceKind,
    basis: Literal["declared", "linked", "usual"],
    title: str | None,
) -> None:
    if not href:
        return
    address = _join(base, href)
    try:
        key = canonicalise_url(address)
    except UrlError:
        return
    if "/comments/" not in address:
        hints.setdefault(key, FeedHint(address, kind, basis, clean_line(title, 100)))


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""
