"""Makes a development from a report, and lets a development take up a later report or another development."""

from dataclasses import replace
from datetime import datetime

from extractors.developments.headline import write_headline
from extractors.developments.naming import name_key
from extractors.developments.reports import Report
from extractors.developments.sketch import stance
from extractors.records import Development, Modality, Precision, stable_id

MAX_ALIASES = 12
MAX_CONFIDENCE = 0.99
FINENESS: dict[Precision, int] = {"none": 0, "year": 1, "month": 2, "day": 3}
FIRMNESS: dict[Modality, int] = {"possible": 0, "negated": 0, "planned": 1, "actual": 2}


def create(report: Report, now: datetime, *, initiative_id: str | None = None) -> Development:
    """A development that this report is the first to tell. Its id is made from what happened, and never changes."""
    mention, sketch = report.mention, report.sketch
    agents = tuple(sorted(sketch.agents))
    published = report.article.published_at
    when = mention.event_date or (published.date().isoformat() if published else "")
    name, *aliases = sketch.names
    development = Development(
        development_id=stable_id(
            "dev",
            sketch.initiative_id,
            mention.action,
            stance(mention.modality),
            ",".join(agents),
            when,
            mention.place,
        ),
        initiative_id=initiative_id or sketch.initiative_id,
        initiative=name,
        known=sketch.known,
        kind=mention.kind,
        action=mention.action,
        modality=mention.modality,
        headline="",
        first_seen_at=now,
        last_seen_at=now,
        agents=agents,
        others=tuple(sorted(sketch.others)),
        aliases=tuple(aliases[:MAX_ALIASES]),
        event_date=mention.event_date,
        date_precision=mention.date_precision,
        place=mention.place,
        place_code=mention.place_code,
        is_background=mention.is_background,
        confidence=round(min(mention.confidence, MAX_CONFIDENCE), 4),
        articles=(report.article.article_id,),
        origins=(report.origin,),
        best_tier=report.tier,
        mention_ids=(mention.mention_id,),
        newsrooms=(report.newsroom,) if report.newsroom else (),
        first_published_at=published,
    )
    return replace(development, headline=write_headline(development))


def renamed(development: Development, discriminator: str) -> Development:
    """The same with another id: for the rare two events that are alike in all that an id is made from."""
    return replace(development, development_id=stable_id("dev", development.development_id, discriminator))


def absorb(development: Development, report: Report, now: datetime) -> Development:
    """The development with what this report adds to it."""
    mention = report.mention
    told = create(report, now)
    recalled = mention.is_background and not development.is_background
    if recalled:
        # A look back is coverage, no second source: it must not move what an alert shows.
        told = replace(told, origins=(), newsrooms=(), best_tier=development.best_tier, confidence=0.0)
    elif report.origin in development.origins or (report.newsroom and report.newsroom in development.newsrooms):
        told = replace(told, origins=(), newsrooms=())
    return combine(development, told, now)


def combine(kept: Development, told: Development, now: datetime) -> Development:
    """Both in one, under the id of the first. `now` is when that was learned."""
    firmer = FIRMNESS[told.modality] > FIRMNESS[kept.modality]
    names = dict.fromkeys((*kept.aliases, told.initiative, *told.aliases))
    keys = {name_key(kept.initiative)}
    aliases = []
    for name in names:
        if name_key(name) not in keys:
            keys.add(name_key(name))
            aliases.append(name)
    agents = tuple(sorted({*kept.agents, *told.agents}))
    event_date, precision = _better_date(kept, told, firmer=firmer)
    place, place_code = _better_place(kept, told, firmer=firmer)
    names_it = told if told.known and not kept.known else kept
    merged = replace(
        kept,
        initiative_id=names_it.initiative_id,
        initiative=names_it.initiative,
        known=names_it.known,
        kind=names_it.kind,
        modality=told.modality if firmer else kept.modality,
        first_seen_at=min(kept.first_seen_at, told.first_seen_at),
        last_seen_at=now,
        agents=agents,
        others=tuple(sorted({*kept.others, *told.others} - set(agents))),
        aliases=tuple(aliases[:MAX_ALIASES]),
        event_date=event_date,
        date_precision=precision,
        place=place,
        place_code=place_code,
        is_background=kept.is_background and told.is_background,
        confidence=_confidence(kept, told),
        articles=_union(kept.articles, told.articles),
        origins=_union(kept.origins, told.origins),
        best_tier=min(kept.best_tier, told.best_tier),
        alerted=kept.alerted or told.alerted,
        mention_ids=_union(kept.mention_ids, told.mention_ids),
        newsrooms=_union(kept.newsrooms, told.newsrooms),
        first_published_at=earliest(kept.first_published_at, told.first_published_at),
    )
    return replace(merged, headline=write_headline(merged))


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two times, either of which can be unknown."""
    known = [time for time in (one, other) if time is not None]
    return min(known) if known else None


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _confidence(kept: Development, told: Development) -> float:
    """Noisy-or over independent origins; a second report of one origin only counts where it is surer."""
    if set(told.origins) - set(kept.origins):
        sure = 1 - (1 - kept.confidence) * (1 - told.confidence)
    else:
        sure = max(kept.confidence, told.confidence)
    return round(min(sure, MAX_CONFIDENCE), 4)


def _better_date(kept: Development, told: Development, *, firmer: bool) -> tuple[str | None, Precision]:
    mine, theirs = FINENESS[kept.date_precision], FINENESS[told.date_precision]
    if told.event_date is not None and (
        kept.event_date is None
        or theirs > mine
        or (firmer and theirs == mine)
        or (kept.is_background and theirs >= mine)
    ):
        return told.event_date, told.date_precision
    return kept.event_date, kept.date_precision


def _better_place(kept: Development, told: Development, *, firmer: bool) -> tuple[str | None, str | None]:
    if told.place and (not kept.place or firmer):
        return told.place, told.place_code or (kept.place_code if told.place == kept.place else None)
    return kept.place, kept.place_code
