"""Training the relevance model: what it is shown, and that it learns."""

from pathlib import Path

from extractors.lexicon import load_lexicon
from extractors.mentions.gate import open_gate
from extractors.mentions.relevance import Relevance
from extractors.training.labels import Passage
from extractors.training.relevance import ASIDES, asides, train_relevance

TOLD = "Norway and Fiji signed a defence pact in Suva on Monday."
QUIET = "Norway and Fiji met in the rugby league on Monday.\nThe alliance of Fiji's defenders held."


def passage(text: str, *evidence: str) -> Passage:
    return {"title": "Monday", "text": text, "mentions": [{"evidence": sentence} for sentence in evidence]}


def test_a_sentence_that_tells_something_is_shown_amid_news_that_tell_nothing() -> None:
    shown = list(asides([passage(f"{TOLD} It rained.", TOLD), passage(QUIET)]))
    assert len(shown) == 1
    paragraphs = shown[0]["text"].split("\n")
    assert TOLD in paragraphs
    assert "\n".join(one for one in paragraphs if one != TOLD) == QUIET
    assert [mention["evidence"] for mention in shown[0]["mentions"]] == [TOLD]


def test_of_a_passage_with_many_only_some_are_shown() -> None:
    sentences = [TOLD.replace("Suva", city) for city in ("Oslo", "Nadi", "Bergen", "Lautoka", "Labasa")]
    assert len(list(asides([passage(" ".join(sentences), *sentences), passage(QUIET)]))) == ASIDES


def test_nothing_is_shown_amid_nothing() -> None:
    assert not list(asides([passage(TOLD, TOLD)]))


def test_it_learns_to_tell_them_apart(tmp_path: Path) -> None:
    lexicon = load_lexicon(None)
    path = tmp_path / "relevance.npz"
    train_relevance([passage(TOLD, TOLD), passage(QUIET)] * 4, lexicon, path)
    relevance = Relevance(path)

    def highest(text: str) -> float:
        gate = open_gate("Monday", text, lexicon)
        assert gate is not None
        return max(relevance.scores(text, gate))

    assert highest(f"{QUIET}\n{TOLD}") > 0 > highest(QUIET)
