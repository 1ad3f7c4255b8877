"""The command line that the trainers of log-linear weights share: learn, measure elsewhere if asked to, write."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from extractors.mentions.loglinear import Weights, add_up
from extractors.training.labels import Passage, read_passages
from extractors.training.loglinear import fit_softmax, write_weights

Example = TypeVar("Example")
Labelled = tuple[tuple[str, ...], int]
"""Features of one statement, and its class."""
PENALTY = 6.0
"""Of classes of statements."""


def passages_parser(description: str | None) -> argparse.ArgumentParser:
    """What every trainer is told: passages to learn from, and others to measure on."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("passages", nargs="+", type=Path, help="labelled passages (JSON lines) to learn from")
    parser.add_argument("--check", nargs="*", type=Path, default=[], help="labelled passages to measure on")
    return parser


def run_trainer(
    description: str | None, path: Path, counted: str, arguments: Sequence[str] | None, *,
    build: Callable[[Iterable[Passage]], Iterable[Example]], fit: Callable[[Sequence[Example]], Weights],
    measure: Callable[[Iterable[Example], Weights], tuple[int, int]], least: float,
) -> None:  # fmt: skip
    """Writes what `fit` learns to `path`. measure: how many are right, of how many; counted: what they are."""
    options = passages_parser(description).parse_args(arguments)
    weights = fit(list(build(read_passages(options.passages))))
    if options.check:
        hits, total = measure(build(read_passages(options.check)), weights)
        sys.stdout.write(f"checked on {total} {counted}: {hits / max(1, total):.3f} right\n")
    sys.stdout.write(f"{write_weights(weights, path, least)} features written to {path.name}\n")


def run_classifier(
    description: str | None, path: Path, classes: int, arguments: Sequence[str] | None, *,
    build: Callable[[Iterable[Passage]], Iterable[Labelled]],
) -> None:  # fmt: skip
    """The same for weights that tell the class of a statement by itself."""

    def fit(examples: Sequence[Labelled]) -> Weights:
        return fit_softmax([e[0] for e in examples], [e[1] for e in examples], classes, penalty=PENALTY)

    def measure(examples: Iterable[Labelled], weights: Weights) -> tuple[int, int]:
        hits = total = 0
        for features, label in examples:
            odds = add_up(features, weights, classes)
            hits += odds.index(max(odds)) == label
            total += 1
        return hits, total

    run_trainer(description, path, "statements", arguments, build=build, fit=fit, measure=measure, least=0.03)
