"""Recognises the dateline of a news report: "GUILIN, March 23 (Xinhua) --", "PARIS - ", "NEW DELHI:"."""

import re

_NOT_PLACES = (
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|"
    r"Wednesday|Thursday|Friday|Saturday|Sunday|Question|Answer|Reporter|Minister|President|Jan|Feb|Mar|Apr|Jun|Jul|Aug|"
    r"Sept?|Oct|Nov|Dec)\b)"
)
_WORD = r"[^\W\d_a-z](?:[^\W\d_]|['’.-])*"
DATELINE = re.compile(
    rf"\s*{_NOT_PLACES}(?P<place>{_WORD}(?: {_WORD}){{0,3}})(?:/{_WORD})?(?:,[^\n(:]{{2,40}}?)?\s*"
    r"(?:\([^)\n]{2,40}\)\s*)?(?:\s[-–—]{1,2}|[–—]|(?<=[A-Z]{3}):|\.? /[A-Za-z]{2,12}/\.?)\s"
)
"""The `place` ends before a country or a date. A colon counts after capitals only."""


def dateline_place(text: str) -> str | None:
    """The place of a dateline, in usual capitals."""
    match = DATELINE.match(text)
    if match is None:
        return None
    name = match.group("place")
    return name.title() if name.isupper() and len(name) > 3 else name
