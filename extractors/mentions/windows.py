"""Cuts an article into windows that the encoder reads: the title, then sentences, with word pieces tied to characters.

Every wanted sentence stands in exactly one window, after up to two sentences of context that an earlier window encoded.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractors.lexicon import LexiconMatch
from extractors.mentions.sentences import Sentence

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MAX_PIECES = 320
_MAX_TITLE, _MAX_SENTENCE, _CONTEXT = 32, 200, 2
MARKS = ("plain", "known", "known_ambiguous", "title")
"""What is added to each piece's embedding: whether the lexicon knows it, and whether it is the title's."""


@dataclass(frozen=True, slots=True)
class Window:
    """`pieces` of one encoder input; `spans` has each piece's (start, end) in the article, (-1, -1) for the title."""

    pieces: list[int]
    marks: list[int]
    spans: list[tuple[int, int]]
    ranges: dict[int, tuple[int, int]]
    """Sentence index to its first and past-last piece."""
    wanted: tuple[int, ...]

    def pieces_of(self, start: int, end: int) -> tuple[int, int]:
        """First and past-last piece overlapping characters start..end of the article, (0, 0) if there is none."""
        last = bisect_left(self.spans, (end, -1), hi=len(self.spans) - 1)  # the closing [SEP] has no place
        first = last
        while first > 0 and self.spans[first - 1][1] > start:
            first -= 1
        return (first, last) if first < last else (0, 0)


def cut_windows(
    title: str, text: str, sentences: Sequence[Sentence], wanted: Sequence[int],
    matches: Sequence[LexiconMatch], tokenizer: "Tokenizer",
) -> list[Window]:  # fmt: skip
    """Windows over the wanted sentences, in order."""
    head = tokenizer.encode(title, add_special_tokens=False).ids[:_MAX_TITLE] if title else []
    cls, sep = _piece(tokenizer, "[CLS]"), _piece(tokenizer, "[SEP]")
    encoded: dict[int, tuple[list[int], list[tuple[int, int]]]] = {}

    def pieces(index: int) -> tuple[list[int], list[tuple[int, int]]]:
        if index not in encoded:
            sentence = sentences[index]
            one = tokenizer.encode(text[sentence.start : sentence.end], add_special_tokens=False)
            spans = [(sentence.start + a, sentence.start + b) for a, b in one.offsets]
            encoded[index] = (one.ids[:_MAX_SENTENCE], spans[:_MAX_SENTENCE])
        return encoded[index]

    def is_too_long(plan: Sequence[int]) -> bool:
        return sum(len(pieces(i)[0]) for i in plan) + len(head) + 3 > MAX_PIECES

    def finish(group: Sequence[int]) -> Window:
        plan = _with_context(group)
        while plan[0] != group[0] and is_too_long(plan):
            del plan[0]
        return _window(head, cls, sep, plan, group, pieces, matches)

    windows, group = [], list[int]()
    for index in wanted:
        if group and is_too_long(_with_context([*group, index])):
            windows.append(finish(group))
            group = []
        group.append(index)
    if group:
        windows.append(finish(group))
    return windows


def _piece(tokenizer: "Tokenizer", name: str) -> int:
    number = tokenizer.token_to_id(name)
    if number is None:
        raise ValueError(f"the tokenizer has no piece {name}")
    return number


def _with_context(group: Sequence[int]) -> list[int]:
    return sorted({*group, *(i for i in range(group[0] - _CONTEXT, group[0]) if i >= 0)})


def _window(
    head: Sequence[int], cls: int, sep: int, plan: Sequence[int], wanted: Sequence[int],
    pieces: Callable[[int], tuple[list[int], list[tuple[int, int]]]], matches: Sequence[LexiconMatch],
) -> Window:  # fmt: skip
    ids = [cls, *head, sep]
    marks = [3] * len(ids)
    spans = [(-1, -1)] * len(ids)
    ranges = {}
    for index in plan:
        one, where = pieces(index)
        ranges[index] = (len(ids), len(ids) + len(one))
        ids += one
        spans += where
        marks += [_mark(start, end, matches) for start, end in where]
    return Window([*ids, sep], [*marks, 0], [*spans, (-1, -1)], ranges, tuple(wanted))


def _mark(start: int, end: int, matches: Sequence[LexiconMatch]) -> int:
    for match in matches:
        if match.start < end and match.end > start:
            return 1 if match.sure else 2
    return 0
