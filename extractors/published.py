"""When an article was first published, and how we know: feed, JSON-LD, meta, visible text, URL, in this order.

Never taken: when a page was changed, printed or fetched, a copyright year, a date of the future. No date is better
than a wrong one, since events are dated by it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lxml.html import HtmlElement

from extractors.page_facts import PageFacts, one_line
from extractors.records import PublishedBasis
from extractors.timestamps import EARLIEST, Instant, find_written_dates, parse_machine_date

FUTURE = timedelta(days=1)
AGREE = timedelta(days=3)
FAR_APART = timedelta(days=30)
LEAD_NODES = 60

_PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished",
    "pubdate", "publishdate", "publish-date", "publish_date", "published_date", "published-date", "publication_date",
    "publicationdate", "article.published", "article_date_original", "cxenseparse:recs:publishtime", "dc.date.issued",
    "dcterms.issued", "dc.issued", "dcterms.date", "dc.date", "dc:date", "dcterms.created", "dc.date.created", "dcterms.available",
    "sailthru.date", "parsely-pub-date", "parsely-page", "citation_publication_date", "citation_date", "citation_online_date",
    "bt:pubdate", "ptime", "pdate", "originalpublicationdate", "rnews:datepublished", "article-publish-date", "issued",
    "datecreated", "date", "createddate", "release_date", "contentdate", "article:post_date", "og:pubdate", "timestamp",
    "displaydate", "shareaholic:article_published_time", "created", "firstpublished", "eprints.datestamp", "creation_date",
)  # fmt: skip

_NOT_PUBLISHED = re.compile(
    r"updat|modif|revis|edited|amended|corrected|print|copyright|©|\(c\)|all rights|access|retriev|visited|crawl|archived|"
    r"last\s|expire|next|upcoming|today(?:'s| is)|comment|repl(?:y|ied)|joined|founded|since|established|born|view|"
    r"更新|修改|打印",
    re.IGNORECASE,
)
_SAYS_PUBLISHED = re.compile(r"publish|posted|first\s|released|issued|created|date|发布|来源", re.IGNORECASE)
_DATE_CLASS = re.compile(r"date|time|publi|posted|byline|meta|stamp|dateline", re.IGNORECASE)
_FOREIGN_CLASS = re.compile(
    r"updat|modif|comment|related|sidebar|footer|widget|copyright|recommend|popular|latest|trending|promo|print|event|"
    r"current|today|calendar|more-|teaser",
    re.IGNORECASE,
)
_FOREIGN_TAGS = frozenset(
    ("footer", "aside", "nav", "form", "script", "style", "noscript", "iframe", "button", "select")
)
_URL_DATES = (
    re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/._-]|$)"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})-?(\d{2})-?(\d{2})(?!\d)"),
    re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2})/(\d{2})(?!\d)"),
)


@dataclass(frozen=True, slots=True)
class Published:
    """The date taken, how it was found, how exact it is, and what was odd on the way."""

    at: datetime | None = None
    basis: PublishedBasis = "none"
    precision: Literal["second", "day"] = "day"
    flags: tuple[str, ...] = ()


def find_published(
    facts: PageFacts, tree: HtmlElement, url: str, fetched_at: datetime, feed_date: datetime | None
) -> Published:
    """The publication date on the best basis that holds."""
    flags: list[str] = []
    own: tuple[Instant, PublishedBasis] | None = None
    for basis, instant in _candidates(facts, tree, url):
        if instant.at > fetched_at + FUTURE:
            flags.append("future-date")
        elif instant.at >= EARLIEST:
            own = (instant, basis)
            break
    if feed_date is not None and feed_date > fetched_at + FUTURE:
        flags.append("future-date")
        feed_date = None
    if feed_date is not None and feed_date >= EARLIEST:
        if own and own[1] == "json-ld" and abs(own[0].at - feed_date) > FAR_APART and own[0].at < feed_date:
            flags.append("feed-date-differs")
        else:
            is_day = (feed_date.hour, feed_date.minute, feed_date.second) == (0, 0, 0)
            return Published(feed_date, "feed", "day" if is_day else "second", tuple(dict.fromkeys(flags)))
    if own is None:
        return Published(flags=(*dict.fromkeys(flags), "no-date"))
    return Published(own[0].at, own[1], own[0].precision, tuple(dict.fromkeys(flags)))


def _candidates(facts: PageFacts, tree: HtmlElement, url: str) -> Iterator[tuple[PublishedBasis, Instant]]:
    for entry in (facts.article, *facts.json_ld):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            value = entry.get(key)
            if isinstance(value, str) and (instant := parse_machine_date(value)):
                yield "json-ld", instant
    for name in _PUBLISHED_METAS:
        value = facts.metas.get(name)
        if value and (instant := parse_machine_date(value)):
            yield "meta", instant
    for instant in _visible(facts, tree):
        yield "visible", instant
    if instant := date_in_url(url):
        yield "url", instant


def date_in_url(url: str) -> Instant | None:
    """A full date in the path of an address."""
    for pattern in _URL_DATES:
        for found in pattern.finditer(url):
            instant = parse_machine_date(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}")
            if instant is not None:
                return instant
    return None


def _visible(facts: PageFacts, tree: HtmlElement) -> Iterator[Instant]:
    """Dates that a reader sees: marked ones first, then lines near the headline."""
    for element in facts.times:
        if _is_foreign(element):
            continue
        if (instant := parse_machine_date(element.get("datetime"))) or (instant := _first_date(one_line(element))):
            yield instant
    yield from _near_heading(facts, tree)


def _near_heading(facts: PageFacts, tree: HtmlElement) -> Iterator[Instant]:
    if facts.heading is None:
        return
    seen = 0
    for element in facts.heading.itersiblings():
        for words in element.itertext():
            seen += 1
            if seen > LEAD_NODES:
                return
            if len(words) < 200 and (instant := _first_date(words)):
                yield instant


def _first_date(words: str) -> Instant | None:
    """The first date of a line that is not said to be something else's."""
    for start, _, instant in find_written_dates(words):
        before = words[max(0, start - 40) : start]
        last_word = max((found.end() for found in _NOT_PUBLISHED.finditer(before)), default=-1)
        said = max((found.end() for found in _SAYS_PUBLISHED.finditer(before)), default=-1)
        if last_word < 0 or said > last_word:
            return instant
    return None


def _is_foreign(element: HtmlElement) -> bool:
    """Whether an element, or what it stands in, is about another text or another event of this one."""
    node: HtmlElement | None = element
    for _ in range(6):
        if node is None:
            return False
        if node.tag in _FOREIGN_TAGS:
            return True
        names = f"{node.get('class') or ''} {node.get('id') or ''} {node.get('itemprop') or ''}"
        if _FOREIGN_CLASS.search(names) and node.tag not in ("body", "html"):
            return True
        node = node.getparent()
    previous = element.getprevious()
    before = (element.getparent().text or "") if previous is None else (previous.tail or one_line(previous)[-40:])
    return bool(_NOT_PUBLISHED.search(before[-40:]))
