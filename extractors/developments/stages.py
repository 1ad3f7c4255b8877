"""Links the developments of one initiative in order (proposed, agreed, signed …), and a denial to what it denies."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from extractors.developments.sketch import stance
from extractors.developments.spans import Span, event_span, gap, parse_span
from extractors.records import STAGES, Development

STANDING = frozenset({"organisation", "forum", "exercise", "concept"})
"""Known initiatives of these kinds meet and decide for ever: a summit is no stage of a proposal made about them."""
DENIAL_DAYS = 60


def link_stages(group: Sequence[Development], touched: Iterable[str]) -> Iterable[Development]:
    """The developments of one initiative whose link changes because of the touched ones, with the new link."""
    new = set(touched)
    since = min(_day(development) for development in group if development.development_id in new) - DENIAL_DAYS
    for development in group:
        if development.relation == "correction" or _day(development) < since:
            continue
        if development.modality == "negated":
            earlier = _denied(development, group)
            linked = replace(development, follows=earlier, relation="denial" if earlier else None)
        else:
            earlier = _stage_before(development, group)
            linked = replace(development, follows=earlier, relation="stage" if earlier else None)
        if linked != development:
            yield linked


def _stage_before(development: Development, group: Sequence[Development]) -> str | None:
    if not _grows_up(development):
        return None
    rank = STAGES.index(development.action)
    day = _day(development)
    before = [
        other
        for other in group
        if _grows_up(other)
        and STAGES.index(other.action) < rank
        and (_day(other), STAGES.index(other.action)) < (day, rank)
        and _same_parties(development, other)
    ]
    best = max(before, key=lambda other: (_day(other), STAGES.index(other.action), other.development_id), default=None)
    return best.development_id if best else None


def _grows_up(development: Development) -> bool:
    if development.action not in STAGES or stance(development.modality) != "fact":
        return False
    # Of what is known, a further session is no stage either.
    return not (development.known and (development.kind in STANDING or development.action == "convene"))


def _denied(denial: Development, group: Sequence[Development]) -> str | None:
    """What was reported before, and is now said not to be so."""
    span = _span(denial)
    told = [
        other
        for other in group
        if other.action == denial.action
        and stance(other.modality) == "fact"
        and not other.is_background
        and (not denial.agents or bool({*denial.agents} & {*other.agents, *other.others}))
        and gap(span, _span(other)) <= DENIAL_DAYS
    ]
    best = min(
        told, key=lambda other: (gap(span, _span(other)), other.first_seen_at, other.development_id), default=None
    )
    return best.development_id if best else None


def _same_parties(one: Development, other: Development) -> bool:
    """Whether the circles of those who act are one within the other, or at least half the same."""
    mine, theirs = set(one.agents), set(other.agents)
    if one.known or not mine or not theirs:
        return True
    shared = len(mine & theirs)
    return mine <= theirs or theirs <= mine or shared * 2 >= len(mine | theirs)


def _day(development: Development) -> int:
    if development.event_date:
        return parse_span(development.event_date)[0].toordinal()
    return _reported(development).toordinal()


def _reported(development: Development) -> datetime:
    return development.first_published_at or development.first_seen_at


def _span(development: Development) -> Span:
    span = event_span(development.event_date, development.date_precision, development.modality, _reported(development))
    assert span is not None  # only the undated background has none
    return span
