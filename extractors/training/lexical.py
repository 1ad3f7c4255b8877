"""Trains the linear half of the model: hashed words and syntax (`extractors.mentions.lexical`) to the same logits.

A sum of weights a pair, and a small layer over the grammar features; several fits with other seeds are averaged, which
for the linear part costs nothing at run time. Minutes on one core.
"""

import random
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy, gelu

from extractors.mentions.lexical import SCALE, SIZE
from extractors.mentions.model import COLUMNS
from extractors.mentions.pairs import FEATURES
from extractors.training.dataset import Example
from extractors.training.fit import DEFENSIBLE, SPOKEN_WEIGHT

BATCH, EPOCHS, RATE, DECAY, DROPPED, HIDDEN = 16, 10, 5e-3, 0.02, 0.3, 64
SEEDS = (1, 2, 3)
OUT = COLUMNS["background"].stop


class Lexical(nn.Module):
    """Hashed features and grammar features of pairs to logits; the columns are `model.COLUMNS`."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(SIZE, OUT, mode="sum")
        self.feature, self.out = nn.Linear(len(FEATURES), HIDDEN), nn.Linear(HIDDEN, OUT)
        self.drop = nn.Dropout(0.2)
        nn.init.zeros_(self.table.weight)

    def forward(self, places: Tensor, offsets: Tensor, counts: Tensor, features: Tensor) -> Tensor:
        summed = self.table(places, offsets) / counts.sqrt().unsqueeze(1) * SCALE
        logits: Tensor = summed + self.out(self.drop(gelu(self.feature(features))))
        return logits


def fit_lexical(examples: Sequence[Example]) -> dict[str, np.ndarray]:
    """The averaged weights of one fit a seed, by the names that `extractors.mentions.model` reads."""
    fits = [_fit(examples, seed) for seed in SEEDS]
    share = 1 / len(fits)
    return {
        "lexical.table": sum(f.table.weight.detach().numpy() for f in fits) * share,  # type: ignore[dict-item]
        "lexical.feature.weight": np.concatenate([f.feature.weight.detach().numpy() for f in fits]),
        "lexical.feature.bias": np.concatenate([f.feature.bias.detach().numpy() for f in fits]),
        "lexical.out.weight": np.concatenate([f.out.weight.detach().numpy() * share for f in fits], 1),
        "lexical.out.bias": sum(f.out.bias.detach().numpy() for f in fits) * share,  # type: ignore[dict-item]
    }


def _fit(examples: Sequence[Example], seed: int) -> Lexical:
    torch.manual_seed(seed)
    rng, order = np.random.default_rng(seed), list(examples)
    shuffler = random.Random(seed)
    model = Lexical()
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    for _ in range(EPOCHS):
        shuffler.shuffle(order)
        model.train()
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            loss = _loss(model(*_rows(batch, rng)), batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return model.eval()


def _rows(examples: Sequence[Example], rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Places, offsets, counts and features of a batch; a share of the places is dropped, so that none is relied on."""
    bags = []
    for example in examples:
        for places in example.lexical:
            row = np.array(places)
            bags.append(row[rng.random(len(row)) > DROPPED])
    sizes = np.array([len(bag) for bag in bags])
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return (
        torch.tensor(np.concatenate(bags)).long(),
        torch.tensor(offsets).long(),
        torch.tensor(np.maximum(sizes, 1)).float(),
        torch.tensor(np.concatenate([e.features for e in examples])),
    )


def _loss(logits: Tensor, examples: Sequence[Example]) -> Tensor:
    def joined(name: str) -> Tensor:
        return torch.tensor(np.concatenate([getattr(e, name) for e in examples]))

    initiative, actions, modality = joined("initiative"), joined("actions"), joined("modality")
    background, direct = joined("background"), joined("direct")
    counted = (initiative >= 0) & direct
    loss = bce(logits[counted, COLUMNS["initiative"].start], initiative[counted].float())
    happened = (actions == 1).any(1)
    weight = torch.ones(len(logits))
    weight[~direct & (initiative == 0)] = SPOKEN_WEIGHT
    weight[(actions < 0).all(1)] = 0
    each = bce(logits[:, COLUMNS["event"].start], happened.float(), reduction="none") * weight
    loss = loss + each.sum() / max(1.0, float(happened.sum()))
    if happened.any():
        wanted = (actions == 1).float() + DEFENSIBLE * (actions == -1).float()
        wanted = 0.95 * wanted / wanted.sum(1, keepdim=True).clamp(min=1) + 0.05 / wanted.shape[1]
        loss = loss + cross_entropy(logits[happened][:, COLUMNS["actions"]], wanted[happened])
    row, action = torch.where(modality >= 0)
    if len(row):
        loss = loss + 0.5 * cross_entropy(logits[row][:, COLUMNS["modality"]], modality[row, action].long())
        loss = loss + 0.5 * bce(logits[row, COLUMNS["background"].start], background[row, action].float())
    return loss
