"""The command line that the trainers of log-linear weights share: learn, measure elsewhere if asked to, write."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from extractors.mentions.loglinear import Weights
from extractors.training.labels import Passage, read_passages
from extractors.training.loglinear import write_weights

Example = TypeVar("Example")


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
