"""Decides from raw text, in a fraction of a millisecond, which sentences of an article are worth a parse.

One pass of a compiled matcher over the text finds nouns that can head an initiative, words of security, signs that
states are concerned, and (by the lexicon) known initiatives. An article may be worth reading when a sentence names a
known initiative, or has a head noun and a sign of states with a word of security near; where none does, weaker signs
will do, and the relevance model decides. Of such an article every sentence counts that names an initiative or has a
head noun, and those around: they may speak of it without a name; of a brief one, every sentence.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ahocorasick_rs import AhoCorasick, Implementation

from extractors.catalog import load_places
from extractors.lexicon import Lexicon, LexiconMatch, fold, lower
from extractors.mentions.sentences import Sentence, split_sentences
from extractors.mentions.words import load_words

HEAD, SECURITY, STATE, ORDER = 1, 2, 4, 8
_REACH = 12
_NEAR, _FAR = 2, 4
_LEAD_IN = 8
"""Sentences before the first sign that may already tell what happened ("The leaders met. Their summit …")."""
_SIDE_BY_SIDE = 20
"""Characters between the beginnings of two words that make one phrase."""
BRIEF = 15
"""Sentences. A text as short as this is read whole when it is read at all."""
_SUFFIXES = frozenset(
    """
    s es e ed d ing ion ions ies y ers er al als ment ments ation ations ning ned ting ted red ring ling led ping ped
    ging ged ality ance ances ities ity ary man men
    """.split()
) | {"", "'s", "s'"}


@dataclass(frozen=True, slots=True)
class Gate:
    """What of an article is worth a parse. `telling` sentences decided that the article is; `wanted` has them all.

    `evident` ones name a state and, side by side, a word of security and a noun that can head an initiative.
    """

    sentences: list[Sentence]
    matches: list[LexiconMatch]
    telling: list[int]
    wanted: list[int]
    evident: list[int]
    sorts: list[int]
    """The sorts of words in each sentence: `HEAD`, `SECURITY`, `STATE`, `ORDER`, as bits."""


@lru_cache(maxsize=1)
def _matcher() -> tuple[AhoCorasick, list[int], list[bool]]:
    """The automaton over lowered stems, the sorts of each, and whether it must stand alone (no suffix)."""
    words = load_words()
    sorts: dict[str, int] = {}
    whole: set[str] = set()

    def add(form: str, sort: int, *, stem: bool) -> None:
        form = lower(fold(form)).strip()
        if stem and " " not in form and len(form) > 3 and form[-1] in "ey":
            form = form[:-1]
        elif not stem:
            whole.add(form)
        sorts[form] = sorts.get(form, 0) | sort

    for noun in (*words.kinds, *words.gate_heads):
        add(noun, HEAD, stem=True)
    for form in words.security_words:
        add(form, SECURITY, stem=True)
    for form in words.order_words:
        add(form, ORDER, stem=True)
    for form in words.state_signs:
        add(form, STATE, stem=True)
    for country in load_places().countries:
        for form in (*country.names, *country.demonyms, *country.capitals):
            add(form, STATE, stem=False)
    forms = list(sorts)
    automaton = AhoCorasick(forms, implementation=Implementation.ContiguousNFA)
    return automaton, [sorts[form] for form in forms], [form in whole for form in forms]


def open_gate(title: str | None, text: str, lexicon: Lexicon) -> Gate | None:
    """What of the article is worth a parse, or None when it is beside the point."""
    matches = lexicon.matches(text)
    hits = _hits(text)
    seen = 0
    for _, sort in hits:
        seen |= sort
    in_title = 0
    for _, sort in _hits(title or ""):
        in_title |= sort
    seen |= in_title
    if not matches and not (seen & HEAD and seen & STATE):
        return None
    sentences = split_sentences(text)
    sorts = _by_sentence(sentences, hits)
    named = _named(sentences, matches)
    telling = [
        s.index
        for s in sentences
        if s.index in named
        or (sorts[s.index] & (HEAD | STATE) == HEAD | STATE and (in_title | _around(sorts, s.index, _NEAR)) & SECURITY)
    ]
    if not telling:  # signs further apart, or of police, rescue and neighbours: the relevance model decides
        telling = [
            s.index
            for s in sentences
            if sorts[s.index] & HEAD
            and (in_title | _around(sorts, s.index, _FAR)) & STATE
            and (seen & (SECURITY | ORDER) or _around(sorts, s.index, 1) & STATE)
        ]
    if not telling:
        return None
    strong = {s.index for s in sentences if sorts[s.index] & HEAD} | named
    wanted = [
        s.index
        for s in sentences
        if len(sentences) <= BRIEF or any(i in strong for i in range(s.index - _REACH, s.index + _LEAD_IN + 1))
    ]
    beside = _beside(text, hits)
    evident = [
        i for i in telling if sorts[i] & STATE and any(sentences[i].start <= at < sentences[i].end for at in beside)
    ]
    return Gate(sentences, matches, telling, wanted, evident, sorts)


def _hits(text: str) -> list[tuple[int, int]]:
    """(offset, sorts) of each word of the text that the matcher knows, suffixes allowed, in order."""
    automaton, sorts, whole = _matcher()
    folded = lower(fold(text))
    length = len(folded)
    found = []
    for index, start, end in automaton.find_matches_as_indexes(folded, overlapping=True):
        if start and folded[start - 1].isalnum():
            continue
        stop = end
        while stop < length and stop - end < 7 and (folded[stop].isalpha() or folded[stop] == "'"):
            stop += 1
        if (stop == end) if whole[index] else (folded[end:stop] in _SUFFIXES):
            found.append((start, sorts[index]))
    return sorted(found)


def _beside(text: str, hits: Sequence[tuple[int, int]]) -> list[int]:
    """Where a word of security stands right before a head noun: "defence pact", "border security agreement"."""
    common = load_words().common_phrases
    return [
        before
        for (before, first), (after, second) in pairwise(hits)
        if first & SECURITY and second & HEAD and after - before <= _SIDE_BY_SIDE
        if not lower(text[before : before + 2 * _SIDE_BY_SIDE]).startswith(common)
    ]


def _by_sentence(sentences: Collection[Sentence], hits: Collection[tuple[int, int]]) -> list[int]:
    """The sorts of words that each sentence has, as bits."""
    sorts = [0] * len(sentences)
    ordered = iter(hits)
    hit = next(ordered, None)
    for sentence in sentences:
        while hit and hit[0] < sentence.end:
            if hit[0] >= sentence.start:
                sorts[sentence.index] |= hit[1]
            hit = next(ordered, None)
    return sorts


def _named(sentences: Collection[Sentence], matches: Collection[LexiconMatch]) -> set[int]:
    return {s.index for s in sentences for m in matches if s.overlaps(m.start, m.end)}


def _around(sorts: list[int], index: int, near: int) -> int:
    """The sorts of words in a sentence and that many neighbours on either side."""
    seen = 0
    for sort in sorts[max(0, index - near) : index + near + 1]:
        seen |= sort
    return seen
