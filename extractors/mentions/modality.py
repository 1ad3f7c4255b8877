"""How real an action is: the encoder's opinion and that of weights over the words of grammar, combined.

Weights (`modality_weights.json`) are learned from labelled passages by `extractors.training.factuality`.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import exp, log
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.mentions.errors import ModelError
from extractors.mentions.modality_features import modality_features
from extractors.mentions.modality_signs import read_sign
from extractors.records import MODALITIES, Action, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

MODALITY_WEIGHTS = Path(__file__).parent / "modality_weights.json"
_TRUST = 0.6
"""The share of grammar's opinion, in log-odds: 0.5 to 0.7 do best on held-out passages, neither alone does as well."""

_NOT_BONUS = 0.7
"""Log-odds for a plain "not" at the action's own word: a denial taken for the deed is the worst of these errors."""


def settle_modality(probabilities: Sequence[float], trigger: "Token", action: Action) -> Modality:
    """The likeliest modality. probabilities: the encoder's, in the order of MODALITIES."""
    if read_sign(trigger, action) == "advised":
        return "possible"  # a writer's own "should" is never what has happened
    by_grammar = judge_modality(modality_features(trigger, action), load_modality_weights())
    weighed = [
        (1 - _TRUST) * log(max(p, 1e-6)) + _TRUST * log(max(g, 1e-6))
        for p, g in zip(probabilities, by_grammar, strict=True)
    ]
    if action != "oppose" and any(child.dep_ == "neg" for child in trigger.children):
        weighed[MODALITIES.index("negated")] += _NOT_BONUS
    return MODALITIES[max(range(len(MODALITIES)), key=weighed.__getitem__)]


def judge_modality(features: Sequence[str], weights: Mapping[str, Sequence[float]]) -> list[float]:
    """Probabilities in the order of MODALITIES."""
    totals = [0.0] * len(MODALITIES)
    for feature in features:
        for i, weight in enumerate(weights.get(feature, ())):
            totals[i] += weight
    top = max(totals)
    odds = [exp(total - top) for total in totals]
    return [odd / sum(odds) for odd in odds]


@lru_cache(maxsize=1)
def load_modality_weights(path: Path = MODALITY_WEIGHTS) -> Mapping[str, tuple[float, ...]]:
    """Feature to its weight for each of MODALITIES. Raises ModelError."""
    try:
        stored = json.loads(path.read_text("utf-8"))
        return {name: tuple(map(float, weights)) for name, weights in stored.items()}
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        raise ModelError(f"{path}: the weights of modality cannot be read: {problem}") from problem
