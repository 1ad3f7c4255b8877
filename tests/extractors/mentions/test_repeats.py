"""What an article says twice is told once, by the telling that says most and can be believed."""

from dataclasses import replace
from typing import Any, cast

from extractors.mentions.decide import Draft
from extractors.mentions.repeats import Found, drop_repeats
from extractors.records import Mention

PLAIN = Mention(
    "men-1", "art-1", "border dialogue", "novel-1", known=False, kind="forum", action="propose", modality="actual",
    is_background=False, quote="Norway proposed a border dialogue.", start=0, end=34, confidence=0.0,
)  # fmt: skip
DATED = replace(PLAIN, quote="The proposal came on 19 March.", start=40, end=70, event_date="2021-03-19",
                date_precision="day", date_basis="explicit")  # fmt: skip


def found(mention: Mention, score: float) -> Found:
    draft = Draft(cast(Any, None), "propose", score, (1.0, 0.0, 0.0, 0.0), 0.0)
    return Found(mention, draft, {"named there": score})


def test_the_fuller_telling_of_two_sure_ones_stays() -> None:
    (one,) = drop_repeats([found(PLAIN, 0.9), found(DATED, 0.6)])
    assert one.mention == DATED
    assert one.draft.score == 0.9
    assert one.evidence == {"named there": 0.9}


def test_a_doubtful_telling_adds_nothing_to_a_sure_one() -> None:
    for order in ([found(PLAIN, 0.9), found(DATED, 0.1)], [found(DATED, 0.1), found(PLAIN, 0.9)]):
        (one,) = drop_repeats(order)
        assert one.mention == PLAIN


def test_statements_of_two_days_are_two() -> None:
    later = replace(DATED, event_date="2021-03-20")
    assert len(drop_repeats([found(DATED, 0.9), found(later, 0.1)])) == 2
