"""Trains encoder, heads and attributes on labelled examples: seeded, on CPU, in some hours."""

import math
import random
import sys
import time
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import Tensor

from extractors.training.dataset import Example
from extractors.training.loss import attribute_loss, pair_loss
from extractors.training.network import WIDTH, Attributes, Encoder, Heads, Output

BATCH = 8
AVERAGED = 0.995
"""Decay of the running average of the weights, which is what is kept: it generalises better than the last step."""


def fit(
    encoder: Encoder, heads: Heads, attributes: Attributes, examples: Sequence[Example], *, epochs: int, seed: int = 11,
    encoder_rate: float = 3e-4, heads_rate: float = 1e-3,
) -> None:  # fmt: skip
    """Trains in place. The lower layers' output is computed once and kept as half floats (about 0.2 MB a window)."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    lower = precompute(encoder, examples)
    groups = [
        {"params": encoder.trained(), "lr": encoder_rate},
        {"params": [*heads.parameters(), *attributes.parameters()], "lr": heads_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = epochs * math.ceil(len(examples) / BATCH)
    warm = max(1, steps // 12)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(s / warm, max(0.02, (steps - s) / max(1, steps - warm)))
    )
    parameters = [p for group in groups for p in cast(list[torch.nn.Parameter], group["params"])]
    average = [p.detach().clone() for p in parameters]
    step = 0
    for epoch in range(epochs):
        started, total = time.monotonic(), 0.0
        for part in (encoder, heads, attributes):
            part.train()
        for batch in _batches(examples, rng):
            loss = _loss(encoder, heads, attributes, [examples[i] for i in batch], [lower[i] for i in batch])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            decay = min(AVERAGED, step / (step + 10))
            with torch.no_grad():
                for mean, now in zip(average, parameters, strict=True):
                    mean.lerp_(now, 1 - decay)
            total += loss.item() * len(batch)
        seconds = time.monotonic() - started
        sys.stderr.write(f"epoch {epoch + 1}/{epochs}: loss {total / len(examples):.3f}, {seconds:.0f} s\n")
    with torch.no_grad():
        for mean, now in zip(average, parameters, strict=True):
            now.copy_(mean)


def fit_on(encoder: Encoder, heads: Heads, attributes: Attributes, examples: Sequence[Example], **how: Any) -> None:
    """Fits further and keeps the mean of both ends, which does better than either (Wortsman et al. 2022)."""
    learned = [parameter for part in (encoder, heads, attributes) for parameter in part.parameters()]
    before = [parameter.detach().clone() for parameter in learned]
    fit(encoder, heads, attributes, examples, **how)
    with torch.no_grad():
        for old, parameter in zip(before, learned, strict=True):
            parameter.lerp_(old, 0.5)


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


def _loss(
    encoder: Encoder, heads: Heads, attributes: Attributes, examples: Sequence[Example], lower: Sequence[Tensor]
) -> Tensor:
    hidden = encode(encoder, examples, lower)
    outputs = [heads(hidden[i], torch.tensor(e.pairs).long(), torch.tensor(e.features)) for i, e in enumerate(examples)]
    opinions = [
        attributes(hidden[i, : len(e.pieces)], torch.tensor(e.mentions), torch.tensor(e.actors))
        for i, e in enumerate(examples)
    ]
    joined = Output(*(torch.cat([getattr(o, k) for o in outputs]) for k in Output.__slots__))
    return pair_loss(joined, examples) + attribute_loss(opinions, examples)
