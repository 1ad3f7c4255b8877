"""Learns from labelled passages how real an action is, from the words of grammar around its word.

`python -m extractors.training.factuality tests/gold/train-*.jsonl` writes `extractors/mentions/modality_weights.json`.
With `--check` it also measures on other passages.
"""

from collections.abc import Iterable, Iterator, Sequence

from extractors.mentions.modality import MODALITY_WEIGHTS
from extractors.mentions.modality_features import modality_features
from extractors.records import MODALITIES
from extractors.training.anchors import parse_and_anchor
from extractors.training.command import Labelled, run_classifier
from extractors.training.labels import Passage


def build_examples(passages: Iterable[Passage]) -> Iterator[Labelled]:
    for passage in passages:
        for mention, anchor in parse_and_anchor(passage):
            if mention["action"] != "refer":
                features = modality_features(anchor.trigger, mention["action"])
                yield features, MODALITIES.index(mention["modality"])


def main(arguments: Sequence[str] | None = None) -> None:
    run_classifier(__doc__, MODALITY_WEIGHTS, len(MODALITIES), arguments, build=build_examples)


if __name__ == "__main__":
    main()
