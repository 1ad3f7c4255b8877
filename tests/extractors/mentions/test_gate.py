"""The gate drops nothing that the full reading finds, and lets plain news through without a parse."""

import pytest

from extractors.lexicon import load_lexicon
from extractors.mentions import load_extractor
from extractors.mentions.analysis import analyse
from extractors.mentions.gate import open_gate
from extractors.mentions.sentences import split_sentences
from tests.gold.evaluate import HERE as GOLD
from tests.gold.evaluate import read_passages


@pytest.mark.parametrize("corpus", sorted(path.stem for path in GOLD.glob("*.jsonl")))
def test_no_mention_of_the_full_reading_stands_in_a_dropped_sentence(corpus: str) -> None:
    """In passages with something to find. What the gate keeps out of the others would be a false alarm."""
    extractor = load_extractor()
    dropped = []
    for passage in read_passages(corpus):
        gate = open_gate(passage["title"], passage["text"], extractor.lexicon)
        wanted = set(gate.wanted) if gate else set()
        if len(wanted) == len(split_sentences(passage["text"])) or not passage["mentions"]:
            continue
        analysis = analyse(passage["title"], passage["text"], extractor.lexicon)
        told = extractor.believe(analysis, extractor.model.read(analysis, hope=0.0)[1])
        dropped += [(passage["id"], d.action, d.sentence) for d, _ in told if d.sentence not in wanted]
    assert not dropped


@pytest.mark.parametrize(
    "text",
    [
        "The striker scored twice as the home side won the derby on Sunday.",
        "Shares of the carmaker rose after it reported record sales.",
        "Scientists have found a new species of frog in a cave.",
    ],
)
def test_plain_news_is_not_parsed(text: str) -> None:
    assert open_gate(None, text, load_lexicon()) is None


def test_a_known_name_opens_the_gate() -> None:
    gate = open_gate(None, "It rained. NATO met in Brussels.", load_lexicon())
    assert gate is not None
    assert gate.telling == [1]


def test_a_plain_phrase_beside_a_state_is_evident() -> None:
    gate = open_gate(None, "It rained. Norway and Fiji signed a defence pact.", load_lexicon())
    assert gate is not None
    assert gate.evident == [1]


def test_what_stands_in_any_news_is_not_evident() -> None:
    gate = open_gate(
        None, "The UN Security Council met on Chad. The country's alliance of parties won.", load_lexicon()
    )
    assert gate is not None
    assert gate.evident == []
