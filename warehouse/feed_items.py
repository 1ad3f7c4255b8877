"""What a feed or a page shows of an alert: plain records, and the SQL that reads them from a warehouse.

One `FeedItem` is one development that was alerted on, with the actors and the evidence of all its mentions.
How it looks belongs in `feed.py`, `item_html.py` and `page.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from extractors.records import Action, ActorKind, Kind, Modality, Precision, Role
from warehouse.regions import find_regions


class Rows(Protocol):
    """An answer to a query."""

    @property
    def description(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Readable(Protocol):
    """What can be asked by SQL: a `Warehouse`."""

    def query(self, sql: str) -> Rows: ...


ROLE_ORDER: tuple[Role, ...] = ("agent", "partner", "host", "speaker", "member", "target")


@dataclass(frozen=True, slots=True)
class ItemActor:
    """One actor of a development, in the most telling role that any mention gives it."""

    name: str
    kind: ActorKind
    role: Role
    code: str | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of one article that says so, verbatim."""

    quote: str
    article_id: str
    url: str
    title: str | None
    source_id: str | None
    source: str
    tier: int
    published_at: datetime | None
    origin: str
    """What the article counts as: its own id, or that of the article or agency it repeats."""
    country: str | None = None
    speaker: str | None = None
    modality: Modality = "actual"

    @property
    def is_copy(self) -> bool:
        return self.origin != self.article_id


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One alert with all that is shown of its development. Times are aware UTC."""

    guid: str
    development_id: str
    initiative_id: str
    initiative: str
    known: bool
    kind: Kind
    action: Action
    modality: Modality
    headline: str
    published_at: datetime
    updated_at: datetime
    first_seen_at: datetime
    last_seen_at: datetime
    event_date: str | None = None
    date_precision: Precision = "none"
    place: str | None = None
    place_code: str | None = None
    actors: tuple[ItemActor, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    independent_sources: int = 0
    confidence: float = 0.0
    regions: tuple[str, ...] = ()
    relation: str | None = None
    follows: str | None = None
    follows_headline: str | None = None

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes of the states that take part or host, in the order of their roles."""
        codes = [actor.code for actor in self.actors if actor.code]
        if self.place_code:
            codes.append(self.place_code)
        return tuple(dict.fromkeys(codes))

    @property
    def url(self) -> str | None:
        """The best article to read: an origin before a copy, a primary source before a paper."""
        return self.evidence[0].url if self.evidence else None


def newest_first(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """Items in the order of a feed; equal times are ordered by GUID, so the order never depends on the storage."""
    return tuple(sorted(items, key=lambda item: (item.published_at, item.guid), reverse=True))


def order_evidence(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Best first: one quote of each independent origin, then the rest; origins before copies, then by tier and date."""
    ranked = sorted(
        evidence,
        key=lambda one: (
            one.is_copy,
            one.tier,
            one.published_at.isoformat() if one.published_at else "9999",
            one.url,
            one.quote,
        ),
    )
    first_of_origin: dict[str, Evidence] = {}
    for one in ranked:
        first_of_origin.setdefault(one.origin, one)
    lead = list(first_of_origin.values())
    return tuple(lead + [one for one in ranked if one not in lead])


_ALERTS = """
SELECT al.guid, d.development_id, d.initiative_id, d.initiative, d.known, d.kind, d.action, d.modality, d.headline,
       al.published_at, al.updated_at, d.first_seen_at, d.last_seen_at, d.event_date, d.date_precision,
       d.place, d.place_code, d.independent_sources, d.confidence, d.relation, d.follows,
       f.headline AS follows_headline,
       coalesce(nullif(i.regions, []), p.regions, []) AS regions
FROM alerts al
JOIN developments d ON d.development_id = al.development_id
LEFT JOIN initiatives i ON i.initiative_id = d.initiative_id
LEFT JOIN initiatives p ON p.initiative_id = i.parent
LEFT JOIN developments f ON f.development_id = d.follows
WHERE al.superseded_by IS NULL AND d.merged_into IS NULL
ORDER BY al.published_at, al.guid
"""

# A sentence that its publisher has since taken away counts only where no other is left to show.
_EVIDENCE = """
SELECT e.development_id, e.quote, e.article_id, e.url, e.title, e.source_id,
       coalesce(e.source, a.site, e.source_id, '') AS source, coalesce(e.tier, 3) AS tier, e.published_at,
       coalesce(c.origin_id, e.article_id) AS origin, s.country, e.speaker,
       coalesce(m.modality, r.modality, 'actual') AS modality
FROM evidence e
JOIN articles a ON a.article_id = e.article_id
LEFT JOIN mentions m ON m.mention_id = e.mention_id
LEFT JOIN ops.retired_mentions r ON r.mention_id = e.mention_id
LEFT JOIN article_copies c ON c.article_id = e.article_id
LEFT JOIN sources s ON s.source_id = e.source_id
QUALIFY e.is_live OR NOT bool_or(e.is_live) OVER (PARTITION BY e.development_id)
ORDER BY e.development_id, e.mention_id
"""

_ACTORS = """
SELECT l.development_id, p.name, p.kind, p.role, p.code, p.office
FROM development_mentions l
JOIN mention_actors p ON p.mention_id = l.mention_id
ORDER BY l.development_id, l.mention_id, p.position
"""

# With the shipped ones come those of a person's own lexicon.
_KNOWN = """
SELECT lower(n.alias), i.regions
FROM initiatives i JOIN initiative_aliases n USING (initiative_id)
WHERE i.known AND NOT n.ambiguous AND n.basis <> 'mention' AND len(i.regions) > 0
ORDER BY i.initiative_id, n.alias
"""


def read_feed_items(warehouse: Readable) -> tuple[FeedItem, ...]:
    """All alerts that count, newest first. An alert whose development was merged into another's is not repeated."""
    evidence: defaultdict[str, list[Evidence]] = defaultdict(list)
    for row in records(warehouse.query(_EVIDENCE)):
        evidence[row.pop("development_id")].append(Evidence(**row))
    actors: defaultdict[str, list[ItemActor]] = defaultdict(list)
    for row in records(warehouse.query(_ACTORS)):
        actors[row.pop("development_id")].append(ItemActor(**row))
    own: dict[str, tuple[str, ...]] = {name: tuple(regions) for name, regions in warehouse.query(_KNOWN).fetchall()}
    items = []
    for row in records(warehouse.query(_ALERTS)):
        merged = merge_actors(actors[row["development_id"]])
        acting = [actor for actor in merged if actor.role in ("agent", "partner", "host")]
        states = [actor.code for actor in acting if actor.code]
        blocs = [actor.name for actor in acting if actor.kind == "organisation"]
        regions = tuple(row.pop("regions")) or find_regions(row["initiative"], states, row["place_code"], blocs, own)
        quotes = order_evidence(evidence[row["development_id"]])
        items.append(FeedItem(**row, actors=merged, evidence=quotes, regions=regions))
    return newest_first(items)


def records(rows: Rows) -> list[dict[str, Any]]:
    """The rows by column name; a stored time, which is UTC without saying so, as an aware one."""
    names = [column[0] for column in rows.description]
    return [
        {
            name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in rows.fetchall()
    ]


def merge_actors(actors: Sequence[ItemActor]) -> tuple[ItemActor, ...]:
    """Each actor once, in its most telling role, by role and then by name; the fullest name and office are kept."""
    merged: dict[tuple[str, str], ItemActor] = {}
    for actor in actors:
        key = (actor.kind, actor.code or actor.name) if actor.kind == "state" else (actor.kind, actor.name.casefold())
        known = merged.get(key, actor)
        merged[key] = ItemActor(
            max(known.name, actor.name, key=lambda name: (len(name), name)),
            actor.kind,
            min(known.role, actor.role, key=ROLE_ORDER.index),
            known.code or actor.code,
            max(known.office or "", actor.office or "", key=lambda office: (len(office), office)) or None,
        )
    return tuple(sorted(merged.values(), key=lambda actor: (ROLE_ORDER.index(actor.role), actor.name)))
