"""The day of an article's main news, which its undated statements inherit.

Options are the dates near publication that the first sentences give, and the day of publication itself; weights over
what stands around each (`main_date_weights.json`, made by `extractors.training.main_date`) choose between them.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from extractors.mentions.background import BACKGROUND_DAYS
from extractors.mentions.date_values import work_out
from extractors.mentions.date_words import DateWords, find_date_words
from extractors.mentions.datelines import DATELINE
from extractors.mentions.dates_features import is_ahead, is_limit
from extractors.mentions.loglinear import likeliest, load_weights
from extractors.mentions.modality_signs import QUESTION
from extractors.mentions.parse import straighten
from extractors.mentions.sentences import Sentence, split_sentences

MAIN_DATE_WEIGHTS = Path(__file__).parent / "main_date_weights.json"

_KINDS = frozenset("iso dmy dmrange mdy wordmy dayof weekday dayword ago week few".split())
_REACH = 8
"""Sentences. What the news is about has its date by then, or none."""
_OPENING, _LEAD, _BESIDE = 300, 600, 80
"""Characters."""
_TOKEN = re.compile(r"[a-z']+|[.,:;\"—-]")
_SPEAKER = re.compile(r"^[^\w\n]*[A-Z][A-Za-z .]{1,30}:", re.MULTILINE)
_OWN_VOICE = re.compile(r"\b(?:I|[Ww]e|our)\b")
_TOLD = re.compile(r"\b(?:said|told|announced)\b")
_TODAY = re.compile(r"\b(?:today|this morning)\b")


@dataclass(frozen=True, slots=True)
class MainDateOption:
    """A day that may be that of the main news, with what speaks for it."""

    day: date
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """One date expression of the text's beginning; `words` has offsets of its sentence, `text`."""

    sentence: Sentence
    text: str
    words: DateWords
    day: date
    precision: str
    back: int | None
    """Days before publication."""


def main_date(text: str, published: date | None) -> date | None:
    """The likeliest option; None where the text has no full date and the day of publication is not known."""
    options = main_date_options(text, published)
    return likeliest(options, load_weights(MAIN_DATE_WEIGHTS, 1)).day if options else None


def main_date_options(text: str, published: date | None) -> list[MainDateOption]:
    """The dates of the text's beginning in order, and last the day of publication."""
    text = straighten(text)
    found = _find(text, published)
    kind = [f"asked {QUESTION.match(text) is not None}", f"own voice {_OWN_VOICE.search(text[:_OPENING]) is not None}"]
    told, dateline = _TOLD.search(text[:_OPENING]) is not None, DATELINE.match(text) is not None
    votes = Counter(one.day for one in found)
    options, plain = [], 0
    for number, one in enumerate(found):
        names = [
            *_features(one, number, plain),
            *kind,
            f"told {told} {min(number, 2)}",
            f"votes {min(votes[one.day], 3)}",
            f"dateline {dateline} {min(one.sentence.index, 2)}",
        ]
        options.append(MainDateOption(one.day, tuple(names)))
        plain += _is_plain(one)
    if published is not None:
        evident = min(plain, 3)
        names = [
            "published", f"published {min(len(found), 4)}", f"published plain {evident}", f"published told {told}",
            f"published dateline {dateline}",
            f"published first {_sort(found[0].words) if found else '-'}",
            f"published speaker {_SPEAKER.search(text) is not None}",
            f"published today {_TODAY.search(text[:_LEAD]) is not None}",
            *(f"published {name}" for name in kind), *(f"published {name} plain {evident}" for name in kind),
        ]  # fmt: skip
        options.append(MainDateOption(published, tuple(names)))
    return options


def _find(text: str, published: date | None) -> list[_Found]:
    dateline = DATELINE.match(text)
    body = dateline.end() if dateline else 0
    found = []
    for sentence in split_sentences(text)[:_REACH]:
        told = text[sentence.start : sentence.end]
        for words in find_date_words(told):
            if sentence.start + words.start < body or words.kind not in _KINDS:
                continue
            worked = work_out(words, published, future=False)
            if worked.value is None or worked.precision not in ("day", "none"):
                continue
            day = date.fromisoformat(worked.value)
            back = (published - day).days if published else None
            if back is None or -1 <= back <= BACKGROUND_DAYS:
                found.append(_Found(sentence, told, words, day, worked.precision, back))
    return found


def _features(one: _Found, number: int, plain: int) -> list[str]:
    """number: how many dates stand before; plain: how many of them are plain."""
    words, text, place = one.words, one.text, min(one.sentence.index, 5)
    before = _TOKEN.findall(text[max(0, words.start - _BESIDE) : words.start].lower())[-5:]
    after = _TOKEN.findall(text[words.end : words.end + _BESIDE].lower())[:4]
    ahead, near = _is_ahead(one, 90), _is_ahead(one, 30)
    back, sort, nth = _distance(one.back), _sort(words), min(number, 4)
    return [
        "date", f"kind {sort}", f"back {back}", f"back {back} {sort}", f"sentence {place}", f"nth {nth}",
        f"sentence {place} nth {nth}", f"ahead {ahead}", f"near {near}", f"ahead {ahead} {near} {words.kind}",
        f"limit {is_limit(text, words)}", f"plain {_is_plain(one)} {min(plain, 2)}", f"precision {one.precision}",
        f"in quotes {text[: words.start].count(chr(34)) % 2}", f"paragraph {min(one.sentence.paragraph, 3)}",
        f"previous {before[-1] if before else '^'}", f"next {after[0] if after else '$'}",
        *(f"before {word}" for word in before), *(f"after {word}" for word in after),
    ]  # fmt: skip


def _sort(words: DateWords) -> str:
    return words.text.lower() if words.kind == "dayword" else words.kind


def _is_ahead(one: _Found, reach: int) -> bool:
    return is_ahead(one.text, max(0, one.words.start - reach), one.words.start)


def _is_plain(one: _Found) -> bool:
    """A day of the first two sentences with nothing before it that looks ahead."""
    is_day = one.words.kind not in ("ago", "week", "few")
    return is_day and one.sentence.index < 2 and not _is_ahead(one, 90) and not is_limit(one.text, one.words)


def _distance(back: int | None) -> str:
    if back is None:
        return "?"
    return str(back) if back < 4 else "week" if back < 8 else "fortnight" if back < 15 else "month"
