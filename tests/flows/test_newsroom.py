"""The demonstration newsroom: its listings parse, its links answer, and its stories come out whole."""

import gzip
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import get_args
from urllib.parse import urljoin, urlsplit

import feedparser
import httpx
import lxml.etree
import lxml.html
import pytest
import trafilatura

from extractors.records import ACTIONS, KINDS, MODALITIES, SourceKind
from flows.newsroom import DAYS, Newsroom, day_time, newsroom
from flows.newsroom.stories import HERE, Story, StoryError, load_sites, load_stories, read_story

FURNITURE = (
    "partners store cookies", "Accept all", "the morning briefing", "Please keep comments civil", "You might also like",
    "Related stories", "Latest from the wire", "Trending now", "Printable version", "Other documents",
    "Demonstration newsroom", "All rights reserved", "Copy link", "Advertisement",
)  # fmt: skip
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
EXPECTED = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))
STORIES = {story.id: story for story in load_stories()}


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with newsroom() as running:
        yield running


@pytest.fixture(scope="module")
def client(room: Newsroom) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=room.url, trust_env=False) as open_client:
        yield open_client


def sources(room: Newsroom) -> dict[str, dict[str, str]]:
    return {source["id"].removeprefix("demo-"): source for source in tomllib.loads(room.sources_toml())["source"]}


def listed(client: httpx.Client, room: Newsroom, site: str) -> list[str]:
    """The article URLs of one source, read without any of our own parsers."""
    source = sources(room)[site]
    content = client.get(source["url"]).raise_for_status().content
    match site:
        case "meridian" | "harbour":
            feed = feedparser.parse(content)
            assert not feed.bozo
            return [entry.link for entry in feed.entries]
        case "watchpost":
            return [item["url"] for item in json.loads(content)["items"]]
        case "lantern":
            return [loc.text for loc in lxml.etree.fromstring(content).iter(f"{SITEMAP}loc")]
        case "review":
            children = [loc.text for loc in lxml.etree.fromstring(content).iter(f"{SITEMAP}loc")]
            pages = [url for child in children for url in sitemap_urls(client.get(child).raise_for_status().content)]
        case _:
            pages = [urljoin(source["url"], href) for href in lxml.html.fromstring(content).xpath("//a/@href")]
    return [url for url in pages if re.match(source["link_pattern"], url)]


def sitemap_urls(content: bytes) -> list[str]:
    raw = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    return [loc.text for loc in lxml.etree.fromstring(raw).iter(f"{SITEMAP}loc")]


@pytest.mark.parametrize("site", [site.id for site in load_sites()])
def test_each_source_lists_its_stories_of_the_day(room: Newsroom, client: httpx.Client, site: str) -> None:
    urls: dict[int, set[str]] = {}
    for day in DAYS:
        room.set_day(day)
        urls[day] = {urlsplit(url).path for url in listed(client, room, site)}
        assert urls[day] == {story.path for story in STORIES.values() if story.site == site and story.day <= day}
        for path in urls[day]:
            assert client.get(path).status_code == 200
    assert urls[1] < urls[2]


def test_the_second_days_pages_are_not_there_on_the_first(room: Newsroom, client: httpx.Client) -> None:
    room.set_day(1)
    later = [story.path for story in STORIES.values() if story.day == 2]
    assert {client.get(path).status_code for path in later} == {404}


def test_no_link_on_any_page_is_dead(room: Newsroom, client: httpx.Client) -> None:
    room.set_day(2)
    seen, queue = set(), ["/"]
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        reply = client.get(path)
        assert reply.status_code == 200, path
        if reply.headers["content-type"].startswith("text/html"):
            hrefs = lxml.html.fromstring(reply.content).xpath("//a/@href")
            queue += [urlsplit(urljoin(path, href)).path for href in hrefs]
    assert {story.path for story in STORIES.values()} <= seen


def test_first_day_pages_stay_byte_for_byte_the_same(room: Newsroom, client: httpx.Client) -> None:
    bodies = {}
    for day in DAYS:
        room.set_day(day)
        bodies[day] = {story.path: client.get(story.path).content for story in STORIES.values() if story.day == 1}
    assert bodies[1] == bodies[2]


def test_conditional_get(room: Newsroom, client: httpx.Client) -> None:
    room.set_day(1)
    for site in load_sites():
        first = client.get(site.listing)
        by_tag = client.get(site.listing, headers={"If-None-Match": first.headers["etag"]})
        by_date = client.get(site.listing, headers={"If-Modified-Since": first.headers["last-modified"]})
        assert [by_tag.status_code, by_date.status_code] == [304, 304]
        assert by_tag.content == b""
    room.set_day(2)
    for site in load_sites():
        again = client.get(site.listing, headers={"If-None-Match": 'W/"older", "other"'})
        assert again.status_code == 200


def test_an_entity_tag_decides_over_a_date(room: Newsroom, client: httpx.Client) -> None:
    room.set_day(2)
    reply = client.get(
        "/meridian/rss.xml",
        headers={"If-None-Match": '"older"', "If-Modified-Since": "Wed, 01 Jan 2031 00:00:00 GMT"},
    )
    assert reply.status_code == 200
    assert client.get("/meridian/rss.xml", headers={"If-Modified-Since": "yesterday"}).status_code == 200


def test_head_robots_and_absent_pages(room: Newsroom, client: httpx.Client) -> None:
    head = client.head("/meridian/rss.xml")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(client.get("/meridian/rss.xml").content)
    assert "Disallow: /search" in client.get("/robots.txt").text
    assert client.get("/nothing-here").status_code == 404
    assert ("/nothing-here", 404) in room.requests


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_the_story_comes_out_of_its_furniture(room: Newsroom, client: httpx.Client, story: Story) -> None:
    room.set_day(2)
    page = client.get(story.path).content
    assert "partners store cookies" in page.decode()
    assert "Demonstration newsroom: every report here is invented" in page.decode()
    read = trafilatura.bare_extraction(page, url=room.url + story.path, include_comments=False, with_metadata=True)
    assert read is not None
    text = " ".join(read.text.split())
    assert [paragraph for paragraph in story.paragraphs if paragraph not in text] == []
    assert [piece for piece in (*FURNITURE, *story.comments) if piece in text] == []
    assert read.title == story.title
    assert 110 <= len(" ".join(story.paragraphs).split()) <= 350


def test_the_source_file_has_the_catalogs_shape(room: Newsroom) -> None:
    found = sources(room)
    assert len(found) == 6
    assert sorted(source["kind"] for source in found.values()) == [
        "atom", "jsonfeed", "listing", "rss", "sitemap", "sitemap",
    ]  # fmt: skip
    for source in found.values():
        assert source["url"].startswith(f"{room.url}/")
        assert source["kind"] in get_args(SourceKind)
        assert {"id", "name", "language", "region", "type", "tier", "poll_minutes"} <= source.keys()
    assert room.host_port in room.url


def test_days(room: Newsroom) -> None:
    assert day_time(2) - day_time(1) > timedelta(hours=24)
    with pytest.raises(ValueError, match="not 3"):
        room.set_day(3)
    for story in STORIES.values():
        for moment in filter(None, (story.published, story.updated)):
            assert moment.tzinfo == UTC
            assert moment <= day_time(story.day)


def test_expectations_fit_the_stories() -> None:
    quiet = {story for entry in EXPECTED["quiet"] for story in entry["stories"]}
    told = {story for entry in EXPECTED["development"] for story in entry["stories"]}
    assert quiet | told == STORIES.keys()
    ids = [entry["id"] for entry in EXPECTED["development"]]
    assert len(ids) == len(set(ids))
    for entry in EXPECTED["development"]:
        assert entry["evidence"] in " ".join(STORIES[entry["stories"][0]].paragraphs), entry["id"]
        assert entry["action"] in ACTIONS
        assert entry["kind"] in KINDS
        assert entry["modality"] in MODALITIES
        assert entry.get("follows", ids[0]) in ids
        days = [STORIES[story].day for story in entry["stories"]]
        assert (entry["origins"][0] > 0) == (1 in days), entry["id"]
        if entry["alert"].startswith("day-"):
            assert entry["alert"] == f"day-{min(days)}"
            assert not set(entry["stories"]) <= quiet
        if entry.get("updated"):
            assert set(days) == {1, 2}


def test_a_third_of_the_stories_is_beside_the_point() -> None:
    quiet = {story for entry in EXPECTED["quiet"] for story in entry["stories"]}
    assert 0.3 <= len(quiet) / len(STORIES) <= 0.45
    assert 30 <= len(STORIES) <= 40


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("no front matter\n", "front matter"),
        ("+++\ntitle = \n+++\n\nText.\n", "front matter"),
        ('+++\ntitle = "x"\n+++\n\nText.\n', "invented"),
        ('+++\ninvented = true\ntitel = "x"\n+++\n\nText.\n', "titel"),
        (
            '+++\ninvented = true\nsite = "nowhere"\nmanner = ""\ntitle = ""\npath = ""\nsection = ""\n+++\n\nText.\n',
            "nowhere",
        ),
    ],
)
def test_a_bad_story_file_is_named_with_the_reason(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "story.md"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(StoryError, match=f"story.md: .*{reason}"):
        read_story(file, 1, {"meridian"})


def test_run_as_a_module_it_prints_its_address() -> None:
    with subprocess.Popen([sys.executable, "-m", "flows.newsroom", "2"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = line.split()[0]
            assert "day 2" in httpx.get(url, trust_env=False).text
        finally:
            process.terminate()
    wrong = subprocess.run([sys.executable, "-m", "flows.newsroom", "9"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stderr.startswith("usage:")) == (2, True)
