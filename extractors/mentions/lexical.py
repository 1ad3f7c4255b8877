"""The words and the syntax around an initiative as hashed features: evidence that a linear model weighs by itself.

The encoder generalises over meanings; these features remember exact words ("acceded", "agreed > set up"), which a
few thousand labelled statements teach well. Feature hashing as in Weinberger et al. 2009.
"""

import re
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from extractors.mentions.candidates import Candidate, governing_phrase, head_of, token_at
from extractors.mentions.words import state_words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SIZE = 1 << 16
SCALE = 3.0
"""A pair's weights are summed, divided by the root of their number, times this."""
_CONTENT = frozenset(("NOUN", "VERB", "ADJ", "ADV", "AUX", "PART", "SCONJ", "ADP", "PRON", "DET"))
_MAX_PATH = 4
_YEAR = re.compile(r"(?:19|20)\d\d")


def hashed(names: Iterable[str]) -> list[int]:
    """Feature names to their places, each once, in order."""
    return sorted({zlib.crc32(name.encode()) % SIZE for name in names})


def sentence_features(doc: "Doc") -> list[str]:
    """Words, verbs with their particles, and neighbouring pairs of a sentence; names are left out."""
    names = []
    before = "^"
    for token in doc:
        if token.pos_ in ("PUNCT", "SPACE"):
            continue
        lemma = _word(token)
        if token.pos_ in _CONTENT:
            names.append(f"w {lemma}")
        if token.pos_ == "VERB":
            names.append(f"v {governing_phrase(token)} {token.tag_}")
        names.append(f"b {before} {lemma}")
        before = lemma
        if token.dep_ in ("nsubj", "nsubjpass") and token.head.pos_ in ("VERB", "AUX"):
            names.append(f"sv {lemma} {governing_phrase(token.head)}")
    states = sum(token.text in state_words() for token in doc)
    names.append(f"states {min(states, 4)}")
    return names


def candidate_features(doc: "Doc", offset: int, candidate: Candidate, prefix: str) -> list[str]:
    """What stands around a phrase, what governs it, and how: each name begins with `prefix`."""
    head = head_of(doc, offset, candidate)
    if head is None:
        return []
    trigger = token_at(doc, candidate.trigger_start - offset) if candidate.trigger else None
    p, lemma, kind = prefix, candidate.head, candidate.kind or "?"
    names = [
        f"{p} head {lemma}", f"{p} dep {candidate.dependency}", f"{p} det {candidate.determiner} {kind}",
        f"{p} trigger {candidate.trigger}", f"{p} trigger {candidate.trigger} {candidate.dependency}",
        f"{p} trigger {candidate.trigger} {kind}", f"{p} trigger {candidate.trigger} {lemma}",
        f"{p} known {candidate.lexicon_id is not None} {candidate.trigger}",
    ]  # fmt: skip
    first = head.left_edge.i
    names += [
        f"{p} mod {t.lemma_.lower()}" for t in doc[max(first, head.i - 6) : head.i] if t.pos_ not in ("PROPN", "PUNCT")
    ]
    for step in (1, 2, 3):
        for side, place in (("L", first - step), ("R", head.i + step)):
            if 0 <= place < len(doc):
                names.append(f"{p} {side}{step} {_word(doc[place])}")
    names += [f"{p} path {path}" for path in _paths(head)]
    names += [f"{p} comp {_word(t)}" for t in doc[head.i + 1 : head.i + 9] if offset + t.idx < candidate.long_end]
    names += [f"{p} app {_word(c)}" for c in head.children if c.dep_ in ("appos", "acl", "relcl")]
    if trigger is not None:
        for child in trigger.children:
            if child.dep_ in ("aux", "auxpass", "neg", "prt", "advmod", "mark", "nsubj", "nsubjpass", "dobj", "prep"):
                names.append(f"{p} tc {child.dep_} {_word(child)}")
                names.append(f"{p} tc {candidate.trigger} {child.dep_} {_word(child)}")
        above = trigger.head
        names += [f"{p} above {above.lemma_.lower()}", f"{p} above {above.lemma_.lower()} > {candidate.trigger}"]
        names += [f"{p} aa {c.dep_} {_word(c)}" for c in above.children if c.dep_ in ("aux", "neg", "advmod", "mark")]
    return names


def _paths(head: "Token") -> list[str]:
    """The chain of governors, with lemmas and dependency labels, one, two, three and four steps up."""
    paths, path, token = [], "", head
    for _ in range(_MAX_PATH):
        if token.head == token:
            break
        path += f"{token.dep_}>"
        token = token.head
        path += f"{governing_phrase(token) if token.pos_ in ('VERB', 'NOUN', 'AUX') else token.lower_} "
        paths.append(path)
    return paths


def _word(token: "Token") -> str:
    """A word as a feature: states and other names by their sort, numbers as one, the rest by lemma."""
    if token.text in state_words():
        return "STATE"
    if token.pos_ == "PROPN":
        return "NAME"
    if token.pos_ == "NUM":
        return "YEAR" if _YEAR.fullmatch(token.text) else "NUM"
    return token.lemma_.lower()
