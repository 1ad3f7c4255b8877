"""From what is stored to what is new: copies, developments and alerts, decided as values and applied at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from extractors.copies import find_copies
from extractors.developments import assign_developments
from extractors.records import (
    Article,
    Change,
    RunStamp,
    SaveDevelopment,
    Source,
    SourceBatch,
    SourceState,
    UpdateAlert,
)
from flows.settings import Settings

if TYPE_CHECKING:
    from warehouse.store import Warehouse


@dataclass(frozen=True, slots=True)
class Decided:
    """What a pass made known: headlines, and the ids that alerts were raised for."""

    new_developments: tuple[str, ...] = ()
    updated_developments: tuple[str, ...] = ()
    new_alerts: tuple[str, ...] = ()
    updated_alerts: tuple[str, ...] = ()
    alerts: tuple[tuple[str, str, str], ...] = ()
    """GUID, development_id and headline of each alert raised."""


def store_copies(
    warehouse: "Warehouse",
    new: Sequence[Article],
    sources: Iterable[Source],
    states: dict[str, SourceState],
    stamp: RunStamp,
    now: datetime,
    settings: Settings,
) -> int:
    """Find which of the new articles repeat others, over all sources at once, and store that. Returns how many do.

    Done after all sources are in: which of two new articles counts as the origin must not depend on which source
    answered first.
    """
    if not new:
        return 0
    fresh = {article.article_id for article in new}
    recent = warehouse.recent_articles(now - timedelta(days=settings.copy_window_days))
    ordered = sorted(new, key=lambda a: (a.published_at or now, a.article_id))
    copies = find_copies(ordered, [a for a in recent if a.article_id not in fresh])
    source_of = {article.article_id: article.source_id for article in new}
    by_id = {source.id: source for source in sources}
    for source_id in sorted({source_of[c.article_id] or "" for c in copies}):
        mine = tuple(c for c in copies if source_of[c.article_id] == source_id)
        state = states.get(source_id, SourceState(source_id))
        warehouse.add(SourceBatch(by_id[source_id], state, copies=mine), stamp)
    return len(copies)


def decide(warehouse: "Warehouse", stamp: RunStamp, now: datetime, settings: Settings) -> Decided:
    """Assign the mentions that belong to no development yet, and apply what follows from that in one transaction."""
    since = now - timedelta(days=settings.development_window_days)
    known = warehouse.known_developments(since)
    changes = assign_developments(warehouse.unassigned(), known, now, settings.alert_policy)
    applied = warehouse.apply(changes, stamp, now)
    return describe(changes, applied.alerts, {d.development_id: d.headline for d in known})


def describe(changes: Sequence[Change], alerts: Sequence[tuple[str, str]], known_headlines: dict[str, str]) -> Decided:
    """The changes in words."""
    headlines = dict(known_headlines)
    new: list[str] = []
    updated: list[str] = []
    for change in changes:
        if isinstance(change, SaveDevelopment):
            headlines[change.development.development_id] = change.development.headline
            (new if change.is_new else updated).append(change.development.headline)
    moved = [change.development_id for change in changes if isinstance(change, UpdateAlert)]
    return Decided(
        new_developments=tuple(new),
        updated_developments=tuple(updated),
        new_alerts=tuple(headlines.get(development_id, development_id) for _, development_id in alerts),
        updated_alerts=tuple(headlines.get(i, i) for i in moved),
        alerts=tuple((guid, development_id, headlines.get(development_id, "")) for guid, development_id in alerts),
    )
