"""`pactwatch initiatives adopt`: an initiative met in the news becomes a lexicon entry, for a person to review.

What the news does not say for certain (year of founding, members, parent) is left out: a reviewer adds it.
"""

import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from extractors.catalog import CatalogError, known_initiatives, load_initiatives, load_places
from extractors.records import Initiative
from flows.commands.sql import fetch_rows
from flows.commands.toml_tables import format_table
from flows.settings import load_settings

SHOWN_URLS = 5
"""Pages given as evidence: those that were stored first."""
_ACRONYM = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Z0-9][A-Z0-9&+/-]{1,11}")

# All of it in one question: the copy is opened once, and its answer is one JSON text.
_MET = Template("""
    WITH live AS (FROM mentions WHERE retired_at IS NULL)
    SELECT i.initiative_id, i.name, i.kind, i.known,
        (SELECT list(alias ORDER BY alias) FROM initiative_aliases a WHERE a.initiative_id = i.initiative_id) AS names,
        (SELECT list(DISTINCT x.code ORDER BY x.code) FROM mention_actors x JOIN live m USING (mention_id)
            WHERE m.initiative_id = i.initiative_id AND x.kind = 'state' AND x.role IN ('agent', 'partner')) AS states,
        (SELECT list(DISTINCT x.name ORDER BY x.name) FROM mention_actors x JOIN live m USING (mention_id)
            WHERE m.initiative_id = i.initiative_id AND x.kind = 'organisation' AND x.role IN ('agent', 'partner')
        ) AS blocs,
        (SELECT list(url ORDER BY first_seen_at, url) FROM (
            SELECT DISTINCT a.canonical_url AS url, a.first_seen_at FROM articles a JOIN live m USING (article_id)
            WHERE m.initiative_id = i.initiative_id)) AS urls
    FROM initiatives i
    WHERE i.initiative_id = $name OR lower(i.name) = lower($name)
        OR i.initiative_id IN (SELECT initiative_id FROM initiative_aliases WHERE lower(alias) = lower($name))
    ORDER BY i.known, i.initiative_id
""")


class AdoptError(Exception):
    """An initiative that can't be adopted."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name!r} {reason}")
        self.name = name
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Met:
    """What the warehouse knows of an initiative."""

    name: str
    kind: str
    names: tuple[str, ...]
    states: tuple[str, ...]
    blocs: tuple[str, ...]
    urls: tuple[str, ...]


def adopt_initiative(name: str, home: Path | None, out: Path | None) -> int:
    settings = load_settings(home=home)
    met = find_met(name, settings.published_copy)
    known = known_initiatives(settings.initiatives_path)
    text = format_entry(met, known)
    if out is None:
        with tempfile.TemporaryDirectory() as folder:
            write_checked(Path(folder) / "adopted.toml", text)
        sys.stdout.write(text)
    else:
        if out.exists():
            raise AdoptError(met.name, f"was not written: {out} exists")
        write_checked(out, text)
        sys.stdout.write(f"{out}: review it, then put it into a folder that PACTWATCH_INITIATIVES names\n")
    return 0


def write_checked(file: Path, text: str) -> None:
    """Write the entry and read it as the lexicon would; a file that it refuses does not stay."""
    file.write_text(text, "utf-8")
    try:
        load_initiatives(file)
    except CatalogError:
        file.unlink()
        raise


def find_met(name: str, published_copy: Path) -> Met:
    """By id, name or alias; what bears the name exactly goes before what it is only another name of."""
    quoted = "'" + name.replace("'", "''") + "'"
    rows = fetch_rows(published_copy, _MET.substitute(name=quoted))
    exact = [row for row in rows if row["initiative_id"] == name or row["name"].casefold() == name.casefold()]
    rows = exact or rows
    if not rows:
        raise AdoptError(name, 'was not met in the news; `pactwatch sql "FROM initiatives WHERE NOT known"` lists all')
    novel = [row for row in rows if not row["known"]]
    if not novel:
        raise AdoptError(name, f"is in the lexicon already, as {rows[0]['initiative_id']}")
    if len(novel) > 1:
        raise AdoptError(name, f"names several: {', '.join(row['initiative_id'] for row in novel)}; give the id")
    return as_met(novel[0])


def as_met(row: dict[str, Any]) -> Met:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(clean(text) for text in row[key] or () if text and clean(text)))

    return Met(clean(row["name"]), row["kind"], texts("names"), texts("states"), texts("blocs"), texts("urls"))


def clean(text: str) -> str:
    return " ".join(text.split())


def format_entry(met: Met, known: Iterable[Initiative]) -> str:
    """The entry, with a head that says what is left to do."""
    from warehouse.regions import find_regions

    entries = tuple(known)
    taken = {form.casefold() for entry in entries for form in (entry.name, *entry.aliases, *entry.acronyms)}
    others = [name for name in met.names if name.casefold() not in taken | {met.name.casefold()} and is_telling(name)]
    acronyms = [name for name in others if _ACRONYM.fullmatch(name)]
    aliases = [name for name in others if name not in acronyms]
    vague = [name for name in (met.name, *aliases) if not is_proper(name)]
    context = context_words(met) if vague else []
    table = format_table(
        "initiative",
        {
            "id": slug(met.name, {entry.id for entry in entries}),
            "name": met.name,
            "kind": met.kind,
            "aliases": aliases,
            "acronyms": acronyms,
            "ambiguous": vague if context else [],
            "context": context,
            "regions": find_regions(met.name, met.states, None, met.blocs),
            "source": " ; ".join(met.urls[:SHOWN_URLS]) or "met in the news",
        },
    )
    head = (
        "# Met in the news. Review: the name and kind, members, founded and parent, forms that mean other things too.\n"
    )
    return head + table


def is_proper(name: str) -> bool:
    """Two words with capitals: a name. A phrase without them ("joint border hotline") also means other hotlines."""
    return sum(word[:1].isupper() for word in name.replace("-", " ").split()) >= 2


def is_telling(name: str) -> bool:
    """Whether another name says which one it is: "the task force" or "the joint committee" does not."""
    return _ACRONYM.fullmatch(name) is not None or is_proper(name) or len(name.split()) > 2


def context_words(met: Met) -> list[str]:
    """Names of those who took part: one of them must stand in an article that means this initiative."""
    names = {country.iso3: country.name for country in load_places().countries}
    return [*(names[code] for code in met.states if code in names), *met.blocs]


def slug(name: str, taken: set[str]) -> str:
    """A readable id that no entry has."""
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-") or "initiative"
    number, free = 1, base
    while free in taken:
        number += 1
        free = f"{base}-{number}"
    return free
