"""Pages to articles: text, title, authors, language, charset, flags; and that no bytes raise but ArticleError."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.html import fromstring
from trafilatura import bare_extraction

from extractors.article import ArticleError, find_language, read_article, reset_caches
from extractors.article_text import long_block_lengths
from extractors.records import Article, Link, Page
from tests.extractors.hostile_bytes import CHARSETS, HOSTILE_BYTES

NOW = datetime(2026, 10, 12, 8, tzinfo=UTC)
URL = "https://news.example.org/world/2026/pact-talks"
PARAGRAPHS = (
    "Four coastal states agreed on Monday to set up a joint centre for maritime security in the strait, they said.",
    "The centre is to share radar pictures and to answer distress calls, and will be staffed by officers of all four.",
    "Two neighbours that had been invited did not send a delegation, and it was not clear whether they will join.",
    "The agreement has to be approved by the parliaments before the first officers can move in, due in spring.",
)

LOCKED = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>'


def page(body: str = "", head: str = "", *, paragraphs: tuple[str, ...] = PARAGRAPHS, title: str = "Pact talks") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title} | The Example</title>{head}</head><body>'
        f'<nav><a href="/">Home</a></nav><article><h1>{title}</h1>{body}<div class="body">{text}</div>'
        "</article></body></html>"
    )


def read(html: str | bytes, url: str = URL, *, link: Link | None = None, charset: str | None = None) -> Article:
    content = html.encode() if isinstance(html, str) else html
    return read_article(Page(url, content, NOW, charset=charset), link=link, source_id="example")


def test_an_article() -> None:
    head = (
        '<meta property="og:site_name" content="The Example">'
        '<link rel="canonical" href="/world/2026/pact-talks?utm_source=x">'
        '<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, '
        '{"@type": "NewsArticle", "headline": "Pact talks", "datePublished": "2026-10-11T09:30:00+02:00", '
        '"author": [{"@type": "Person", "name": "Ada Quill"}, {"name": "Ben Stone"}],}]}</script>'
    )
    article = read(page(head=head))
    assert article.title == "Pact talks"
    assert article.text == "\n".join(("Pact talks", *PARAGRAPHS))
    assert article.authors == ("Ada Quill", "Ben Stone")
    assert article.site == "The Example"
    assert article.language == "en"
    assert article.canonical_url == URL
    assert article.published_at == datetime(2026, 10, 11, 7, 30, tzinfo=UTC)
    assert (article.published_basis, article.published_precision) == ("json-ld", "second")
    assert article.source_id == "example"
    assert article.flags == ()


@pytest.mark.parametrize(
    "furniture",
    ["<aside><h3>Also read</h3><p>A teaser of another story, at length.</p></aside>",
     "<footer><p>All rights reserved.</p></footer>Told after the footer.",
     "<style>p { color: red }</style><svg><text>A logo</text></svg>",
     "<aside>Also read</aside>" * 40 + "<footer><ul><li>Imprint</li></ul></footer>"],
)  # fmt: skip
def test_the_text_is_trafilaturas_beside_furniture(furniture: str) -> None:
    for html in (page(furniture), page().replace("</article>", f"</article>{furniture}")):
        assert read(html).text == bare_extraction(html.encode(), fast=True).text


def test_the_id_comes_from_the_canonical_address() -> None:
    head = f'<link rel="canonical" href="{URL}">'
    assert read(page(head=head), URL + "?utm_source=feed").article_id == read(page(head=head), URL + "/amp").article_id


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        (URL + "-full", URL + "-full"),
        ("https://www.example.org/world/pact", "https://www.example.org/world/pact"),
        ("https://elsewhere.net/world/pact", URL),
        ("https://news.example.org/", URL),
        ("javascript:x", URL),
        ("", URL),
    ],
)
def test_a_canonical_address_counts_only_if_it_can_be_the_articles(canonical: str, expected: str) -> None:
    assert read(page(head=f'<link rel="canonical" href="{canonical}">')).canonical_url == expected


@pytest.mark.parametrize(
    "comments",
    ["", '<div id="comments"><p>I do not believe a word of this, said a reader.</p></div>',
     '<ul class="comment-list"><li>I do not believe a word of this, said a reader.</li></ul>',
     '<section class="post-comments"><p>I do not believe it.</p></section><div class="has-comments"></div>'],
)  # fmt: skip
def test_the_text_is_trafilaturas_without_comments(comments: str) -> None:
    html = page().replace("</article>", f"</article>{comments}")
    expected = bare_extraction(html.encode(), fast=True, include_comments=False)
    assert read(html).text == expected.text
    assert "believe" not in read(html).text


RUSSIAN = "Министры обороны стран региона договорились создать совместный центр реагирования на угрозы безопасности."
CHINESE = "中国外交部长在上海会议上提出建立亚洲安全合作新架构,各方表示欢迎并将继续就具体安排进行磋商,会议明年再次举行。"
JAPANESE = (
    "外相は地域の安全保障協力のための新しい枠組みを提案したと発表した。各国はこの提案を歓迎し来年も協議を続ける。"
)


@pytest.mark.parametrize(
    ("words", "codec", "meta", "header"),
    [
        (CHINESE, "gbk", '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', None),
        (CHINESE, "gbk", "", "iso-8859-1"),
        (CHINESE, "gbk", "", None),
        (CHINESE, "utf-8", '<meta charset="gbk">', "gbk"),
        (CHINESE, "utf-8-sig", "", "iso-8859-1"),
        (RUSSIAN, "windows-1251", '<meta charset="windows-1251">', None),
        (RUSSIAN, "windows-1251", '<meta charset="utf-8">', "utf-8"),
        (RUSSIAN, "windows-1251", "", "windows-1251"),
        (RUSSIAN, "windows-1251", "", None),
        (RUSSIAN, "utf-16", "", "utf-8"),
        (RUSSIAN, "utf-16-le", "", None),
        (JAPANESE, "shift_jis", '<meta charset="Shift_JIS">', None),
        (JAPANESE, "shift_jis", "", "shift_jis"),
        (JAPANESE, "euc-jp", "", None),
        ("The “pact” – at last – in a café, an official of the region said after talks.", "cp1252", "", "utf-8"),
    ],
)  # fmt: skip
def test_the_charset_is_read_from_the_bytes(words: str, codec: str, meta: str, header: str | None) -> None:
    html = page(head=meta, paragraphs=(words,) * 6, title=words[:12])
    article = read(html.encode(codec), charset=header)
    assert words in article.text
    assert "\ufffd" not in article.text


@pytest.mark.parametrize("label", ["ROT13", "base64", "hex", "uu", "bz2", "undefined", "idna", "utf-7", "no-such"])
def test_what_is_declared_but_is_no_charset_is_not_believed(label: str) -> None:
    html = page(head=f'<meta charset="{label}">', paragraphs=(RUSSIAN,) * 6, title=RUSSIAN[:12])
    assert RUSSIAN in read(html.encode("windows-1251"), charset=label).text


def test_nul_bytes_and_control_characters_go() -> None:
    article = read(page(paragraphs=tuple(text.replace("joint", "jo\x00in\x0bt") for text in PARAGRAPHS)))
    assert "joint centre" in article.text
    assert article.text.replace("\n", " ").isprintable()


def test_language_comes_from_the_words() -> None:
    french = (
        "Les ministres de la défense des quatre pays riverains ont décidé lundi de créer un centre commun de sécurité.",
        "Ce centre doit partager les images radar et répondre aux appels de détresse dans le détroit, ont-ils déclaré.",
    ) * 3
    assert read(page(paragraphs=french)).language == "fr"  # whatever the page says of itself
    assert read(page().replace('lang="en"', "")).language == "en"


def test_english_is_known_without_loading_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("py3langid.langid.classify", lambda _: pytest.fail("py3langid was asked"))
    few = (
        "Helsinki ships will patrol cables by night, Tallinn officials were told, as allied crews have more work now.",
        "Two frigates would sail from Gdansk on Monday; Baltic ministers who met there are sure they can pay crews.",
    ) * 2
    assert find_language(" ".join(few), "en") == "en"


@pytest.mark.parametrize(
    ("html", "flag"),
    [
        (page(head=LOCKED), "paywall"),
        (page(paragraphs=(*PARAGRAPHS[:2], "Subscribe now to continue reading this article.")), "paywall"),
        (page(paragraphs=(*PARAGRAPHS[:2], "The ministers would meet again before the end of the ...")), "truncated"),
        (page(paragraphs=("The page you are looking for could not be found.",), title="Page not found"), "soft-404"),
        (page().replace('<html lang="en">', '<html amp lang="en">'), "amp"),
        (page(head='<link rel="next" href="?page=2">'), "multi-page"),
        (page(head=f'<link rel="next" href="{URL}/2/">'), "multi-page"),
    ],
)  # fmt: skip
def test_flags(html: str, flag: str) -> None:
    assert flag in read(html).flags
    assert flag not in read(page()).flags


def test_the_next_article_of_a_blog_is_no_next_page() -> None:
    for address in ("/world/2026/another-story-2", "//[broken"):
        head = f'<link rel="next" title="Another story" href="{address}">'
        assert "multi-page" not in read(page(head=head)).flags


def test_xhtml_with_a_declaration_is_read() -> None:
    html = '<?xml version="1.0" encoding="gbk"?>' + page(paragraphs=(CHINESE,) * 5, title=CHINESE[:8])
    assert CHINESE in read(html.encode("gbk")).text


def test_a_print_page_is_flagged() -> None:
    assert "print-page" in read(page(), URL + "/print").flags
    assert "print-page" not in read(page(), "https://example.org/fingerprints-and-printing").flags


def test_a_consent_banner_is_not_an_article() -> None:
    banner = (
        "We and our partners use cookies to store and/or access information on a device, with consent.",
        "You can change your privacy settings at any time, or read our cookie policy about legitimate interest.",
        "By choosing Accept you consent to the use of cookies for personalised ads and for measuring our content.",
    )
    with pytest.raises(ArticleError) as caught:
        read(page(paragraphs=banner, title="Your privacy"))
    assert caught.value.failure_class == "cookie-wall"


@pytest.mark.parametrize(
    ("content", "failure_class"),
    [
        (b"", "empty"),
        (b" \n\x00\x00", "empty"),
        (b"<html><head><title>x</title></head><body></body></html>", "empty"),
        (b"%PDF-1.7 ...", "not-html"),
        (b"\x89PNG\r\n\x1a\n....", "not-html"),
        (b"\xff\xd8\xff\xe0....", "not-html"),
        (b"PK\x03\x04....", "not-html"),
        (b'{"a": 1}', "not-html"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>', "not-html"),
        (b"x" * 20_000_001, "too-large"),
    ],
)  # fmt: skip
def test_what_gives_no_article_is_refused(content: bytes, failure_class: str) -> None:
    with pytest.raises(ArticleError) as caught:
        read(content)
    assert caught.value.failure_class == failure_class
    assert caught.value.url == URL


@pytest.mark.parametrize(
    "content",
    [b"<html><body>" + b"<div>" * 100_000 + b"<p>text</p>", b"<html><body>" + b"<table><tr><td>" * 20_000 + b"text",
     b"<" * 2_000_000, b"<!--" * 500_000, b"<html><body>" + b"<p>One more line of it.</p>" * 20_000],
    ids=["divs", "tables", "angles", "comments", "paragraphs"],
)  # fmt: skip
def test_hostile_pages_take_seconds(content: bytes) -> None:
    started = time.monotonic()
    try:
        assert read(content).text
    except ArticleError as error:
        assert error.failure_class in ("empty", "not-html", "parse")  # noqa: PT017 -- either end is fine
    assert time.monotonic() - started < 30


def test_the_same_page_gives_the_same_article_whatever_came_before() -> None:
    first = read(page())
    for _ in range(5):
        read(page(title="Another"))
    reset_caches()
    assert read(page()) == first


def test_the_listings_title_serves_where_the_page_has_none() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    article = read(f"<html><body><div>{body}</div></body></html>", link=Link(URL, title="From the feed"))
    assert article.title == "From the feed"


def _check_article(content: bytes, charset: str | None, content_type: str | None) -> None:
    try:
        article = read_article(Page(URL, content, NOW, charset=charset, content_type=content_type))
    except ArticleError as error:
        assert error.failure_class  # noqa: PT017
        return
    assert article.text
    article.text.encode()  # no lone surrogates
    assert article.published_at is None or article.published_at.year <= 2026


TYPES = st.sampled_from([None, "text/html", "application/pdf"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE_BYTES, CHARSETS, TYPES)
def test_any_bytes_are_an_article_or_refused(content: bytes, charset: str | None, content_type: str | None) -> None:
    _check_article(content, charset, content_type)


@pytest.mark.fuzz
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(HOSTILE_BYTES, CHARSETS, TYPES)
def test_any_bytes_long(content: bytes, charset: str | None, content_type: str | None) -> None:
    _check_article(content, charset, content_type)


def test_a_block_of_very_many_paragraphs_holds_nothing_up() -> None:
    block = "<div>" + "<p>x</p>" * 20_000 + "</div>"
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    tree = fromstring(f"<html><body><article>{text}</article>{block}</body></html>")
    started = time.process_time()
    assert long_block_lengths(tree, 500) == [20_000]
    assert time.process_time() - started < 5
