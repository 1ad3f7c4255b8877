"""Learns from labelled passages which date expression of a sentence belongs to an action.

`python -m extractors.training.when tests/gold/train-*.jsonl` writes `extractors/mentions/dates_weights.json`: a
conditional log-linear model over the options of `extractors.mentions.dates_features`, fitted by full-batch Adam. With
`--check` it also measures on other passages.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from extractors.mentions.dates import DATE_WEIGHTS, article_main_date
from extractors.mentions.dates_features import Asked, DateOption, date_options
from extractors.mentions.parse import parse_sentences, straighten
from extractors.mentions.sentences import split_sentences
from extractors.training.anchors import anchor_mention
from extractors.training.labels import Passage, read_passages

PENALTY, STEPS, MIN_COUNT = 2.0, 150, 3


@dataclass(frozen=True, slots=True)
class Example:
    """The options for one labelled mention, and which of them are right."""

    options: tuple[DateOption, ...]
    right: tuple[bool, ...]


def build_examples(passages: Iterable[Passage]) -> Iterator[Example]:
    for passage in passages:
        text, stamp = passage["text"], passage["published"]
        published = date.fromisoformat(stamp) if stamp else None
        main = article_main_date(text, passage["title"], published)
        sentences = split_sentences(text)
        docs = list(parse_sentences(text[s.start : s.end] for s in sentences))
        for mention in passage["mentions"]:
            anchor = anchor_mention(mention, text, sentences, docs)
            bounds = (anchor.bounds[0] - anchor.offset, anchor.bounds[1] - anchor.offset)
            asked = Asked(anchor.trigger, mention["action"], mention["modality"], bounds, published, main)
            options = date_options(straighten(text[anchor.offset : anchor.offset + len(anchor.doc.text)]), asked)
            wanted = (mention["event_date"], mention["date_precision"])
            right = tuple((option.found.value, option.found.precision) == wanted for option in options)
            if mention["date_precision"] == "none" and not any(right):  # inherited, or no date at all
                right = tuple(option.words is None for option in options)
            if len(options) > 1 and any(right):
                yield Example(tuple(options), right)


def fit(examples: Sequence[Example]) -> dict[str, float]:
    counts = Counter(name for e in examples for o in e.options for name in set(o.features))
    column = {name: i for i, name in enumerate(sorted(n for n, c in counts.items() if c >= MIN_COUNT))}
    rows = [sorted({column[n] for n in o.features if n in column}) for e in examples for o in e.options]
    right = np.array([hit for e in examples for hit in e.right], dtype=float)
    group = np.repeat(np.arange(len(examples)), [len(e.options) for e in examples])
    flat = np.array([i for row in rows for i in row])
    owner = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    weights = np.zeros(len(column))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        score = np.bincount(owner, weights[flat], len(rows))
        odds = np.exp(score - score.max())
        share = odds / np.bincount(group, odds)[group]
        wanted = odds * right
        target = wanted / np.bincount(group, wanted)[group]
        gradient = np.bincount(flat, (share - target)[owner], len(column)) + PENALTY * weights
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = 0.1 if step < STEPS * 2 / 3 else 0.02
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    return {name: float(weights[i]) for name, i in column.items()}


def measure(examples: Iterable[Example], weights: Mapping[str, float]) -> tuple[int, int]:
    """How many mentions get a right option, of how many with a choice."""
    hits = total = 0
    for example in examples:
        scores = [sum(weights.get(name, 0.0) for name in set(o.features)) for o in example.options]
        hits += example.right[int(np.argmax(scores))]
        total += 1
    return hits, total


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("passages", nargs="+", type=Path, help="labelled passages (JSON lines) to learn from")
    parser.add_argument("--check", nargs="*", type=Path, default=[], help="labelled passages to measure on")
    options = parser.parse_args(arguments)
    weights = fit(list(build_examples(read_passages(options.passages))))
    if options.check:
        hits, total = measure(build_examples(read_passages(options.check)), weights)
        sys.stdout.write(f"checked on {total} mentions with a choice: {hits / max(1, total):.3f} right\n")
    kept = {name: round(weight, 2) for name, weight in sorted(weights.items()) if abs(weight) >= 0.02}
    DATE_WEIGHTS.write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(f"{len(kept)} features written to {DATE_WEIGHTS.name}\n")


if __name__ == "__main__":
    main()
