"""Opening a DuckDB file: a bounded wait while another process holds it, and errors that fit in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    # For new files. Each column takes a block at least: with DuckDB's own 256 KiB an almost empty warehouse has 9 MB,
    # with 16 KiB 1.8 MB; with 20,000 articles the file is 8 % larger, and as fast.
    "default_block_size": 16384,
    # Never fetch extensions: what is needed is built in, and an unattended run must not depend on a download.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


class WarehouseError(Exception):
    """A warehouse file that can't be used, with the file and the reason."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class WarehouseBusy(WarehouseError):  # noqa: N818  (the word that the flows use)
    """Another process holds the file."""


def connect(path: Path, *, wait_seconds: float = 0, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the file, trying again for `wait_seconds` while another process holds it."""
    if not path.parent.is_dir():
        raise WarehouseError(path, "its directory does not exist")
    if path.is_dir():
        raise WarehouseError(path, "is a directory, not a DuckDB file")
    retrying = Retrying(
        retry=retry_if_exception_type(WarehouseBusy),
        stop=stop_after_delay(wait_seconds),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )
    return retrying(connect_once, path, read_only=read_only)


def connect_once(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the file now, or say in one line why not."""
    try:
        return duckdb.connect(path, read_only=read_only, config=SETTINGS)
    except duckdb.Error as error:
        text = first_line(error)
        if "set lock on file" in text:
            raise WarehouseBusy(path, f"another process holds it ({text})") from error
        raise WarehouseError(path, text) from error


def first_line(error: BaseException) -> str:
    """What DuckDB says, without its advice on the lines below."""
    return str(error).strip().split("\n", 1)[0].strip()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: commit at the end, roll back on whatever goes wrong inside."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
