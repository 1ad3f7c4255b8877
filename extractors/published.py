"""When an article was first published, and how we know: feed, JSON-LD, meta, visible text, URL, in this order.

Never taken: when a page was changed, printed or fetched, a copyright year, a date of the future. No date is better
than a wrong one, since events are dated by it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from lxml.html import HtmlElement

from extractors.page_facts import PageFacts
from extractors.records import PublishedBasis
from extractors.timestamps import EARLIEST, Instant, parse_machine_date
from extractors.visible_dates import visible_dates

FUTURE = timedelta(days=1)
FAR_APART = timedelta(days=30)
RENDERED = timedelta(minutes=2)
"""A date this close to the fetch may be made by the template: taken only if the page offers no other."""

# Names under which publishers keep the first publication, surest first. Names of changes (`article:modified_time`,
# `last-modified`, `og:updated_time`, `dcterms.modified`, `revised`) are not in the list and so never read.
_PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished",
    "pubdate", "publishdate", "publish-date", "publish_date", "publish_time", "publishtime", "published_date",
    "published-date", "published_time", "published", "publication_date", "publication-date", "publicationdate",
    "originalpublicationdate", "article_date_original", "firstpublished", "first_published", "dc.date.issued",
    "dcterms.issued", "dc.issued", "dcterms.available", "sailthru.date", "parsely-pub-date", "parsely-page",
    "cxenseparse:recs:publishtime", "cxense:publishtime", "bt:pubdate", "rnews:datepublished", "article:post_date",
    "article-publish-date", "shareaholic:article_published_time", "og:pubdate", "citation_publication_date",
    "citation_online_date", "citation_date", "eprints.datestamp", "release_date", "issued", "displaydate",
    "contentdate",
)  # fmt: skip
_VAGUE_METAS = (
    "dc.date", "dc:date", "dcterms.date", "dc.date.created", "dcterms.created", "datecreated", "createddate",
    "creation_date", "created", "date", "ptime", "pdate", "timestamp", "article:created",
)  # fmt: skip
_OTHER_THINGS = re.compile(r"Video|Image|Audio|Comment|Event|Person|Organization|Product|Offer|Review|WebSite|Podcast")
_PUB_DATE_IN_JSON = re.compile(r'"pub_date"\s*:\s*"([^"]{8,40})"')
_URL_FOLDERS = re.compile(
    r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/._-]|$)|/((?:19|20)\d{2})(\d{2})/(\d{2})(?=/)"
)
_URL_DIGITS = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_]?)(\d{2})\2(\d{2})(?!\d)")


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
    """The publication date on the best basis that holds.

    The listing's date wins, unless the page itself names another by JSON-LD, a plain meta or the folders of its
    address and the two lie more than a month apart: then the earlier one, since old articles are listed anew.
    """
    flags: list[str] = []
    if feed_date is not None and feed_date > fetched_at + FUTURE:
        flags.append("future-date")
        feed_date = None
    if feed_date is not None and feed_date < EARLIEST:
        feed_date = None
    own = _own_date(facts, tree, url, fetched_at, flags, is_only_sure=feed_date is not None)
    if feed_date is not None:
        listed = Instant(feed_date, _precision_of(feed_date))
        if own and abs(own[0].at - feed_date) > FAR_APART:
            flags.append("feed-date-differs")
            if own[0].at < feed_date:
                return _published(own, flags)
        return _published((listed, "feed"), flags)
    if own is None:
        return Published(flags=(*dict.fromkeys(flags), "no-date"))
    return _published(own, flags)


def date_in_url(url: str) -> Instant | None:
    """A full date in an address: folders, or eight digits in a file name."""
    return date_in_folders(url) or next(
        (instant for found in _URL_DIGITS.finditer(url) if (instant := _from_groups(found[1], found[3], found[4]))),
        None,
    )


def date_in_folders(url: str) -> Instant | None:
    """A full date in the folders of an address: a site that files by day files by the first day."""
    for found in _URL_FOLDERS.finditer(url):
        year, month, day = found.groups()[:3] if found[1] else found.groups()[3:]
        if instant := _from_groups(year, month, day):
            return instant
    return None


def _own_date(
    facts: PageFacts, tree: HtmlElement, url: str, fetched_at: datetime, flags: list[str], *, is_only_sure: bool
) -> tuple[Instant, PublishedBasis] | None:
    """The page's own date. With `is_only_sure`, only on a basis that may overrule the listing's."""
    filed = date_in_folders(url)
    rendered: tuple[Instant, PublishedBasis] | None = None
    for basis, instant in _candidates(facts, tree, url, fetched_at, is_only_sure):
        if instant.at > fetched_at + FUTURE:
            flags.append("future-date")
        elif instant.at < EARLIEST:
            continue
        elif basis != "url" and instant.precision == "second" and abs(instant.at - fetched_at) < RENDERED:
            rendered = rendered or (instant, basis)
        elif filed is not None and EARLIEST <= filed.at < instant.at - FAR_APART:
            flags.append("page-date-differs")
            return filed, "url"
        else:
            return instant, basis
    return rendered


def _candidates(
    facts: PageFacts, tree: HtmlElement, url: str, fetched_at: datetime, is_only_sure: bool
) -> Iterator[tuple[PublishedBasis, Instant]]:
    for entry in _entries(facts):
        for key in ("datePublished", "dateCreated"):
            value = entry.get(key)
            if isinstance(value, str) and (instant := parse_machine_date(value)):
                yield "json-ld", instant
    for name in _PUBLISHED_METAS if is_only_sure else (*_PUBLISHED_METAS, *_VAGUE_METAS):
        value = facts.metas.get(name)
        if value and (instant := parse_machine_date(_unwrapped(value))):
            yield "meta", instant
    if is_only_sure:
        if instant := date_in_folders(url):
            yield "url", instant
        return
    for instant in visible_dates(facts, tree, fetched_at):
        yield "visible", instant
    if instant := date_in_url(url):
        yield "url", instant


def _entries(facts: PageFacts) -> Iterator[Mapping[str, Any]]:
    if facts.article:
        yield facts.article
    for entry in facts.json_ld:
        if entry is not facts.article and not _OTHER_THINGS.search(str(entry.get("@type"))):
            yield entry


def _unwrapped(value: str) -> str:
    found = _PUB_DATE_IN_JSON.search(value) if value.startswith("{") else None
    return found[1] if found else value


def _from_groups(year: str, month: str, day: str) -> Instant | None:
    return parse_machine_date(f"{year}-{int(month):02}-{int(day):02}")


def _precision_of(at: datetime) -> Literal["second", "day"]:
    return "day" if (at.hour, at.minute, at.second) == (0, 0, 0) else "second"


def _published(found: tuple[Instant, PublishedBasis], flags: list[str]) -> Published:
    return Published(found[0].at, found[1], found[0].precision, tuple(dict.fromkeys(flags)))
