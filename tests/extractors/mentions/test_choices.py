"""Who takes part and which date is meant, told by states and features together."""

import numpy as np
import pytest

from extractors.mentions.choices import DAYS, PARTS, SUMMED, Choice, hash_features, known_rows
from extractors.mentions.layers import Vector

WIDTH, HIDDEN, WORDS = 6, 4, 3


def untaught(name: str, features: list[str], *, places: int, answers: int) -> dict[str, Vector]:
    """Small weights by chance."""
    rng = np.random.default_rng(1)
    shapes = {"trigger": WIDTH, "initiative": WIDTH, "show": HIDDEN, "beside": 3 * HIDDEN}
    shapes |= {f"place{k}": WIDTH for k in range(places)} | {"mix": (5 + places) * HIDDEN + WORDS}
    arrays = {f"{layer}.weight": rng.normal(size=(HIDDEN, size)) for layer, size in shapes.items()}
    arrays |= {f"{layer}.bias": rng.normal(size=HIDDEN) for layer in shapes}
    arrays |= {"out.weight": rng.normal(size=(answers, HIDDEN)), "out.bias": np.zeros(answers)}
    arrays |= {"action": rng.normal(size=(14, HIDDEN)), "known": hash_features(features)}
    arrays["table"] = rng.normal(size=(len(features), answers + WORDS))
    return {f"{name}.{key}": value for key, value in arrays.items()}


def ask(choice: Choice, features: list[list[str]], places: int = 1) -> Vector:
    rng = np.random.default_rng(2)
    things = rng.normal(size=(len(features), places, WIDTH)).astype(np.float32)
    trigger, initiative = rng.normal(size=(2, WIDTH)).astype(np.float32)
    hashes = [hash_features(names) for names in features]
    return choice.judge(trigger, initiative, 3, things, np.ones((len(features), places), dtype=np.float32), hashes)


def test_features_that_training_never_met_have_no_row() -> None:
    known = hash_features(["by", "path=nsubj", "before"])
    assert len(known_rows(hash_features(["path=nsubj", "never met", "by"]), known)) == 2
    assert len(known_rows(hash_features([]), known)) == 0
    assert len(known_rows(hash_features(["never met"]), known)) == 0
    rows = known_rows(hash_features(["before"]), known)
    assert known[rows].tolist() == hash_features(["before"]).tolist()


def test_each_feature_counts_once() -> None:
    assert hash_features(["by", "by", "with"]).tolist() == hash_features(["with", "by"]).tolist()


@pytest.mark.parametrize(("name", "places", "answers"), [(PARTS, 2, 3), (DAYS, 1, 1)])
def test_what_it_knows_of_a_thing_changes_the_answer(name: str, places: int, answers: int) -> None:
    choice = Choice(untaught(name, ["by", "with", "far"], places=places, answers=answers), name)
    plain = ask(choice, [["unheard of"], ["unheard of"]], places)
    told = ask(choice, [["by", "unheard of"], ["unheard of"]], places)
    assert plain.shape == (2, answers)
    assert not np.allclose(plain[0], told[0])


def test_a_thing_is_judged_beside_its_rivals() -> None:
    choice = Choice(untaught(DAYS, ["near", "far"], places=1, answers=1), DAYS)
    alone, beside = ask(choice, [["near"], []]), ask(choice, [["near"], ["far"]])
    assert SUMMED > 0
    assert not np.allclose(alone[0], beside[0])


def test_a_place_that_is_not_there_says_nothing() -> None:
    choice = Choice(untaught(PARTS, ["by"], places=2, answers=3), PARTS)
    trigger = initiative = np.ones(WIDTH, dtype=np.float32)
    present, features = np.array([[1, 0]], dtype=np.float32), [hash_features(["by"])]

    def answer(absent: float) -> Vector:
        things = np.array([[np.ones(WIDTH), np.full(WIDTH, absent)]], dtype=np.float32)
        return choice.judge(trigger, initiative, 0, things, present, features)

    assert np.allclose(answer(0), answer(7))
