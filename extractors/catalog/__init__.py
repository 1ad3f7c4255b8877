"""Reviewed data and its loader: sources, known initiatives, places and regions, as TOML that people edit.

Every file is validated as it loads; a mistake is a `CatalogError` that names file, key and reason in one line.
What the data are used for does not belong here.
"""

from extractors.catalog.initiatives import known_initiatives, load_initiatives
from extractors.catalog.places import (
    Country,
    Places,
    Region,
    Seat,
    load_bodies,
    load_leaders,
    load_places,
    load_regions,
)
from extractors.catalog.sources import load_sources
from extractors.catalog.tables import CatalogError

__all__ = [
    "CatalogError",
    "Country",
    "Places",
    "Region",
    "Seat",
    "known_initiatives",
    "load_bodies",
    "load_initiatives",
    "load_leaders",
    "load_places",
    "load_regions",
    "load_sources",
]
