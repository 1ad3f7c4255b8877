"""Which region something belongs to when the catalog does not say: by its name, else by the states that take part."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from extractors.catalog import Region, load_initiatives, load_regions

_EVERYWHERE = "Global"
_ADJECTIVES = {"Asia": "Asian", "Africa": "African", "Europe": "European", "Eurasia": "Eurasian"}


@lru_cache(maxsize=1)
def _regions() -> tuple[Region, ...]:
    """All but the whole world, the smallest first."""
    regions = (region for region in load_regions() if region.name != _EVERYWHERE)
    return tuple(sorted(regions, key=lambda region: (len(region.members), region.name)))


def _adjectives(name: str) -> tuple[str, ...]:
    """ "Central Asian" for "Central Asia": novel initiatives are mostly named so."""
    return tuple(name.removesuffix(noun) + adjective for noun, adjective in _ADJECTIVES.items() if name.endswith(noun))


@lru_cache(maxsize=1)
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern of all names and aliases, the longest first, and the region that each stands for."""
    names = {
        form.casefold(): region.name
        for region in _regions()
        for name in (*region.aliases, region.name)
        for form in (name, *_adjectives(name))
    }
    longest = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.compile(rf"\b(?:{longest})\b", re.IGNORECASE), names


@lru_cache(maxsize=1)
def _blocs() -> dict[str, tuple[str, ...]]:
    """The regions of each known initiative, by its names and unambiguous short forms."""
    return {
        form.casefold(): entry.regions
        for entry in load_initiatives()
        for form in (entry.name, *entry.aliases, *entry.acronyms)
        if form not in entry.ambiguous
    }


def find_regions(
    name: str,
    states: Sequence[str],
    place_code: str | None = None,
    blocs: Sequence[str] = (),
    own: Mapping[str, Sequence[str]] | None = None,
) -> tuple[str, ...]:
    """Regions of a novel initiative: those that its name names, else those of the organisations that act, else the
    smallest that holds all states and the place.

    No region, rather than a guess, where the states share none. `own` has the regions of organisations that are not
    shipped, by their names in lower case.
    """
    pattern, names = _names()
    named = tuple(dict.fromkeys(names[found.casefold()] for found in pattern.findall(name)))
    if named:
        return named
    keys = [bloc.casefold() for bloc in blocs]
    of_blocs = tuple(dict.fromkeys(r for key in keys for r in _blocs().get(key) or (own or {}).get(key, ())))
    if of_blocs:
        return of_blocs
    for wanted in ({*states, *([place_code] if place_code else [])}, set(states)):
        if wanted:
            for region in _regions():
                if wanted <= set(region.members):
                    return (region.name,)
    return ()
