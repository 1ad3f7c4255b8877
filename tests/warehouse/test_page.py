"""What a seeded warehouse becomes in the public folder: complete, linked, escaped, and the same every time."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

import feedparser
import pytest
from lxml import etree

from tests.warehouse.sample_items import AWKWARD_TEXT, an_awkward_item, an_item
from tests.warehouse.seed import SOURCES, STORIES, add_failing_runs, development_id, run_stories, seed_warehouse
from warehouse.feed_items import merge_actors, newest_first, read_feed_items
from warehouse.feed_sets import Site, main_feeds
from warehouse.labels import id_slug
from warehouse.page import render_pages
from warehouse.page_charts import activity_chart, stage_chart, stage_ladder, weekly_counts
from warehouse.page_data import Event, InitiativeHistory, PageData, SourceRow, count_pairs, read_page_data
from warehouse.public import render_public
from warehouse.regions import find_regions
from warehouse.store import Warehouse
from warehouse.watches import Watch

BASE = "https://alerts.example/pact"


@pytest.fixture(scope="module")
def warehouse(seeded_file: Path) -> Iterator[Warehouse]:
    with Warehouse.open(seeded_file) as opened:
        yield opened


@pytest.fixture(scope="module")
def files(warehouse: Warehouse) -> dict[str, bytes]:
    return render_public(
        warehouse, base_url=None, watches=[Watch("sea", "South-east Asia", regions=("Southeast Asia",))]
    )


class Markup(HTMLParser):
    """Tags, ids and links of a page."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.text: list[str] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if given.get("href") and tag in ("a", "link"):
            self.links.append(given["href"] or "")
        if given.get("src"):
            self.loaded.append(given["src"] or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_items_hold_what_the_warehouse_knows(warehouse: Warehouse) -> None:
    items = read_feed_items(warehouse)
    assert len(items) == len([story for story in STORIES if story.alert])
    assert list(items) == list(newest_first(items))
    signed = next(item for item in items if item.action == "sign")
    assert signed.development_id == development_id(STORIES[15])
    assert signed.headline == STORIES[15].headline
    assert signed.countries == ("AZE", "GEO", "KAZ")
    assert signed.regions
    assert [one.source_id for one in signed.evidence] == ["steppe-wire", "harbour-times", "repost-daily"]
    assert [one.is_copy for one in signed.evidence] == [False, False, True]
    assert signed.independent_sources == 2
    assert signed.follows_headline == STORIES[10].headline
    assert signed.published_at.utcoffset() is not None
    assert [actor.name for actor in signed.actors if actor.role == "speaker"] == ["Nino Beridze"]


def test_later_coverage_moves_updated_and_keeps_the_guid(warehouse: Warehouse) -> None:
    item = next(one for one in read_feed_items(warehouse) if one.initiative_id == "ini-drone")
    assert item.updated_at > item.published_at
    assert item.independent_sources == 2
    assert {one.source_id for one in item.evidence} == {"harbour-times", "foreign-office"}


def test_every_public_file_is_there(files: dict[str, bytes]) -> None:
    assert {
        "feed.xml", "atom.xml", "feed.json", "feeds.opml", "index.html", "health.xml", "initiatives/quad.html",
        "feeds/action/sign.xml", "feeds/country/kaz.atom", "feeds/region/southeast-asia.json",
        "feeds/initiative/ini-corridor.xml", "feeds/watch/sea.xml", "initiatives/cica.html",
    } <= set(files)  # fmt: skip
    assert all(isinstance(body, bytes) and body for body in files.values())
    for path, body in files.items():
        assert normpath(path) == path
        if path.endswith((".xml", ".atom")):
            parsed = feedparser.parse(body)
            assert not parsed.bozo, path
            assert parsed.version == ("atom10" if path.endswith(".atom") or path == "atom.xml" else "rss20")
        elif path.endswith(".json"):
            assert json.loads(body)["version"].endswith("/1.1")


def test_a_rerun_that_finds_nothing_leaves_every_byte(tmp_path: Path) -> None:
    def render(path: Path) -> dict[str, bytes]:
        with Warehouse.open(path) as opened:
            return render_public(opened, base_url=BASE)

    path = tmp_path / "warehouse.duckdb"
    with Warehouse.open(path) as opened:
        seed_warehouse(opened, STORIES[:3])
        before = render_public(opened, base_url=BASE)
    assert render(path) == before
    with Warehouse.open(path) as opened:
        seed_warehouse(opened, STORIES[:3])  # every run once more, with the same input
    assert render(path) == before


def test_a_new_development_changes_only_what_it_belongs_to(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        seed_warehouse(opened, STORIES[1:3])
        before = render_public(opened)
        run_stories(opened, STORIES[6:7])
        after = render_public(opened)
    changed = {path for path in after if before.get(path) != after[path]}
    assert {"feed.xml", "atom.xml", "feed.json", "index.html", "initiatives/gcc.html"} <= changed
    assert "feeds/initiative/ini-corridor.xml" not in changed
    assert "feeds/action/propose.atom" not in changed
    assert "initiatives/quad.html" not in changed
    old, new = (feedparser.parse(files["feed.xml"]).entries for files in (before, after))
    assert [one.id for one in new][1:] == [one.id for one in old]


def test_guids_are_those_of_the_alerts_table(warehouse: Warehouse, files: dict[str, bytes]) -> None:
    stored = {guid for (guid,) in warehouse.query("SELECT guid FROM alerts").fetchall()}
    assert {entry.id for entry in feedparser.parse(files["feed.xml"]).entries} == stored
    elsewhere = render_public(warehouse, base_url=BASE)
    assert {entry.id for entry in feedparser.parse(elsewhere["feed.xml"]).entries} == stored


def test_all_links_between_our_files_lead_somewhere(files: dict[str, bytes]) -> None:
    pages = {path: Markup(body) for path, body in files.items() if path.endswith(".html")}
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), f"{path} gives an id twice"
        assert page.loaded == [], f"{path} loads something"
        assert "script" not in page.tags
        for link in page.links:
            address = urlsplit(link)
            if address.scheme:
                assert address.scheme in ("https", "data"), link
                continue
            target = normpath(str(PurePosixPath(path).parent / unquote(address.path))) if address.path else path
            assert target in files, f"{path} links to {link}"
            if address.fragment:
                assert address.fragment in pages[target].ids, f"{path} links to {link}"


def test_the_first_page_shows_every_part(files: dict[str, bytes]) -> None:
    page = Markup(files["index.html"])
    text = " ".join(" ".join(page.text).split())
    assert "Azerbaijan, Georgia, Kazakhstan sign Middle Corridor border guard mechanism" in text
    assert "“The presidents of the three states signed the border guard mechanism in Aktau on Saturday.”" in text
    assert "(repeats another report)" in text
    assert {"developments", "initiatives", "with-whom", "sources", "feeds"} <= set(page.ids)
    assert all(source.name in text for source in SOURCES)
    assert {"main", "nav", "header", "footer", "aside", "svg", "table", "details", "h1"} <= set(page.tags)
    assert page.tags.count("h1") == 1
    assert "feeds/watch/sea.xml" in page.links


def test_an_initiative_page_tells_its_stages_in_order(files: dict[str, bytes]) -> None:
    text = " ".join(Markup(files["initiatives/ini-corridor.html"]).text)
    text = text[text.index("History") :]
    order = [text.index(f"Kazakhstan {verb} Middle") for verb in ("sign", "agree", "negotiate", "proposes")]
    assert order == sorted(order)
    assert b"Furthest stage: signed" in files["initiatives/ini-corridor.html"]
    background = " ".join(Markup(files["initiatives/cica.html"]).text)
    assert "Recalled as background" in background
    assert "CICA" in background
    assert "28 states" in background
    assert "Confidence Building" not in background, "a mere spelling of the name"
    assert "Subscribe" not in background


def test_awkward_text_is_escaped_wherever_it_stands() -> None:
    item = an_awkward_item()
    day = item.published_at.date()
    event = Event("sign", "actual", False, AWKWARD_TEXT, 1, day.isoformat(), day, item.development_id, alerted=True)
    recalled = replace(event, text=f"{AWKWARD_TEXT} again", event_date="2026-11", development_id=None)
    initiative = InitiativeHistory(
        item.initiative_id, AWKWARD_TEXT, "treaty", False, (event, recalled), (item,),
        aliases=(AWKWARD_TEXT,), parent="p", parent_name=AWKWARD_TEXT,
    )  # fmt: skip
    source = SourceRow("s", AWKWARD_TEXT, "javascript:alert(1)", 1, "failing", None, None, None, None, AWKWARD_TEXT)
    data = PageData((item,), (initiative,), (source,))
    pages = render_pages(data, list(main_feeds(Site("<b>"), [item], 200)), title="<b>&")
    assert set(pages) == {"index.html", f"initiatives/{id_slug(item.initiative_id)}.html"}
    for body in pages.values():
        text = body.decode()
        assert "<script" not in text
        assert 'href="javascript' not in text
        assert not any(character in text for character in "\x00\x08\x0b\x1b\x85\ufffe\u202e")
        assert "Tom &amp; " in text
        assert "<b>" not in text
    for chart in (stage_chart(initiative), stage_ladder(initiative), activity_chart(weekly_counts([item]))):
        assert chart
        assert etree.fromstring(chart).get("aria-label")


def test_an_empty_warehouse_has_valid_pages_and_feeds(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        files = render_public(opened)
    assert {"index.html", "feed.xml", "atom.xml", "feed.json", "feeds.opml", "health.xml"} == set(files)
    assert "Nothing yet" in files["index.html"].decode()
    assert feedparser.parse(files["feed.xml"]).entries == []


def test_a_failing_source_shows_on_the_page(tmp_path: Path) -> None:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        seed_warehouse(opened, STORIES[:3])
        add_failing_runs(opened, "quiet-review", first=read_feed_items(opened)[0].published_at, count=3)
        files = render_public(opened)
    assert "Failing" in files["index.html"].decode()
    assert "Quiet Review of Strategy does not answer" in files["health.xml"].decode()


def test_the_same_event_recalled_by_many_articles_is_one_line_of_history(warehouse: Warehouse) -> None:
    data = read_page_data(warehouse, read_feed_items(warehouse))
    for initiative in data.initiatives:
        told = [(event.action, event.event_date, event.development_id) for event in initiative.events]
        assert len(told) == len(set(told))
    assert [one.id for one in data.initiatives][:2] == ["quad", "jef"]


def test_pairs_are_counted_once_and_the_rarest_states_left_out() -> None:
    items = [an_item(1), an_item(2), replace(an_item(3), actors=an_item(3).actors[:1])]
    matrix = count_pairs(items, 2)
    assert matrix.states == ("KAZ", "MNG")
    assert matrix.count("KAZ", "MNG") == matrix.count("MNG", "KAZ") == 2
    assert matrix.count("KAZ", "KAZ") == 3
    assert matrix.highest == 2


def test_a_time_line_needs_two_dates_and_shows_them_as_precise_as_they_are() -> None:
    event = Event("propose", "possible", False, "Someone may propose something", 1)
    history = InitiativeHistory("x", "x", "forum", False, (event,), ())
    assert stage_chart(history) is None
    one = replace(event, event_date="2026-12", sort_date=date(2026, 12, 1))
    assert stage_chart(replace(history, events=(event, one))) is None
    other = replace(event, action="sign", event_date="2026-03-04", sort_date=date(2026, 3, 4))
    chart = stage_chart(replace(history, events=(event, one, other)))
    assert chart
    labels = [node.text for node in etree.fromstring(chart).iter("{*}text")]
    assert labels == ["Proposed", "Signed", "4 Mar 2026", "Dec 2026"]
    assert history.stage is None
    assert "No stage reported" in stage_ladder(history)


def test_an_actor_told_in_several_roles_is_shown_once_in_the_most_telling() -> None:
    states = [replace(actor, role=role) for actor in an_item(1).actors[:1] for role in ("member", "agent", "host")]
    assert [actor.role for actor in merge_actors(states)] == ["agent"]


@pytest.mark.parametrize(
    ("name", "states", "place", "regions"),
    [
        ("Central Asian patrol scheme", ["KAZ"], None, ("Central Asia",)),
        ("new Asian structure for security cooperation", ["CHN"], None, ("Asia",)),
        ("joint patrol scheme", ["NER", "TCD"], "TCD", ("Lake Chad Basin",)),
        ("joint patrol scheme", [], None, ()),
        ("joint patrol scheme", ["USA", "CHE", "TCD"], "PRY", ()),
    ],
)
def test_a_novel_initiative_gets_the_region_of_its_name_or_else_of_its_states(
    name: str, states: list[str], place: str | None, regions: tuple[str, ...]
) -> None:
    assert find_regions(name, states, place) == regions


def test_an_initiative_with_a_very_long_history_keeps_a_page_of_readable_length() -> None:
    items = newest_first(an_item(number) for number in range(400))
    events = [
        Event("sign", "actual", False, item.headline, 1, development_id=item.development_id, alerted=True)
        for item in items
    ]
    events += [
        Event("refer", "actual", True, f"Recalled {n}", 1, str(1600 + n), date(1600 + n, 1, 1)) for n in range(400)
    ]
    history = InitiativeHistory("northern-corridor-patrol", "x", "treaty", True, tuple(events), items)
    feeds = list(main_feeds(Site(), items, 200))
    pages = render_pages(PageData(items, (history,), ()), feeds, title="t")
    page = Markup(pages["initiatives/northern-corridor-patrol.html"])
    assert page.tags.count("article") == 300
    assert "250 older developments are in the archive" in " ".join(page.text)
    linked = [link.partition("#")[2] for link in Markup(pages["index.html"]).links if "patrol.html#" in link]
    assert len(linked) == 25
    assert set(linked) <= set(page.ids)


def test_an_initiative_of_a_bloc_is_in_the_region_of_the_bloc() -> None:
    assert find_regions("maritime emergency hotline", ["CHN"], "PHL", ["ASEAN"]) == ("Southeast Asia",)
    assert find_regions("maritime emergency hotline", ["CHN"], None, ["Some Company"]) == ("East Asia",)
    own = {"tien shan alliance": ("Central Asia",), "asean": ("Europe",)}
    assert find_regions("border hotline", ["CHN"], None, ["Tien Shan Alliance"], own) == ("Central Asia",)
    assert find_regions("border hotline", ["CHN"], None, ["ASEAN"], own) == ("Southeast Asia",)


def test_a_correction_says_what_it_corrects() -> None:
    item = replace(an_item(2), relation="correction", follows_headline=an_item(1).headline, follows="dev-1")
    pages = render_pages(PageData((item,), (), ()), list(main_feeds(Site(), [item], 200)), title="t")
    assert f"Corrects: {an_item(1).headline}" in " ".join(Markup(pages["index.html"]).text)
    stage = replace(item, relation="stage")
    pages = render_pages(PageData((stage,), (), ()), list(main_feeds(Site(), [stage], 200)), title="t")
    assert b'class="meta relation"' not in pages["index.html"]


def test_months_are_labelled_even_when_all_happened_in_the_last_week() -> None:
    days = [replace(an_item(number), published_at=datetime(2026, 10, 13, tzinfo=UTC)) for number in range(3)]
    counts = weekly_counts(days)
    assert [count for _, count in counts] == [0] * 7 + [3]
    labels = [node.text for node in etree.fromstring(activity_chart(counts)).iter("{*}text")]
    assert labels == ["3 a week", "Sep", "Oct"]
