"""The actors of one mention: who does it, with whom, who says so, who hosts, who is left out.

    assign_roles(doc, offset, trigger, initiative, actors, action, judge) -> tuple[Actor, ...]

`doc` is the parsed sentence, `offset` where it begins in the article's text, `initiative` the (start, end) of the
initiative in that text (start == end where the sentence does not name it), `actors` the article's `ArticleActors`.

Grammar proposes (`actors_syntax`, `actors_features`), a network that sees its features and the encoder's states decides
(`choices`).
"""

from collections.abc import Callable, Sequence

import numpy as np
from spacy.tokens import Doc, Token

from extractors.mentions.actors_features import Row, mention_rows
from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.actors_syntax import by_agents, is_passive
from extractors.mentions.actors_table import ActorSpan, ActorTable
from extractors.records import Action, Actor, Role

__all__ = ["ActorSpan", "ActorTable", "ArticleActors", "assign_roles"]

AGENT_FLOOR, OTHER_FLOOR, SUBJECT_FLOOR, CERTAIN_SUBJECT_FLOOR = 0.45, 0.4, 0.3, 0.15
"""Chosen on held-out passages: below 0.3 precision falls, above 0.45 recall does. The grammatical subject needs less
where nobody else is the agent, least where the initiative is the verb's object ("it founded the forum")."""
Judge = Callable[[Sequence[Row]], Sequence[Sequence[float]]]
"""Log-probabilities of the parts that each row may take: agent or partner, another role, none (`Attributes.roles`)."""
_RANK: dict[Role, int] = {"agent": 0, "partner": 1, "target": 2, "host": 3, "speaker": 4, "member": 5}


def assign_roles(
    doc: Doc,
    offset: int,
    trigger: Token,
    initiative: tuple[int, int],
    actors: ArticleActors,
    action: Action | None,
    judge: Judge,
) -> tuple[Actor, ...]:
    """The actors of the mention, agents first. A person without a state is only ever a speaker."""
    best: dict[str, tuple[int, float, Actor]] = {}
    unsure: list[tuple[float, Row]] = []
    floor = (
        CERTAIN_SUBJECT_FLOOR
        if _is_object(doc, trigger, initiative[0] - offset, initiative[1] - offset)
        else SUBJECT_FLOOR
    )
    rows = mention_rows(doc, offset, trigger, initiative, actors, action)
    by_whom = _by_whom(trigger, rows)
    for row, (agent, other, _) in zip(rows, np.exp(judge(rows)).tolist() if rows else (), strict=True):
        role = _role(row, agent, other)
        if role in ("agent", "partner") and _only_stands_by(row, trigger, by_whom):
            role = "member"
        if role is not None:
            _keep(best, row, role, agent)
        elif row.role == "agent" and row.spot is not None and agent >= floor:
            unsure.append((agent, row))
    if unsure and not any(actor.role == "agent" for _, _, actor in best.values()):
        agent, row = max(unsure, key=lambda item: item[0])
        _keep(best, row, "agent", agent)
    return tuple(actor for _, _, actor in sorted(best.values(), key=lambda item: item[:2]))


def _keep(best: dict[str, tuple[int, float, Actor]], row: Row, role: Role, agent: float) -> None:
    """Of several places where one actor stands, the strongest role counts."""
    one = row.actor
    known = best.get(one.key)
    standing = (_RANK[role], -round(agent, 3))  # so that rounding alone puts nobody first
    if known is None or standing < known[:2]:
        best[one.key] = (*standing, Actor(one.name, one.kind, role, one.code, one.office))


def _role(row: Row, agent: float, other: float) -> Role | None:
    if row.actor.kind == "person" and row.actor.code is None:
        return "speaker" if row.role == "speaker" else None
    if agent >= AGENT_FLOOR:
        return "partner" if row.role == "partner" else "agent"
    if other >= OTHER_FLOOR or row.role in ("target", "speaker"):
        if row.role in ("target", "speaker", "member"):
            return row.role
        return "host" if row.spot is not None and _hosts(row.spot.head) else "member"
    return None


def _is_object(doc: Doc, trigger: Token, start: int, end: int) -> bool:
    """Whether the initiative between these offsets of the sentence is the direct object of the trigger."""
    span = doc.char_span(start, end, alignment_mode="expand") if start < end else None
    return span is not None and len(span) > 0 and span.root.dep_ == "dobj" and span.root.head == trigger


def _by_whom(trigger: Token, rows: Sequence[Row]) -> set[int]:
    """The words of "by …" at a passive, where an actor stands among them."""
    words = {token.i for noun in by_agents(trigger) for token in noun.subtree} if is_passive(trigger) else set()
    return words if any(row.spot is not None and row.spot.head.i in words for row in rows) else set()


def _only_stands_by(row: Row, trigger: Token, by_whom: set[int]) -> bool:
    """Whether the sentence names another as the one who does it (not those who "agreed to set up the platform that was
    proposed by Chad"), or tells something else of this one."""
    if row.spot is None:
        return bool(by_whom)
    return (bool(by_whom) and row.spot.head.i not in by_whom) or _in_aside(row.spot.head, trigger)


def _in_aside(head: Token, trigger: Token) -> bool:
    """Whether the name stands in a relative clause without the trigger: "CICA, whose members include Turkey, …"."""
    inside = {trigger.i, *(t.i for t in trigger.ancestors)}
    return any(t.dep_ == "relcl" and t.i not in inside for t in (head, *head.ancestors))


def _hosts(head: Token) -> bool:
    """Whether the actor's name stands where the place of a meeting does, or it is the one who hosts."""
    governor = head.head
    return governor.lower_ in ("in", "at") or governor.lemma_.lower() in ("host", "chair")
