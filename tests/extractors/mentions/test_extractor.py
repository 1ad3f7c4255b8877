"""What holds of every mention, whatever the text."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.mentions import load_extractor
from extractors.mentions.candidates import find_candidates
from extractors.mentions.extractor import Extractor
from extractors.mentions.parse import parse_sentences
from extractors.mentions.phrases import tidy
from extractors.records import ACTIONS, KINDS, MODALITIES, ROLES, Article, Mention


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


def article(text: str, *, published: str | None = "2024-05-15", language: str = "en") -> Article:
    moment = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    return Article(
        article_id="art-1", url="https://news.example/1", canonical_url="https://news.example/1", title=None, text=text,
        published_at=moment, published_basis="meta" if moment else "none", language=language,
    )  # fmt: skip


def told(mentions: tuple[Mention, ...]) -> set[tuple[str, str]]:
    return {(m.initiative, m.action) for m in mentions}


SIGNED = (
    "Kenya and Ethiopia signed a defence pact in Nairobi on Tuesday. The Shanghai Cooperation Organisation (SCO) held "
    "its annual summit in Astana. China and Russia proposed a new regional security dialogue platform."
)


def test_known_and_novel_initiatives_are_found_with_their_actions(extractor: Extractor) -> None:
    found = told(extractor.find_mentions(article(SIGNED)))
    assert ("Shanghai Cooperation Organisation", "convene") in found
    assert ("defence pact", "sign") in found
    assert any("security dialogue platform" in name and action == "propose" for name, action in found)


def test_an_explanation_says_how_likely_each_actor_and_each_date_is(extractor: Extractor) -> None:
    signed = next(m for m in extractor.find_mentions(article(SIGNED)) if m.action == "sign")
    who, when = signed.explanation[5:7]
    assert who.startswith("who takes part, by probability: ")
    assert set(who.partition(": ")[2].split()) >= {"Kenya", "Ethiopia"}
    assert when.startswith("date: 2024-05-14 (relative, precision day); of the sentence's dates Tuesday ")
    assert "none 0." in when


def test_two_things_told_in_one_sentence_have_each_their_own_day_and_their_own_doers(extractor: Extractor) -> None:
    text = (
        "Kenya, Uganda and Rwanda agreed on Tuesday to set up a Great Lakes security dialogue, a day after it was "
        "proposed by Kenyan Foreign Minister Peter Odongo."
    )
    found = {m.action: m for m in extractor.find_mentions(article(text))}
    assert found.keys() == {"agree", "propose"}
    doers = {action: {a.code for a in m.actors if a.role == "agent"} for action, m in found.items()}
    assert doers == {"agree": {"KEN", "UGA", "RWA"}, "propose": {"KEN"}}
    assert "given that something happened" in found["agree"].explanation[1]
    assert "a second action" in found["propose"].explanation[1]
    assert (found["agree"].event_date, found["propose"].event_date) == ("2024-05-14", "2024-05-13")


def test_what_a_broken_encoding_leaves_behind_a_name_is_not_part_of_it(extractor: Extractor) -> None:
    text = "China and Russia proposed a regional security dialogue platform â€ on Monday in Astana."
    assert {m.initiative for m in extractor.find_mentions(article(text))} == {"regional security dialogue platform"}
    assert tidy("the platform 16+1") == "platform 16+1"


def test_every_quote_stands_at_its_offsets_and_every_code_is_of_its_list(extractor: Extractor) -> None:
    one = article(SIGNED)
    mentions = extractor.find_mentions(one)
    assert mentions
    for m in mentions:
        assert one.text[m.start : m.end] == m.quote
        assert m.action in ACTIONS
        assert m.kind in KINDS
        assert m.modality in MODALITIES
        assert 0 <= m.confidence <= 1
        assert all(a.role in ROLES for a in m.actors)
        assert m.explanation
        assert (m.event_date is None) <= (m.date_precision == "none")


def test_the_same_article_gives_the_same_mentions(extractor: Extractor) -> None:
    assert extractor.find_mentions(article(SIGNED)) == extractor.find_mentions(article(SIGNED))


def test_another_language_is_left_alone(extractor: Extractor) -> None:
    assert extractor.find_mentions(article(SIGNED, language="fr")) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The bakery on Mill Lane won a prize for its rye bread on Saturday.",
        "The central bank left interest rates unchanged, and the currency rose against the dollar.",
        "",
        "\n\n",
    ],
)
def test_a_text_beside_the_point_gives_nothing(extractor: Extractor, text: str) -> None:
    assert extractor.find_mentions(article(text)) == ()


def test_without_a_publication_date_nothing_relative_is_resolved(extractor: Extractor) -> None:
    for m in extractor.find_mentions(article(SIGNED, published=None)):
        assert m.event_date is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            ["NATO", "the pact", "signed", "China", "will", "not", "SCO", "(", ")", '"', "“", "\n", ".", "on Tuesday",
             "a security forum", "2014", "\u0000", "é", "的", "it", "and", "—", "launched", "Xi Jinping", "U.S."]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_no_text_breaks_extraction(extractor: Extractor, words: list[str]) -> None:
    one = article(" ".join(words))
    for m in extractor.find_mentions(one):
        assert one.text[m.start : m.end] == m.quote


@pytest.mark.parametrize(
    "text", ["NATO " * 3000, "NATO signed a treaty with Norway, Finland, Estonia and " * 200, "NATO\n" * 2000]
)
def test_text_without_sentences_is_read_in_pieces(extractor: Extractor, text: str) -> None:
    for mention in extractor.find_mentions(article(text)):
        assert text[mention.start : mention.end] == mention.quote


def test_blanks_that_do_not_break_are_blanks_in_a_date(extractor: Extractor) -> None:
    (mention,) = extractor.find_mentions(article("Kenya and Ethiopia signed a defence pact on 3\u00a0May\u00a02024."))
    assert (mention.event_date, mention.date_precision) == ("2024-05-03", "day")


@pytest.mark.parametrize(
    "text",
    [
        "On Monday Kazakhstan left the Moscow-led military bloc, known as the CSTO.",
        "Kazakhstan left the CSTO, a Moscow-led military bloc, on Monday.",
    ],
)
def test_a_description_of_a_known_initiative_is_no_second_one(extractor: Extractor, text: str) -> None:
    assert [m.initiative_id for m in extractor.find_mentions(article(text))] == ["csto"]


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (
            "Britain and Germany signed the Trinity House Agreement on Monday, their first bilateral defence pact.",
            "treaty",
        ),
        ("At the grouping's summit in Bishkek the SCO met on Monday for the first time in two years.", "organisation"),
    ],
)
def test_what_stands_for_a_known_initiative_beside_it_is_no_second_one(
    extractor: Extractor, text: str, known: str
) -> None:
    found = extractor.find_mentions(article(text))
    assert [(m.known, m.kind) for m in found] == [(True, known)]


def test_a_phrase_ends_where_another_with_its_own_article_begins() -> None:
    (doc,) = parse_sentences(["China explores a code of conduct for the region and an Asian training centre."])
    found = {c.head: doc.text[c.start : c.long_end] for c in find_candidates(doc, 0, [])}
    assert found["code"] == "code of conduct for the region"


@pytest.mark.parametrize(
    ("sentence", "phrase"),
    [
        ("They extended the working group on piracy, which was set up in Suva.", "working group on piracy"),
        ("They praised the pact on fisheries, of which all three are parties.", "pact on fisheries"),
        ("Kenya wants a register of vessels that nobody may board.", "register of vessels"),
        ("Oman proposed a school for border guards in Sur, an old idea.", "school for border guards in Sur"),
    ],
)
def test_a_phrase_ends_where_a_clause_about_it_begins(sentence: str, phrase: str) -> None:
    (doc,) = parse_sentences([sentence])
    head = phrase.split()[0] if " for " in phrase or " of " in phrase else phrase.split(" on ")[0].split()[-1]
    found = {c.head: doc.text[c.start : c.long_end] for c in find_candidates(doc, 0, [])}
    assert found[head] == phrase


PLAIN = (
    "Norway and Fiji signed a defence pact in Suva on Monday. Fiji's parliament will debate it in June. The text "
    "was not published. Norway pays. Chile looked on."
)


ASIDES = " ".join(f"The shop in street number {number} sold bread and shoes." for number in range(20))


def test_plain_words_are_found_and_among_unlike_news_too(extractor: Extractor) -> None:
    for text in (PLAIN, f"{ASIDES}\n{PLAIN}\n{ASIDES}"):
        assert ("defence pact", "sign") in told(extractor.find_mentions(article(text)))


NAMED = "Ghana quit the African Union on Monday."


@pytest.mark.parametrize(
    ("told_first", "log_odds", "is_read"),
    [(NAMED, 2.4, False), (NAMED, 2.6, True), (NAMED, 5.1, True), (PLAIN, 0.4, False), (PLAIN, 0.6, True)],
)
def test_a_long_text_of_doubtful_words_is_read_when_its_most_telling_sentences_tell_something(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch, told_first: str, log_odds: float, is_read: bool
) -> None:
    """Sooner where a state stands in a sentence with a security word beside a noun of initiatives."""
    judged = SimpleNamespace(scores=lambda _text, gate: [log_odds] * len(gate.telling))
    monkeypatch.setattr(extractor, "relevance", judged)
    assert bool(extractor.find_mentions(article(f"{told_first}\n{ASIDES}"))) is is_read


def test_a_long_text_of_doubtful_words_that_tell_nothing_is_not_parsed_whole(
    extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = SimpleNamespace(scores=lambda _text, gate: [3.0] * len(gate.telling))
    monkeypatch.setattr(extractor, "relevance", judged)
    parsed: list[int] = []
    read = extractor.model.read
    monkeypatch.setattr(
        extractor.model, "read", lambda analysis, **how: parsed.append(len(analysis.docs)) or read(analysis, **how)
    )
    assert not extractor.find_mentions(article(f"Norway and Fiji argued over the pact of the two shops.\n{ASIDES}"))
    assert parsed == [1]
