"""The sign of modality that grammar shows: auxiliaries, negation, governing verbs.

What the sign is worth beside other evidence is weighed in `modality`.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from extractors.records import Action

if TYPE_CHECKING:
    from spacy.tokens import Token

_WILL = frozenset(("will", "shall", "'ll", "wo", "would-be"))
_MAY = frozenset(("may", "might", "could", "can"))
_OUGHT = frozenset(("should", "ought", "must"))
_NOT = frozenset(("not", "n't", "never", "nor", "neither", "no"))
_REFUSE = frozenset("refuse decline fail avoid forbid".split())
_PLAN = frozenset("plan schedule expect intend due set slate aim prepare promise vow poise about bind sure".split())
_CONSIDER = frozenset(
    """
    consider mull weigh hope want wish seek explore study ponder ready willing likely possible eager keen open
    interested
    """.split()
)
_UP_VERB = frozenset(("xcomp", "pcomp", "ccomp", "acomp", "conj"))
_UP_NOUN = frozenset(("dobj", "pobj", "prep", "nsubjpass", "nsubj", "attr", "compound", "conj"))
_SAY = frozenset(
    """
    say tell state add report announce note stress declare write believe argue insist agree decide inform promise
    pledge
    """.split()
)


QUESTION = re.compile(r"\s*(?:Q|Question|QUESTION|Reporter|REPORTER)\b[^:\n]{0,40}:")
"""How a reporter's turn begins in a transcript."""
_HEARSAY = re.compile(
    r"\b(?:reports? (?:that|say|said|claim)|(?:media|websites?|newspapers?|channels?|outlets?|blogs?)\b[^.?]{0,40}"
    r"\b(?:report|say|said|claim|writ)|rumou?rs?\b|it is (?:reported|rumoured|rumored|said))",
    re.IGNORECASE,
)

_ASKS = re.compile(
    r"[\W\d]*(?:[\w .]{1,40}: ?)?(?:when|where|what|who|how|why|will|is|are|does|do|has|can|could|would)\b[^.!]*\?\W*$",
    re.IGNORECASE,
)

Sign = Literal["planned", "possible", "negated", "advised"]
"""What the words point to; `advised` is a writer's own "should", which is never what has happened."""


def read_sign(trigger: "Token", action: Action) -> Sign | None:
    """The modality that the words around the trigger point to, or None."""
    if trigger.dep_ == "aux":
        trigger = trigger.head
    for step, token in enumerate(governors(trigger)):
        near = {
            child.lower_ for child in token.children if child.dep_ in ("aux", "auxpass", "neg", "advmod", "preconj")
        }
        marks = {child.lower_ for child in token.children if child.dep_ == "mark"}
        if (near & _NOT or is_denied(token)) and action != "oppose":
            return "negated"
        lemma = token.lemma_.lower()
        if step and lemma in _REFUSE and action != "oppose":
            return "negated"
        if near & _WILL or ("would" in near and token.dep_ == "ccomp" and token.head.lemma_.lower() in _SAY):
            return "planned"
        if near & _MAY or "would" in near or "if" in marks or "whether" in marks:
            return "possible"
        if near & _OUGHT or (lemma in ("ought", "need") and step):
            return None if _is_official(token) else "advised"
        if is_to(token):
            return "negated" if is_undone(token) else "planned"
        if step and lemma in _PLAN:
            return "planned"
        if step and lemma in _CONSIDER:
            return "possible"
    return None


def governors(trigger: "Token") -> "Iterator[Token]":
    """The trigger and what governs it, up to the verb of its clause; not past who says so."""
    token = trigger
    yield token
    for _ in range(3):
        up = _UP_VERB if token.pos_ in ("VERB", "AUX") else _UP_NOUN
        has_to = any(c.lower_ == "to" and c.dep_ == "aux" for c in token.children)
        if has_to and any(c.lower_ == "so" and c.dep_ == "mark" for c in token.children):
            yield token.sent.root  # "so as to set up …": the parse often hangs it elsewhere
            return
        if token.head == token or (token.dep_ not in up and not (has_to and token.dep_ == "advcl")):
            return
        if token.dep_ == "conj" and any(c.dep_ in ("nsubj", "nsubjpass", "aux") for c in token.children):
            return
        if token.dep_ == "ccomp" and token.head.lemma_.lower() in _SAY:
            return
        token = token.head
        yield token


def has_had(trigger: "Token") -> bool:
    """Whether it is told in the past perfect."""
    return any(child.dep_ == "aux" and child.lower_ == "had" for child in trigger.children)


def _is_official(verb: "Token") -> bool:
    """Whether a "should" is told of a speaker ("she said that they should") or by one ("we should"): that is a call.

    A writer's own "should" is an opinion.
    """
    subjects = {child.lower_ for child in verb.children if child.dep_ in ("nsubj", "nsubjpass")}
    told = any(token.lemma_.lower() in _SAY for token in (*verb.ancestors, *verb.children))
    return told or bool(subjects & {"we", "i"})


def is_call(trigger: "Token") -> bool:
    """Whether a "should" is what somebody told says, not the writer: an official's is a proposal made."""
    verb = trigger.head if trigger.dep_ == "aux" else trigger
    for token in governors(verb):
        if any(child.dep_ == "aux" and child.lower_ in _OUGHT for child in token.children):
            return _is_official(token)
    return False


def is_denied(token: "Token") -> bool:
    """ "No agreement was reached", "not one brigade", "neither has signed", "no table at which they sit down"."""
    if token.dep_ == "relcl" and any(t.lower_ == "no" and t.dep_ == "det" for t in token.head.children):
        return True
    for child in token.children:
        if child.dep_ in ("nsubj", "nsubjpass", "dobj", "attr") and child.i < token.i + 6:
            if child.lower_ in ("none", "neither", "nobody", "nothing"):
                return True
            if any(t.lower_ in ("no", "neither") and t.dep_ in ("det", "preconj") for t in child.children):
                return True
    return token.dep_ == "pcomp" and token.head.lower_ == "without"


def is_to(token: "Token") -> bool:
    """ "is to be held", "are to meet": the future of timetables and agreements."""
    has_to = any(child.lower_ == "to" and child.dep_ == "aux" for child in token.children)
    return has_to and token.dep_ in ("xcomp", "acomp", "attr", "ccomp") and token.head.lemma_ == "be"


def is_undone(token: "Token") -> bool:
    """ "was to have met in June": what was meant to be and, as grammar tells, did not come about."""
    return any(child.lower_ == "have" and child.dep_ == "aux" for child in token.children)


def is_asked(sentence: str) -> bool:
    """ "When will the council meet?", "Q: Is a pact to be signed?": nobody has said that it will be so."""
    return _ASKS.match(sentence) is not None


def is_asked_hearsay(paragraph: str, sentence: str) -> bool:
    """A reporter's question that passes on what others report: it asks, and asserts nothing.

    paragraph: what precedes the sentence in its paragraph.
    """
    asked = QUESTION.match(paragraph + sentence) is not None
    return asked and _HEARSAY.search(sentence) is not None
