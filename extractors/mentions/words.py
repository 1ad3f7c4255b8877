"""The words that extraction knows (`catalog/words.toml`), as lookup tables: head noun to kind, lemma to actions."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from extractors.catalog import load_places
from extractors.catalog.tables import DATA, CatalogError, read_document
from extractors.records import ACTIONS, KINDS, Action, Kind

HEDGES = ("planned", "possible", "negated", "past")


@dataclass(frozen=True, slots=True)
class Words:
    """`kinds`: head noun to kind; `actions`: lemma, or lemma and particle or object, to the actions it may express."""

    kinds: dict[str, Kind]
    actions: dict[str, tuple[Action, ...]]
    security: re.Pattern[str]
    security_words: tuple[str, ...]
    state_signs: tuple[str, ...]
    order_words: tuple[str, ...]
    gate_heads: tuple[str, ...]
    """Nouns that may head an initiative, too common to give it a kind."""
    common_phrases: tuple[str, ...]
    """What begins like an initiative's description and stands in any news."""
    certain: dict[str, Action]
    """Words that say one thing only of an initiative they govern."""
    hedges: dict[str, frozenset[str]]
    """planned, possible, negated, past: the lemmas that say so."""


@lru_cache(maxsize=2)
def load_words(path: Path | None = None) -> Words:
    """Raises CatalogError for an unknown kind or action, or a table that is not lists of text."""
    file = path or DATA / "words.toml"
    document = read_document(file)
    kinds: dict[str, Kind] = {}
    actions: dict[str, list[Action]] = {}
    for kind, nouns in _lists(document, file, "kinds", KINDS).items():
        for noun in nouns:
            kinds.setdefault(noun, cast(Kind, kind))
    for action, lemmas in _lists(document, file, "actions", ACTIONS).items():
        for lemma in lemmas:
            listed = actions.setdefault(lemma, [])
            if action not in listed:
                listed.append(cast(Action, action))
    security = _lists(document, file, "security", ("words",))["words"]
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(security, key=len, reverse=True))) + r")\b", re.I)
    gate = _lists(document, file, "gate", ("states", "order", "heads", "common"))
    return Words(
        kinds,
        {lemma: tuple(found) for lemma, found in actions.items()},
        pattern,
        tuple(security),
        tuple(gate["states"]),
        tuple(gate["order"]),
        tuple(gate["heads"]),
        tuple(gate["common"]),
        {
            lemma: cast(Action, action)
            for action, listed in _lists(document, file, "certain", ACTIONS).items()
            for lemma in listed
        },
        {name: frozenset(listed) for name, listed in _lists(document, file, "hedges", HEDGES).items()},
    )


def _lists(document: dict[str, object], file: Path, name: str, keys: tuple[str, ...]) -> dict[str, list[str]]:
    table = document.get(name)
    if not isinstance(table, dict) or set(table) - set(keys):
        raise CatalogError(file, name, f"must be a table with keys among {', '.join(keys)}")
    for key, words in table.items():
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            raise CatalogError(file, f"{name}.{key}", "must be a list of words")
    return cast(dict[str, list[str]], table)


@lru_cache(maxsize=1)
def state_words() -> frozenset[str]:
    """Single words that name a state, its people or its capital."""
    return frozenset(
        form
        for country in load_places().countries
        for form in (*country.names, *country.demonyms, *country.capitals)
        if " " not in form
    )
