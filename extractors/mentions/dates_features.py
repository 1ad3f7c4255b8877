"""What speaks for a date expression of a sentence being that of an action: evidence to judge it by.

One option a date expression, and the option that none of them is meant. Features are names, which the network of
`choices` weighs beside the encoder's states; `dates` takes the likeliest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Token

from extractors.mentions.candidates import governing_phrase
from extractors.mentions.date_readings import Reading, read_dates
from extractors.mentions.date_values import EventDate
from extractors.mentions.date_words import DateWords
from extractors.mentions.datelines import DATELINE
from extractors.mentions.modality_signs import has_had
from extractors.mentions.words import load_words
from extractors.records import Action, Modality

_LIMIT = re.compile(
    r"\b(?:until|till|through|(?:expir|laps)\w+(?: in| on)?|(?:extend|prolong|renew)\w*(?: [\w-]+){0,6} to)\s+"
    r"(?:in |on |the )?(?:end of )?$",
    re.IGNORECASE,
)
_FUTURE = re.compile(
    r"\b(?:will|shall|would|won['’]t|to be|is to|are to|(?:is|are) due|plans? to|expected to|scheduled|set to|going to|"
    r"upcoming|next|ahead of|intends?|hopes? to|aims? to|slated)\b",
    re.IGNORECASE,
)
_CLAUSES = frozenset(("relcl", "ccomp", "advcl", "parataxis", "acl", "conj", "xcomp", "pcomp", "csubj"))
_SAYING = frozenset("say tell state add report announce note stress declare write believe argue insist inform".split())
_STEPS = 6


@dataclass(frozen=True, slots=True)
class DateOption:
    """A date expression with the date it means, or (without words) that the sentence gives the action none."""

    words: DateWords | None
    found: EventDate
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a date is wanted for. Offsets are into the sentence; `initiative` may be empty."""

    trigger: Token
    action: Action
    modality: Modality
    initiative: tuple[int, int]
    published: date | None
    main_date: date | None
    """What undated statements inherit, see `extractors.mentions.main_date`."""
    before: str = ""
    """What precedes the sentence in its paragraph."""


def date_options(sentence: str, asked: Asked) -> list[DateOption]:
    """The options for one action, the last of them "none"."""
    dateline = DATELINE.match(sentence)
    body = 0 if dateline is None else dateline.end()
    future = asked.modality == "planned" or (asked.modality != "actual" and is_ahead(sentence))
    readings = [
        one
        for one in read_dates(sentence, asked.before, asked.published, asked.main_date, future=future)
        if one.words.start >= body and not _is_line(sentence, one.words)
    ]
    distances = [_distance(one.words, asked.trigger) for one in readings]
    made = [
        DateOption(one.words, one.found, tuple(_features(sentence, one, asked, distances, place)))
        for place, one in enumerate(readings)
    ]
    return [*made, DateOption(None, EventDate(), tuple(_none_features(sentence, asked, made)))]


def is_ahead(sentence: str, start: int = 0, end: int | None = None) -> bool:
    """Whether words in that part speak of what is to come."""
    return _FUTURE.search(sentence, start, len(sentence) if end is None else end) is not None


def is_limit(sentence: str, words: DateWords) -> bool:
    """The end of a term: "until June", "extended to December"."""
    return _LIMIT.search(sentence, max(0, words.start - 60), words.start) is not None


def _is_line(sentence: str, words: DateWords) -> bool:
    """A line of its own before the text: the page's date, not the event's."""
    return not sentence[: words.start].strip() and sentence[words.end :].lstrip(" .,").startswith("\n")


def _features(sentence: str, reading: Reading, asked: Asked, distances: Sequence[int], place: int) -> list[str]:
    words, found, how = reading.words, reading.found, reading.how
    root = _root(words, asked.trigger)
    up, down = tree_path(root, asked.trigger)
    when = _relation(found, asked.published)
    kind, action, modality, tag = words.kind, asked.action, asked.modality, asked.trigger.tag_
    clauses_up = [t.dep_ for t in up if t.dep_ in _CLAUSES and t.pos_ in ("VERB", "AUX")]
    clauses_down = [t.dep_ for t in down if t.dep_ in _CLAUSES and t.pos_ in ("VERB", "AUX")]
    if asked.trigger.pos_ in ("VERB", "AUX") and down and down[0] is not asked.trigger and not clauses_down:
        clauses_down = ["?"]
    over = "/".join(clauses_up[:2]) + "|" + "/".join(clauses_down[-2:])
    before = sentence[: words.start].rstrip().rpartition(" ")[2].lower().strip("(“\"'")
    after = re.match(r"\W*(\w+)?", sentence[words.end :])
    verb = _verb_over(root)
    rank = sum(d < distances[place] for d in distances)
    far = min(abs(words.start - asked.trigger.idx) // 25, 6)
    side = "<" if words.start < asked.trigger.idx else ">"
    low, high = sorted((words.end, asked.trigger.idx)) if side == "<" else sorted((asked.trigger.idx, words.start))
    between = sentence[low:high]
    word = (after.group(1) or "").lower() if after else ""
    ends = words.end >= len(sentence) - 2
    names = [
        "date", f"kind {kind}", f"kind {kind} {when}", f"when {when} {modality}", f"action {action} {when}",
        f"over {over}", f"over {over} {modality}", f"over {over} {tag}", f"up {'>'.join(t.dep_ for t in up[:4])}",
        f"steps {min(len(up) + len(down), 9)}", f"rank {rank} {len(distances)}", f"far {side}{far}",
        f"prep {before}", f"prep {before} {action}", f"prep {before} {kind}", f"side {side} {over}",
        f"next {word if len(word) < 12 else '?'}", f"commas {side}{min(between.count(','), 3)}",
        f"first {words.start < 4}", f"ends {ends}", f"at {found.precision} {modality}",
        f"past perfect {has_had(asked.trigger)} {when}", f"how {how}", f"how {how} {kind}", f"how {how} {when}",
    ]  # fmt: skip
    if is_limit(sentence, words):
        names.append("limit")
        names.append(f"limit {action}")
    if words.start >= asked.initiative[0] and words.end <= asked.initiative[1]:
        names.append("inside")
    elif asked.initiative[0] < asked.initiative[1]:
        near = words.start - asked.initiative[1]
        names.append(f"after name {0 <= near < 25}")
        names.append(f"before name {0 <= asked.initiative[0] - words.end < 12} {kind}")
    if words.kind == "bareyear":
        names.append(f"of {bool(re.search(r'[A-Z][a-z-]+ of $', sentence[: words.start]))}")
        names.append(f"article {bool(re.search(r'(?:the|a|an|its|their|his|of)$', before))}")
    if verb is None:
        names.append("no verb over")
    elif verb == asked.trigger:
        names.append("own verb")
    else:
        acts = load_words().actions.get(governing_phrase(verb), ()) or load_words().actions.get(verb.lemma_.lower(), ())
        names.append(f"verb says {verb.lemma_.lower() in _SAYING}")
        names.append(f"verb acts {action in acts} {bool(acts)}")
        names.append(f"verb {'over' if verb in list(asked.trigger.ancestors)[:_STEPS] else 'beside'} {verb.tag_}")
        names.append(f"other verb {verb.dep_} {tag}")
    return names


def _none_features(sentence: str, asked: Asked, options: Sequence[DateOption]) -> list[str]:
    count = min(len(options), 3)
    return [
        "none", f"none {count}", f"none {asked.modality}", f"none {asked.action}", f"none {asked.trigger.tag_}",
        f"none {asked.modality} {count}", f"none {asked.action} {asked.modality}", f"none dep {asked.trigger.dep_}",
        f"none named {asked.initiative[0] < asked.initiative[1]}", f"none had {has_had(asked.trigger)}",
    ]  # fmt: skip


def _relation(found: EventDate, published: date | None) -> str:
    """Where a date lies against the day of publication."""
    if published is None or found.value is None:
        return "?"
    stamp = published.isoformat()[: len(found.value)]
    if found.value > stamp:
        return "ahead"
    if found.value == stamp:
        return "same"
    if found.precision == "day":
        days = (published - date.fromisoformat(found.value)).days
        return "week" if days <= 8 else "month" if days <= 31 else "old"
    return "last" if int(stamp[:4]) - int(found.value[:4]) <= 1 else "old"


def _root(words: DateWords, trigger: Token) -> Token:
    tokens = trigger.doc.char_span(words.start, words.end, alignment_mode="expand")
    return tokens.root if tokens is not None and len(tokens) else trigger.doc[0]


def _distance(words: DateWords, trigger: Token) -> int:
    up, down = tree_path(_root(words, trigger), trigger)
    return len(up) + len(down)


def _verb_over(token: Token) -> Token | None:
    return next((t for t in token.ancestors if t.pos_ in ("VERB", "AUX")), None)


def tree_path(a: Token, b: Token) -> tuple[list[Token], list[Token]]:
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
