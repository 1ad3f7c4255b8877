"""How sure a mention is: a cautious share of right ones among mentions with evidence like its own.

A logistic model weighs how the statement was judged and how it stands among the others of its article, and a table
turns its odds into a share. Both are fitted on passages that nothing else learns from, by
`extractors.training.confidence`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from extractors.mentions.decide import Draft
from extractors.mentions.loglinear import logit, loudest
from extractors.records import ACTIONS, Mention

_AGAIN = 3
_LEAST = 1e-4
"""Probabilities count as no closer to 0 or 1."""


@dataclass(frozen=True, slots=True)
class Found:
    """One mention with the draft that it was made from."""

    mention: Mention
    draft: Draft


def weigh_evidence(one: Found, all_found: Sequence[Found]) -> dict[str, float]:
    """What speaks for a mention and against it, by name. all_found: the mentions of the article, this one too."""
    mention, draft = one.mention, one.draft
    judgement, pair = draft.judgement, draft.judgement.pair
    here = pair.candidate if pair.direct else pair.anaphor
    others = [other for other in all_found if other is not one]
    beside = [other for other in others if other.mention.start == mention.start]
    again = sum(other.mention.initiative_id == mention.initiative_id for other in others)
    second = any(
        other.mention.initiative_id == mention.initiative_id and other.draft.score > draft.score for other in beside
    )
    return {
        "an initiative": logit(judgement.initiative, _LEAST),
        "something happened": logit(judgement.event, _LEAST),
        "this action by itself": logit(float(judgement.each[ACTIONS.index(draft.action)]), _LEAST),
        "alone in its sentence": float(not beside),
        "second action there": float(second),
        "initiative told of again": min(again, _AGAIN),
        "length of the sentence": math.log(max(1, mention.end - mention.start)),
        "background": float(mention.is_background),
        "verb or noun of an action": float(bool(here and here.trigger_actions)),
        "a word that refers back": float(pair.anaphor is not None),
    }


class Confidence:
    """The fitted weights and table. fitted: by `extractors.training.confidence`."""

    def __init__(self, fitted: Mapping[str, Any]) -> None:
        self._weights: dict[str, float] = fitted["weights"]
        self._usual: dict[str, float] = fitted["usual"]
        self._bias: float = fitted["bias"]
        self._odds: list[float] = fitted["odds"]
        self._right: list[float] = fitted["right"]

    def of(self, evidence: Mapping[str, float]) -> float:
        """The cautious share, which nineteen times in twenty is exceeded."""
        odds = self._bias + sum(self._parts(evidence).values())
        return round(float(np.interp(odds, self._odds, self._right)), 3)

    def explain(self, evidence: Mapping[str, float]) -> str:
        """What of the evidence makes it surer than the usual mention, or less sure, in log-odds."""
        return f"confidence: {self.of(evidence):.2f}, by {loudest(self._parts(evidence))}"

    def _parts(self, evidence: Mapping[str, float]) -> dict[str, float]:
        return {name: weight * (evidence[name] - self._usual[name]) for name, weight in self._weights.items()}
