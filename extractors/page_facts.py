"""What a page says of itself outside its text: meta elements, JSON-LD, links of the head, title, heading, author.

One pass over the parsed tree; which of it is believed is decided in `published.py`, `page_flags.py` and `article.py`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

MAX_JSON_LD = 300_000
MAX_NODES = 400

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|Posting|NewsItem|Statement|PressRelease)$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_META_NAMES = ("name", "property", "itemprop", "http-equiv", "id")
_NAME = re.compile(r"^[^\W\d_][\w .,'’&-]{1,79}$")
_MARKS = etree.XPath(
    "descendant-or-self::*/@rel | descendant-or-self::*/@itemprop | descendant-or-self::*/@class", smart_strings=False
)
_BY = re.compile(r"^(?:written\s+|reported\s+|story\s+)?by:?\s+", re.IGNORECASE)


@dataclass(slots=True)
class PageFacts:
    """Collected as found, first come first served: nothing is judged yet."""

    metas: dict[str, str] = field(default_factory=dict)
    """By lower-cased name, property or itemprop; the first of each."""
    article: Mapping[str, Any] = field(default_factory=dict)
    """The JSON-LD object that describes the article."""
    json_ld: list[Mapping[str, Any]] = field(default_factory=list)
    canonical: str | None = None
    base: str | None = None
    is_amp: bool = False
    next_page: str | None = None
    """Of `rel=next`: older blogs use it for the next article, too."""
    title: str | None = None
    heading: HtmlElement | None = None
    headings: int = 0
    language: str | None = None
    times: list[HtmlElement] = field(default_factory=list)

    def meta(self, *names: str) -> str | None:
        """The first of these metas that has a value."""
        for name in names:
            if value := self.metas.get(name):
                return value
        return None


def read_facts(tree: HtmlElement) -> PageFacts:
    """All facts of the page. Never raises on a tree that lxml made."""
    facts = PageFacts(language=tree.get("lang") or tree.get("xml:lang"))
    facts.is_amp = "amp" in tree.attrib or "\u26a1" in tree.attrib
    scripts: list[str] = []
    for element in tree.iter("meta", "link", "title", "script", "time", "h1", "base"):
        tag = element.tag
        if tag == "meta":
            _add_meta(facts, element)
        elif tag == "link":
            _add_link(facts, element)
        elif tag == "script":
            if "json" in (element.get("type") or "") and element.text and "ld+json" in element.get("type", ""):
                scripts.append(element.text)
        elif tag == "time":
            facts.times.append(element)
        elif tag == "h1":
            facts.headings += 1
            if facts.heading is None and one_line(element):
                facts.heading = element
        elif tag == "title":
            facts.title = facts.title or one_line(element) or None
        elif facts.base is None:
            facts.base = element.get("href")
    for script in scripts[:20]:
        facts.json_ld.extend(_objects(script))
    facts.article = next((entry for entry in facts.json_ld if _is_article(entry)), {})
    return facts


def find_title(facts: PageFacts) -> str | None:
    """The headline: what the page says it is, before what stands on it or in the window's title."""
    heading = one_line(facts.heading) if facts.heading is not None else None
    if heading and facts.headings == 1 and facts.title and heading.casefold() in facts.title.casefold():
        return heading
    for candidate in (
        _text(facts.article.get("headline")),
        facts.meta("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "articletitle"),
        heading,
        facts.title,
    ):
        if candidate and (line := clean_title(candidate, facts)):
            return line
    return None


def clean_title(text: str, facts: PageFacts) -> str:
    """The title without the name of the site at its end."""
    line = " ".join(text.split())[:500]
    site = site_name(facts)
    if site:
        for mark in (" | ", " - ", " – ", " — ", " :: ", " · ", " » "):
            head, found, tail = line.rpartition(mark)
            if found and head and tail.strip().casefold() == site.casefold():
                return head.strip()
    return line


def site_name(facts: PageFacts) -> str | None:
    """What the site calls itself."""
    name = facts.meta("og:site_name", "application-name", "dc.publisher", "sitename")
    if not name:
        publisher = facts.article.get("publisher")
        name = _text(publisher.get("name")) if isinstance(publisher, Mapping) else None
    return " ".join(name.split())[:120] if name else None


def find_authors(facts: PageFacts) -> tuple[str, ...]:
    """Names of people (or desks) under the headline, each once."""
    names: list[str] = []
    _collect_names(facts.article.get("author"), names)
    if not names:
        for meta in (
            "author",
            "article:author",
            "dc.creator",
            "dcterms.creator",
            "byl",
            "parsely-author",
            "sailthru.author",
        ):
            value = facts.metas.get(meta)
            if value and "://" not in value:
                names.extend(_split_names(value))
                break
    if not names:
        for element in _bylines(facts):
            words = one_line(element)
            if words and len(words) < 80:
                names.extend(_split_names(words))
                break
    return tuple(dict.fromkeys(name for name in names if _NAME.match(name)))[:10]


def one_line(element: HtmlElement) -> str:
    """The words of an element in one line."""
    return " ".join("".join(element.itertext()).split())[:1000]


def _bylines(facts: PageFacts) -> Iterator[HtmlElement]:
    """Elements marked as naming the author, in what stands round the headline."""
    if facts.heading is None:
        return
    scope = facts.heading
    for _ in range(2):
        parent = scope.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        scope = parent
    if not _names_author(_MARKS(scope)):  # all marks at once cost a third of asking each element for its own
        return
    for element in islice(scope.iter("a", "span", "div", "p", "address", "li"), MAX_NODES):
        if _names_author([element.get("rel") or "", element.get("itemprop") or "", element.get("class") or ""]):
            yield element


def _names_author(marks: list[str]) -> bool:
    words = " ".join(marks).lower()
    return "author" in words or "byline" in words


def _collect_names(value: object, names: list[str]) -> None:
    pending = [value]
    while pending and len(names) < 20:
        item = pending.pop(0)
        if isinstance(item, list):
            pending.extend(item[:20])
        elif isinstance(item, Mapping):
            pending.append(item.get("name"))
        elif isinstance(item, str) and "://" not in item:
            names.extend(_split_names(item))


def _split_names(text: str) -> list[str]:
    line = _BY.sub("", " ".join(text.split()))
    return [
        part.strip(" .,") for part in re.split(r"\s*[;|]\s*|,\s+(?=\S+\s)|\s+(?:and|&)\s+", line) if part.strip(" .,")
    ]


def _add_meta(facts: PageFacts, element: HtmlElement) -> None:
    content = element.get("content")
    if not content or not (content := content.strip()):
        return
    for attribute in _META_NAMES:
        if name := element.get(attribute):
            facts.metas.setdefault(name.strip().lower(), content[:2000])


def _add_link(facts: PageFacts, element: HtmlElement) -> None:
    rel = (element.get("rel") or "").lower().split()
    if "canonical" in rel and facts.canonical is None:
        facts.canonical = (element.get("href") or "").strip() or None
    elif "next" in rel:
        facts.next_page = facts.next_page or element.get("href")


def _objects(script: str) -> Iterator[Mapping[str, Any]]:
    """All objects of a JSON-LD script, outermost first; nothing from a script that is no JSON."""
    if len(script) > MAX_JSON_LD:
        return
    text = (
        script.strip()
        .removeprefix("<!--")
        .removesuffix("-->")
        .removeprefix("//<![CDATA[")
        .removesuffix("//]]>")
        .strip()
    )
    try:
        value = json.loads(text, strict=False)
    except RecursionError:
        return
    except ValueError:
        try:
            value = json.loads(_TRAILING_COMMA.sub("", text).rstrip("; \n"), strict=False)
        except (ValueError, RecursionError):
            return
    pending, seen = [value], 0
    while pending and seen < MAX_NODES:
        item = pending.pop(0)
        seen += 1
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, Mapping):
            yield item
            pending.extend(item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart") if key in item)


def _is_article(entry: Mapping[str, Any]) -> bool:
    types = entry.get("@type")
    for name in types if isinstance(types, list) else [types]:
        if isinstance(name, str) and _ARTICLE_TYPES.search(name):
            return True
    return False


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
