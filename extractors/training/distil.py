"""Learning from a teacher's opinions: how sure it is of each answer, where a label only says which one is right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import log_softmax

from extractors.training.dataset import Example
from extractors.training.loss import MODALITY_WEIGHT, PARTS_WEIGHT, WEIGHTS, weigh_pairs
from extractors.training.network import Output

_EXCLUSIVE = frozenset(("actions", "modality"))
"""Answers of which one is right; each of the others is right or wrong by itself."""


@dataclass(slots=True)
class Opinion:
    """A teacher's probabilities of one example: of its pairs as in `Output`, of its mentions (k, 4), of its actors
    (n, 3). Kept as half floats."""

    pairs: dict[str, Tensor]
    certainty: Tensor
    parts: Tensor

    @classmethod
    def of(cls, found: Output, rows: slice, parts: tuple[Tensor, Tensor]) -> Self:
        """found: logits of several examples, of which `rows` are this one's."""
        logits = {name: getattr(found, name)[rows] for name in Output.__slots__}
        pairs = {n: (x.softmax(-1) if n in _EXCLUSIVE else x.sigmoid()).half() for n, x in logits.items()}
        return cls(pairs, parts[0].softmax(-1).half(), parts[1].softmax(-1).half())


def opinion_loss(
    found: Output, parts: Sequence[tuple[Tensor, Tensor]], opinions: Sequence[Opinion], examples: Sequence[Example]
) -> Tensor:
    """How far the answers are from the teacher's. What happened counts as much as the teacher believes that anything
    did; the sum is shared among as many pairs as it believes in, as `pair_loss` shares it among the labelled ones."""
    direct = torch.tensor(np.concatenate([e.direct for e in examples]))
    weight = weigh_pairs(direct, torch.tensor(np.concatenate([e.initiative for e in examples])))
    told = {name: torch.cat([o.pairs[name] for o in opinions]).float() for name in Output.__slots__}
    happened = told["event"]
    likely = happened.unsqueeze(1) * told["actions"]
    counts = {
        "initiative": direct.float(), "event": weight, "each": weight.unsqueeze(1), "actions": happened,
        "modality": likely, "background": likely,
    }  # fmt: skip
    shared = {"initiative": direct.sum().clamp(min=1)}
    believed = happened.sum().clamp(min=1.0)
    loss = found.event.new_zeros(())
    for name, wanted in told.items():
        logits = getattr(found, name)
        apart = _apart(logits, wanted) if name in _EXCLUSIVE else bce(logits, wanted, reduction="none")
        loss = loss + WEIGHTS[name] * (apart * counts[name]).sum() / shared.get(name, believed)
    for number, share in ((0, MODALITY_WEIGHT), (1, PARTS_WEIGHT)):
        logits = torch.cat([one[number] for one in parts])
        wanted = torch.cat([(o.certainty, o.parts)[number] for o in opinions]).float()
        if len(logits):
            loss = loss + share * _apart(logits, wanted).mean()
    return loss


def _apart(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross entropy against probabilities, over the last dimension."""
    return -(wanted * log_softmax(logits, -1)).sum(-1)
