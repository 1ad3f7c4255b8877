"""Listings of every kind and in every state of repair; and that no bytes raise anything but ListingError."""

import gzip
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.listing import ListingError, discover_feeds, parse_listing
from extractors.records import Listing, SourceKind
from tests.extractors.hostile_bytes import CHARSETS, HOSTILE_BYTES

NOW = datetime(2026, 10, 12, 8, tzinfo=UTC)
FEED = "https://example.org/feed"


def parse(content: bytes | str, kind: SourceKind | None = "rss", **options: str) -> Listing:
    data = content.encode() if isinstance(content, str) else content
    return parse_listing(data, url=FEED, kind=kind, fetched_at=NOW, **options)  # type: ignore[arg-type]


def rss(*items: str, head: str = "") -> str:
    return f'<rss version="2.0"><channel><title>Wire</title>{head}{"".join(items)}</channel></rss>'


def test_rss_2() -> None:
    listing = parse(
        rss(
            "<item><title>Pact &amp; talks</title><link>/a?utm_source=rss</link><description>&lt;b&gt;Lead&lt;/b&gt;"
            "</description><pubDate>Tue, 20 May 2014 22:00:00 -0400</pubDate></item>",
            head="<ttl>45</ttl><language>en-GB</language>",
        )
    )
    (link,) = listing.links
    assert link.url == "https://example.org/a"
    assert link.title == "Pact & talks"
    assert link.summary == "Lead"
    assert link.language == "en-gb"
    assert link.published_at == datetime(2014, 5, 21, 2, tzinfo=UTC)
    assert (listing.kind, listing.title, listing.update_minutes, listing.flags) == ("rss", "Wire", 45, ())


def test_rss_09_and_rdf() -> None:
    old = parse(
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
        '<rss version="0.91"><channel><item><title>A</title><link>https://example.org/a</link></item></channel></rss>'
    )
    assert [link.url for link in old.links] == ["https://example.org/a"]
    rdf = parse(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://example.org/b"><title>B</title>'
        "<link>https://example.org/b</link><dc:date>2014-05-21T10:00:00+08:00</dc:date></item></rdf:RDF>"
    )
    assert rdf.links[0].published_at == datetime(2014, 5, 21, 2, tzinfo=UTC)


def test_atom_takes_published_and_never_updated() -> None:
    listing = parse(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title><updated>2026-10-12T00:00:00Z</updated>'
        '<entry><title>A</title><link rel="self" href="/self"/><link rel="alternate" href="/a"/>'
        "<published>2026-10-11T10:00:00Z</published><updated>2026-10-12T01:00:00Z</updated></entry>"
        '<entry><title>B</title><link href="/b"/><updated>2026-10-12T01:00:00Z</updated></entry></feed>',
        kind="rss",
    )
    assert listing.kind == "atom"
    assert [link.url for link in listing.links] == ["https://example.org/a", "https://example.org/b"]
    assert listing.links[0].published_at == datetime(2026, 10, 11, 10, tzinfo=UTC)
    assert listing.links[1].published_at is None


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "S",
        "language": "en",
        "items": [
            {"id": "1", "url": "/a", "title": "A", "date_published": "2026-10-11T10:00:00Z"},
            {"id": "https://example.org/b", "content_text": "B text"},
            {"id": "3"},
            "nonsense",
        ],
    }
    listing = parse(json.dumps(feed), kind="jsonfeed")
    assert [link.url for link in listing.links] == ["https://example.org/a", "https://example.org/b"]
    assert listing.links[1].summary == "B text"
    assert "items-without-link" in listing.flags


def test_news_sitemap_takes_titles_and_dates_and_never_lastmod() -> None:
    listing = parse(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
        ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
        "<url><loc>https://example.org/a</loc><image:image><image:title>Not this</image:title></image:image>"
        "<n:news><n:publication><n:language>en</n:language></n:publication><n:title>A</n:title>"
        "<n:publication_date>2026-10-11T10:00:00Z</n:publication_date></n:news></url>"
        "<url><loc>https://example.org/b</loc><lastmod>2026-10-12</lastmod></url></urlset>",
        kind="sitemap",
    )
    first, second = listing.links
    assert (first.title, first.language) == ("A", "en")
    assert first.published_at == datetime(2026, 10, 11, 10, tzinfo=UTC)
    assert second.published_at is None


def test_sitemap_index_gives_children_newest_first_without_itself() -> None:
    listing = parse_listing(
        gzip.compress(
            b"<sitemapindex><sitemap><loc>https://example.org/index.xml</loc></sitemap>"
            b"<sitemap><loc>/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
            b"<sitemap><loc>https://example.org/s?page=2</loc><lastmod>2026-10-01</lastmod></sitemap>"
            b"<sitemap><loc>https://example.org/old.xml</loc></sitemap></sitemapindex>"
        ),
        url="https://example.org/index.xml",
        kind="sitemap",
    )
    assert listing.children == ("https://example.org/s?page=2", "https://example.org/old.xml")
    assert "names-itself" in listing.flags


def test_listing_page_matches_the_pattern_on_absolute_addresses() -> None:
    page = (
        '<html><head><title>Statements</title><base href="/eng/xw/"></head><body><a href="./202608/t20260814_1.html">'
        '<img src="x.png"></a><a href="./202608/t20260814_1.html">Spokesperson&#39;s remarks</a>'
        '<a href="/about">About</a><a href="javascript:void(0)">x</a><a href="mailto:a@example.org">y</a></body></html>'
    )
    listing = parse(page, kind="listing", link_pattern=r"^https?://example\.org/eng/xw/\d{6}/t\d{8}_\d+\.html$")
    (link,) = listing.links
    assert link.url == "https://example.org/eng/xw/202608/t20260814_1.html"
    assert link.title == "Spokesperson's remarks"
    assert (listing.kind, listing.title) == ("listing", "Statements")


def test_content_decides_over_the_expected_kind() -> None:
    assert parse(rss("<item><link>/a</link></item>"), kind="listing").kind == "rss"
    assert parse("https://example.org/a\nhttps://example.org/b\n", kind="sitemap").kind == "sitemap"


@pytest.mark.parametrize("kind", ["rss", "atom", "sitemap", "jsonfeed"])
def test_html_in_place_of_xml_is_refused(kind: SourceKind) -> None:
    with pytest.raises(ListingError, match="HTML in place of"):
        parse("<!DOCTYPE html><html><head><title>Oops</title></head><body>Not here</body></html>", kind=kind)


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"\x00\x00", b"plain words", b'{"a": 1}', b"[" * 100_000, b"\x1f\x8b\x08broken", b"<opml></opml>",
     b'<!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><rss><channel/></rss>',
     b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title></channel></rss>'],
)  # fmt: skip
def test_what_is_no_listing_is_refused(content: bytes) -> None:
    with pytest.raises(ListingError) as caught:
        parse(content)
    assert caught.value.url == FEED
    assert caught.value.reason


def test_entities_are_refused_in_utf_16_too() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>'
    with pytest.raises(ListingError, match="entities"):
        parse(bomb.encode("utf-16"))


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(ListingError, match="unpacks to more"):
        parse(gzip.compress(b"0" * 70_000_000), kind="sitemap")


@pytest.mark.parametrize(
    "broken",
    [
        rss("<item><title>A & B &nbsp; &mdash; C</title><link>/a?x=1&y=2</link></item>"),
        rss("<item><description>A<b>b<br></description><link>/a?x=1&amp;y=2</link></item>"),
        rss("<item><link>/a?x=1&amp;y=2</link><media:thing url='x'/></item>"),
        rss("<item><link>/a?x=1&amp;y=2</link></item>")[:-30],
        rss("<item><title>\x0b\x01A</title><link>/a?x=1&amp;y=2</link></item>").replace("</channel>", ""),
    ],
)
def test_broken_xml_is_read_as_far_as_it_goes(broken: str) -> None:
    listing = parse(broken)
    assert [link.url for link in listing.links] == ["https://example.org/a?x=1&y=2"]
    assert "broken-xml" in listing.flags


@pytest.mark.parametrize("codec", ["windows-1251", "utf-8", "utf-16", "koi8-r"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", ""])
def test_the_bytes_decide_the_charset(codec: str, declared: str) -> None:
    title = "Министры обороны договорились создать совместный центр реагирования на угрозы безопасности региона"
    prologue = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    if codec == "koi8-r" and declared == "windows-1251":
        pytest.skip("a wrong single-byte charset that reads everything cannot be told from a right one")
    content = (prologue + rss(f"<item><title>{title}</title><link>/a</link></item>")).encode(codec)
    assert parse(content).links[0].title == title


def test_items_that_lack_things() -> None:
    listing = parse(
        rss(
            "<item><title>no link</title></item>",
            "<item><link>javascript:alert(1)</link></item>",
            "<item><link>/a</link><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>",
            "<item><link>/b</link><pubDate>Fri, 01 Jan 2038 00:00:00 GMT</pubDate></item>",
            "<item><link>/c</link><pubDate>yesterday</pubDate></item>",
            "<item><link>/a?utm_medium=x</link><title>again</title></item>",
            "<item><guid>https://example.org/d</guid></item>",
        )
    )
    assert [link.url.rpartition("/")[2] for link in listing.links] == ["a", "b", "c", "d"]
    assert {link.published_at for link in listing.links} == {None}
    assert listing.links[0].title == "again"
    assert set(listing.flags) >= {
        "items-without-link", "unusable-links", "absurd-dates", "future-dates", "unreadable-dates", "duplicate-items",
    }  # fmt: skip


def test_an_empty_feed_is_a_listing_without_links() -> None:
    listing = parse(rss())
    assert listing.links == ()
    assert listing.flags == ("empty",)


def test_of_fifty_thousand_items_the_newest_are_kept() -> None:
    items = [
        f"<item><link>/{number}</link><pubDate>{1 + number % 28:02} Sep {2000 + number % 26} 10:00:00 GMT</pubDate>"
        "</item>"
        for number in range(50_000)
    ]
    started = time.monotonic()
    listing = parse(rss(*items))
    assert time.monotonic() - started < 20
    assert len(listing.links) == 2_000
    assert "capped" in listing.flags
    years = [link.published_at.year for link in listing.links if link.published_at]
    assert years.count(2025) == 1_923  # all of them
    assert set(years) == {2025, 2024}


@pytest.mark.parametrize(
    "content",
    [b"<rss><channel>" + b"<item>" * 100_000, b"<rss>" + b"<a>" * 300_000, b"<rss>" + b"<?" * 500_000,
     b"<feed>" + b'<entry><link href="a"/>' * 50_000, b"<html>" + b'<a href="/%d">' * 100_000, b'<!DOCTYPE "' * 300_000,
     b"<rss><channel><item><title>" + b"a<b>" * 200_000],
    ids=["items", "deep", "instructions", "entries", "anchors", "doctypes", "markup"],
)  # fmt: skip
def test_hostile_sizes_take_seconds_not_minutes(content: bytes) -> None:
    started = time.monotonic()
    try:
        listing = parse(content, kind="listing")
        assert len(listing.links) <= 2_000
    except ListingError as error:
        assert error.reason  # noqa: PT017 -- both ends are fine, only not a long wait
    assert time.monotonic() - started < 15


@pytest.mark.parametrize(
    ("head", "minutes"),
    [("<ttl>60</ttl>", 60), ("<ttl>x</ttl>", None), ("<ttl>0</ttl>", None), ("", None),
     ('<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod>'
      '<sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">4</sy:updateFrequency>', 360)],
)  # fmt: skip
def test_update_minutes(head: str, minutes: int | None) -> None:
    assert parse(rss(head=head)).update_minutes == minutes


def test_a_bad_pattern_is_a_listing_error() -> None:
    with pytest.raises(ListingError, match="regular expression"):
        parse("<html><a href=/a>x</a></html>", kind="listing", link_pattern="(")


def test_discover_feeds() -> None:
    page = (
        b'<html><head><link rel="alternate" type="application/rss+xml" title="News" href="/news.rss">'
        b'<link rel="alternate" type="application/atom+xml" href="https://example.org/atom">'
        b'<link rel="alternate" type="application/rss+xml" href="/comments/feed/"></head>'
        b'<body><a href="/world/rss.xml">World</a><a href="https://elsewhere.net/rss.xml">X</a></body></html>'
    )
    hints = discover_feeds(page, "https://example.org/")
    assert [(hint.url, hint.basis) for hint in hints[:3]] == [
        ("https://example.org/news.rss", "declared"),
        ("https://example.org/atom", "declared"),
        ("https://example.org/world/rss.xml", "linked"),
    ]
    assert ("https://example.org/sitemap.xml", "sitemap") in [(hint.url, hint.kind) for hint in hints]
    assert len({hint.url for hint in hints}) == len(hints)
    assert not any("elsewhere" in hint.url or "comments" in hint.url for hint in hints)


KINDS = st.sampled_from([None, "rss", "atom", "jsonfeed", "sitemap", "listing"])


def _check_listing(content: bytes, kind: SourceKind | None, charset: str | None, pattern: str) -> None:
    discover_feeds(content, FEED)
    try:
        listing = parse_listing(
            content,
            url=FEED,
            kind=kind,
            link_pattern=pattern,
            charset=charset,
            fetched_at=NOW,
            content_type="a;charset=" + pattern,
        )
    except ListingError as error:
        assert error.reason  # noqa: PT017
        return
    assert len({link.url for link in listing.links}) == len(listing.links)
    assert all(link.published_at is None or link.published_at.year < 2027 for link in listing.links)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE_BYTES, KINDS, CHARSETS, st.sampled_from(["", "x", "("]))
def test_any_bytes_are_a_listing_or_refused(
    content: bytes, kind: SourceKind | None, charset: str | None, pattern: str
) -> None:
    _check_listing(content, kind, charset, pattern)


@pytest.mark.fuzz
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE_BYTES, KINDS, CHARSETS, st.sampled_from(["", "x"]))
def test_any_bytes_long(content: bytes, kind: SourceKind | None, charset: str | None, pattern: str) -> None:
    _check_listing(content, kind, charset, pattern)
