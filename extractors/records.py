"""The vocabulary: one frozen dataclass for each stage a page passes on its way to an alert; ids made from content.

Actor, action and modality are judged apart, as in the ACCENT event-coding evaluation; states are ISO 3166-1 alpha-3;
dates of events are ISO 8601 strings as precise as the text. Times are timezone-aware UTC `datetime`s.

No parsing, matching or storage belongs here.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

SourceKind = Literal["rss", "atom", "jsonfeed", "sitemap", "listing"]
Kind = Literal["organisation", "forum", "treaty", "mechanism", "body", "exercise", "concept", "programme"]
Action = Literal[
    "propose", "negotiate", "agree", "sign", "ratify", "launch", "convene",
    "join", "extend", "endorse", "oppose", "suspend", "withdraw", "refer",
]  # fmt: skip
Modality = Literal["actual", "planned", "possible", "negated"]
Role = Literal["agent", "partner", "host", "speaker", "member", "target"]
ActorKind = Literal["state", "organisation", "person"]
Precision = Literal["day", "month", "year", "none"]
PublishedBasis = Literal["feed", "json-ld", "meta", "visible", "url", "none"]

KINDS: tuple[Kind, ...] = ("organisation", "forum", "treaty", "mechanism", "body", "exercise", "concept", "programme")
ACTIONS: tuple[Action, ...] = (
    "propose", "negotiate", "agree", "sign", "ratify", "launch", "convene",
    "join", "extend", "endorse", "oppose", "suspend", "withdraw", "refer",
)  # fmt: skip
STAGES: tuple[Action, ...] = ("propose", "negotiate", "agree", "sign", "ratify", "launch", "convene")
"""The actions through which an initiative grows up, in order; the others happen to it at any time."""
MODALITIES: tuple[Modality, ...] = ("actual", "planned", "possible", "negated")
ROLES: tuple[Role, ...] = ("agent", "partner", "host", "speaker", "member", "target")


def stable_id(prefix: str, *parts: object) -> str:
    """An id made from content: the same parts give the same id on every machine, in every run.

    `None` and "" count alike, so a field that is added later and left empty changes no id.
    Returns `prefix-` and 20 hexadecimal digits of a SHA-256.
    """
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


# --- what is fetched -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A place that lists articles: a feed, a sitemap or a page of links."""

    id: str
    name: str
    url: str
    kind: SourceKind
    language: str = "en"
    country: str | None = None
    region: str | None = None
    type: str = "newspaper"
    tier: int = 2
    poll_minutes: int = 60
    link_pattern: str = ""
    status: str = "listed"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a listing: where an article is, and what the listing says of it."""

    url: str
    title: str | None = None
    published_at: datetime | None = None
    summary: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A parsed feed, sitemap or page of links."""

    url: str
    kind: SourceKind
    links: tuple[Link, ...]
    title: str | None = None
    children: tuple[str, ...] = ()
    """Of a sitemap index: the sitemaps it names, newest first where it gives dates."""
    update_minutes: int | None = None
    """What the feed asks for in `<ttl>` or `sy:updatePeriod`."""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes as fetched (after content-coding is undone), with where they came from."""

    url: str
    content: bytes
    fetched_at: datetime
    final_url: str | None = None
    status: int = 200
    content_type: str | None = None
    charset: str | None = None
    """The charset parameter of the Content-Type header: a hint, never trusted over the bytes."""


# --- what is read ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Article:
    """Clean text of one page. `text` has paragraphs separated by a newline; mention offsets point into it."""

    article_id: str
    url: str
    canonical_url: str
    title: str | None
    text: str
    published_at: datetime | None = None
    published_basis: PublishedBasis = "none"
    published_precision: Literal["second", "day"] = "day"
    authors: tuple[str, ...] = ()
    language: str | None = None
    site: str | None = None
    source_id: str | None = None
    flags: tuple[str, ...] = ()
    """paywall, truncated, cookie-wall, soft-404, amp, multi-page, no-date, future-date, repost …"""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes part in an action. `code` is ISO 3166-1 alpha-3 for a state and for a person of a state, else None."""

    name: str
    kind: ActorKind
    role: Role
    code: str | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """One statement in one article that an initiative was, is or will be the object of one action."""

    mention_id: str
    article_id: str
    initiative: str
    initiative_id: str
    known: bool
    kind: Kind
    action: Action
    modality: Modality
    is_background: bool
    quote: str
    start: int
    end: int
    """`article.text[start:end] == quote`, in characters."""
    confidence: float
    """Calibrated: of the mentions with confidence c, about that share is right (initiative and action)."""
    aliases: tuple[str, ...] = ()
    actors: tuple[Actor, ...] = ()
    event_date: str | None = None
    """YYYY, YYYY-MM or YYYY-MM-DD; with precision `none` null or a full date inherited from the article."""
    date_precision: Precision = "none"
    date_basis: str | None = None
    """explicit, relative, dateline, article or none: how the date was found."""
    place: str | None = None
    place_code: str | None = None
    speaker: str | None = None
    parent: str | None = None
    """initiative_id of the known initiative that this one is to be part of."""
    explanation: tuple[str, ...] = ()
    """Which rule, which words, which score: shown by `extract --explain`, not stored."""


@dataclass(frozen=True, slots=True)
class Initiative:
    """An entry of the lexicon (known), or a noun phrase met in the news (not known)."""

    id: str
    name: str
    kind: Kind
    known: bool = True
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    founded: int | None = None
    ended: int | None = None
    parent: str | None = None
    wikidata: str | None = None
    source: str = ""


# --- what is decided -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArticleCopy:
    """That one article repeats another: `origin_id` is the article it was taken from, or the name of the agency."""

    article_id: str
    origin_id: str
    basis: Literal["canonical-url", "same-text", "near-copy", "edited-copy", "source-line", "agency"]
    evidence: str
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class ArticleMentions:
    """An article with its mentions and its origin: what developments are assigned from."""

    article: Article
    mentions: tuple[Mention, ...]
    tier: int = 2
    origin: str = ""
    """The independent origin this article counts for: its own article_id, an origin's, or an agency's name."""


@dataclass(frozen=True, slots=True)
class Development:
    """One thing that happened to one initiative, told by any number of mentions."""

    development_id: str
    initiative_id: str
    initiative: str
    known: bool
    kind: Kind
    action: Action
    modality: Modality
    headline: str
    first_seen_at: datetime
    last_seen_at: datetime
    agents: tuple[str, ...] = ()
    """Codes of states, names of organisations: roles agent and partner, sorted."""
    others: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    event_date: str | None = None
    date_precision: Precision = "none"
    place: str | None = None
    place_code: str | None = None
    is_background: bool = False
    confidence: float = 0.0
    articles: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    """Independent origins; their number is `independent_sources`."""
    best_tier: int = 3
    follows: str | None = None
    """development_id of the earlier stage, or of the development that this one corrects or denies."""
    relation: Literal["stage", "denial", "correction"] | None = None
    alerted: bool = False
    mention_ids: tuple[str, ...] = ()
    """Of a known development: the mentions linked so far. With the next two, a step done twice changes nothing."""
    newsrooms: tuple[str, ...] = ()
    """`newsroom(article)` of the articles that count as origins: a newsroom's second report is no second source."""
    first_published_at: datetime | None = None
    """The earliest publication time among its articles: its age, where no event date is known."""

    @property
    def independent_sources(self) -> int:
        return len(self.origins)


@dataclass(frozen=True, slots=True)
class SaveDevelopment:
    """Create the development, or replace its state; and link these mentions to it."""

    development: Development
    mention_ids: tuple[str, ...] = ()
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class MergeDevelopments:
    """Two developments turned out to be one: the older id stays, the other's mentions and alerts point to it."""

    kept_id: str
    merged_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RaiseAlert:
    """Alert on a development, now and once. The warehouse allocates the GUID in the transaction that applies this."""

    development_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UpdateAlert:
    """Later coverage changed what an alert shows: Atom `updated` moves, the GUID stays."""

    development_id: str


Change = SaveDevelopment | MergeDevelopments | RaiseAlert | UpdateAlert


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """When a development becomes an alert."""

    window_days: int = 30
    min_confidence: float = 0.6
    rumour_tier: int = 3
    rumour_hold_hours: int = 24
    """A development told by one origin of `rumour_tier` only is held back this long, unless a second comes."""


# --- what is recorded of a run ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that did not work: recorded, reported, and never in the way of the rest."""

    source_id: str
    stage: Literal["listing", "page", "read", "extract", "robots", "archive", "internal"]
    failure_class: str
    """dns, tls, timeout, connection, http-404, too-large, redirects, blocked, robots, parse, empty, unsafe-address …"""
    reason: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP exchange, as kept in `ops.fetches`."""

    url: str
    source_id: str
    purpose: Literal["robots", "listing", "page"]
    fetched_at: datetime
    status: int | None = None
    outcome: str = "ok"
    """ok, not-modified, same-body, or a failure class."""
    bytes_received: int = 0
    seconds: float = 0.0
    final_url: str | None = None
    body_sha256: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    archive_file: str | None = None
    archive_offset: int | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source between runs, so that polling is polite and silence is noticed."""

    source_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    last_polled_at: datetime | None = None
    last_full_get_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_item_at: datetime | None = None
    next_poll_at: datetime | None = None
    poll_minutes: float | None = None
    strikes: float = 0.0
    failure_class: str | None = None


@dataclass(frozen=True, slots=True)
class SourceBatch:
    """All that one source gave in one run: stored in one transaction."""

    source: Source
    state: SourceState
    seen: tuple[Link, ...] = ()
    """Every link that the listing showed, new or not: dedupe memory ages by when a link was last seen."""
    articles: tuple[Article, ...] = ()
    mentions: tuple[Mention, ...] = ()
    copies: tuple[ArticleCopy, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class RunStamp:
    """What made a row: written beside every row that a run adds."""

    run_id: str
    started_at: datetime
    extractor_version: str
    package_version: str = "0"
    notes: tuple[str, ...] = field(default_factory=tuple)
