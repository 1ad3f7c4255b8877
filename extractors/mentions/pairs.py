"""Pairs of an entity and a sentence, which the model judges: named there (direct), or only spoken of ("Togo may join").

Each pair carries a vector of evidence from grammar and lexicon, whose columns `FEATURES` names, and the places of its
hashed words and syntax (`lexical`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from extractors.mentions.analysis import Analysis
from extractors.mentions.candidates import Candidate
from extractors.mentions.entities import SAME_HEAD, Entity
from extractors.mentions.layers import Vector
from extractors.mentions.lexical import candidate_features, hashed
from extractors.mentions.words import HEDGES, load_words
from extractors.records import ACTIONS, KINDS

TENSES = ("VBD", "VBN", "VBZ", "VBP", "VB", "VBG", "NN", "NNS")
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
    names += [f"tense={t}" for t in TENSES] + [f"hedge={h}" for h in HEDGES] + [f"sentence_hedge={h}" for h in HEDGES]
    names += ["year_in_sentence"]
    names += ["distance=1", "distance=2", "distance=3+", "between", "is_last", "same_paragraph"]
    names += ["salience", "most_salient", "first_entity"]
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
    lexical: tuple[int, ...]
    """Places of the pair's hashed features, see `lexical`."""

    @property
    def on(self) -> frozenset[str]:
        """The names of the columns that are not zero."""
        return frozenset(FEATURES[i] for i in np.flatnonzero(self.features))

    @property
    def direct(self) -> bool:
        return self.candidate_sentence == self.sentence


def direct_pairs(analysis: Analysis) -> list[Pair]:
    """Each entity in each sentence that names it: once a sentence, by its first candidate there."""
    pairs = []
    for entity in analysis.entities:
        done: set[int] = set()
        for number, candidate in entity.candidates:
            if number not in done:
                done.add(number)
                vector = _base(analysis, entity, candidate, number)
                _governed(vector, candidate)
                vector[_COLUMN["direct"]] = 1
                _how_real(vector, candidate.tense, candidate.hedges)
                vector[_COLUMN["named_before"]] = float(entity.candidates[0][0] < number)
                near = candidate_features(analysis.docs[number], analysis.sentences[number].start, candidate, "d")
                near += _standing(analysis, entity, number, "d")
                lexical = tuple(sorted({*hashed(near), *analysis.evidence[number].named_words}))
                pairs.append(Pair(entity.index, number, candidate, number, None, vector, lexical))
    return pairs


def spoken_of_pairs(analysis: Analysis, likely: Collection[int]) -> list[Pair]:
    """Each likely entity in the sentences after its naming that do not name it, as far as `_REACH`."""
    pairs = []
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
                pairs.append(_spoken_of(analysis, index, number, before, candidate, last, anaphors.get(number, [])))
        for index in here:
            last[index] = (number, named[number, index])
    return pairs


def _spoken_of(
    analysis: Analysis, index: int, number: int, before: int, candidate: Candidate,
    last: dict[int, tuple[int, Candidate]], anaphors: Sequence[Candidate],
) -> Pair:  # fmt: skip
    entity = analysis.entities[index]
    vector = _base(analysis, entity, candidate, number)
    distance = number - before
    vector[_COLUMN[f"distance={distance}" if distance < 3 else "distance=3+"]] = 1
    later = sum(other > before for key, (other, _) in last.items() if key != index)
    vector[_COLUMN["between"]] = min(later, 5) / 5
    vector[_COLUMN["is_last"]] = float(later == 0)
    here, there = analysis.sentences[number], analysis.sentences[before]
    vector[_COLUMN["same_paragraph"]] = float(here.paragraph == there.paragraph)
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
        _how_real(vector, chosen.tense, chosen.hedges)
    else:
        _how_real(vector, analysis.evidence[number].root_tag, analysis.evidence[number].root_hedges)
    near = candidate_features(analysis.docs[number], here.start, chosen, "a") if chosen else ["a none"]
    near += [f"s head {candidate.head}", f"s kind {entity.kind} {distance}", f"s known {entity.lexicon_id is not None}"]
    near += _standing(analysis, entity, number, "s")
    lexical = tuple(sorted({*hashed(near), *analysis.evidence[number].spoken_words}))
    return Pair(index, number, candidate, before, chosen, vector, lexical)


def _how_real(vector: Vector, tense: str, hedges: tuple[str, ...]) -> None:
    if tense in TENSES:
        vector[_COLUMN[f"tense={tense}"]] = 1
    for hedge in hedges:
        vector[_COLUMN[f"hedge={hedge}"]] = 1


def _standing(analysis: Analysis, entity: Entity, number: int, prefix: str) -> list[str]:
    """Where the entity stands in the article: how often named, first where, and what the sentence before tells."""
    namings = sum(before <= number for before, _ in entity.candidates)
    first = entity.candidates[0][0]
    kind = entity.kind or "?"
    names = [
        f"{prefix} named {min(namings, 4)} {kind}",
        f"{prefix} first {min(first, 4)}",
        f"{prefix} at {min(number, 5)}",
    ]
    names += [f"{prefix} name {word}" for word in entity.words]
    if number - 1 in analysis.evidence:
        names += [f"{prefix} before {verb}" for verb in analysis.evidence[number - 1].verbs]
    return names


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


def _governed(vector: Vector, candidate: Candidate) -> None:
    """The columns of how a phrase stands in its own sentence."""
    dependency = candidate.dependency if candidate.dependency in DEPENDENCIES else "other"
    on = [f"determiner={candidate.determiner}", f"dependency={dependency}"]
    on += [f"trigger={a}" for a in candidate.trigger_actions] + [f"outer={a}" for a in candidate.outer_actions]
    for name in on:
        vector[_COLUMN[name]] = 1


def _base(analysis: Analysis, entity: Entity, candidate: Candidate, number: int) -> Vector:
    """The columns that every pair has."""
    vector = np.zeros(len(FEATURES), dtype=np.float32)
    evidence = analysis.evidence[number]
    phrase = analysis.text[candidate.start : candidate.long_end]
    namings = sum(before <= number for before, _ in entity.candidates)
    on = [f"kind={entity.kind or '?'}", *(f"sentence={a}" for a in evidence.actions)]
    on += [f"sentence_hedge={name}" for name in evidence.hedges]
    for name in on:
        vector[_COLUMN[name]] = 1
    values = {
        "known": entity.lexicon_id is not None,
        "known_sure": candidate.lexicon_sure,
        "in_title": bool(entity.words & analysis.title_words),
        "salience": min(namings, 5) / 5,
        "most_salient": namings == analysis.most_named,
        "first_entity": entity.candidates[0][0] <= 1,
        "passive": candidate.passive,
        "negated": candidate.negated,
        "modal": candidate.modal,
        "plural": candidate.is_plural,
        "modifiers": min(candidate.modifiers, 5) / 5,
        "long": candidate.long_end > candidate.end,
        "security_in_name": load_words().security.search(phrase) is not None,
        "year_in_sentence": evidence.year,
        "security_in_sentence": evidence.security,
    }
    for name, value in values.items():
        vector[_COLUMN[name]] = float(value)
    return vector
