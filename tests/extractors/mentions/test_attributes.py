"""The encoder's opinion of a mention's attributes."""

import numpy as np
import pytest

from extractors.lexicon import load_lexicon
from extractors.mentions.actors import ArticleActors
from extractors.mentions.actors_features import mention_rows
from extractors.mentions.attributes import Attributes, Place, locate_actor, locate_mention
from extractors.mentions.extractor import actor_table
from extractors.mentions.model import Encoded, load_model
from extractors.records import ACTIONS, MODALITIES, Action
from tests.extractors.mentions.judging import read_last


def opinion(
    text: str, verb: str, pact: str, action: Action
) -> tuple[Attributes, Encoded, list[str], list[list[float]]]:
    """What the encoder says of the action told by `verb` in the last sentence of a text."""
    read = read_last(text)
    trigger, start = read.word(verb), text.rindex(pact)
    found = read.judge(trigger, (start, start + len(pact)), action)
    actors = ArticleActors(text, actor_table(load_lexicon(None)), title="Suva welcomes guests")
    rows = mention_rows(read.doc, read.start, trigger, (start, start + len(pact)), actors, action)
    parts = found.roles(rows, [locate_actor(read.encoded.window, row, actors) for row in rows])
    return found, read.encoded, [row.actor.code or row.actor.name for row in rows], parts


@pytest.mark.parametrize(
    ("text", "verb", "action", "modality"),
    [
        ("Norway and Fiji signed a defence pact in Suva on Tuesday.", "signed", "sign", "actual"),
        ("Norway and Fiji will sign a defence pact in Suva on Tuesday.", "sign", "sign", "planned"),
        ("Norway may sign a defence pact with Fiji one day, a minister said.", "sign", "sign", "possible"),
        ("Norway has refused to sign a defence pact with Fiji.", "sign", "sign", "negated"),
    ],
)
def test_how_real_an_action_is(text: str, verb: str, action: Action, modality: str) -> None:
    odds = opinion(text, verb, "defence pact", action)[0].modality()
    assert np.exp(odds).sum() == pytest.approx(1, abs=1e-4)
    assert MODALITIES[odds.index(max(odds))] == modality


def test_who_signs_and_who_only_speaks() -> None:
    text = "Norway and Fiji signed a defence pact on Tuesday, the Japanese ambassador said."
    _, _, names, parts = opinion(text, "signed", "defence pact", "sign")
    agent = {name: float(np.exp(odds[0])) for name, odds in zip(names, parts, strict=True)}
    assert np.exp(parts).sum(1) == pytest.approx(1, abs=1e-4)
    assert min(agent["NOR"], agent["FJI"]) > agent["JPN"]


def test_what_stands_outside_the_window_has_no_place() -> None:
    text = "Norway and Fiji signed a defence pact on Tuesday."
    _, encoded, names, _ = opinion(text, "signed", "defence pact", "sign")
    assert "FJI" in names
    read = read_last(text)
    place = locate_mention(encoded.window, read.sentence, read.word("signed"), (30, 30), "sign")
    assert place.initiative == (0, 0)
    assert place.action == ACTIONS.index("sign")


def test_a_sentence_without_pieces_is_judged_by_its_window() -> None:
    _, encoded, _, _ = opinion("Norway and Fiji signed a defence pact.", "signed", "defence pact", "sign")
    odds = load_model().attributes(encoded, Place((0, 0), (0, 0), (5, 5), ACTIONS.index("sign"))).modality()
    assert np.exp(odds).sum() == pytest.approx(1, abs=1e-4)
