"""Trains `extractors.mentions.relevance`: which telling sentences are of articles with something to find."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from extractors.lexicon import Lexicon
from extractors.mentions.gate import open_gate
from extractors.mentions.relevance import SIZE, sentence_features
from extractors.training.labels import Passage

ROUNDS, RATE, DECAY, SEEDS = 6, 0.5, 1e-4, (7, 8, 9)
QUIET_WEIGHT = 3.0
"""A sentence of a passage with nothing to find counts this much: there are fewer of them."""

Features = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


def train_relevance(passages: Sequence[Passage], lexicon: Lexicon, path: Path) -> None:
    """Writes the mean of fits by several seeds: rare words get weights that depend on the order of passages."""
    rows: list[Features] = []
    wanted: list[float] = []
    for passage in passages:
        gate = open_gate(passage["title"], passage["text"], lexicon)
        for index in gate.telling if gate else ():
            assert gate is not None
            sentence = gate.sentences[index]
            starts = [passage["text"].find(m["evidence"]) for m in passage["mentions"]]
            ends = [start + len(m["evidence"]) for start, m in zip(starts, passage["mentions"], strict=True)]
            telling = any(a < sentence.end and b > sentence.start for a, b in zip(starts, ends, strict=True))
            if telling or not passage["mentions"]:
                rows.append(sentence_features(passage["title"], passage["text"], gate, index))
                wanted.append(float(telling))
    weights, biases = zip(*(_fit(rows, wanted, seed) for seed in SEEDS), strict=True)
    np.savez_compressed(path, weights=np.mean(weights, 0).astype(np.float16), bias=np.float32(np.mean(biases)))


def _fit(rows: Sequence[Features], wanted: Sequence[float], seed: int) -> tuple[Weights, float]:
    """Logistic regression by AdaGrad (Duchi et al. 2011)."""
    weights, seen, bias, bias_seen = np.zeros(SIZE), np.full(SIZE, 1e-6), 0.0, 1e-6
    rng = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        for number in rng.permutation(len(rows)):
            row, target = rows[number], wanted[number]
            norm = 1 / np.sqrt(len(row))
            error = 1 / (1 + np.exp(-(weights[row].sum() * norm + bias))) - target
            error *= 1.0 if target else QUIET_WEIGHT
            slope = error * norm + DECAY * weights[row]
            seen[row] += slope**2
            weights[row] -= RATE * slope / np.sqrt(seen[row])
            bias_seen += error**2
            bias -= RATE * error / np.sqrt(bias_seen)
    return weights, bias
