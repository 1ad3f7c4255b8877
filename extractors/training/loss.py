"""What the model is trained on: a loss over the answers to pairs, for both its halves, and one over attributes."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.nn.functional import cross_entropy

from extractors.training.dataset import Example
from extractors.training.network import Output

DEFENSIBLE = 0.3
"""The share that an action gets which a careful reader could defend, where the label has one."""
SPOKEN_WEIGHT = 0.2
"""Of pairs in which an entity that is no initiative is not even named: there are many, and they teach little."""
SMOOTHED = 0.05
WEIGHTS = {"initiative": 2.0, "event": 1.0, "actions": 1.0, "each": 0.5, "modality": 0.4, "background": 0.4}
"""How much each answer to a pair counts."""
MODALITY_WEIGHT, PARTS_WEIGHT = 0.5, 2.0
RIVALS_WEIGHT = 1.0
"""Of which of a sentence's initiatives an action is told; half as much of each action by itself."""


def weigh_pairs(direct: Tensor, initiative: Tensor) -> Tensor:
    """How much each pair counts for what happened. initiative: 1, 0, or less where the label leaves it open."""
    return torch.where(~direct & (initiative == 0), SPOKEN_WEIGHT, 1.0)


def pair_loss(found: Output, examples: Sequence[Example]) -> Tensor:
    """found: the answers to all pairs of the examples, in their order."""

    def joined(name: str) -> Tensor:
        return torch.tensor(np.concatenate([getattr(e, name) for e in examples]))

    initiative, actions, modality = joined("initiative"), joined("actions"), joined("modality")
    background, direct = joined("background"), joined("direct")
    counted = (initiative >= 0) & direct
    loss = found.initiative.new_zeros(())
    if counted.any():
        loss = loss + WEIGHTS["initiative"] * bce(found.initiative[counted], initiative[counted].float())
    happened = (actions == 1).any(1)
    weight = weigh_pairs(direct, initiative)
    weight[(actions < 0).all(1)] = 0
    positives = max(1.0, float(happened.sum()))
    loss = loss + (bce(found.event, happened.float(), reduction="none") * weight).sum() / positives
    each = bce(found.each, (actions == 1).float(), reduction="none") * (actions >= 0) * weight.unsqueeze(1)
    loss = loss + WEIGHTS["each"] * each.sum() / positives
    if happened.any():
        wanted = (actions == 1).float() + DEFENSIBLE * (actions == -1).float()
        wanted = (1 - SMOOTHED) * wanted / wanted.sum(1, keepdim=True).clamp(min=1) + SMOOTHED / wanted.shape[1]
        loss = loss + cross_entropy(found.actions[happened], wanted[happened])
    told = modality >= 0
    if told.any():
        loss = loss + WEIGHTS["modality"] * cross_entropy(found.modality[told], modality[told].long())
        loss = loss + WEIGHTS["background"] * bce(found.background[told], background[told].float())
    sentences = _number_sentences(examples)
    likely = rivals_loss(found.event.unsqueeze(1) + found.actions.log_softmax(1), actions, sentences)
    return loss + RIVALS_WEIGHT * (likely + 0.5 * rivals_loss(found.each, actions, sentences))


def rivals_loss(odds: Tensor, actions: Tensor, sentences: Tensor) -> Tensor:
    """Of the pairs of one sentence, which has the action: "put off the forum's session, and the centre is wound down".

    odds, actions: (n, 14); sentences: (n,), a number for each. Actions that a sentence tells of all its pairs, or of
    none, have no rivals. It serves for any things of a group, with a column for each of their answers.
    """
    strength = (odds - odds.max().detach()).exp()
    blank = odds.new_zeros(int(sentences.max()) + 1, odds.shape[1])
    right, wrong = (blank.index_add(0, sentences, strength * (actions == value)) for value in (1, 0))
    counted = (right > 0) & (wrong > 0)
    return (1 + wrong[counted] / right[counted]).log().mean() if counted.any() else odds.new_zeros(())


def _number_sentences(examples: Sequence[Example]) -> Tensor:
    """(pairs,): a number for the sentence of each pair."""
    places = [e.pairs[:, 4].astype(np.int64) + (number << 16) for number, e in enumerate(examples)]
    return torch.tensor(np.unique(np.concatenate(places), return_inverse=True)[1])


def attribute_loss(found: Sequence[tuple[Tensor, Tensor]], examples: Sequence[Example]) -> Tensor:
    """found: modality and parts of each example's labelled mentions, in their order."""
    certainty = torch.tensor(np.concatenate([e.certainty for e in examples]))
    parts = torch.cat([one[1] for one in found])
    labels, namings = (
        torch.tensor(np.concatenate([getattr(e, name) for e in examples])) for name in ("parts", "namings")
    )
    owners = torch.tensor(np.concatenate([e.actors[:, 0] + (number << 16) for number, e in enumerate(examples)]))
    counted = count_namings(parts, labels, owners, namings)
    loss = torch.zeros(())
    for logits, wanted, weight in (
        (torch.cat([one[0] for one in found]), certainty, MODALITY_WEIGHT),
        (parts, counted, PARTS_WEIGHT),
    ):
        if (wanted >= 0).any():
            loss = loss + weight * cross_entropy(logits, wanted, ignore_index=-1)
    return loss


def count_namings(answers: Tensor, labels: Tensor, owners: Tensor, namings: Tensor) -> Tensor:
    """The labels, but -1 for those that do not count: a sentence may name an agent twice, and one of the namings makes
    it the agent. Which, no label says: the one that is likeliest so far (multiple-instance learning, Dietterich et al.
    1997).

    answers: (n, 3) logits; owners: (n,) the mention of each; namings: (n,) a number for each name in its mention.
    """
    if not len(labels):
        return labels
    agent = answers.detach().log_softmax(1)[:, 0]
    _, name = torch.stack([owners, namings], 1).unique(dim=0, return_inverse=True)
    best = torch.full((int(name.max()) + 1,), -torch.inf).scatter_reduce(0, name, agent, "amax")
    return labels.where((labels != 0) | (agent >= best[name]), -1)
