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

from extractors.mentions.background import BACKGROUND_DAYS, is_background
from extractors.mentions.date_values import EventDate, work_out
from extractors.mentions.date_words import DateWords, find_date_words
from extractors.mentions.datelines import DATELINE
from extractors.records import Modality

__all__ = ["EventDate", "article_main_date", "date_mention", "is_background", "resolve_event_date"]

_HEADINGS = frozenset(("iso", "dmy", "dmrange", "mdy", "my", "m5", "bareyear", "weekday"))
_FUTURE = re.compile(
    r"\b(?:will|shall|would|won['’]t|to be|is to|are to|(?:is|are) due|plans? to|expected to|scheduled|set to|going to|"
    r"upcoming|next|ahead of|intends?|hopes? to|aims? to|slated)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\s*(?:Q|Question|QUESTION|Reporter)\b[^:\n]{0,40}:")
_LIMIT = re.compile(
    r"\b(?:until|till|through|(?:expir|laps)\w+(?: in| on)?|(?:extend|prolong|renew)\w*(?: [\w-]+){0,6} to)\s+"
    r"(?:in |on |the )?(?:end of )?$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’')]*\s+(?=[\"“‘(]?[A-Z0-9])|\n+")


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
    before: str = "",
) -> tuple[EventDate, bool]:
    """The date of a mention and whether it is background. Offsets are into `sentence`; `trigger` is of its parse.

    before: what precedes the sentence in its paragraph; an entry of a chronology gives its date there, once.
    """
    found = resolve_event_date(sentence, at, published, main_date, modality, trigger=trigger, initiative=initiative)
    if found.value is None and modality != "negated":
        found = _heading(before, published) or _heading(sentence, published) or found
    background = is_background(found, published, sentence, modality, trigger=trigger)
    if found.value is None and modality == "actual" and not background and not habitual:
        inherited = main_date or published
        if inherited is not None:
            found = EventDate(inherited.isoformat(), "none", "article")
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
    if modality == "negated":  # what did not happen has no date
        return EventDate()
    everything = find_date_words(sentence)
    dateline = DATELINE.match(sentence)
    body = 0 if dateline is None else dateline.end()
    words = [
        w
        for w in everything
        if w.start >= body and not _names_something(sentence, w, initiative) and not _is_limit(sentence, w)
    ]
    future = modality == "planned" or (modality != "actual" and _FUTURE.search(sentence) is not None)
    for chosen in _by_nearness(words, at, trigger, modality):
        anchor = main_date or published
        if chosen.kind == "apart":
            anchor = _anchor(chosen, everything, published, main_date, future)
        found = work_out(chosen, published, future=future, anchor=anchor)
        if _fits(found, published, modality):
            return found
    if (
        modality == "planned" and published is not None
    ):  # "a centre, to be ready by 2028": the sentence's only date ahead
        own = [w for w in words if trigger is None or _is_below(w, trigger)]
        for near in (own, [w for w in words if w.kind not in ("weekday", "dayword")]):
            ahead = [f for w in near if (f := work_out(w, published, future=True)).value]
            ahead = [f for f in ahead if f.value and f.value > published.isoformat()[: len(f.value)]]
            if len(ahead) == 1:
                return ahead[0]
    return EventDate()


def _fits(found: EventDate, published: date | None, modality: Modality) -> bool:
    """What has happened is not dated after publication, what is planned not before."""
    if found.value is None or published is None:
        return True
    stamp = published.isoformat()[: len(found.value)]
    if modality == "actual":
        return found.value <= (published + timedelta(days=1)).isoformat()[: len(found.value)]
    return modality != "planned" or found.value >= stamp


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
        if re.search(r"\b[A-Z][\w-]+ of $", sentence[: words.start]):
            return True
        return re.match(r"\s+[A-Za-z]+", sentence[words.end :]) is not None and (
            re.search(r"\b(?:the|a|an|its|their|his|of)\s+$", sentence[: words.start], re.IGNORECASE) is not None
            and re.match(
                r"\s+(?:and|to|by|with|in|at|as|on|when|after|but|that|which|it|a|the|of)\b", sentence[words.end :]
            )
            is None
        )
    return False


def _is_limit(sentence: str, words: DateWords) -> bool:
    """The end of a term: "until June", "extended to December"."""
    return _LIMIT.search(sentence, max(0, words.start - 60), words.start) is not None


def _by_nearness(words: Sequence[DateWords], at: int, trigger: Token | None, modality: Modality) -> list[DateWords]:
    """The dates that can belong to the action, the likeliest first."""
    if trigger is None:
        return sorted(words, key=lambda w: min(abs(w.start - at), abs(w.end - at)))
    scored = [(cost, i, w) for i, w in enumerate(words) if (cost := _cost(w, trigger, modality)) is not None]
    return [w for _, _, w in sorted(scored, key=lambda s: s[:2])]


def _cost(words: DateWords, trigger: Token, modality: Modality) -> float | None:
    """How far a date hangs from the trigger in the parse; None where it belongs to another clause."""
    tokens = trigger.doc.char_span(words.start, words.end, alignment_mode="expand")
    if tokens is None or not len(tokens):
        return None
    up, down = _path(tokens.root, trigger)
    cost = float(len(up) + len(down)) + (8 if words.kind == "dayword" and " day" in words.text else 0)
    for token in up:  # from the date to where the ways meet: out of a clause of its own
        if not _is_clause(token):
            continue
        if token.dep_ in ("relcl", "ccomp", "advcl", "parataxis", "acl") and not _goes_along(token):
            return None
        cost += 6
        if token.dep_ == "conj" and _has_subject(token):
            return None
    for token in down:  # and down to the trigger: into a clause that the date stands above
        if token.dep_ in ("ccomp", "advcl", "relcl", "acl", "parataxis") and _is_clause(token):
            if modality != "actual" or (token.dep_ in ("relcl", "acl") and token.tag_ in ("VBN", "VBD", "VBZ")):
                return None
            cost += 3
        elif token.dep_ == "conj" and _is_clause(token):
            if _has_subject(token):
                return None
            cost += 2
    return cost


def _is_below(words: DateWords, trigger: Token) -> bool:
    """Whether a date does not stand in a clause above the trigger's, that of an announcement."""
    tokens = trigger.doc.char_span(words.start, words.end, alignment_mode="expand")
    if tokens is None or not len(tokens):
        return False
    _, down = _path(tokens.root, trigger)
    return not any(t.dep_ in ("ccomp", "advcl", "relcl", "acl", "parataxis") and _is_clause(t) for t in down)


def _goes_along(clause: Token) -> bool:
    """ "Speaking in Bonn on May 8, she proposed": a participle that tells when its head happens."""
    return clause.dep_ == "advcl" and clause.tag_ == "VBG" and clause.i < clause.head.i


def _is_clause(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX")


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)


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


def article_main_date(text: str, title: str | None, published: date | None) -> date | None:
    """The date of the first dated act in the lead, else None. Without a publication date only a full date will do."""
    if _QUESTION.match(text):  # a transcript begins with what a reporter refers to
        return None
    for sentence in _lead(text):
        dateline = DATELINE.match(sentence)
        start = dateline.end() if dateline else 0
        for words in find_date_words(sentence):
            if words.start < start or words.kind not in ("iso", "dmy", "dmrange", "mdy", "weekday", "dayword"):
                continue
            if _FUTURE.search(sentence, max(0, words.start - 90), words.start) or _is_limit(sentence, words):
                continue
            found = work_out(words, published, future=False)
            if found.value is None:
                continue
            day = date.fromisoformat(found.value)
            if published is None or -1 <= (published - day).days <= BACKGROUND_DAYS:
                return day
    return None


def _lead(text: str) -> list[str]:
    ends = [m.start() for m in _SENTENCE_END.finditer(text, 0, 1500)][:2]
    cuts = [0, *ends]
    sentences = [text[a:b] for a, b in pairwise(cuts)]
    return sentences or [text[:600]]
