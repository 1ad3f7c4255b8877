"""Turns labelled passages into arrays for training: windows, heads, pairs, features and labels."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from extractors.lexicon import Lexicon
from extractors.mentions.analysis import analyse
from extractors.mentions.model import name_places, sentence_places
from extractors.mentions.pairs import FEATURES, Pair, direct_pairs, spoken_of_pairs
from extractors.mentions.windows import Window, cut_windows
from extractors.records import ACTIONS
from extractors.training.labels import PairLabel, Passage, label_passage


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


def build_examples(passages: Iterable[Passage], lexicon: Lexicon, tokenizer: Any, score: Any) -> list[Example]:
    examples: list[Example] = []
    for passage in passages:
        analysis = analyse(passage["title"], passage["text"], lexicon)
        labels = label_passage(passage, analysis, lexicon, score)
        plausible = {e.index for e in analysis.entities if e.kind or e.lexicon_id} | labels.initiatives
        pairs = direct_pairs(analysis) + spoken_of_pairs(analysis, plausible)
        windows = cut_windows(
            analysis.title, analysis.text, analysis.sentences, [s.index for s in analysis.sentences],
            analysis.matches, tokenizer,
        )  # fmt: skip
        made = (_example(passage["id"], w, pairs, labels.pairs, labels.initiatives, labels.doubtful) for w in windows)
        examples += [example for example in made if example is not None]
    return examples


def _example(
    passage: str, window: Window, pairs: list[Pair], labels: dict[tuple[int, int], PairLabel],
    initiatives: set[int], doubtful: set[int],
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
        modality, background,
    )  # fmt: skip
