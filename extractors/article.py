"""One page of a site to an `Article`: clean text by trafilatura, with title, authors, language, date and flags.

What the text says is read in `mentions`; the publication date is found in `published.py`, flags in `page_flags.py`.
"""

import re
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlProcessingInstruction

from extractors.article_text import TextError, extract_text
from extractors.charset import Decoded, decode_bytes
from extractors.page_facts import PageFacts, find_authors, find_title, read_facts, site_name
from extractors.page_flags import find_flags
from extractors.published import find_published
from extractors.records import Article, Link, Page, stable_id
from extractors.urls import UrlError, canonicalise_url, host_of, same_site

MAX_BYTES = 20_000_000
LANGUAGE_SAMPLE = 1_000
LANGUAGE_SURE = 200
"""Shorter texts than this are left to what the page says of its language, where it says anything."""

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    ("the", "of", "and", "to", "in", "that", "is", "was", "for", "with", "its", "has", "said", "which")
)
ENGLISH_SHARE = 0.17
"""Of running words; English news mostly has 0.25 to 0.35, no other language above 0.1."""
_MORE_ENGLISH = frozenset(
    ("by", "from", "on", "be", "are", "as", "it", "this", "not", "have", "had", "his", "their", "they", "were", "will",
     "been", "would", "he", "who", "but", "or", "an", "we", "you")
)  # fmt: skip
MORE_ENGLISH_SHARE = 0.2
"""With these words, where there are enough: 170 passages of English news have 0.24 or more, in the middle 0.34;
stretches of as many letters in 168 other languages have 0.16 or less. "at", which is Danish too, is left out."""
ENOUGH_WORDS = 40

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"), (b"\x89PNG", "an image"), (b"\xff\xd8\xff", "an image"), (b"GIF8", "an image"),
    (b"PK\x03\x04", "a zip archive or office document"), (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x1f\x8b", "gzip"), (b"ID3", "audio"), (b"OggS", "audio"), (b"{\\rtf", "RTF"),
)  # fmt: skip
_FEED = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)?<(rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.I
)
_TYPES = re.compile(
    r"^(?:image|audio|video|font)/|^application/(?:pdf|zip|octet-stream|msword|vnd|json|x-shockwave)", re.I
)


class ArticleError(Exception):
    """A page that gives no article. `failure_class` is empty, not-html, too-large, parse or cookie-wall."""

    def __init__(self, url: str, reason: str, failure_class: str) -> None:
        self.url = url
        self.reason = reason
        self.failure_class = failure_class
        super().__init__(f"{url}: {reason}")


def read_article(page: Page, *, link: Link | None = None, source_id: str | None = None) -> Article:
    """The article on a page. `link` is the listing's entry for it. Raises ArticleError and nothing else."""
    url = page.final_url or page.url
    decoded = _decode_page(page, url)
    tree = _parse_page(decoded, url)
    facts = read_facts(tree)
    try:
        text = extract_text(tree)
    except TextError as error:
        raise ArticleError(url, str(error), "parse") from error
    title = find_title(facts) or (link.title if link else None)
    canonical = find_canonical(facts, url)
    flags = list(find_flags(facts, tree, url, title, text))
    if not text:
        raise ArticleError(url, "no text on the page", "empty")
    if "cookie-wall" in flags:
        raise ArticleError(url, "a consent banner in place of the text", "cookie-wall")
    published = find_published(facts, tree, canonical, page.fetched_at, link.published_at if link else None)
    flags.extend(published.flags)
    if decoded.is_lossy:
        flags.append("garbled")
    return Article(
        article_id=stable_id("art", canonical),
        url=url,
        canonical_url=canonical,
        title=_ILLEGAL.sub("", title) if title else None,
        text=text,
        published_at=published.at,
        published_basis=published.basis,
        published_precision=published.precision,
        authors=find_authors(facts),
        language=find_language(text, facts.language or facts.meta("content-language", "og:locale", "language")),
        site=site_name(facts) or host_of(canonical) or None,
        source_id=source_id,
        flags=tuple(dict.fromkeys(flags)),
    )


def find_canonical(facts: PageFacts, url: str) -> str:
    """The address that the page gives as its own, if it can be: same site, and not the home page."""
    own = _canonical_or(url, url)
    for candidate in (facts.canonical, facts.meta("og:url")):
        if not candidate:
            continue
        try:
            address = canonicalise_url(candidate, url)
        except UrlError:
            continue
        is_home = urlsplit(address).path == "/" and not urlsplit(address).query
        is_own = same_site(address, own) or not own.startswith("http")  # a file on disk has no site of its own
        if is_own and (not is_home or urlsplit(own).path == "/"):
            return address
    return own


def find_language(text: str, hint: str | None) -> str | None:
    """ISO 639-1 code, from the words themselves; what the page says of itself counts where there are few."""
    said = re.match(r"[A-Za-z]{2}(?=$|[-_])", (hint or "").strip())
    code = said[0].lower() if said else None
    if code and len(text) < LANGUAGE_SURE:
        return code
    sample = text[:LANGUAGE_SAMPLE]
    words = _WORD.findall(sample.lower())
    if code in ("en", None) and _is_english(words):
        return "en"  # py3langid would say the same, for half a millisecond a page and 0.3 s for the first one
    from py3langid import langid

    found, _ = langid.classify(sample)
    return str(found)


def _is_english(words: list[str]) -> bool:
    count = sum(word in _ENGLISH for word in words)
    if count > ENGLISH_SHARE * len(words):
        return True
    more = sum(word in _MORE_ENGLISH for word in words)
    return len(words) >= ENOUGH_WORDS and count + more > MORE_ENGLISH_SHARE * len(words)


def reset_caches() -> None:
    """Let go of what trafilatura and its libraries keep between pages."""
    from trafilatura.meta import reset_caches as reset

    reset()


def _decode_page(page: Page, url: str) -> Decoded:
    content = page.content
    if len(content) > MAX_BYTES:
        raise ArticleError(url, f"larger than {MAX_BYTES // 1_000_000} MB", "too-large")
    head = content[:64].lstrip()
    for magic, name in _MAGIC:
        if head.startswith(magic):
            raise ArticleError(url, f"{name}, not HTML", "not-html")
    if page.content_type and _TYPES.match(page.content_type) and b"<" not in content[:2000]:
        raise ArticleError(url, f"{page.content_type.split(';')[0]}, not HTML", "not-html")
    decoded = decode_bytes(content, page.charset)
    if not decoded.text.strip("\x00 \t\r\n"):
        raise ArticleError(url, "empty page", "empty")
    if found := _FEED.match(decoded.text):
        raise ArticleError(url, f"a feed or sitemap (<{found[1]}>), not an article", "not-html")
    return decoded


def _parse_page(decoded: Decoded, url: str) -> HtmlElement:
    try:
        tree = _html_loader()(decoded.text)
    except (etree.LxmlError, ValueError, RecursionError) as error:
        raise ArticleError(url, f"no HTML that could be read: {error}", "parse") from error
    if tree is None:
        raise ArticleError(url, "no HTML that could be read", "not-html")
    return tree


@cache
def _html_loader() -> Callable[[str], HtmlElement | None]:
    """trafilatura's own, with a parser that makes plain elements.

    lxml.html asks a Python function for the class of every element each time it is touched, so that forms and their
    fields get methods that nothing here calls: a tenth of what a page costs.
    """
    from trafilatura.utils import HTML_PARSER, load_html

    HTML_PARSER.set_element_class_lookup(
        etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction)
    )
    return load_html


def _canonical_or(url: str, default: str) -> str:
    try:
        return canonicalise_url(url)
    except UrlError:
        return default
