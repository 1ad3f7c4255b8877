"""Whether a statement recalls something past that is not its article's news: opinions of the encoder and of weights
over the words of grammar and the date, combined.

Weights (`background_weights.json`) are learned from labelled passages by `extractors.training.recall`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from spacy.tokens import Token

from extractors.mentions.date_values import EventDate
from extractors.mentions.dates_features import Asked
from extractors.mentions.loglinear import load_weights, logit, loudest
from extractors.mentions.modality_signs import has_had
from extractors.records import Precision

BACKGROUND_WEIGHTS = Path(__file__).parent / "background_weights.json"
BACKGROUND_DAYS = 30
_GRAMMAR = 0.7
"""The share of grammar's opinion, in log-odds; the encoder has the rest. Between 0.5 and 1 it hardly matters."""
_LEAST = 1e-3
"""The encoder's probability counts as no closer to 0 or 1."""
_AGES = ((0, "day"), (8, "week"), (BACKGROUND_DAYS, "month"), (120, "quarter"), (400, "year"))
"""Most days before publication, and what an event of that age is called."""
_LATE = 8
"""Sentences from the beginning; what stands further on is alike."""
_PAST_MARKS = re.compile(
    r"\b(?:has long|have long|"
    r"since (?:its|their) (?:inception|founding|creation)|originally|formerly|in the past|years ago|decades? ago|"
    r"at the time|back then|until then|in those days|previously|in the (?:early |late |mid-?)?(?:19|20)\d0s)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Recall:
    """Whether a statement only recalls, and what says so, for a reader who wants to disagree."""

    is_background: bool
    why: str


def weigh_background(encoder: float, features: Sequence[str]) -> Recall:
    """encoder: its probability that the statement is background."""
    weights = load_weights(BACKGROUND_WEIGHTS, 2)
    told = {feature: weights[feature][1] - weights[feature][0] for feature in features if feature in weights}
    odds = _GRAMMAR * sum(told.values()) + (1 - _GRAMMAR) * logit(encoder, _LEAST)
    return Recall(odds > 0, f"log-odds {odds:+.2f}, by encoder {encoder:.2f}, {loudest(told)}")


def background_features(words: Sequence[str], asked: Asked, found: EventDate, place: int) -> tuple[str, ...]:
    """The features of one statement. words: those of `modality_features`; found: the date that the sentence gives what
    is `asked` about; place: the number of the sentence in its article."""
    trigger, action, modality = asked.trigger, asked.action, asked.modality
    age = _age(found, asked.published)
    dated = "dated" if age != "undated" else "undated"
    late = min(place, _LATE)
    names = [
        f"age {age}", f"age {age} {modality}", f"age {age} {action}", f"place {late}", f"place {late} {dated}",
        f"{dated} {modality} {action}", f"{dated} had {has_had(trigger)} {_is_reported(trigger)}",
        f"{dated} marks {_PAST_MARKS.search(trigger.doc.text) is not None}",
    ]  # fmt: skip
    return (*names, *words, *(f"{dated} {word}" for word in words))


def _age(found: EventDate, published: date | None) -> str:
    """How long before publication the event lies, and how well that is known."""
    if found.value is None or found.precision == "none":
        return "undated"
    if published is None:
        return found.precision
    days = (published - _last_day(found.value, found.precision)).days
    if days < 0:
        return f"{found.precision} ahead"
    return f"{found.precision} {next((name for most, name in _AGES if days <= most), 'old')}"


def _is_reported(token: Token) -> bool:
    """Whether a clause is what someone says: there "had" is only the tense of reported speech."""
    for _ in range(6):
        if token.dep_ == "ccomp":
            return True
        if token.dep_ not in ("conj", "xcomp", "advcl", "relcl") or token.head == token:
            return False
        token = token.head
    return False


def _last_day(value: str, precision: Precision) -> date:
    if precision == "year":
        return date(int(value[:4]), 12, 31)
    if precision == "month":
        year, month = int(value[:4]), int(value[5:7])
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return date.fromisoformat(value)
