"""`pactwatch sources try`: what a site offers to be read by, and the table to add for the best of it."""

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from extractors.listing import FeedHint, ListingError, discover_feeds, parse_listing
from extractors.records import Listing, Page, Source, SourceKind
from flows.commands.toml_tables import TomlValue, format_table
from flows.fetch import Fetcher
from flows.fetching import fetch_settings
from flows.replies import FetchError
from flows.settings import Settings, load_settings

if TYPE_CHECKING:
    from rich.console import Console

TRIED = 12
"""Addresses asked at most: a person waits, and the site is a stranger's."""
SHOWN_LINKS = 5
FEEDS: tuple[SourceKind, ...] = ("rss", "atom", "jsonfeed")


class NothingFound(Exception):  # noqa: N818 - the state of the site, not a fault
    """A site without a feed or sitemap that we can read."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url}: no feed or sitemap found; a listing page needs a link_pattern written by hand")
        self.url = url


@dataclass(frozen=True, slots=True)
class Offer:
    """One address that was tried."""

    url: str
    basis: str
    listing: Listing | None = None
    problem: str = ""


def try_url(url: str) -> int:
    from rich.console import Console

    settings = load_settings()
    address = url if "://" in url else f"https://{url}"
    offers = asyncio.run(explore(address, settings))
    console = Console()
    show_offers(offers, console)
    good = [offer for offer in offers if offer.listing is not None and offer.listing.links]
    if not good:
        raise NothingFound(address)
    best = min(good, key=lambda offer: offer.listing is None or offer.listing.kind not in FEEDS)
    show_best(best, address, console)
    return 0


async def explore(url: str, settings: Settings) -> list[Offer]:
    """Look at the address itself, then at what it names and at the usual places."""
    source = Source(id="try", name="try", url=url, kind="rss")
    async with Fetcher(fetch_settings(settings)) as fetcher:
        page = (await fetcher.get(url, source=source, purpose="listing")).page
        assert page is not None, "asked for without a condition"
        itself = read_offer(page, None, "itself")
        if itself.listing is not None and itself.listing.kind != "listing":
            return [itself]
        offers = []
        for hint in discover_feeds(page.content, page.final_url or page.url)[:TRIED]:
            offers.append(await try_hint(fetcher, source, hint))
            if hint.basis == "usual" and any(o.listing is not None and o.listing.kind in FEEDS for o in offers):
                break
    return offers


async def try_hint(fetcher: Fetcher, source: Source, hint: FeedHint) -> Offer:
    try:
        result = await fetcher.get(hint.url, source=source, purpose="listing")
    except FetchError as error:
        return Offer(hint.url, hint.basis, problem=f"{error.failure_class}: {error.reason}")
    assert result.page is not None, "asked for without a condition"
    return read_offer(result.page, hint.kind, hint.basis)


def read_offer(page: Page, kind: SourceKind | None, basis: str) -> Offer:
    url = page.final_url or page.url
    try:
        listing = parse_listing(
            page.content,
            url=url,
            kind=kind,
            content_type=page.content_type,
            charset=page.charset,
            fetched_at=page.fetched_at,
        )
    except ListingError as error:
        return Offer(url, basis, problem=error.reason)
    return Offer(url, basis, listing)


def show_offers(offers: list[Offer], console: "Console") -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("address", "found", "what it is", "links"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "links" else "left")
    for offer in offers:
        if offer.listing is None:
            table.add_row(escape(offer.url), offer.basis, f"[dim]{escape(offer.problem)}[/]", "")
        else:
            what = offer.listing.kind + (" index" if offer.listing.children else "")
            table.add_row(escape(offer.url), offer.basis, f"[green]{what}[/]", str(len(offer.listing.links)))
    console.print(table)


def show_best(offer: Offer, asked: str, console: "Console") -> None:
    """What would be read first, and the table for `sources.toml`."""
    from rich.markup import escape

    assert offer.listing is not None
    console.print(f"[bold]{escape(offer.listing.title or offer.url)}[/] would be read first:")
    for link in offer.listing.links[:SHOWN_LINKS]:
        day = f"{link.published_at:%Y-%m-%d}" if link.published_at else "no date"
        console.print(f"  {day}  {escape(link.title or '')}\n      {escape(link.url)}", highlight=False, soft_wrap=True)
    console.print("\nTo add it, put this into your source list:\n", highlight=False)
    console.print(escape(source_table(offer, asked)), highlight=False, soft_wrap=True)


def source_table(offer: Offer, asked: str) -> str:
    assert offer.listing is not None
    host = (urlsplit(asked).hostname or "site").removeprefix("www.")
    values: dict[str, TomlValue | None] = {
        "id": re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-"),
        "name": offer.listing.title or host,
        "url": offer.url,
        "kind": offer.listing.kind,
        "language": next((link.language[:2] for link in offer.listing.links if link.language), "en"),
        "type": "newspaper",
        "tier": 2,
        "poll_minutes": max(offer.listing.update_minutes or 60, 15),
    }
    return format_table("source", values)
