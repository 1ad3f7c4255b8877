"""Softmax regression over named features: full-batch Adam, drawn towards zero, so that the same data give the same."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def fit_softmax(
    rows: Sequence[Iterable[str]], labels: Sequence[int], classes: int, *, penalty: float, steps: int = 120,
    min_count: int = 3,
) -> dict[str, tuple[float, ...]]:  # fmt: skip
    """Feature to its weight for each class. Features seen less often than `min_count` are left out."""
    sets = [set(row) for row in rows]
    counts = Counter(name for row in sets for name in row)
    column = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= min_count))}
    columns = [sorted(column[name] for name in row if name in column) for row in sets]
    target = np.eye(classes)[list(labels)]
    flat = np.array([i for row in columns for i in row])
    owner = np.repeat(np.arange(len(columns)), [len(row) for row in columns])
    weights = np.zeros((len(column), classes))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        logits = _sums(owner, weights[flat], len(columns))
        odds = np.exp(logits - logits.max(1, keepdims=True))
        error = odds / odds.sum(1, keepdims=True) - target
        gradient = _sums(flat, error[owner], len(column)) + penalty * weights
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = 0.1 if step < steps * 2 / 3 else 0.02
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    return {name: tuple(weights[i]) for name, i in column.items()}


def write_weights(weights: Mapping[str, Sequence[float]], path: Path, least: float = 0.03) -> int:
    """Writes what weighs anything, rounded; returns how many features that is."""
    kept = {f: [round(float(x), 2) for x in w] for f, w in sorted(weights.items()) if max(map(abs, w)) >= least}
    lines = ",\n".join(f"{json.dumps(f, ensure_ascii=False)}: {json.dumps(w)}" for f, w in kept.items())
    path.write_text("{\n" + lines + "\n}\n", "utf-8")
    return len(kept)


def _sums(groups: Any, values: Any, size: int) -> Any:
    width = values.shape[1]
    return np.stack([np.bincount(groups, weights=values[:, j], minlength=size) for j in range(width)], 1)
