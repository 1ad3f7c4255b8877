"""A larger network that the shipped encoder learns from: all-mpnet-base-v2 (Song et al. 2020), 12 layers, 768 wide.

It is too large to ship, and reads better. Trained on the same windows, it gives opinions of every pair and mention, and
the small encoder learns from these beside the labels (distillation, Hinton et al. 2015): an opinion says how near to
each other the answers are, which a label does not. Both networks have the same word pieces.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from extractors.training.network import HEADS, Reader

WIDTH, LAYERS, FROZEN = 768, 12, 6
BUCKETS, FAR = 32, 128
_OURS_TO_ITS = {101: 0, 102: 2}
"""[CLS] and [SEP] of BERT as the teacher knows them; every other piece stands `_SHIFT` places further on."""
_SHIFT, _FIRST_PLACE = 4, 2


class Teacher(Reader):
    """What `extractors.training.network.Encoder` does, in large."""

    def __init__(self) -> None:
        super().__init__(WIDTH, pieces=30527, places=514, layers=LAYERS, frozen=FROZEN, eps=1e-5)
        self.distances = nn.Embedding(BUCKETS, HEADS)

    def load_published(self, weights: Mapping[str, Tensor]) -> None:
        """Takes over the weights of the published checkpoint."""
        names = {
            "query": "attention.attn.q", "key": "attention.attn.k", "value": "attention.attn.v",
            "output": "attention.attn.o", "attention_norm": "attention.LayerNorm",
            "up": "intermediate.dense", "down": "output.dense", "norm": "output.LayerNorm",
        }  # fmt: skip
        self.load(weights, names, {"distances.weight": weights["encoder.relative_attention_bias.weight"]})

    def embed(self, pieces: Tensor) -> Tensor:
        x = pieces + _SHIFT
        for ours, its in _OURS_TO_ITS.items():
            x = x.masked_fill(pieces == ours, its)
        embedded: Tensor = self.norm(self.words(x) + self.positions(torch.arange(pieces.shape[1]) + _FIRST_PLACE))
        return embedded

    def bias(self, length: int, mask: Tensor | None) -> Tensor:
        """(batch or 1, heads, length, length): how far a piece stands counts in buckets, wider with distance (Raffel et
        al. 2020)."""
        steps = torch.arange(length)
        distance = steps[:, None] - steps[None, :]
        half = BUCKETS // 2
        near = half // 2
        apart = distance.abs()
        wide = near + (torch.log(apart.clamp(min=1) / near) / math.log(FAR / near) * (half - near)).long()
        bucket = (distance < 0) * half + torch.where(apart < near, apart, wide.clamp(max=half - 1))
        with torch.no_grad():
            bias = self.distances(bucket).permute(2, 0, 1).unsqueeze(0)
            return bias if mask is None else bias.masked_fill(~mask, -torch.inf)
