"""Prepares what is compared: a report is one mention with its article, its origin and its newsroom."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.developments.actors import own_names, split_actors
from extractors.developments.naming import is_session, telling_names, tidy_name
from extractors.developments.sketch import Sketch
from extractors.developments.spans import event_span
from extractors.records import Article, ArticleMentions, Development, Mention

CORRECTION = re.compile(r"\W*(?:correct(?:ion|ed|s)|clarification|erratum|corrigendum)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Report:
    """One mention, and what its article adds to it."""

    mention: Mention
    article: Article
    tier: int
    origin: str
    newsroom: str | None
    """Set where the article is its newsroom's own work; None for a copy."""
    is_correction: bool
    sketch: Sketch


def newsroom(article: Article) -> str:
    """Who publishes an article: its source, else the host of its address. Reports of one newsroom are one origin."""
    if article.source_id:
        return article.source_id
    host = urlsplit(article.canonical_url).hostname or article.canonical_url
    return host.removeprefix("www.")


def list_reports(articles: Iterable[ArticleMentions]) -> Iterator[Report]:
    """The reports that can tell of a development, in an order that the order of the articles doesn't change.

    Old before new, so that a replay meets stages as they came; within a day the fullest first, so that a report
    without actors or date finds its development made.
    """
    seen: set[str] = set()
    reports = []
    for entry in articles:
        for mention in entry.mentions:
            if mention.action != "refer" and mention.mention_id not in seen:
                seen.add(mention.mention_id)
                reports.append(_report(entry, mention))
    return iter(sorted(reports, key=_order))


def _report(entry: ArticleMentions, mention: Mention) -> Report:
    article = entry.article
    origin = entry.origin or article.article_id
    is_own = origin == article.article_id
    initiative_id, is_known = mention.initiative_id, mention.known
    if not is_known and mention.parent and mention.action == "convene" and is_session(mention.initiative):
        initiative_id, is_known = mention.parent, True  # a session of a known body is what that body held
    names = (mention.initiative, *mention.aliases)
    agents, others = split_actors(mention, own=own_names(initiative_id, mention))
    return Report(
        mention=mention,
        article=article,
        tier=entry.tier,
        origin=origin,
        newsroom=newsroom(article) if is_own else None,
        is_correction=is_correction(article),
        sketch=Sketch(
            initiative_id=initiative_id,
            known=is_known,
            kind=mention.kind,
            action=mention.action,
            modality=mention.modality,
            # The names of a known initiative are in the lexicon: its id says all.
            names=names[:1] if is_known else telling_names([tidy_name(name, mention.place) for name in names]),
            agents=agents,
            others=others,
            span=event_span(
                mention.event_date,
                mention.date_precision,
                mention.modality,
                article.published_at,
                is_background=mention.is_background,
            ),
            place=mention.place,
            place_code=mention.place_code,
            is_background=mention.is_background,
            articles=frozenset({article.article_id}),
            copy_of=None if is_own else origin,
        ),
    )


def is_correction(article: Article) -> bool:
    """Whether the article says of itself that it sets an earlier one right."""
    return bool(
        "correction" in article.flags or CORRECTION.match(article.title or "") or CORRECTION.match(article.text[:40])
    )


def _order(report: Report) -> tuple[object, ...]:
    mention, sketch = report.mention, report.sketch
    published = report.article.published_at
    return (
        published.date().isoformat() if published else "9999",
        report.is_correction,
        mention.is_background,
        not sketch.agents,
        mention.date_precision != "day",
        not mention.place,
        published.isoformat() if published else "",
        report.article.article_id,
        mention.start,
        mention.mention_id,
    )


def sketch_development(development: Development) -> Sketch:
    """What is compared of a development: the same as of a report."""
    return Sketch(
        initiative_id=development.initiative_id,
        known=development.known,
        kind=development.kind,
        action=development.action,
        modality=development.modality,
        names=(development.initiative, *development.aliases),
        agents=frozenset(development.agents),
        others=frozenset(development.others),
        span=event_span(
            development.event_date,
            development.date_precision,
            development.modality,
            development.first_published_at or development.first_seen_at,
            is_background=development.is_background,
        ),
        place=development.place,
        place_code=development.place_code,
        is_background=development.is_background,
        articles=frozenset(development.articles),
    )
