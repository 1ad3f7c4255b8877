"""Loads sources: the list that is shipped, or a person's own file of the same shape."""

import re
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlsplit

from extractors.catalog.tables import DATA, CatalogError, Table, read_tables
from extractors.records import Source, SourceKind

_KINDS: tuple[str, ...] = get_args(SourceKind)
_STATUSES = ("tested", "listed", "flaky", "off")


def load_sources(path: Path | None = None) -> tuple[Source, ...]:
    """The sources of `path`, or the shipped ones. Sources with status "off" are left out.

    Raises CatalogError for a file that cannot be used, an id given twice, or no source at all.
    """
    file = path or DATA / "sources.toml"
    sources: dict[str, Source] = {}
    for table in read_tables(file, "source", others=("reserve",)):
        source = _source(table)
        if source.id in sources:
            raise table.error("id", "is given twice")
        sources[source.id] = source
    if not sources:
        raise CatalogError(file, "source", "no [[source]] in this file")
    return tuple(source for source in sources.values() if source.status != "off")


def _source(table: Table) -> Source:
    source = Source(
        id=table.slug("id"),
        name=table.text("name"),
        url=table.text("url"),
        kind=cast(SourceKind, table.text("kind", choices=_KINDS)),
        language=table.text("language", "en"),
        country=table.iso3("country", None),
        region=table.text("region", None),
        type=table.text("type", "newspaper"),
        tier=table.number("tier", 2, low=1, high=3),
        poll_minutes=table.number("poll_minutes", 60, low=1, high=14 * 24 * 60),
        link_pattern=table.text("link_pattern", ""),
        status=table.text("status", "listed", choices=_STATUSES),
        note=table.text("note", ""),
    )
    table.text("seen_at", "")
    table.done()
    address = urlsplit(source.url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise table.error("url", f"must be an http or https address, not {source.url!r}")
    if source.kind == "listing" and not source.link_pattern:
        raise table.error("link_pattern", "is missing: a listing page needs one")
    try:
        re.compile(source.link_pattern)
    except re.error as problem:
        raise table.error("link_pattern", f"is not a regular expression: {problem}") from problem
    return source
