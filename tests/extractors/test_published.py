"""Publication dates: on which basis, in which order, and what is never taken for one."""

from datetime import UTC, datetime

import pytest

from extractors.article import read_article
from extractors.published import date_in_folders, date_in_url
from extractors.records import Article, Link, Page
from extractors.timestamps import parse_machine_date

NOW = datetime(2026, 10, 12, 8, tzinfo=UTC)
PLAIN = "https://example.org/news/pact-talks"
WORDS = (
    "Four coastal states agreed to set up a joint centre for maritime security in the strait, their officials said. "
)
LD = '<script type="application/ld+json">{{"@type":"NewsArticle",{}}}</script>'


def read(
    body: str = "", head: str = "", *, url: str = PLAIN, feed: datetime | None = None, title: str = "Pact talks"
) -> Article:
    html = (
        f"<html lang='en'><head><title>T</title>{head}</head><body><div class='page'><h1>{title}</h1>{body}"
        f"<p>{WORDS * 2}</p><p>{WORDS * 3}</p></div></body></html>"
    )
    return read_article(Page(url, html.encode(), NOW), link=Link(url, published_at=feed) if feed else None)


def day(article: Article) -> str | None:
    return article.published_at.date().isoformat() if article.published_at else None


@pytest.mark.parametrize(
    ("head", "basis"),
    [
        (LD.format('"datePublished":"2014-05-21T10:00:00Z","dateModified":"2021-02-26"'), "json-ld"),
        ('<meta property="article:published_time" content="2014-05-21T10:00:00Z">', "meta"),
        ('<meta name="PubDate" content="2014-05-21 19:12">', "meta"),
        ('<meta name="publishdate" content="2014-05-21">', "meta"),
        ('<meta name="DC.date.issued" content="2014-05-21">', "meta"),
        ('<meta name="sailthru.date" content="Wed, 21 May 2014 10:00:00 GMT">', "meta"),
        ('<meta itemprop="datePublished" content="2014-05-21">', "meta"),
        ("""<meta name="parsely-page" content='{"title": "x", "pub_date": "2014-05-21T10:00:00Z"}'>""", "meta"),
        ('<meta name="date" content="May 21, 2014">', "meta"),
    ],
)
def test_machine_readable_dates(head: str, basis: str) -> None:
    article = read(head=head)
    assert (day(article), article.published_basis) == ("2014-05-21", basis)


@pytest.mark.parametrize(
    "body",
    [
        "<p>May 21, 2014</p>",
        "<p>21 May 2014</p>",
        "<p>2014-05-21</p>",
        "<p>By A. Writer | May 21, 2014, 10:15 pm</p>",
        "<p>Posted on Wednesday, May 21, 2014</p>",
        "<p>Updated: 2021-02-26</p><p>May 21, 2014</p>",
        "<p>Source: A Collection of Speeches I Updated: 2021-02-26</p><p>May 21, 2014</p>",
        "<span class='date'>May 21st, 2014</span>",
        "<time datetime='2014-05-21'>a while ago</time>",
        "<time class='updated' datetime='2021-02-26'>x</time><time class='published' datetime='2014-05-21'>y</time>",
        "<time class='entry-date published updated' datetime='2014-05-21'>x</time>",
        "<b>Last updated:</b> <time datetime='2021-02-26'>x</time><p>Published: 21.05.2014</p>",
        "<aside class='related'><time datetime='2022-01-01'>x</time></aside><p>May 21, 2014</p>",
        "<p>2014年5月21日</p>",
        "<p>SHANGHAI, May 21, 2014 (Agency) -- " + WORDS + "</p>",
        "<figure><img src='a' alt=''><figcaption>Ministers meet in Guilin on May 21, 2014.</figcaption></figure>",
    ],
)
def test_visible_dates(body: str) -> None:
    article = read(body)
    assert (day(article), article.published_basis, article.published_precision) == ("2014-05-21", "visible", "day")


@pytest.mark.parametrize(
    "body",
    [
        "<p>Updated: 2021-02-26</p>",
        "<p>Last modified on May 21, 2022</p>",
        "<p>Printable version | May 21, 2022 5:49:21 am</p>",
        "<p>© 2019-05-21 The Example</p>",
        "<footer><p>May 21, 2022</p></footer>",
        "<div class='related'><span class='date'>May 21, 2022</span></div>",
        "<p>The treaty was signed on May 21, 2012.</p>",
        "<figure><figcaption>File photo: ministers meet on May 21, 2012.</figcaption></figure>",
        "<p>Retrieved 21 May 2022</p>",
        "<p>In 1992 and in May 2014</p>",
        "<time class='comment-date' datetime='2022-01-01'>x</time>",
    ],
)
def test_what_is_no_publication_date(body: str) -> None:
    article = read(body)
    assert (day(article), article.published_basis) == (None, "none")
    assert "no-date" in article.flags


@pytest.mark.parametrize(
    "head",
    ['<meta property="article:modified_time" content="2014-05-21">',
     '<meta http-equiv="last-modified" content="2014-05-21">',
     '<meta property="og:updated_time" content="2014-05-21">', '<meta name="dcterms.modified" content="2014-05-21">',
     LD.format('"dateModified":"2014-05-21"'), '<script type="application/ld+json">{"@type":"VideoObject",'
     '"datePublished":"2014-05-21"}</script>'],
)  # fmt: skip
def test_stamps_of_changes_are_never_taken(head: str) -> None:
    assert day(read(head=head)) is None


def test_a_printed_caption_page() -> None:
    caption = "<p>The two ministers exchange documents after their talks in Guilin on March 23, 2021.</p>"
    article = read(caption * 2 + f"<p>{WORDS}</p><p>Printable version | May 21, 2022 5:49:21 am |</p>")
    assert (day(article), article.published_basis) == ("2021-03-23", "visible")


def test_a_date_of_the_future_gives_way_to_the_next_basis() -> None:
    article = read("<p>May 21, 2014</p>", LD.format('"datePublished":"2031-01-01"'))
    assert (day(article), article.published_basis) == ("2014-05-21", "visible")
    assert "future-date" in article.flags


def test_a_date_made_by_the_template_gives_way_to_a_real_one() -> None:
    head = f'<meta property="article:published_time" content="{NOW.isoformat()}">'
    assert day(read("<p>May 21, 2014</p>", head)) == "2014-05-21"
    assert day(read("", head)) == "2026-10-12"  # nothing speaks against it


def test_the_folders_of_the_address_overrule_a_page_that_was_dated_anew() -> None:
    article = read(head=LD.format('"datePublished":"2021-02-26"'), url="https://example.org/2014/05/21/pact.html")
    assert (day(article), article.published_basis) == ("2014-05-21", "url")
    assert "page-date-differs" in article.flags


def test_the_listings_date_wins() -> None:
    feed = datetime(2026, 10, 11, 9, 30, tzinfo=UTC)
    article = read("<p>May 21, 2014</p>", feed=feed)
    assert (article.published_at, article.published_basis) == (feed, "feed")
    assert article.published_precision == "second"
    assert article.flags == ()


def test_an_old_article_listed_anew_keeps_its_own_date() -> None:
    feed = datetime(2026, 10, 11, 9, 30, tzinfo=UTC)
    for head in (
        LD.format('"datePublished":"2014-05-21"'),
        '<meta property="article:published_time" content="2014-05-21">',
    ):
        article = read(head=head, feed=feed)
        assert day(article) == "2014-05-21"
        assert article.published_basis in ("json-ld", "meta")
        assert "feed-date-differs" in article.flags


def test_a_page_dated_anew_keeps_the_listings_date() -> None:
    feed = datetime(2014, 5, 21, tzinfo=UTC)
    article = read(head=LD.format('"datePublished":"2021-02-26"'), feed=feed)
    assert (article.published_at, article.published_basis, article.published_precision) == (feed, "feed", "day")
    assert "feed-date-differs" in article.flags


def test_a_listings_date_of_the_future_is_refused() -> None:
    article = read("<p>May 21, 2014</p>", feed=datetime(2031, 1, 1, tzinfo=UTC))
    assert day(article) == "2014-05-21"
    assert "future-date" in article.flags


def test_a_date_in_the_headline_is_the_last_resort() -> None:
    assert day(read(title="Regular Press Conference on May 21, 2014")) == "2014-05-21"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/2014/05/21/a.html", "2014-05-21"),
        ("https://example.org/2014/5/1/a", "2014-05-01"),
        ("https://example.org/eng/201405/t20140521_123.html", "2014-05-21"),
        ("https://example.org/a-2014-05-21", "2014-05-21"),
        ("https://example.org/2014-05/21/content_1.htm", "2014-05-21"),
        ("https://example.org/12345678/a", None),
        ("https://example.org/20149999", None),
        ("https://example.org/2014/05/a", None),
        ("https://web.archive.org/web/20140521093000/x", None),
    ],
)
def test_dates_in_addresses(url: str, expected: str | None) -> None:
    found = date_in_url(url)
    assert (found.at.date().isoformat() if found else None) == expected


def test_only_folders_overrule() -> None:
    assert date_in_folders("https://example.org/remembering-2001-09-11") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014-05-21T10:00:00+08:00", "2014-05-21T02:00:00+00:00"),
        ("2014-05-21T10:00:00.123Z", "2014-05-21T10:00:00+00:00"),
        ("20140521", "2014-05-21T00:00:00+00:00"),
        ("2014-05-21T00:00:00+08:00", "2014-05-21T00:00:00+00:00"),
        ("Wed, 21 May 2014 10:00:00 GMT", "2014-05-21T10:00:00+00:00"),
        ("Wed May 21 10:00:00 2014", "2014-05-21T10:00:00+00:00"),
        ("1400666400", "2014-05-21T10:00:00+00:00"),
        ("1400666400000", "2014-05-21T10:00:00+00:00"),
        ("21 May 2014", "2014-05-21T00:00:00+00:00"),
        ("21/05/2014", "2014-05-21T00:00:00+00:00"),
        ("05/06/2014", None),
        ("2014-13-45", None),
        ("soon", None),
        ("", None),
        ("99999999999999", None),
    ],
)
def test_machine_dates(text: str, expected: str | None) -> None:
    instant = parse_machine_date(text)
    assert (instant.at.isoformat() if instant else None) == expected
