"""Learns from labelled passages which day an article's undated statements inherit.

`python -m extractors.training.main_date tests/gold/train-*.jsonl` writes `extractors/mentions/main_date_weights.json`:
a conditional log-linear model over the options of `extractors.mentions.main_date`. With `--check` it also measures on
other passages.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from extractors.mentions.loglinear import Weights, likeliest
from extractors.mentions.main_date import MAIN_DATE_WEIGHTS, MainDateOption, main_date_options
from extractors.training.command import run_trainer
from extractors.training.labels import Passage, written_on
from extractors.training.loglinear import fit_choice

PENALTY = 12.0


@dataclass(frozen=True, slots=True)
class Example:
    """The options of one passage, and how many of its labelled statements inherit which day."""

    options: tuple[MainDateOption, ...]
    inherited: Counter[date]


def build_examples(passages: Iterable[Passage]) -> Iterator[Example]:
    """Of passages with statements that inherit a day."""
    for passage in passages:
        days = [m["event_date"] for m in passage["mentions"] if m["event_date"] and m["date_precision"] == "none"]
        if days and passage["published"]:
            options = main_date_options(passage["text"], written_on(passage))
            yield Example(tuple(options), Counter(map(date.fromisoformat, days)))


def fit(examples: Iterable[Example]) -> Weights:
    """Learns from those where the day that most statements inherit is an option, and not the only one."""
    rows, right = [], []
    for example in examples:
        ((most, _),) = example.inherited.most_common(1)
        hits = [option.day == most for option in example.options]
        if any(hits) and not all(hits):
            rows.append([option.features for option in example.options])
            right.append(hits)
    return fit_choice(rows, right, penalty=PENALTY)


def measure(examples: Iterable[Example], weights: Weights) -> tuple[int, int]:
    """How many inherited days are right, of how many."""
    hits = total = 0
    for example in examples:
        hits += example.inherited[likeliest(example.options, weights).day]
        total += example.inherited.total()
    return hits, total


def main(arguments: Sequence[str] | None = None) -> None:
    run_trainer(
        __doc__,
        MAIN_DATE_WEIGHTS,
        "statements that inherit a day",
        arguments,
        build=build_examples,
        fit=fit,
        measure=measure,
        least=0.02,
    )


if __name__ == "__main__":
    main()
