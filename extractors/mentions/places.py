"""Where the thing that a mention tells of happens: "in Shanghai", "at a summit in Cape Town", a dateline.

find_place(doc, offset, trigger, initiative, actors, dateline=False) -> Place | None
"""

import re
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.datelines import dateline_place

_HERE = re.compile(r"\bhere\b")
_PLACE_PREPOSITIONS = frozenset(("in", "at", "near", "outside"))
_NOT_PLACES = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|"
    r"Wednesday|"
    r"Thursday|Friday|Saturday|Sunday|Article|Section|Spring|Summer|Autumn|Winter)\b"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the text names it, with the code of its country where a name in the text gives it."""

    name: str
    code: str | None = None


def find_place(
    doc: Doc, offset: int, trigger: Token, initiative: tuple[int, int], actors: ArticleActors
) -> Place | None:
    """The place that hangs on the trigger or on what it governs; "here" is the dateline's."""
    best: tuple[int, Token] | None = None
    for prep in doc:
        if prep.lower_ not in _PLACE_PREPOSITIONS or prep.pos_ != "ADP":
            continue
        for obj in prep.children:
            if obj.dep_ == "pobj" and obj.pos_ == "PROPN" and not _NOT_PLACES.match(obj.text):
                start = offset + obj.idx
                if initiative[0] <= start < initiative[1]:
                    continue
                distance = _distance(prep, trigger)
                if distance is not None and (best is None or distance < best[0]):
                    best = (distance, obj)
    if best is not None:
        return _place(doc, offset, best[1], actors)
    if _HERE.search(doc.text):
        name = dateline_place(actors.text)
        return Place(name, actors.home.code if actors.home else None) if name else None
    return None


def _distance(prep: Token, trigger: Token) -> int | None:
    """Steps from the preposition up to the trigger or to its clause; None from inside another clause."""
    steps = 0
    token = prep
    clause = {trigger.i, *(t.i for t in trigger.ancestors)}
    while token.i not in clause:
        if token.dep_ in ("relcl", "advcl", "ccomp", "parataxis") and token.pos_ in ("VERB", "AUX"):
            return None
        if token.head == token:
            return None
        token = token.head
        steps += 1
    return steps + (0 if token == trigger else 4)


def _place(doc: Doc, offset: int, head: Token, actors: ArticleActors) -> Place:
    parts = [t.i for t in head.children if t.dep_ in ("compound", "amod") and t.i < head.i and t.text[:1].isupper()]
    first = min(parts, default=head.i)
    span = doc[first : head.i + 1]
    named = actors.named_between(offset + span.start_char, offset + span.end_char)
    tail = [c for c in head.children if c.dep_ in ("appos", "npadvmod") and c.pos_ == "PROPN"]
    if not named and tail:
        start = offset + tail[0].idx
        named = actors.named_between(start - 30, start + len(tail[0].text))
    return Place(span.text, next((n.code for n in named if n.code), None))
