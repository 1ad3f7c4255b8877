"""Sets thresholds on passages that the model was not trained on: the best F1 of initiatives and mentions together, with
at most `FALSE_ALARMS` a passage where nothing is to be found.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from extractors.lexicon import Lexicon
from extractors.mentions.analysis import Analysis, analyse
from extractors.mentions.decide import Draft, draft_mentions
from extractors.mentions.extractor import SHORT
from extractors.mentions.gate import open_gate
from extractors.mentions.grammar import strengthen
from extractors.mentions.model import Judgement, Model
from extractors.mentions.naming import name_entity
from extractors.mentions.relevance import Relevance
from extractors.records import MODALITIES
from extractors.training.labels import Passage

FALSE_ALARMS = 0.10
DIRECT = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
SPOKEN = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
LOST = (100, 70, 50, 40, 30, 25)
"""One in so many passages with something to find may be lost, of those held out."""
SECOND = (0.3, 0.4, 0.5, 0.6, 0.7, 0.99)
PRECISION = 0.01
"""How much F1, of initiatives and mentions together, a stricter `second` may cost: a false statement weighs more than a
missed one, and of a second action agents and date are wrong more often."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One passage with what the model says of it."""

    passage: Passage
    relevance: float
    analysis: Analysis
    judgements: Sequence[Judgement]


def judge_passages(passages: Iterable[Passage], model: Model, lexicon: Lexicon, relevance: Relevance) -> list[Judged]:
    """Those that pass the gate."""
    judged = []
    for passage in passages:
        title, text = passage["title"], passage["text"]
        gate = open_gate(title, text, lexicon)
        if gate is not None:
            score = math.inf if len(gate.sentences) <= SHORT else max(relevance.scores(text, gate))
            analysis = analyse(title, text, lexicon, gate)
            judged.append(Judged(passage, score, analysis, strengthen(analysis, model.read(analysis)[1])))
    return judged


def relevance_floors(judged: Sequence[Judged]) -> list[float]:
    """Thresholds under which one in `LOST` of the passages lies that have something to find."""
    scores = sorted(one.relevance for one in judged if one.passage["mentions"])
    return [round(scores[len(scores) // share], 3) for share in LOST]


def best_thresholds(
    passages: Sequence[Passage], judged: Sequence[Judged], lexicon: Lexicon, score: Any, start: dict[str, float]
) -> dict[str, float]:
    """The best thresholds of the grid; after the three others `second`, the strictest that does nearly as well."""

    def worth(thresholds: dict[str, float]) -> tuple[bool, float]:
        relevant = [j for j in judged if j.relevance >= thresholds["relevance"]]
        found = {j.passage["id"]: _predict(j, lexicon, thresholds) for j in relevant}
        report, _ = score.score(list(passages), found)
        quiet = (report["empty_passages"]["per_passage"] or 0) <= FALSE_ALARMS
        return quiet, report["detection"]["all"]["f1"] + report["mention"]["all"]["f1"]

    grid = [
        {**start, "relevance": floor, "direct": direct, "spoken": spoken}
        for floor, direct, spoken in product(relevance_floors(judged), DIRECT, SPOKEN)
    ]
    best = max(grid, key=worth)
    return {**best, "second": strictest({second: worth({**best, "second": second}) for second in SECOND})}


def strictest(worths: dict[float, tuple[bool, float]]) -> float:
    """The highest threshold that is worth as much as the best, but for `PRECISION`. worths: whether it is quiet where
    nothing is to be found, and its F1."""
    quiet, most = max(worths.values())
    return max(threshold for threshold, worth in worths.items() if worth >= (quiet, most - PRECISION))


def _predict(one: Judged, lexicon: Lexicon, thresholds: dict[str, float]) -> list[dict[str, Any]]:
    """The parts of a mention that names and actions are scored on; the same statement twice counts once."""
    best: dict[tuple[str, str, str], tuple[Draft, dict[str, Any]]] = {}
    for draft in draft_mentions(one.analysis, one.judgements, thresholds):
        name = name_entity(one.analysis, one.analysis.entities[draft.entity], lexicon)
        modality = MODALITIES[max(range(4), key=draft.modalities.__getitem__)]
        key = (name.initiative_id, draft.action, modality)
        if key not in best or draft.score > best[key][0].score:
            sentence = one.analysis.sentences[draft.sentence]
            best[key] = draft, {
                "initiative": name.name, "aliases": list(name.aliases), "known": name.known, "action": draft.action,
                "modality": modality, "is_background": draft.background > 0.5,
                "quote": one.passage["text"][sentence.start : sentence.end],
            }  # fmt: skip
    return [prediction for _, prediction in best.values()]
