"""Log-linear weights over named features, as the package ships them: how they load and what they say.

One file an opinion (the main date, modality, background); each feature has a weight for every class. Learned by
`extractors.training.loglinear`.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeVar

from extractors.mentions.errors import ModelError

Weights = Mapping[str, Sequence[float]]
"""Feature to its weight for each class."""
_SHOWN = 3


class Option(Protocol):
    """One of several that weights of a single class choose between."""

    @property
    def features(self) -> Iterable[str]: ...


Chosen = TypeVar("Chosen", bound=Option)


@lru_cache(maxsize=8)
def load_weights(path: Path, classes: int) -> Weights:
    """The weights in a JSON file, loaded once a process. Raises ModelError."""
    try:
        stored = json.loads(path.read_text("utf-8"))
        weights = {str(name): tuple(map(float, row)) for name, row in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        raise ModelError(f"{path}: the weights cannot be read: {problem}") from problem
    if any(len(row) != classes for row in weights.values()):
        raise ModelError(f"{path}: the weights cannot be read: {classes} a feature are wanted: run `make train`")
    return weights


def add_up(features: Iterable[str], weights: Weights, classes: int) -> list[float]:
    """The sum of the features' weights for each class, each feature once."""
    totals = [0.0] * classes
    for feature in dict.fromkeys(features):  # in order, so that every process adds alike
        for number, weight in enumerate(weights.get(feature, ())):
            totals[number] += weight
    return totals


def likeliest(options: Iterable[Chosen], weights: Weights) -> Chosen:
    """The option with the most behind it, the first of equals."""
    return max(options, key=lambda option: add_up(option.features, weights, 1))


def logit(probability: float, least: float) -> float:
    """The log-odds of a probability that counts as no closer to 0 or 1 than `least`."""
    bounded = min(max(probability, least), 1 - least)
    return math.log(bounded / (1 - bounded))


def loudest(parts: Mapping[str, float]) -> str:
    """What spoke loudest, for or against, for a reader who wants to disagree."""
    top = sorted(parts.items(), key=lambda item: -abs(item[1]))[:_SHOWN]
    return ", ".join(f"{name} {part:+.2f}" for name, part in top)


def log_odds(totals: Sequence[float]) -> list[float]:
    """Log-probabilities of competing classes (softmax)."""
    top = max(totals)
    norm = top + math.log(sum(math.exp(total - top) for total in totals))
    return [total - norm for total in totals]
