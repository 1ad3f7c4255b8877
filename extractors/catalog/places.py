"""Loads how news names states (names, demonyms, capitals, metonyms), seats, regions, and who speaks for states."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from extractors.catalog.tables import DATA, Table, read_tables


@dataclass(frozen=True, slots=True)
class Country:
    """One state and its surface forms; `iso3` is ISO 3166-1 alpha-3 (XKX for Kosovo, user-assigned)."""

    iso3: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]
    metonyms: tuple[str, ...]
    ambiguous: tuple[str, ...]
    context: tuple[str, ...]
    not_in: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name to show."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Seat:
    """A city or building that can stand for an organisation of the lexicon."""

    form: str
    stands_for: tuple[str, ...]
    countries: tuple[str, ...]
    context: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its news name, with its member states."""

    name: str
    aliases: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    countries: tuple[Country, ...]
    seats: tuple[Seat, ...]


@lru_cache(maxsize=2)
def load_places(path: Path | None = None) -> Places:
    """Countries and seats of `places.toml`. Raises CatalogError."""
    file = path or DATA / "places.toml"
    countries: dict[str, Country] = {}
    for table in read_tables(file, "country", others=("seat",)):
        country = Country(
            iso3=table.iso3("iso3"),
            names=table.texts("names", ...),
            demonyms=table.texts("demonyms"),
            capitals=table.texts("capitals"),
            metonyms=table.texts("metonyms"),
            ambiguous=table.texts("ambiguous"),
            context=table.texts("context"),
            not_in=table.texts("not_in"),
        )
        table.done()
        if not country.names:
            raise table.error("names", "is empty")
        if country.iso3 in countries:
            raise table.error("iso3", f"{country.iso3} is given twice")
        countries[country.iso3] = country
    seats = []
    for table in read_tables(file, "seat", others=("country",)):
        seats.append(
            Seat(
                form=table.text("form"),
                stands_for=table.texts("stands_for", ...),
                countries=table.texts("countries", iso3=True),
                context=table.texts("context"),
            )
        )
        table.done()
    return Places(tuple(countries.values()), tuple(seats))


@lru_cache(maxsize=2)
def load_regions(path: Path | None = None) -> tuple[Region, ...]:
    """The regions of `regions.toml`. Raises CatalogError."""
    regions = []
    for table in read_tables(path or DATA / "regions.toml", "region"):
        table.text("kind", "")
        table.text("m49", "")
        regions.append(
            Region(
                name=table.text("name"),
                aliases=table.texts("aliases"),
                members=table.texts("members", iso3=True),
            )
        )
        table.done()
    return tuple(regions)


@lru_cache(maxsize=2)
def load_leaders(path: Path | None = None) -> dict[str, str]:
    """Full names and telling surnames of those who speak for states, to ISO 3166-1 alpha-3. Raises CatalogError."""
    found: dict[str, str] = {}
    for table in read_tables(path or DATA / "leaders.toml", "state"):
        code = table.iso3("iso3")
        for key in ("leaders", "surnames"):
            for name in table.texts(key):
                _claim(found, name, code, table, key)
        table.done()
    return found


@lru_cache(maxsize=2)
def load_bodies(path: Path | None = None) -> dict[str, str]:
    """Surface forms of organisations that act and are no initiatives, to the name they go by. Raises CatalogError."""
    found: dict[str, str] = {}
    for table in read_tables(path or DATA / "bodies.toml", "body"):
        name = table.text("name")
        for form in (name, *table.texts("forms")):
            _claim(found, form, name, table, "forms")
        table.done()
    return found


def _claim(found: dict[str, str], form: str, owner: str, table: Table, key: str) -> None:
    """Gives a form to its owner. Raises CatalogError where it is another's."""
    if found.setdefault(form, owner) != owner:
        raise table.error(key, f"“{form}” already stands for {found[form]}")
