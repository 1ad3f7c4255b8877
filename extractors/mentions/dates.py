"""When the thing that a mention tells of happens, and whether the mention only recalls it.

date_mention(sentence, asked) -> (EventDate, is_background)
resolve_event_date(sentence, asked)   the date that the sentence gives the action
is_background(...)        whether it is past that is not this article's news

Which of a sentence's dates belongs to the action is decided by weights learned from labelled passages
(`dates_weights.json`, made by `extractors.training.when`) over the evidence of `dates_features`.
"""

import re
from datetime import date
from pathlib import Path

from extractors.mentions.background import is_background
from extractors.mentions.date_values import EventDate, work_out
from extractors.mentions.date_words import find_date_words
from extractors.mentions.dates_features import Asked, date_options
from extractors.mentions.loglinear import likeliest, load_weights

__all__ = ["Asked", "EventDate", "date_mention", "is_background", "resolve_event_date"]

DATE_WEIGHTS = Path(__file__).parent / "dates_weights.json"

_HEADINGS = frozenset(("iso", "dmy", "dmrange", "mdy", "my", "m5", "bareyear", "weekday"))


def date_mention(sentence: str, asked: Asked) -> tuple[EventDate, bool]:
    """The date of a mention and whether it is background. An entry of a chronology gives its date once, first."""
    found = resolve_event_date(sentence, asked)
    if found.value is None and asked.modality != "negated":
        found = _heading(asked.before, asked.published) or _heading(sentence, asked.published) or found
    background = is_background(found, asked.published, sentence, asked.modality, trigger=asked.trigger)
    if found.value is None and asked.modality == "actual" and not background and asked.main_date is not None:
        found = EventDate(asked.main_date.isoformat(), "none", "article")
    return found, background


def _heading(text: str, published: date | None) -> EventDate | None:
    """The date that an entry of a chronology begins with: "May 27, 1997 - …", "1994:", "Wednesday. …"."""
    words = find_date_words(text[:80])
    if not words or text[: words[0].start].strip(" *•-–—\t\n"):
        return None
    first = words[0]
    if first.kind not in _HEADINGS or not re.match(r"\s*(?:[-–—:.|]|\(|$)", text[first.end :]):
        return None
    found = work_out(first, published, future=False)
    return found if found.value else None


def resolve_event_date(sentence: str, asked: Asked) -> EventDate:
    """The date that the sentence gives the action; without value where it gives none."""
    return likeliest(date_options(sentence, asked), load_weights(DATE_WEIGHTS, 1)).found
