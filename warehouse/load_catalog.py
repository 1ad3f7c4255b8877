"""Loads what people review: the sources and the initiatives of the catalog."""

from collections.abc import Iterable, Sequence

import duckdb

from extractors.records import Initiative, RunStamp, Source
from warehouse.rows import STAMP, Row, merge, stamped


def merge_sources(connection: duckdb.DuckDBPyConnection, sources: Iterable[Source], stamp: RunStamp | None) -> None:
    rows: list[Row] = [
        {
            "source_id": s.id, "name": s.name, "url": s.url, "kind": s.kind, "language": s.language,
            "country": s.country, "region": s.region, "type": s.type, "tier": s.tier, "poll_minutes": s.poll_minutes,
            "link_pattern": s.link_pattern, "status": s.status, "note": s.note, "active": True, **stamped(stamp),
        }
        for s in sources
    ]  # fmt: skip
    merge(connection, "sources", rows, keys=["source_id"], ignore=STAMP)


def merge_initiatives(
    connection: duckdb.DuckDBPyConnection, initiatives: Sequence[Initiative], stamp: RunStamp | None
) -> None:
    """Entries of the catalog with their names; names that the catalog no longer has go."""
    rows: list[Row] = [
        {
            "initiative_id": i.id, "name": i.name, "kind": i.kind, "known": i.known, "regions": i.regions,
            "members": i.members, "observers": i.observers, "founded": i.founded, "ended": i.ended,
            "parent": i.parent, "wikidata": i.wikidata, "source": i.source, **stamped(stamp),
        }
        for i in initiatives
    ]  # fmt: skip
    merge(connection, "initiatives", rows, keys=["initiative_id"], ignore=STAMP)
    aliases: list[Row] = []
    for i in initiatives:
        named = [(i.name, "name"), *((a, "alias") for a in i.aliases), *((a, "acronym") for a in i.acronyms)]
        aliases += [
            {"initiative_id": i.id, "alias": a, "basis": basis, "ambiguous": a in i.ambiguous, **stamped(stamp)}
            for a, basis in named
        ]
    merge(connection, "initiative_aliases", aliases, keys=["initiative_id", "alias"], ignore=STAMP)
    if aliases:
        connection.execute("""
            DELETE FROM initiative_aliases
            WHERE basis <> 'mention'
                AND initiative_id IN (SELECT initiative_id FROM staged_initiatives)
                AND NOT EXISTS (
                    SELECT 1 FROM staged_initiative_aliases s
                    WHERE s.initiative_id = initiative_aliases.initiative_id AND s.alias = initiative_aliases.alias)
        """)
