"""Splits clean text into sentences with their offsets: cheap, deterministic, and safe on hard-wrapped text.

A newline ends a paragraph in clean text, but reposted plain text is often wrapped at a fixed width; there a newline is
a blank. Abbreviations that news uses (U.S., Gen., Sept.) do not end a sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof gen lt col maj capt cmdr adm brig sgt rear vice gov sen rep amb st mt no nos vs etc inc ltd co
    corp dept jan feb mar apr jun jul aug sep sept oct nov dec approx fig art al messrs hon rev pres
    """.split()
)
_END = re.compile(r"""[.!?…]+["”’'»)\]]*(?=\s|$)""")
_MAX_SENTENCE = 1200
"""Characters. A longer run without an end (a table, a list of names) is cut at blanks, to bound the parser's work."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` of the article; `paragraph` counts from 0."""

    index: int
    start: int
    end: int
    paragraph: int

    def overlaps(self, start: int, end: int) -> bool:
        """Whether any of the characters start..end of the article stand in it."""
        return start < self.end and end > self.start


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of a clean text, in order, without blanks at their ends. Offsets are characters."""
    spans: list[tuple[int, int, int]] = []
    wrapped = _is_wrapped(text)
    for number, (start, end) in enumerate(_paragraphs(text, wrapped)):
        spans += [(a, b, number) for a, b in _split_paragraph(text, start, end)]
    return [Sentence(index, start, end, number) for index, (start, end, number) in enumerate(spans)]


def _is_wrapped(text: str) -> bool:
    """Whether lines were broken at a fixed width: most lines of middling length, many of them without an end."""
    lines = [line for line in text.split("\n") if len(line.strip()) > 20]
    if len(lines) < 6:
        return False
    open_ended = sum(not _END.search(line[-4:]) and line[-1:] not in ':;,”"' for line in lines)
    return max(map(len, lines)) <= 110 and median(map(len, lines)) >= 35 and open_ended > 0.4 * len(lines)


def paragraph_before(text: str, sentences: Sequence[Sentence], sentence: Sentence) -> str:
    """The text of the sentence's paragraph that stands before it."""
    first = next(s for s in sentences if s.paragraph == sentence.paragraph)
    return text[first.start : sentence.start]


def _paragraphs(text: str, wrapped: bool) -> list[tuple[int, int]]:
    if wrapped:
        breaks = [(match.start(), match.end()) for match in re.finditer(r"\n", text) if _ends_paragraph(text, match)]
    else:
        breaks = [(match.start(), match.end()) for match in re.finditer(r"\n+", text)]
    spans, start = [], 0
    for a, b in [*breaks, (len(text), len(text))]:
        if text[start:a].strip():
            spans.append((start, a))
        start = b
    return spans


def _ends_paragraph(text: str, newline: re.Match[str]) -> bool:
    """In wrapped text: a newline that stands for more than a blank."""
    before = text[text.rfind("\n", 0, newline.start()) + 1 : newline.start()].rstrip()
    after = text[newline.end() : newline.end() + 60].lstrip(" \t")
    if not before or after.startswith("\n") or not after:
        return True
    return len(before) < 40 and not after[0].islower() and before[-1:] not in ",;-" and bool(_END.search(before[-4:]))


def _split_paragraph(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans, begin = [], start
    for match in _END.finditer(text, start, end):
        if match.end() < end and not _is_sentence_end(text, match, begin, end):
            continue
        spans += _cut(text, begin, match.end())
        begin = match.end()
    spans += _cut(text, begin, end)
    return spans


def _is_sentence_end(text: str, match: re.Match[str], begin: int, end: int) -> bool:
    following = text[match.end() : min(end, match.end() + 20)].lstrip()
    if not following or following[0].islower():
        return False
    if match.group()[0] != ".":
        return True
    word = text[max(begin, match.start() - 12) : match.start()].split()[-1:] or [""]
    token = word[0].lstrip("(\"'“‘[")
    if token.lower() in _ABBREVIATIONS:
        return token.lower() == "no" and not following[0].isdigit()
    if len(token) == 1 and token.isalpha() and token.isupper():  # an initial: "George W. Bush"
        return False
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", token):  # "U.S. officials" goes on, "to the U.S. The" does not
        return bool(re.match(r"(?:The|A|An|It|He|She|They|In|On|At|But|And|This|That|These|Its|His|Her)\b", following))
    return True


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    spans = []
    while end - start > _MAX_SENTENCE:
        blank = text.rfind(" ", start, start + _MAX_SENTENCE)
        cut = blank if blank > start else start + _MAX_SENTENCE
        spans.append((start, cut))
        start = cut + (blank > start)
    if end > start:
        spans.append((start, end))
    return spans
