"""Canonical URLs: what goes, what stays, what is refused; and that no input raises anything but UrlError."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.urls import UrlError, canonicalise_url, host_of, same_site, strip_credentials


@pytest.mark.parametrize(
    ("given_url", "expected"),
    [
        ("HTTP://Example.COM:80/a/../b/./c#frag", "http://example.com/b/c"),
        ("https://example.org:443", "https://example.org/"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://user:secret@example.org/x", "https://example.org/x"),
        ("https://example.org./x", "https://example.org/x"),
        ("https://example.org/a?utm_source=rss&id=7&fbclid=Q&gclid=1", "https://example.org/a?id=7"),
        ("https://example.org/a?b=2&amp;a=1", "https://example.org/a?a=1&b=2"),
        ("https://example.org/a?source=rss", "https://example.org/a"),
        ("https://example.org/a?source=reuters", "https://example.org/a?source=reuters"),
        # Keys that look like trackers and name the article.
        ("https://example.org/p?score=1&scid=4&cid=9&attach=2", "https://example.org/p?attach=2&cid=9&scid=4&score=1"),
        ("https://example.org/press.htm?dtl/40123", "https://example.org/press.htm?dtl/40123"),
        ("https://example.org/a/amp/", "https://example.org/a"),
        ("https://example.org/a.amp.html", "https://example.org/a.html"),
        ("https://example.org/a?amp=1", "https://example.org/a"),
        ("https://example.org/amp-vs-volt/amplifier", "https://example.org/amp-vs-volt/amplifier"),
        ("https://m.example.org/a", "https://www.example.org/a"),
        ("https://mobile.example.org/a", "https://www.example.org/a"),
        ("https://en.m.wikipedia.org/wiki/X", "https://en.wikipedia.org/wiki/X"),
        ("http://bücher.example/straße", "http://xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://example.org/%7euser/%e4%b8%ad", "https://example.org/~user/%E4%B8%AD"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org//a///b", "https://example.org/a/b"),
        ("https://web.archive.org/web/2020/http://x.org//a", "https://web.archive.org/web/2020/http://x.org//a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://example.org/a b\n", "https://example.org/a%20b"),
    ],
)  # fmt: skip
def test_one_form(given_url: str, expected: str) -> None:
    assert canonicalise_url(given_url) == expected


@pytest.mark.parametrize(
    "wrapped",
    [
        "https://www.google.com/url?rct=j&sa=t&url=https://example.org/news/7%3Futm_medium%3Dx&ct=ga",
        "https://www.google.com/amp/s/example.org/news/7/amp",
        "https://example-org.cdn.ampproject.org/c/s/example.org/news/7",
        "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fexample.org%2fnews%2f7&c=1",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fnews%2F7%3Ffbclid%3D1&h=A",
        "https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU=https%3a%2f%2fexample.org%2fnews%2f7/RK=2/RS=x",
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fnews%2F7&data=05",
        "https://news.google.com/rss/articles/CBMiGmh0dHBzOi8vZXhhbXBsZS5vcmcvbmV3cy830gEA?oc=5",
    ],
)
def test_redirect_links_are_unwrapped(wrapped: str) -> None:
    assert canonicalise_url(wrapped) == "https://example.org/news/7"


def test_a_sealed_google_news_link_stays() -> None:
    sealed = "https://news.google.com/rss/articles/CBMiAUFVX3lxTE1hYmNkZWZnaGlqa2xtbm9wcXJzdHV2"
    assert canonicalise_url(sealed) == sealed


@pytest.mark.parametrize(
    "refused",
    ["", "   ", "javascript:alert(1)", "mailto:a@example.org", "ftp://example.org/", "/relative", "http://", "http://[::1",
     "https://exa mple.org/", "https://example.org:99999/", "https://" + "a" * 5000 + ".org/", "data:text/html,x"],
)  # fmt: skip
def test_refused(refused: str) -> None:
    with pytest.raises(UrlError):
        canonicalise_url(refused)


def test_an_error_shows_no_password() -> None:
    with pytest.raises(UrlError) as caught:
        canonicalise_url("ftp://user:secret@example.org/")
    assert "secret" not in str(caught.value)
    assert "secret" not in caught.value.url


def test_relative_links_resolve_against_the_base() -> None:
    assert canonicalise_url("./202608/t20260814_1.html", "https://example.org/eng/xw/") == (
        "https://example.org/eng/xw/202608/t20260814_1.html"
    )
    assert canonicalise_url("//cdn.example.org/a", "https://example.org/") == "https://cdn.example.org/a"


def test_same_site() -> None:
    assert same_site("https://news.example.co.uk/a", "http://www.example.co.uk/")
    assert not same_site("https://a.co.uk/", "https://b.co.uk/")
    assert not same_site("https://one.blogspot.com/", "https://two.blogspot.com/")
    assert same_site("http://127.0.0.1:8000/a", "http://127.0.0.1:9000/b")
    assert not same_site("not a url", "not a url")


def test_strip_credentials_and_host() -> None:
    assert strip_credentials("https://u:p@example.org/a@b") == "https://example.org/a@b"
    assert host_of("https://www.example.org:8000/a") == "example.org"
    assert host_of("http://[broken") == ""


_PIECES = st.one_of(
    st.sampled_from(
        ["a", "m.", "amp", "/", "//", "?", "&", "=", "#", "%", "%4", "%41", "..", ".", "/amp", "amp.html", "@", ":",
         "80", "[", "]", "::1", "xn--", "é", "例", "utm_source", "url=", "u=", "http://", "x.org", "www.", "\\", "\t",
         " ",         "\x00", "&amp;", "+", ";"]
    ),
    st.text(max_size=3),
)  # fmt: skip
_STARTS = st.sampled_from(
    ["http://", "https://", "HTTP://", "", "//", "https://news.google.com/articles/", "https://www.google.com/url?q=",
     "https://www.google.com/amp/s/", "https://x.cdn.ampproject.org/c/s/", "javascript:"]
)  # fmt: skip
URLS = st.one_of(
    st.text(), st.builds(lambda start, rest: start + "".join(rest), _STARTS, st.lists(_PIECES, max_size=14))
)


def _check_url(url: str, base: str | None) -> None:
    strip_credentials(url)
    same_site(url, base or url)
    try:
        once = canonicalise_url(url, base)
    except UrlError:
        return
    assert canonicalise_url(once) == once
    assert once.isascii()
    assert once.startswith(("http://", "https://"))
    assert same_site(once, once)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(URLS, st.one_of(st.none(), st.just("https://example.org/a/b"), st.text(max_size=10)))
def test_any_string_is_canonical_or_refused(url: str, base: str | None) -> None:
    _check_url(url, base)


@pytest.mark.fuzz
@settings(max_examples=50_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(URLS, st.one_of(st.none(), st.text(max_size=20)))
def test_any_string_long(url: str, base: str | None) -> None:
    _check_url(url, base)
