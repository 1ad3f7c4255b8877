"""Gives an entity its name, aliases, kind, id and parent: from the lexicon, or from its noun phrases."""

import re
from dataclasses import dataclass

from extractors.lexicon import Lexicon, lower
from extractors.mentions.analysis import Analysis
from extractors.mentions.entities import Entity
from extractors.mentions.phrases import british, content_words, tidy
from extractors.records import Kind, stable_id

_LABEL = re.compile(r"\s+\([^()]*\)$")
"""What tells entries of the lexicon apart ("World Peace Forum (Tsinghua)") is not part of a name in the news."""


@dataclass(frozen=True, slots=True)
class Name:
    """What an initiative is called. `why` says in words how it was recognised."""

    name: str
    aliases: tuple[str, ...]
    initiative_id: str
    known: bool
    kind: Kind
    parent: str | None
    why: str

    def is_called(self, other: str) -> bool:
        """Whether `other` is one of its names: an initiative is never its own actor."""
        return lower(other) in {lower(name) for name in (self.name, *self.aliases)}


def name_entity(analysis: Analysis, entity: Entity, lexicon: Lexicon) -> Name:
    """The name of an entity. A novel one is named by its fullest phrase, without determiner, in one spelling."""
    if entity.lexicon_id:
        entry = lexicon.initiatives[entity.lexicon_id]
        shown = _LABEL.sub("", entry.name)
        names = dict.fromkeys((*entry.aliases, *entry.acronyms, *entity.names))
        aliases = tuple(name for name in names if name != shown)
        return Name(shown, aliases, entry.id, True, entry.kind, entry.parent, "in the lexicon")
    phrases = list(dict.fromkeys(british(name) for name in entity.names if name)) or [british(entity.name)]
    first = _fullest(phrases)
    aliases = tuple(name for name in phrases if name != first)
    kind = entity.kind or _kind(first)
    return Name(
        first, aliases, novel_id(first), False, kind, _parent(analysis, entity, lexicon),
        f"noun phrase with head “{entity.head}”",
    )  # fmt: skip


def novel_id(name: str) -> str:
    """The id of a novel initiative: its content words in order of the alphabet, so word order does not split it."""
    return stable_id("ini", *sorted(content_words(tidy(name))))


def _fullest(names: list[str]) -> str:
    """The name with the most content words among those of middling length."""
    return max(names, key=lambda name: (len(content_words(name)) if len(name) < 90 else 0, -len(name)))


def _kind(name: str) -> Kind:
    return "exercise" if name[:1].isupper() and re.search(r"-\d{4}$", name) else "mechanism"


def _parent(analysis: Analysis, entity: Entity, lexicon: Lexicon) -> str | None:
    """The known initiative whose name stands inside the phrase, or whose possessive governs it."""
    for _, candidate in entity.candidates:
        for match in analysis.matches:
            if match.start >= candidate.start - 1 and match.end <= candidate.long_end:
                return match.id
    return None
