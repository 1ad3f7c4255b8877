"""Whether an article that passed the gate is about the subject at all: a logistic model over the words of its telling
sentences and their neighbours. It costs microseconds where the parse and the encoder cost milliseconds.

Words are hashed into `SIZE` weights (feature hashing, Weinberger et al. 2009); trained by `extractors.training`.
"""

import re
import zlib
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from extractors.mentions.errors import ModelError
from extractors.mentions.gate import Gate
from extractors.mentions.layers import Vector

SIZE = 1 << 15
_WORD = re.compile(r"[a-z]+")


class Relevance:
    """The weights, as loaded from the package. Raises ModelError."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file, np.load(file) as stored:
                self._weights: Vector = stored["weights"].astype(np.float32)
                self._bias = float(stored["bias"])
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as problem:
            raise ModelError(f"{path}: the relevance model cannot be read: {problem}") from problem

    def scores(self, title: str | None, text: str, gate: Gate) -> list[float]:
        """Log-odds of each of the gate's telling sentences."""
        return [self._of(sentence_features(title, text, gate, index)) for index in gate.telling]

    def _of(self, features: "np.typing.NDArray[np.int64]") -> float:
        return float(self._weights[features].sum() / np.sqrt(len(features)) + self._bias)


def sentence_features(title: str | None, text: str, gate: Gate, index: int) -> "np.typing.NDArray[np.int64]":
    """The hashed words and word pairs of a sentence, words of the sentences beside it, and words of the title."""
    found: set[str] = {f"title {word}" for word in _words(title or "")}
    for beside in (index - 1, index + 1):
        if 0 <= beside < len(gate.sentences):
            sentence = gate.sentences[beside]
            found |= {f"beside {word}" for word in _words(text[sentence.start : sentence.end])}
    sentence = gate.sentences[index]
    here = _words(text[sentence.start : sentence.end])
    found |= set(here) | {f"{a} {b}" for a, b in pairwise(here)}
    return np.array(sorted({zlib.crc32(name.encode()) % SIZE for name in found} | {0}))


def _words(text: str) -> list[str]:
    return [w[:-1] if len(w) > 4 and w.endswith("s") else w for w in _WORD.findall(text.lower())]
