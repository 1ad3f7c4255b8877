"""Learns from labelled passages which statements recall something past, from the words of grammar and the date.

`python -m extractors.training.recall tests/gold/train-*.jsonl` writes `extractors/mentions/background_weights.json`.
With `--check` it also measures on other passages.
"""

from collections.abc import Iterable, Iterator, Sequence

from extractors.mentions.background import BACKGROUND_WEIGHTS, background_features
from extractors.mentions.date_values import EventDate
from extractors.mentions.dates_features import Asked
from extractors.mentions.modality_features import modality_features
from extractors.training.anchors import parse_and_anchor
from extractors.training.command import Labelled, run_classifier
from extractors.training.labels import Passage, written_on


def build_examples(passages: Iterable[Passage]) -> Iterator[Labelled]:
    """Class 1 is background."""
    for passage in passages:
        published = written_on(passage)
        for mention, anchor in parse_and_anchor(passage):
            action, trigger = mention["action"], anchor.trigger
            if action != "refer":
                words = modality_features(trigger, action)
                found = EventDate(mention["event_date"], mention["date_precision"])
                asked = Asked(trigger, action, mention["modality"], (0, 0), published, None)
                features = background_features(words, asked, found, anchor.sentence.index)
                yield features, int(mention["is_background"])


def main(arguments: Sequence[str] | None = None) -> None:
    run_classifier(__doc__, BACKGROUND_WEIGHTS, 2, arguments, build=build_examples)


if __name__ == "__main__":
    main()
