"""Whether an article that passed the gate is worth a parse: a logistic model over the words of its telling sentences,
what the gate and the lexicon see in them, and the words beside. It costs microseconds where the parse and the encoder
cost milliseconds.

Words are hashed into `SIZE` weights (feature hashing, Weinberger et al. 2009); trained by `extractors.training`.
"""

import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from extractors.mentions.errors import ModelError
from extractors.mentions.gate import Gate
from extractors.mentions.layers import Vector
from extractors.mentions.words import state_words

SIZE = 1 << 17
_STATE = "STATE"
_WORD = re.compile(r"[a-z]+")

Features = npt.NDArray[np.int64]


class Relevance:
    """The weights, as loaded from the package. Raises ModelError."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file, np.load(file) as stored:
                self._weights: Vector = stored["weights"].astype(np.float32)
                self._bias = float(stored["bias"])
            if self._weights.shape != (SIZE,):
                raise ValueError(f"{self._weights.size} weights, not {SIZE}")
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as problem:
            raise ModelError(f"{path}: the relevance model cannot be read: {problem}") from problem

    def scores(self, text: str, gate: Gate) -> list[float]:
        """Log-odds of each of the gate's telling sentences."""
        return [self._of(features) for features in telling_features(text, gate)]

    def _of(self, features: Features) -> float:
        return float(self._weights[features].sum() / np.sqrt(len(features)) + self._bias)


def telling_features(text: str, gate: Gate) -> Iterator[Features]:
    """Of each telling sentence the hashed words and word pairs, what the gate and the lexicon know of it, and words of
    the sentences beside it. Not the title's: an article that only touches on the subject has another's."""
    near = {beside for index in gate.telling for beside in (index - 1, index, index + 1)}
    words = {s.index: _words(text[s.start : s.end]) for s in gate.sentences if s.index in near}
    for index in gate.telling:
        sentence, here = gate.sentences[index], words[index]
        found = {*here, *(f"{a} {b}" for a, b in pairwise(here)), f"sorts {gate.sorts[index]}"}
        for beside in (index - 1, index + 1):
            if beside in words:
                found.update(f"beside {word}" for word in words[beside])
                found.add(f"sorts beside {gate.sorts[beside]}")
        found.update(f"named {match.sure}" for match in gate.matches if sentence.overlaps(match.start, match.end))
        if index in gate.evident:
            found.add("evident")
        yield np.array(sorted({zlib.crc32(name.encode()) % SIZE for name in found}))


def _words(text: str) -> list[str]:
    """Lowered words without the "s" of a plural; any state, its people and its capital as one word."""
    return [_word(word) for word in _WORD.findall(text.lower())]


@lru_cache(maxsize=1 << 15)
def _word(word: str) -> str:
    stem = word[:-1] if len(word) > 4 and word.endswith("s") else word
    return _STATE if {word, stem} & _states() else stem


@lru_cache(maxsize=1)
def _states() -> frozenset[str]:
    return frozenset(map(str.lower, state_words()))
