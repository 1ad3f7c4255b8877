"""The flow: from source pages to a warehouse and an alert feed, once.

    sources.toml | poll listings | links | warehouse.unseen | fetch pages | read articles | find mentions
                 | warehouse.add  (one transaction per source)
                 | find copies | assign developments (pure, once) | warehouse.apply | checks | render | publish

A Prefect task for all listings, for each source with something new, and for each batch that is stored: a task costs
5 to 70 ms, so none per page. What is done in each step is in `ingest`, `decide` and `publish`, without Prefect.
Here, at the top, the unforeseen is caught per source: it is recorded as a failure, and the other sources go on.
"""

import asyncio
import faulthandler
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event
from prefect.runtime import deployment, flow_run

from extractors.records import Article, Failure, Link, Mention, Source, SourceBatch
from flows.decide import Decided
from flows.fetch import Fetcher
from flows.ingest import MentionFinder, PagesRead, Polled, find_batch_mentions, make_batch, poll_source, read_pages
from flows.journal import open_journal
from flows.lock import hold_run_lock
from flows.one_pass import Pass
from flows.progress import current_display
from flows.schedule import is_superseded
from flows.settings import load_settings
from flows.summary import RunSummary, as_markdown, one_line
from flows.times import parse_time

LOG = logging.getLogger("pactwatch")
HARD_LIMIT_FACTOR = 2
"""A pass that computes without end is ended by the C runtime after this many times its own limit, and 5 minutes."""


@flow(name="pactwatch", description="One pass over all sources.", validate_parameters=True)
async def watch(
    sources: str | None = None, home: str | None = None, now: str | None = None, due_only: bool = False
) -> RunSummary:
    """One pass. `now` (ISO 8601) sets its clock, for replays; `due_only` asks only sources whose time has come."""
    settings = load_settings(sources=sources, home=Path(home) if home else None)
    scheduled = flow_run.scheduled_start_time if deployment.id else None
    interval = timedelta(minutes=settings.interval_minutes)
    if due_only and scheduled and is_superseded(scheduled, datetime.now(UTC), interval):
        return RunSummary(
            "", scheduled, 0.0, note=f"the start of {scheduled:%H:%M} was missed; a later one does its work"
        )
    work = Pass(settings, parse_time(now) if now else None)
    with hold_run_lock(settings.lock_path):
        open_journal(settings.log_path, echo=due_only)
        with settings.log_path.open("a") as log:
            limit = settings.run_timeout_minutes * 60 * HARD_LIMIT_FACTOR + 300
            faulthandler.dump_traceback_later(limit, exit=True, file=log)
            try:
                summary = await run_pass(work, due_only=due_only)
            finally:
                faulthandler.cancel_dump_traceback_later()
        LOG.info("%s", one_line(summary))
        for failure in summary.failures:
            LOG.warning("%s %s %s %s %s", failure.source_id, failure.stage, failure.failure_class,
                        failure.url or "-", failure.reason)  # fmt: skip
        for warning in summary.warnings:
            LOG.warning("%s", warning)
        return summary


async def run_pass(work: Pass, *, due_only: bool) -> RunSummary:
    """The steps in their order."""
    display = current_display()
    display.stage("loading the extractor")
    finder = await asyncio.to_thread(work.load_finder)
    asked = work.begin(due_only=due_only)
    async with work.open_fetcher() as fetcher:
        display.stage("polling sources", len(asked))
        polled = await poll_listings(work, fetcher, asked)
        chosen = work.choose_new(polled)
        display.stage(
            "fetching and reading", sum(len(links[: work.settings.max_pages_per_source]) for _, links in chosen)
        )
        await store_polls(work, [polled for polled, links in chosen if not links])
        await ingest_all(work, fetcher, finder, [(polled, links) for polled, links in chosen if links])
    display.stage("deciding what is new", 1)
    decided = await decide_developments(work)
    display.stage("publishing", 1)
    summary = await publish_all(work, decided)
    announce(work, decided)
    await acreate_markdown_artifact(key="pactwatch-run", markdown=as_markdown(summary), description="What the pass did")
    return summary


@task(name="poll listings", cache_policy=NO_CACHE)
async def poll_listings(work: Pass, fetcher: Fetcher, asked: Sequence[Source]) -> list[Polled]:
    """Ask all sources at once: one that says "not modified" must not cost a task of its own."""
    gate = asyncio.Semaphore(work.settings.max_concurrent_sources)
    display = current_display()

    async def one(source: Source) -> Polled:
        state = work.state_of(source)
        async with gate:
            try:
                async with asyncio.timeout(work.seconds_left()):
                    return await poll_source(fetcher, source, state)
            except TimeoutError:
                failure = Failure(source.id, "listing", "timeout", "no complete answer in time", source.url)
            except Exception as error:
                failure = unforeseen(source, error)
            finally:
                display.advance()
        return Polled(source, state, failure=failure)

    return list(await asyncio.gather(*(one(source) for source in asked)))


async def ingest_all(
    work: Pass, fetcher: Fetcher, finder: MentionFinder, chosen: Sequence[tuple[Polled, tuple[Link, ...]]]
) -> None:
    """Ingest the sources that have something new side by side, and store each as soon as it is through."""
    gate = asyncio.Semaphore(work.settings.max_concurrent_sources)
    extracting = asyncio.Lock()
    done: asyncio.Queue[SourceBatch | None] = asyncio.Queue()

    async def one(polled: Polled, links: tuple[Link, ...]) -> None:
        began = time.monotonic()
        async with gate:
            batch = await ingest_source.with_options(task_run_name=polled.source.id)(
                work, fetcher, finder, extracting, polled, links
            )
        work.note(polled, batch, time.monotonic() - began)
        await done.put(batch)

    async def store_as_they_come() -> None:
        open_end = True
        while open_end:
            waiting = [await done.get()]
            while not done.empty():
                waiting.append(done.get_nowait())
            open_end = None not in waiting
            batches = [batch for batch in waiting if batch is not None]
            if batches:
                await store_batches(work, batches)

    storing = asyncio.create_task(store_as_they_come())
    try:
        async with asyncio.TaskGroup() as group:
            for polled, links in chosen:
                group.create_task(one(polled, links))
    finally:
        await done.put(None)
        await storing


@task(name="ingest source", cache_policy=NO_CACHE)
async def ingest_source(
    work: Pass,
    fetcher: Fetcher,
    finder: MentionFinder,
    extracting: asyncio.Lock,
    polled: Polled,
    links: tuple[Link, ...],
) -> SourceBatch:
    """Fetch and read the new pages of a source and find what they mention."""
    now_or_later = links[: work.settings.max_pages_per_source]
    waiting = frozenset(link.url for link in links[work.settings.max_pages_per_source :])
    display = current_display()
    nothing = PagesRead((), (), (), waiting | {link.url for link in now_or_later})
    try:
        read = await read_pages(
            fetcher, polled.source, now_or_later, seconds=work.seconds_left(), on_page=display.advance
        )
        read = replace(read, left_over=read.left_over | waiting)
        async with extracting:  # one model, one thread: two at once would only take turns
            mentions, failures = await asyncio.to_thread(extract_all, finder, read.articles, polled.source)
    except Exception as error:
        return make_batch(polled, replace(nothing, failures=(unforeseen(polled.source, error),)), ())
    return make_batch(polled, replace(read, failures=read.failures + failures), mentions)


def extract_all(
    finder: MentionFinder, articles: Sequence[Article], source: Source
) -> tuple[tuple[Mention, ...], tuple[Failure, ...]]:
    """The mentions of all articles. If one of them breaks the extractor, it alone goes without."""
    try:
        return find_batch_mentions(finder, articles), ()
    except Exception as error:
        LOG.error("%s: the extractor broke; its articles are taken one by one", source.id, exc_info=error)
    mentions: list[Mention] = []
    failures: list[Failure] = []
    for article in articles:
        try:
            mentions.extend(find_batch_mentions(finder, (article,)))
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:500]
            failures.append(Failure(source.id, "extract", "internal", reason, article.url))
    return tuple(mentions), tuple(failures)


@task(name="store batch", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
async def store_batches(work: Pass, batches: list[SourceBatch]) -> None:
    await asyncio.to_thread(work.store, batches)


@task(name="store polls", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=5)
async def store_polls(work: Pass, polled: Sequence[Polled]) -> None:
    """Store the sources without anything to read, at once: each costs as much as an article if stored alone."""
    batches = [make_batch(one, PagesRead((), (), (), frozenset()), ()) for one in polled]
    await asyncio.to_thread(work.store_polls, batches)
    for one, batch in zip(polled, batches, strict=True):
        work.note(one, batch, 0.0)


@task(name="decide developments", cache_policy=NO_CACHE, retries=1, retry_delay_seconds=5)
async def decide_developments(work: Pass) -> Decided:
    return await asyncio.to_thread(work.decide)


@task(name="publish", cache_policy=NO_CACHE, retries=1, retry_delay_seconds=5)
async def publish_all(work: Pass, decided: Decided) -> RunSummary:
    return await asyncio.to_thread(work.finish, decided)


def announce(work: Pass, decided: Decided) -> None:
    """Tell Prefect of each new alert, so that its automations can send mail or chat messages."""
    for guid, development_id, headline in decided.alerts:
        emit_event(
            event="pactwatch.alert.published",
            resource={"prefect.resource.id": f"pactwatch.alert.{guid}", "prefect.resource.name": headline},
            related=[
                {
                    "prefect.resource.id": f"pactwatch.development.{development_id}",
                    "prefect.resource.role": "development",
                }
            ],
            payload={
                "guid": guid,
                "headline": headline,
                "development_id": development_id,
                "feed": work.settings.public_url or str(work.settings.public_dir),
                "run_id": work.stamp.run_id,
            },
        )


def unforeseen(source: Source, error: Exception) -> Failure:
    """A fault of ours: the traceback goes to the log, one line to the record."""
    LOG.error("%s: unforeseen", source.id, exc_info=error)
    return Failure(source.id, "internal", "internal", f"{type(error).__name__}: {error}"[:500], source.url)
