"""The gate: linking, alerts and origins on the labelled set stay above their floors. A floor falls only on purpose."""

import hashlib

import pytest

from tests.gold.score_developments import FOLDER, Labelled, Score, due, load, score

FLOORS = {"f1": 0.97, "precision": 0.98, "recall": 0.95, "origin_f1": 0.95, "relations_right": 1.0}
CEILINGS = {"alerts_per_development": 1.05, "missed": 0.03}
FINGERPRINT = "6711cf9fb8613fdd"
"""Of the labels: whoever edits them sets it anew, and looks at the score once more."""


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    return load()


@pytest.fixture(scope="module")
def measured(labelled: Labelled) -> tuple[Score, list[str]]:
    errors: list[str] = []
    return score(labelled, errors), errors


@pytest.mark.parametrize("name", FLOORS)
def test_score_is_above_its_floor(measured: tuple[Score, list[str]], name: str) -> None:
    result, errors = measured
    assert getattr(result, name) >= FLOORS[name], "\n".join(errors)


@pytest.mark.parametrize("name", CEILINGS)
def test_score_is_below_its_ceiling(measured: tuple[Score, list[str]], name: str) -> None:
    result, errors = measured
    assert getattr(result, name) <= CEILINGS[name], "\n".join(errors)


def test_set_is_large_enough_and_told_more_than_once(labelled: Labelled) -> None:
    assert len(labelled.developments) >= 60
    assert len(labelled.articles) >= 200
    assert len(due(labelled)) >= 60
    assert set(labelled.truth.values()) == set(labelled.developments)


def test_labels_are_those_that_the_floors_were_set_on() -> None:
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(FOLDER.glob("*.jsonl")))).hexdigest()
    assert digest[:16] == FINGERPRINT
