"""When the thing that a mention tells of happens, and whether the mention only recalls it.

date_mention(sentence, at, published, main_date, modality, ...) -> (EventDate, is_background)
resolve_event_date(...)   the date that the sentence gives the action
is_background(...)        whether it is past that is not this article's news
article_main_date(text, title, published)   what undated statements of the main news inherit
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from spacy.tokens import Token

from extractors.mentions.date_words import DateWords, EventDate, find_date_words, work_out
from extractors.records import Modality, Precision

__all__ = ["EventDate", "article_main_date", "date_mention", "is_background", "resolve_event_date"]

BACKGROUND_DAYS = 30
_FUTURE = re.compile(
    r"\b(?:will|shall|would|won['’]t|to be|is to|are to|(?:is|are) due|plans? to|expected to|scheduled|set to|going to|"
    r"upcoming|next|ahead of|intends?|hopes? to|aims? to|slated)\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"\s*[A-ZÀ-Þ][^\n.]{2,60}?(?:\([^)]{2,40}\)\s*)?\s?[-–—]{1,2}\s")
_LIMIT = re.compile(r"\b(?:until|till|through|expir\w+ (?:in|on)|of|from)\s+(?:the )?$", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from)\s+$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’')]*\s+(?=[\"“‘(]?[A-Z0-9])|\n+")
_PAST_MARKS = re.compile(
    r"\b(?:had (?:been|already|long|once|first|originally|previously|initially)|has long|have long|"
    r"since (?:its|their) (?:inception|founding|creation)|originally|formerly|in the past|years ago|decades? ago|"
    r"at the time|back then|until then|in those days|previously)\b",
    re.IGNORECASE,
)


def date_mention(
    sentence: str,
    at: int,
    published: date | None,
    main_date: date | None,
    modality: Modality,
    *,
    trigger: Token | None = None,
    initiative: tuple[int, int] | None = None,
    habitual: bool = False,
) -> tuple[EventDate, bool]:
    """The date of a mention and whether it is background. Offsets are into `sentence`; `trigger` is of its parse."""
    found = resolve_event_date(sentence, at, published, main_date, modality, trigger=trigger, initiative=initiative)
    background = is_background(found, published, sentence, modality, trigger=trigger)
    if found.value is None and modality == "actual" and not background and not habitual:
        inherited = main_date or published
        if inherited is not None:
            found = EventDate(inherited.isoformat(), "none", "article")
    return found, background


def resolve_event_date(
    sentence: str,
    at: int,
    published: date | None,
    main_date: date | None,
    modality: Modality,
    *,
    trigger: Token | None = None,
    initiative: tuple[int, int] | None = None,
) -> EventDate:
    """The date that belongs to the action at offset `at`; without value where the sentence gives it none."""
    words = [w for w in find_date_words(sentence) if not _names_something(sentence, w, initiative)]
    words = [w for w in words if not _is_limit(sentence, w)]
    dateline = _DATELINE.match(sentence)
    body = [w for w in words if dateline is None or w.start >= dateline.end()]
    chosen = _attached(body, sentence, at, trigger, modality)
    if chosen is None:
        return EventDate()
    future = modality == "planned" or (modality != "actual" and _FUTURE.search(sentence) is not None)
    anchor = main_date or published
    if chosen.kind == "apart":
        anchor = _anchor(chosen, words, published, main_date, future)
    return work_out(chosen, published, future=future, anchor=anchor)


def _anchor(
    chosen: DateWords, words: Sequence[DateWords], published: date | None, main_date: date | None, future: bool
) -> date | None:
    for other in words:
        if other is not chosen and other.kind != "apart":
            day = work_out(other, published, future=future)
            if day.value and day.precision == "day":
                return date.fromisoformat(day.value)
    return main_date or published


def _names_something(sentence: str, words: DateWords, initiative: tuple[int, int] | None) -> bool:
    """A date that is part of a name: "the 1991 Damascus Declaration", or one inside the initiative itself."""
    if initiative and initiative[0] <= words.start and words.end <= initiative[1]:
        return True
    if words.kind == "bareyear":
        return re.match(r"\s+[A-Za-z]+", sentence[words.end :]) is not None and (
            re.search(r"\b(?:the|a|an|its|their|his|of)\s+$", sentence[: words.start], re.IGNORECASE) is not None
            and re.match(
                r"\s+(?:and|to|by|with|in|at|as|on|when|after|but|that|which|it|a|the|of)\b", sentence[words.end :]
            )
            is None
        )
    return False


def _is_limit(sentence: str, words: DateWords) -> bool:
    return (
        re.search(
            r"\b(?:until|till|through|expires?|lapses?)\s+(?:in |on |the )?(?:end of )?$",
            sentence[: words.start],
            re.IGNORECASE,
        )
        is not None
    )


def _attached(
    words: Sequence[DateWords], sentence: str, at: int, trigger: Token | None, modality: Modality
) -> DateWords | None:
    if not words:
        return None
    if trigger is None:
        return min(words, key=lambda w: min(abs(w.start - at), abs(w.end - at)))
    scored = [(_cost(w, trigger, modality), i, w) for i, w in enumerate(words)]
    cost, _, best = min(scored, key=lambda s: (s[0], s[1]))
    return best if cost < _TOO_FAR else None


_TOO_FAR = 90.0


def _cost(words: DateWords, trigger: Token, modality: Modality) -> float:
    """How far a date hangs from the trigger in the parse: down its own phrase is near, another clause is far."""
    tokens = trigger.doc.char_span(words.start, words.end, alignment_mode="expand")
    if tokens is None or not len(tokens):
        return 50.0
    path = _path(tokens.root, trigger)
    up, down = path
    cost = float(len(up) + len(down))
    for token in up:  # from the date to the meeting point: leaving a clause of its own is dear
        if token.dep_ in ("relcl", "advcl", "ccomp", "acl", "parataxis") and token.pos_ in ("VERB", "AUX"):
            cost += 20
        elif token.dep_ == "conj" and token.pos_ in ("VERB", "AUX"):
            cost += 12
    for token in down:  # from the meeting point to the trigger
        if token.dep_ in ("ccomp", "relcl", "advcl", "acl", "parataxis", "xcomp"):
            cost += 3 if modality == "actual" else (3 if token.dep_ == "xcomp" else 95)
        elif token.dep_ == "conj":
            cost += 2
    return cost


def _path(a: Token, b: Token) -> tuple[list[Token], list[Token]]:
    """Tokens from `a` up to (not with) the common ancestor, and from below it down to `b`."""
    above_b = [b, *b.ancestors]
    positions = {t.i: n for n, t in enumerate(above_b)}
    up = []
    token = a
    while token.i not in positions:
        up.append(token)
        if token.head == token:
            return up, above_b
        token = token.head
    return up, above_b[: positions[token.i]]


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
    if trigger is not None and any(c.dep_ in ("aux",) and c.lower_ == "had" for c in trigger.children):
        return False
    return _PAST_MARKS.search(sentence) is not None


def _last_day(value: str, precision: Precision) -> date | None:
    if precision == "year" or len(value) == 4:
        return date(int(value[:4]), 12, 31)
    if precision == "month" or len(value) == 7:
        year, month = int(value[:4]), int(value[5:7])
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return date.fromisoformat(value)


def article_main_date(text: str, title: str | None, published: date | None) -> date | None:
    """The date of the first dated act in the lead, else None."""
    if published is None:
        return None
    for sentence in _lead(text):
        dateline = _DATELINE.match(sentence)
        start = dateline.end() if dateline else 0
        for words in find_date_words(sentence):
            if words.start < start or words.kind not in ("iso", "dmy", "dmrange", "mdy", "weekday", "dayword"):
                continue
            window = sentence[max(0, words.start - 90) : words.start]
            if _FUTURE.search(window):
                continue
            found = work_out(words, published, future=False)
            if found.value and abs((published - date.fromisoformat(found.value)).days) <= BACKGROUND_DAYS:
                return date.fromisoformat(found.value)
    return None


def _lead(text: str) -> list[str]:
    ends = [m.start() for m in _SENTENCE_END.finditer(text, 0, 1500)][:2]
    cuts = [0, *ends]
    sentences = [text[a:b] for a, b in pairwise(cuts)]
    return sentences or [text[:600]]
