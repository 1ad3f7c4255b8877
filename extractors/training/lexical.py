"""Trains the linear half of the model: hashed words and syntax (`extractors.mentions.lexical`) to the same logits.

A sum of weights a pair, and a small layer over the grammar features; several fits with other seeds are averaged, which
for the linear part costs nothing at run time. Minutes on one core.
"""

import random
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

from extractors.mentions.lexical import SCALE, SIZE
from extractors.mentions.model import COLUMNS
from extractors.mentions.pairs import FEATURES
from extractors.records import ACTIONS
from extractors.training.dataset import Example
from extractors.training.loss import pair_loss
from extractors.training.network import Output

BATCH, EPOCHS, RATE, DECAY, DROPPED, HIDDEN = 16, 10, 5e-3, 0.02, 0.3, 64
SEEDS = (1, 2, 3)
OUT = max(where.stop for where in COLUMNS.values())


class Lexical(nn.Module):
    """Hashed features and grammar features of pairs to logits; the columns are `model.COLUMNS`."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(SIZE, OUT, mode="sum")
        self.feature, self.out = nn.Linear(len(FEATURES), HIDDEN), nn.Linear(HIDDEN, OUT)
        self.drop = nn.Dropout(0.2)
        nn.init.zeros_(self.table.weight)

    def forward(self, places: Tensor, offsets: Tensor, counts: Tensor, features: Tensor) -> Output:
        summed = self.table(places, offsets) / counts.sqrt().unsqueeze(1) * SCALE
        logits = summed + self.out(self.drop(gelu(self.feature(features))))
        part = {name: logits[:, where] for name, where in COLUMNS.items()}
        return Output(
            part["initiative"].squeeze(1),
            part["event"].squeeze(1),
            part["actions"],
            part["each"],
            part["modality"].unsqueeze(1).expand(-1, len(ACTIONS), -1),
            part["background"].expand(-1, len(ACTIONS)),
        )


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
            loss = pair_loss(model(*_rows(batch, rng)), batch)
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
