"""Everything after the fetch, again: from the archive, or from the stored text where the archive is gone. No network.

Ids are made from content and alerts are an outbox, so what did not change keeps its rows, and no GUID is new for a
development that was there before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from extractors.article import ArticleError, read_article
from extractors.records import Article, Failure, Source, SourceBatch, SourceState
from flows.archive import ArchiveError, read_record
from flows.decide import Decided, decide, store_copies
from flows.ingest import find_batch_mentions
from flows.one_pass import Pass
from flows.publish import publish

if TYPE_CHECKING:
    from warehouse.store import Warehouse

BATCH = 50
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reextracted:
    """What came of it."""

    from_archive: int
    from_text: int
    mentions: int
    failures: tuple[Failure, ...]
    decided: Decided
    files_written: tuple[str, ...]


def reextract(
    work: Pass, since: datetime | None = None, on_article: Callable[[int], None] = lambda amount: None
) -> Reextracted:
    """Read and extract again what was fetched since then, decide, and publish. The caller holds the lock."""
    finder = work.load_finder()
    failures: list[Failure] = []
    mentions = from_archive = 0
    articles: list[Article] = []
    with work.open_warehouse() as warehouse:
        warehouse.start_run(replace(work.stamp, notes=("reextract",)))
        warehouse.save_initiatives(work.initiatives)
        states = warehouse.source_states()
        sources = known_sources(warehouse)
        archived = list(read_archived(warehouse, work, since, failures))
        from_archive = len(archived)
        covered = {article.article_id for article in archived}
        stored = [a for a in warehouse.recent_articles(since or BEGINNING) if a.article_id not in covered]
        for source_id, group in by_source([*archived, *stored]):
            source = sources[source_id]
            for start in range(0, len(group), BATCH):
                part = group[start : start + BATCH]
                found = find_batch_mentions(finder, part)
                state = states.get(source_id, SourceState(source_id))
                warehouse.add(SourceBatch(source, state, articles=tuple(part), mentions=found), work.stamp)
                mentions += len(found)
                on_article(len(part))
            articles.extend(group)
        warehouse.add_failures(failures, work.stamp)
        store_copies(warehouse, articles, sources.values(), dict(states), work.stamp, work.now, work.settings)
        decided = decide(warehouse, work.stamp, work.now, work.settings)
        counts = {
            "articles": len(articles),
            "mentions": mentions,
            "developments": len(decided.new_developments),
            "alerts": len(decided.new_alerts),
            "failures": len(failures),
        }
        warehouse.finish_run(work.stamp.run_id, finished_at=work.clock(), status="ok", counts=counts)
        written = publish(warehouse, work.settings)
    return Reextracted(from_archive, len(stored), mentions, tuple(failures), decided, written)


def known_sources(warehouse: "Warehouse") -> dict[str, Source]:
    """All that articles came from, whichever source list is in use today."""
    rows = warehouse.query("""
        SELECT source_id, name, url, kind, language, country, region, type, tier, poll_minutes, link_pattern, status,
            note
        FROM sources
    """).fetchall()
    return {row[0]: Source(*row) for row in rows}


def read_archived(
    warehouse: "Warehouse", work: Pass, since: datetime | None, failures: list[Failure]
) -> Iterator[Article]:
    """The articles of all archived pages; a page that cannot be had or read is a failure, and its old rows stay."""
    for kept in warehouse.pages_to_reextract(since):
        path = work.settings.archive_dir / kept.archive_file
        if not path.exists():
            continue  # past its retention: the stored text is used
        try:
            page = replace(read_record(path, kept.archive_offset), fetched_at=kept.fetched_at)
            yield read_article(page, link=kept.link, source_id=kept.source_id)
        except ArchiveError as error:
            failures.append(Failure(kept.source_id, "archive", "archive", str(error), kept.url))
        except ArticleError as error:
            failures.append(Failure(kept.source_id, "read", error.failure_class, error.reason, kept.url))


def by_source(articles: Iterable[Article]) -> Iterator[tuple[str, list[Article]]]:
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        groups[article.source_id or ""].append(article)
    yield from groups.items()
