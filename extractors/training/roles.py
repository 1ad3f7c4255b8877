"""Learns from labelled passages the weights that decide who takes part in a mention.

`python -m extractors.training.roles tests/gold/train-*.jsonl` writes `extractors/mentions/actors_weights.json`: a
softmax regression over the features of `extractors.mentions.actors_features`, fitted by full-batch Adam, so that the
same passages give the same weights. With `--folds` it also measures on passages held out in turn, with `--check` on
others.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np

from extractors.lexicon import load_lexicon
from extractors.mentions.actors import AGENT_FLOOR, WEIGHTS, judge
from extractors.mentions.actors_features import Row, mention_rows
from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.actors_table import ActorTable
from extractors.mentions.extractor import actor_table
from extractors.mentions.loglinear import Weights
from extractors.training.anchors import Anchor, parse_and_anchor
from extractors.training.command import passages_parser
from extractors.training.labels import Passage, read_passages
from extractors.training.loglinear import fit_softmax, write_weights
from tests.gold import score

PENALTY, MIN_COUNT, ROUNDS = 20.0, 8, 1

Key = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class RoleExample:
    """One labelled mention with everyone who may take part. Labels: 0 agent or partner, 1 another role, 2 none."""

    passage: str
    mention: dict[str, Any]
    anchor: Anchor
    actors: ArticleActors
    rows: tuple[Row, ...]
    labels: tuple[int, ...]
    names: tuple[str, ...]
    agents: frozenset[str]


def build_examples(passages: Iterable[Passage], table: ActorTable, key: Key) -> Iterator[RoleExample]:
    for passage in passages:
        yield from label_roles(passage, table, key, parse_and_anchor(passage))


def label_roles(
    passage: Passage, table: ActorTable, key: Key, anchored: Iterable[tuple[dict[str, Any], Anchor]]
) -> Iterator[RoleExample]:
    """key: how the scorer compares the names of actors."""
    actors = ArticleActors(passage["text"], table, title=passage["title"])
    for mention, anchor in anchored:
        own = {key(n) for n in (mention["initiative"], *mention["accept"])} if mention["known"] else set()
        agents = frozenset(key(a) for a in mention["agents"])
        others = {key(a) for a in mention["other_actors"]}
        rows, labels, names = [], [], []
        for row in mention_rows(anchor.doc, anchor.offset, anchor.trigger, anchor.bounds, actors, mention["action"]):
            name = key(row.actor.code or row.actor.name)
            if name in own or (row.actor.kind == "person" and row.actor.code is None):
                continue
            rows.append(row)
            names.append(name)
            labels.append(0 if name in agents else 1 if name in others else 2)
        yield RoleExample(passage["id"], mention, anchor, actors, tuple(rows), tuple(labels), tuple(names), agents)


def fit(examples: Sequence[RoleExample]) -> Weights:
    """The weights that explain the labels, drawn towards zero.

    Where a sentence names an agent twice, one of the namings makes it the agent, and only that one is learned from:
    the one that the weights of the round before find likeliest, in the first round the one that grammar names.
    """
    weights = _fit(examples, [_first_choice(e) for e in examples])
    for _ in range(ROUNDS):
        weights = _fit(examples, [likeliest_namings(e, weights) for e in examples])
    return weights


def _first_choice(example: RoleExample) -> list[bool]:
    marked = {n for n, row in zip(example.names, example.rows, strict=True) if row.role in ("agent", "partner")}
    return [
        label != 0 or name not in marked or row.role in ("agent", "partner")
        for row, label, name in zip(example.rows, example.labels, example.names, strict=True)
    ]


def likeliest_namings(example: RoleExample, weights: Weights) -> list[bool]:
    """Which rows are learned from: of an agent's namings the one that these weights find likeliest, all others."""
    odds = [judge(row.features, weights)[0] for row in example.rows]
    best = dict(sorted(zip(example.names, odds, strict=True), key=lambda item: item[1]))
    return [
        label != 0 or odd >= best[name] for label, name, odd in zip(example.labels, example.names, odds, strict=True)
    ]


def _fit(examples: Sequence[RoleExample], used: Sequence[Sequence[bool]]) -> Weights:
    chosen = [
        (row, label)
        for example, keep in zip(examples, used, strict=True)
        for row, label, kept in zip(example.rows, example.labels, keep, strict=True)
        if kept
    ]
    return fit_softmax(
        [row.features for row, _ in chosen], [label for _, label in chosen], 3, penalty=PENALTY, min_count=MIN_COUNT
    )


def measure(examples: Iterable[RoleExample], weights: Weights, floor: float = AGENT_FLOOR) -> Counter[str]:
    """True and false positives and misses of agents, summed over mentions."""
    tally: Counter[str] = Counter()
    for example in examples:
        best: dict[str, float] = {}
        for row, name in zip(example.rows, example.names, strict=True):
            best[name] = max(best.get(name, 0.0), exp(judge(row.features, weights)[0]))
        found = {name for name, agent in best.items() if agent >= floor}
        tally["tp"] += len(found & example.agents)
        tally["fp"] += len(found - example.agents)
        tally["fn"] += len(example.agents - found)
    return tally


def f1(tally: Counter[str]) -> float:
    return 2 * tally["tp"] / max(1, 2 * tally["tp"] + tally["fp"] + tally["fn"])


def cross_measure(examples: Sequence[RoleExample], folds: int = 5) -> Counter[str]:
    """The measure with each passage judged by weights that never saw it."""
    passages = sorted({e.passage for e in examples})
    np.random.default_rng(0).shuffle(passages)
    fold = {name: number % folds for number, name in enumerate(passages)}
    tally: Counter[str] = Counter()
    for number in range(folds):
        weights = fit([e for e in examples if fold[e.passage] != number])
        tally += measure([e for e in examples if fold[e.passage] == number], weights)
    return tally


def main(arguments: Sequence[str] | None = None) -> None:
    parser = passages_parser(__doc__)
    parser.add_argument("--folds", action="store_true", help="measure on the passages themselves, held out in turn")
    parser.add_argument("--dry", action="store_true", help="write no weights")
    options = parser.parse_args(arguments)
    table, key = actor_table(load_lexicon()), score.actor_key
    examples = list(build_examples(read_passages(options.passages), table, key))
    report = []
    if options.folds:
        report.append(("held out in turn", cross_measure(examples)))
    weights = fit(examples)
    if options.check:
        report.append(("checked on", measure(build_examples(read_passages(options.check), table, key), weights)))
    for name, tally in report:
        sys.stdout.write(f"{name}: agents F1 {f1(tally):.3f} {dict(tally)}\n")
    if not options.dry:
        sys.stdout.write(f"{write_weights(weights, WEIGHTS)} features written to {WEIGHTS.name}\n")


if __name__ == "__main__":
    main()
