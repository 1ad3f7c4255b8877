"""The relevance model: what an article is about, by the words of its telling sentences."""

from pathlib import Path

import numpy as np
import pytest

from extractors.lexicon import load_lexicon
from extractors.mentions.errors import ModelError
from extractors.mentions.gate import Gate, open_gate
from extractors.mentions.model import DIRECTORY
from extractors.mentions.relevance import Relevance, telling_features

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


def opened(text: str, title: str | None = None) -> Gate:
    gate = open_gate(title, text, load_lexicon(None))
    assert gate is not None
    return gate


def highest(relevance: Relevance, text: str) -> float:
    return max(relevance.scores(text, opened(text)))


def test_a_pact_is_more_to_the_point_than_a_league(relevance: Relevance) -> None:
    assert highest(relevance, PACT) > highest(relevance, FOOTBALL) + 1


def test_one_score_for_each_telling_sentence(relevance: Relevance) -> None:
    gate = opened(PACT)
    assert len(relevance.scores(PACT, gate)) == len(gate.telling) > 0


def test_a_paragraph_counts_as_much_under_the_title_of_another_subject(relevance: Relevance) -> None:
    both = f"{FOOTBALL}\n{PACT}"
    scores = relevance.scores(both, opened(both, "Draw in Nairobi"))
    assert max(scores) == pytest.approx(highest(relevance, PACT), abs=1.0)


def test_any_state_is_as_good_as_another() -> None:
    other = PACT.replace("Kenya", "Peru").replace("Uganda", "Chile").replace("Nairobi", "Lima")
    ours, theirs = (list(telling_features(text, opened(text))) for text in (PACT, other))
    assert len(ours) == len(theirs) > 0
    assert all(map(np.array_equal, ours, theirs))


@pytest.mark.parametrize("damaged", [b"nothing of the kind", b"PK\x03\x04 the beginning of an archive", b""])
def test_weights_that_cannot_be_read_name_their_file(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "relevance.npz").write_bytes(damaged)
    with pytest.raises(ModelError, match=r"relevance\.npz"):
        Relevance(tmp_path / "relevance.npz")


def test_weights_of_another_size_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "relevance.npz", weights=np.zeros(7, dtype=np.float16), bias=np.float32(0))
    with pytest.raises(ModelError, match="7 weights, not"):
        Relevance(tmp_path / "relevance.npz")
