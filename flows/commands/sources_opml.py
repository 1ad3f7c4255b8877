"""`pactwatch sources import` and `export`: lists of feeds as feed readers exchange them."""

import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from extractors.catalog import load_sources
from extractors.opml import OpmlError, read_opml, write_opml
from extractors.records import Source
from extractors.urls import UrlError, canonicalise_url
from flows.commands.toml_tables import format_table
from flows.settings import load_settings

TITLE = "pactwatch: sources"


class OpmlFileError(Exception):
    """An OPML file that gives no source."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason


def import_opml(file: Path, sources: Path | None) -> int:
    """Print the tables for a source list; what the list has already is left out."""
    settings = load_settings(sources=str(sources) if sources else None)
    try:
        found = read_opml(file.read_bytes())
    except OpmlError as error:
        raise OpmlFileError(file, error.reason) from error
    if not found:
        raise OpmlFileError(file, "names no feed")
    known = load_sources(settings.sources_file)
    added = without_known(found, known)
    tables = "\n".join(source_table(source) for source in added)
    if added:
        check_tables(tables)
        sys.stdout.write(
            "# From OPML: look at country, region, type and tier (1 primary, 2 established, 3 reposts).\n\n"
        )
        sys.stdout.write(tables)
    sys.stderr.write(f"pactwatch: {len(added)} of {len(found)} feeds are new to the source list\n")
    return 0


def export_opml(out: Path | None, sources: Path | None) -> int:
    """The sources that feed readers can read, to a file or to standard output."""
    settings = load_settings(sources=str(sources) if sources else None)
    content = write_opml(load_sources(settings.sources_file), title=TITLE)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(content)
    return 0


def without_known(found: Iterable[Source], known: Iterable[Source]) -> list[Source]:
    """The sources whose addresses are new, with ids that are free."""
    addresses, ids = set(), set()
    for source in known:
        addresses.add(address_of(source))
        ids.add(source.id)
    added = []
    for source in found:
        if address_of(source) not in addresses:
            added.append(replace(source, id=free_id(source.id, ids)))
            ids.add(added[-1].id)
    return added


def free_id(wanted: str, taken: set[str]) -> str:
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free


def address_of(source: Source) -> str:
    try:
        return canonicalise_url(source.url)
    except UrlError:
        return source.url


def source_table(source: Source) -> str:
    return format_table(
        "source",
        {
            "id": source.id,
            "name": source.name,
            "url": source.url,
            "kind": source.kind,
            "language": source.language,
            "type": source.type,
            "tier": source.tier,
            "poll_minutes": source.poll_minutes,
            "note": source.note,
        },
    )


def check_tables(tables: str) -> Sequence[Source]:
    """What is printed must be a source list: read it as one."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sources.toml"
        file.write_text(tables, "utf-8")
        return load_sources(file)
