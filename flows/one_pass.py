"""The state of one pass: its settings, its clock, what it reads with, and short visits to the warehouse.

The warehouse file is opened late and closed early: while it is open no other process can use it.
What is done in which order belongs in `flows/pipeline.py`.
"""

import time
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from extractors.catalog import known_initiatives, load_sources
from extractors.polling import is_due
from extractors.records import (
    Article,
    Failure,
    Initiative,
    Link,
    RunStamp,
    Source,
    SourceBatch,
    SourceState,
)
from flows.decide import Decided, decide, store_copies
from flows.fetching import fetch_settings, package_version, poll_policy
from flows.ingest import MentionFinder, Polled, settle
from flows.publish import publish
from flows.settings import Settings
from flows.summary import RunSummary, SourceOutcome

if TYPE_CHECKING:
    from flows.fetch import Fetcher
    from warehouse.store import Warehouse


class Pass:
    """What one pass knows and has found so far."""

    def __init__(self, settings: Settings, now: datetime | None = None) -> None:
        """Reads the person's files: a mistake in them raises before anything is written."""
        self.settings = settings
        self.sources, self.initiatives = read_person_files(settings)
        self._fixed_now = now
        self.now = self.clock()
        self._began = time.monotonic()
        self.deadline = self._began + settings.run_timeout_minutes * 60
        self.stamp = RunStamp(f"run-{uuid.uuid4().hex[:16]}", self.now, "unknown", package_version())
        self.states: dict[str, SourceState] = {}
        self.outcomes: dict[str, SourceOutcome] = {}
        self.failures: list[Failure] = []
        self.new_articles: list[Article] = []
        self._stored: set[str] = set()

    def clock(self) -> datetime:
        """The time of day, or for a replay the time that it plays at."""
        return self._fixed_now or datetime.now(UTC)

    def seconds_left(self) -> float:
        """For one more source, within its own limit and that of the pass."""
        return max(min(self.settings.source_timeout_seconds, self.deadline - time.monotonic()), 0.0)

    def load_finder(self) -> MentionFinder:
        """The compiled extractor; its version goes into every row of this pass."""
        from extractors.mentions import load_extractor

        extractor = load_extractor(self.settings.initiatives_path)
        self.stamp = replace(self.stamp, extractor_version=extractor.version)
        return extractor

    def open_warehouse(self) -> AbstractContextManager["Warehouse"]:
        from warehouse.store import Warehouse

        self.settings.home.mkdir(parents=True, exist_ok=True)
        return Warehouse.open(self.settings.warehouse_path, wait_seconds=self.settings.warehouse_wait_seconds)

    def begin(self, *, due_only: bool) -> tuple[Source, ...]:
        """Register the pass; returns the sources to ask, and notes those that are not due."""
        with self.open_warehouse() as warehouse:
            warehouse.start_run(self.stamp)
            warehouse.save_sources(self.sources)
            warehouse.save_initiatives(self.initiatives)
            self.states = dict(warehouse.source_states())
        asked = []
        for source in self.sources:
            if due_only and not is_due(self.state_of(source), self.now):
                self.outcomes[source.id] = SourceOutcome(source.id, "not due")
            else:
                asked.append(source)
        return tuple(asked)

    def state_of(self, source: Source) -> SourceState:
        return self.states.get(source.id, SourceState(source.id))

    def choose_new(self, polled: Sequence[Polled]) -> list[tuple[Polled, tuple[Link, ...]]]:
        """For each source the links to fetch in this pass; when to ask it next follows from how many are new."""
        policy = poll_policy(self.settings)
        chosen = []
        with self.open_warehouse() as warehouse:
            for one in polled:
                links = tuple(warehouse.unseen(one.source.id, one.links)) if one.links else ()
                settled = settle(one, len(links), self.now, policy)
                self.states[one.source.id] = settled.state
                chosen.append((settled, links))
        return chosen

    @asynccontextmanager
    async def open_fetcher(self) -> AsyncIterator["Fetcher"]:
        """The HTTP client of this pass, with its archive."""
        from flows.archive import ArchiveWriter, prune
        from flows.fetch import Fetcher

        settings = self.settings
        if settings.archive_keep_days:
            prune(settings.archive_dir, settings.archive_keep_days, self.now)
        with ArchiveWriter(settings.archive_dir, self.clock) as archive:
            fetching = fetch_settings(
                settings, archive=archive, clock=self.clock, robots_file=settings.home / "robots.json"
            )
            async with Fetcher(fetching) as fetcher:
                yield fetcher

    def store(self, batches: Iterable[SourceBatch]) -> None:
        """One transaction for each source; what was stored by an attempt that failed later is not stored again."""
        with self.open_warehouse() as warehouse:
            for batch in batches:
                if batch.source.id not in self._stored:
                    self._count(batch.source.id, warehouse.add(batch, self.stamp))
                    self._stored.add(batch.source.id)
                    self.states[batch.source.id] = batch.state
                    self.new_articles.extend(batch.articles)

    def store_polls(self, batches: Sequence[SourceBatch]) -> None:
        """One transaction for all sources that gave nothing to read."""
        if not batches:
            return
        with self.open_warehouse() as warehouse:
            warehouse.add_polls(batches, self.stamp)
        for batch in batches:
            self.states[batch.source.id] = batch.state

    def _count(self, source_id: str, added: Mapping[str, int]) -> None:
        """What the warehouse did not have before; what was read may have been there."""
        self.outcomes[source_id] = replace(
            self.outcomes[source_id], articles=added["articles"], mentions=added["mentions"]
        )

    def note(self, polled: Polled, batch: SourceBatch, seconds: float) -> None:
        """Remember how a source did, for the summary; how much of it was new is known once it is stored."""
        self.failures.extend(batch.failures)
        gave_up = any(f.stage in ("listing", "robots", "internal") for f in batch.failures)
        outcome = "failed" if gave_up else ("ok" if polled.changed else "unchanged")
        self.outcomes[batch.source.id] = SourceOutcome(
            batch.source.id,
            outcome,
            links=len(polled.links),
            failures=len(batch.failures),
            seconds=seconds,
        )

    def decide(self) -> Decided:
        with self.open_warehouse() as warehouse:
            store_copies(warehouse, self.new_articles, self.sources, self.states, self.stamp, self.now, self.settings)
            return decide(warehouse, self.stamp, self.now, self.settings)

    def finish(self, decided: Decided) -> RunSummary:
        """Check, publish, and close the books."""
        from flows.websub import ping_hub
        from warehouse.checks import run_checks

        with self.open_warehouse() as warehouse:
            findings = tuple(
                f"{finding.severity}: {finding.check}: {finding.subject}: {finding.detail}"
                for finding in run_checks(warehouse)
            )
            summary = self.summarise(decided, findings)
            status = "ok" if summary.succeeded else "failed"
            warehouse.finish_run(self.stamp.run_id, finished_at=self.clock(), status=status, counts=summary.counts())
            self._forget(warehouse)
            written = publish(warehouse, self.settings)
        return replace(self.summarise(decided, findings, written), warnings=ping_hub(self.settings, written))

    def _forget(self, warehouse: "Warehouse") -> None:
        """Let go of what nothing needs any more, so that the file does not grow with each poll."""
        warehouse.forget_links(self.now - timedelta(days=self.settings.link_memory_days))
        warehouse.forget_exchanges(self.now - timedelta(days=self.settings.exchange_memory_days))

    def summarise(self, decided: Decided, findings: tuple[str, ...] = (), written: tuple[str, ...] = ()) -> RunSummary:
        order = {source.id: place for place, source in enumerate(self.sources)}
        return RunSummary(
            run_id=self.stamp.run_id,
            started_at=self.now,
            seconds=time.monotonic() - self._began,
            outcomes=tuple(sorted(self.outcomes.values(), key=lambda o: order[o.source_id])),
            failures=tuple(self.failures),
            new_developments=decided.new_developments,
            updated_developments=decided.updated_developments,
            new_alerts=decided.new_alerts,
            updated_alerts=decided.updated_alerts,
            findings=findings,
            files_written=written,
            feed=self.settings.public_dir / "feed.xml",
            warehouse=self.settings.published_copy,
        )


def read_person_files(settings: Settings) -> tuple[tuple[Source, ...], tuple[Initiative, ...]]:
    """Sources and initiatives; the watches are looked at too: a mistake should not surface at the end of the work."""
    sources = load_sources(settings.sources_file)
    initiatives = known_initiatives(settings.initiatives_path)
    if settings.watches_file:
        from warehouse.watches import load_watches

        load_watches(settings.watches_file)
    return sources, initiatives
