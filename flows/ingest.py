"""What is done with one source: poll its listing, fetch the new pages, read them, extract mentions, make a batch.

Plain functions without Prefect, storage or terminal; `flows/pipeline.py` says when each is called. A thing that fails
in a foreseen way becomes a `Failure` in the result, and the rest goes on.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from extractors.article import ArticleError, read_article, reset_caches
from extractors.listing import ListingError, parse_listing
from extractors.polling import PollPolicy, after_failure, after_success
from extractors.records import (
    Article,
    Failure,
    Fetch,
    Link,
    Listing,
    Mention,
    Page,
    Source,
    SourceBatch,
    SourceState,
)
from flows.replies import FetchError

if TYPE_CHECKING:
    from flows.fetch import Fetcher, FetchResult

MAX_CHILD_SITEMAPS = 3
"""Of a sitemap index, the newest few: they hold the new articles, the rest is the site's whole past."""
PAGES_AT_ONCE = 8


class MentionFinder(Protocol):
    """What `extractors.mentions.load_extractor()` gives."""

    def find_in_batch(self, articles: Sequence[Article]) -> list[tuple[Mention, ...]]: ...


@dataclass(frozen=True, slots=True)
class Polled:
    """What the listing of one source said."""

    source: Source
    state: SourceState
    """As it was before; `settle` makes the one after."""
    links: tuple[Link, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    answer: Fetch | None = None
    """The exchange that gave the listing; none where it failed."""
    failure: Failure | None = None
    update_minutes: int | None = None
    max_age_minutes: float | None = None
    retry_after: float | None = None
    changed: bool = True


@dataclass(frozen=True, slots=True)
class PagesRead:
    """The articles of one source, and what stood in the way of others."""

    articles: tuple[Article, ...]
    fetches: tuple[Fetch, ...]
    failures: tuple[Failure, ...]
    left_over: frozenset[str]
    """URLs that deserve another try in the next pass: not reached in time, or failed in a passing way."""


async def poll_source(fetcher: "Fetcher", source: Source, state: SourceState) -> Polled:
    """Fetch and parse the listing of a source; of a sitemap index, its newest children too."""
    fetches: list[Fetch] = []
    try:
        result = await fetcher.get(source.url, source=source, purpose="listing", state=state)
        fetches.extend(result.fetches)
        if result.page is None:
            return _unchanged(source, state, result)
        listing = _parse(result.page, source)
        links = list(listing.links)
        for child in listing.children[:MAX_CHILD_SITEMAPS]:
            part = await fetcher.get(child, source=source, purpose="listing")
            fetches.extend(part.fetches)
            if part.page is not None:
                links.extend(_parse(part.page, source).links)
    except FetchError as error:
        stage: Literal["robots", "listing"] = "robots" if error.failure_class == "robots" else "listing"
        failure = Failure(source.id, stage, error.failure_class, error.reason, error.url)
        made = (*fetches, *error.fetches)
        return Polled(source, state, fetches=made, failure=failure, retry_after=error.retry_after)
    except ListingError as error:
        failure = Failure(source.id, "listing", "parse", error.reason, error.url)
        return Polled(source, state, fetches=tuple(fetches), failure=failure)
    return Polled(
        source,
        state,
        tuple(links),
        tuple(fetches),
        answer=result.fetch,
        update_minutes=listing.update_minutes,
        max_age_minutes=result.max_age_minutes,
    )


def _unchanged(source: Source, state: SourceState, result: "FetchResult") -> Polled:
    return Polled(
        source,
        state,
        fetches=result.fetches,
        answer=result.fetch,
        max_age_minutes=result.max_age_minutes,
        changed=False,
    )


def settle(polled: Polled, new_links: int, now: datetime, policy: PollPolicy) -> Polled:
    """With the state that follows from this poll: what to remember of the source, and when to ask it again."""
    if polled.answer is None:
        failure_class = polled.failure.failure_class if polled.failure else "internal"
        state = after_failure(
            polled.state, polled.source, failure_class, now, retry_after=polled.retry_after, policy=policy
        )
    else:
        state = after_success(
            polled.state,
            polled.source,
            polled.answer,
            now,
            links=len(polled.links),
            new_links=new_links,
            update_minutes=polled.update_minutes,
            max_age_minutes=polled.max_age_minutes,
            policy=policy,
        )
    return replace(polled, state=state)


async def read_pages(
    fetcher: "Fetcher",
    source: Source,
    links: Sequence[Link],
    *,
    seconds: float,
    on_page: Callable[[], None] = lambda: None,
) -> PagesRead:
    """Fetch and read the pages behind `links`, at most `seconds` long; what was read by then counts."""
    gate = asyncio.Semaphore(PAGES_AT_ONCE)

    async def one(link: Link) -> tuple[Article | None, tuple[Fetch, ...], Failure | None, bool]:
        async with gate:
            try:
                result = await fetcher.get(link.url, source=source, purpose="page")
            except FetchError as error:
                failure = Failure(source.id, "page", error.failure_class, error.reason, error.url)
                return None, error.fetches, failure, error.retryable
            finally:
                on_page()
            assert result.page is not None, "a page is asked for without a condition"
            try:
                article = await asyncio.to_thread(read_article, result.page, link=link, source_id=source.id)
            except ArticleError as error:
                failure = Failure(source.id, "read", error.failure_class, error.reason, error.url)
                return None, result.fetches, failure, False
            return article, result.fetches, None, False

    tasks = [asyncio.create_task(one(link)) for link in links]
    try:
        await asyncio.wait(tasks, timeout=max(seconds, 0.0)) if tasks else None
        unfinished = [task for task in tasks if not task.done()]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
    finally:
        for task in tasks:
            task.cancel()
    articles: dict[str, Article] = {}
    fetches: list[Fetch] = []
    failures: list[Failure] = []
    left_over: set[str] = set()
    late = 0
    for link, task in zip(links, tasks, strict=True):
        if task.cancelled():
            left_over.add(link.url)
            late += 1
            continue
        article, made, failure, again = task.result()
        fetches.extend(made)
        if article is not None:
            articles.setdefault(article.article_id, article)
        if failure is not None:
            failures.append(failure)
        if again:
            left_over.add(link.url)
    if late:
        reason = f"{late} of {len(links)} pages were not reached within {seconds:.0f} s; the next pass goes on"
        failures.append(Failure(source.id, "page", "timeout", reason, source.url))
    return PagesRead(tuple(articles.values()), tuple(fetches), tuple(failures), frozenset(left_over))


def find_batch_mentions(finder: MentionFinder, articles: Sequence[Article]) -> tuple[Mention, ...]:
    """The mentions of a batch. An article in another language is kept, and not extracted."""
    readable = [article for article in articles if is_english(article)]
    found = finder.find_in_batch(readable) if readable else []
    reset_caches()
    return tuple(mention for mentions in found for mention in mentions)


def is_english(article: Article) -> bool:
    return (article.language or "en").lower().startswith("en")


def make_batch(polled: Polled, read: PagesRead, mentions: tuple[Mention, ...]) -> SourceBatch:
    """All that one source gave in this pass."""
    state = polled.state
    if read.left_over:  # an unchanged listing would hide them from the next pass
        state = replace(state, etag=None, last_modified=None, body_sha256=None)
    return SourceBatch(
        source=polled.source,
        state=state,
        seen=polled.links,
        articles=read.articles,
        mentions=mentions,
        fetches=polled.fetches + read.fetches,
        failures=((polled.failure,) if polled.failure else ()) + read.failures,
    )


def _parse(page: Page, source: Source) -> Listing:
    return parse_listing(
        page.content,
        url=page.final_url or page.url,
        kind=source.kind,
        link_pattern=source.link_pattern,
        content_type=page.content_type,
        charset=page.charset,
        fetched_at=page.fetched_at,
    )
