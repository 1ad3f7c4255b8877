"""The stamp of the extractor changes with all that decides what is found."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extractors.lexicon import Lexicon, load_lexicon
from extractors.mentions.model import DIRECTORY, Model, load_model
from extractors.mentions.version import RULES, extractor_version


def other_model(folder: Path, **changed: Any) -> Model:
    shutil.copytree(DIRECTORY, folder, dirs_exist_ok=True)
    meta = json.loads((folder / "model.json").read_text("utf-8"))
    (folder / "model.json").write_text(json.dumps(meta | changed), "utf-8")
    return Model(folder)


@pytest.fixture
def shipped() -> str:
    return extractor_version(load_lexicon(), load_model())


def test_the_same_data_gives_the_same_version(shipped: str, tmp_path: Path) -> None:
    assert shipped.startswith(f"{RULES}+")
    assert extractor_version(load_lexicon(), other_model(tmp_path)) == shipped


@pytest.mark.parametrize("name", ["thresholds", "confidence"])
def test_what_is_set_beside_the_weights_changes_it(shipped: str, tmp_path: Path, name: str) -> None:
    values = load_model().meta[name]
    first = next(key for key, value in values.items() if isinstance(value, float))
    other = other_model(tmp_path, **{name: values | {first: values[first] + 0.25}})
    assert extractor_version(load_lexicon(), other) != shipped


@pytest.mark.parametrize("name", ["relevance.npz", "choices.npz"])
def test_weights_beside_the_encoder_change_it(shipped: str, tmp_path: Path, name: str) -> None:
    other = other_model(tmp_path)
    with (tmp_path / name).open("ab") as file:
        file.write(b"more")
    assert extractor_version(load_lexicon(), other) != shipped


def test_a_changed_name_in_the_lexicon_changes_it(shipped: str) -> None:
    entries = list(load_lexicon().initiatives.values())
    more = replace(entries[0], aliases=(*entries[0].aliases, "Compact of Two Rivers"))
    assert extractor_version(Lexicon([more, *entries[1:]]), load_model()) != shipped
    assert extractor_version(Lexicon(reversed(entries)), load_model()) == shipped
