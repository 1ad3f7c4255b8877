"""The few operations of a neural network that run in numpy, and how its arrays are stored."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]


SCALE_OF = ".scale"
"""Stands behind the name of an array in the name of its scales."""


def read_arrays(path: Path) -> dict[str, Any]:
    """What `extractors.training.export.write_arrays` wrote: int8 with its scales and half floats as single floats,
    all else as it is."""
    with path.open("rb") as file, np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    scales = {name: arrays.pop(name + SCALE_OF) for name in list(arrays) if name + SCALE_OF in arrays}
    for name, array in arrays.items():
        if name in scales:
            arrays[name] = array * scales[name]
        elif array.dtype == np.float16:
            arrays[name] = array.astype(np.float32)
    return arrays


def linear(weights: Mapping[str, Vector], name: str, x: Vector) -> Vector:
    return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"], dtype=np.float32)


def gelu(x: Vector) -> Vector:
    """The exact form's tanh approximation: within 0.001 of it, and needs no SciPy."""
    return np.asarray(0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x))), dtype=np.float32)


def sigmoid(x: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), dtype=np.float32)


def softmax(x: Vector) -> Vector:
    e = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(e / e.sum(-1, keepdims=True), dtype=np.float32)


def log_softmax(x: Vector) -> Vector:
    top = x - x.max(-1, keepdims=True)
    return np.asarray(top - np.log(np.exp(top).sum(-1, keepdims=True)), dtype=np.float32)
