"""RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed."""

import io
import json
import re
from datetime import datetime
from typing import Any

import feedparser

from extractors.listing.links import MAX_LINKS, LinkCollector, ListingError, clean_line, compile_pattern
from extractors.listing.repair import well_formed
from extractors.records import Listing, SourceKind
from extractors.timestamps import EARLIEST, parse_machine_date

_PERIOD_MINUTES = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_MINUTES = range(1, 525_601)

_ITEM_DATE = re.compile(
    r"<(?:\w+:)?(?:pubDate|published|issued|date|updated|modified)\b[^>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]{4,60})"
)


def read_feed(
    text: str, url: str, kind: SourceKind, link_pattern: str, flags: list[str], fetched_at: datetime | None
) -> Listing:
    """A feed in XML, as text without declaration or DOCTYPE. Broken XML is read as far as it goes, and flagged."""
    collector = LinkCollector(url, compile_pattern(link_pattern, url), fetched_at, flags)
    text, is_cut = _newest_items(text)
    if is_cut:
        collector.flag("capped")
    content, is_repaired = well_formed(text, url)
    if is_repaired:
        collector.flag("broken-xml")
    parsed = _parse(content, url)
    if not parsed.entries and not parsed.get("version"):
        raise ListingError(url, "broken XML: no feed could be read from it")
    is_atom = str(parsed.get("version", "")).startswith("atom")
    uses_dublin_core = "dc" in parsed.get("namespaces", {})
    feed_language = parsed.feed.get("language")
    for entry in parsed.entries:
        changed = dict.get(entry, "updated")
        published = dict.get(entry, "published")
        if not published and not is_atom and uses_dublin_core:
            published = changed  # RSS 1.0 has dc:date for this; feedparser files it under `updated`
        collector.add(
            _entry_address(entry),
            title=_plain(entry.get("title")),
            published=_plain(published),
            changed=_plain(changed),
            summary=_plain(entry.get("summary")),
            language=_plain(entry.get("language") or feed_language),
        )
    if not parsed.entries:
        collector.flag("empty")
    return Listing(
        url=url,
        kind="atom" if is_atom else "rss",
        links=collector.newest(),
        title=clean_line(_plain(parsed.feed.get("title")), 200),
        update_minutes=_update_minutes(parsed.feed),
        flags=tuple(collector.flags),
    )


def read_json_feed(text: str, url: str, link_pattern: str, flags: list[str], fetched_at: datetime | None) -> Listing:
    """A JSON Feed, version 1 or 1.1."""
    try:
        feed = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ListingError(url, f"broken JSON: {type(error).__name__}: {str(error)[:100]}") from error
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise ListingError(url, "JSON, but no JSON Feed")
    items = feed.get("items")
    if not isinstance(items, list):
        raise ListingError(url, "JSON Feed without a list of items")
    collector = LinkCollector(url, compile_pattern(link_pattern, url), fetched_at, flags)
    home = _plain(feed.get("home_page_url")) or url
    for item in items:
        if not isinstance(item, dict):
            collector.flag("items-without-link")
            continue
        identity = _plain(item.get("id"))
        fallback = identity if identity and identity.startswith(("http://", "https://")) else None
        collector.add(
            _plain(item.get("url")) or _plain(item.get("external_url")) or fallback,
            title=_plain(item.get("title")),
            published=_plain(item.get("date_published")),
            changed=_plain(item.get("date_modified")),
            summary=_plain(item.get("summary")) or _plain(item.get("content_text")),
            language=_plain(item.get("language")) or _plain(feed.get("language")),
            base=home if home.startswith("http") else url,
        )
    if not items:
        collector.flag("empty")
    return Listing(
        url=url,
        kind="jsonfeed",
        links=collector.newest(),
        title=clean_line(_plain(feed.get("title")), 200),
        flags=tuple(collector.flags),
    )


def _parse(content: bytes, url: str) -> Any:
    # A stream, since feedparser opens a string or bytes that happens to name a file or an address.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        return feedparser.parse(
            io.BytesIO(content), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError) as error:
        # feedparser has faults of its own on odd values, such as dates with a month 13.
        raise ListingError(url, f"broken XML: {type(error).__name__}: {str(error)[:100]}") from error


def _newest_items(text: str) -> tuple[str, bool]:
    """The feed with at most MAX_LINKS items, the newest by date: feedparser takes about a millisecond an item."""
    tag = "entry" if text.count("</entry>") > text.count("</item>") else "item"
    if text.count(f"</{tag}>") <= MAX_LINKS:
        return text, False
    spans: list[tuple[int, int]] = []
    end = 0
    for found in re.finditer(rf"<{tag}[\s>]", text):
        if found.start() < end:
            continue
        closing = text.find(f"</{tag}>", found.start())
        if closing < 0:
            break
        end = closing + len(tag) + 3
        spans.append((found.start(), end))
    if len(spans) <= MAX_LINKS:
        return text, False
    ranked = sorted(spans, key=lambda span: _item_moment(text[span[0] : span[1]]), reverse=True)
    body = "\n".join(text[start:stop] for start, stop in sorted(ranked[:MAX_LINKS]))
    return text[: spans[0][0]] + body + text[spans[-1][1] :], True


def _item_moment(item: str) -> datetime:
    found = _ITEM_DATE.search(item)
    instant = parse_machine_date(found[1]) if found else None
    return instant.at if instant else EARLIEST


def _entry_address(entry: Any) -> str | None:
    original = _plain(entry.get("feedburner_origlink"))
    if original:
        return original
    links = entry.get("links") or []
    for link in links:
        if link.get("rel") == "alternate" and "html" in (link.get("type") or "html") and link.get("href"):
            return _plain(link["href"])
    if address := _plain(entry.get("link")):
        return address
    identity = _plain(entry.get("id")) or ""
    return identity if identity.startswith(("http://", "https://")) else None


def _update_minutes(feed: Any) -> int | None:
    """What the publisher asks for between polls; of two wishes the longer."""
    wishes = []
    ttl = _plain(feed.get("ttl")) or ""
    if ttl.isdigit() and len(ttl) < 8:
        wishes.append(int(ttl))
    period = _PERIOD_MINUTES.get((_plain(feed.get("sy_updateperiod")) or "").lower())
    if period:
        frequency = _plain(feed.get("sy_updatefrequency")) or "1"
        times = int(frequency) if frequency.isdigit() and len(frequency) < 6 else 1
        wishes.append(period // max(times, 1))
    wishes = [minutes for minutes in wishes if minutes in _MINUTES]
    return max(wishes) if wishes else None


def _plain(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
