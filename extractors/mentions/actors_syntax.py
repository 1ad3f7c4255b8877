"""Who stands where around a verb or a noun of action: subjects through control, passives, relatives and coordination.

Works on spaCy tokens alone and knows nothing of states.
"""

from collections.abc import Iterator

from spacy.tokens import Token

_OBJECT_CONTROL = frozenset(
    "urge ask invite call allow help persuade tell order press expect enable encourage convince get request require "
    "let permit force lead".split()
)
_RELATIVE = frozenset(("who", "which", "that", "whom"))
_NP_DEPS = frozenset(("amod", "compound", "poss", "nmod", "conj", "appos", "nummod", "case"))
_PARALLEL = frozenset(("conj", "appos"))
_OFFICIALS = frozenset(
    "official command government junta embassy parliament deputy lawmaker leader minister ministry army delegation "
    "diplomat authority general ambassador capital officer commander representative chief envoy".split()
)
_DEPTH = 8


def is_passive(verb: Token) -> bool:
    """A passive verb, or a bare participle that modifies a noun ("a pact signed by both")."""
    if any(c.dep_ in ("nsubjpass", "auxpass", "agent") for c in verb.children):
        return True
    if verb.tag_ != "VBN":
        return False
    if verb.dep_ in ("acl", "amod"):
        return True
    has_aux = any(c.dep_ == "aux" for c in verb.children)
    return verb.dep_ == "conj" and not has_aux and verb.head.pos_ in ("VERB", "AUX") and is_passive(verb.head)


def by_agents(verb: Token) -> list[Token]:
    """The objects of "by" under a passive verb."""
    return [
        obj
        for c in verb.children
        if c.dep_ == "agent" or (c.dep_ == "prep" and c.lower_ == "by")
        for obj in c.children
        if obj.dep_ == "pobj"
    ]


def surface_subjects(verb: Token, depth: int = 0) -> list[Token]:
    """The nouns in subject position of a verb, whether it is active or passive."""
    if depth > _DEPTH:
        return []
    own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "csubj")]
    if own:
        return [_antecedent(s, verb) for s in own if s.lower_ != "there"]
    head = verb.head
    if verb.dep_ == "conj" and head.pos_ in ("VERB", "AUX"):
        return surface_subjects(head, depth + 1)
    if verb.dep_ in ("xcomp", "ccomp", "advcl", "prep", "pcomp", "dep", "oprd"):
        while head.pos_ in ("ADP", "SCONJ", "ADV") and head.head != head:
            head = head.head
        if verb.dep_ in ("xcomp", "ccomp") and head.lemma_ in _OBJECT_CONTROL:
            objects = [c for c in head.children if c.dep_ in ("dobj", "dative")]
            objects += [o for c in head.children if c.dep_ == "prep" for o in c.children if o.dep_ == "pobj"]
            if objects:
                return objects[:1]
        if head.pos_ in ("VERB", "AUX"):
            return surface_subjects(head, depth + 1)
        return nominal_agents(head, depth + 1)
    if verb.dep_ == "acl":
        return [head] if verb.tag_ in ("VBG", "VBN") else nominal_agents(head, depth + 1)
    if verb.dep_ == "relcl":
        return [head] if not any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children) else []
    return []


def _antecedent(subject: Token, verb: Token) -> Token:
    if subject.lower_ in _RELATIVE:
        clause = verb
        while clause.dep_ in ("conj", "xcomp", "ccomp") and clause.head.pos_ in ("VERB", "AUX"):
            clause = clause.head
        if clause.dep_ == "relcl":
            return clause.head
    return subject


def verb_agents(verb: Token, depth: int = 0) -> list[Token]:
    """Who does what the verb says."""
    if is_passive(verb):
        return by_agents(verb)
    return surface_subjects(verb, depth)


def nominal_agents(noun: Token, depth: int = 0) -> list[Token]:
    """Who does what a noun of action says: its own genitive, "by" or "of", else the subject of its verb."""
    return next((tier for tier in nominal_tiers(noun, depth) if tier), [])


def nominal_tiers(noun: Token, depth: int = 0) -> list[list[Token]]:
    """The places where the doer of a noun of action can stand, the surest first."""
    if depth > _DEPTH:
        return []
    own = [c for c in noun.children if c.dep_ in ("poss", "amod", "compound", "nmod")]
    for prep in noun.children:
        if prep.dep_ in ("prep", "agent") and prep.lower_ in ("by", "between", "among", "from", "of"):
            own += [o for o in prep.children if o.dep_ == "pobj"]
    tiers = [own]
    head = _past_prepositions(noun)
    if noun.dep_ in ("dobj", "pobj", "attr", "oprd", "conj") and head.pos_ in ("VERB", "AUX"):
        tiers.append(verb_agents(head, depth + 1))
        if noun.dep_ == "attr":
            tiers.append(surface_subjects(head, depth + 1))
    elif noun.dep_ in ("pobj", "conj", "compound") and head.pos_ in ("NOUN", "PROPN"):
        tiers += nominal_tiers(head, depth + 1)
    elif noun.dep_ == "nsubjpass":
        tiers.append(by_agents(head))
    elif noun.dep_ == "appos":
        tiers += nominal_tiers(noun.head, depth + 1)
    return tiers


def _past_prepositions(token: Token) -> Token:
    head = token.head
    while head.pos_ == "ADP" and head.head != head:
        head = head.head
    return head


def agent_tiers(trigger: Token, *, receives: bool = False) -> list[list[Token]]:
    """The places where the doer of the trigger can stand, the surest first.

    receives: the one to whom it is done is the doer in the sense of the action ("Uruguay was invited" joins).
    """
    if trigger.pos_ not in ("VERB", "AUX"):
        return nominal_tiers(trigger)
    tiers = []
    if receives:
        tiers.append([c for c in trigger.children if c.dep_ in ("nsubjpass", "dobj", "dative")])
    tiers.append(verb_agents(trigger))
    if not is_passive(trigger):
        tiers.append([s for c in trigger.children if c.dep_ == "ccomp" for s in surface_subjects(c)])
    elif trigger.dep_ == "xcomp":  # "proposed to be set up": whoever does the verb above
        tiers.append(verb_agents(trigger.head))
    return tiers


def agents(trigger: Token) -> list[Token]:
    """Who does what the trigger says, be it a verb or a noun: the surest place that is filled."""
    return next((tier for tier in agent_tiers(trigger) if tier), [])


def noun_phrase(head: Token, names: frozenset[int] = frozenset(), depth: int = 0) -> Iterator[Token]:
    """The tokens of a noun phrase that can name whom it stands for; relative clauses and most adjuncts are left out.

    names: heads of actors' names. What modifies a name does not act: not Russia in "the Russia-led alliance CSTO".
    """
    yield head
    if depth > _DEPTH:
        return
    for child in head.children:
        if child.dep_ in _NP_DEPS and child.pos_ != "VERB":
            if head.i not in names or child.dep_ in _PARALLEL:
                yield from noun_phrase(child, names, depth + 1)
        elif child.dep_ == "prep" and head.i not in names and _names_side(child, head):
            for obj in child.children:
                if obj.dep_ in ("pobj", "pcomp"):
                    yield from noun_phrase(obj, names, depth + 1)


def _names_side(prep: Token, head: Token) -> bool:
    word = prep.lower_
    return word in ("of", "from") or (word in ("in", "for", "to", "at") and head.lemma_.lower() in _OFFICIALS)


def prepositional(token: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, object) of the phrases that hang on a token."""
    for prep in token.children:
        if prep.dep_ in ("prep", "agent", "advmod", "cc", "mark"):
            for obj in prep.children:
                if obj.dep_ in ("pobj", "pcomp"):
                    yield prep.lower_, obj
                elif obj.dep_ == "prep":  # "along with", "together with"
                    yield from ((obj.lower_, o) for o in obj.children if o.dep_ == "pobj")


def reporters(trigger: Token) -> list[Token]:
    """The subjects of the clauses that report the trigger's clause ("…, said Lavrov")."""
    found = []
    token = trigger
    for _ in range(_DEPTH):
        head = token.head
        if head == token:
            break
        if token.dep_ == "ccomp" and head.pos_ == "VERB":
            found += [c for c in head.children if c.dep_ in ("nsubj", "nsubjpass")]
        token = head
    for child in token.children:
        if child.dep_ in ("parataxis", "ccomp") and child.lemma_ in ("say", "tell", "announce"):
            found += [c for c in child.children if c.dep_ == "nsubj"]
    return found
