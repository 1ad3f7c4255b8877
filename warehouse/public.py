"""All that the public folder shows of a warehouse: every feed, the list of them, the pages. Nothing is written here.

The same warehouse gives the same bytes: nothing below reads a clock or depends on the order of storage.
"""

from collections.abc import Sequence

from warehouse.feed import render_feed
from warehouse.feed_items import Readable, read_feed_items
from warehouse.feed_sets import Feed, Site, dimension_feeds, main_feeds, watch_feeds
from warehouse.health_feed import health_spec, read_health_events, render_health_feed
from warehouse.opml import FeedGroup, render_opml
from warehouse.page import render_pages
from warehouse.page_data import read_page_data
from warehouse.watches import Watch

FEED_LIMIT = 200
PART_LIMIT = 100
"""Items in the feed of one initiative, region, country or action. With 3,000 alerts there are 1,700 such files."""


def render_public(
    warehouse: Readable,
    *,
    base_url: str | None = None,
    title: str = "pactwatch",
    watches: Sequence[Watch] = (),
    limit: int = FEED_LIMIT,
    hub: str | None = None,
) -> dict[str, bytes]:
    """Every public file by its path in the public folder.

    `base_url` is where the folder is published; without it, links between its files are relative. `limit` is the
    number of items in the main feed, and of a page of the archive that holds the rest.
    """
    site = Site(title, base_url or None, hub)
    items = read_feed_items(warehouse)
    feeds = [
        *main_feeds(site, items, limit),
        *dimension_feeds(site, items, min(limit, PART_LIMIT)),
        *watch_feeds(site, items, watches, limit),
    ]
    files: dict[str, bytes] = {}
    for feed in feeds:
        files |= render_feed(feed.spec, feed.items)
    files |= render_pages(read_page_data(warehouse, items), feeds, title=title)
    health = health_spec(title, site.base_url)
    files["health.xml"] = render_health_feed(health, read_health_events(warehouse))
    groups = (*_groups(feeds), FeedGroup("Operation", (health,)))
    files["feeds.opml"] = render_opml(f"{title}: feeds", groups)
    return files


def _groups(feeds: Sequence[Feed]) -> tuple[FeedGroup, ...]:
    headings = dict.fromkeys(feed.group for feed in feeds if feed.group)
    return tuple(
        FeedGroup(heading, tuple(feed.spec for feed in feeds if feed.group == heading)) for heading in headings
    )
