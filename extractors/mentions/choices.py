"""Two small networks that choose among the things a sentence names: who takes part in a mention, which date is its own.

Each judges all things of one mention together, by the encoder's states at the words concerned and by named features of
grammar (`actors_features`, `dates_features`), hashed. Trained by `extractors.training.choices` on the states of the
encoder that ships.
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.mentions.layers import Vector, gelu, linear

FILE = "choices.npz"
PARTS, DAYS = "parts", "days"
"""The networks, by what they tell: agent or partner, another role, none; one number a date, the higher the likelier."""
SUMMED = 0.2
"""By how much the sum over a mention's things is scaled before it is looked at beside each of them."""

Hashes = npt.NDArray[np.uint32]


def hash_features(features: Sequence[str]) -> Hashes:
    """Rising, each once."""
    return np.unique(np.array([zlib.crc32(feature.encode()) for feature in features], dtype=np.uint32))


def known_rows(hashes: Hashes, known: Hashes) -> npt.NDArray[np.int64]:
    """Rows of the feature table; what training met too seldom has none. known: the hashes of its rows, rising."""
    rows = np.searchsorted(known, hashes)
    return np.asarray(rows[known[np.minimum(rows, len(known) - 1)] == hashes])


class Choice:
    """The numpy twin of `extractors.training.choices.ChoiceNetwork`."""

    def __init__(self, arrays: Mapping[str, Any], name: str) -> None:
        own = {key.removeprefix(f"{name}."): value for key, value in arrays.items() if key.startswith(f"{name}.")}
        self._known: Hashes = own.pop("known")
        self._weights: dict[str, Vector] = own
        self._answers, self._hidden = self._weights["out.weight"].shape

    def judge(
        self, trigger: Vector, initiative: Vector, action: int, things: Vector, present: Vector,
        features: Sequence[Hashes],
    ) -> Vector:  # fmt: skip
        """(things, answers). trigger, initiative: (width,), the means of the encoder's states there; things: (things,
        places, width), the same of each thing; present: (things, places), 1 where it has that place, 0 where not;
        features: of each thing, by `hash_features`."""
        w, hidden = self._weights, self._hidden
        told = [gelu(linear(w, "trigger", trigger)), gelu(linear(w, "initiative", initiative)), w["action"][action]]
        here = [gelu(linear(w, f"place{k}", things[:, k])) * present[:, k : k + 1] for k in range(things.shape[1])]
        bags = [w["table"][known_rows(hashes, self._known)] for hashes in features]
        direct = np.stack([bag[:, : self._answers].sum(0) for bag in bags])
        words = np.stack([bag[:, self._answers :].sum(0) / max(1, len(bag)) for bag in bags])
        common = np.broadcast_to(np.concatenate(told), (len(bags), 3 * hidden))
        alone = gelu(linear(w, "mix", np.concatenate([common, *here, here[0] * told[0], here[0] * told[1], words], 1)))
        shown = linear(w, "show", alone)
        rivals = np.broadcast_to(np.concatenate([shown.max(0), SUMMED * shown.sum(0)]), (len(bags), 2 * hidden))
        beside = gelu(linear(w, "beside", np.concatenate([alone, rivals], 1)))
        return np.asarray(linear(w, "out", alone + beside) + direct, dtype=np.float32)
