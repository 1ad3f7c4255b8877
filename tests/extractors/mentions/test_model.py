"""A damaged installation says so, and names the place; windows that tell of nothing are not encoded."""

import shutil
from pathlib import Path

import pytest

from extractors.lexicon import load_lexicon
from extractors.mentions.analysis import analyse
from extractors.mentions.errors import ModelError
from extractors.mentions.model import DIRECTORY, Model, load_model

PLAIN = "The bakery on the corner sold out of bread before noon, and the queue went round the block twice."
PACT = "Norway and Fiji signed a defence pact in Suva on Tuesday."


@pytest.mark.parametrize("name", ["model.json", "heads.npz", "choices.npz", "encoder.onnx", "tokenizer.json"])
@pytest.mark.parametrize("share", [None, 0, 0.5], ids=["missing", "empty", "cut off"])
def test_a_damaged_file_of_the_model_is_a_clear_error(tmp_path: Path, name: str, share: float | None) -> None:
    shutil.copytree(DIRECTORY, tmp_path, dirs_exist_ok=True)
    file = tmp_path / name
    whole = file.read_bytes()
    file.unlink()
    if share is not None:
        file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ModelError, match=f"^{tmp_path}: the extraction model cannot be read"):
        Model(tmp_path)


def test_a_text_that_tells_of_nothing_is_not_encoded() -> None:
    encoded, judgements = load_model().read(analyse("Bread", PLAIN, load_lexicon()))
    assert encoded == {}
    assert judgements == []


def test_only_windows_with_something_to_find_are_encoded() -> None:
    analysis = analyse("Pact", "\n".join([PACT, *[PLAIN] * 40]), load_lexicon())
    some, judged = load_model().read(analysis)
    every, fully = load_model().read(analysis, hope=0.0)
    assert 0 in some
    assert len(some) < len(every) == 41
    top, top_of_all = (max(one, key=lambda j: j.certainty) for one in (judged, fully))
    assert top.pair.sentence == top_of_all.pair.sentence == 0
    assert top.certainty == pytest.approx(top_of_all.certainty)
