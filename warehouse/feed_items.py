"""What a feed or a page shows of an alert: plain records, and the SQL that reads them from a warehouse.

One `FeedItem` is one development that was alerted on, with the actors and the evidence of all its mentions.
How it looks belongs in `feed.py`, `item_html.py` and `page.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from extractors.records import Action, ActorKind, Kind, Modality, Precision, Role

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
