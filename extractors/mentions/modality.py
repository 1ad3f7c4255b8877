"""How real an action is: opinions of the encoder and of weights over the words of grammar, combined.

Weights (`modality_weights.json`) are learned from labelled passages by `extractors.training.factuality`.
"""

from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.mentions.loglinear import add_up, load_weights, log_odds
from extractors.mentions.modality_signs import read_sign
from extractors.records import MODALITIES, Action, Modality

if TYPE_CHECKING:
    from spacy.tokens import Token

MODALITY_WEIGHTS = Path(__file__).parent / "modality_weights.json"
_PAIR, _WORD, _GRAMMAR = 0.35, 0.2, 0.45
"""The shares of three opinions, in log-odds: the encoder's of initiative and sentence, the encoder's at the action's
word, and grammar's. None alone does as well; on held-out passages the exact shares hardly matter."""

_NOT_BONUS = 0.7
"""Log-odds for a plain "not" at the action's own word: a denial taken for the deed is the worst of these errors."""


def settle_modality(
    pair: Sequence[float], word: Sequence[float], features: Sequence[str], trigger: "Token", action: Action
) -> Modality:
    """The likeliest modality, all in the order of MODALITIES.

    pair: the encoder's probabilities for initiative and sentence; word: its log-probabilities at the action's word;
    features: those of `modality_features`.
    """
    if read_sign(trigger, action) == "advised":
        return "possible"  # a writer's own "should" is never what has happened
    grammar = judge_modality(features)
    weighed = [
        _PAIR * log(max(p, 1e-6)) + _WORD * w + _GRAMMAR * g for p, w, g in zip(pair, word, grammar, strict=True)
    ]
    if action != "oppose" and any(child.dep_ == "neg" for child in trigger.children):
        weighed[MODALITIES.index("negated")] += _NOT_BONUS
    return MODALITIES[max(range(len(MODALITIES)), key=weighed.__getitem__)]


def judge_modality(features: Sequence[str]) -> list[float]:
    """Grammar's log-probabilities in the order of MODALITIES."""
    count = len(MODALITIES)
    return log_odds(add_up(features, load_weights(MODALITY_WEIGHTS, count), count))
