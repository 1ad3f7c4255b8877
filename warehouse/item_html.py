"""One item as a reader shows it: who, what, where, when and the evidence, as clean HTML and as a plain summary.

A reader strips styles and scripts, so the HTML is bare: a definition list, quotes with links, nothing else.
"""

from dataclasses import dataclass
from functools import lru_cache

from extractors.records import Role
from warehouse.feed_items import Evidence, FeedItem, ItemActor
from warehouse.labels import (
    ACTION_LABELS,
    KIND_LABELS,
    MODALITY_LABELS,
    RELATION_LABELS,
    country_name,
    event_date_label,
    is_country,
    one_line,
)
from warehouse.rendering import render_template

MAX_QUOTES = 6
"""Quotes in one item; further articles are counted. Enough to judge a report by, short enough to read in a feed."""

MAX_FURTHER = 20
KEPT_ITEMS = 4096
"""Each item stands in half a dozen feeds in three forms: rendering it once halves the time of a publication."""

_TERMS: dict[Role, str] = {
    "agent": "Who",
    "partner": "With",
    "host": "Host",
    "speaker": "According to",
    "member": "Members",
    "target": "Aimed at",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the definition list."""

    term: str
    text: str


def actor_label(actor: ItemActor) -> str:
    """A name as read: "Sergei Lavrov, foreign minister (Russia)", "China"."""
    known = actor.code is not None and is_country(actor.code)
    name = country_name(actor.code) if actor.kind == "state" and actor.code and known else actor.name
    if actor.office and actor.kind == "person" and actor.office.lower() not in name.lower():
        name = f"{name}, {actor.office}"
    if actor.code and known and actor.kind != "state":
        name = f"{name} ({country_name(actor.code)})"
    return one_line(name)


def actor_names(item: FeedItem, role: Role) -> tuple[str, ...]:
    """The labels of all actors in one role, without repeats."""
    return tuple(dict.fromkeys(actor_label(actor) for actor in item.actors if actor.role == role))


def item_facts(item: FeedItem) -> tuple[Fact, ...]:
    """Who, what, where and when, in that order, then the rest; what is not known is left out."""
    action = ACTION_LABELS[item.action].lower()
    if item.modality != "actual":
        action = f"{action} ({MODALITY_LABELS[item.modality]})"
    facts = [*_role_facts(item, ("agent", "partner")), Fact("What", f"{one_line(item.initiative)}: {action}")]
    if item.place or item.place_code:
        facts.append(Fact("Where", place_label(item)))
    if item.event_date:
        when = event_date_label(item.event_date) or item.event_date
        facts.append(Fact("When", when if item.date_precision != "none" else f"about {when} (date of the report)"))
    facts += _role_facts(item, ("host", "speaker", "member", "target"))
    kind = KIND_LABELS[item.kind]
    facts.append(Fact("Kind", kind if item.known else f"{kind}, newly described"))
    if item.regions:
        facts.append(Fact("Region", ", ".join(item.regions)))
    if item.follows_headline:
        facts.append(Fact(RELATION_LABELS.get(item.relation or "stage", "Follows"), one_line(item.follows_headline)))
    return tuple(facts)


def _role_facts(item: FeedItem, roles: tuple[Role, ...]) -> list[Fact]:
    return [Fact(_TERMS[role], "; ".join(names)) for role in roles if (names := actor_names(item, role))]


def place_label(item: FeedItem) -> str:
    """ "Astana, Kazakhstan"; empty where no place is known."""
    place = one_line(item.place or "")
    country = country_name(item.place_code) if item.place_code else ""
    return ", ".join(part for part in dict.fromkeys((place, country)) if part)


def sources_label(item: FeedItem) -> str:
    """How well it is attested: "2 independent sources, 5 articles"."""
    articles = len({one.article_id for one in item.evidence})
    sources = f"{item.independent_sources} independent source{'' if item.independent_sources == 1 else 's'}"
    return f"{sources}, {articles} article{'' if articles == 1 else 's'}"


def shown_evidence(item: FeedItem) -> tuple[Evidence, ...]:
    """The quotes that an item shows: each sentence once, the best first."""
    once: dict[str, Evidence] = {}
    for one in item.evidence:
        once.setdefault(one_line(one.quote).casefold(), one)
    return tuple(once.values())[:MAX_QUOTES]


@lru_cache(maxsize=KEPT_ITEMS)
def item_html(item: FeedItem, *, page_url: str | None = None) -> str:
    """The item as an HTML fragment. `page_url` is the absolute address of its initiative's page, if there is one."""
    shown = shown_evidence(item)
    quoted = {one.article_id for one in shown}
    more = {one.article_id: one for one in item.evidence if one.article_id not in quoted}
    return render_template(
        "item.html.j2",
        item=item,
        facts=item_facts(item),
        evidence=shown,
        more=tuple(more.values())[:MAX_FURTHER],
        uncounted=max(0, len(more) - MAX_FURTHER),
        sources=sources_label(item),
        page_url=page_url,
    ).strip()


@lru_cache(maxsize=KEPT_ITEMS)
def item_summary(item: FeedItem) -> str:
    """The item in one or two plain sentences: the facts and the first quote."""
    facts = "; ".join(f"{fact.term}: {fact.text}" for fact in item_facts(item) if fact.term not in ("Kind", "Region"))
    text = f"{facts}. {sources_label(item)}."
    if item.evidence:
        text = f"{text} “{one_line(item.evidence[0].quote)}” ({one_line(item.evidence[0].source)})"
    return one_line(text)
