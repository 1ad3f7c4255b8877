"""Whether a statement recalls something past that is not its article's news."""

import re
from datetime import date, timedelta

from spacy.tokens import Token

from extractors.mentions.date_values import EventDate
from extractors.records import Modality, Precision

BACKGROUND_DAYS = 30
_DECADE = re.compile(r"\bin the (?:early |late |mid-?)?((?:19|20)\d0)s\b")
_PAST_MARKS = re.compile(
    r"\b(?:has long|have long|"
    r"since (?:its|their) (?:inception|founding|creation)|originally|formerly|in the past|years ago|decades? ago|"
    r"at the time|back then|until then|in those days|previously)\b",
    re.IGNORECASE,
)


def is_background(
    found: EventDate,
    published: date | None,
    sentence: str,
    modality: Modality,
    *,
    trigger: Token | None = None,
) -> bool:
    """Whether the statement recalls something past that is not the article's news."""
    if found.value is not None and published is not None:
        last = _last_day(found.value, found.precision)
        if last is not None and (published - last).days > BACKGROUND_DAYS:
            return True
        if last is not None and found.precision != "year":
            return found.precision == "month" and modality == "actual" and last < published.replace(day=1)
    if modality in ("planned", "possible"):
        return False
    decade = _DECADE.search(sentence)
    if decade and published is not None and int(decade.group(1)) + 10 < published.year:
        return True
    if trigger is not None and has_had(trigger):
        return not _is_reported(trigger)
    return _PAST_MARKS.search(sentence) is not None


def has_had(trigger: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ == "had" for c in trigger.children)


def _is_reported(token: Token) -> bool:
    """Whether a clause is what someone says: there "had" is only the tense of reported speech."""
    for _ in range(6):
        if token.dep_ == "ccomp":
            return True
        if token.dep_ not in ("conj", "xcomp", "advcl", "relcl") or token.head == token:
            return False
        token = token.head
    return False


def _last_day(value: str, precision: Precision) -> date | None:
    if precision == "year" or len(value) == 4:
        return date(int(value[:4]), 12, 31)
    if precision == "month" or len(value) == 7:
        year, month = int(value[:4]), int(value[5:7])
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return date.fromisoformat(value)
