"""Makes a second passage of each: the same sentences with other states and other known initiatives in their places.

So the network learns from the sentence, not from who usually does what. Seeded by the passage's id.
"""

import random
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from extractors.catalog import Country, load_places
from extractors.lexicon import Lexicon, is_label
from extractors.records import Initiative
from extractors.training.labels import Passage

Replacement = tuple[int, int, str]


def swapped(passage: Passage, lexicon: Lexicon) -> Passage:
    """A copy of the passage under other names. Texts, evidence and names of initiatives change together."""
    rng = random.Random(passage["id"])
    states: dict[str, Country] = {}
    known: dict[str, Initiative] = {}
    text, title = passage["text"], passage["title"] or ""
    cuts = _replacements(text, lexicon, states, known, rng)
    mentions = []
    for mention in passage["mentions"]:
        start = text.find(mention["evidence"])
        end = start + len(mention["evidence"])
        new = dict(mention)
        inside = [(a - start, b - start, by) for a, b, by in cuts if a >= start and b <= end]
        new["evidence"] = _apply(mention["evidence"], inside)
        names = [mention["initiative"], *mention["accept"]]
        replaced = [
            known[m.id]
            for name in names
            for m in lexicon.matches(name)
            if m.id in known and m.end - m.start > len(name) * 0.7
        ]
        if replaced:
            entry = replaced[0]
            new["initiative"], new["accept"] = entry.name, [*entry.aliases, *entry.acronyms]
        else:
            fresh = [_apply(name, _replacements(name, lexicon, states, known, rng)) for name in names]
            new["initiative"], new["accept"] = fresh[0], fresh[1:]
        mentions.append(new)
    return {
        **passage,
        "id": passage["id"] + "-swapped",
        "text": _apply(text, cuts),
        "title": _apply(title, _replacements(title, lexicon, states, known, rng)),
        "mentions": mentions,
    }


def _replacements(
    text: str, lexicon: Lexicon, states: dict[str, Country], known: dict[str, Initiative], rng: random.Random
) -> list[Replacement]:
    """What to put in place of what; `states` and `known` remember the choices made for this passage."""
    cuts: list[Replacement] = []
    for match in lexicon.matches(text):
        entry = lexicon.initiatives[match.id]
        if match.id not in known:
            taken_ids = {chosen.id for chosen in known.values()}
            others = [
                e
                for e in lexicon.initiatives.values()
                if e.kind == entry.kind and e.id not in taken_ids and not is_label(e.name)
            ]
            known[match.id] = rng.choice(others)
        other = known[match.id]
        short = text[match.start : match.end] in entry.acronyms
        cuts.append((match.start, match.end, other.acronyms[0] if short and other.acronyms else other.name))
    automaton, owners = _states()
    for index, start, end in automaton.find_matches_as_indexes(text):
        if (start and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum()):
            continue
        if any(a < end and start < b for a, b, _ in cuts):
            continue
        country, field = owners[index]
        if country.iso3 not in states:
            taken = {chosen.iso3 for chosen in states.values()}
            states[country.iso3] = rng.choice([c for c in load_places().countries if c.iso3 not in taken])
        forms: Sequence[str] = getattr(states[country.iso3], field)
        if forms:
            cuts.append((start, end, forms[0]))
    return sorted(cuts)


@lru_cache(maxsize=1)
def _states() -> tuple[AhoCorasick, list[tuple[Country, str]]]:
    forms: dict[str, tuple[Country, str]] = {}
    for country in load_places().countries:
        for field in ("names", "demonyms", "capitals"):
            for form in getattr(country, field):
                if form not in country.ambiguous:
                    forms.setdefault(form, (country, field))
    return AhoCorasick(list(forms), matchkind=MatchKind.LeftmostLongest), list(forms.values())


def _apply(text: str, cuts: Sequence[Replacement]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, by in cuts:
        pieces += [text[at:start], by]
        at = end
    return "".join([*pieces, text[at:]])


def with_swapped(passages: Sequence[Any], lexicon: Lexicon) -> list[Any]:
    return [*passages, *(swapped(p, lexicon) for p in passages)]
