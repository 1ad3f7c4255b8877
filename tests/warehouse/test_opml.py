"""`feeds.opml` lists every feed with an address that a reader can import."""

from lxml import etree

from tests.warehouse.sample_items import an_awkward_item, an_item
from warehouse.feed_items import newest_first
from warehouse.feed_sets import Site, dimension_feeds, main_feeds
from warehouse.opml import FeedGroup, render_opml

BASE = "https://alerts.example/pact"


def groups(base_url: str | None) -> tuple[FeedGroup, ...]:
    items = newest_first([an_item(1), an_awkward_item()])
    site = Site("pactwatch", base_url)
    return (
        FeedGroup("All", tuple(feed.spec for feed in main_feeds(site, items, 200))),
        FeedGroup("By & <thing>", tuple(feed.spec for feed in dimension_feeds(site, items, 200))),
        FeedGroup("Empty", ()),
    )


def test_every_feed_is_an_rss_outline_with_an_absolute_address() -> None:
    opml = etree.fromstring(render_opml("pactwatch: feeds", groups(BASE)))
    assert opml.get("version") == "2.0"
    assert opml.findtext("head/title") == "pactwatch: feeds"
    assert [one.get("text") for one in opml.findall("body/outline")] == ["All", "By & <thing>"]
    feeds = opml.findall(".//outline[@type='rss']")
    assert len(feeds) == sum(len(group.feeds) for group in groups(BASE))
    for feed in feeds:
        assert feed.get("text")
        assert feed.get("xmlUrl").startswith(f"{BASE}/")
        assert feed.get("xmlUrl").endswith(".xml")
        assert feed.get("htmlUrl").endswith(".html")
    addresses = [feed.get("xmlUrl") for feed in feeds]
    assert len(set(addresses)) == len(addresses)
    assert f"{BASE}/feed.xml" in addresses


def test_without_an_address_the_files_are_named_relative_to_the_list() -> None:
    opml = etree.fromstring(render_opml("pactwatch: feeds", groups(None)))
    addresses = [feed.get("xmlUrl") for feed in opml.findall(".//outline[@type='rss']")]
    assert addresses[0] == "feed.xml"
    assert all(address == "feed.xml" or address.startswith("feeds/") for address in addresses)


def test_the_same_feeds_give_the_same_bytes() -> None:
    assert render_opml("t", groups(BASE)) == render_opml("t", groups(BASE))
