"""When the thing that a mention tells of happens.

date_mention(sentence, asked)         the date that the sentence gives the action, or its paragraph's heading
inherited_date(asked)                 that of the article's main news
resolve_event_date(sentence, asked)   what the sentence alone says

Which of a sentence's dates belongs to the action is decided by weights learned from labelled passages
(`dates_weights.json`, made by `extractors.training.when`) over the evidence of `dates_features`.
"""

import re
from datetime import date
from pathlib import Path

from extractors.mentions.date_values import EventDate, work_out
from extractors.mentions.date_words import find_date_words
from extractors.mentions.dates_features import Asked, date_options
from extractors.mentions.loglinear import likeliest, load_weights

__all__ = ["Asked", "EventDate", "date_mention", "inherited_date", "resolve_event_date"]

DATE_WEIGHTS = Path(__file__).parent / "dates_weights.json"

_HEADINGS = frozenset(("iso", "dmy", "dmrange", "mdy", "my", "m5", "bareyear", "weekday"))


def date_mention(sentence: str, asked: Asked) -> EventDate:
    """The date of a mention as the text gives it. An entry of a chronology gives its date once, first."""
    found = resolve_event_date(sentence, asked)
    if found.value is None and asked.modality != "negated":
        found = _heading(asked.before, asked.published) or _heading(sentence, asked.published) or found
    return found


def inherited_date(asked: Asked) -> EventDate:
    """What an undated statement of the main news takes over, if it is of something done."""
    if asked.modality != "actual" or asked.main_date is None:
        return EventDate()
    return EventDate(asked.main_date.isoformat(), "none", "article")


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
