"""Groups an article's candidates into entities: one for each thing that may be an initiative, with its names.

A later phrase joins an earlier entity when it is the same known initiative, the same words, an acronym that brackets
introduced, or a definite phrase with the same head and no other content words ("the new mechanism"). A bare definite
noun ("the pact", "it") makes no entity; it is evidence that the sentence speaks of an earlier one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.lexicon import Lexicon
from extractors.mentions.candidates import Candidate
from extractors.mentions.phrases import content_words, tidy
from extractors.records import Kind

_BRACKETED = re.compile(
    r"""\s*["'”’]?\s*\(\s*(?:the |or |known as |called )?["'“‘]?([A-Z][A-Za-z0-9+\-/]{1,14})["'”’]?\s*[,)]"""
)
SAME_HEAD = {
    "pact": "agreement", "accord": "agreement", "deal": "agreement", "treaty": "agreement", "mou": "memorandum",
    "centre": "center", "programme": "program", "drill": "exercise", "manoeuvre": "exercise", "dialog": "dialogue",
    "organisation": "organization", "grouping": "group", "taskforce": "force", "defence": "defense",
}  # fmt: skip


@dataclass(slots=True)
class Entity:
    """One thing that may be an initiative. `candidates` are (sentence index, candidate), in order of place."""

    index: int
    name: str
    head: str
    kind: Kind | None
    lexicon_id: str | None
    words: frozenset[str]
    names: list[str] = field(default_factory=list)
    candidates: list[tuple[int, Candidate]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Anaphor:
    """A bare definite noun or pronoun of one sentence."""

    sentence: int
    candidate: Candidate


def is_bare(candidate: Candidate) -> bool:
    """ "the pact", "this forum", "its secretariat": refers back, names nothing by itself."""
    if candidate.lexicon_id:
        return False
    if candidate.determiner == "pronoun":
        return True
    return (
        candidate.determiner in ("definite", "demonstrative")
        and candidate.modifiers == 0
        and candidate.long_end == candidate.end
    )


def group_entities(
    text: str, sentences: Sequence[tuple[int, Sequence[Candidate]]], lexicon: Lexicon
) -> tuple[list[Entity], list[Anaphor]]:
    """Entities and anaphors of an article. sentences: (sentence index, its candidates) in order."""
    entities: list[Entity] = []
    anaphors: list[Anaphor] = []
    by_name: dict[str, Entity] = {}
    for number, candidates in sentences:
        here: dict[int, Entity] = {}
        for candidate in candidates:
            if is_bare(candidate):
                anaphors.append(Anaphor(number, candidate))
                if not _is_name(text, candidate, by_name):
                    continue
            entity = _renamed(candidate, here, by_name, lexicon) or _find(text, candidate, entities, by_name)
            if entity is None:
                entity = _new_entity(text, candidate, len(entities), lexicon)
                entities.append(entity)
            entity.candidates.append((number, candidate))
            here.setdefault(candidate.head_start, entity)
            _register(text, candidate, entity, by_name)
    return entities, anaphors


def _renamed(
    candidate: Candidate, here: dict[int, Entity], by_name: dict[str, Entity], lexicon: Lexicon
) -> Entity | None:
    """The entity that the phrase names anew; a description that the lexicon's name follows becomes that initiative."""
    other = here.get(candidate.renames) if candidate.renames is not None else None
    if other is None or (candidate.lexicon_id and other.lexicon_id) or candidate.determiner == "pronoun":
        return None
    if candidate.lexicon_id:
        if len(other.candidates) > 1 or not other.kind or candidate.lexicon_id in by_name:
            return None
        entry = lexicon.initiatives[candidate.lexicon_id]
        other.name, other.kind, other.lexicon_id = entry.name, entry.kind, entry.id
        other.words |= content_words(entry.name)
        return other
    return other if other.lexicon_id or other.name[:1].isupper() else None


def _is_name(text: str, candidate: Candidate, by_name: dict[str, Entity]) -> bool:
    return candidate.determiner != "pronoun" and tidy(text[candidate.start : candidate.end]) in by_name


def _find(text: str, candidate: Candidate, entities: list[Entity], by_name: dict[str, Entity]) -> Entity | None:
    base, long = _names(text, candidate)
    if candidate.lexicon_id:
        return by_name.get(candidate.lexicon_id) or by_name.get(base)
    for name in (base, long):
        if name in by_name:
            return by_name[name]
    if candidate.determiner in ("definite", "demonstrative", "possessive", "name"):
        words = content_words(base)
        head = SAME_HEAD.get(candidate.head, candidate.head)
        for entity in reversed(entities):
            if entity.head == head and words and words <= entity.words | {candidate.head, head}:
                return entity
    return None


def _names(text: str, candidate: Candidate) -> tuple[str, str]:
    """The base phrase and the one with its complements; the base twice where a gloss leaves the head out of the latter:
    what "the launch of a “Schild” — or shield" glosses is not the launch."""
    base, long = tidy(text[candidate.start : candidate.end]), tidy(text[candidate.start : candidate.long_end])
    return base, long if text[candidate.head_start : candidate.head_end] in long else base


def _new_entity(text: str, candidate: Candidate, index: int, lexicon: Lexicon) -> Entity:
    base, long = _names(text, candidate)
    head = SAME_HEAD.get(candidate.head, candidate.head)
    if candidate.lexicon_id:
        entry = lexicon.initiatives[candidate.lexicon_id]
        return Entity(index, entry.name, head, entry.kind, entry.id, content_words(entry.name))
    return Entity(index, long or base, head, candidate.kind, None, content_words(long))


def _register(text: str, candidate: Candidate, entity: Entity, by_name: dict[str, Entity]) -> None:
    names = list(_names(text, candidate))
    ends = {candidate.end, candidate.long_end}
    names += [found.group(1) for end in sorted(ends) if (found := _BRACKETED.match(text, end))]
    if candidate.lexicon_id:
        by_name.setdefault(candidate.lexicon_id, entity)
    for name in names:
        if len(name) > 1 and name not in entity.names and not is_bare(candidate):
            entity.names.append(name)
        if len(name) > 1 and not is_bare(candidate):
            by_name.setdefault(name, entity)
