"""What the pages show besides the alerts: each initiative's history, who acts with whom, how the sources do.

Read by SQL once, as plain records. How it looks belongs in `page.py`, `page_charts.py` and the templates.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations

from extractors.records import STAGES, Action, Kind, Modality
from warehouse.feed_items import FeedItem, Readable, records


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of an initiative's history: a development, or something that articles only recall."""

    action: Action
    modality: Modality
    is_background: bool
    text: str
    independent_sources: int
    event_date: str | None = None
    sort_date: date | None = None
    development_id: str | None = None
    alerted: bool = False


@dataclass(frozen=True, slots=True)
class InitiativeHistory:
    """One initiative with all that is recorded of it, oldest event first."""

    id: str
    name: str
    kind: Kind
    known: bool
    events: tuple[Event, ...]
    items: tuple[FeedItem, ...]
    regions: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    founded: int | None = None
    ended: int | None = None
    parent: str | None = None
    parent_name: str | None = None

    @property
    def stage(self) -> Action | None:
        """How far it has grown up: the furthest stage that was reported as done."""
        reached = {event.action for event in self.events if event.modality == "actual"}
        return next((stage for stage in reversed(STAGES) if stage in reached), None)

    @property
    def last_changed_at(self) -> datetime | None:
        return max((item.published_at for item in self.items), default=None)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """How one source does."""

    source_id: str
    name: str
    url: str
    tier: int
    status: str
    last_success_at: datetime | None
    last_new_item_at: datetime | None
    expected_per_day: float | None
    days_quiet: float | None
    failure_class: str | None


@dataclass(frozen=True, slots=True)
class PageData:
    """All that the pages are made from."""

    items: tuple[FeedItem, ...]
    initiatives: tuple[InitiativeHistory, ...]
    sources: tuple[SourceRow, ...]


_EVENTS = """
SELECT t.initiative_id, t.action, t.modality, t.is_background, t.text, t.independent_sources, t.event_date,
       t.sort_date, t.development_id, al.guid IS NOT NULL AS alerted
FROM initiative_timeline t
LEFT JOIN alerts al ON al.development_id = t.development_id AND al.superseded_by IS NULL
ORDER BY t.initiative_id, t.sort_date NULLS LAST, t.development_id, t.mention_id
"""

_INITIATIVES = """
SELECT i.initiative_id AS id, i.name, i.kind, i.known, coalesce(i.regions, []) AS regions,
       coalesce(i.members, []) AS members, i.founded, i.ended, i.parent, p.name AS parent_name,
       coalesce((SELECT list_sort(list(a.alias)) FROM initiative_aliases a WHERE a.initiative_id = i.initiative_id), [])
           AS aliases
FROM initiatives i
LEFT JOIN initiatives p ON p.initiative_id = i.parent
ORDER BY i.initiative_id
"""

_SOURCES = """
SELECT h.source_id, h.name, s.url, s.tier, h.status, h.last_success_at, h.last_new_item_at, h.expected_per_day,
       h.days_quiet, h.failure_class
FROM source_health h
JOIN sources s ON s.source_id = h.source_id
ORDER BY h.name, h.source_id
"""


def read_page_data(warehouse: Readable, items: Sequence[FeedItem]) -> PageData:
    """The records of all pages; `items` are the alerts, newest first. An initiative without history has no page."""
    events: defaultdict[str, dict[object, Event]] = defaultdict(dict)
    for row in records(warehouse.query(_EVENTS)):
        event = Event(**{key: value for key, value in row.items() if key != "initiative_id"})
        # Articles recall the same founding in many words: once for each action and date is history enough.
        recalled = (event.action, event.modality, event.event_date)
        events[row["initiative_id"]].setdefault(event.development_id or recalled, event)
    alerts: defaultdict[str, list[FeedItem]] = defaultdict(list)
    for item in items:
        alerts[item.initiative_id].append(item)
    initiatives = []
    for row in records(warehouse.query(_INITIATIVES)):
        if row["id"] in events:
            lists = {name: tuple(row[name]) for name in ("regions", "members", "aliases")}
            aliases = tuple(alias for alias in lists["aliases"] if alias != row["name"])
            initiatives.append(
                InitiativeHistory(
                    **(row | lists | {"aliases": aliases}),
                    events=tuple(events[row["id"]].values()),
                    items=tuple(alerts[row["id"]]),
                )
            )
    sources = tuple(SourceRow(**row) for row in records(warehouse.query(_SOURCES)))
    return PageData(tuple(items), tuple(sorted(initiatives, key=_latest_first)), sources)


def _latest_first(initiative: InitiativeHistory) -> tuple[float, str]:
    changed = initiative.last_changed_at
    return (-changed.timestamp() if changed else 0.0, initiative.name.casefold())


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who acts with whom: states by how often they act, and in how many developments each pair acts together."""

    states: tuple[str, ...]
    alone: dict[str, int]
    together: dict[tuple[str, str], int]

    def count(self, one: str, other: str) -> int:
        return self.alone[one] if one == other else self.together.get((min(one, other), max(one, other)), 0)

    @property
    def highest(self) -> int:
        return max(self.together.values(), default=0)


def count_pairs(items: Sequence[FeedItem], limit: int) -> Matrix:
    """The `limit` states that act most, and their pairs; acting is being agent, partner or host."""
    alone: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for item in items:
        states = sorted({one.code for one in item.actors if one.code and one.role in ("agent", "partner", "host")})
        alone.update(states)
        together.update(combinations(states, 2))
    linked = {state for pair in together for state in pair}
    states = sorted(alone, key=lambda state: (state not in linked, -alone[state], state))[:limit]
    return Matrix(tuple(states), dict(alone), dict(together))
