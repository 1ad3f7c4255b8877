"""A person's own feeds: `watches.toml`, one `[[watch]]` a feed, and which items each one takes.

All conditions of a watch must hold; of a condition with several values, any one:

    [[watch]]
    id = "central-asia-treaties"
    name = "Treaties in Central Asia, well attested"
    kind = "treaty"
    action = ["sign", "ratify"]
    region = "Central Asia"
    min_sources = 2
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from extractors.catalog import CatalogError, load_regions
from extractors.catalog.tables import Table, read_tables
from extractors.records import ACTIONS, KINDS, Action, Kind
from warehouse.feed_items import FeedItem
from warehouse.labels import is_country, one_line, slugify


class WatchError(Exception):
    """A watches file that cannot be used. `str()` is one line: file, key, reason."""

    def __init__(self, file: Path | str, key: str, reason: str) -> None:
        self.file, self.key, self.reason = str(file), key, " ".join(reason.split())
        super().__init__(f"{self.file}: {key}: {self.reason}" if key else f"{self.file}: {self.reason}")


@dataclass(frozen=True, slots=True)
class Watch:
    """Conditions on an item; an empty one always holds."""

    id: str
    name: str
    initiatives: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    actions: tuple[Action, ...] = ()
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tier: int = 3
    """The best source's tier is this or better (1 is best)."""
    min_sources: int = 0
    words: tuple[str, ...] = ()
    """Any of these stands, as a whole word, in the headline, the initiative's name or a quote."""


def load_watches(file: Path) -> tuple[Watch, ...]:
    """The watches of a file, in its order. Raises WatchError for a file that cannot be used."""
    try:
        tables = read_tables(file, "watch")
        watches = [_read_watch(table) for table in tables]
    except CatalogError as problem:
        raise WatchError(problem.file, problem.key, problem.reason) from problem
    seen: set[str] = set()
    for watch in watches:
        if watch.id in seen:
            raise WatchError(file, f"watch[{watch.id}].id", "is given twice")
        seen.add(watch.id)
    return tuple(watches)


def _read_watch(table: Table) -> Watch:
    watch_id = table.slug("id")
    watch = Watch(
        id=watch_id,
        name=one_line(table.text("name", watch_id)),
        initiatives=_take_texts(table, "initiative"),
        kinds=cast(tuple[Kind, ...], _take_texts(table, "kind", KINDS)),
        actions=cast(tuple[Action, ...], _take_texts(table, "action", [one for one in ACTIONS if one != "refer"])),
        countries=_take_texts(table, "country"),
        regions=_take_texts(table, "region"),
        sources=_take_texts(table, "source"),
        tier=table.number("tier", 3, low=1, high=3),
        min_sources=table.number("min_sources", 0, low=0, high=1000),
        words=_take_texts(table, "words"),
    )
    table.done()
    for code in watch.countries:
        if not is_country(code):
            raise table.error("country", f"must hold ISO 3166-1 alpha-3 codes, not {code!r}")
    known = {slugify(region.name) for region in load_regions()}
    for region in watch.regions:
        if slugify(region) not in known:
            raise table.error("region", f"is not a known region: {region!r}")
    if watch == Watch(watch.id, watch.name):
        raise table.error("", "has no condition: it would repeat the main feed")
    return watch


def _take_texts(table: Table, key: str, choices: Sequence[str] = ()) -> tuple[str, ...]:
    """One text or a list of them: `country = "CHN"` is what people write first."""
    if isinstance(table.values.get(key), str):
        table.values[key] = [table.values[key]]
    values = table.texts(key)
    for value in values:
        if choices and value not in choices:
            raise table.error(key, f"must be one of {', '.join(choices)}, not {value!r}")
    return values


def matches(watch: Watch, item: FeedItem) -> bool:
    """Whether the item meets every condition of the watch."""
    regions = {slugify(region) for region in item.regions}
    return (
        _any_of(watch.initiatives, (item.initiative_id,))
        and _any_of(watch.kinds, (item.kind,))
        and _any_of(watch.actions, (item.action,))
        and _any_of(watch.countries, item.countries)
        and _any_of(tuple(slugify(region) for region in watch.regions), regions)
        and _any_of(watch.sources, {one.source_id for one in item.evidence})
        and (watch.tier == 3 or any(one.tier <= watch.tier for one in item.evidence))
        and item.independent_sources >= watch.min_sources
        and _has_word(watch.words, item)
    )


def watched(watch: Watch, items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """The items that a watch takes, in the order given."""
    return tuple(item for item in items if matches(watch, item))


def _any_of(wanted: Sequence[str], present: Iterable[str | None]) -> bool:
    return not wanted or not set(wanted).isdisjoint(present)


def _has_word(words: Sequence[str], item: FeedItem) -> bool:
    if not words:
        return True
    text = "\n".join((item.headline, item.initiative, *(one.quote for one in item.evidence)))
    return (
        re.search(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in words)})(?!\w)", text, re.IGNORECASE) is not None
    )
