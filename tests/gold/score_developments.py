"""Scores the linking of reports to developments: replays a labelled set of short articles day by day, and counts.

usage: python -m tests.gold.score_developments [--errors] [FILE.jsonl …]

The set (`developments/*.jsonl`) has one record a line. `dev` lines are true developments: `i` name of the initiative,
`k` its id if known, `a` action, `mod` modality, `ag` agents, `ot` others, `on` event date, `p` precision, `pl` and
`pc` place, `bg` background, `alert` false where none is due, `rel` [relation, the development it follows]. `art`
lines are articles: `s` newsroom, `d` publication day, `t` title, `x` text, `tier`, `c` the article or agency it was
taken from, and `m` its mentions: the development each tells of, with what this article says differently. So linking
is measured apart from extraction, on the mentions that a careful reader would extract.

Counted: pairs of mentions put together (precision, recall, F1); alerts raised for each true development that deserves
one (false ones included), and the share of those that got none; pairs of articles of one origin; relations.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from extractors.catalog import load_initiatives
from extractors.copies import find_copies, resolve_origins
from extractors.developments import assign_developments
from extractors.records import (
    Actor,
    AlertPolicy,
    Article,
    ArticleCopy,
    ArticleMentions,
    Change,
    Development,
    Mention,
    MergeDevelopments,
    RaiseAlert,
    SaveDevelopment,
    stable_id,
)

FOLDER = Path(__file__).parent / "developments"
KINDS = {entry.id: entry.kind for entry in load_initiatives()}


@dataclass(frozen=True)
class Labelled:
    """The set: articles with their mentions, and which true development each mention tells of."""

    developments: Mapping[str, Mapping[str, Any]]
    articles: tuple[ArticleMentions, ...]
    truth: Mapping[str, str]
    taken_from: Mapping[str, str]


@dataclass
class Ledger:
    """What the warehouse keeps, in memory: applies changes, and hands back known developments."""

    known: dict[str, Development]
    linked: dict[str, str]
    alerted: list[str]

    def apply(self, changes: Iterable[Change]) -> None:
        for change in changes:
            match change:
                case SaveDevelopment(development, mention_ids):
                    self.known[development.development_id] = development
                    self.linked.update(dict.fromkeys(mention_ids, development.development_id))
                case MergeDevelopments(kept_id, merged_id):
                    del self.known[merged_id]
                    self.linked = {m: kept_id if d == merged_id else d for m, d in self.linked.items()}
                    self.alerted = [kept_id if d == merged_id else d for d in self.alerted]
                case RaiseAlert(development_id):
                    self.alerted.append(development_id)


@dataclass(frozen=True)
class Score:
    precision: float
    recall: float
    f1: float
    alerts_per_development: float
    missed: float
    origin_f1: float
    relations_right: float
    developments: int
    articles: int


def load(files: Sequence[Path] = ()) -> Labelled:
    """Read the labelled set. A mention without its own value takes that of its development."""
    lines = [
        json.loads(line)
        for file in files or sorted(FOLDER.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    developments = {line["dev"]: line for line in lines if "dev" in line}
    truth: dict[str, str] = {}
    articles = []
    for line in (line for line in lines if "art" in line):
        article = Article(
            article_id=line["art"],
            url=f"https://{line['s']}.example/{line['art']}",
            canonical_url=f"https://{line['s']}.example/{line['art']}",
            title=line["t"],
            text=line["x"],
            published_at=_noon(line["d"]),
            published_basis="meta",
            language="en",
            site=line["s"].replace("-", " ").title(),
            source_id=line["s"],
        )
        mentions = []
        for number, told in enumerate(line["m"]):
            key, own = (told, {}) if isinstance(told, str) else told
            mention = _mention(article, number, {**developments[key], **own})
            truth[mention.mention_id] = key
            mentions.append(mention)
        articles.append(ArticleMentions(article, tuple(mentions), line.get("tier", 2)))
    taken_from = {line["art"]: line["c"] for line in lines if "c" in line}
    return Labelled(developments, tuple(articles), truth, taken_from)


def _noon(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)


def _mention(article: Article, number: int, told: Mapping[str, Any]) -> Mention:
    known = "k" in told
    actors = [(name, "agent") for name in told.get("ag", ())] + [(name, "member") for name in told.get("ot", ())]
    on = told.get("on")
    return Mention(
        mention_id=f"{article.article_id}/{number}",
        article_id=article.article_id,
        initiative=told["i"],
        initiative_id=told["k"] if known else stable_id("ini", told["i"].lower()),
        known=known,
        kind=KINDS[told["k"]] if known else told["kind"],
        action=told["a"],
        modality=told.get("mod", "actual"),
        is_background=told.get("bg", False),
        quote=article.text,
        start=0,
        end=len(article.text),
        confidence=0.8,
        actors=tuple(_actor(name, role) for name, role in actors),
        event_date=on,
        date_precision=told.get("p", "day") if on else "none",
        place=told.get("pl"),
        place_code=told.get("pc"),
    )


def _actor(name: str, role: Any) -> Actor:
    is_state = len(name) == 3 and name.isupper()
    return Actor(name, "state" if is_state else "organisation", role, name if is_state else None)


def replay(
    labelled: Labelled, batches: Iterable[Sequence[ArticleMentions]] | None = None
) -> tuple[Ledger, list[ArticleCopy]]:
    """Assign batch by batch (by default day by day), each at three in the afternoon of its newest article's day."""
    ledger = Ledger({}, {}, [])
    articles = [entry.article for entry in labelled.articles]
    # At once for all: an article is compared with those before it alone, so that day by day gives the same.
    copies = list(find_copies(articles, ()))
    origins = resolve_origins(articles, copies)
    for batch in by_day(labelled.articles) if batches is None else batches:
        now = max(entry.article.published_at for entry in batch if entry.article.published_at) + timedelta(hours=6)
        settled = [replace(entry, origin=origins[entry.article.article_id]) for entry in batch]
        ledger.apply(assign_developments(settled, tuple(ledger.known.values()), now, AlertPolicy()))
    return ledger, copies


def by_day(articles: Iterable[ArticleMentions]) -> list[list[ArticleMentions]]:
    """The articles in batches by publication day, oldest first."""
    days: defaultdict[datetime, list[ArticleMentions]] = defaultdict(list)
    for entry in articles:
        assert entry.article.published_at is not None
        days[entry.article.published_at].append(entry)
    return [days[day] for day in sorted(days)]


def pairs(groups: Mapping[str, str]) -> set[tuple[str, str]]:
    """All pairs of keys that are in one group."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for key in sorted(groups):
        members[groups[key]].append(key)
    return {pair for group in members.values() for pair in combinations(group, 2)}


def f1(true: set[Any], found: set[Any]) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    both = len(true & found)
    if not true and not found:
        return 1.0, 1.0, 1.0
    precision = both / len(found) if found else 1.0
    recall = both / len(true) if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0


def due(labelled: Labelled) -> set[str]:
    """The true developments that deserve an alert."""
    return {key for key, told in labelled.developments.items() if told.get("alert", True)}


def told_of(ledger: Ledger, labelled: Labelled) -> dict[str, str]:
    """For each development found, the true one that most of its mentions tell of."""
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mention_id, development_id in ledger.linked.items():
        votes[development_id][labelled.truth[mention_id]] += 1
    return {key: counter.most_common(1)[0][0] for key, counter in votes.items()}


def score(labelled: Labelled, errors: list[str] | None = None) -> Score:
    """Replay the set and count; `errors` is filled with what went wrong."""
    ledger, copies = replay(labelled)
    errors = [] if errors is None else errors
    precision, recall, linking = f1(pairs(labelled.truth), pairs(ledger.linked))
    names = told_of(ledger, labelled)
    alerted = [names[development_id] for development_id in ledger.alerted]
    wanted = due(labelled)
    missed = wanted - set(alerted)
    origins = resolve_origins([entry.article for entry in labelled.articles], copies)
    true_copies = [ArticleCopy(key, origin, "agency", "") for key, origin in labelled.taken_from.items()]
    true_origins = resolve_origins([entry.article for entry in labelled.articles], true_copies)
    _, _, origin_f1 = f1(pairs(true_origins), pairs(origins))
    relations = {key: told["rel"] for key, told in labelled.developments.items() if "rel" in told}
    right = sum(
        any(
            names[found.development_id] == key and found.relation == rel[0] and names.get(found.follows or "") == rel[1]
            for found in ledger.known.values()
        )
        for key, rel in relations.items()
    )
    for one, other in sorted(pairs(labelled.truth) - pairs(ledger.linked)):
        errors.append(f"kept apart: {one} {other} ({labelled.truth[one]})")
    for one, other in sorted(pairs(ledger.linked) - pairs(labelled.truth)):
        errors.append(f"put together: {one} ({labelled.truth[one]}) {other} ({labelled.truth[other]})")
    errors += [f"alert not due: {key}" for key in alerted if key not in wanted]
    errors += [f"alerted {count} times: {key}" for key, count in Counter(alerted).items() if count > 1]
    errors += [f"missed: {key}" for key in sorted(missed)]
    errors += [
        f"origin: {key} {origins[key]} for {true_origins[key]}" for key in origins if origins[key] != true_origins[key]
    ]
    return Score(
        precision=precision,
        recall=recall,
        f1=linking,
        alerts_per_development=len(alerted) / len(wanted - missed),
        missed=len(missed) / len(wanted),
        origin_f1=origin_f1,
        relations_right=right / len(relations) if relations else 1.0,
        developments=len(labelled.developments),
        articles=len(labelled.articles),
    )


def main(arguments: Sequence[str]) -> None:
    errors: list[str] = []
    labelled = load([Path(name) for name in arguments if not name.startswith("--")])
    for name, value in asdict(score(labelled, errors)).items():
        print(f"{name:24} {value:.4f}" if isinstance(value, float) else f"{name:24} {value}")
    if "--errors" in arguments:
        print("\n".join(errors))


if __name__ == "__main__":
    main(sys.argv[1:])
