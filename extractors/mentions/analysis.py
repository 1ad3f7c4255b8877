"""Reads one article into what the model judges: sentences, parsed candidates, entities, and pairs of the two.

A pair is one entity in one sentence: named there (direct), or only spoken of ("the pact was signed", "Togo may join").
Each pair carries a vector of evidence from grammar and lexicon; `FEATURES` names its columns.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from extractors.lexicon import Lexicon, LexiconMatch
from extractors.mentions.candidates import Candidate, find_candidates
from extractors.mentions.entities import SAME_HEAD, Anaphor, Entity, content_words, group_entities
from extractors.mentions.parse import parse_sentences
from extractors.mentions.sentences import Sentence, split_sentences
from extractors.mentions.words import load_words
from extractors.records import ACTIONS, KINDS

if TYPE_CHECKING:
    from spacy.tokens import Doc

Vector = npt.NDArray[np.float32]

DETERMINERS = ("none", "indefinite", "definite", "demonstrative", "possessive", "name", "pronoun")
DEPENDENCIES = ("nsubj", "nsubjpass", "dobj", "pobj", "conj", "appos", "ROOT", "attr", "poss", "compound", "other")
_GROUPS = {"bloc", "group", "grouping", "organisation", "organization", "alliance", "body", "club"}
_PLANS = {"plan", "idea", "proposal", "scheme", "initiative", "project", "offer", "move", "document", "text"}
_REACH = 6
"""Sentences after its last naming in which an entity is still looked for; 94 % of what is only spoken of is within."""


def _columns() -> tuple[str, ...]:
    names = ["direct", "known", "known_sure", "named_before", "in_title"]
    names += [f"determiner={d}" for d in DETERMINERS] + [f"dependency={d}" for d in DEPENDENCIES]
    names += [f"kind={k}" for k in KINDS] + ["kind=?"]
    names += [f"trigger={a}" for a in ACTIONS] + [f"outer={a}" for a in ACTIONS] + [f"sentence={a}" for a in ACTIONS]
    names += ["passive", "negated", "modal", "plural", "modifiers", "long", "security_in_name", "security_in_sentence"]
    names += ["distance=1", "distance=2", "distance=3+", "between", "is_last", "same_paragraph"]
    names += ["anaphor_head", "anaphor_kind", "anaphor_group", "anaphor_plan", "pronoun", "anaphor_none"]
    names += [f"anaphor_trigger={a}" for a in ACTIONS]
    return tuple(names)


FEATURES: tuple[str, ...] = _columns()
_COLUMN = {name: number for number, name in enumerate(FEATURES)}


@dataclass(frozen=True, slots=True)
class Pair:
    """One entity in one sentence. `candidate` names it there, or is where it was named last before."""

    entity: int
    sentence: int
    candidate: Candidate
    candidate_sentence: int
    anaphor: Candidate | None
    features: Vector

    @property
    def direct(self) -> bool:
        return self.candidate_sentence == self.sentence


@dataclass(frozen=True, slots=True)
class Analysis:
    """One article, read. `docs` has a parse for each sentence that was worth one."""

    title: str
    text: str
    sentences: Sequence[Sentence]
    docs: "dict[int, Doc]"
    matches: Sequence[LexiconMatch]
    entities: Sequence[Entity]
    anaphors: Sequence[Anaphor]


def analyse(title: str | None, text: str, lexicon: Lexicon, wanted: Collection[int] | None = None) -> Analysis:
    """Parses the wanted sentences (all by default) and groups their candidates into entities."""
    sentences = split_sentences(text)
    matches = lexicon.matches(text)
    chosen = [s for s in sentences if wanted is None or s.index in wanted]
    docs = dict(zip([s.index for s in chosen], parse_sentences([text[s.start : s.end] for s in chosen]), strict=True))
    found = [(s.index, find_candidates(docs[s.index], s.start, matches)) for s in chosen]
    entities, anaphors = group_entities(text, found, lexicon)
    return Analysis(title or "", text, sentences, docs, matches, entities, anaphors)


def direct_pairs(analysis: Analysis) -> list[Pair]:
    """Each entity in each sentence that names it: once a sentence, by its first candidate there."""
    pairs = []
    actions = {index: _sentence_actions(doc) for index, doc in analysis.docs.items()}
    for entity in analysis.entities:
        done: set[int] = set()
        for number, candidate in entity.candidates:
            if number not in done:
                done.add(number)
                vector = _base(analysis, entity, candidate, number, actions[number])
                vector[_COLUMN["direct"]] = 1
                vector[_COLUMN["named_before"]] = float(entity.candidates[0][0] < number)
                pairs.append(Pair(entity.index, number, candidate, number, None, vector))
    return pairs


def spoken_of_pairs(analysis: Analysis, likely: Collection[int]) -> list[Pair]:
    """Each likely entity in the sentences after its naming that do not name it, as far as `_REACH`."""
    pairs = []
    actions = {index: _sentence_actions(doc) for index, doc in analysis.docs.items()}
    anaphors: dict[int, list[Candidate]] = {}
    for anaphor in analysis.anaphors:
        anaphors.setdefault(anaphor.sentence, []).append(anaphor.candidate)
    last: dict[int, tuple[int, Candidate]] = {}
    named = {
        (number, e.index): candidate
        for e in analysis.entities
        if e.index in likely
        for number, candidate in reversed(e.candidates)
    }
    for number in sorted(analysis.docs):
        here = {index for (sentence, index) in named if sentence == number}
        for index, (before, candidate) in last.items():
            if index not in here and number - before <= _REACH:
                pairs.append(
                    _spoken_of(
                        analysis, index, number, before, candidate, last, anaphors.get(number, []), actions[number]
                    )
                )
        for index in here:
            last[index] = (number, named[number, index])
    return pairs


def _spoken_of(
    analysis: Analysis, index: int, number: int, before: int, candidate: Candidate,
    last: dict[int, tuple[int, Candidate]], anaphors: list[Candidate], actions: Counter[str],
) -> Pair:  # fmt: skip
    entity = analysis.entities[index]
    vector = _base(analysis, entity, candidate, number, Counter())
    for name in [n for n in FEATURES if n.startswith(("determiner=", "dependency=", "trigger=", "outer="))]:
        vector[_COLUMN[name]] = 0
    for action in actions:
        vector[_COLUMN[f"sentence={action}"]] = 1
    distance = number - before
    vector[_COLUMN[f"distance={distance}" if distance < 3 else "distance=3+"]] = 1
    later = sum(other > before for key, (other, _) in last.items() if key != index)
    vector[_COLUMN["between"]] = min(later, 5) / 5
    vector[_COLUMN["is_last"]] = float(later == 0)
    paragraphs = {s.index: s.paragraph for s in analysis.sentences}
    vector[_COLUMN["same_paragraph"]] = float(paragraphs[before] == paragraphs[number])
    best, chosen = 0, None
    for anaphor in anaphors:
        strength, column = _anaphor_fit(anaphor, entity)
        if column:
            vector[_COLUMN[column]] = 1
        if strength > best:
            best, chosen = strength, anaphor
    vector[_COLUMN["anaphor_none"]] = float(not anaphors)
    if chosen:
        for action in chosen.trigger_actions:
            vector[_COLUMN[f"anaphor_trigger={action}"]] = 1
        vector[_COLUMN["passive"]] = float(chosen.passive)
        vector[_COLUMN["negated"]] = float(chosen.negated)
        vector[_COLUMN["modal"]] = float(chosen.modal)
    return Pair(index, number, candidate, before, chosen, vector)


def _anaphor_fit(anaphor: Candidate, entity: Entity) -> tuple[int, str]:
    """How well a bare noun or pronoun can stand for an entity, and the column that says so."""
    if anaphor.determiner == "pronoun":
        return 1, "pronoun"
    if SAME_HEAD.get(anaphor.head, anaphor.head) == entity.head:
        return 5, "anaphor_head"
    if anaphor.kind and anaphor.kind == entity.kind:
        return 4, "anaphor_kind"
    if anaphor.head in _GROUPS and entity.kind in ("organisation", "forum", "treaty", "mechanism"):
        return 3, "anaphor_group"
    if anaphor.head in _PLANS:
        return 2, "anaphor_plan"
    return 0, ""


def _base(analysis: Analysis, entity: Entity, candidate: Candidate, number: int, actions: Counter[str]) -> Vector:
    vector = np.zeros(len(FEATURES), dtype=np.float32)
    words = load_words()
    phrase = analysis.text[candidate.start : candidate.long_end]
    sentence = analysis.sentences[number]
    on = [f"determiner={candidate.determiner}", f"kind={entity.kind or '?'}"]
    dependency = candidate.dependency if candidate.dependency in DEPENDENCIES else "other"
    on.append(f"dependency={dependency}")
    on += [f"trigger={a}" for a in candidate.trigger_actions] + [f"outer={a}" for a in candidate.outer_actions]
    on += [f"sentence={a}" for a in actions]
    for name in on:
        vector[_COLUMN[name]] = 1
    values = {
        "known": entity.lexicon_id is not None,
        "known_sure": candidate.lexicon_sure,
        "in_title": bool(entity.words & content_words(analysis.title)),
        "passive": candidate.passive,
        "negated": candidate.negated,
        "modal": candidate.modal,
        "plural": candidate.is_plural,
        "modifiers": min(candidate.modifiers, 5) / 5,
        "long": candidate.long_end > candidate.end,
        "security_in_name": words.security.search(phrase) is not None,
        "security_in_sentence": words.security.search(analysis.text, sentence.start, sentence.end) is not None,
    }
    for name, value in values.items():
        vector[_COLUMN[name]] = float(value)
    return vector


def _sentence_actions(doc: "Doc") -> Counter[str]:
    words = load_words().actions
    found: Counter[str] = Counter()
    for token in doc:
        if token.pos_ in ("VERB", "NOUN"):
            found.update(words.get(token.lemma_.lower(), ()))
    return found
