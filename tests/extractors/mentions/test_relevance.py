"""The relevance model: what an article is about, by the words of its telling sentences."""

from pathlib import Path

import pytest

from extractors.lexicon import load_lexicon
from extractors.mentions.errors import ModelError
from extractors.mentions.gate import Gate, open_gate
from extractors.mentions.model import DIRECTORY
from extractors.mentions.relevance import Relevance

PACT = (
    "The foreign ministers of Kenya and Uganda met in Nairobi on Monday. They signed a defence pact that lets each "
    "station troops in the other's country. The two armies will train together from next year."
)
FOOTBALL = (
    "Kenya and Uganda drew in Nairobi on Monday. The alliance of the two defenders held until the last minute, and the "
    "Ugandan coach praised the security that it gave his side. The league goes on next week."
)


@pytest.fixture(scope="module")
def relevance() -> Relevance:
    return Relevance(DIRECTORY / "relevance.npz")


def opened(title: str | None, text: str) -> Gate:
    gate = open_gate(title, text, load_lexicon(None))
    assert gate is not None
    return gate


def test_a_pact_is_more_to_the_point_than_a_league(relevance: Relevance) -> None:
    pact = max(relevance.scores("Neighbours sign pact", PACT, opened("Neighbours sign pact", PACT)))
    league = max(relevance.scores("Draw in Nairobi", FOOTBALL, opened("Draw in Nairobi", FOOTBALL)))
    assert pact > league + 1


def test_one_score_for_each_telling_sentence(relevance: Relevance) -> None:
    gate = opened(None, PACT)
    assert len(relevance.scores(None, PACT, gate)) == len(gate.telling) > 0


@pytest.mark.parametrize("damaged", [b"nothing of the kind", b"PK\x03\x04 the beginning of an archive", b""])
def test_weights_that_cannot_be_read_name_their_file(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "relevance.npz").write_bytes(damaged)
    with pytest.raises(ModelError, match=r"relevance\.npz"):
        Relevance(tmp_path / "relevance.npz")
