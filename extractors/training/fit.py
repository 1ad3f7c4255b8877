"""Trains encoder and heads on labelled examples: seeded, on CPU, one thread, in minutes to an hour."""

import math
import random
import sys
import time
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy

from extractors.training.dataset import Example
from extractors.training.network import WIDTH, Encoder, Heads, Output

BATCH = 8
SPOKEN_WEIGHT = 0.2
"""Of pairs in which an entity that is no initiative is not even named: there are many, and they teach little."""


def fit(
    encoder: Encoder, heads: Heads, examples: Sequence[Example], *, epochs: int, seed: int = 7,
    encoder_rate: float = 1e-4, heads_rate: float = 1e-3,
) -> None:  # fmt: skip
    """Trains in place. The lower layers' output is computed once and kept as half floats (about 0.2 MB a window)."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    lower = precompute(encoder, examples)
    groups = [
        {"params": encoder.trained(), "lr": encoder_rate},
        {"params": list(heads.parameters()), "lr": heads_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = epochs * math.ceil(len(examples) / BATCH)
    warm = max(1, steps // 12)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(s / warm, max(0.02, (steps - s) / max(1, steps - warm)))
    )
    for epoch in range(epochs):
        started, total = time.monotonic(), 0.0
        encoder.train()
        heads.train()
        for batch in _batches(examples, rng):
            loss = _loss(encoder, heads, [examples[i] for i in batch], [lower[i] for i in batch])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_([p for g in groups for p in g["params"]], 1.0)  # type: ignore[union-attr, misc]
            optimiser.step()
            schedule.step()
            total += loss.item() * len(batch)
        seconds = time.monotonic() - started
        sys.stderr.write(f"epoch {epoch + 1}/{epochs}: loss {total / len(examples):.3f}, {seconds:.0f} s\n")


def precompute(encoder: Encoder, examples: Sequence[Example]) -> list[Tensor]:
    encoder.eval()
    with torch.inference_mode():
        return [encoder.lower(torch.tensor([e.pieces]))[0].half() for e in examples]


def _batches(examples: Sequence[Example], rng: random.Random) -> list[list[int]]:
    """Batches of like length, in random order: padding costs as much as words."""
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].pieces) + rng.uniform(-30, 30))
    batches = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
    rng.shuffle(batches)
    return batches


def encode(encoder: Encoder, examples: Sequence[Example], lower: Sequence[Tensor]) -> Tensor:
    longest = max(len(e.pieces) for e in examples)
    states = torch.zeros(len(examples), longest, WIDTH)
    marks = torch.zeros(len(examples), longest, dtype=torch.long)
    mask = torch.zeros(len(examples), 1, 1, longest, dtype=torch.bool)
    for row, (example, below) in enumerate(zip(examples, lower, strict=True)):
        n = len(example.pieces)
        states[row, :n], marks[row, :n], mask[row, :, :, :n] = below.float(), torch.tensor(example.marks), True
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return encoder.upper(states, marks, mask).float()


def _loss(encoder: Encoder, heads: Heads, examples: Sequence[Example], lower: Sequence[Tensor]) -> Tensor:
    hidden = encode(encoder, examples, lower)
    outputs = [heads(hidden[i], torch.tensor(e.pairs).long(), torch.tensor(e.features)) for i, e in enumerate(examples)]
    found = Output(*(torch.cat([getattr(o, k) for o in outputs]) for k in Output.__slots__))

    def joined(name: str) -> Tensor:
        return torch.tensor(np.concatenate([getattr(e, name) for e in examples]))

    initiative, actions, modality = joined("initiative"), joined("actions"), joined("modality")
    background, direct = joined("background"), joined("direct")
    counted = initiative >= 0
    loss = 2 * bce(found.initiative[counted & direct], initiative[counted & direct].float())
    weight = torch.ones_like(found.actions)
    weight[~direct & (initiative == 0)] = SPOKEN_WEIGHT
    positives = max(1.0, float((actions == 1).sum()))
    each = bce(found.actions, actions.clamp(min=0).float(), reduction="none") * weight * (actions >= 0)
    loss = loss + each.sum() / positives * 0.5
    told = modality >= 0
    if told.any():
        loss = loss + 0.4 * cross_entropy(found.modality[told], modality[told].long())
        loss = loss + 0.4 * bce(found.background[told], background[told].float())
    return loss
