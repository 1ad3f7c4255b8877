"""The pipeline's warehouse: opened late, closed early, every write one transaction. The file is private to it.

What people query is the published copy (`warehouse.snapshot`); a process that holds this file keeps all others out.
"""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from extractors.records import (
    Article,
    ArticleMentions,
    Change,
    Development,
    Failure,
    Initiative,
    Link,
    RunStamp,
    Source,
    SourceBatch,
    SourceState,
)
from warehouse.apply import Applied, apply_changes
from warehouse.connection import WarehouseBusy, WarehouseError, connect, first_line, transaction
from warehouse.links import forget_links, unseen_links
from warehouse.load import load_batch, load_polls
from warehouse.load_catalog import merge_initiatives, merge_sources
from warehouse.load_ops import forget_exchanges, load_failures, note_extractor
from warehouse.migrate import migrate
from warehouse.read import (
    ArchivedPage,
    read_archived_pages,
    read_developments,
    read_recent_articles,
    read_source_states,
    read_unassigned,
)
from warehouse.rows import merge, to_timestamp

__all__ = ["Applied", "ArchivedPage", "Warehouse", "WarehouseBusy", "WarehouseError"]


class Warehouse:
    """An open warehouse file. Methods may be called from several threads; they take turns."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self.connection = connection
        self._turn = threading.RLock()
        self._stamp: RunStamp | None = None

    @classmethod
    def open(cls, path: Path, *, wait_seconds: float = 30) -> Self:
        """Open, creating the file and bringing its schema up to date; waits while another process holds it."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WarehouseError(path, f"its directory can't be made: {error.strerror or error}") from error
        connection = connect(path, wait_seconds=wait_seconds)
        try:
            migrate(connection, path)
        except duckdb.Error as error:
            connection.close()
            raise WarehouseError(path, first_line(error)) from error
        except BaseException:
            connection.close()
            raise
        return cls(path, connection)

    def close(self) -> None:
        with self._turn:
            self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._turn, self._named_errors(), transaction(self.connection):
            yield self.connection

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The connection, for a query of this package, while no other thread uses it."""
        with self._turn, self._named_errors():
            yield self.connection

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """What disk, memory or a damaged file can do to us, as one line with the file's name."""
        try:
            yield
        except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException) as error:
            raise WarehouseError(self.path, first_line(error)) from error

    # --- a run ---------------------------------------------------------------------------------------------------

    def start_run(self, stamp: RunStamp) -> None:
        with self._writing() as connection:
            row = {
                "run_id": stamp.run_id, "started_at": to_timestamp(stamp.started_at), "status": "running",
                "extractor_version": stamp.extractor_version, "package_version": stamp.package_version,
                "notes": stamp.notes,
            }  # fmt: skip
            merge(connection, "ops.runs", [row], keys=["run_id"], guard="false")
        self._stamp = stamp

    def finish_run(self, run_id: str, *, finished_at: datetime, status: str, counts: Mapping[str, int]) -> None:
        with self._writing() as connection:
            found = connection.execute(
                """
                UPDATE ops.runs SET finished_at = $finished, status = $status,
                    counts = map_from_entries(from_json($counts, '[{"k": "VARCHAR", "v": "BIGINT"}]'))
                WHERE run_id = $run RETURNING run_id
                """,
                {"finished": to_timestamp(finished_at), "status": status, "run": run_id, "counts": _entries(counts)},
            ).fetchone()
            if not found:
                raise WarehouseError(self.path, f"run {run_id} was never started")

    def save_sources(self, sources: Sequence[Source]) -> None:
        """The list as it is now; sources that are no longer in it stay, marked as not active."""
        with self._writing() as connection:
            merge_sources(connection, sources, self._stamp)
            connection.execute(
                "UPDATE sources SET active = false WHERE active AND source_id NOT IN (SELECT unnest($1::VARCHAR[]))",
                [[source.id for source in sources]],
            )

    def save_initiatives(self, initiatives: Sequence[Initiative]) -> None:
        with self._writing() as connection:
            merge_initiatives(connection, initiatives, self._stamp)

    def add(self, batch: SourceBatch, stamp: RunStamp) -> dict[str, int]:
        """Load all that one source gave, in one transaction; returns how many rows of each sort are new."""
        with self._writing() as connection:
            note_extractor(connection, stamp)
            return load_batch(connection, batch, stamp)

    def add_polls(self, batches: Sequence[SourceBatch], stamp: RunStamp) -> dict[str, int]:
        """Load what sources without news gave, all in one transaction: most polls of most sources bring nothing."""
        with self._writing() as connection:
            note_extractor(connection, stamp)
            return load_polls(connection, batches, stamp)

    def add_failures(self, failures: Sequence[Failure], stamp: RunStamp) -> int:
        """Failures that belong to no batch."""
        with self._writing() as connection:
            return load_failures(connection, failures, stamp)

    def apply(self, changes: Sequence[Change], stamp: RunStamp, now: datetime) -> Applied:
        """Apply what was decided, in one transaction; alerts get their GUIDs here."""
        with self._writing() as connection:
            note_extractor(connection, stamp)
            return apply_changes(connection, changes, stamp, now)

    def forget_links(self, before: datetime) -> int:
        """Drop dedupe memory of links that no listing has shown since."""
        with self._writing() as connection:
            return forget_links(connection, before)

    def forget_exchanges(self, before: datetime) -> int:
        """Drop rows of older failures and exchanges, but for pages in the archive, which can be read again."""
        with self._writing() as connection:
            return forget_exchanges(connection, before)

    # --- what a run needs to know --------------------------------------------------------------------------------

    def source_states(self) -> dict[str, SourceState]:
        with self.reading() as connection:
            return read_source_states(connection)

    def unseen(self, source_id: str, links: Sequence[Link]) -> tuple[Link, ...]:
        """Links still to be fetched, whichever source showed them first."""
        with self.reading() as connection:
            return unseen_links(connection, links)

    def recent_articles(self, since: datetime) -> tuple[Article, ...]:
        with self.reading() as connection:
            return read_recent_articles(connection, since)

    def known_developments(self, since: datetime) -> tuple[Development, ...]:
        with self.reading() as connection:
            return read_developments(connection, since)

    def unassigned(self, since: datetime | None = None) -> list[ArticleMentions]:
        with self.reading() as connection:
            return list(read_unassigned(connection, since))

    def pages_to_reextract(self, since: datetime | None = None) -> tuple[ArchivedPage, ...]:
        with self.reading() as connection:
            return read_archived_pages(connection, since)

    def query(self, sql: str, parameters: Sequence[object] = ()) -> duckdb.DuckDBPyConnection:
        """Run a query: `.fetchall()`, `.description` and so on are on what it returns."""
        with self.reading() as connection:
            return connection.cursor().execute(sql, list(parameters))


def _entries(counts: Mapping[str, int]) -> str:
    return json.dumps([{"k": name, "v": int(count)} for name, count in counts.items()])
