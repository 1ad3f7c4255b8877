"""Digests: short texts made of sentences that have nothing to do with each other, as news round-ups are.

A labelled passage is about one thing. A model that has seen nothing else takes all that stands around a statement for
its context, and is sure of "nothing" where a pact is told of beside the price of oil.
"""

import random
from collections.abc import Sequence
from typing import Any

from extractors.mentions.sentences import split_sentences
from extractors.training.labels import Passage

WORDS = 8, 45
"""Fewest and most words of a sentence that is taken."""
TOLD, PLAIN = (1, 1, 2), (1, 1, 2, 3)
"""How many sentences of each sort a digest has: one of these, at random."""

_Item = tuple[Passage, str, list[dict[str, Any]]]
"""A passage, a sentence of it, and what the sentence tells."""


def mix_digests(passages: Sequence[Passage], number: int, seed: int = 5) -> list[Passage]:
    """About `number` texts of labelled sentences that name all that they tell of and of sentences of passages with
    nothing to find, drawn at random from all passages, in any order. Texts that say a labelled sentence twice are left
    out."""
    rng = random.Random(seed)
    told: list[_Item] = []
    plain: list[_Item] = []
    for passage in passages:
        for sentence in split_sentences(passage["text"]):
            text = passage["text"][sentence.start : sentence.end]
            if not WORDS[0] <= len(text.split()) <= WORDS[1]:
                continue
            mentions = _mentions_of(text, passage)
            if mentions or not passage["mentions"]:
                (told if mentions else plain).append((passage, text, mentions))
    made: list[Passage] = []
    for count in range(number):
        items = rng.sample(told, rng.choice(TOLD)) + rng.sample(plain, rng.choice(PLAIN))
        rng.shuffle(items)
        mentions = [mention for _, _, found in items for mention in found]
        text = rng.choice((" ", "\n\n")).join(text for _, text, _ in items)
        title = rng.choice(items)[0]["title"]
        if all(text.count(mention["evidence"]) == 1 for mention in mentions):
            made.append({**items[0][0], "id": f"digest-{count:04}", "title": title, "text": text, "mentions": mentions})
    return made


def _mentions_of(sentence: str, passage: Passage) -> list[dict[str, Any]]:
    """The mentions that a sentence tells of; none where it does not name all that it tells of."""
    found: list[dict[str, Any]] = []
    folded = sentence.casefold()
    for mention in passage["mentions"]:
        if mention["evidence"] in sentence:
            if not any(name.casefold() in folded for name in (mention["initiative"], *mention["accept"])):
                return []
            found.append(mention)
        elif sentence in mention["evidence"]:
            return []
    return found
