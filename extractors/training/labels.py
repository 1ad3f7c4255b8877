"""Ties labelled passages to what is found in them: which entity is which initiative, which pair is a mention.

The names are compared as the scorer of the labelled passages compares them.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from extractors.lexicon import Lexicon
from extractors.mentions.analysis import Analysis
from extractors.mentions.datelines import day_of_writing
from extractors.mentions.entities import Entity
from extractors.mentions.sentences import Sentence
from extractors.records import ACTIONS, MODALITIES

Passage = dict[str, Any]
NameScore = Callable[[dict[str, Any], dict[str, Any]], float]


def read_passages(paths: Iterable[Path]) -> list[Passage]:
    """Labelled passages, one JSON object a line."""
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]


def evidence_sentences(mention: Mapping[str, Any], text: str, sentences: Sequence[Sentence]) -> list[int]:
    """The numbers of the sentences that a mention's evidence stands in."""
    start = text.find(mention["evidence"])
    end = start + len(mention["evidence"])
    return [sentence.index for sentence in sentences if sentence.overlaps(start, end)]


def written_on(passage: Passage) -> date | None:
    """The day that the passage's relative dates count from."""
    stamp = passage["published"]
    return day_of_writing(passage["text"], date.fromisoformat(stamp) if stamp else None)


@dataclass(slots=True)
class PairLabel:
    """What happened to one entity in one sentence. `unsure` actions are neither right nor wrong."""

    actions: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)
    modality: dict[int, int] = field(default_factory=dict)
    background: dict[int, bool] = field(default_factory=dict)
    mentions: dict[int, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class PassageLabels:
    """`initiatives`: indices of entities; `pairs`: (entity, sentence) to label; `missed`: mentions without a pair."""

    initiatives: set[int]
    doubtful: set[int]
    pairs: dict[tuple[int, int], PairLabel]
    missed: list[dict[str, Any]]


def entity_names(entity: Entity, lexicon: Lexicon) -> list[str]:
    """All names under which an entity may be recognised."""
    names = [entity.name, *entity.names]
    if entity.lexicon_id:
        entry = lexicon.initiatives[entity.lexicon_id]
        names += [entry.name, *entry.aliases, *entry.acronyms]
    return names


def label_passage(passage: Passage, analysis: Analysis, lexicon: Lexicon, score: Any) -> PassageLabels:
    """score: the scorer module (`forms`, `name_score`)."""
    forms = [{"_forms": score.forms(*entity_names(e, lexicon))} for e in analysis.entities]
    labels = PassageLabels(set(), set(), {}, [])
    for mention in passage["mentions"]:
        gold = {"known": mention["known"], "_forms": score.forms(mention["initiative"], *mention["accept"])}
        scores = {e.index: score.name_score(gold, forms[e.index]) for e in analysis.entities}
        best = max(scores.values(), default=0.0)
        if not best:
            labels.missed.append(mention)
            continue
        near = {index for index, value in scores.items() if value >= best - 0.05}
        labels.initiatives |= near
        labels.doubtful |= {index for index, value in scores.items() if 0 < value < best - 0.05}
        target = _target(passage, mention, analysis, near, scores)
        if target is None:
            labels.missed.append(mention)
            continue
        label = labels.pairs.setdefault(target, PairLabel())
        action = ACTIONS.index(mention["action"])
        label.actions.add(action)
        label.unsure |= {ACTIONS.index(a) for a in mention["also_ok"]}
        label.modality[action] = MODALITIES.index(mention["modality"])
        label.background[action] = bool(mention["is_background"])
        label.mentions[action] = mention
    labels.doubtful -= labels.initiatives
    for label in labels.pairs.values():
        label.unsure -= label.actions
    return labels


def _target(
    passage: Passage, mention: dict[str, Any], analysis: Analysis, near: set[int], scores: dict[int, float]
) -> tuple[int, int] | None:
    """The pair that should carry the mention: named in the evidence if possible, else last named before it."""
    within = evidence_sentences(mention, passage["text"], analysis.sentences)
    if not within:
        return None
    choices = [(scores[e.index], -number, e.index, number) for e in analysis.entities if e.index in near
               for number, _ in e.candidates if number in within]  # fmt: skip
    if choices:
        _, _, index, number = max(choices)
        return index, number
    earlier = [
        (number, e.index)
        for e in analysis.entities
        if e.index in near
        for number, _ in e.candidates
        if number < within[0]
    ]
    if not earlier:
        return None
    return max(earlier)[1], within[0]
