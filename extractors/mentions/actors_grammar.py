"""The roles that grammar alone gives: subject, agent, genitive, "with", "between", "without", reporter, expelled."""

from spacy.tokens import Token

from extractors.mentions.actors_syntax import agent_tiers, noun_phrase, prepositional, reporters
from extractors.records import Action, Role

PRIVATE = frozenset(
    "analyst expert professor scholar researcher opposition activist newspaper columnist commentator academic "
    "historian institute university party critic resident lawmaker firm company rebel separatist militant".split()
)
_PREPOSITION_ROLE: dict[str, Role] = {
    "with": "partner", "alongside": "partner", "between": "agent", "among": "agent", "against": "target",
    "without": "target", "excluding": "target", "including": "member", "like": "member",
}  # fmt: skip
_CLIMB = frozenset(("amod", "compound", "poss", "nmod", "appos", "conj", "npadvmod", "nummod"))


def phrase_head(token: Token) -> Token:
    """The noun whose phrase the token names the side of: "ministers" in "ministers of Japan"."""
    for _ in range(8):
        head = token.head
        if head == token:
            break
        if token.dep_ in _CLIMB and head.pos_ in ("NOUN", "PROPN", "ADJ", "NUM", "PRON"):
            token = head
        elif token.dep_ == "pobj" and head.lower_ in ("of", "from") and head.head.pos_ in ("NOUN", "PROPN", "NUM"):
            token = head.head
        else:
            break
    return token


_RECEIVING = frozenset("invite admit accept grant include welcome connect add approve allow offer ask elect".split())
_EXPELLING = frozenset("expel suspend exclude oust eject bar throw kick remove disinvite".split())
_MEETING = frozenset("meet host receive visit join".split())


def rule_roles(
    trigger: Token, initiative: Token | None, heads: frozenset[int], action: Action | None
) -> dict[int, Role]:
    """Token index to the role that grammar alone gives it. `heads` are the tokens that head an actor's name."""
    roles: dict[int, Role] = {}
    verb = trigger.lemma_.lower()
    if verb in _EXPELLING and action in ("suspend", "withdraw"):
        _mark_objects(trigger, ("dobj", "nsubjpass"), "target", roles, heads)
    for index in _doers(trigger, heads, receives=action == "join" and verb in _RECEIVING):
        roles.setdefault(index, "agent")
    for token in (trigger, *([initiative] if initiative is not None else [])):
        for word, obj in prepositional(token):
            talks = word == "to" and token.lemma_.lower() in ("talk", "speak")
            role: Role | None = "partner" if talks else _PREPOSITION_ROLE.get(word)
            if role:
                _mark(obj, role, roles, heads)
    if verb in _MEETING:
        _mark_objects(trigger, ("dobj",), "partner", roles, heads)
    for head in reporters(trigger):
        _mark(head, "speaker", roles, heads)
    return roles


def _doers(trigger: Token, heads: frozenset[int], *, receives: bool) -> set[int]:
    """The tokens of the phrases in the surest place that names an actor."""
    for tier in agent_tiers(trigger, receives=receives):
        found = {t.i for head in tier if head.lemma_.lower() not in PRIVATE for t in noun_phrase(head, heads)}
        if heads & found:
            return found
    return set()


def _mark_objects(
    verb: Token, places: tuple[str, ...], role: Role, roles: dict[int, Role], names: frozenset[int]
) -> None:
    for child in verb.children:
        if child.dep_ in places:
            _mark(child, role, roles, names)


def _mark(head: Token, role: Role, roles: dict[int, Role], names: frozenset[int]) -> None:
    for token in noun_phrase(head, names):
        roles.setdefault(token.i, role)
