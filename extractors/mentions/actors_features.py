"""What is seen of an actor that may take part in a mention, as named features for the network of `choices` to weigh.

Each is a short text ("path=nsubj", "where=before|after").
"""

from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from extractors.mentions.actors_grammar import PRIVATE, phrase_head, rule_roles
from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.actors_syntax import agents, is_passive
from extractors.mentions.actors_table import ActorSpan
from extractors.records import Action, Role


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of the sentence with the token that heads it."""

    span: ActorSpan
    head: Token


@dataclass(frozen=True, slots=True)
class Row:
    """One actor that may take part, with its features and the role that grammar alone gives it.

    `said` is false where the sentence does not name or refer to it, but the article has it in mind.
    """

    actor: ActorSpan
    features: tuple[str, ...]
    role: Role | None
    said: bool
    spot: Candidate | None = None


_OFFICIAL = frozenset(
    "minister president official leader government ministry spokesman spokeswoman spokesperson premier chancellor "
    "secretary ambassador general parliament army navy force chief diplomat foreign defence defense troops soldier "
    "king delegation side counterpart senator cabinet envoy military police commander state country".split()
)
_PATH = 6


def _beside(token: Token, step: int) -> str:
    """The word beside a token; commas and "and" say nothing of a part of a list."""
    index = token.i + step
    if not 0 <= index < len(token.doc):
        return "edge"
    word = token.doc[index]
    return "list" if word.is_punct or word.lower_ in ("and", "or") else word.lower_


def path_between(a: Token, b: Token) -> str:
    """The dependencies from `a` up to the common ancestor and down to `b`: "nsubj>xcomp"."""
    above = {t.i: n for n, t in enumerate([b, *b.ancestors])}
    chain = [b, *b.ancestors]
    up: list[str] = []
    token = a
    while token.i not in above:
        up.append(_label(token))
        if token.head == token:
            return "?"
        token = token.head
    down = [_label(t) for t in reversed(chain[: above[token.i]])]
    if len(up) + len(down) > _PATH:
        return f"far:{up[-1] if up else ''}>{down[-1] if down else ''}"
    return "<".join(up) + ">" + ">".join(down)


def _label(token: Token) -> str:
    if token.dep_ in ("prep", "agent"):
        return f"prep-{token.lower_}"
    return token.dep_


def find_candidates(doc: Doc, offset: int, actors: ArticleActors) -> list[Candidate]:
    """Names and references of the sentence, each with its head token."""
    found = []
    for span in actors.between(offset, offset + len(doc.text)):
        tokens = doc.char_span(span.start - offset, span.end - offset, alignment_mode="expand")
        if tokens is not None and len(tokens) and not _is_thing(span, tokens.root):
            found.append(Candidate(span, tokens.root))
    return found


def _is_thing(span: ActorSpan, head: Token) -> bool:
    """ "it" as an object, or "its" on something that does nothing: the pact rather than a state."""
    word = span.name.lower()
    if word == "it":
        return head.dep_ in ("dobj", "pobj", "dative")
    return word == "its" and head.head.dep_ not in ("nsubj", "conj", "nsubjpass")


def mention_rows(
    doc: Doc, offset: int, trigger: Token, bounds: tuple[int, int], actors: ArticleActors, action: Action | None
) -> list[Row]:
    """Everyone who may take part in the mention whose initiative stands at `bounds` (offsets of the article)."""
    candidates = find_candidates(doc, offset, actors)
    span = (
        doc.char_span(bounds[0] - offset, bounds[1] - offset, alignment_mode="expand")
        if bounds[1] > bounds[0]
        else None
    )
    initiative = span.root if span is not None and len(span) else None
    roles = rule_roles(trigger, initiative, frozenset(c.head.i for c in candidates), action)
    keys = list(dict.fromkeys(one.key for c in candidates for one in c.span.expand()))
    unsaid: dict[str, list[ActorSpan]] = {}
    faces: dict[str, ActorSpan] = {}
    for guess in actors.unsaid(offset):
        for one in guess.expand():
            unsaid.setdefault(one.key, []).append(guess)
            faces.setdefault(one.key, one)
    rows = []
    for candidate in candidates:
        features = _describe(candidate, trigger, initiative, bounds, roles, action, actors, keys)
        role = roles.get(candidate.head.i) or roles.get(phrase_head(candidate.head).i)
        for one in candidate.span.expand():
            also = _sources(unsaid.get(one.key, ()))
            more = (f"also={also}", f"also={also}|{action}", f"also={also}|{features[0]}")
            rows.append(Row(one, (*features, *more), role, True, candidate))
    agents_named = {row.actor.key for row in rows if row.role == "agent"}
    for key, guesses in unsaid.items():
        if key not in keys:
            features = _describe_unsaid(guesses, faces[key], trigger, initiative, agents_named, action, len(keys))
            features += _describe_naming(key, offset, actors, action, free=not agents_named)
            rows.append(Row(faces[key], tuple(features), None, False))
    return rows


def _describe_naming(key: str, offset: int, actors: ArticleActors, action: Action | None, *, free: bool) -> list[str]:
    """How far back, how often, and how the article named an actor that the sentence leaves unsaid."""
    before = actors.named_before(offset, key)
    if not before:
        return ["never named"]
    back, often = min(before[0], 4), min(before[1], 3)
    return [f"back={back}|{free}", f"back={back}|{often}|{free}|{action}", f"often={often}|{free}"]


def _sources(guesses: Sequence[ActorSpan]) -> str:
    return "+".join(sorted({g.how.split("-")[1] for g in guesses}))


def _describe(
    candidate: Candidate, trigger: Token, initiative: Token | None, bounds: tuple[int, int], roles: dict[int, Role],
    action: Action | None, actors: ArticleActors, keys: Sequence[str],
) -> list[str]:  # fmt: skip
    """The features of one actor span against one mention. `keys` are the sentence's actors in order of place."""
    span, head = candidate.span, candidate.head
    noun = phrase_head(head)
    before = _beside(min((t for t in noun.subtree), key=lambda t: t.i), -1)
    path = path_between(noun, trigger)
    role = roles.get(head.i) or roles.get(noun.i) or "none"
    gov = noun.head.lower_ if noun.dep_ in ("pobj", "pcomp") else ""
    lemma = noun.lemma_.lower()
    sort = "self" if noun == head else ("private" if lemma in PRIVATE else "official" if lemma in _OFFICIAL else "noun")
    inside = bounds[0] <= span.start and span.end <= bounds[1]
    after_initiative = "in" if inside else "after" if span.start >= bounds[1] else "before"
    side = "after" if head.i > trigger.i else "before"
    key = span.members[0].key if span.members else span.key
    shared = [
        f"role={role}",
        f"role={role}|{span.surface}",
        f"path={path}",
        f"dep={noun.dep_}|{gov}",
        f"dep={noun.dep_}|{gov}|{side}",
        f"where={side}|{after_initiative}",
        f"surface={span.surface}|{noun.dep_}",
        f"sort={sort}|{role}",
    ]
    if initiative is not None:
        shared.append(f"ini={path_between(noun, initiative)}")
    found = [f"{action}|{f}" for f in shared] + shared
    found += [
        f"sort={sort}|{lemma if sort == 'noun' else ''}",
        f"own={head.dep_}",
        f"verb={trigger.lemma_.lower()}|{role}",
        f"verb={trigger.lemma_.lower()}|{noun.dep_}",
        f"govern={noun.head.lemma_.lower()}|{noun.dep_}",
        f"prev={before}",
        f"prev={before}|{role}",
        f"next={_beside(head, 1)}",
        f"passive={is_passive(trigger)}|{role}|{action}",
        f"nth={min(keys.index(key) if key in keys else 9, 4)}|{min(len(keys), 5)}",
        f"nth={min(keys.index(key) if key in keys else 9, 4)}|{action}",
        f"certain={span.certain}",
        f"kind={span.kind}|{span.code is None}|{action}",
        f"agentless={'agent' not in roles.values()}|{role}",
        f"title={key in {s.key for s in actors.title_spans}}|{role}",
        f"home={actors.home is not None and actors.home.key == key}|{role}",
        f"modality-aux={','.join(sorted(c.lower_ for c in trigger.children if c.dep_ in ('aux', 'neg')))}|{role}",
        f"{action}|bias",
        f"{action}|{role}|{sort}|{after_initiative}",
    ]
    others = any(r == "agent" for i, r in roles.items() if i != head.i)
    found += [f"others={others}|{role}|{action}", f"others={others}|{path}"]
    if span.surface in ("pronoun", "group"):
        found += [
            f"how={span.how}",
            f"how={span.how}|{role}",
            f"how={span.how}|{path}",
            f"how={span.how}|{action}",
            f"word={span.name.lower()}",
            f"word={span.name.lower()}|{role}",
            f"word={span.name.lower()}|{role}|{initiative.dep_ if initiative is not None else ''}",
            f"word={span.name.lower()}|{role}|{initiative is not None and initiative.head == trigger}|{span.how}",
            f"members={min(len(span.members), 4)}|{role}",
        ]
    if inside:
        found.append(f"inside|{action}|{'agent' in roles.values()}")
    if initiative is not None:
        found.append(f"inidep={initiative.dep_}|{role}")
    return found


def _describe_unsaid(
    guesses: Sequence[ActorSpan], actor: ActorSpan, trigger: Token, initiative: Token | None, named: set[str],
    action: Action | None, size: int,
) -> list[str]:  # fmt: skip
    """The features of an actor that the sentence leaves unsaid. `named` are those whom grammar makes agents."""
    doers = [t.lemma_.lower() for t in agents(trigger)]
    subject = doers[0] if doers else "none"
    passive, free, few = is_passive(trigger), not named, min(size, 3)
    determiner = "-"
    if initiative is not None:
        determiner = next((c.lower_ for c in initiative.children if c.dep_ in ("det", "poss")), "-")
    sources = _sources(guesses)
    found = [
        f"src={sources}|{free}",
        f"src={sources}|{free}|{action}",
        f"src={sources}|{subject}",
        f"src={sources}|{passive}|{free}",
        f"src={sources}|{actor.kind}|{free}",
        f"src={sources}|{min(len(guesses[0].members), 5)}|{free}",
        f"unsaid|{free}|{action}|{few}",
        f"unsaid|{free}|{subject}",
        f"unsaid|verb={trigger.lemma_.lower()}|{free}",
    ]
    for how in dict.fromkeys(g.how for g in guesses):
        found += [
            f"{how}|{free}",
            f"{how}|{free}|{action}",
            f"{how}|{passive}|{free}|{action}",
            f"{how}|{few}",
            f"{how}|sub={subject}|{action}",
            f"{how}|dep={trigger.dep_}",
            f"{how}|det={determiner}|{free}|{passive}",
        ]
    return found
