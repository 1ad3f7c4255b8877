"""The pages to look at: `index.html` and one page an initiative. Static, without script or anything from elsewhere.

Pure: records in, bytes out. Links between our own files are relative, so the folder can be published anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from math import ceil

from extractors.records import STAGES
from warehouse.feed_items import Evidence, FeedItem
from warehouse.feed_sets import MAIN_FILES, Feed
from warehouse.item_html import Fact, item_facts, place_label, shown_evidence, sources_label
from warehouse.labels import (
    ACTION_LABELS,
    MODALITY_LABELS,
    RELATION_LABELS,
    country_name,
    event_date_label,
    id_slug,
    one_line,
    short_headline,
    slugify,
)
from warehouse.page_charts import activity_chart, range_label, stage_chart, stage_ladder, tone, weekly_counts
from warehouse.page_data import Event, InitiativeHistory, Matrix, PageData, count_pairs
from warehouse.rendering import render_template

NEWEST = 25
"""Developments on the first page; older ones are on the pages of their initiatives and in the archive of the feed."""
LISTED = 40
HISTORY = 150
"""Events of each sort (with an alert, without) on the page of an initiative, the newest of each."""
MATRIX_STATES = 12


@dataclass(frozen=True, slots=True)
class Card:
    """One development as the page shows it."""

    item: FeedItem
    anchor: str
    headline: str
    label: str
    tone: str
    where: str
    when: str
    sources: str
    relation: str
    """What it corrects or denies; an earlier stage is told by the page of its initiative."""
    facts: tuple[Fact, ...]
    evidence: tuple[Evidence, ...]
    page: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event of an initiative, with its card where it was alerted on."""

    event: Event
    anchor: str | None
    label: str
    tone: str
    when: str
    note: str
    text: str
    card: Card | None


@dataclass(frozen=True, slots=True)
class InitiativeLine:
    """One initiative in the list of the first page."""

    initiative: InitiativeHistory
    page: str
    ladder: str
    stage: str
    latest: FeedItem | None


def render_pages(data: PageData, feeds: Sequence[Feed], *, title: str) -> dict[str, bytes]:
    """Every page by its path."""
    pages = {"index.html": _render_index(data, feeds, title)}
    by_name = {feed.spec.name: feed for feed in feeds}
    for initiative in data.initiatives:
        slug = id_slug(initiative.id)
        feed = by_name.get(f"initiative/{slug}")
        pages[f"initiatives/{slug}.html"] = _render_initiative(initiative, feed, data, title)
    return pages


def _render_index(data: PageData, feeds: Sequence[Feed], title: str) -> bytes:
    newest = data.items[:NEWEST]
    counts = weekly_counts(data.items)
    days = [
        (day, [_card(item) for item in sorted(group, key=lambda item: -item.independent_sources)])
        for day, group in groupby(newest, key=lambda item: item.published_at.date())
    ]
    lines = [_line(initiative) for initiative in data.initiatives]
    return render_template(
        "index.html.j2",
        title=title,
        root="",
        files=MAIN_FILES,
        days=[(event_date_label(day.isoformat()), cards) for day, cards in days],
        span=range_label(data.items),
        figures=_figures(data),
        counts=[(event_date_label(monday.isoformat()), count) for monday, count in counts if count],
        activity=activity_chart(counts) if counts else None,
        lines=lines[:LISTED],
        further=lines[LISTED:],
        stages=[ACTION_LABELS[stage] for stage in STAGES],
        matrix=_shaded(count_pairs(data.items, MATRIX_STATES)),
        sources=data.sources,
        feed_groups=_feed_groups(feeds),
        older=len(data.items) - len(newest),
    ).encode()


def _render_initiative(initiative: InitiativeHistory, feed: Feed | None, data: PageData, title: str) -> bytes:
    parent = next((one for one in data.initiatives if one.id == initiative.parent), None)
    return render_template(
        "initiative.html.j2",
        title=title,
        root="../",
        initiative=initiative,
        files=feed.spec.files if feed else None,
        stage=ACTION_LABELS[initiative.stage] if initiative.stage else None,
        ladder=stage_ladder(initiative),
        chart=stage_chart(initiative),
        rows=_history(initiative),
        left_out=max(0, len(initiative.items) - HISTORY),
        states=sorted({country_name(code) for item in initiative.items for code in item.countries}),
        regions=initiative.regions or tuple(dict.fromkeys(r for item in initiative.items for r in item.regions)),
        span=range_label(initiative.items),
        members=sorted(country_name(code) for code in initiative.members),
        aliases=_telling_aliases(initiative),
        parent_page=f"{id_slug(parent.id)}.html" if parent else None,
        matrix=_shaded(count_pairs(initiative.items, MATRIX_STATES)),
    ).encode()


def _telling_aliases(initiative: InitiativeHistory, most: int = 5) -> list[str]:
    """Short forms and other names; spellings of a name already there ("Confidence Building") tell nothing new."""
    told: list[set[str]] = [_words(initiative.name)]
    kept = []
    for alias in sorted(initiative.aliases, key=lambda alias: (len(alias), alias)):
        words = _words(alias)
        if words and all(len(words & others) < 0.7 * len(words | others) for others in told):
            told.append(words)
            kept.append(one_line(alias))
    return kept[:most]


def _words(name: str) -> set[str]:
    return {word for word in slugify(name).split("-") if len(word) > 2}


def _card(item: FeedItem) -> Card:
    action = ACTION_LABELS[item.action]
    return Card(
        item=item,
        anchor=id_slug(item.development_id),
        headline=short_headline(item.headline),
        label=action if item.modality == "actual" else f"{action}, {MODALITY_LABELS[item.modality]}",
        tone=tone(item.action),
        where=place_label(item),
        when=event_date_label(item.event_date) or "",
        sources=sources_label(item),
        relation=_relation(item),
        facts=item_facts(item),
        evidence=shown_evidence(item),
        page=f"initiatives/{id_slug(item.initiative_id)}.html",
    )


def _relation(item: FeedItem) -> str:
    if item.follows_headline and item.relation in ("denial", "correction"):
        return f"{RELATION_LABELS[item.relation]}: {one_line(item.follows_headline)}"
    return ""


def _line(initiative: InitiativeHistory) -> InitiativeLine:
    return InitiativeLine(
        initiative,
        f"initiatives/{id_slug(initiative.id)}.html",
        stage_ladder(initiative),
        ACTION_LABELS[initiative.stage] if initiative.stage else "No stage yet",
        initiative.items[0] if initiative.items else None,
    )


def _history(initiative: InitiativeHistory) -> list[HistoryRow]:
    """Newest first; an alert without a date stands where it was published, anything else without one comes last."""
    cards = {item.development_id: _card(item) for item in initiative.items[:HISTORY]}

    def day(event: Event) -> str:
        card = cards.get(event.development_id or "")
        return str(event.sort_date or (card.item.published_at.date() if card else ""))

    told = [event for event in initiative.events if event.development_id in cards]
    others = sorted((event for event in initiative.events if not event.alerted), key=day)[-HISTORY:]
    rows = []
    for event in sorted([*others, *told], key=day, reverse=True):
        action = ACTION_LABELS[event.action]
        rows.append(
            HistoryRow(
                event=event,
                anchor=id_slug(event.development_id) if event.development_id else None,
                label=action if event.modality == "actual" else f"{action}, {MODALITY_LABELS[event.modality]}",
                tone=tone(event.action),
                when=event_date_label(event.event_date) or "Undated",
                note=_note(event),
                text=short_headline(event.text) if event.development_id else one_line(event.text),
                card=cards.get(event.development_id or ""),
            )
        )
    return rows


def _note(event: Event) -> str:
    if event.is_background:
        return "Recalled as background"
    return "" if event.alerted else "Recorded without an alert"


def _figures(data: PageData) -> list[tuple[int, str]]:
    """The numbers at the head of the page."""
    if data.items:
        since = data.items[0].published_at - timedelta(days=30)
        recent = sum(item.published_at > since for item in data.items)
    else:
        recent = 0
    well = sum(source.status in ("well", "learning") for source in data.sources)
    return [
        (recent, "developments in 30 days"),
        (len(data.initiatives), "initiatives on record"),
        (len({code for item in data.items for code in item.countries}), "states involved"),
        (well, f"of {len(data.sources)} sources answering"),
    ]


def _shaded(matrix: Matrix) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """Rows of (state, cells), a cell being (other state, count, shade from 0 to 4)."""
    if not matrix.highest:
        return []
    rows = []
    for one in matrix.states:
        counts = [(other, matrix.count(one, other)) for other in matrix.states]
        rows.append((one, [(other, n, 0 if other == one else ceil(4 * n / matrix.highest)) for other, n in counts]))
    return rows


def _feed_groups(feeds: Sequence[Feed]) -> list[tuple[str, list[tuple[str, Feed]]]]:
    """Feeds by heading, each with its name: what follows the publication's title."""
    groups: dict[str, list[tuple[str, Feed]]] = {}
    for feed in feeds:
        if feed.group and feed.group != "All":
            name = feed.spec.title.partition(": ")[2] or feed.spec.title
            groups.setdefault(feed.group, []).append((name, feed))
    return list(groups.items())
