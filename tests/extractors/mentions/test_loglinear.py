"""Log-linear weights: how they load, what they say, and how they are learned."""

from math import exp, isclose
from pathlib import Path

import pytest

from extractors.mentions.errors import ModelError
from extractors.mentions.loglinear import add_up, load_weights, log_odds
from extractors.training.loglinear import fit_choice, fit_softmax, write_weights


def test_each_feature_counts_once() -> None:
    weights = {"a": (1.0, 0.5), "b": (0.25, -1.0)}
    assert add_up(["a", "b", "a", "unknown"], weights, 2) == [1.25, -0.5]


def test_log_odds_are_of_probabilities_that_sum_to_one() -> None:
    odds = log_odds([1000.0, 999.0, -1000.0])
    assert isclose(sum(map(exp, odds)), 1)
    assert isclose(odds[0] - odds[1], 1)


@pytest.mark.parametrize("stored", ["[1]", "{", '{"a": "x"}', '{"a": [1, "x"]}', '{"a": [1, 2]}', '{"a": 1}'])
def test_weights_that_cannot_be_read_name_their_file(stored: str, tmp_path: Path) -> None:
    (tmp_path / "weights.json").write_text(stored, "utf-8")
    with pytest.raises(ModelError, match=r"weights\.json: the weights cannot be read"):
        load_weights(tmp_path / "weights.json", 3)


def test_weights_that_are_missing_name_their_file(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.json"):
        load_weights(tmp_path / "none.json", 1)


def test_classes_are_learned_and_written(tmp_path: Path) -> None:
    rows = [["wet", "cold"], ["wet"], ["dry", "hot"], ["dry"]] * 5
    weights = fit_softmax(rows, [0, 0, 1, 1] * 5, 2, penalty=0.1)
    assert write_weights(weights, tmp_path / "weather.json") == 4
    read = load_weights(tmp_path / "weather.json", 2)
    wet, dry = add_up(["wet"], read, 2), add_up(["dry"], read, 2)
    assert wet[0] > wet[1]
    assert dry[1] > dry[0]


def test_a_choice_is_learned_among_options() -> None:
    groups = [[["near"], ["far"]], [["far", "late"], ["near", "late"], ["none"]]] * 4
    weights = fit_choice(groups, [[True, False], [False, True, False]] * 4, penalty=0.1)
    assert add_up(["near"], weights, 1) > add_up(["none"], weights, 1) > add_up(["far"], weights, 1)
