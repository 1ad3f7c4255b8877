"""How sure a mention is: what is weighed, what the weights make of it, and how they are fitted."""

import math
import random
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from extractors.mentions import load_extractor
from extractors.mentions.confidence import Confidence
from extractors.records import Article, Mention
from extractors.training.confidence import FEWEST, cautious_table, fit_logistic

FITTED = {
    "weights": {"alone": 1.0, "length": 0.5},
    "usual": {"alone": 0.5, "length": 4.0},
    "bias": 0.25,
    "odds": [-1.0, 1.0],
    "right": [0.2, 0.8],
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
    assert told == "confidence: 0.65, by alone +0.50, length -0.25"


def test_a_statement_that_has_its_sentence_to_itself_is_alone() -> None:
    ((mention, evidence),) = evidence_of("Norway and Fiji signed a defence pact in Suva on Tuesday.")
    assert evidence["alone in its sentence"] == 1
    assert evidence["second action there"] == 0
    assert evidence["verb or noun of an action"] == 1
    assert evidence["length of the sentence"] == pytest.approx(math.log(len(mention.quote)))


def test_bodies_told_of_in_one_breath_are_not_alone() -> None:
    found = evidence_of(
        "Norway and Fiji on Tuesday set up a joint defence council, a maritime security centre and a cyber forum."
    )
    assert len(found) > 1
    assert all(evidence["alone in its sentence"] == 0 for _, evidence in found)


def test_an_initiative_told_of_again_counts_its_other_mentions() -> None:
    found = evidence_of(
        "Norway and Fiji signed the Suva Defence Pact on Tuesday. Fiji ratified the Suva Defence Pact on Friday."
    )
    assert [evidence["initiative told of again"] for _, evidence in found] == [1, 1]


def test_every_mention_says_why_it_is_so_sure() -> None:
    (mention,) = load_extractor().find_mentions(article("Norway and Fiji signed a defence pact on Tuesday."))
    assert mention.explanation[-1].startswith(f"confidence: {mention.confidence:.2f}, by ")


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
