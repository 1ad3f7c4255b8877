"""How real an action is, by the words of grammar around its word."""

from math import log

import pytest
from spacy.tokens import Token

from extractors.mentions.modality import settle_modality
from extractors.mentions.modality_features import modality_features
from extractors.mentions.modality_signs import is_asked, is_asked_hearsay, is_call, read_sign
from extractors.mentions.parse import parse_sentences
from extractors.records import Action, Modality

UNDECIDED = (0.25, 0.25, 0.25, 0.25)


def settled(odds: tuple[float, ...], trigger: Token, action: Action) -> Modality:
    """Where the encoder has one opinion of the pair and of the word."""
    return settle_modality(odds, [log(p) for p in odds], modality_features(trigger, action), trigger, action)


@pytest.mark.parametrize(
    ("sentence", "verb", "modality"),
    [
        ("Norway and Fiji signed the pact on Tuesday.", "signed", "actual"),
        ("Norway and Fiji have agreed to sign the pact.", "agreed", "actual"),
        ("Norway and Fiji will sign the pact on Tuesday.", "sign", "planned"),
        ("The pact is to be signed in June.", "signed", "planned"),
        ("The ministers are due to sign the pact next week.", "sign", "planned"),
        ("The ministers were to have signed the pact in June.", "signed", "negated"),
        ("Norway may sign the pact.", "sign", "possible"),
        ("Norway is considering whether to sign the pact.", "sign", "possible"),
        ("Norway did not sign the pact.", "sign", "negated"),
        ("Neither country has signed the pact.", "signed", "negated"),
        ("Norway refused to sign the pact.", "sign", "negated"),
    ],
)
def test_words_of_grammar_decide_where_the_encoder_does_not(sentence: str, verb: str, modality: Modality) -> None:
    (doc,) = parse_sentences([sentence])
    trigger = next(token for token in doc if token.text == verb)
    action: Action = "agree" if verb == "agreed" else "sign"
    assert settled(UNDECIDED, trigger, action) == modality


def test_a_sure_encoder_outweighs_a_doubtful_grammar() -> None:
    (doc,) = parse_sentences(["Signature of the pact by Norway."])
    sure = (0.001, 0.997, 0.001, 0.001)
    assert settled(sure, doc[0], "sign") == "planned"


def test_a_denial_is_not_the_deed() -> None:
    (doc,) = parse_sentences(["Fiji has not withdrawn from the Suva pact."])
    trigger = next(token for token in doc if token.text == "withdrawn")
    odds = (0.75, 0.02, 0.03, 0.2)
    assert settled(odds, trigger, "withdraw") == "negated"


def test_the_sign_is_what_explanations_show() -> None:
    (doc,) = parse_sentences(["A columnist wrote that the bloc should sign. Norway will sign the pact."])
    assert read_sign(next(t for t in doc if t.text == "sign" and t.i > 9), "sign") == "planned"


def test_what_is_only_asked_is_told_from_what_is_said() -> None:
    assert is_asked("When will the next session of the council take place?")
    assert is_asked("Q: Is a defence pact to be signed in May?")
    assert not is_asked("Fiji has left the forum. Why?")
    assert not is_asked("They will sign, won't they?")
    assert not is_asked("Will they sign? They will.")


def test_a_question_that_passes_on_reports_asserts_nothing() -> None:
    assert is_asked_hearsay("", "Question: Some websites reported on Monday that Fiji has left the forum.")
    assert is_asked_hearsay("Q: Good morning. ", "There are rumours that Fiji has left the forum.")
    assert not is_asked_hearsay("", "Question: Fiji has left the forum. Why?")
    assert not is_asked_hearsay("", "Websites reported that Fiji has left the forum.")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The neighbours should set up a hotline, the minister said.", True),
        ("She said that they should become partners and should set up a hotline.", True),
        ("The neighbours should set up a hotline.", False),
        ("The minister said that they will set up a hotline.", False),
    ],
)
def test_a_should_is_a_call_when_somebody_says_it(sentence: str, told: bool) -> None:
    (doc,) = parse_sentences([sentence])
    assert is_call(next(token for token in doc if token.text == "set")) is told


def test_what_hangs_on_a_thing_that_is_not_there_is_denied() -> None:
    (doc,) = parse_sentences(["There is no table at which the neighbours sit down."])
    assert read_sign(next(token for token in doc if token.text == "sit"), "convene") == "negated"
