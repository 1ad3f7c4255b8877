"""Feeds from records: RSS 2.0 and Atom by feedgen, JSON Feed 1.1. Records in, bytes out, and the same bytes every time.

No clock: what feedgen would date "now" is the newest item's `updated_at`. Nothing is written to disk here.
Without a `base_url` the links between our own files are relative to the feed's address, which Atom and RFC 5005 allow;
RSS wants an absolute channel link, so that one names a host that never resolves (RFC 2606).
"""

import json
import posixpath
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any, Literal
from urllib.parse import quote, urljoin

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from warehouse.feed_items import FeedItem
from warehouse.item_html import actor_label, item_html, item_summary
from warehouse.labels import ACTION_LABELS, KIND_LABELS, country_name, id_slug, one_line, slugify
from warehouse.rendering import safe_url

ATOM = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
NOWHERE = "https://pactwatch.invalid/"
EMPTY_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without items was "last updated": Atom wants a date, and any later one would be made up."""
_NAMESPACE = uuid.UUID("6f1d1f0e-3a55-5c7e-9d42-8a0c51d0b7a4")
"""Of this program's feeds: an id made in it never depends on where the feed is published."""

Format = Literal["rss", "atom", "json"]
MEDIA_TYPES: dict[Format, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class FeedFiles:
    """Where the three forms of one feed lie, relative to the public folder."""

    rss: str
    atom: str
    json: str

    @classmethod
    def of(cls, stem: str) -> "FeedFiles":
        return cls(f"{stem}.xml", f"{stem}.atom", f"{stem}.json")

    def path(self, form: Format) -> str:
        return {"rss": self.rss, "atom": self.atom, "json": self.json}[form]


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """All of a feed but its items."""

    name: str
    """What its id is made from: `main`, `action/sign`. Never the title or the address, which may change."""
    title: str
    description: str
    files: FeedFiles
    base_url: str | None = None
    home: str = "index.html"
    page: str | None = None
    """Folder of the initiatives' pages, to link each item to its own; None where there are none."""
    hub: str | None = None
    previous: FeedFiles | None = None
    """RFC 5005: the archive with the entries before these."""
    next: FeedFiles | None = None
    current: FeedFiles | None = None
    """Of an archive: the feed to subscribe to. Its presence makes this feed an archive."""

    @property
    def feed_id(self) -> str:
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, self.name)}"

    def address(self, path: str, form: Format) -> str:
        """The address of one of our files, seen from this feed: absolute with a base_url, else relative."""
        if self.base_url:
            return urljoin(self.base_url.rstrip("/") + "/", quote(path))
        return quote(posixpath.relpath(path, posixpath.dirname(self.files.path(form)) or "."))


class _History(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Links and marks that feedgen does not write into RSS: RFC 5005 archives, a WebSub hub."""

    def __init__(self) -> None:
        self.links: tuple[tuple[str, str, str], ...] = ()
        self.is_archive = False

    def extend_ns(self) -> dict[str, str]:
        return {"fh": HISTORY}

    def extend_atom(self, feed: Any) -> Any:
        if self.is_archive:
            etree.SubElement(feed, f"{{{HISTORY}}}archive")
        return feed

    def extend_rss(self, feed: Any) -> Any:
        channel = feed[0]
        for rel, href, kind in self.links:
            etree.SubElement(channel, f"{{{ATOM}}}link", href=href, rel=rel, **({"type": kind} if kind else {}))
        return self.extend_atom(channel) if self.is_archive else feed


class _EntryExtras(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """What feedgen leaves out of an entry: the date of change in RSS, `rel` of the links in Atom (it drops it)."""

    def __init__(self) -> None:
        self.updated: datetime | None = None
        self.related: tuple[str, ...] = ()

    def extend_rss(self, entry: Any) -> Any:
        if self.updated:
            etree.SubElement(entry, f"{{{ATOM}}}updated").text = self.updated.isoformat()
        return entry

    def extend_atom(self, entry: Any) -> Any:
        for href in self.related:
            etree.SubElement(entry, "link", rel="related", href=href)
        return entry


def render_rss(spec: FeedSpec, items: Sequence[FeedItem]) -> bytes:
    """RSS 2.0 with `content:encoded`, `atom:link rel=self` and the archive links of RFC 5005."""
    return bytes(_generate(spec, items, "rss").rss_str(pretty=True))


def render_atom(spec: FeedSpec, items: Sequence[FeedItem]) -> bytes:
    """Atom (RFC 4287); `updated` of an entry moves when later coverage changes what it shows."""
    return bytes(_generate(spec, items, "atom").atom_str(pretty=True))


def render_json_feed(spec: FeedSpec, items: Sequence[FeedItem]) -> bytes:
    """JSON Feed 1.1; the record itself is in `_pactwatch`, so that a program need not parse the HTML."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": one_line(spec.title),
        "description": one_line(spec.description),
        "home_page_url": spec.address(spec.home, "json") if spec.base_url else None,
        "feed_url": spec.address(spec.files.json, "json") if spec.base_url else None,
        "next_url": spec.address(spec.previous.json, "json") if spec.previous and spec.base_url else None,
        "language": "en",
        "authors": [{"name": "pactwatch"}],
        "hubs": [{"type": "WebSub", "url": spec.hub}] if spec.hub else None,
    }
    head = _dump({key: value for key, value in feed.items() if value is not None})
    # One item a line: differences are readable, and the encoder stays in C (with `indent` it is ten times slower).
    lines = ",\n".join(_dump(_json_item(spec, item)) for item in items)
    return f'{head[:-1]}, "items": [\n{lines}\n]}}\n'.encode()


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def render_feed(spec: FeedSpec, items: Sequence[FeedItem]) -> dict[str, bytes]:
    """All three forms, by path."""
    return {
        spec.files.rss: render_rss(spec, items),
        spec.files.atom: render_atom(spec, items),
        spec.files.json: render_json_feed(spec, items),
    }


def categories(item: FeedItem) -> tuple[tuple[str, str, str], ...]:
    """What an item is filed under: (dimension, slug, label)."""
    return (
        ("initiative", id_slug(item.initiative_id), one_line(item.initiative)),
        ("kind", item.kind, KIND_LABELS[item.kind]),
        ("action", item.action, ACTION_LABELS[item.action]),
        *(("country", code.lower(), country_name(code)) for code in item.countries),
        *(("region", slugify(region), region) for region in item.regions),
    )


def _links(spec: FeedSpec, form: Format) -> tuple[tuple[str, str, str], ...]:
    """(rel, href, media type) of the feed's own links, but for self and alternate."""
    neighbours = (("prev-archive", spec.previous), ("next-archive", spec.next), ("current", spec.current))
    links = [(rel, spec.address(to.path(form), form), MEDIA_TYPES[form]) for rel, to in neighbours if to]
    if spec.hub:
        links.append(("hub", spec.hub, ""))
    return tuple(links)


def start_feed(spec: FeedSpec, updated: datetime | None, form: Format) -> FeedGenerator:
    """A feed with its head and no entries. `updated` replaces the clock that feedgen would read."""
    feed = FeedGenerator()
    feed.register_extension("history", _History, _EntryExtras)
    feed.id(spec.feed_id)
    feed.title(one_line(spec.title))
    feed.description(one_line(spec.description))
    feed.author(name="pactwatch")
    feed.generator("pactwatch")
    feed.language("en")
    feed.lastBuildDate(updated or EMPTY_SINCE)
    feed.history.is_archive = spec.current is not None
    feed.link(href=spec.address(spec.files.path(form), form), rel="self", type=MEDIA_TYPES[form])
    if form == "atom":
        for rel, href, kind in _links(spec, form):
            feed.link(href=href, rel=rel, **({"type": kind} if kind else {}))
    else:
        feed.ttl(30)
        feed.history.links = _links(spec, form)
    home = spec.address(spec.home, form) if spec.base_url or form == "atom" else NOWHERE
    feed.link(href=home, rel="alternate", type="text/html")
    return feed


def _generate(spec: FeedSpec, items: Sequence[FeedItem], form: Format) -> FeedGenerator:
    feed = start_feed(spec, max((item.updated_at for item in items), default=None), form)
    for item in items:
        _add_entry(feed, spec, item, form)
    return feed


def _add_entry(feed: FeedGenerator, spec: FeedSpec, item: FeedItem, form: Format) -> None:
    entry = feed.add_entry(order="append")
    entry.title(one_line(item.headline) or item.development_id)
    entry.guid(item.guid if form == "rss" else atom_id(item.guid), permalink=False)
    entry.published(item.published_at)
    entry.updated(item.updated_at)
    entry.history.updated = item.updated_at
    summary = item_summary(item)
    page = _page_url(spec, item)
    # A description is read as HTML by every reader, an Atom summary says itself that it is text.
    if form == "rss":
        entry.description(escape(summary, quote=False), isSummary=True)
    else:
        entry.summary(summary, type="text")
    entry.content(item_html(item, page_url=page), type="html")
    entry.category(
        [{"term": term, "scheme": f"urn:pactwatch:{what}", "label": label} for what, term, label in categories(item)]
        if form == "atom"
        else [{"term": label, "scheme": what} for what, _, label in categories(item)]
    )
    urls = tuple(dict.fromkeys(url for one in item.evidence if (url := safe_url(one.url))))
    if urls or page:
        entry.link(href=urls[0] if urls else page, rel="alternate")
    entry.history.related = urls[1:]


def _json_item(spec: FeedSpec, item: FeedItem) -> dict[str, Any]:
    url = safe_url(item.url)
    page = _page_url(spec, item)
    entry: dict[str, Any] = {
        "id": item.guid,
        "url": page or url,
        "external_url": url if page else None,
        "title": one_line(item.headline),
        "summary": item_summary(item),
        "content_html": item_html(item, page_url=page),
        "date_published": item.published_at.isoformat(),
        "date_modified": item.updated_at.isoformat(),
        "tags": list(dict.fromkeys(label for _, _, label in categories(item))),
        "_pactwatch": {
            "development_id": item.development_id,
            "initiative_id": item.initiative_id,
            "initiative": one_line(item.initiative),
            "known": item.known,
            "kind": item.kind,
            "action": item.action,
            "modality": item.modality,
            "event_date": item.event_date,
            "date_precision": item.date_precision,
            "place": one_line(item.place) if item.place else None,
            "place_code": item.place_code,
            "actors": [{"name": actor_label(one), "role": one.role, "code": one.code} for one in item.actors],
            "independent_sources": item.independent_sources,
            "confidence": round(item.confidence, 3),
        },
    }
    return {key: value for key, value in entry.items() if value is not None}


def _page_url(spec: FeedSpec, item: FeedItem) -> str | None:
    if not (spec.base_url and spec.page):
        return None
    path = f"{spec.page}/{id_slug(item.initiative_id)}.html"
    return f"{spec.address(path, 'json')}#{id_slug(item.development_id)}"


def atom_id(guid: str) -> str:
    """The GUID as an IRI: itself where it has a scheme, else a UUID made from it."""
    scheme, colon, _ = guid.partition(":")
    if colon and scheme.isascii() and scheme.replace("-", "").isalnum():
        return guid
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, guid)}"
