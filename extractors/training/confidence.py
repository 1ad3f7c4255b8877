"""Fits `extractors.mentions.confidence` on passages that the model was not trained on.

Weights: logistic regression with a ridge penalty. The table: odds that each passage gets from weights fitted without
it, made monotone by pooling adjacent violators (Ayer et al. 1955), each step a cautious share of right mentions.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.mentions.extractor import Extractor
from extractors.training.labels import Passage
from tests.gold.evaluate import as_article, as_prediction

FOLDS, PENALTY, STEPS = 8, 20.0, 30
FEWEST = 15
"""No step of the table rests on fewer mentions."""
CAUTION = 1.64
"""One-sided: nineteen times in twenty the true share is higher."""

UNFITTED: dict[str, Any] = {"weights": {}, "usual": {}, "bias": 0.0, "odds": [0.0], "right": [0.0]}
"""Stands in the model until confidence is fitted."""

Array = npt.NDArray[np.float64]


def fit_confidence(passages: Sequence[Passage], extractor: Extractor, score: Any, seed: int = 7) -> dict[str, Any]:
    """What `Confidence` is made of."""
    names, rows, right, owners = gather(passages, extractor, score)
    usual = rows.mean(0)
    rows = rows - usual
    folds = np.random.default_rng(seed).permutation(len(passages))[owners] % FOLDS
    odds = np.zeros(len(rows))
    for fold in range(FOLDS):
        weights, bias = fit_logistic(rows[folds != fold], right[folds != fold])
        odds[folds == fold] = rows[folds == fold] @ weights + bias
    weights, bias = fit_logistic(rows, right)
    return {
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        "usual": {name: round(float(mean), 4) for name, mean in zip(names, usual, strict=True)},
        "bias": round(float(bias), 4),
        **cautious_table(list(zip(odds.tolist(), right.tolist(), strict=True))),
    }


def gather(
    passages: Sequence[Passage], extractor: Extractor, score: Any
) -> tuple[list[str], Array, Array, npt.NDArray[np.int64]]:
    """Names of the evidence; (mentions, names) of it; whether each is right, 1 or 0; the number of its passage."""
    names: list[str] = []
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
    return names, np.array(rows), np.array(right), np.array(owners)


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
