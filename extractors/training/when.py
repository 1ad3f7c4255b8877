"""Learns from labelled passages which date expression of a sentence belongs to an action.

`python -m extractors.training.when tests/gold/train-*.jsonl` writes `extractors/mentions/dates_weights.json`: a
conditional log-linear model over the options of `extractors.mentions.dates_features`. With
`--check` it also measures on other passages.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.mentions.dates import DATE_WEIGHTS
from extractors.mentions.dates_features import Asked, DateOption, date_options
from extractors.mentions.loglinear import Weights, likeliest
from extractors.mentions.main_date import main_date
from extractors.mentions.parse import straighten
from extractors.mentions.sentences import paragraph_before, split_sentences
from extractors.training.anchors import parse_and_anchor
from extractors.training.command import run_trainer
from extractors.training.labels import Passage, written_on
from extractors.training.loglinear import fit_choice

PENALTY = 2.0


@dataclass(frozen=True, slots=True)
class Example:
    """The options for one labelled mention, and which of them are right."""

    options: tuple[DateOption, ...]
    right: tuple[bool, ...]


def build_examples(passages: Iterable[Passage]) -> Iterator[Example]:
    for passage in passages:
        text, published = passage["text"], written_on(passage)
        main, sentences = main_date(text, published), split_sentences(text)
        for mention, anchor in parse_and_anchor(passage):
            bounds = (anchor.bounds[0] - anchor.offset, anchor.bounds[1] - anchor.offset)
            before = straighten(
                paragraph_before(text, sentences, next(s for s in sentences if s.start == anchor.offset))
            )
            asked = Asked(anchor.trigger, mention["action"], mention["modality"], bounds, published, main, before)
            options = date_options(straighten(text[anchor.offset : anchor.offset + len(anchor.doc.text)]), asked)
            wanted = (mention["event_date"], mention["date_precision"])
            right = tuple((option.found.value, option.found.precision) == wanted for option in options)
            if mention["date_precision"] == "none" and not any(right):  # inherited, or no date at all
                right = tuple(option.words is None for option in options)
            if len(options) > 1 and any(right):
                yield Example(tuple(options), right)


def fit(examples: Sequence[Example]) -> Weights:
    return fit_choice([[o.features for o in e.options] for e in examples], [e.right for e in examples], penalty=PENALTY)


def measure(examples: Iterable[Example], weights: Weights) -> tuple[int, int]:
    """How many mentions get a right option, of how many with a choice."""
    hits = total = 0
    for example in examples:
        hits += example.right[example.options.index(likeliest(example.options, weights))]
        total += 1
    return hits, total


def main(arguments: Sequence[str] | None = None) -> None:
    run_trainer(
        __doc__,
        DATE_WEIGHTS,
        "mentions with a choice",
        arguments,
        build=build_examples,
        fit=fit,
        measure=measure,
        least=0.02,
    )


if __name__ == "__main__":
    main()
