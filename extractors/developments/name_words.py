"""The words that names of initiatives are made of: what is dropped, what means the same, what says little."""

import re

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


def stem(word: str) -> str:
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
    return {stem(word): stem(group.split()[0]) for group in groups for word in group.split()}


HEAD_CLASS = _classes(HEADS)
HEAD_WORDS = frozenset(HEAD_CLASS.values())
WORD_CLASS = _classes(QUALIFIERS) | HEAD_CLASS
GENERIC_STEMS = frozenset(WORD_CLASS.get(stem(word), stem(word)) for word in GENERIC)
