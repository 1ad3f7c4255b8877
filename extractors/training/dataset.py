"""Turns labelled passages into arrays for training: windows, heads, pairs, features and labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from extractors.lexicon import Lexicon
from extractors.mentions.analysis import analyse
from extractors.mentions.attributes import Place, Span, locate_actor, locate_mention
from extractors.mentions.extractor import actor_table
from extractors.mentions.model import name_places, sentence_places
from extractors.mentions.pairs import FEATURES, Pair, direct_pairs, spoken_of_pairs
from extractors.mentions.windows import Window, cut_windows
from extractors.records import ACTIONS, MODALITIES
from extractors.training.anchors import anchor_mentions
from extractors.training.labels import PairLabel, Passage, label_passage
from extractors.training.roles import RoleExample, label_roles


@dataclass(slots=True)
class Example:
    """One window of one passage. Rows of `pairs`: candidate head piece, base from, base to, trigger piece (or 0),
    sentence from, sentence to, piece of the word that refers back (or 0)."""

    passage: str
    pieces: list[int]
    marks: list[int]
    pairs: np.ndarray
    direct: np.ndarray
    features: np.ndarray
    lexical: list[tuple[int, ...]]
    initiative: np.ndarray
    """1, 0, or -1 where it does not count."""
    actions: np.ndarray
    """(pairs, 14): 1, 0, or -1 where it does not count."""
    modality: np.ndarray
    background: np.ndarray
    mentions: np.ndarray
    """(k, 7) labelled mentions: trigger from, to, initiative from, to (or 0, 0), sentence from, to, action."""
    certainty: np.ndarray
    """(k,) their modality, -1 where it does not count."""
    actors: np.ndarray
    """(n, 5) those who may take part: number of the mention, where it is meant from, to, where named from, to."""
    parts: np.ndarray
    """(n,) 0 agent or partner, 1 another role, 2 none."""
    namings: np.ndarray
    """(n,) a number for the name of each among those of its mention."""


def build_examples(passages: Iterable[Passage], lexicon: Lexicon, tokenizer: Any, score: Any) -> list[Example]:
    examples: list[Example] = []
    table = actor_table(lexicon)
    for passage in passages:
        analysis = analyse(passage["title"], passage["text"], lexicon)
        labels = label_passage(passage, analysis, lexicon, score)
        plausible = {e.index for e in analysis.entities if e.kind or e.lexicon_id} | labels.initiatives
        pairs = direct_pairs(analysis) + spoken_of_pairs(analysis, plausible)
        windows = cut_windows(
            analysis.title, analysis.text, analysis.sentences, [s.index for s in analysis.sentences],
            analysis.matches, tokenizer,
        )  # fmt: skip
        anchored = anchor_mentions(passage, analysis.sentences, list(analysis.docs.values()))
        told = [_told(windows, one) for one in label_roles(passage, table, score.actor_key, anchored)]
        made = (
            _example(passage["id"], w, pairs, labels.pairs, labels.initiatives, labels.doubtful, told) for w in windows
        )
        examples += [example for example in made if example is not None]
    return examples


def _example(
    passage: str, window: Window, pairs: list[Pair], labels: dict[tuple[int, int], PairLabel],
    initiatives: set[int], doubtful: set[int], told: Sequence["_Told"],
) -> Example | None:  # fmt: skip
    places, kept = [], []
    for pair in pairs:
        if pair.sentence in window.wanted and (name := name_places(window, pair)):
            places.append((*name, *sentence_places(window, pair)))
            kept.append(pair)
    if not kept:
        return None
    n = len(kept)
    actions = np.zeros((n, len(ACTIONS)), dtype=np.int8)
    modality = np.full((n, len(ACTIONS)), -1, dtype=np.int8)
    background = np.full((n, len(ACTIONS)), -1, dtype=np.int8)
    initiative = np.zeros(n, dtype=np.int8)
    for row, pair in enumerate(kept):
        if pair.entity in initiatives:
            initiative[row] = 1
        elif pair.entity in doubtful:
            initiative[row] = -1
            actions[row] = -1
        if label := labels.get((pair.entity, pair.sentence)):
            actions[row] = 0
            actions[row, sorted(label.unsure)] = -1
            actions[row, sorted(label.actions)] = 1
            for action, value in label.modality.items():
                modality[row, action] = value
            for action, flag in label.background.items():
                background[row, action] = int(flag)
    features = np.stack([pair.features for pair in kept])
    assert features.shape[1] == len(FEATURES)
    direct = np.array([pair.direct for pair in kept])
    return Example(
        passage, window.pieces, window.marks, np.array(places, dtype=np.int32), direct, features,
        [pair.lexical for pair in kept], initiative, actions,
        modality, background, *_attributes([one for one in told if one.window is window]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """One labelled mention with the places of those who may take part."""

    window: Window
    place: Place
    modality: int
    actors: list[tuple[Span, Span]]
    parts: Sequence[int]
    namings: Sequence[int]


def _told(windows: Sequence[Window], example: RoleExample) -> _Told:
    anchor, mention = example.anchor, example.mention
    window = next(w for w in windows if anchor.sentence.index in w.wanted)
    return _Told(
        window,
        locate_mention(window, anchor.sentence, anchor.trigger, anchor.bounds, mention["action"]),
        -1 if mention["action"] == "refer" else MODALITIES.index(mention["modality"]),
        [locate_actor(window, row, example.actors) for row in example.rows],
        example.labels,
        example.namings,
    )


def _attributes(told: Sequence[_Told]) -> tuple[np.ndarray, ...]:
    mentions = [(*t.place.trigger, *t.place.initiative, *t.place.sentence, t.place.action) for t in told]
    actors = [(k, *spot, *name) for k, one in enumerate(told) for spot, name in one.actors]
    return (
        np.array(mentions, dtype=np.int64).reshape(-1, 7),
        np.array([one.modality for one in told], dtype=np.int64),
        np.array(actors, dtype=np.int64).reshape(-1, 5),
        np.array([part for one in told for part in one.parts], dtype=np.int64),
        np.array([naming for one in told for naming in one.namings], dtype=np.int64),
    )
