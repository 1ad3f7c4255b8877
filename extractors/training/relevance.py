"""Trains `extractors.mentions.relevance`: which telling sentences tell something, in an article of that subject or
amid other news."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from extractors.lexicon import Lexicon
from extractors.mentions.gate import open_gate
from extractors.mentions.relevance import SIZE, Features, telling_features
from extractors.training.labels import Passage, evidence_sentences

ROUNDS, RATE, DECAY, SEEDS = 6, 0.5, 1e-4, (7, 8, 9)
QUIET_WEIGHT = 3.0
"""A sentence of a passage with nothing to find counts this much: there are fewer of them."""
ASIDES = 3
"""Sentences of each passage that are also shown amid other news, where an article may only touch on the subject."""

Weights = npt.NDArray[np.float64]


def train_relevance(passages: Sequence[Passage], lexicon: Lexicon, path: Path) -> None:
    """Writes the mean of fits by several seeds: rare words get weights that depend on the order of passages."""
    rows, wanted = zip(*_told(passages, lexicon), strict=True)
    weights, biases = zip(*(_fit(rows, wanted, seed) for seed in SEEDS), strict=True)
    np.savez_compressed(path, weights=np.mean(weights, 0).astype(np.float16), bias=np.float32(np.mean(biases)))


def _told(passages: Sequence[Passage], lexicon: Lexicon) -> Iterator[tuple[Features, bool]]:
    """Sentences that tell something, where they stand and amid other news; and all telling ones of passages that have
    nothing to find."""
    for passage in (*passages, *asides(passages)):
        for features, is_evidence in _rows(passage, lexicon):
            if is_evidence or not passage["mentions"]:
                yield features, is_evidence


def asides(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Those with nothing to find, but for one labelled sentence of others as a paragraph: `ASIDES` a passage."""
    quiet = [passage for passage in passages if not passage["mentions"]]
    rng = random.Random(SEEDS[0])
    for passage in passages if quiet else ():
        for mention in rng.sample(passage["mentions"], min(ASIDES, len(passage["mentions"]))):
            around = rng.choice(quiet)
            paragraphs = around["text"].split("\n")
            paragraphs.insert(rng.randrange(len(paragraphs) + 1), mention["evidence"])
            yield {**around, "text": "\n".join(paragraphs), "mentions": [mention]}


def _rows(passage: Passage, lexicon: Lexicon) -> Iterator[tuple[Features, bool]]:
    """The features of each telling sentence, and whether it is evidence of a mention, or part of it."""
    text = passage["text"]
    gate = open_gate(passage["title"], text, lexicon)
    if gate is None:
        return
    told = {index for mention in passage["mentions"] for index in evidence_sentences(mention, text, gate.sentences)}
    for index, features in zip(gate.telling, telling_features(text, gate), strict=True):
        yield features, index in told


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
