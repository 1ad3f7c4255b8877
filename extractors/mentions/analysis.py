"""Reads one article: sentences, parsed candidates, entities, and the evidence that all pairs of a sentence share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.lexicon import Lexicon, LexiconMatch
from extractors.mentions.candidates import find_candidates, hedges_of
from extractors.mentions.entities import Anaphor, Entity, group_entities
from extractors.mentions.gate import Gate
from extractors.mentions.lexical import hashed, sentence_features
from extractors.mentions.parse import parse_sentences
from extractors.mentions.phrases import content_words
from extractors.mentions.sentences import Sentence, split_sentences
from extractors.mentions.words import load_words
from extractors.records import Action

if TYPE_CHECKING:
    from spacy.tokens import Doc

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one sentence says whatever entity is asked about: computed once, used by every pair of the sentence."""

    actions: frozenset[Action]
    hedges: frozenset[str]
    security: bool
    year: bool
    verbs: tuple[str, ...]
    root_tag: str
    root_hedges: tuple[str, ...]
    words: tuple[str, ...]
    """The features of its words, by name."""
    named_words: frozenset[int]
    """Hashed words and word pairs, for an entity that the sentence names."""
    spoken_words: frozenset[int]
    """The same, for one that it only speaks of."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One article, read. `docs` has a parse for each sentence that was worth one, `evidence` what each says."""

    title: str
    title_words: frozenset[str]
    text: str
    sentences: Sequence[Sentence]
    docs: "Mapping[int, Doc]"
    evidence: Mapping[int, Evidence]
    matches: Sequence[LexiconMatch]
    entities: Sequence[Entity]
    anaphors: Sequence[Anaphor]
    most_named: int
    """How often the entity is named that is named most, of those that could be initiatives."""


def analyse(title: str | None, text: str, lexicon: Lexicon, gate: Gate | None = None) -> Analysis:
    """Parses the sentences that the gate wants (all without one) and groups their candidates into entities."""
    sentences = gate.sentences if gate else split_sentences(text)
    matches = gate.matches if gate else lexicon.matches(text)
    chosen = [sentences[index] for index in gate.wanted] if gate else sentences
    docs = dict(zip([s.index for s in chosen], parse_sentences([text[s.start : s.end] for s in chosen]), strict=True))
    found = [(s.index, find_candidates(docs[s.index], s.start, matches)) for s in chosen]
    entities, anaphors = group_entities(text, found, lexicon)
    most_named = max((len(e.candidates) for e in entities if e.kind or e.lexicon_id), default=0)
    evidence = {s.index: _evidence(docs[s.index], text[s.start : s.end]) for s in chosen}
    words = content_words(title or "")
    return Analysis(title or "", words, text, sentences, docs, evidence, matches, entities, anaphors, most_named)


def _evidence(doc: "Doc", sentence: str) -> Evidence:
    words = load_words()
    told = [token.lemma_.lower() for token in doc if token.pos_ in ("VERB", "NOUN")]
    present = {token.lower_ for token in doc} | {token.lemma_.lower() for token in doc}
    root = next((token for token in doc if token.dep_ == "ROOT"), doc[0])
    features = tuple(sentence_features(doc))
    return Evidence(
        actions=frozenset(action for lemma in told for action in words.actions.get(lemma, ())),
        hedges=frozenset(name for name, listed in words.hedges.items() if present & listed),
        security=words.security.search(sentence) is not None,
        year=_YEAR.search(sentence) is not None,
        verbs=tuple(token.lemma_.lower() for token in doc if token.pos_ == "VERB"),
        root_tag=root.tag_,
        root_hedges=hedges_of(root),
        words=features,
        named_words=frozenset(hashed(f"d {name}" for name in features)),
        spoken_words=frozenset(hashed(f"s {name}" for name in features)),
    )
