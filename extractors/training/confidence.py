"""Fits `extractors.mentions.confidence` on passages that the model was not trained on.

Weights: logistic regression with a ridge penalty. By the odds that each passage gets from weights fitted without it:
the floor from which a statement is told; and the table, made monotone by pooling adjacent violators (Ayer et al. 1955),
each step a cautious share of right mentions.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.mentions.extractor import Extractor
from extractors.records import ACTIONS
from extractors.training.labels import Passage
from tests.gold.evaluate import as_article, as_prediction

FOLDS, PENALTY, STEPS = 8, 20.0, 30
FEWEST = 15
"""No step of the table rests on fewer mentions."""
CAUTION = 1.64
"""One-sided: nineteen times in twenty the true share is higher."""

FLOORS = tuple(round(0.3 + 0.02 * step, 2) for step in range(16))
"""Probabilities that are tried as the one from which a statement is told."""
PRECISION = 0.015
"""How much F1, of initiatives and mentions together, a higher floor may cost: a false statement weighs more than a
missed one."""
UNSEEN = 1.0
"""Added to both counts of a pair of actions, so that a pair never met is told apart half the time."""

Array = npt.NDArray[np.float64]


def unfitted(passages: Iterable[Passage]) -> dict[str, Any]:
    """What stands in the model until confidence is fitted: whatever is drafted is told. passages: those learned from,
    which show what is told apart."""
    apart = told_apart(passages)
    return {"weights": {}, "usual": {}, "bias": 0.0, "odds": [0.0], "right": [0.0], "floor": 0.0, "apart": apart}


def told_apart(passages: Iterable[Passage]) -> list[list[float]]:
    """(14, 14): of two actions of an initiative in one sentence, the logarithm of the share in which they are labelled
    as two statements; in the rest one is labelled, and the other is what a careful reader could say as well."""
    two, one = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for passage in passages:
        told: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for mention in passage["mentions"]:
            told[mention["initiative"], mention["evidence"]].append(mention)
        for mentions in told.values():
            actions = {mention["action"] for mention in mentions}
            two.update(combinations(sorted(actions), 2))
            for mention in mentions:
                one.update(tuple(sorted((mention["action"], a))) for a in mention["also_ok"] if a not in actions)

    def share(a: str, b: str) -> float:
        key = tuple(sorted((a, b)))
        return math.log((two[key] + UNSEEN) / (two[key] + one[key] + 2 * UNSEEN))

    return [[round(share(a, b), 3) for b in ACTIONS] for a in ACTIONS]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is drafted in some passages. rows: (mentions, names) of evidence; right: 1 or 0; owners: the number of
    each one's passage."""

    names: list[str]
    rows: Array
    right: Array
    owners: npt.NDArray[np.int64]
    predictions: list[dict[str, Any]]


def fit_confidence(passages: Sequence[Passage], extractor: Extractor, score: Any, seed: int = 7) -> dict[str, Any]:
    """What `Confidence` is made of. extractor: one whose confidence is not fitted yet."""
    found = gather(passages, extractor, score)
    usual = found.rows.mean(0)
    rows = found.rows - usual
    folds = np.random.default_rng(seed).permutation(len(passages))[found.owners] % FOLDS
    odds = np.zeros(len(rows))
    for fold in range(FOLDS):
        weights, bias = fit_logistic(rows[folds != fold], found.right[folds != fold])
        odds[folds == fold] = rows[folds == fold] @ weights + bias
    weights, bias = fit_logistic(rows, found.right)
    return {
        "floor": best_floor(passages, found, odds, score),
        "weights": {name: round(float(weight), 4) for name, weight in zip(found.names, weights, strict=True)},
        "usual": {name: round(float(mean), 4) for name, mean in zip(found.names, usual, strict=True)},
        "bias": round(float(bias), 4),
        **cautious_table(list(zip(odds.tolist(), found.right.tolist(), strict=True))),
        "apart": extractor.confidence.apart,
    }


def gather(passages: Sequence[Passage], extractor: Extractor, score: Any) -> Gathered:
    """All that the extractor tells of the passages, and whether the labels say so too."""
    names, everything = list[str](), list[dict[str, Any]]()
    rows, right, owners = list[list[float]](), list[float](), list[int]()
    for number, passage in enumerate(passages):
        found = extractor.find_with_evidence(as_article(passage))
        predictions = [as_prediction(mention) for mention, _ in found]
        for one in predictions:
            one["_forms"] = score.forms(one["initiative"], *one["aliases"])
        gold = score.prepare_gold([passage])[0]["mentions"]
        hits = {place for _, place in score.pair(passage["text"], gold, predictions, need_action=True)}
        for place, (_, evidence) in enumerate(found):
            names = list(evidence)
            rows.append(list(evidence.values()))
            right.append(float(place in hits))
            owners.append(number)
        everything += predictions
    return Gathered(names, np.array(rows), np.array(right), np.array(owners), everything)


def best_floor(passages: Sequence[Passage], found: Gathered, odds: Array, score: Any) -> float:
    """The highest floor that does nearly as well as the best of `FLOORS`. odds: of what was found, from weights that
    did not learn from its passage."""
    worths, chances = {}, 1 / (1 + np.exp(-odds))
    for floor in FLOORS:
        told: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for owner, chance, prediction in zip(found.owners, chances, found.predictions, strict=True):
            if chance >= floor:
                told[passages[owner]["id"]].append(prediction)
        report, _ = score.score(list(passages), told)
        worths[floor] = report["detection"]["all"]["f1"] + report["mention"]["all"]["f1"]
    return strictest(worths)


def strictest(worths: dict[float, float]) -> float:
    """The highest floor that is worth as much as the best, but for `PRECISION`. worths: the F1 of each."""
    most = max(worths.values())
    return max(floor for floor, worth in worths.items() if worth >= most - PRECISION)


def cautious_table(points: Sequence[tuple[float, float]]) -> dict[str, list[float]]:
    """From (odds, right) of mentions to steps of `odds` and the share that is `right`, both rising."""
    blocks: list[list[float]] = []  # sum of odds, sum of rights, count
    for value, hit in sorted(points):
        blocks.append([value, hit, 1])
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            _join_last(blocks)
    merged: list[list[float]] = []
    for block in blocks:
        merged.append(block)
        if len(merged) > 1 and merged[-2][2] < FEWEST:
            _join_last(merged)
    if len(merged) > 1 and merged[-1][2] < FEWEST:
        _join_last(merged)
    return {
        "odds": [round(total / count, 4) for total, _, count in merged],
        "right": [round(share, 4) for share in accumulate((_cautious(h, n) for _, h, n in merged), max)],
    }


def _join_last(blocks: list[list[float]]) -> None:
    last = blocks.pop()
    blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]


def _cautious(hits: float, count: float, z: float = CAUTION) -> float:
    """The lower end of an interval by Wilson (1927)."""
    share = hits / count
    middle, half = share + z * z / (2 * count), z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - half) / (1 + z * z / count)


def fit_logistic(rows: Array, right: Array) -> tuple[Array, float]:
    """Weights and bias, by Newton's method. rows are centred; the penalty is on weights per standard deviation."""
    spread = rows.std(0) + 1e-6
    design = np.column_stack([rows / spread, np.ones(len(rows))])
    ridge = np.diag([PENALTY] * rows.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (share - right) + ridge @ weights
        weights = weights - np.linalg.solve((design * (share * (1 - share))[:, None]).T @ design + ridge, slope)
    return weights[:-1] / spread, float(weights[-1])
