"""Takes an article apart into what two texts are compared by: word runs, lead, names and numbers, title."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from extractors.records import Article

LEAD_WORDS = 60
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_QUOTED = re.compile(r"“[^”]{15,}”|\"[^\"\n]{15,}\"|«[^»]{15,}»")
_NAMED = re.compile(r"\b[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)*|\b\d[\d.,]*\b")
_SITE_TAIL = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,40}$")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What every article is compared by first.

    Runs are of three words, outside quotations: two newsrooms that report one speech quote the same words; what they
    share beyond that tells a copy.
    """

    words: int
    text: str
    """All words in lower case: equal for the same text in another layout."""
    runs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Details:
    """What is compared of the few articles that share enough."""

    shingles: frozenset[str]
    lead: frozenset[str]
    facts: frozenset[str]
    title: frozenset[str]


def take_fingerprint(article: Article) -> Fingerprint:
    """Compute the fingerprint of an article."""
    text = article.text.lower()
    words = _WORD.findall(text)
    pieces = [_WORD.findall(piece) for piece in _QUOTED.split(text)]
    return Fingerprint(len(words), " ".join(words), frozenset(run for piece in pieces for run in _runs(piece, 3)))


@lru_cache(maxsize=4096)
def take_details(article: Article) -> Details:
    """Compute the rest: costlier, and asked for few."""
    lead = _WORD.findall(_QUOTED.sub(" ", article.text[:1200]).lower())[:LEAD_WORDS]
    return Details(
        shingles=frozenset(_runs(_WORD.findall(article.text.lower()), 4)),
        lead=frozenset(_runs(lead, 3)),
        facts=frozenset(match.lower() for match in _NAMED.findall(article.text)),
        title=frozenset(_WORD.findall(_SITE_TAIL.sub("", article.title or "").lower())),
    )


def _runs(words: list[str], size: int) -> list[str]:
    return list(map(" ".join, zip(*(islice(words, at, None) for at in range(size)), strict=False)))


def containment(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the smaller set that the other one holds."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of both that is common."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0
