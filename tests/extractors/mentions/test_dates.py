"""Dates of events: every form of words, the one that belongs to the action, what is inherited."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.mentions.date_readings import read_dates
from extractors.mentions.date_words import find_date_words
from extractors.mentions.dates import EventDate, date_mention, inherited_date, resolve_event_date
from extractors.records import MODALITIES, Action, Modality
from tests.extractors.mentions.judging import ask_for_date

WEDNESDAY = date(2021, 3, 24)


def resolved(sentence: str, modality: Modality = "actual", published: date | None = WEDNESDAY) -> EventDate:
    verb = "sign" if "sign " in sentence else "signed"
    return resolve_event_date(sentence, *ask_for_date(sentence, verb, modality, action="sign", published=published))


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
        ("on Wednesday last", "2021-03-17", "day"),
        ("yesterday", "2021-03-23", "day"),
        ("last evening", "2021-03-23", "day"),
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
        ("on the 7th", "2021-03-07", "day"),
        ("on the 30th and 31st", "2021-01-30", "day"),
        ("on the twenty-fifth of last month", "2021-02-25", "day"),
        ("on the third of the month", "2021-03-03", "day"),
        ("on the first of December", "2020-12-01", "day"),
        ("on Monday of last week", "2021-03-15", "day"),
        ("at the weekend", "2021-03-20", "day"),
        ("the day before yesterday", "2021-03-22", "day"),
        ("earlier in the year", "2021", "year"),
        ("in early spring", "2021", "year"),
        ("at the start of the month", "2021-03", "month"),
        ("in '94", "1994", "year"),
        ("in mid-2019", "2019", "year"),
        ("at Christmas", "2020-12", "month"),
        ("on Christmas Eve", "2020-12-24", "day"),
        ("on New Year's Day", "2021-01-01", "day"),
    ],
)
def test_forms_of_the_past(words: str, value: str, precision: str) -> None:
    found = resolved(f"They signed the pact {words}.")
    assert (found.value, found.precision) == (value, precision)


@pytest.mark.parametrize(
    ("words", "value", "precision"),
    [
        ("on Tuesday", "2021-03-30", "day"),
        ("on Thursday week", "2021-04-01", "day"),
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
        ("on the 27th", "2021-03-27", "day"),
        ("by the tenth", "2021-04-10", "day"),
        ("by Christmas", "2021-12", "month"),
        ("in the new year", "2022", "year"),
        ("by autumn", "2021", "year"),
        ("in the second half of the year", "2021", "year"),
        ("the day after tomorrow", "2021-03-26", "day"),
        ("at the weekend", "2021-03-27", "day"),
    ],
)
def test_forms_of_the_future(words: str, value: str, precision: str) -> None:
    found = resolved(f"They will sign the pact {words}.", "planned")
    assert (found.value, found.precision) == (value, precision)


@pytest.mark.parametrize(
    "words",
    [
        "They may sign it.",
        "In 300 cases they marched.",
        "The 1,990 soldiers left.",
        "It cost 20000 dollars less.",
        "They met on the 7th floor, on the fourth attempt.",
        "First on the list, second on the bill.",
    ],
)
def test_what_is_no_date(words: str) -> None:
    assert [w.text for w in find_date_words(words)] == []


@pytest.mark.parametrize(
    ("sentence", "before", "values"),
    [
        ("They met in Manila in May 2007 and again that September.", "", {"2007-05", "2007-09"}),
        ("Founded in June 2000, it opened a branch two years later.", "", {"2000-06", "2002"}),
        ("It was signed in 2001, two years after they had drafted it.", "", {"2001", "1999"}),
        ("Two years after it was drafted in 1999, it was signed.", "", {"2001", "1999"}),
        ("It was signed a year later.", "The text was drafted in May 1998. ", {"1999", "2022"}),
        ("The pact followed in December of that year.", "The text was drafted in May 1998. ", {"1998-12", "2021-12"}),
        ("They met the following March.", "The text was drafted in May 1998. ", {"1999-03", "2022-03"}),
        ("They signed in September of the year before.", "It has had a staff since 2015. ", {"2014-09", "2020-09"}),
        (
            "They met in early May of the following year.",
            "The text was drafted in March 1998. ",
            {"1999-05", "2022-05"},
        ),
        ("They met the following spring.", "The text was drafted in 1998. ", {"1999", "2022"}),
        ("They signed the next day.", "It was drafted on 3 May 1998. ", {"1998-05-04", "2021-03-23"}),
        ("They signed the following Friday.", "It was drafted on Sunday, 3 May 1998. ", {"1998-05-08", "2021-03-26"}),
        ("It will meet in October, in Prague, on the 6th.", "", {"2020-10", "2020-10-06"}),
        ("They signed that same evening.", "", {"2021-03-22"}),
        ("It will stay shut until autumn.", "", {"2021"}),
        ("It was drafted in 2002, and in March they signed.", "", {"2002", "2002-03", "2021-03"}),
        ("On 1 November it took effect.", "They signed in April 1971. ", {"1971-11-01", "2020-11-01"}),
    ],
)
def test_dates_that_take_something_from_others(sentence: str, before: str, values: set[str]) -> None:
    read = read_dates(sentence, before, WEDNESDAY, date(2021, 3, 22), future=False)
    assert {one.found.value for one in read} == values


def test_a_day_without_any_year_takes_that_of_the_text_even_on_a_page_without_a_date() -> None:
    assert [
        one.found.value
        for one in read_dates("On 1 November it took effect.", "In 1971 they signed. ", None, None, future=False)
    ] == ["1971-11-01"]


def test_an_impossible_day_gives_nothing() -> None:
    assert resolved("They signed it on 31 February 2014.").value is None


def test_without_a_publication_date_only_full_dates_count() -> None:
    assert resolved("They signed it on Tuesday.", published=None).value is None
    assert resolved("They signed it on 3 May 2014.", published=None).value == "2014-05-03"


def dated(sentence: str, verb: str, modality: Modality = "actual", action: Action = "launch") -> tuple[str | None, str]:
    found = date_mention(sentence, *ask_for_date(sentence, verb, modality, action=action, published=WEDNESDAY))
    return found.value, found.precision


def test_each_act_has_its_own_date() -> None:
    sentence = "The treaty was proposed by Japan in 2001 and was signed in Tokyo on 11 November 2004."
    assert dated(sentence, "proposed", action="propose") == ("2001", "year")
    assert dated(sentence, "signed", action="sign") == ("2004-11-11", "day")


def test_a_relative_clause_keeps_its_date_to_itself() -> None:
    sentence = "Norway rejected a pact that was signed in 2001."
    assert dated(sentence, "rejected", action="oppose") == (None, "none")
    assert dated(sentence, "signed", action="sign") == ("2001", "year")


def test_an_announcement_does_not_date_a_plan() -> None:
    assert (
        dated("Norway said on Tuesday that it would leave the forum.", "leave", "planned", action="withdraw")[0] is None
    )


def test_only_what_was_done_inherits_the_day_of_the_news() -> None:
    def inherited(modality: Modality, main: date | None) -> tuple[str | None, str]:
        asked, _ = ask_for_date(
            "Norway backed the plan.", "backed", modality, action="endorse", published=WEDNESDAY, main=main
        )
        found = inherited_date(asked)
        return found.value, found.precision

    main = date(2021, 3, 23)
    assert inherited("actual", main) == ("2021-03-23", "none")
    assert {inherited(other, main) for other in MODALITIES if other != "actual"} == {(None, "none")}
    assert inherited("actual", None) == (None, "none")


def test_a_year_in_a_name_is_no_date() -> None:
    assert dated("Norway endorsed the 2014 Wales Declaration.", "endorsed", action="endorse")[1] == "none"


def test_the_end_of_a_term_is_not_the_date_of_its_extension() -> None:
    assert dated("The mandate was extended to December on Tuesday.", "extended", action="extend")[0] == "2021-03-23"


def test_an_entry_of_a_chronology_gives_its_date_to_the_whole_entry() -> None:
    sentence = "It creates a joint council."
    before = "May 27, 1997 - A pact is signed. "
    asked = ask_for_date(sentence, "creates", "actual", action="launch", published=WEDNESDAY, before=before)
    found = date_mention(sentence, *asked)
    assert (found.value, found.precision) == ("1997-05-27", "day")


_WORDS = (
    "on by in since of and the a 7th 31st 39th twenty-fifth last this next following previous that same month year "
    "week day evening March February early mid- May 2004 1999 '95 two 999 years months days later before after ago "
    "Monday at weekend Christmas Eve new half 29 until autumn , ."
).split()


@given(st.lists(st.sampled_from(_WORDS), max_size=16).map(" ".join), st.lists(st.sampled_from(_WORDS), max_size=8))
def test_any_words_have_readings_or_none(sentence: str, before: list[str]) -> None:
    for published in (None, date(2024, 2, 29)):
        for reading in read_dates(sentence, " ".join(before), published, published, future=False):
            assert reading.found.value
            assert reading.found.span == (reading.words.start, reading.words.end)
