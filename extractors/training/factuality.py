"""Learns from labelled passages how real an action is, from the words of grammar around its word.

`python -m extractors.training.factuality tests/gold/train-*.jsonl` writes `extractors/mentions/modality_weights.json`.
With `--check` it also measures on other passages.
"""

from collections.abc import Iterable, Iterator, Sequence

from extractors.mentions.loglinear import Weights, add_up
from extractors.mentions.modality import MODALITY_WEIGHTS
from extractors.mentions.modality_features import modality_features
from extractors.records import MODALITIES
from extractors.training.anchors import parse_and_anchor
from extractors.training.command import run_trainer
from extractors.training.labels import Passage
from extractors.training.loglinear import fit_softmax

PENALTY = 6.0

Example = tuple[tuple[str, ...], int]
"""Features and modality of one labelled statement."""


def build_examples(passages: Iterable[Passage]) -> Iterator[Example]:
    for passage in passages:
        for mention, anchor in parse_and_anchor(passage):
            if mention["action"] != "refer":
                features = modality_features(anchor.trigger, mention["action"])
                yield features, MODALITIES.index(mention["modality"])


def fit(examples: Sequence[Example]) -> Weights:
    return fit_softmax([e[0] for e in examples], [e[1] for e in examples], len(MODALITIES), penalty=PENALTY)


def measure(examples: Iterable[Example], weights: Weights) -> tuple[int, int]:
    """How many statements get the right modality, of how many."""
    hits = total = 0
    for features, label in examples:
        odds = add_up(features, weights, len(MODALITIES))
        hits += odds.index(max(odds)) == label
        total += 1
    return hits, total


def main(arguments: Sequence[str] | None = None) -> None:
    run_trainer(
        __doc__, MODALITY_WEIGHTS, "statements", arguments, build=build_examples, fit=fit, measure=measure, least=0.03
    )


if __name__ == "__main__":
    main()
