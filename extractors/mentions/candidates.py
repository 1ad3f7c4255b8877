"""Finds the noun phrases of a parsed sentence that could name an initiative, with the evidence of the parse.

One candidate a head noun: its base phrase ("regional security dialogue platform"), the phrase with its "of / for / on"
complements ("platform for security dialogue"), how it is determined, and the verb or nominalisation that governs it.
Whether it is an initiative, and what happened to it, is decided by the model, from this evidence and the encoder's.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from extractors.lexicon import LexiconMatch
from extractors.mentions.words import load_words, state_words
from extractors.records import Action, Kind

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Determiner = Literal["none", "indefinite", "definite", "demonstrative", "possessive", "name", "pronoun"]

_COMPLEMENTS = frozenset("of for on in against between with among to from under at across over by".split())
_MEETINGS = frozenset("summit meeting session talks conference gathering round dialogue consultation assembly".split())
_DANGLING = ("DET", "CCONJ", "ADP", "SCONJ")
_NAMING = frozenset("call name dub know christen term title codename label".split())
_ASIDES = frozenset(("relcl", "acl", "appos", "parataxis"))
_PARTICLES = frozenset(("prt", "prep", "advmod"))
_GOVERNED = frozenset("xcomp dobj pobj prep ccomp nsubj nsubjpass conj attr acomp pcomp".split())
_NOT_HEADS = frozenset(
    """
    year month week day time today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december percent million billion people man
    woman reporter journalist way part number lot one other some
    """.split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A noun phrase of one sentence. Offsets are characters of the article."""

    start: int
    end: int
    """The base phrase, without determiner and quotes."""
    long_end: int
    """Where the phrase with its complements ends."""
    head_start: int
    head_end: int
    head: str
    """The head's lemma, lower case."""
    kind: Kind | None
    determiner: Determiner
    modifiers: int
    """How many content words stand before the head in the base phrase."""
    lexicon_id: str | None
    lexicon_sure: bool
    dependency: str
    trigger: str
    """Lemma of the governing verb or nominalisation, with particle or light-verb object; "" if there is none."""
    trigger_start: int
    trigger_actions: tuple[Action, ...]
    outer_actions: tuple[Action, ...]
    """What the verbs above the trigger can express: "agreed" in "agreed to set up"."""
    passive: bool
    negated: bool
    modal: bool
    tense: str
    """Part-of-speech tag of the trigger (Penn Treebank): VBD, VBN, VBZ, VB, VBG, NN …"""
    hedges: tuple[str, ...]
    """Of planned, possible, negated, past: what the trigger's own words and its governors say."""
    is_plural: bool
    renames: int | None
    """Where the head stands of the phrase that this one names anew ("the CSTO, the Moscow-led club"), if it does."""


def find_candidates(doc: "Doc", offset: int, matches: list[LexiconMatch]) -> list[Candidate]:
    """Candidates of one sentence in order of place.

    doc: the parsed sentence; offset: where it starts in the article; matches: lexicon matches of the whole article.
    """
    end = offset + len(doc.text)
    inside = [m for m in matches if m.start >= offset and m.end <= end]
    heads: dict[int, LexiconMatch | None] = {}
    covered: set[int] = set()
    for match in inside:
        span = doc.char_span(match.start - offset, match.end - offset, alignment_mode="expand")
        if span is None or not len(span):
            continue
        covered |= {token.i for token in span}
        head = _meeting_head(span.root) or span.root.i
        if (
            span.end < len(doc)
            and doc[span.end].lemma_.lower() in _MEETINGS
            and doc[span.end].pos_ in ("NOUN", "PROPN")
        ):
            head = span.end  # "the … Conference Summit": the parse often ties the last word of a long name elsewhere
        heads[head] = match
    for token in doc:
        if token.i not in covered and token.i not in heads and _can_head(token):
            heads[token.i] = None
    return [_candidate(doc[i], offset, match) for i, match in sorted(heads.items())]


def _can_head(token: "Token") -> bool:
    if token.pos_ == "PRON":
        return token.lower_ in ("it", "its") and token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "poss")
    if token.pos_ not in ("NOUN", "PROPN") or token.dep_ in ("compound", "amod", "nmod", "npadvmod"):
        return False
    if token.pos_ == "PROPN" and token.text in state_words():
        return False  # a state is an actor, never an initiative
    return token.lemma_.lower() not in _NOT_HEADS and any(c.isalpha() for c in token.text) and len(token.text) > 1


def _meeting_head(token: "Token") -> int | None:
    """ "the SCO summit": a session of a known initiative is the initiative itself."""
    for _ in range(2):  # "the SCO summit", "the CICA foreign ministers' meetings"
        head = token.head
        if token.dep_ not in ("compound", "nmod", "amod", "poss") or head.i <= token.i:
            return None
        if head.lemma_.lower() in _MEETINGS:
            return int(head.i)
        token = head
    return None


def _candidate(head: "Token", offset: int, match: LexiconMatch | None) -> Candidate:
    words = load_words()
    doc = head.doc
    first = min([head.i, *(t.i for child in head.lefts for t in child.subtree if child.dep_ not in ("relcl", "punct"))])
    while first < head.i and (doc[first].dep_ == "det" or doc[first].is_punct or doc[first].pos_ in ("ADP", "CCONJ")):
        first += 1
    if head.i - first > 12:
        first = head.i
    start, end = offset + doc[first].idx, offset + head.idx + len(head.text)
    if match:
        start, end = min(start, match.start) if head.idx + offset >= match.start else match.start, max(end, match.end)
        if offset + head.idx < match.end:
            start = match.start
    long_end = max(end, offset + _long_end(head))
    lemma = head.lemma_.lower()
    trigger, actions, outer = _trigger(head)
    verb = trigger if trigger is not None else head
    return Candidate(
        start=start,
        end=end,
        long_end=long_end,
        head_start=offset + head.idx,
        head_end=offset + head.idx + len(head.text),
        head=lemma,
        kind=words.kinds.get(lemma),
        determiner=_determiner(head, match is not None),
        modifiers=sum(t.pos_ in ("NOUN", "PROPN", "ADJ", "VERB", "NUM") for t in doc[first : head.i]),
        lexicon_id=match.id if match else None,
        lexicon_sure=match.sure if match else False,
        dependency=head.dep_,
        trigger=governing_phrase(trigger) if trigger is not None else "",
        trigger_start=offset + verb.idx,
        trigger_actions=actions,
        outer_actions=outer,
        passive=any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children),
        negated=any(child.dep_ == "neg" or child.lower_ in ("no", "never", "without") for child in verb.children)
        or any(child.lower_ == "no" for child in head.children),
        modal=any(child.tag_ == "MD" for child in verb.children),
        tense=verb.tag_ if trigger is not None else "",
        hedges=hedges_of(verb),
        is_plural=head.tag_ in ("NNS", "NNPS"),
        renames=offset + other.idx if (other := _renamed(head)) is not None else None,
    )


def _renamed(head: "Token") -> "Token | None":
    """The head of the phrase that this one stands beside as another name: in apposition, "dubbed …", "known as …"."""
    if head.dep_ == "appos":
        listed = any(t.dep_ in ("conj", "cc") for t in (*head.children, *head.head.children))
        return None if listed else head.head
    verb = head.head
    if head.dep_ == "pobj" and verb.lower_ == "as":
        verb = verb.head
    is_naming = verb.lemma_.lower() in _NAMING and verb.dep_ in ("acl", "relcl") and verb.tag_ == "VBN"
    return verb.head if is_naming and head.dep_ in ("oprd", "attr", "dobj", "pobj") else None


def _long_end(head: "Token") -> int:
    """The end of the phrase with its prepositional complements and coordinated parts of those, without clauses."""
    end = head.i
    for child in head.rights:
        if child.dep_ == "prep" and child.lower_ in _COMPLEMENTS and child.i == end + 1:
            if any(t.dep_ == "pobj" and _is_time(t) for t in child.children):
                break
            tokens = [t.i for t in child.subtree]
            asides = [t.left_edge.i for t in child.subtree if t.dep_ in _ASIDES and t.left_edge.i > child.i]
            stop = min([*asides, *(t.i for t in child.subtree if _begins_another(t)), tokens[-1] + 1])
            last = max(i for i in tokens if i < stop)
            while last > child.i and (head.doc[last].is_punct or head.doc[last].pos_ in _DANGLING):
                last -= 1
            if last == child.i or last - head.i > 14:
                break
            end = last
    token = head.doc[end]
    return int(token.idx + len(token.text))


def _begins_another(token: "Token") -> bool:
    """ "a code of conduct for the region and a partnership programme": what has its own article is another thing."""
    return token.dep_ == "cc" and token.i + 1 < len(token.doc) and token.nbor().lower_ in ("a", "an")


def _is_time(token: "Token") -> bool:
    """ "the pact on Tuesday", "a plan for months": when, not what."""
    return token.lemma_.lower() in _NOT_HEADS or (token.pos_ == "NUM" and token.text.isdigit())


def _determiner(head: "Token", named: bool) -> Determiner:
    if head.pos_ == "PRON":
        return "pronoun"
    for child in head.lefts:
        word = child.lower_
        if child.dep_ == "poss":
            return "possessive"
        if child.dep_ in ("det", "predet", "amod"):
            if word in ("a", "an", "another", "any", "some", "one"):
                return "indefinite"
            if word == "the":
                return "definite"
            if word in ("this", "that", "these", "those", "such"):
                return "demonstrative"
    return "name" if named or head.pos_ == "PROPN" else "none"


def _trigger(head: "Token") -> "tuple[Token | None, tuple[Action, ...], tuple[Action, ...]]":
    """Walks up from the head to the first verb or nominalisation that can express an action, and on to the top.

    Returns that token (or the nearest verb), its actions, and the actions of what governs it.
    """
    words = load_words().actions
    token, steps = head, 0
    trigger: Token | None = None
    nearest_verb: Token | None = None
    actions: tuple[Action, ...] = ()
    outer: list[Action] = []
    while token.head != token and steps < 7:
        token, steps = token.head, steps + 1
        if nearest_verb is None and token.pos_ in ("VERB", "AUX"):
            nearest_verb = token
        if token.lemma_.lower() in ("be", "have"):
            continue
        found = words.get(governing_phrase(token), ()) or words.get(token.lemma_.lower(), ())
        if found and trigger is None:
            trigger, actions = token, found
        else:
            outer += found
    return trigger or nearest_verb, actions, tuple(dict.fromkeys(outer))


def hedges_of(token: "Token") -> tuple[str, ...]:
    """What auxiliaries, adverbs and governing verbs of a word say of how real it is."""
    hedges = load_words().hedges
    near = {
        child.lower_ for child in token.children if child.dep_ in ("aux", "neg", "advmod", "det", "npadvmod", "mark")
    }
    node = token
    for _ in range(3):
        if node.head == node:
            break
        if node.dep_ in _GOVERNED:
            node = node.head
            near |= {node.lemma_.lower(), node.lower_}
            near |= {child.lower_ for child in node.children if child.dep_ in ("aux", "neg", "advmod")}
        else:
            break
    return tuple(name for name, words in hedges.items() if near & words)


def governing_phrase(token: "Token") -> str:
    """A verb with its particle ("set up", "call for") or the object of a light verb ("hold talk"), as lemmas."""
    words = load_words().actions
    lemma = token.lemma_.lower()
    for child in token.children:
        if child.dep_ in _PARTICLES and f"{lemma} {child.lower_}" in words:
            return f"{lemma} {child.lower_}"
        if child.dep_ == "dobj" and f"{lemma} {child.lemma_.lower()}" in words:
            return f"{lemma} {child.lemma_.lower()}"
    return lemma


def head_of(doc: "Doc", offset: int, candidate: Candidate) -> "Token | None":
    """The head word of a phrase of the sentence that begins at `offset`."""
    return token_at(doc, candidate.head_start - offset)


def token_at(doc: "Doc", position: int) -> "Token | None":
    """The token that covers a character of the sentence."""
    span = doc.char_span(position, position + 1, alignment_mode="expand")
    token = span[0] if span else None
    return token if token is not None and token.idx <= position < token.idx + len(token.text) else None
