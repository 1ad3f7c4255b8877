"""Feeds are valid by an independent parser and by the specifications' required elements, and the same every time."""

import json
import re
import time
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree

from tests.warehouse.sample_items import AWKWARD_TEXT, an_awkward_item, an_item
from warehouse.feed import (
    ATOM,
    HISTORY,
    FeedFiles,
    FeedSpec,
    atom_id,
    render_atom,
    render_feed,
    render_json_feed,
    render_rss,
)
from warehouse.feed_items import FeedItem, newest_first
from warehouse.feed_sets import Site, dimension_feeds, main_feeds, watch_feeds
from warehouse.item_html import MAX_FURTHER, MAX_QUOTES, item_html
from warehouse.labels import clean, id_slug
from warehouse.watches import Watch

BASE = "https://alerts.example/pact"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def a_spec(**changes: Any) -> FeedSpec:
    spec = FeedSpec(
        "main", "pactwatch: new & <old>", "What's new", FeedFiles("feed.xml", "atom.xml", "feed.json"),
        base_url=BASE, page="initiatives",
    )  # fmt: skip
    return replace(spec, **changes)


ITEMS = newest_first([an_item(1), an_item(2), an_awkward_item()])


def parse(data: bytes) -> Any:
    parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


@pytest.mark.parametrize("render", [render_rss, render_atom])
def test_an_independent_parser_reads_back_what_went_in(render: Any) -> None:
    parsed = parse(render(a_spec(), ITEMS))
    assert parsed.feed.title == "pactwatch: new & <old>"
    assert [entry.id for entry in parsed.entries] == [item.guid for item in ITEMS]
    for entry, item in zip(parsed.entries, ITEMS, strict=True):
        assert entry.title == " ".join(clean(item.headline).split())
        assert entry.link == item.evidence[0].url
        assert time.strftime("%Y-%m-%dT%H:%M", entry.published_parsed) == item.published_at.strftime("%Y-%m-%dT%H:%M")
        assert time.strftime("%Y-%m-%dT%H:%M", entry.updated_parsed) == item.updated_at.strftime("%Y-%m-%dT%H:%M")
        assert not entry.get("enclosures")
        assert entry.content[0].value.startswith("<dl>")
    awkward = parsed.entries[0]
    assert "שלום" in awkward.title
    assert "🛰" in awkward.title
    terms = {tag.label or tag.term for tag in parsed.entries[1].tags}
    assert {"Signed", "Kazakhstan", "Mongolia", "Central Asia", "Northern Corridor patrol agreement"} <= terms


def test_rss_has_the_required_elements_of_rss_2_0() -> None:
    channel = etree.fromstring(render_rss(a_spec(), ITEMS)).find("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description", "lastBuildDate", "language"))
    assert channel.findtext("link") == f"{BASE}/index.html"
    self_link = channel.find(f"{{{ATOM}}}link[@rel='self']")
    assert self_link.get("href") == f"{BASE}/feed.xml"
    assert self_link.get("type") == "application/rss+xml"
    for item in channel.findall("item"):
        guid = item.find("guid")
        assert guid.get("isPermaLink") == "false"
        assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000", item.findtext("pubDate"))
        assert item.find("enclosure") is None
        assert urlsplit(item.findtext("link")).scheme == "https"
        assert {one.get("domain") for one in item.findall("category")} >= {"initiative", "action", "country"}
        assert len(item.findall("description")) == len(item.findall(CONTENT)) == 1
        assert "<" not in item.findtext("description")


def test_atom_has_the_required_elements_of_rfc_4287() -> None:
    feed = etree.fromstring(render_atom(a_spec(), ITEMS))
    assert feed.tag == f"{{{ATOM}}}feed"
    assert feed.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name")
    assert feed.find(f"{{{ATOM}}}link[@rel='self']").get("href") == f"{BASE}/atom.xml"
    ids = [feed.findtext(f"{{{ATOM}}}id")]
    for node in (feed, *feed.findall(f"{{{ATOM}}}entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{{{ATOM}}}{name}")) == 1
        updated = node.findtext(f"{{{ATOM}}}updated")
        assert datetime.fromisoformat(updated).tzinfo is not None
    for entry in feed.findall(f"{{{ATOM}}}entry"):
        ids.append(entry.findtext(f"{{{ATOM}}}id"))
        links = entry.findall(f"{{{ATOM}}}link")
        assert len([one for one in links if one.get("rel", "alternate") == "alternate"]) == 1
        assert entry.find(f"{{{ATOM}}}content").get("type") == "html"
        assert entry.find(f"{{{ATOM}}}summary").get("type") == "text"
        for category in entry.findall(f"{{{ATOM}}}category"):
            assert category.get("term")
            assert category.get("scheme").startswith("urn:")
    assert len(set(ids)) == len(ids)
    assert all(urlsplit(one).scheme == "urn" for one in ids)
    assert [one.get("href") for one in feed.findall(f".//{{{ATOM}}}link[@rel='related']")] == [
        "https://daily.example/2?a=1&b=2",
        "https://daily.example/1?a=1&b=2",
    ]


def test_json_feed_has_the_required_fields_of_1_1() -> None:
    feed = json.loads(render_json_feed(a_spec(), ITEMS))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "pactwatch: new & <old>"
    assert feed["feed_url"] == f"{BASE}/feed.json"
    assert feed["home_page_url"] == f"{BASE}/index.html"
    for entry, item in zip(feed["items"], ITEMS, strict=True):
        assert entry["id"] == item.guid
        assert isinstance(entry["content_html"], str)
        assert datetime.fromisoformat(entry["date_published"]) == item.published_at
        assert datetime.fromisoformat(entry["date_modified"]) == item.updated_at
        assert all(isinstance(tag, str) for tag in entry["tags"])
        assert "attachments" not in entry
        assert [key for key in entry if key.startswith("_")] == ["_pactwatch"]
    assert not re.search("[\x00-\x09\x0b-\x1f]", json.dumps(feed, ensure_ascii=False))
    assert feed["items"][1]["_pactwatch"]["action"] == "sign"


def test_the_content_is_well_formed_escaped_html_without_script_or_control_characters() -> None:
    for item in ITEMS:
        entry = json.loads(render_json_feed(a_spec(), [item]))["items"][0]
        html = etree.fromstring(f"<div>{entry['content_html']}</div>")
        assert {node.tag for node in html.iter()} <= {
            "div", "dl", "dt", "dd", "strong", "blockquote", "p", "a", "ul", "li",
        }  # fmt: skip
        assert all(node.get("href").startswith("https://") for node in html.iter("a"))
        assert not re.search("[\x00-\x08\x0b-\x1f\x80-\x9f\u202e]", entry["content_html"])
    text = "".join(html.itertext())
    assert "Kazakhstan and Mongolia signed the patrol agreement" in text
    assert "1 independent source, 2 articles" in text
    assert "30 Sep 2026" in text
    assert "Astana, Kazakhstan" in text
    assert "(repeats another report)" in text


def test_what_is_quoted_is_the_sentence_itself() -> None:
    entry = json.loads(render_json_feed(a_spec(), [an_awkward_item()]))["items"][0]
    html = etree.fromstring(f"<div>{entry['content_html']}</div>")
    assert "".join(html.find("blockquote").itertext()) == f"“{' '.join(clean(AWKWARD_TEXT).split())}”"


@pytest.mark.parametrize("render", [render_rss, render_atom, render_json_feed])
def test_the_same_items_give_the_same_bytes_at_any_time(render: Any) -> None:
    first = render(a_spec(), ITEMS)
    time.sleep(1.1)  # feedgen's own dates have seconds
    assert render(a_spec(), ITEMS) == first
    assert render(a_spec(), []) == render(a_spec(), [])


def test_a_changed_address_changes_no_id() -> None:
    ours = feedparser.parse(render_atom(a_spec(), ITEMS))
    theirs = feedparser.parse(render_atom(a_spec(base_url="https://elsewhere.example"), ITEMS))
    assert ours.feed.id == theirs.feed.id
    assert [one.id for one in ours.entries] == [one.id for one in theirs.entries]


def test_without_an_address_links_between_our_files_are_relative() -> None:
    spec = a_spec(base_url=None, files=FeedFiles.of("feeds/action/sign"), previous=FeedFiles.of("archive/0001"))
    feed = etree.fromstring(render_atom(spec, ITEMS))
    assert feed.find(f"{{{ATOM}}}link[@rel='self']").get("href") == "sign.atom"
    assert feed.find(f"{{{ATOM}}}link[@rel='prev-archive']").get("href") == "../../archive/0001.atom"
    channel = etree.fromstring(render_rss(spec, ITEMS)).find("channel")
    assert urlsplit(channel.findtext("link")).hostname == "pactwatch.invalid"
    assert channel.find(f"{{{ATOM}}}link[@rel='self']").get("href") == "sign.xml"
    parse(render_rss(spec, ITEMS))


def test_an_empty_feed_is_valid_too() -> None:
    for render in (render_rss, render_atom):
        assert parse(render(a_spec(), [])).entries == []
    assert json.loads(render_json_feed(a_spec(), []))["items"] == []


def test_an_item_without_evidence_or_address_is_valid() -> None:
    bare = replace(an_item(5), evidence=(), actors=(), place=None, place_code=None, event_date=None, headline="")
    for spec in (a_spec(), a_spec(base_url=None)):
        assert len(parse(render_rss(spec, [bare])).entries) == 1
        assert len(parse(render_atom(spec, [bare])).entries) == 1


def test_a_guid_that_is_no_iri_gets_one_in_atom_and_keeps_its_form_in_rss() -> None:
    item = replace(an_item(1), guid="alert 7")
    assert parse(render_rss(a_spec(), [item])).entries[0].id == "alert 7"
    assert parse(render_atom(a_spec(), [item])).entries[0].id == atom_id("alert 7")
    assert atom_id("alert 7").startswith("urn:uuid:")
    assert atom_id("tag:x.example,2026:1") == "tag:x.example,2026:1"


@pytest.mark.parametrize(("count", "pages"), [(0, 0), (10, 0), (11, 1), (20, 1), (21, 2), (45, 4)])
def test_feed_and_archive_together_hold_every_item_and_are_linked(count: int, pages: int) -> None:
    items = newest_first(an_item(number) for number in range(count))
    feeds = list(main_feeds(Site(base_url=BASE), items, 10))
    assert len(feeds) == pages + 1
    seen: set[str] = set()
    data = {path: body for feed in feeds for path, body in render_feed(feed.spec, feed.items).items()}
    path: str | None = "atom.xml"
    visited = []
    while path:
        visited.append(path)
        root = etree.fromstring(data[path])
        seen |= {node.text for node in root.findall(f"{{{ATOM}}}entry/{{{ATOM}}}id")}
        assert (root.find(f"{{{HISTORY}}}archive") is not None) == (path != "atom.xml")
        if path != "atom.xml":
            assert root.find(f"{{{ATOM}}}link[@rel='current']").get("href") == f"{BASE}/atom.xml"
            rss = etree.fromstring(data[path.replace(".atom", ".xml")])
            assert rss.find(f"channel/{{{HISTORY}}}archive") is not None
        link = root.find(f"{{{ATOM}}}link[@rel='prev-archive']")
        path = link.get("href").removeprefix(f"{BASE}/") if link is not None else None
    assert len(visited) == pages + 1
    assert seen == {item.guid for item in items}


def test_a_full_archive_page_keeps_its_bytes_when_items_are_added() -> None:
    def pages(count: int) -> dict[str, bytes]:
        items = newest_first(an_item(number) for number in range(count))
        return {
            path: body
            for feed in main_feeds(Site(base_url=BASE), items, 10)
            for path, body in render_feed(feed.spec, feed.items).items()
        }

    before, after = pages(31), pages(34)
    assert before["archive/0001.atom"] == after["archive/0001.atom"]
    assert before["feed.xml"] != after["feed.xml"]


def test_there_is_a_feed_for_everything_that_has_items_and_only_for_that() -> None:
    feeds = {feed.spec.name: feed for feed in dimension_feeds(Site(), ITEMS, 200)}
    assert {"action/sign", "country/kaz", "country/mng", "region/central-asia"} <= set(feeds)
    assert "initiative/northern-corridor-patrol" in feeds
    assert len(feeds["country/mng"].items) == 2
    assert all(feed.items for feed in feeds.values())
    assert all(re.fullmatch(r"feeds/[a-z]+/[a-z0-9-]+\.xml", feed.spec.files.rss) for feed in feeds.values())
    assert len({feed.spec.feed_id for feed in feeds.values()}) == len(feeds)


def test_a_watch_without_items_has_its_feed_all_the_same() -> None:
    (feed,) = watch_feeds(Site(), ITEMS, [Watch("none", "Nothing yet", kinds=("concept",))], 200)
    assert feed.items == ()
    assert feed.spec.files.rss == "feeds/watch/none.xml"


def test_two_ids_never_share_a_file() -> None:
    long = "novel-" + "x" * 200
    names = {id_slug(one) for one in (long, long + "y", "a b", "a-b", "A-b", "ä-b", "")}
    assert len(names) == 7


def test_items_with_the_same_time_are_in_one_order_whatever_the_storage_gives() -> None:
    pair: list[FeedItem] = [replace(an_item(n), published_at=an_item(1).published_at) for n in (1, 2)]
    assert newest_first(pair) == newest_first(reversed(pair))


def test_an_item_told_by_very_many_articles_stays_short() -> None:
    plain = an_item(1)
    many = tuple(
        replace(plain.evidence[0], article_id=f"art-{n}", url=f"https://x.example/{n}", quote=f"Sentence {n}.")
        for n in range(60)
    )
    html = item_html(replace(plain, evidence=many))
    assert html.count("<blockquote") == MAX_QUOTES
    assert html.count("<li>") == MAX_FURTHER + 1
    assert f"and {60 - MAX_QUOTES - MAX_FURTHER} more" in html


def test_a_hub_is_named_in_every_form_but_not_in_the_archive() -> None:
    items = newest_first(an_item(number) for number in range(12))
    main, archive = main_feeds(Site(base_url=BASE, hub="https://hub.example/"), items, 10)
    for form in (render_rss, render_atom):
        hubs = etree.fromstring(form(main.spec, main.items)).findall(f".//{{{ATOM}}}link[@rel='hub']")
        assert [one.get("href") for one in hubs] == ["https://hub.example/"]
        assert b"hub.example" not in form(archive.spec, archive.items)
    hubs = json.loads(render_json_feed(main.spec, main.items))["hubs"]
    assert hubs == [{"type": "WebSub", "url": "https://hub.example/"}]
