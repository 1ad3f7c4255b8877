"""Labels everyone who may take part in a labelled mention: agent or partner, another role, none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from extractors.mentions.actors_features import Row, mention_rows
from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.actors_table import ActorTable
from extractors.training.anchors import Anchor
from extractors.training.labels import Passage

Key = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class RoleExample:
    """One labelled mention with everyone who may take part. Labels: 0 agent or partner, 1 another role, 2 none; namings
    tell which rows have the same name."""

    mention: dict[str, Any]
    anchor: Anchor
    actors: ArticleActors
    rows: tuple[Row, ...]
    labels: tuple[int, ...]
    namings: tuple[int, ...]


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
        for row in mention_rows(
            anchor.doc, anchor.sentence.start, anchor.trigger, anchor.bounds, actors, mention["action"]
        ):
            name = key(row.actor.code or row.actor.name)
            if name in own or (row.actor.kind == "person" and row.actor.code is None):
                continue
            rows.append(row)
            names.append(name)
            labels.append(0 if name in agents else 1 if name in others else 2)
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        yield RoleExample(mention, anchor, actors, tuple(rows), tuple(labels), tuple(numbers[name] for name in names))
