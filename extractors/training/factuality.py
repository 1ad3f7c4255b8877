"""Learns from labelled passages how real an action is, from the words of grammar around its word.

`python -m extractors.training.factuality tests/gold/train-*.jsonl` writes `extractors/mentions/modality_weights.json`.
With `--check` it also measures on other passages.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from extractors.mentions.loglinear import add_up
from extractors.mentions.modality import MODALITY_WEIGHTS
from extractors.mentions.modality_features import modality_features
from extractors.records import MODALITIES
from extractors.training.anchors import parse_and_anchor
from extractors.training.labels import Passage, read_passages
from extractors.training.loglinear import fit_softmax, write_weights

PENALTY = 6.0


def build_examples(passages: Iterable[Passage]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Features and modality of each labelled statement."""
    for passage in passages:
        for mention, anchor in parse_and_anchor(passage):
            if mention["action"] != "refer":
                features = modality_features(anchor.trigger, mention["action"])
                yield features, MODALITIES.index(mention["modality"])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("passages", nargs="+", type=Path, help="labelled passages (JSON lines) to learn from")
    parser.add_argument("--check", nargs="*", type=Path, default=[], help="labelled passages to measure on")
    options = parser.parse_args(arguments)
    examples = list(build_examples(read_passages(options.passages)))
    weights = fit_softmax([e[0] for e in examples], [e[1] for e in examples], len(MODALITIES), penalty=PENALTY)
    if options.check:
        checked = list(build_examples(read_passages(options.check)))
        judged = [add_up(features, weights, len(MODALITIES)) for features, _ in checked]
        hits = sum(odds.index(max(odds)) == label for odds, (_, label) in zip(judged, checked, strict=True))
        sys.stdout.write(f"checked on {len(checked)} statements: {hits / len(checked):.3f} right\n")
    sys.stdout.write(f"{write_weights(weights, MODALITY_WEIGHTS)} features written to {MODALITY_WEIGHTS.name}\n")


if __name__ == "__main__":
    main()
