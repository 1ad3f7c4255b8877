"""Turns the model's judgements into draft mentions: what is worth weighing, and of competing phrases the likeliest.

A draft is one entity, one sentence and one action. `confidence` then tells which of them to believe; actors, dates and
places are added afterwards, since whether two sentences make the same statement depends on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.mentions.analysis import Analysis
from extractors.mentions.model import Judgement
from extractors.mentions.phrases import content_words
from extractors.records import ACTIONS, Action

_VAGUE = content_words(
    "two-day three-day one-day day year month week high-level round meeting other several second third"
)
_EVIDENT = 0.5
"""Certainty from which "a joint commission" or "the convention" counts; "the next meeting" never does."""
_MEETINGS = ("forum", "exercise", None)
_SESSIONS = frozenset(("meeting", "summit", "session", "gathering", "round", "talk"))
"""Heads of phrases that, beside a known initiative in the same part, are no second one: its session is itself."""
_REFERRING = ("definite", "demonstrative", "possessive")
_DIRECT, _SPOKEN, _SECOND = 0.16, 0.12, 0.2
"""Certainty under which a statement is not even weighed, where its initiative is named and where it is only spoken of;
and how likely a second action must be by itself. Lower floors find more on the held-out passages, and tell more where
there is nothing to tell."""
_MAX_ACTIONS = 2
"""Of one entity in one sentence. Three or more are 0.4 % of the labelled pairs."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One mention before its attributes. `score` is its probability by the model alone."""

    judgement: Judgement
    action: Action
    score: float
    modalities: tuple[float, ...]
    """Probabilities in the order of MODALITIES."""
    background: float
    """Probability that the statement recalls something past that is not this article's news."""

    @property
    def entity(self) -> int:
        return self.judgement.pair.entity

    @property
    def sentence(self) -> int:
        return self.judgement.pair.sentence


def draft_mentions(analysis: Analysis, judgements: Sequence[Judgement]) -> list[Draft]:
    """The statements worth weighing, in order of place; of competing phrases the likeliest."""
    drafts = []
    for judgement in judgements:
        if judgement.certainty < (_DIRECT if judgement.pair.direct else _SPOKEN):
            continue
        likeliest = int(judgement.actions.argmax())
        others = [a for a in range(len(ACTIONS)) if a != likeliest and judgement.each[a] >= _SECOND]
        others = sorted(others, key=lambda a: -judgement.each[a])[: _MAX_ACTIONS - 1]
        drafts.append(_draft(judgement, likeliest, judgement.score(likeliest)))
        drafts += [_draft(judgement, a, judgement.certainty * float(judgement.each[a])) for a in others]
    return [draft for draft in drafts if _has_name(analysis, draft) and not _beaten(analysis, draft, drafts)]


def _draft(judgement: Judgement, action: int, score: float) -> Draft:
    modalities = tuple(float(p) for p in judgement.modality[action])
    return Draft(judgement, ACTIONS[action], score, modalities, float(judgement.background[action]))


def _has_name(analysis: Analysis, draft: Draft) -> bool:
    """Whether the phrase can be told from another of its sort: not "the next meeting", not a dateline's place."""
    entity = analysis.entities[draft.entity]
    if entity.lexicon_id or len(entity.candidates) > 1:
        return True
    if draft.judgement.certainty >= _EVIDENT and entity.kind not in _MEETINGS:
        return True
    shouted = entity.name.isupper() and entity.kind is None and entity.candidates[0][0] == 0
    return not shouted and bool(entity.words - content_words(entity.head) - _VAGUE)


def _beaten(analysis: Analysis, draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Whether another phrase makes the same statement: a likelier one that overlaps ("meeting of the forum", "forum"),
    or a known initiative that this one only stands for."""
    for other in drafts:
        if other is draft or other.sentence != draft.sentence or other.action != draft.action:
            continue
        if other.entity == draft.entity:
            continue
        if _stands_for(analysis, draft, other):
            return True
        if other.score <= draft.score:
            continue
        a, b = draft.judgement.pair, other.judgement.pair
        if a.direct and b.direct:
            mine, theirs = a.candidate, b.candidate
            if mine.start < theirs.long_end and theirs.start < mine.long_end:
                return True
        elif not a.direct and not b.direct and a.anaphor == b.anaphor:
            return True  # one "pact", or one unnamed thing, stands for one initiative
        elif not a.direct and b.direct and a.anaphor is None:
            return True  # a sentence that names what it is about is not about another, unless a noun points there
    return False


def _stands_for(analysis: Analysis, draft: Draft, other: Draft) -> bool:
    """Whether a phrase beside a known initiative is its session, or another word for it ("their first such pact")."""
    entity, known = analysis.entities[draft.entity], analysis.entities[other.entity]
    if entity.lexicon_id or not known.lexicon_id:
        return False
    pair = draft.judgement.pair
    refers = pair.direct and pair.candidate.determiner in _REFERRING and not entity.name[:1].isupper()
    return entity.head in _SESSIONS or (refers and entity.kind == known.kind)
