"""Text made to be slow costs in proportion to its length: run by `make bench`."""

import time
from collections.abc import Callable
from datetime import date
from itertools import count

import pytest

from extractors.mentions.date_words import find_date_words
from extractors.mentions.main_date import main_date

LONGER = 4
_NUMBERS = count()
"""Never the same text twice: what was found in one is remembered."""


def read_date_words(n: int) -> None:
    find_date_words(f"{next(_NUMBERS)} " + "1-2-3 May " * n + "two " * 3 * n + "the day " * n + "20 " * 2 * n)


def read_main_date(n: int) -> None:
    text = "\n" * 16 * n + '"' * 16 * n + "Monday " * n + "A:" * 7 * n
    main_date(f"{next(_NUMBERS)} {text}", date(2021, 3, 24))


@pytest.mark.bench
@pytest.mark.parametrize("read", [read_date_words, read_main_date])
def test_cost_grows_with_length(read: Callable[[int], None]) -> None:
    read(10)  # what is set up once
    short, long = (min(_seconds(read, n) for _ in range(3)) for n in (1000, 1000 * LONGER))
    print(f"{read.__name__}: {short * 1000:.1f} ms, {LONGER} times as long: {long / short:.1f} x")
    assert long < 2 * LONGER * short


def _seconds(read: Callable[[int], None], n: int) -> float:
    began = time.process_time()
    read(n)
    return time.process_time() - began
