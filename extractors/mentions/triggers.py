"""Finds the word that says what happened: the verb or nominalisation that actors, dates and places hang on."""

from typing import TYPE_CHECKING

from extractors.mentions.candidates import governing_phrase, head_of, token_at
from extractors.mentions.decide import Draft
from extractors.mentions.words import load_words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_FAR = 99


def find_trigger(doc: "Doc", offset: int, draft: Draft) -> "Token":
    """The token that can express the draft's action and is nearest to the initiative by the parse.

    Falls back on the verb that governs the initiative, then on the sentence's root.
    """
    pair = draft.judgement.pair
    here = pair.candidate if pair.direct else pair.anaphor
    head = head_of(doc, offset, here) if here else None
    able = [token for token in doc if can_express(token, draft.action) and token is not head]
    if here:  # "the SCO Summit will be held": a word of the name tells it only where nothing else does
        able = [t for t in able if not here.start <= offset + t.idx < here.end] or able
    if able:
        return min(able, key=lambda token: (steps_between(token, head), token.i))
    if here and (governing := token_at(doc, here.trigger_start - offset)) is not None:
        return governing
    return next((token for token in doc if token.dep_ == "ROOT"), doc[0])


def can_express(token: "Token", action: str) -> bool:
    """Whether a word can say that the action happened."""
    if token.pos_ not in ("VERB", "NOUN", "AUX", "ADJ", "PROPN"):
        return False
    words = load_words().actions
    return action in words.get(governing_phrase(token), ()) or action in words.get(token.lemma_.lower(), ())


def steps_between(token: "Token", head: "Token | None") -> int:
    """Steps of the parse between a word and the initiative's head; without a head, down from the sentence's root."""
    if head is None:
        return sum(1 for _ in token.ancestors)
    up = [head, *head.ancestors]
    for steps, node in enumerate([token, *token.ancestors]):
        if node in up:
            return steps * 2 + up.index(node)
    return _FAR
