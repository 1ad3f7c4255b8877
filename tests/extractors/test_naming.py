"""Names of initiatives: which are two words for one thing, and which are two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.developments.naming import name_key, similarity, take_apart


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Asian security architecture", "new regional security cooperation architecture"),
        ("a new Asian structure for security cooperation", "Asian security architecture"),
        ("joint risk assessment mechanism", "mechanism to assess risks jointly"),
        ("regional security dialogue platform", "forum for talks on regional security"),
        ("security response centre", "Asian security emergency response center"),
        ("hotline between coast guards", "direct line between the coast guards"),
        ("multi-lateral defense treaty", "multilateral defence pact"),
        ("patrol of fishing grounds", "fisheries patrol"),
        ("border police centre", "centre for border policing"),
    ],
)
def test_other_words_for_one_thing_are_alike(one: str, other: str) -> None:
    assert similarity(take_apart(one), take_apart(other)) >= 0.5
    assert similarity(take_apart(other), take_apart(one)) == similarity(take_apart(one), take_apart(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("coast guard hotline", "coast guard forum"),
        ("Asian security architecture", "African security architecture"),
        ("Central Asian security forum", "South Asian security forum"),
        ("defence consultation mechanism", "security dialogue mechanism"),
        ("forum for security cooperation in law enforcement", "non-governmental forum on security"),
        ("Sahel security fund", "Sahel early warning centre"),
        ("naval exercise in the Skagerrak", "mine-clearing exercise in the Pomeranian Bay"),
        ("memorandum on coast guard cooperation", "agreement on the exchange of military information"),
    ],
)
def test_two_things_are_not_alike(one: str, other: str) -> None:
    assert similarity(take_apart(one), take_apart(other)) < 0.5


@pytest.mark.parametrize(
    ("name", "head", "parties"),
    [
        ("access agreement between Japan and New Zealand", "pact", {"JPN", "NZL"}),
        ("code of conduct for regional security", "code", set()),
        ("agreement with the United Kingdom", "pact", {"GBR"}),
        ("South China Sea code", "code", set()),
        ("treaty between South Korea and South Sudan", "pact", {"KOR", "SSD"}),
    ],
)
def test_head_noun_and_named_states_are_found(name: str, head: str, parties: set[str]) -> None:
    found = take_apart(name)
    assert (found.head, found.parties) == (head, parties)


def test_spelling_articles_and_accents_make_no_other_name() -> None:
    assert name_key("The Yaoundé Code of Conduct") == name_key("Yaounde code of conduct")
    assert name_key("Defense co-operation program") == name_key("defence cooperation programme")


@given(st.text(max_size=60))
def test_any_text_is_taken_apart_and_like_itself(text: str) -> None:
    assert similarity(take_apart(text), take_apart(text)) == 1.0
