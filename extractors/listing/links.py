"""Entries of a listing, gathered: addresses made absolute, repeats merged, absurd dates dropped, the newest kept."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urljoin

from extractors.records import Link
from extractors.timestamps import EARLIEST, parse_machine_date
from extractors.urls import UrlError, canonicalise_url

MAX_LINKS = 2_000
MAX_TITLE = 500
MAX_SUMMARY = 2_000
MAX_RAW = 20_000
FUTURE = timedelta(days=1)

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_TAG = re.compile(r"<[^>]{0,2000}>")


class ListingError(Exception):
    """Bytes that are no listing. `url` is where they came from, `reason` what they are instead."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")


@dataclass(slots=True)
class LinkCollector:
    """The links of one listing while it is read. `flags` says what was dropped, each once."""

    url: str
    pattern: re.Pattern[str] | None
    fetched_at: datetime | None
    flags: list[str] = field(default_factory=list)
    links: dict[str, Link] = field(default_factory=dict)
    order: dict[str, datetime] = field(default_factory=dict)

    def add(
        self,
        href: str | None,
        *,
        title: str | None = None,
        published: str | None = None,
        changed: str | None = None,
        summary: str | None = None,
        language: str | None = None,
        base: str | None = None,
    ) -> None:
        """Take one entry, or drop it with a flag. `changed` orders entries and is never taken for their date."""
        if not href or not href.strip():
            self.flag("items-without-link")
            return
        try:
            address = canonicalise_url(href, base or self.url)
        except UrlError:
            self.flag("unusable-links")
            return
        if self.pattern is not None and not self._is_wanted(address, href, base):
            return
        published_at = self._plausible(published)
        link = Link(
            url=address,
            title=clean_line(title, MAX_TITLE),
            published_at=published_at,
            summary=clean_line(summary, MAX_SUMMARY),
            language=(language or "").strip().replace("_", "-").lower()[:35] or None,
        )
        known = self.links.get(address)
        if known is not None:
            self.flag("duplicate-items")
            link = _merge(known, link)
        self.links[address] = link
        instant = parse_machine_date(changed) if published_at is None and changed else None
        if moment := published_at or (instant.at if instant else None):
            self.order.setdefault(address, moment)

    def flag(self, name: str) -> None:
        if name not in self.flags:
            self.flags.append(name)

    def newest(self) -> tuple[Link, ...]:
        """The links in their own order; of too many, the newest by date (undated ones count as old, in order)."""
        if len(self.links) <= MAX_LINKS:
            return tuple(self.links.values())
        self.flag("capped")
        ranked = sorted(self.links, key=lambda url: self.order.get(url, EARLIEST), reverse=True)
        kept = set(ranked[:MAX_LINKS])
        return tuple(link for url, link in self.links.items() if url in kept)

    def _is_wanted(self, address: str, href: str, base: str | None) -> bool:
        assert self.pattern is not None
        if self.pattern.search(address):
            return True
        # A pattern may have been written for the address as the page has it, before tracking parameters went.
        try:
            return bool(self.pattern.search(urljoin(base or self.url, href.strip())))
        except ValueError:
            return False

    def _plausible(self, text: str | None) -> datetime | None:
        if not text or not text.strip():
            self.flag("items-without-date")
            return None
        instant = parse_machine_date(text)
        if instant is None:
            self.flag("unreadable-dates")
            return None
        if instant.at < EARLIEST:
            self.flag("absurd-dates")
            return None
        if self.fetched_at is not None and instant.at > self.fetched_at + FUTURE:
            self.flag("future-dates")
            return None
        return instant.at


def compile_pattern(pattern: str, url: str) -> re.Pattern[str] | None:
    """The link pattern of a source, compiled; None where there is none."""
    if not pattern:
        return None
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ListingError(url, f"link_pattern is no regular expression: {error}") from error


def clean_line(text: str | None, limit: int) -> str | None:
    """One line of plain text without markup and control characters, or None."""
    if not text:
        return None
    text = _ILLEGAL.sub("", text[:MAX_RAW])
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.split())[:limit].strip() or None


def _merge(first: Link, second: Link) -> Link:
    """Two entries for one address: the first has the word, the second fills what it left open."""
    return Link(
        url=first.url,
        title=first.title or second.title,
        published_at=first.published_at or second.published_at,
        summary=first.summary or second.summary,
        language=first.language or second.language,
    )
