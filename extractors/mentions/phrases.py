"""What of a phrase is its name: without determiner and quotes, in one spelling, by the words that tell it apart."""

import re
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9+]+")
_SMALL = frozenset(
    "of for on in against between with among to from under at across over by and the a an its their".split()
)
_EMPTY = frozenset(
    "new first second next latest own proposed planned joint so-called such existing same said annual".split()
)
_BRITISH = (
    (r"\b([Dd])efense\b", r"\1efence"), (r"\b([Cc])enter\b", r"\1entre"), (r"\b([Pp])rogram\b", r"\1rogramme"),
    (r"\b([Oo])rganization", r"\1rganisation"), (r"\b([Mm])aneuver", r"\1anoeuvre"),
)  # fmt: skip
_QUOTES = re.compile(r"""^[\s"'“”‘’«»(\[]+|[\s"'“”‘’«»)\],;:]+$""")
_BROKEN = re.compile(r"(?:\s+â€\S?)+$")
"""A quotation mark or dash in UTF-8 that was read as windows-1252."""
_GLOSS = re.compile(r"""["”]\s*[—–-]+\s*(?:or\s+)?(?=\w)""")


@lru_cache(maxsize=4096)  # a phrase is asked for when it is grouped, compared and named
def tidy(phrase: str) -> str:
    """A phrase as a name: no determiner, no quotes, blanks folded; of a term and its gloss ("…" or …), the gloss."""
    phrase = _GLOSS.split(" ".join(phrase.split()))[-1]
    phrase = _BROKEN.sub("", _QUOTES.sub("", re.sub(r"[\"“”«»]", "", phrase)))
    return re.sub(r"^(?:the|a|an|this|that|its|their|his|her|our|such)\s+", "", phrase, flags=re.I)


def content_words(phrase: str) -> frozenset[str]:
    """The words that tell one phrase from another, in one spelling and number."""
    words = _WORD.findall(phrase.lower().replace("-", " ").replace("'s", "").replace("’s", ""))
    return frozenset(_spell(word) for word in words if word not in _SMALL and word not in _EMPTY)


def _spell(word: str) -> str:
    word = word.replace("defence", "defense").replace("centre", "center").replace("isation", "ization")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def british(name: str) -> str:
    """One spelling for a novel name, so that "defense center" and "defence centre" are the same initiative."""
    for pattern, replacement in _BRITISH:
        name = re.sub(pattern, replacement, name)
    return name
