"""One statement, one mention: what an article says again is not told again."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.mentions.decide import Draft
from extractors.mentions.evidence import Evidence
from extractors.records import Actor, Mention

_DOUBTFUL = 0.5
"""A telling whose score is below this share of another's adds nothing to it, however full: it may be none."""


@dataclass(frozen=True, slots=True)
class Found:
    """One mention, the draft that it was made from, and what speaks for it."""

    mention: Mention
    draft: Draft
    evidence: Evidence


def drop_repeats(found: Sequence[Found]) -> list[Found]:
    """The same statement told again in the article is one mention: the fuller telling stays, with the surer draft."""
    kept: list[Found] = []
    for one in found:
        for number, other in enumerate(kept):
            if _same_statement(one.mention, other.mention):
                surer = max(other, one, key=lambda found: found.draft.score)
                credible = (f for f in (other, one) if f.draft.score >= _DOUBTFUL * surer.draft.score)
                fuller = max(credible, key=_fullness)
                kept[number] = Found(fuller.mention, surer.draft, surer.evidence)
                break
        else:
            kept.append(one)
    return kept


def _same_statement(a: Mention, b: Mention) -> bool:
    if (a.initiative_id, a.action, a.modality, a.is_background) != (
        b.initiative_id, b.action, b.modality, b.is_background,
    ):  # fmt: skip
        return False
    mine, theirs = _agents(a), _agents(b)
    if mine and theirs and not (mine <= theirs or theirs <= mine):
        return False
    dated = a.date_precision != "none" and b.date_precision != "none"
    return not dated or a.event_date == b.event_date


def _agents(mention: Mention) -> set[str]:
    return {_key(actor) for actor in mention.actors if actor.role in ("agent", "partner")}


def _key(actor: Actor) -> str:
    return actor.code or actor.name


def _fullness(found: Found) -> tuple[bool, int, float]:
    return found.mention.date_precision != "none", len(_agents(found.mention)), found.draft.score
