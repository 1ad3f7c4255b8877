"""Which day undated statements inherit."""

from datetime import date

import pytest

from extractors.mentions.datelines import day_of_writing
from extractors.mentions.main_date import main_date, main_date_options

WEDNESDAY = date(2021, 3, 24)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("OSLO - Norway and Fiji signed a pact on Monday. It was the first of its kind.", date(2021, 3, 22)),
        ("Kenya and Togo agreed yesterday to share radar data, ministers said.", date(2021, 3, 23)),
        ("Norway will sign a defence pact on Monday, its foreign ministry said.", WEDNESDAY),
        ("Norway and Fiji have signed a defence pact. It is the first of its kind.", WEDNESDAY),
        ("Since 4 July 2016 the club has had nine members, and none of them pays.", WEDNESDAY),
    ],
)
def test_the_day_is_that_of_the_news_or_of_publication(text: str, day: date) -> None:
    assert main_date(text, WEDNESDAY) == day


def test_without_a_day_of_publication_only_a_full_date_will_do() -> None:
    assert main_date("They met in Oslo on 2 May 2014.", None) == date(2014, 5, 2)
    assert main_date("They met in Oslo on Monday.", None) is None


def test_options_are_near_publication_in_order_and_publication_is_the_last() -> None:
    text = "They met on Monday, after talks on 2 May 2014 and on 19 March. They meet again on Friday."
    days = [option.day for option in main_date_options(text, WEDNESDAY)]
    assert days[-1] == WEDNESDAY
    assert date(2021, 3, 22) in days
    assert date(2014, 5, 2) not in days
    assert all(option.features for option in main_date_options(text, WEDNESDAY))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("SUVA, March 23 - The council closed its meeting today.", date(2021, 3, 23)),
        ("SUVA, 23 March (AFP) - The council met.", date(2021, 3, 23)),
        ("SUVA, Tuesday - The council met.", date(2021, 3, 23)),
        ("SUVA, March 2 - The council met.", WEDNESDAY),
        ("SUVA - The council met on March 23.", WEDNESDAY),
        ("The council met on March 23.", WEDNESDAY),
    ],
)
def test_a_report_is_written_on_the_day_of_its_dateline(text: str, day: date) -> None:
    assert day_of_writing(text, WEDNESDAY) == day
    assert day_of_writing(text, None) is None
