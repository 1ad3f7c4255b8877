"""Copies: what counts as taken from another article, and what is a second newsroom's own report."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.copies import find_copies, resolve_origins
from extractors.records import Article, ArticleCopy

WIRE = (
    "CONSTANTA, Romania (Reuters) - Romania, Bulgaria and Turkey agreed on Tuesday to set up a centre that warns ships "
    "of drifting mines in the Black Sea, their defence ministers said after a day of talks.\n"
    "The centre, which is to open next spring with forty officers, will send notices to merchant ships "
    "within minutes of "
    "a sighting, according to a text seen at the meeting. Its costs of nine million euros a year will be "
    "split in three.\n"
    '"Every captain on this sea has asked us for this for four years, and today we can give an answer," Romania\'s '
    "defence minister told reporters in the port city of Constanta.\n"
    "Since 2022 more than a hundred mines have been destroyed along the western coast. Two freighters "
    "were damaged last "
    "winter, and insurers have doubled their rates.\n"
    "Ukraine was not at the table but will receive the notices, the ministers said. NATO welcomed the plan."
)
ABRIDGED = (
    "Romania, Bulgaria and Turkey will have a common centre that warns ships of drifting mines in the Black Sea, their "
    "defence ministers said on Tuesday after a day of talks.\n"
    "The centre is to open in spring and will send notices to merchant ships within minutes of a "
    "sighting. Its costs of "
    "nine million euros will be shared.\n"
    "More than a hundred mines have been destroyed along the western coast since 2022, and insurers have doubled their "
    "rates. NATO welcomed the plan.\n"
    "Our correspondent in Sofia adds that the harbour of Burgas hopes to host the officers, and that the "
    "budget committee "
    "of the Bulgarian parliament will take up the matter before the summer recess begins."
)
INDEPENDENT = (
    "After four years of fishing explosives out of their nets, the people of Mangalia may sleep better. "
    "Ankara, Bucharest "
    "and Sofia have decided to run a joint watch for mines, we learned from two negotiators on Tuesday evening.\n"
    "Forty officers are to work in shifts; where they will sit is disputed, since both Varna and "
    "Constanta have offered a "
    "building. The yearly bill comes to nine million euros.\n"
    '"Every captain on this sea has asked us for this for four years, and today we can give an answer," Romania\'s '
    "defence minister said.\n"
    "Diplomats from the alliance were pleased. Kyiv, which laid some of the mines itself, gets the warnings too."
)


def article(
    name: str, text: str, *, host: str = "", title: str | None = None, hours: float = 0, authors: tuple[str, ...] = ()
) -> Article:
    url = f"https://{host or name + '.example'}/{name}"
    return Article(
        article_id=name,
        url=url,
        canonical_url=url,
        title=title,
        text=text,
        published_at=datetime(2026, 6, 9, 8, tzinfo=UTC) + timedelta(hours=hours),
        authors=authors,
    )


def only(copies: tuple[ArticleCopy, ...]) -> ArticleCopy:
    assert len(copies) == 1, copies
    return copies[0]


def test_same_text_in_another_layout_is_a_copy() -> None:
    found = find_copies([article("b", WIRE.replace("\n", "\n\n").upper(), hours=1)], [article("a", WIRE)])
    copy = only(found)
    assert (copy.article_id, copy.origin_id, copy.basis, copy.similarity) == ("b", "a", "same-text", 1.0)


def test_same_address_under_another_id_is_a_copy() -> None:
    one, other = article("a", "first text", host="x.example"), article("b", "second text", host="x.example")
    same = Article(**{**{f: getattr(other, f) for f in Article.__slots__}, "canonical_url": one.canonical_url})
    assert only(find_copies([same], [one])).basis == "canonical-url"


def test_text_with_a_word_changed_is_a_near_copy() -> None:
    copy = only(
        find_copies([article("b", WIRE.replace("forty officers", "40 officers"), hours=1)], [article("a", WIRE)])
    )
    assert copy.basis == "near-copy"
    assert copy.similarity is not None
    assert 0.7 < copy.similarity < 1
    assert "%" in copy.evidence


def test_abridged_and_rewritten_wire_copy_is_found_with_its_evidence() -> None:
    copy = only(find_copies([article("b", ABRIDGED, hours=3)], [article("a", WIRE, host="www.reuters.com")]))
    assert (copy.origin_id, copy.basis) == ("a", "edited-copy")
    assert copy.similarity is not None
    assert copy.similarity < 0.5
    assert "lead" in copy.evidence


def test_second_newsroom_that_quotes_the_same_words_is_no_copy() -> None:
    assert find_copies([article("b", INDEPENDENT, hours=2)], [article("a", WIRE, host="www.reuters.com")]) == ()


def test_first_published_of_a_batch_is_the_origin() -> None:
    found = find_copies([article("late", WIRE, hours=5), article("early", WIRE, host="www.reuters.com")], [])
    assert [(copy.article_id, copy.origin_id) for copy in found] == [("late", "early")]


def test_stored_article_is_never_redeclared_and_input_order_does_not_matter() -> None:
    new = [article("c", WIRE, hours=2), article("b", ABRIDGED, hours=1)]
    stored = [article("a", WIRE, host="www.reuters.com")]
    assert find_copies(new, stored) == find_copies(new[::-1], stored)
    assert {copy.article_id for copy in find_copies(new, stored)} == {"b", "c"}


def test_article_given_again_is_not_a_copy_of_itself() -> None:
    again = article("a", WIRE, host="www.reuters.com")
    assert find_copies([again], [again]) == ()


@pytest.mark.parametrize(
    ("text", "origin", "basis"),
    [
        ("WINDHOEK, May 4 (Xinhua) -- Ministers of the bloc met here on Monday.", "agency:Xinhua", "agency"),
        ("LOME — AP — Ministers of the bloc met on Monday.", "agency:AP", "agency"),
        ("Ministers of the bloc met on Monday.\nSource: AFP", "agency:AFP", "agency"),
        ("Ministers of the bloc met on Monday. They spoke of patrols.\n(Reuters)", "agency:Reuters", "agency"),
        ("Reuters quoted an official as saying that ministers met on Monday.", "agency:Reuters", "agency"),
        ("Ministers met on Monday, the state news agency KCNA reported.", "agency:KCNA", "agency"),
        ("Ministers met on Monday, KCNA reported on Tuesday.", "agency:KCNA", "agency"),
        (
            "Ministers met on Monday.\nThis article first appeared in The Daily Example.",
            "outlet:Daily Example",
            "source-line",
        ),
        ("From Harbour Post website\nMinisters met on Monday.", "outlet:Harbour Post", "source-line"),
        (
            "Ministers met on Monday.\nRepublished with permission from Steppe Courier.",
            "outlet:Steppe Courier",
            "source-line",
        ),
        ("Ministers met on Monday. The app was down, and the source of the leak is unknown.", None, None),
        ("Ministers met on Monday and discussed the role of the SPA resort.", None, None),
    ],
)
def test_named_source_is_the_origin_where_no_original_is_stored(
    text: str, origin: str | None, basis: str | None
) -> None:
    found = find_copies([article("b", text)], [])
    if origin is None:
        assert found == ()
    else:
        copy = only(found)
        assert (copy.origin_id, copy.basis) == (origin, basis)
        assert copy.evidence


def test_agency_far_down_in_the_text_makes_no_copy() -> None:
    prose = "The committee met for nine hours and came to no conclusion about the harbour. " * 12
    assert (
        find_copies([article("b", prose + "\nLast year TASS reported that the harbour was full. It is not.")], []) == ()
    )


def test_author_line_names_the_agency() -> None:
    assert (
        only(find_copies([article("b", WIRE[30:], authors=("By Agence France-Presse",))], [])).origin_id == "agency:AFP"
    )


def test_agency_is_no_copy_of_itself() -> None:
    assert find_copies([article("a", WIRE, host="www.reuters.com")], []) == ()


def test_named_outlet_is_matched_to_its_stored_article() -> None:
    original = article("a", WIRE.partition(" - ")[2], host="www.harbourpost.example")
    reposted = article("b", ABRIDGED + "\nThis article first appeared in The Harbour Post.", hours=4)
    copy = only(find_copies([reposted], [original]))
    assert (copy.origin_id, copy.basis) == ("a", "source-line")
    assert "first appeared in" in copy.evidence


def test_short_notes_are_alike_by_chance() -> None:
    stored = article("a", "Markets were closed on Monday.", title="Markets")
    assert find_copies([article("b", "Markets were closed on Monday.", title="Bourse")], [stored]) == ()
    assert (
        only(find_copies([article("c", "Markets were closed on Monday.", title="Markets")], [stored])).origin_id == "a"
    )


def test_empty_texts_are_no_copies() -> None:
    assert find_copies([article("b", "", title="x")], [article("a", "", title="x")]) == ()


def test_story_on_more_sites_than_the_rarity_limit_is_still_found() -> None:
    stored = [article(f"s{number}", WIRE, hours=number) for number in range(30)]
    assert only(find_copies([article("z", WIRE.replace("forty", "some forty"), hours=40)], stored)).origin_id == "s0"


class TestOrigins:
    def test_chain_of_copies_ends_at_the_first(self) -> None:
        articles = [article(name, name) for name in "abc"]
        copies = [ArticleCopy("c", "b", "near-copy", ""), ArticleCopy("b", "a", "near-copy", "")]
        assert resolve_origins(articles, copies) == {"a": "a", "b": "a", "c": "a"}

    def test_own_pages_of_an_agency_count_for_the_agency(self) -> None:
        articles = [article("a", WIRE, host="apnews.com"), article("b", "x"), article("c", "y")]
        copies = [ArticleCopy("b", "a", "near-copy", ""), ArticleCopy("c", "agency:AP", "agency", "(AP)")]
        assert set(resolve_origins(articles, copies).values()) == {"agency:AP"}

    def test_two_that_name_each_other_have_one_origin(self) -> None:
        copies = [ArticleCopy("a", "b", "source-line", ""), ArticleCopy("b", "a", "source-line", "")]
        assert resolve_origins([article("a", "x"), article("b", "y")], copies) == {"a": "a", "b": "a"}

    def test_origin_that_is_no_longer_at_hand_keeps_its_id(self) -> None:
        assert resolve_origins([article("b", "y")], [ArticleCopy("b", "gone", "near-copy", "")]) == {"b": "gone"}


@given(st.lists(st.text(max_size=80), max_size=6), st.lists(st.text(max_size=80), max_size=4))
def test_any_text_gives_copies_of_new_articles_only(new: list[str], stored: list[str]) -> None:
    fresh = [article(f"n{number}", text, title=text[:5]) for number, text in enumerate(new)]
    found = find_copies(fresh, [article(f"s{number}", text, title=text[:5]) for number, text in enumerate(stored)])
    assert {copy.article_id for copy in found} <= {entry.article_id for entry in fresh}
    assert len({copy.article_id for copy in found}) == len(found)
    assert all(copy.article_id != copy.origin_id for copy in found)
