"""When the thing that a mention tells of happens.

date_mention(sentence, asked, judge)         the date that the sentence gives the action, or its paragraph's heading
inherited_date(asked)                        that of the article's main news
resolve_event_date(sentence, asked, judge)   what the sentence alone says

Which of a sentence's dates belongs to the action is decided by a network (`choices`) that sees the encoder's states and
the evidence of `dates_features`.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date

from extractors.mentions.date_values import EventDate, work_out
from extractors.mentions.date_words import find_date_words
from extractors.mentions.dates_features import Asked, DateOption, date_options

__all__ = ["Asked", "EventDate", "date_mention", "inherited_date", "resolve_event_date"]

Judge = Callable[[Sequence[DateOption]], list[float]]
"""How likely each option is to be the date of the action, as log-odds (`Attributes.dates`)."""
_HEADINGS = frozenset(("iso", "dmy", "dmrange", "mdy", "my", "m5", "bareyear", "weekday"))


def date_mention(sentence: str, asked: Asked, judge: Judge) -> EventDate:
    """The date of a mention as the text gives it. An entry of a chronology gives its date once, first."""
    found = resolve_event_date(sentence, asked, judge)
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


def resolve_event_date(sentence: str, asked: Asked, judge: Judge) -> EventDate:
    """The date that the sentence gives the action; without value where it gives none."""
    options = date_options(sentence, asked)
    odds = judge(options) if len(options) > 1 else [0.0]
    return options[odds.index(max(odds))].found
