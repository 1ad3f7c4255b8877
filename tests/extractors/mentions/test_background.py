"""What is recalled is told from an article's news."""

from datetime import date

import pytest

from extractors.mentions.background import background_features, weigh_background
from extractors.mentions.dates import date_mention
from extractors.mentions.modality_features import modality_features
from extractors.records import Action, Modality
from tests.extractors.mentions.judging import ask_for_date

WEDNESDAY = date(2021, 3, 24)
UNDECIDED = 0.5


def recalled(
    sentence: str, verb: str, encoder: float = UNDECIDED, modality: Modality = "actual", action: Action = "launch",
    place: int = 2,
) -> bool:  # fmt: skip
    asked, judge = ask_for_date(sentence, verb, modality, action=action, published=WEDNESDAY)
    words = modality_features(asked.trigger, action)
    features = background_features(words, asked, date_mention(sentence, asked, judge), place)
    return weigh_background(encoder, features).is_background


@pytest.mark.parametrize(
    ("sentence", "verb", "background"),
    [
        ("The forum was founded in 2001.", "founded", True),
        ("The forum was founded on Tuesday.", "founded", False),
        ("They agreed in January to found a forum.", "agreed", True),
        ("They founded the forum this month.", "founded", False),
        ("They founded the forum in the 1990s.", "founded", True),
        ("Norway had founded the forum.", "founded", True),
        ("Norway said that it had founded the forum.", "founded", False),
        ("Norway and Fiji founded a forum in Suva on 12 March.", "founded", False),
        ("Norway and Fiji founded a forum in Suva on 12 January.", "founded", True),
    ],
)
def test_what_lies_back_or_is_told_as_past_is_background(sentence: str, verb: str, background: bool) -> None:
    assert recalled(sentence, verb) is background


def test_what_is_to_come_is_news() -> None:
    assert not recalled("Norway will found a forum in June.", "found", modality="planned")
    assert not recalled("Norway may found a forum.", "found", modality="possible")


def test_without_a_day_of_publication_the_words_still_tell() -> None:
    sentence = "Norway had founded the forum."
    asked, judge = ask_for_date(sentence, "founded", "actual", action="launch", published=None)
    words = modality_features(asked.trigger, "launch")
    found = date_mention(sentence, asked, judge)
    recall = weigh_background(UNDECIDED, background_features(words, asked, found, 3))
    assert recall.is_background
    assert "had" in recall.why


def test_a_sure_encoder_decides_where_the_words_do_not() -> None:
    sentence = "Norway backed the forum."
    assert recalled(sentence, "backed", encoder=0.999, action="endorse")
    assert not recalled(sentence, "backed", encoder=0.001, action="endorse")
