"""`watches.toml`: what a watch takes, and that a mistake is one line with file, key and reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.warehouse.sample_items import an_item
from warehouse.watches import Watch, WatchError, load_watches, matches, watched


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "watches.toml"
    file.write_text(text, "utf-8")
    return file


def test_every_condition_is_read(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        """
        [[watch]]
        id = "treaties"
        name = "Treaties in Central Asia"
        initiative = ["sco", "northern-corridor-patrol"]
        kind = "treaty"
        action = ["sign", "ratify"]
        country = "MNG"
        region = ["Central Asia"]
        source = "steppe-wire"
        tier = 1
        min_sources = 1
        words = ["patrol"]

        [[watch]]
        id = "mongolia"
        country = "MNG"
        """,
    )
    first, second = load_watches(file)
    assert first == Watch(
        "treaties", "Treaties in Central Asia", ("sco", "northern-corridor-patrol"), ("treaty",), ("sign", "ratify"),
        ("MNG",), ("Central Asia",), ("steppe-wire",), 1, 1, ("patrol",),
    )  # fmt: skip
    assert second.name == "mongolia"
    assert watched(first, [an_item(1)]) == (an_item(1),)


@pytest.mark.parametrize(
    "changes",
    [
        {"initiatives": ("sco",)},
        {"kinds": ("forum",)},
        {"actions": ("launch", "ratify")},
        {"countries": ("CHN",)},
        {"regions": ("Africa",)},
        {"sources": ("other",)},
        {"min_sources": 2},
        {"words": ("patro", "submarine")},
    ],
)
def test_a_condition_that_does_not_hold_keeps_an_item_out(changes: dict[str, object]) -> None:
    assert not matches(replace(Watch("w", "w"), **changes), an_item(1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"initiatives": ("sco", "northern-corridor-patrol")},
        {"countries": ("CHN", "KAZ")},
        {"regions": ("central-asia",)},
        {"sources": ("daily",)},
        {"tier": 1},
        {"words": ("ASTANA",)},
        {"words": ("put their names",)},
    ],
)
def test_any_value_of_a_condition_is_enough(changes: dict[str, object]) -> None:
    assert matches(replace(Watch("w", "w"), **changes), an_item(1))  # type: ignore[arg-type]


def test_tier_is_that_of_the_best_source() -> None:
    item = an_item(1)
    low = replace(item, evidence=tuple(replace(one, tier=3) for one in item.evidence))
    assert not matches(Watch("w", "w", tier=2), low)
    assert matches(Watch("w", "w", tier=3), low)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('[[watch]]\nid = "a"\nkind = "pact"', "watch[a].kind", "must be one of organisation"),
        ('[[watch]]\nid = "a"\naction = "refer"', "watch[a].action", "must be one of propose"),
        ('[[watch]]\nid = "a"\ncountry = "XYZ"', "watch[a].country", "'XYZ'"),
        ('[[watch]]\nid = "a"\ncountry = "China"', "watch[a].country", "'China'"),
        ('[[watch]]\nid = "a"\nregion = "Narnia"', "watch[a].region", "not a known region"),
        ('[[watch]]\nid = "a"\ntier = 4', "watch[a].tier", "between 1 and 3"),
        ('[[watch]]\nid = "a"\nmin_sources = "two"', "watch[a].min_sources", "whole number"),
        ('[[watch]]\nid = "a"\nwords = [1]', "watch[a].words", "text"),
        ('[[watch]]\nid = "a"\ncolour = "red"', "watch[a].colour", "not a field"),
        ('[[watch]]\nid = "a"\nname = "only a name"', "watch[a]", "no condition"),
        ('[[watch]]\nid = "A b"\nkind = "forum"', "watch[1].id", "lower-case"),
        ('[[watch]]\nkind = "forum"', "watch[1].id", "missing"),
        ('[[watch]]\nid = "a"\nkind = "forum"\n[[watch]]\nid = "a"\nkind = "body"', "watch[a].id", "given twice"),
        ("[[watch]\n", "", "not TOML"),
        ("[[feed]]\n", "feed", "not known"),
    ],
)
def test_a_mistake_is_one_line_with_file_key_and_reason(tmp_path: Path, text: str, key: str, reason: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(WatchError) as caught:
        load_watches(file)
    assert caught.value.file == str(file)
    assert caught.value.key == key
    assert reason in caught.value.reason
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{file}: ")


def test_a_missing_file_is_a_watch_error(tmp_path: Path) -> None:
    with pytest.raises(WatchError, match="cannot be read"):
        load_watches(tmp_path / "none.toml")
