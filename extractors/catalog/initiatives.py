"""Loads the lexicon of known initiatives from `initiatives/**.toml`, one table an initiative.

Surface forms: names and aliases are matched as whole words without regard to case, acronyms with regard to it;
a form listed in `ambiguous` counts only with one of `context` in the article. A person's own entries add to the shipped
ones; one with the id of a shipped entry takes its place.
"""

from functools import lru_cache
from pathlib import Path
from typing import cast

from extractors.catalog.tables import DATA, CatalogError, Table, read_tables
from extractors.records import KINDS, Initiative, Kind


@lru_cache(maxsize=4)
def load_initiatives(path: Path | None = None) -> tuple[Initiative, ...]:
    """All known initiatives, of a folder of TOML files, one file, or (by default) the shipped lexicon.

    Raises CatalogError for an entry that breaks a rule, an id given twice, or a parent neither there nor shipped.
    """
    folder = path or DATA / "initiatives"
    files = sorted(folder.rglob("*.toml")) if folder.is_dir() else [folder]
    if not files:
        raise CatalogError(folder, "", "holds no .toml file")
    found: dict[str, Initiative] = {}
    tables: dict[str, Table] = {}
    for file in files:
        for table in read_tables(file, "initiative"):
            entry = _initiative(table)
            if entry.id in found:
                raise table.error("id", f"is given twice: also in {tables[entry.id].file.name}")
            found[entry.id], tables[entry.id] = entry, table
    for entry in found.values():
        if entry.parent and entry.parent not in found and not (path and entry.parent in _shipped_ids()):
            raise tables[entry.id].error("parent", f"names no initiative: {entry.parent!r}")
    return tuple(found.values())


def known_initiatives(own: Path | None = None) -> tuple[Initiative, ...]:
    """The shipped entries and those of a file or folder of one's own, which win by id. Raises CatalogError."""
    shipped = load_initiatives()
    if own is None:
        return shipped
    entries = {entry.id: entry for entry in shipped}
    entries.update((entry.id, entry) for entry in load_initiatives(own))
    return tuple(entries.values())


def _shipped_ids() -> frozenset[str]:
    return frozenset(entry.id for entry in load_initiatives())


def _initiative(table: Table) -> Initiative:
    entry = Initiative(
        id=table.slug("id"),
        name=table.text("name"),
        kind=cast(Kind, table.text("kind", choices=KINDS)),
        aliases=table.texts("aliases"),
        acronyms=table.texts("acronyms"),
        ambiguous=table.texts("ambiguous"),
        context=table.texts("context"),
        regions=table.texts("regions"),
        members=table.texts("members", iso3=True),
        observers=table.texts("observers", iso3=True),
        founded=table.number("founded", None, low=1800, high=2100),
        ended=table.number("ended", None, low=1800, high=2100),
        parent=table.text("parent", None),
        wikidata=table.text("wikidata", None),
        source=table.text("source"),
    )
    table.done()
    forms = {entry.name, *entry.aliases, *entry.acronyms}
    for form in entry.ambiguous:
        if form not in forms:
            raise table.error("ambiguous", f"{form!r} is neither name, alias nor acronym of this entry")
    if entry.ambiguous and not entry.context and forms <= set(entry.ambiguous):
        raise table.error("context", "is missing: every form of this entry is ambiguous")
    return entry
