"""What grammar settles by itself: a verb of one meaning that governs an initiative directly, and bodies in one breath.

The model weighs evidence; these rules add to it where a reader of the parse would not hesitate. `strengthen` returns
the judgements with the rules' bonus, so that thresholds and confidence see one score.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from extractors.mentions.analysis import Analysis
from extractors.mentions.candidates import Candidate, governing_phrase, head_of
from extractors.mentions.model import Judgement
from extractors.mentions.words import load_words
from extractors.records import ACTIONS, Action

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

EVENT_BONUS, ACTION_BONUS, KNOWN_BONUS = 1.5, 1.5, 1.5
"""Log-odds, chosen on the held-out passages: more costs precision, less gains nothing."""
_PLAUSIBLE = 0.4
_BREATH = 0.8
"""How much of a phrase's standing its coordinated neighbour takes over ("a mechanism and a task force")."""
_DOUBTS = frozenset(("unlikely", "doubt", "doubtful"))
_OUGHT = frozenset(("should", "must", "ought", "need", "advisable", "necessary"))
_MEASURES = frozenset(("frequency", "number", "scope", "status", "role", "level", "capacity", "function", "size"))
_SITTINGS = frozenset(("summit", "session", "meeting", "conference", "exercise", "drill", "assembly"))
_FLOOR = 0.7
"""What a construction that cannot mean anything else is worth at least, however strange its words."""
_RECAST = frozenset(("make", "turn", "transform", "become"))


def strengthen(analysis: Analysis, judgements: Sequence[Judgement]) -> list[Judgement]:
    """The judgements, those of phrases that grammar settles made surer. Order is kept."""
    settled = [_with_rule(analysis, judgement) for judgement in judgements]
    by_head = {(j.pair.sentence, j.pair.candidate.head_start): j for j in settled if j.pair.direct}
    return [_with_neighbour(analysis, judgement, by_head) for judgement in settled]


def grammar_action(doc: "Doc", offset: int, candidate: Candidate) -> Action | None:
    """The action of the verb or nominalisation that governs the phrase directly, if it can mean only one."""
    head = head_of(doc, offset, candidate)
    if head is None:
        return None
    for child in head.children:  # "CICA, first proposed by Kazakhstan"
        if child.dep_ in ("acl", "relcl") and child.tag_ == "VBN" and (found := _certain(child)):
            return found
    if head.dep_ == "nsubj" and _is_sitting(head.head):
        return "convene"
    verb = _governor(head)
    if verb is not None and verb.lemma_.lower() in _MEASURES:  # "the frequency of its meetings"
        verb = _governor(verb)
    if verb is None:
        return None
    above = list(verb.ancestors)[:3]
    around = {t.lemma_.lower() for token in (verb, *above) for t in token.children if t.dep_ in ("aux", "acomp")}
    around |= {t.lemma_.lower() for t in above}
    if around & _DOUBTS or any(t.lemma_.lower() in _DOUBTS for t in verb.children):
        return "oppose"
    if verb.lemma_.lower() in _RECAST:
        return "propose" if around & (_OUGHT | {"propose", "urge"}) else None
    action = _certain(verb)
    if action in ("launch", "extend"):
        if around & {"agree", "decide"}:
            return "agree" if action == "launch" else action
        outer = next((found for t in above if (found := _certain(t)) in ("propose", "negotiate")), None)
        return outer or ("propose" if around & _OUGHT else action)
    return action


def is_looked_back_on(doc: "Doc", offset: int, candidate: Candidate) -> bool:
    """Whether a clause tells what has become of it since: "proposed an initiative, which has played a role"."""
    head = head_of(doc, offset, candidate)
    clauses = [t for t in head.subtree if t.dep_ == "relcl" and t.head in (head, *head.children)] if head else []
    return any(c.tag_ == "VBN" and any(a.lower_ in ("has", "have") for a in c.children) for c in clauses)


def _governor(head: "Token") -> "Token | None":
    """The word that has the phrase as its object, passive subject, or only complement; through coordination."""
    node = head
    while node.dep_ == "conj" and node.head != node and node.head.pos_ in ("NOUN", "PROPN"):
        node = node.head
    if node.dep_ in ("dobj", "nsubjpass") or (node.dep_ == "nsubj" and node.head.lemma_.lower() in _RECAST):
        return node.head
    if node.dep_ == "nsubj" and node.head.dep_ == "ccomp" and node.head.head.lemma_.lower() == "make":
        return node.head.head
    if node.dep_ == "pobj" and node.head.lower_ in ("of", "for", "to", "from", "with", "on"):
        return node.head.head
    return None


def _is_sitting(verb: "Token") -> bool:
    """ "The bloc met", "the forum held its annual summit"."""
    if verb.lemma_.lower() in ("meet", "convene", "gather"):
        return True
    held = [child.lemma_.lower() for child in verb.children if child.dep_ == "dobj"]
    return verb.lemma_.lower() in ("hold", "open", "conclude", "begin") and any(noun in _SITTINGS for noun in held)


def _certain(token: "Token") -> Action | None:
    table = load_words().certain
    return table.get(governing_phrase(token)) or table.get(token.lemma_.lower())


def _with_rule(analysis: Analysis, judgement: Judgement) -> Judgement:
    pair = judgement.pair
    if not pair.direct or not (pair.candidate.kind or pair.candidate.lexicon_id):
        return judgement
    action = grammar_action(analysis.docs[pair.sentence], analysis.sentences[pair.sentence].start, pair.candidate)
    if action is None:
        return judgement
    known = pair.candidate.lexicon_id is not None
    sure = (action == "oppose" and "security_in_name" in pair.on) or (known and _is_recast(analysis, judgement))
    if judgement.initiative < _PLAUSIBLE and not sure:
        return judgement
    number = ACTIONS.index(action)
    odds = np.log(np.clip(judgement.actions, 1e-6, 1))
    odds[number] += ACTION_BONUS
    actions = np.exp(odds) / np.exp(odds).sum()
    bonus = EVENT_BONUS + KNOWN_BONUS * pair.candidate.lexicon_sure
    event, initiative, own = _raise(judgement.event, bonus), judgement.initiative, judgement.each.copy()
    own[number] = _raise(own[number], bonus)
    if sure:
        event, initiative, own[number] = max(event, _FLOOR), max(initiative, _FLOOR), max(own[number], _FLOOR)
    return replace(
        judgement, event=event, initiative=initiative, actions=np.asarray(actions, dtype=np.float32), each=own
    )


def _is_recast(analysis: Analysis, judgement: Judgement) -> bool:
    """Whether the phrase is what somebody should make something else of ("make the forum a platform")."""
    pair = judgement.pair
    head = head_of(analysis.docs[pair.sentence], analysis.sentences[pair.sentence].start, pair.candidate)
    verb = _governor(head) if head is not None else None
    return verb is not None and verb.lemma_.lower() in _RECAST


def _with_neighbour(analysis: Analysis, judgement: Judgement, by_head: dict[tuple[int, int], Judgement]) -> Judgement:
    """A phrase coordinated with a surer one under the same verb shares what is said of that."""
    pair = judgement.pair
    if not pair.direct or pair.candidate.dependency != "conj" or not pair.candidate.kind:
        return judgement
    start = analysis.sentences[pair.sentence].start
    head = head_of(analysis.docs[pair.sentence], start, pair.candidate)
    if head is None or head.head == head:
        return judgement
    other = by_head.get((pair.sentence, start + head.head.idx))
    if other is None or other.certainty <= judgement.certainty:
        return judgement
    return replace(
        judgement,
        initiative=max(judgement.initiative, _BREATH * other.initiative),
        event=max(judgement.event, _BREATH * other.event),
        actions=np.asarray((judgement.actions + other.actions) / 2, dtype=np.float32),
        each=np.maximum(judgement.each, _BREATH * other.each),
    )


def _raise(probability: float, bonus: float) -> float:
    odds = np.log(max(probability, 1e-6) / max(1 - probability, 1e-6)) + bonus
    return float(1 / (1 + np.exp(-odds)))
