"""Compares what two reports call an initiative: its head noun, its telling words, and the states it names.

Which reports speak of the same event does not belong here, only how alike two names are.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractors.catalog import load_places

SPELLING = (
    (re.compile(r"\bco[- ]?op"), "coop"),
    (re.compile(r"\b(multi|counter|anti|non|sub|inter)[- ]"), r"\1"),
    (re.compile(r"\bcyber-?(?=\w)"), "cyber "),
    (re.compile(r"\bcoast[- ]guards?\b"), "coastguard"),
    (re.compile(r"\btask[- ]forces?\b"), "taskforce"),
    (re.compile(r"\bworking (group|partie)s?\b|\bworking party\b"), "workinggroup"),
    (re.compile(r"\blaw[- ]enforcement\b"), "police"),
    (re.compile(r"\b(direct (communication )?(telephone )?line|hot line)\b"), "hotline"),
    (re.compile(r"\bdefens"), "defenc"),
    (re.compile(r"iz(e|ed|es|ing|ation|ations)\b"), r"is\1"),
    (re.compile(r"\bcenter"), "centre"),
    (re.compile(r"\bprogram(s?)\b"), r"programme\1"),
)
PREPOSITION = frozenset(
    "of for on in to at between with by from among against within along under that which covering across".split()
)
DROPPED = frozenset(
    "the a an and or its their new newly joint proposed permanent first second annual yearly regular common possible "
    "similar future standing own such this shared one two three four five six seven eight nine ten "
    "state states country countries nation nations member members neighbour neighbours".split()
)

# Head nouns that reports swap for one another. Small and general on purpose: no entry is there for one story's sake.
HEADS = (
    "structure architecture framework system order",
    "mechanism procedure channel arrangement",
    "hotline link",
    "forum conference dialogue platform talks summit meeting conclave",
    "pact treaty accord agreement deal convention memorandum mou protocol charter compact",
    "centre hub",
    "force brigade battalion contingent corps",
    "taskforce workinggroup group team unit cell",
    "committee commission council panel board",
    "exercise drill manoeuvre maneuver patrol wargame training",
    "alliance bloc coalition grouping league organisation union",
    "programme plan initiative scheme project partnership",
    "network web",
    "fund facility",
    "code rule guideline",
    "register registry registration list database",
    "zone area corridor",
)
# Words beside the head that mean the same here.
QUALIFIERS = (
    "defence military",
    "maritime naval sea coastal littoral",
    "emergency crisis",
    "risk threat",
    "regional region",
    "notification notice warning alert",
    "counterterrorism antiterrorism antiterror terrorism terrorist counterterror",
    "trilateral tripartite threeway",
)
GENERIC = frozenset(
    "security defence regional cooperation bilateral multilateral trilateral jointly peace stability strategic".split()
)
REGIONS = frozenset(
    "asia africa europe eurasia arab gulf pacific caspian baltic balkan arctic sahel caucasus mekong caribbean "
    "latin nordic mediterranean indopacific oceania persian maghreb horn".split()
)
REGION_FORMS = {
    "asian": "asia", "african": "africa", "european": "europe", "eurasian": "eurasia", "balkans": "balkan",
    "caucasian": "caucasus", "sahelian": "sahel", "caribbean": "caribbean", "pan-asian": "asia",
}  # fmt: skip
COMPASS = frozenset("central south southeast southern north northeast northern east eastern west western".split())


def _stem(word: str) -> str:
    """A word without its commonest endings, so that "assess" and "assessment" meet; crude, and enough for names."""
    for ending in (
        "mentary",
        "ations",
        "ation",
        "ments",
        "ment",
        "ings",
        "ing",
        "ions",
        "ion",
        "ative",
        "ive",
        "ally",
        "al",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= (4 if ending == "ing" else 5):
            return word[: -len(ending)]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _classes(groups: tuple[str, ...]) -> dict[str, str]:
    return {_stem(word): _stem(group.split()[0]) for group in groups for word in group.split()}


HEAD_CLASS = _classes(HEADS)
HEAD_WORDS = frozenset(HEAD_CLASS.values())
WORD_CLASS = _classes(QUALIFIERS) | HEAD_CLASS
GENERIC_STEMS = frozenset(WORD_CLASS.get(_stem(word), _stem(word)) for word in GENERIC)


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
        return sum(map(_weight, self.words)) + len(self.parties)


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
    return " ".join(_stem(word) for word in _words(text) if word not in ("the", "a", "an"))


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
    stems = [WORD_CLASS.get(_stem(w), _stem(w)) for w in plain]
    return Name(
        key=name_key(text),
        head=HEAD_CLASS.get(_stem(head), _stem(head)),
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
    total = sum(map(_weight, mine | theirs))
    return sum(map(_weight, mine & theirs)) / total if total else 0.0


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
