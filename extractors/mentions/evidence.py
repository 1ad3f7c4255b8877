"""What speaks for a drafted statement and against it, by names that `--explain` shows.

How it was judged, and how it stands among the others of its article: beside a likelier one of the same sentence, or one
that tells the same event by another word, a statement is right less often than its own probabilities say.
"""

import math
from collections.abc import Sequence

import numpy as np

from extractors.mentions.analysis import Analysis
from extractors.mentions.candidates import head_of
from extractors.mentions.decide import Draft
from extractors.mentions.loglinear import logit
from extractors.mentions.model import Judgement
from extractors.mentions.pairs import Pair
from extractors.records import ACTIONS

Evidence = dict[str, float]
_LEAST = 1e-4
"""Probabilities count as no closer to 0 or 1."""
_SET_FORTH = 0.3
"""Certainty from which a judgement counts among those that say something."""
_TELLINGS = 3
"""More of them say no more: in a long article there are many."""


def weigh_evidence(
    analysis: Analysis, judgements: Sequence[Judgement], drafts: Sequence[Draft], apart: Sequence[Sequence[float]]
) -> list[Evidence]:
    """The evidence of each draft, in their order. judgements: all of the article; apart: (14, 14), how often readers
    tell two actions of an initiative in one sentence as two statements rather than one, as the logarithm of a share."""
    if not drafts:
        return []
    entities = np.array([j.pair.entity for j in judgements])
    sentences = np.array([j.pair.sentence for j in judgements])
    certainties = np.array([j.certainty for j in judgements])
    scores = certainties[:, None] * np.stack([j.actions for j in judgements])
    weighed = []
    for draft in drafts:
        elsewhere = (entities == draft.entity) & (sentences != draft.sentence)
        there = np.flatnonzero((entities != draft.entity) & (sentences == draft.sentence))
        breath = [int(n) for n in there if _in_one_breath(analysis, draft.judgement.pair, judgements[int(n)].pair)]
        action = ACTIONS.index(draft.action)
        weighed.append(
            _of_judgement(analysis, draft)
            | {
                "told of elsewhere": _most(certainties[elsewhere]),
                "this action elsewhere": _most(scores[elsewhere, action]),
                "tellings elsewhere": float(min((certainties[elsewhere] > _SET_FORTH).sum(), _TELLINGS)),
                "another told of there": _most(certainties[np.setdiff1d(there, breath)]),
                "another in the same breath": _most(certainties[breath]),
            }
            | _of_drafts(analysis, draft, drafts, apart)
        )
    return weighed


def _of_judgement(analysis: Analysis, draft: Draft) -> Evidence:
    judgement, action = draft.judgement, ACTIONS.index(draft.action)
    entity, sentence = analysis.entities[draft.entity], analysis.sentences[draft.sentence]
    own = np.sort(judgement.each)
    return {
        "an initiative": logit(judgement.initiative, _LEAST),
        "something happened": logit(judgement.event, _LEAST),
        "this action by itself": logit(float(judgement.each[action]), _LEAST),
        "this action of all": logit(float(judgement.actions[action]), _LEAST),
        "the likeliest action": float(action == int(judgement.actions.argmax())),
        "how likely that one": logit(float(judgement.actions.max()), _LEAST),
        "the surest by itself": logit(float(own[-1]), _LEAST),
        "the next by itself": logit(float(own[-2]), _LEAST),
        "named there": float(judgement.pair.direct),
        "in the lexicon": float(entity.lexicon_id is not None),
        "words of its name": float(len(entity.words)),
        "length of the sentence": math.log(max(1, sentence.end - sentence.start)),
        "background": logit(draft.background, _LEAST),
        "how real": max(draft.modalities),
    }


def _of_drafts(analysis: Analysis, draft: Draft, drafts: Sequence[Draft], apart: Sequence[Sequence[float]]) -> Evidence:
    others = [other for other in drafts if other is not draft]
    second = max((other for other in others if other.judgement is draft.judgement), key=lambda d: d.score, default=None)
    rivals = [other.score for other in others if _is_rival(analysis, draft, other)]
    elsewhere = [other.score for other in others if other.entity != draft.entity]
    return {
        "another action there": second.score if second else 0.0,
        "told apart from that": apart[ACTIONS.index(draft.action)][ACTIONS.index(second.action)] if second else 0.0,
        "a rival statement there": max(rivals, default=0.0),
        "the best of other initiatives": logit(max(elsewhere, default=0.0), 1e-3),
        "the best of the article": logit(max(d.score for d in drafts), 1e-3),
    }


def _is_rival(analysis: Analysis, draft: Draft, other: Draft) -> bool:
    """Whether both tell the same action in one sentence of different initiatives, of which one may be meant: not where
    each has a word of its own for it, or both are told of in one breath."""
    if other.sentence != draft.sentence or other.entity == draft.entity or other.action != draft.action:
        return False
    mine, theirs = draft.judgement.pair, other.judgement.pair
    if not (mine.direct and theirs.direct):
        return True
    same_word = mine.candidate.trigger_start == theirs.candidate.trigger_start
    return same_word and not _in_one_breath(analysis, mine, theirs)


def _in_one_breath(analysis: Analysis, mine: Pair, theirs: Pair) -> bool:
    """Whether two initiatives of a sentence are coordinated in it: "a council, a centre and a forum"."""
    if not (mine.direct and theirs.direct):
        return False
    doc, start = analysis.docs[mine.sentence], analysis.sentences[mine.sentence].start
    head, other = (head_of(doc, start, pair.candidate) for pair in (mine, theirs))
    return head is not None and other in head.conjuncts


def _most(values: np.ndarray) -> float:
    return float(values.max()) if values.size else 0.0
