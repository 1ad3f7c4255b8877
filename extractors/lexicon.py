"""A compiled matcher over the known initiatives: which of their surface forms stand where in a text.

Names and aliases match as whole words whatever their case, with hyphen, dash and blank alike; acronyms and ambiguous
forms keep their capitals. An ambiguous form counts only when the article holds one of the entry's context words or an
unambiguous form of the same entry. What happened to an initiative is not decided here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ahocorasick_rs import AhoCorasick, Implementation

from extractors.catalog import known_initiatives
from extractors.records import Initiative

_FOLD = str.maketrans(
    dict.fromkeys("-‐‑‒–—―\xa0\n\t\r\u2009\u202f", " ")
    | {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\u00ad": " "}
)
_GOES_ON = re.compile(r" (?:for|of|on|between|against|among|with) ")
_VARIANTS = (("isation", "ization"), ("defence", "defense"), ("centre", "center"), ("programme", "program"))


@dataclass(frozen=True, slots=True)
class LexiconMatch:
    """`text[start:end]` names the initiative `id`. `sure` is false for an ambiguous form that context supports."""

    start: int
    end: int
    id: str
    sure: bool


def fold(text: str) -> str:
    """Dashes, hyphens and line ends as blanks, straight quotes: the same length, so offsets stay true."""
    return text.translate(_FOLD)


def lower(text: str) -> str:
    """Lower case of the same length (a few letters grow when lowered, and stay as they are)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def is_label(name: str) -> bool:
    """Whether a display name is a label that never stands in a text: "World Peace Forum (Tsinghua)"."""
    return "(" in name or " / " in name


class Lexicon:
    """The known initiatives and their compiled surface forms."""

    def __init__(self, initiatives: Iterable[Initiative]) -> None:
        self.initiatives = {entry.id: entry for entry in initiatives}
        loose: dict[str, set[tuple[str, bool]]] = defaultdict(set)
        exact: dict[str, set[tuple[str, bool]]] = defaultdict(set)
        for entry in self.initiatives.values():
            ambiguous = set(entry.ambiguous)
            for form in (entry.name, *entry.aliases):
                if is_label(form):
                    continue
                if form in ambiguous or _is_literal(form):
                    exact[fold(form)].add((entry.id, form not in ambiguous))
                else:
                    for variant in _spellings(lower(fold(form))):
                        loose[variant].add((entry.id, True))
            for form in entry.acronyms:
                exact[fold(form)].add((entry.id, form not in ambiguous))
        self._forms = [(form, owners) for table in (loose, exact) for form, owners in table.items()]
        self._loose = AhoCorasick(list(loose), implementation=Implementation.ContiguousNFA)
        self._exact = AhoCorasick(list(exact), implementation=Implementation.ContiguousNFA)
        self._shift = len(loose)
        self._context = {
            entry.id: _words_pattern(entry.context) for entry in self.initiatives.values() if entry.context
        }

    def matches(self, text: str) -> list[LexiconMatch]:
        """Non-overlapping matches in order of place, the longest first; ambiguous ones only with their context."""
        folded = fold(text)
        found = self._raw(folded)
        if not found:
            return []
        sure_ids = {
            owner
            for _, _, index in found
            for owner, sure in self._forms[index][1]
            if sure and len(self._forms[index][1]) == 1
        }
        matches: list[LexiconMatch] = []
        end = -1
        for start, stop, index in sorted(found, key=lambda item: (item[0], -item[1])):
            if start < end or (
                index >= self._shift and _is_generic(self._forms[index][0]) and _GOES_ON.match(folded, stop)
            ):
                continue
            owner = self._choose(self._forms[index][1], sure_ids, folded)
            if owner:
                matches.append(LexiconMatch(start, stop, owner[0], owner[1]))
                end = stop
        return matches

    def _raw(self, folded: str) -> list[tuple[int, int, int]]:
        """(start, end, form) of every whole-word occurrence, overlaps included."""
        found = []
        for automaton, text, shift in ((self._loose, lower(folded), 0), (self._exact, folded, self._shift)):
            for index, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
                if not (start and _inside_word(folded[start - 1], folded[start])) and not (
                    end < len(folded) and _inside_word(folded[end - 1], folded[end])
                ):
                    found.append((start, end, index + shift))
        return found

    def _choose(self, owners: set[tuple[str, bool]], sure_ids: set[str], folded: str) -> tuple[str, bool] | None:
        for owner, sure in sorted(owners):
            if sure:
                return owner, True
        supported = [
            owner
            for owner, _ in sorted(owners)
            if owner in sure_ids or (owner in self._context and self._context[owner].search(folded))
        ]
        return (max(supported, key=lambda owner: owner in sure_ids), False) if supported else None


def _is_generic(form: str) -> bool:
    """An ambiguous form of common nouns ("code of conduct"), which a complement makes another thing."""
    return form[0].islower() and " " in form


def _inside_word(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum()


def _is_literal(form: str) -> bool:
    return "+" in form or any(c.isdigit() for c in form)


def _spellings(form: str) -> set[str]:
    """British and American spelling of one form."""
    forms = {form}
    for british, american in _VARIANTS:
        forms |= {f.replace(british, american) for f in forms} | {
            re.sub(rf"{american}(?!me)", british, f) for f in forms
        }
    return forms


def _words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(re.escape(fold(word)) for word in words) + r")\b", re.IGNORECASE)


@lru_cache(maxsize=2)
def load_lexicon(initiatives: Path | None = None) -> Lexicon:
    """The compiled lexicon: what is shipped, and a person's own file or folder of entries. Raises CatalogError."""
    return Lexicon(known_initiatives(initiatives))
