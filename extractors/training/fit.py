"""Trains encoder, heads and attributes on labelled examples: seeded, on CPU, in some hours."""

import math
import random
import sys
import time
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from extractors.training.dataset import Example
from extractors.training.distil import Opinion, opinion_loss
from extractors.training.loss import attribute_loss, pair_loss
from extractors.training.network import Attributes, Heads, Output, Reader

BATCH = 8
AVERAGED = 0.995
"""Decay of the running average of the weights, which is what is kept: it generalises better than the last step."""
SMALL = 384
"""Width of states up to which single precision costs little."""
TAUGHT = 0.7
"""The share of a teacher's opinions in the loss; the labels have the rest."""


def fit(
    encoder: Reader, heads: Heads, attributes: Attributes, examples: Sequence[Example], *, epochs: int, seed: int = 11,
    encoder_rate: float = 3e-4, heads_rate: float = 1e-3, opinions: Sequence[Opinion] | None = None,
) -> None:  # fmt: skip
    """Trains in place. The lower layers' output is computed once and kept as half floats (about 0.2 MB a window).

    opinions: a teacher's, of each example, to learn from beside the labels.
    """
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
            chosen = [examples[i] for i in batch]
            found, parts_found = answer(encoder, heads, attributes, chosen, [lower[i] for i in batch])
            loss = pair_loss(found, chosen) + attribute_loss(parts_found, chosen)
            if opinions is not None:
                taught = opinion_loss(found, parts_found, [opinions[i] for i in batch], chosen)
                loss = (1 - TAUGHT) * loss + TAUGHT * taught
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


def ask(encoder: Reader, heads: Heads, attributes: Attributes, examples: Sequence[Example]) -> list[Opinion]:
    """What a trained network thinks of each example."""
    for part in (encoder, heads, attributes):
        part.eval()
    opinions: list[Opinion | None] = [None] * len(examples)
    lower = precompute(encoder, examples)
    with torch.inference_mode():
        for batch in _batches(examples, random.Random(0)):
            chosen = [examples[i] for i in batch]
            found, parts = answer(encoder, heads, attributes, chosen, [lower[i] for i in batch])
            first = 0
            for i, example, one in zip(batch, chosen, parts, strict=True):
                last = first + len(example.pairs)
                opinions[i] = Opinion.of(found, slice(first, last), one)
                first = last
    return [opinion for opinion in opinions if opinion is not None]


def precompute(encoder: Reader, examples: Sequence[Example]) -> list[Tensor]:
    """The lower layers' output of each example, as half floats."""
    encoder.eval()
    lower: list[Tensor] = [torch.empty(0)] * len(examples)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=encoder.width > SMALL):
        for batch in _batches(examples, random.Random(0), 2 * BATCH):
            pieces, mask = _padded([torch.tensor(examples[i].pieces) for i in batch])
            states = encoder.lower(pieces, mask)
            for row, i in enumerate(batch):
                lower[i] = states[row, : len(examples[i].pieces)].half().clone()
    return lower


def _padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Rows of pieces, or of states, to one length; and the mask of what is no padding."""
    lengths = torch.tensor([len(row) for row in rows])
    mask = torch.arange(int(lengths.max())) < lengths[:, None]
    return torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True), mask[:, None, None, :]


def _batches(examples: Sequence[Example], rng: random.Random, size: int = BATCH) -> list[list[int]]:
    """Batches of like length, in random order: padding costs as much as words."""
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].pieces) + rng.uniform(-30, 30))
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(batches)
    return batches


def encode(encoder: Reader, examples: Sequence[Example], lower: Sequence[Tensor]) -> Tensor:
    states, mask = _padded([below.float() for below in lower])
    marks, _ = _padded([torch.tensor(example.marks) for example in examples])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return encoder.upper(states, marks, mask).float()


def answer(
    encoder: Reader, heads: Heads, attributes: Attributes, examples: Sequence[Example], lower: Sequence[Tensor]
) -> tuple[Output, list[tuple[Tensor, Tensor]]]:
    """The answers to all pairs of the examples, in their order, and of each example modality and parts."""
    hidden = encode(encoder, examples, lower)
    outputs = [heads(hidden[i], torch.tensor(e.pairs).long(), torch.tensor(e.features)) for i, e in enumerate(examples)]
    parts = [
        attributes(hidden[i, : len(e.pieces)], torch.tensor(e.mentions), torch.tensor(e.actors))
        for i, e in enumerate(examples)
    ]
    return Output(*(torch.cat([getattr(o, k) for o in outputs]) for k in Output.__slots__)), parts
