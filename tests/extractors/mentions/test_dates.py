"""Dates of events: every form of words, the one that belongs to the action, what is inherited, what is recalled."""

from datetime import date

import pytest

from extractors.mentions.date_words import find_date_words
from extractors.mentions.dates import (
    Asked,
    EventDate,
    date_mention,
    resolve_event_date,
)
from extractors.mentions.parse import parse_sentences
from extractors.records import Action, Modality

WEDNESDAY = date(2021, 3, 24)


def ask(
    sentence: str, verb: str, modality: Modality = "actual", main: date | None = None, action: Action = "sign",
    published: date | None = WEDNESDAY,
) -> Asked:  # fmt: skip
    (doc,) = parse_sentences([sentence])
    trigger = next(t for t in doc if t.text == verb)
    return Asked(trigger, action, modality, (0, 0), published, main)


def resolved(sentence: str, modality: Modality = "actual", published: date | None = WEDNESDAY) -> EventDate:
    verb = "sign" if "sign " in sentence else "signed"
    return resolve_event_date(sentence, ask(sentence, verb, modality, published=published))


@pytest.mark.parametrize(
    ("words", "value", "precision"),
    [
        ("on 20 May 2014", "2014-05-20", "day"),
        ("on May 20, 2014", "2014-05-20", "day"),
        ("on 20-21 May 2014", "2014-05-20", "day"),
        ("on May 20th", "2020-05-20", "day"),
        ("on 2014-05-20", "2014-05-20", "day"),
        ("on 30 April - 2 May 2014", "2014-04-30", "day"),
        ("on 26 of September of last year", "2020-09-26", "day"),
        ("in May 2014", "2014-05", "month"),
        ("in November", "2020-11", "month"),
        ("last March", "2020-03", "month"),
        ("in 2001", "2001", "year"),
        ("in 2015-2017", "2015", "year"),
        ("on Tuesday", "2021-03-23", "day"),
        ("on Wednesday", "2021-03-24", "day"),
        ("last Wednesday", "2021-03-17", "day"),
        ("yesterday", "2021-03-23", "day"),
        ("today", "2021-03-24", "day"),
        ("this month", "2021-03", "month"),
        ("last month", "2021-02", "month"),
        ("last year", "2020", "year"),
        ("two days ago", "2021-03-22", "day"),
        ("eight months ago", "2020-07", "month"),
        ("twenty years ago", "2001", "year"),
        ("five years ago today", "2016-03-24", "day"),
        ("last week", "2021-03-17", "none"),
        ("this week", "2021-03-24", "none"),
        ("on the eve of the summit", "2021-03-23", "day"),
    ],
)
def test_forms_of_the_past(words: str, value: str, precision: str) -> None:
    found = resolved(f"They signed the pact {words}.")
    assert (found.value, found.precision) == (value, precision)


@pytest.mark.parametrize(
    ("words", "value", "precision"),
    [
        ("on Tuesday", "2021-03-30", "day"),
        ("next month", "2021-04", "month"),
        ("in November", "2021-11", "month"),
        ("in February", "2022-02", "month"),
        ("on May 20", "2021-05-20", "day"),
        ("tomorrow", "2021-03-25", "day"),
        ("in six months", "2021-09", "month"),
        ("next year", "2022", "year"),
        ("next week", "2021-03-31", "none"),
        ("later this year", "2021", "year"),
        ("by the end of the year", "2021", "year"),
    ],
)
def test_forms_of_the_future(words: str, value: str, precision: str) -> None:
    found = resolved(f"They will sign the pact {words}.", "planned")
    assert (found.value, found.precision) == (value, precision)


@pytest.mark.parametrize(
    "words",
    ["They may sign it.", "In 300 cases they marched.", "The 1,990 soldiers left.", "It cost 20000 dollars less."],
)
def test_what_is_no_date(words: str) -> None:
    assert [w.text for w in find_date_words(words)] == []


def test_an_impossible_day_gives_nothing() -> None:
    assert resolved("They signed it on 31 February 2014.").value is None


def test_without_a_publication_date_only_full_dates_count() -> None:
    assert resolved("They signed it on Tuesday.", published=None).value is None
    assert resolved("They signed it on 3 May 2014.", published=None).value == "2014-05-03"


def dated(
    sentence: str, verb: str, modality: Modality = "actual", main: date | None = None, action: Action = "launch"
) -> tuple[str | None, str, bool]:
    found, background = date_mention(sentence, ask(sentence, verb, modality, main, action))
    return found.value, found.precision, background


def test_each_act_has_its_own_date() -> None:
    sentence = "The treaty was proposed by Japan in 2001 and was signed in Tokyo on 11 November 2004."
    assert dated(sentence, "proposed", action="propose") == ("2001", "year", True)
    assert dated(sentence, "signed", action="sign") == ("2004-11-11", "day", True)


def test_a_relative_clause_keeps_its_date_to_itself() -> None:
    sentence = "Norway rejected a pact that was signed in 2001."
    assert dated(sentence, "rejected", main=date(2021, 3, 23), action="oppose") == ("2021-03-23", "none", False)
    assert dated(sentence, "signed", action="sign")[0] == "2001"


def test_an_announcement_does_not_date_a_plan() -> None:
    assert (
        dated("Norway said on Tuesday that it would leave the forum.", "leave", "planned", action="withdraw")[0] is None
    )


def test_only_actual_statements_inherit() -> None:
    main = date(2021, 3, 23)
    assert dated("Norway backed the plan.", "backed", main=main, action="endorse") == ("2021-03-23", "none", False)
    assert dated("Norway may back the plan.", "back", "possible", main, "endorse")[0] is None
    assert dated("Norway did not back the plan.", "back", "negated", main, "endorse")[0] is None


def test_a_year_in_a_name_is_no_date() -> None:
    assert dated("Norway endorsed the 2014 Wales Declaration.", "endorsed", action="endorse")[1] == "none"


def test_the_end_of_a_term_is_not_the_date_of_its_extension() -> None:
    assert dated("The mandate was extended to December on Tuesday.", "extended", action="extend")[0] == "2021-03-23"


@pytest.mark.parametrize(
    ("sentence", "background"),
    [
        ("The forum was founded in 2001.", True),
        ("The forum was founded on Tuesday.", False),
        ("They agreed last month to found a forum.", True),
        ("They founded the forum this month.", False),
        ("They founded the forum in the 1990s.", True),
        ("Norway had founded the forum.", True),
        ("Norway said that it had founded the forum.", False),
    ],
)
def test_what_is_recalled_is_background(sentence: str, background: bool) -> None:
    verb = "agreed" if "agreed" in sentence else "founded"
    assert dated(sentence, verb)[2] is background


def test_an_entry_of_a_chronology_gives_its_date_to_the_whole_entry() -> None:
    sentence = "It creates a joint council."
    asked = ask(sentence, "creates", action="launch")
    found, background = date_mention(sentence, asked, before="May 27, 1997 - A pact is signed. ")
    assert (found.value, found.precision, background) == ("1997-05-27", "day", True)
