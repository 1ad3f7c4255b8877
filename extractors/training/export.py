"""Writes what the package ships: the encoder as int8 ONNX, the heads as arrays, tokenizer and thresholds."""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from extractors.mentions.layers import SCALE_OF
from extractors.mentions.pairs import FEATURES
from extractors.training.meta import write_meta
from extractors.training.network import Attributes, Encoder, Heads

LARGE = 20_000
"""Numbers from which an array is stored as int8."""
TAUGHT_ONLY = ("spot.", "name.", "role")
"""Heads of `Attributes` that teach the encoder who takes part, and are not shipped: `choices` tells it better."""


def export(
    encoder: Encoder, heads: Heads, attributes: Attributes, lexical: dict[str, Any], tokenizer: Path, directory: Path,
    meta: dict[str, Any],
) -> None:  # fmt: skip
    """Replaces the files in `directory`. meta: thresholds and confidence; features and fingerprint are added."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    directory.mkdir(parents=True, exist_ok=True)
    encoder.eval()
    sample = (torch.randint(1000, 2000, (1, 40)), torch.zeros(1, 40, dtype=torch.long))
    length = torch.export.Dim("length", min=4, max=510)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            encoder, sample, str(plain), input_names=["pieces", "marks"], output_names=["hidden"], dynamo=True,
            dynamic_shapes={"pieces": {1: length}, "marks": {1: length}}, external_data=False,
        )  # fmt: skip
        onnx.checker.check_model(str(plain))
        quantize_dynamic(
            str(plain),
            str(directory / "encoder.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=False,
        )
    strip_traces(directory / "encoder.onnx")
    arrays = {
        prefix + name: value.detach().numpy()
        for prefix, part in (("", heads), ("attributes.", attributes))
        for name, value in part.state_dict().items()
        if not name.startswith(TAUGHT_ONLY)
    } | lexical
    write_arrays(arrays, directory / "heads.npz")
    pieces = Tokenizer.from_file(str(tokenizer))
    pieces.no_padding()  # as published it pads each text to 128 pieces
    pieces.no_truncation()
    pieces.save(str(directory / "tokenizer.json"), pretty=False)
    write_meta(directory, {**meta, "features": list(FEATURES), "fingerprint": fingerprint(directory)})


def write_arrays(arrays: Mapping[str, np.ndarray], path: Path) -> None:
    """Half floats; what is large as int8, with one scale a row or a column, whichever are fewer, which moves its
    numbers by a hundredth of their spread; whole numbers as they are."""
    packed: dict[str, Any] = {}
    for name, array in arrays.items():
        if array.ndim == 2 and array.size >= LARGE:
            scale = np.abs(array).max(int(array.shape[0] <= array.shape[1]), keepdims=True) / 127
            packed[name] = np.round(array / np.maximum(scale, 1e-12)).astype(np.int8)
            packed[name + SCALE_OF] = scale.astype(np.float32)
        else:
            packed[name] = array.astype(np.float16) if array.dtype.kind == "f" else array
    np.savez_compressed(path, **packed)


def strip_traces(path: Path) -> None:
    """Takes out what the exporter notes of each node's origin: source lines and paths of the machine it ran on."""
    import onnx

    model = onnx.load(path)
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)


def fingerprint(directory: Path) -> str:
    """Of the weights that judge pairs and attributes."""
    digest = hashlib.sha256((directory / "encoder.onnx").read_bytes() + (directory / "heads.npz").read_bytes())
    return digest.hexdigest()[:12]
