"""Where a mention's event happens: locative phrases, datelines, "here"."""

import pytest

from extractors.catalog import load_places
from extractors.mentions.actors import ActorTable, ArticleActors
from extractors.mentions.datelines import dateline_place
from extractors.mentions.parse import parse_sentences
from extractors.mentions.places import find_place


def place(text: str, verb: str, initiative: str) -> tuple[str, str | None] | None:
    actors = ArticleActors(text, ActorTable(load_places()))
    (doc,) = parse_sentences([text])
    trigger = next(t for t in doc if t.text == verb)
    start = text.index(initiative)
    found = find_place(doc, 0, trigger, (start, start + len(initiative)), actors)
    return (found.name, found.code) if found else None


@pytest.mark.parametrize(
    ("text", "verb", "initiative", "expected"),
    [
        ("They signed a security pact in Oslo on Monday.", "signed", "security pact", ("Oslo", "NOR")),
        ("The forum met in Cape Town in June.", "met", "forum", ("Cape Town", "ZAF")),
        ("Norway proposed a security pact.", "proposed", "security pact", None),
        ("OSLO, May 3 -- They signed a security pact here on Monday.", "signed", "security pact", ("Oslo", "NOR")),
    ],
)
def test_the_place_hangs_on_the_action(
    text: str, verb: str, initiative: str, expected: tuple[str, str | None] | None
) -> None:
    assert place(text, verb, initiative) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GUILIN, March 23 (Agency) -- They met.", "Guilin"),
        ("CHEJU, South Korea (AP) - They met.", "Cheju"),
        ("Washington (AFP) - They met.", "Washington"),
        ("MINSK, December 6. /TASS/. They met.", "Minsk"),
        ("NEW DELHI: They met.", "New Delhi"),
        ("May 27, 1997 - They met.", None),
        ("They met on Monday.", None),
    ],
)
def test_datelines(text: str, expected: str | None) -> None:
    assert dateline_place(text) == expected
