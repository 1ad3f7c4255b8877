"""The actors of one mention: who does it, with whom, who says so, who hosts, who is left out.

    assign_roles(doc, offset, trigger, initiative, actors, action=None) -> tuple[Actor, ...]

`doc` is the parsed sentence, `offset` where it begins in the article's text, `initiative` the (start, end) of the
initiative in that text, `actors` the `ArticleActors` of the article.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.actors_syntax import agents, noun_phrase, prepositional, reporters
from extractors.mentions.actors_table import ActorSpan, ActorTable
from extractors.records import Action, Actor, Role

__all__ = ["ActorSpan", "ActorTable", "ArticleActors", "assign_roles"]

_PRIVATE = frozenset(
    "analyst expert professor scholar researcher opposition activist newspaper columnist commentator academic historian "
    "institute university party critic resident lawmaker firm company".split()
)
_PREPOSITION_ROLE: dict[str, Role] = {
    "with": "partner", "alongside": "partner", "between": "agent", "among": "agent", "against": "target",
    "without": "target", "excluding": "target", "including": "member", "like": "member",
}  # fmt: skip
_RANK: dict[Role, int] = {"agent": 0, "partner": 1, "target": 2, "host": 3, "speaker": 4, "member": 5}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of the sentence with the token that heads it."""

    span: ActorSpan
    head: Token


def find_candidates(doc: Doc, offset: int, actors: ArticleActors) -> list[Candidate]:
    """Names and references of the sentence, each with its head token."""
    found = []
    for span in actors.between(offset, offset + len(doc.text)):
        tokens = doc.char_span(span.start - offset, span.end - offset, alignment_mode="expand")
        if tokens is not None and len(tokens):
            found.append(Candidate(span, tokens.root))
    return found


def assign_roles(
    doc: Doc,
    offset: int,
    trigger: Token,
    initiative: tuple[int, int],
    actors: ArticleActors,
    action: Action | None = None,
) -> tuple[Actor, ...]:
    """The actors of the mention, agents first; the initiative itself is never among them."""
    candidates = [
        c
        for c in find_candidates(doc, offset, actors)
        if not (initiative[0] <= c.span.start and c.span.end <= initiative[1])
    ]
    placed: list[tuple[ActorSpan, Role]] = []
    for head in agents(trigger):
        placed += _inside(head, candidates, "agent")
    span = doc.char_span(initiative[0] - offset, initiative[1] - offset, alignment_mode="expand")
    heads = [trigger, *([span.root] if span is not None and len(span) else [])]
    for token in heads:
        for word, obj in prepositional(token):
            role = _PREPOSITION_ROLE.get(word)
            if role:
                placed += _inside(obj, candidates, role)
    for head in reporters(trigger):
        placed += _inside(head, candidates, "speaker")
    return _to_actors(placed)


def _inside(head: Token, candidates: Sequence[Candidate], role: Role) -> list[tuple[ActorSpan, Role]]:
    tokens = list(noun_phrase(head))
    if any(t.lemma_.lower() in _PRIVATE for t in tokens[:1]):
        return []
    positions = {t.i for t in tokens}
    return [(c.span, role) for c in candidates if c.head.i in positions]


def _to_actors(placed: Iterable[tuple[ActorSpan, Role]]) -> tuple[Actor, ...]:
    best: dict[str, Actor] = {}
    for span, role in placed:
        for one in span.expand():
            key = one.key
            if one.kind == "person" and one.code is None:
                key = one.name
            known = best.get(key)
            if known is None or _RANK[role] < _RANK[known.role]:
                best[key] = Actor(one.name, one.kind, role, one.code, one.office)
    return tuple(sorted(best.values(), key=lambda a: _RANK[a.role]))
