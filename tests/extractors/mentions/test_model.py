"""A damaged installation says so, and names the place."""

import shutil
from pathlib import Path

import pytest

from extractors.mentions.errors import ModelError
from extractors.mentions.model import DIRECTORY, Model


@pytest.mark.parametrize("name", ["model.json", "heads.npz", "encoder.onnx", "tokenizer.json"])
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
