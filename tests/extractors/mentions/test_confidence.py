"""What is believed and how sure a mention is: what is weighed, what the weights make of it, how they are fitted."""

import math
import random
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from extractors.mentions import load_extractor
from extractors.mentions.confidence import Confidence
from extractors.mentions.decide import Draft
from extractors.records import ACTIONS, Action, Article, Mention
from extractors.training.confidence import FEWEST, PRECISION, cautious_table, fit_logistic, strictest, told_apart

FITTED = {
    "weights": {"alone": 1.0, "length": 0.5},
    "usual": {"alone": 0.5, "length": 4.0},
    "bias": 0.25,
    "odds": [-1.0, 1.0],
    "right": [0.2, 0.8],
    "floor": 0.6,
    "apart": [],
}


def article(text: str) -> Article:
    return Article(
        article_id="a", url="", canonical_url="", title="News", text=text, published_basis="meta", language="en",
        published_at=datetime(2024, 5, 15, tzinfo=UTC),
    )  # fmt: skip


def evidence_of(text: str) -> list[tuple[Mention, dict[str, float]]]:
    return load_extractor().find_with_evidence(article(text))


def test_odds_are_read_off_the_table() -> None:
    confidence = Confidence(FITTED)
    assert confidence.of({"alone": 0.25, "length": 4.0}) == pytest.approx(0.5)
    assert confidence.of({"alone": 1.0, "length": 9.0}) == 0.8
    assert confidence.of({"alone": 0.0, "length": 0.0}) == 0.2


def test_the_explanation_names_what_weighs_most() -> None:
    told = Confidence(FITTED).explain({"alone": 1.0, "length": 3.5})
    assert told == "confidence: 0.65 (probability 0.62, at least 0.60 wanted), by alone +0.50, length -0.25"


def believed(*weighed: tuple[Any, float]) -> list[tuple[Action, float]]:
    """What is told of drafts, each with its judgement and how much it is alone: 1 is 0.68, 0 is 0.44 likely."""
    drafts = [
        (Draft(judgement, action, 0.5, (1.0, 0.0, 0.0, 0.0), 0.0), {"alone": alone, "length": 4.0})
        for action, (judgement, alone) in zip(("propose", "agree", "launch"), weighed, strict=False)
    ]
    return [(draft.action, evidence["alone"]) for draft, evidence in Confidence(FITTED).believe(drafts)]


def test_what_is_likely_enough_is_believed() -> None:
    one, other = object(), object()
    assert believed((one, 1.0), (other, 0.0)) == [("propose", 1.0)]
    assert believed((one, 0.0)) == []


def test_where_only_the_action_is_in_doubt_the_likelier_is_told() -> None:
    one = object()
    assert believed((one, 0.0), (one, 0.2)) == [("agree", 0.2)]
    assert believed((one, 1.0), (one, 0.2)) == [("propose", 1.0)]
    assert believed((one, -3.0), (one, 0.0)) == []


def test_a_statement_that_has_its_sentence_to_itself_has_no_rival() -> None:
    ((mention, evidence),) = evidence_of("Norway and Fiji signed a defence pact in Suva on Tuesday.")
    assert evidence["named there"] == evidence["the likeliest action"] == 1
    assert evidence["in the lexicon"] == evidence["told of elsewhere"] == 0
    assert evidence["another action there"] == evidence["told apart from that"] == 0
    assert evidence["length of the sentence"] == pytest.approx(math.log(len(mention.quote)))


def test_bodies_told_of_in_one_breath_stand_beside_each_other() -> None:
    found = evidence_of(
        "Norway and Fiji on Tuesday set up a joint defence council, a maritime security centre and a cyber forum."
    )
    assert len(found) > 1
    for _, evidence in found:
        assert evidence["another in the same breath"] > 0.5
        assert evidence["a rival statement there"] == 0


def test_an_initiative_told_of_elsewhere_supports_its_other_statements() -> None:
    found = evidence_of(
        "Norway and Fiji signed the Suva Defence Pact on Tuesday. Fiji ratified the Suva Defence Pact on Friday."
    )
    assert [mention.action for mention, _ in found] == ["sign", "ratify"]
    assert all(evidence["told of elsewhere"] > 0.5 > evidence["this action elsewhere"] for _, evidence in found)


def test_a_second_action_counts_by_how_often_the_two_are_told_apart() -> None:
    found = evidence_of(
        "Chad proposed a joint lake patrol with Niger on Tuesday, and Nigeria rejected the joint patrol."
    )
    apart = load_extractor().confidence.apart
    second = apart[ACTIONS.index("propose")][ACTIONS.index("oppose")]
    assert {mention.action for mention, _ in found} == {"propose", "oppose"}
    assert [evidence["told apart from that"] for _, evidence in found] == [second, second]


def test_every_mention_says_why_it_is_so_sure() -> None:
    (mention,) = load_extractor().find_mentions(article("Norway and Fiji signed a defence pact on Tuesday."))
    assert mention.explanation[-1].startswith(f"confidence: {mention.confidence:.2f} (probability ")


def test_labels_tell_which_actions_are_told_apart() -> None:
    def label(action: str, *, also_ok: list[str]) -> dict[str, object]:
        return {"initiative": "pact", "evidence": "They did.", "action": action, "also_ok": also_ok}

    twice = {"mentions": [label("propose", also_ok=[]), label("oppose", also_ok=["withdraw"])]}
    once = {"mentions": [label("agree", also_ok=["launch"])]}
    table = told_apart([twice, twice, twice, *[once] * 8])

    def share(a: Action, b: Action) -> float:
        assert table[ACTIONS.index(a)][ACTIONS.index(b)] == table[ACTIONS.index(b)][ACTIONS.index(a)]
        return math.exp(table[ACTIONS.index(a)][ACTIONS.index(b)])

    assert share("propose", "oppose") == pytest.approx(4 / 5, abs=0.001)
    assert share("agree", "launch") == pytest.approx(1 / 10, abs=0.001)
    assert share("oppose", "withdraw") == pytest.approx(1 / 5, abs=0.001)
    assert share("sign", "ratify") == pytest.approx(1 / 2, abs=0.001)


def test_of_floors_that_do_about_as_well_the_strictest_is_taken() -> None:
    assert strictest({0.3: 1.4, 0.4: 1.4 - PRECISION / 2, 0.5: 1.4 - 2 * PRECISION}) == 0.4


def test_the_table_rises_and_stays_below_what_was_seen() -> None:
    chance = random.Random(3)
    points = [(odds := chance.uniform(-3, 3), float(chance.random() < 1 / (1 + math.exp(-odds)))) for _ in range(600)]
    table = cautious_table(points)
    assert all(a < b for a, b in pairwise(table["odds"]))
    assert all(a <= b for a, b in pairwise(table["right"]))
    top = [hit for odds, hit in sorted(points)[-FEWEST:]]
    assert table["right"][-1] < sum(top) / len(top)
    middle = next(right for odds, right in zip(table["odds"], table["right"], strict=True) if odds > 0)
    assert 0.3 < middle < 0.6


def test_few_points_make_one_step() -> None:
    table = cautious_table([(0.0, 1.0), (1.0, 0.0), (2.0, 1.0)])
    assert len(table["odds"]) == 1


def test_what_goes_with_being_right_gets_a_weight_above_zero() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(400, 2))
    right = (rows[:, 0] + rng.normal(size=400) > 0).astype(float)
    weights, bias = fit_logistic(rows - rows.mean(0), right)
    assert weights[0] > 0.5 > abs(weights[1])
    assert abs(bias) < 0.5
