"""Which drafts to believe, and how sure of them to be: a logistic model of what speaks for a statement (`evidence`).

Its probability decides whether the statement is told at all. How sure a mention is said to be is more cautious: a table
turns the odds into a share of right ones among statements with such odds. All are fitted on passages that nothing else
learns from, by `extractors.training.confidence`.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from extractors.mentions.decide import Draft
from extractors.mentions.evidence import Evidence
from extractors.mentions.loglinear import loudest

_SOME_ACTION = 0.55
"""How likely two statements of one initiative in one sentence must be together, for the likelier to be told though
neither is likely enough by itself: "ready to discuss the creation of a forum" negotiates it, or proposes it."""


class Confidence:
    """The fitted weights and table. fitted: by `extractors.training.confidence`."""

    def __init__(self, fitted: Mapping[str, Any]) -> None:
        self.apart: list[list[float]] = fitted["apart"]
        self.floor: float = fitted["floor"]
        self._weights: dict[str, float] = fitted["weights"]
        self._usual: dict[str, float] = fitted["usual"]
        self._bias: float = fitted["bias"]
        self._odds: list[float] = fitted["odds"]
        self._right: list[float] = fitted["right"]

    def believe(self, weighed: Sequence[tuple[Draft, Evidence]]) -> list[tuple[Draft, Evidence]]:
        """Those that are likely enough to be told, and where only the action is in doubt, the likelier of the two."""
        chances = [self.probability(evidence) for _, evidence in weighed]
        of_judgement: dict[int, list[int]] = defaultdict(list)
        for number, (draft, _) in enumerate(weighed):
            of_judgement[id(draft.judgement)].append(number)
        told: set[int] = set()
        for numbers in of_judgement.values():
            likely = {number for number in numbers if chances[number] >= self.floor}
            if not likely and sum(chances[number] for number in numbers) >= _SOME_ACTION:
                likely = {max(numbers, key=chances.__getitem__)}
            told |= likely
        return [one for number, one in enumerate(weighed) if number in told]

    def probability(self, evidence: Evidence) -> float:
        """That the statement is right."""
        return 1 / (1 + math.exp(-self._sum(evidence)))

    def of(self, evidence: Evidence) -> float:
        """The cautious share, which nineteen times in twenty is exceeded."""
        return round(float(np.interp(self._sum(evidence), self._odds, self._right)), 3)

    def explain(self, evidence: Evidence) -> str:
        """What of the evidence makes it surer than the usual statement, or less sure, in log-odds."""
        probability = f"probability {self.probability(evidence):.2f}, at least {self.floor:.2f} wanted"
        return f"confidence: {self.of(evidence):.2f} ({probability}), by {loudest(self._parts(evidence))}"

    def _sum(self, evidence: Evidence) -> float:
        return self._bias + sum(self._parts(evidence).values())

    def _parts(self, evidence: Evidence) -> dict[str, float]:
        return {name: weight * (evidence[name] - self._usual[name]) for name, weight in self._weights.items()}
