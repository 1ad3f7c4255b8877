"""Finds where a labelled mention stands in its passage: sentence, words of the initiative, word of the action."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc, Span, Token

from extractors.mentions.parse import parse_sentences
from extractors.mentions.sentences import Sentence, split_sentences
from extractors.mentions.triggers import can_express, steps_between
from extractors.training.labels import evidence_sentences


@dataclass(frozen=True, slots=True)
class Anchor:
    """`bounds` are offsets of the passage; empty (start == end) where the sentence does not name the initiative."""

    doc: Doc
    sentence: Sentence
    trigger: Token
    bounds: tuple[int, int]


def parse_and_anchor(passage: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], Anchor]]:
    """Each labelled mention of a passage with its place."""
    text = passage["text"]
    sentences = split_sentences(text)
    return anchor_mentions(passage, sentences, list(parse_sentences(text[s.start : s.end] for s in sentences)))


def anchor_mentions(
    passage: Mapping[str, Any], sentences: Sequence[Sentence], docs: Sequence[Doc]
) -> Iterator[tuple[dict[str, Any], Anchor]]:
    """The same for one that is parsed."""
    for mention in passage["mentions"]:
        yield mention, anchor_mention(mention, passage["text"], sentences, docs)


def anchor_mention(mention: Mapping[str, Any], text: str, sentences: Sequence[Sentence], docs: Sequence[Doc]) -> Anchor:
    """The sentence of the evidence that names the initiative, else one with a word for the action, else the last."""
    inside = evidence_sentences(mention, text, sentences) or [0]
    for i in inside:
        where = _find_name(docs[i].text, mention)
        if where:
            return _anchor(docs[i], sentences[i], where, mention["action"])
    able = [i for i in inside if any(can_express(token, mention["action"]) for token in docs[i])]
    i = able[0] if able else inside[-1]
    return _anchor(docs[i], sentences[i], None, mention["action"])


def _find_name(sentence: str, mention: Mapping[str, Any]) -> tuple[int, int] | None:
    lowered = sentence.lower()
    for name in sorted((mention["initiative"], *mention["accept"]), key=len, reverse=True):
        match = re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", lowered)
        if match:
            return match.span()
    return None


def _anchor(doc: Doc, sentence: Sentence, where: tuple[int, int] | None, action: str) -> Anchor:
    span = doc.char_span(*where, alignment_mode="expand") if where else None
    head = span.root if span is not None and len(span) else None
    trigger = _trigger(doc, head, span, action)
    if where is None:
        thing = next((c for c in trigger.children if c.dep_ in ("dobj", "nsubjpass", "attr")), None)
        where = (thing.idx, thing.idx + len(thing.text)) if thing is not None else (trigger.idx, trigger.idx)
    return Anchor(doc, sentence, trigger, (sentence.start + where[0], sentence.start + where[1]))


def _trigger(doc: Doc, head: Token | None, span: Span | None, action: str) -> Token:
    able = [token for token in doc if token != head and can_express(token, action)]
    able = [token for token in able if span is None or token not in span] or able
    if able:
        return min(able, key=lambda token: (steps_between(token, head), token.i))
    verbs = [t for t in (head.ancestors if head is not None else ()) if t.pos_ in ("VERB", "AUX")]
    return verbs[0] if verbs else next((t for t in doc if t.dep_ == "ROOT"), doc[0])
