"""What the words around an action's word say of how real it is, as named features for weights to judge."""

from typing import TYPE_CHECKING

from extractors.mentions.date_words import find_date_words
from extractors.mentions.modality_signs import governors, is_denied, is_to, is_undone, read_sign
from extractors.records import Action

if TYPE_CHECKING:
    from spacy.tokens import Token

_CHILDREN = frozenset(("aux", "auxpass", "neg", "advmod", "mark", "preconj", "npadvmod", "prt", "acomp", "attr"))
_PARTS = frozenset(("nsubj", "nsubjpass", "dobj", "attr"))
_WORDS = frozenset(
    """
    if whether unless would could should may might will shall must not never no nor neither without yet until once when
    hopes hope plan plans due possible proposed planned draft likely unlikely expected ready seek seeks want wants wish
    consider considering before after by next former retired opposition analyst analysts professor scholar expert
    experts columnist lawmaker lawmakers reportedly said
    """.split()
)
_BEFORE, _AFTER, _STEPS = 6, 4, 3
_QUOTES = frozenset('”“"')


def modality_features(trigger: "Token", action: Action) -> tuple[str, ...]:
    """The features of one action, sorted, each once."""
    doc, sign = trigger.doc, read_sign(trigger, action)
    text = doc.text  # put together anew each time that it is asked for
    token = trigger.head if trigger.dep_ == "aux" else trigger
    names = [
        "bias", f"action {action}", f"sign {sign}", f"sign {sign} {action}", f"pos {token.pos_}",
        f"tag {token.tag_} {action}",
    ]  # fmt: skip
    for step, governor in enumerate(governors(token)):
        names += _governor_features(governor, min(step, _STEPS), action)
    names += [f"near {w}" for w in {t.lower_ for t in doc[max(0, token.i - _BEFORE) : token.i]} & _WORDS]
    names += [f"after {w}" for w in {t.lower_ for t in doc[token.i + 1 : token.i + 1 + _AFTER]} & _WORDS]
    names += [f"in {w}" for w in {t.lower_ for t in doc} & _WORDS]
    names += [f"date {found.kind}" for found in find_date_words(text)]
    root = next((t for t in token.ancestors if t.dep_ == "ROOT"), token)
    names += [f"root {root.lemma_.lower()}", f"root tag {root.tag_}"]
    names += [f"question {'?' in text}", f"quote {not _QUOTES.isdisjoint(text)}"]
    return tuple(sorted(set(names)))


def _governor_features(token: "Token", step: int, action: Action) -> list[str]:
    """Of the action's word (step 0) or of one that governs it."""
    lemma, ahead = token.lemma_.lower(), is_to(token)
    names = [
        f"{step} tag {token.tag_}", f"{step} dep {token.dep_}", f"{step} tag {token.tag_} dep {token.dep_}",
        f"{step} denied {is_denied(token)} to {ahead}",
    ]  # fmt: skip
    if step:
        names += [f"gov {lemma}", f"gov {lemma} {action}", f"{step} gov {lemma}"]
    else:
        names += [f"lemma {lemma}", f"lemma {lemma} {token.tag_}"]
    if ahead:
        names.append(f"to {token.head.tag_} {is_undone(token)}")
    for child in token.children:
        if child.dep_ in _CHILDREN:
            names += [f"{step} {child.dep_} {child.lower_}", f"{child.dep_} {child.lower_}"]
        if child.dep_ in ("nsubj", "nsubjpass"):
            names.append(f"{step} subj {child.lower_ if child.pos_ == 'PRON' else child.pos_}")
            if child.pos_ == "NOUN":
                names += [f"subj {child.lemma_.lower()}", f"subj {child.lemma_.lower()} {action}"]
                names += [f"subj has {below.lower_}" for below in child.children if below.dep_ in ("amod", "compound")]
        if child.dep_ in ("det", "amod") or (child.dep_ in _PARTS and child.lower_ in _WORDS):
            names.append(f"{step} has {child.lower_}")
        if child.dep_ in _PARTS:
            names += [
                f"{step} {child.dep_} {below.lower_}"
                for below in child.children
                if below.dep_ in ("det", "amod", "preconj", "neg")
            ]
        if step and child.dep_ in ("dobj", "pobj"):
            names.append(f"{step} obj {child.lemma_.lower()}")
    return names
