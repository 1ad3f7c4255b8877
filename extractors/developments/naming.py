"""Compares what two reports call an initiative: its head noun, its telling words, and the states it names.

Which reports speak of the same event does not belong here, only how alike two names are.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum

from extractors.catalog import load_places
from extractors.developments.name_words import (
    COMPASS,
    DROPPED,
    GENERIC_STEMS,
    HEAD_CLASS,
    HEAD_WORDS,
    PREPOSITION,
    REGION_FORMS,
    REGIONS,
    SPELLING,
    WORD_CLASS,
    stem,
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name, taken apart."""

    key: str
    """The words in one spelling, in order: equal keys are equal names."""
    head: str
    words: frozenset[str]
    parties: frozenset[str]
    """States that the name itself names: "the access agreement between Japan and France"."""
    regions: frozenset[str]
    compass: frozenset[str]

    @property
    def heads(self) -> frozenset[str]:
        """The head noun, and other words of the name that could be its head in another report."""
        return (self.words & HEAD_WORDS) | {self.head}

    @property
    def weight(self) -> float:
        """How much the name says: 1 for a bare head noun, more for each telling word or named state."""
        return fsum(map(_weight, self.words)) + len(self.parties)


@lru_cache(maxsize=1)
def _state_forms() -> tuple[dict[tuple[str, ...], str], int]:
    """Names and demonyms of states as tuples of words; phrases in which they don't stand for the state map to ''."""
    forms: dict[tuple[str, ...], str] = {}
    for country in load_places().countries:
        for form in (*country.names, *country.demonyms):
            forms[tuple(_words(form))] = country.iso3
    for country in load_places().countries:
        for form in country.not_in:
            forms.setdefault(tuple(_words(form)), "")  # "South Korea" is not in a name of the North, and is a state
    forms.pop((), None)
    return forms, max(map(len, forms))


def _words(text: str) -> list[str]:
    text = unicodedata.normalize("NFKD", text).lower()
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"['’ʼ]s\b|[\"'‘’ʼ“”«».]", "", text)
    for pattern, replacement in SPELLING:
        text = pattern.sub(replacement, text)
    return re.findall(r"\d+(?:\+\d+)+|[^\W_]+", text)


_LATE = re.compile(
    r"\s+(?:on|last|this|next|since|from|until)\s+"
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\d{1,2}\s+[A-Z]|[A-Z]\w+ \d)\b.*$"
)


def tidy_name(name: str, place: str | None) -> str:
    """A novel name without the day or the place that its phrase ran into: "Arctic dialogue in Iqaluit on Tuesday"."""
    short = _LATE.sub("", name)
    if place:
        short = re.sub(rf"\s+(?:in|at|near)\s+(?:the\s+)?{re.escape(place)}\b.*$", "", short)
    return short or name


def telling_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names that say more than a bare head noun ("the agreement"), each once; the first at least."""
    return tuple(dict.fromkeys(name for at, name in enumerate(names) if not at or take_apart(name).weight > 1))


def is_session(name: str) -> bool:
    """Whether the name is that of a meeting: "two-day summit of the Shanghai bloc"."""
    return take_apart(name).head == HEAD_CLASS["forum"]


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """The words of a name in one spelling, without articles: what exact equality of names is judged by."""
    return " ".join(stem(word) for word in _words(text) if word not in ("the", "a", "an"))


@lru_cache(maxsize=16384)
def take_apart(text: str) -> Name:
    """Find head noun, telling words and named states of an initiative's name."""
    forms, longest = _state_forms()
    words = _words(text)
    rest: list[str] = []
    parties: set[str] = set()
    at = 0
    while at < len(words):
        for size in range(min(longest, len(words) - at), 0, -1):
            code = forms.get(tuple(words[at : at + size]))
            if code is not None:
                parties.add(code)
                rest += words[at : at + size] if not code else ["\0"]
                at += size
                break
        else:
            rest.append(words[at])
            at += 1
    parties.discard("")
    head = ""
    for word in rest:
        if word in PREPOSITION and head:
            break
        if word != "\0" and word not in DROPPED:
            head = word
    plain = [REGION_FORMS.get(w, w) for w in rest if w != "\0" and w not in DROPPED and w not in PREPOSITION]
    stems = [WORD_CLASS.get(stem(w), stem(w)) for w in plain]
    return Name(
        key=name_key(text),
        head=HEAD_CLASS.get(stem(head), stem(head)),
        words=frozenset(stems),
        parties=frozenset(parties),
        regions=frozenset(w for w in plain if w in REGIONS),
        compass=frozenset(w for w in plain if w in COMPASS),
    )


def _weight(word: str) -> float:
    return 0.3 if word in GENERIC_STEMS else 0.5 if word in REGIONS or word in COMPASS else 1.0


def _disjoint(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


@lru_cache(maxsize=65536)
def similarity(one: Name, other: Name) -> float:
    """How alike two names are, from 0 to 1 (equal): weighted overlap of words, 0 where head nouns or regions differ."""
    if one.key == other.key:
        return 1.0
    if _disjoint(one.regions, other.regions) or _disjoint(one.compass, other.compass):
        return 0.0
    if one.head != other.head and one.head not in other.words and other.head not in one.words:
        return 0.0
    mine, theirs = _paired(one.words, other.words)
    total = fsum(map(_weight, mine | theirs))  # exact, whatever order a set comes in
    return fsum(map(_weight, mine & theirs)) / total if total else 0.0


def _paired(one: frozenset[str], other: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Both sets, where a word of one that begins a word of the other stands for it: "fish" for "fishery"."""
    longer = {
        word: start
        for mine, theirs in ((one - other, other - one), (other - one, one - other))
        for start in mine
        if len(start) >= 4
        for word in theirs
        if word.startswith(start)
    }
    return frozenset(longer.get(word, word) for word in one), frozenset(longer.get(word, word) for word in other)
