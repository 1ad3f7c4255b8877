"""Log-linear models over named features, drawn towards zero; full batches, so that the same data give the same."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from extractors.mentions.loglinear import Weights


def fit_softmax(
    rows: Sequence[Iterable[str]], labels: Sequence[int], classes: int, *, penalty: float, steps: int = 120,
    min_count: int = 3,
) -> Weights:  # fmt: skip
    """Weights by which each row's class is the likeliest of `classes`."""
    table = Design(rows, min_count)
    target = np.eye(classes)[list(labels)]

    def slope(weights: Any) -> Any:
        logits = table.scores(weights)
        odds = np.exp(logits - logits.max(1, keepdims=True))
        return table.back(odds / odds.sum(1, keepdims=True) - target) + penalty * weights

    return table.named(descend(np.zeros((len(table.names), classes)), slope, steps))


def fit_choice(
    options: Sequence[Sequence[Iterable[str]]], right: Sequence[Sequence[bool]], *, penalty: float, steps: int = 150,
    min_count: int = 3,
) -> Weights:  # fmt: skip
    """Weights of one class by which, in each group of options, those that are right are the likeliest."""
    table = Design([row for group in options for row in group], min_count)
    hits = np.array([hit for group in right for hit in group], dtype=float)
    group = np.repeat(np.arange(len(options)), [len(rows) for rows in options])

    def slope(weights: Any) -> Any:
        score = table.scores(weights)[:, 0]
        odds = np.exp(score - score.max())
        share = odds / np.bincount(group, odds)[group]
        wanted = odds * hits
        return table.back((share - wanted / np.bincount(group, wanted)[group])[:, None]) + penalty * weights

    return table.named(descend(np.zeros((len(table.names), 1)), slope, steps))


class Design:
    """Rows of named features as a sparse 0/1 matrix. Features seen less often than `min_count` are left out."""

    def __init__(self, rows: Sequence[Iterable[str]], min_count: int) -> None:
        sets = [set(row) for row in rows]
        counts = Counter(name for row in sets for name in row)
        self.names = sorted(name for name, count in counts.items() if count >= min_count)
        column = {name: i for i, name in enumerate(self.names)}
        columns = [sorted(column[name] for name in row if name in column) for row in sets]
        self._flat = np.array([i for row in columns for i in row], dtype=np.int64)
        self._owner = np.repeat(np.arange(len(columns)), [len(row) for row in columns])
        self._rows = len(columns)

    def scores(self, weights: Any) -> Any:
        """(rows, classes): the sums of each row's weights."""
        return _sums(self._owner, weights[self._flat], self._rows)

    def back(self, error: Any) -> Any:
        """(features, classes): what an error of each row is to each feature."""
        return _sums(self._flat, error[self._owner], len(self.names))

    def named(self, weights: Any) -> Weights:
        return {name: tuple(weights[i]) for i, name in enumerate(self.names)}


def descend(weights: Any, slope: Callable[[Any], Any], steps: int) -> Any:
    """Full-batch Adam (Kingma & Ba 2015), slower in the last third."""
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        gradient = slope(weights)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = 0.1 if step < steps * 2 / 3 else 0.02
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    return weights


def write_weights(weights: Weights, path: Path, least: float = 0.03) -> int:
    """Writes what weighs anything, rounded; returns how many features that is."""
    kept = {f: [round(float(x), 2) for x in w] for f, w in sorted(weights.items()) if max(map(abs, w)) >= least}
    lines = ",\n".join(f"{json.dumps(f, ensure_ascii=False)}: {json.dumps(w)}" for f, w in kept.items())
    path.write_text("{\n" + lines + "\n}\n", "utf-8")
    return len(kept)


def _sums(groups: Any, values: Any, size: int) -> Any:
    width = values.shape[1]
    return np.stack([np.bincount(groups, weights=values[:, j], minlength=size) for j in range(width)], 1)
