"""Learns from labelled passages which statements recall something past, from the words of grammar and the date.

`python -m extractors.training.recall tests/gold/train-*.jsonl` writes `extractors/mentions/background_weights.json`.
With `--check` it also measures on other passages.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from extractors.mentions.background import BACKGROUND_WEIGHTS, background_features
from extractors.mentions.date_values import EventDate
from extractors.mentions.datelines import day_of_writing
from extractors.mentions.loglinear import Weights, add_up
from extractors.mentions.modality_features import modality_features
from extractors.mentions.sentences import split_sentences
from extractors.training.anchors import parse_and_anchor
from extractors.training.command import run_trainer
from extractors.training.labels import Passage
from extractors.training.loglinear import fit_softmax

PENALTY = 6.0

Example = tuple[tuple[str, ...], bool]
"""Features of one labelled statement, and whether it is background."""


def build_examples(passages: Iterable[Passage]) -> Iterator[Example]:
    for passage in passages:
        text, stamp = passage["text"], passage["published"]
        published = day_of_writing(text, date.fromisoformat(stamp) if stamp else None)
        places = {sentence.start: sentence.index for sentence in split_sentences(text)}
        for mention, anchor in parse_and_anchor(passage):
            if mention["action"] != "refer":
                words = modality_features(anchor.trigger, mention["action"])
                found = EventDate(mention["event_date"], mention["date_precision"])
                yield (
                    background_features(
                        words,
                        anchor.trigger,
                        mention["action"],
                        mention["modality"],
                        found,
                        published,
                        places[anchor.offset],
                    ),
                    bool(mention["is_background"]),
                )


def fit(examples: Sequence[Example]) -> Weights:
    """One weight a feature: what speaks for background, in log-odds."""
    both = fit_softmax([e[0] for e in examples], [int(e[1]) for e in examples], 2, penalty=PENALTY)
    return {name: (background - news,) for name, (news, background) in both.items()}


def measure(examples: Iterable[Example], weights: Weights) -> tuple[int, int]:
    """How many statements are told rightly, of how many."""
    hits = total = 0
    for features, background in examples:
        (odds,) = add_up(features, weights, 1)
        hits += (odds > 0) == background
        total += 1
    return hits, total


def main(arguments: Sequence[str] | None = None) -> None:
    run_trainer(
        __doc__, BACKGROUND_WEIGHTS, "statements", arguments, build=build_examples, fit=fit, measure=measure, least=0.03
    )


if __name__ == "__main__":
    main()
