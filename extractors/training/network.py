"""The network: a small encoder shared by all, and light heads over pairs of an entity and a sentence.

Encoder: answerai-colbert-small-v1 (BERT, 12 layers, 384 wide). Its lower six layers stay as they were trained, so that
their output can be computed once; before the seventh, each piece is told what the lexicon knows of it. Heads: is the
entity an initiative at all; which of the 14 actions happened to it in the sentence; of each action by itself, whether
it happened, how real and how past it is. The heads are small enough to run in numpy (`extractors.mentions.model`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, scaled_dot_product_attention

from extractors.mentions.pairs import FEATURES
from extractors.mentions.windows import MARKS
from extractors.records import ACTIONS, MODALITIES

WIDTH, HEADS, LAYERS, FROZEN = 384, 12, 12, 6
HIDDEN, PAIR, MENTION, OWN = 192, 256, 128, 128


@dataclass(slots=True)
class Output:
    """Logits of pairs: (n,), (n,), (n, 14), (n, 14), (n, 14, 4), (n, 14).

    `actions` compete, given that something happened; `each` stands for itself, so that a second action can be told.
    """

    initiative: Tensor
    event: Tensor
    actions: Tensor
    each: Tensor
    modality: Tensor
    background: Tensor


class Layer(nn.Module):
    """One BERT layer (Devlin et al. 2019): post-norm attention and feed-forward. eps: of its norms."""

    def __init__(self, width: int, dropout: float, eps: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(width, width) for _ in range(4))
        self.attention_norm, self.norm = nn.LayerNorm(width, eps=eps), nn.LayerNorm(width, eps=eps)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """mask: true where there is a piece, or what is added to the attention."""
        batch, length, width = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, width // HEADS).transpose(1, 2)

        attended = scaled_dot_product_attention(split(self.query(x)), split(self.key(x)), split(self.value(x)), mask)
        x = self.attention_norm(x + self.drop(self.output(attended.transpose(1, 2).reshape(batch, length, width))))
        normed: Tensor = self.norm(x + self.drop(self.down(gelu(self.up(x)))))
        return normed


class Reader(nn.Module):
    """Word pieces and marks to one vector a piece; the lower layers stay as they were trained."""

    def __init__(self, width: int, *, pieces: int, places: int, layers: int, frozen: int, eps: float) -> None:
        super().__init__()
        self.width, self.frozen = width, frozen
        self.words, self.positions = nn.Embedding(pieces, width), nn.Embedding(places, width)
        self.norm = nn.LayerNorm(width, eps=eps)
        self.layers = nn.ModuleList(Layer(width, 0.0 if i < frozen else 0.1, eps) for i in range(layers))
        self.marks = nn.Embedding(len(MARKS), width)
        nn.init.zeros_(self.marks.weight)

    def load(self, weights: Mapping[str, Tensor], names: Mapping[str, str], own: Mapping[str, Tensor]) -> None:
        """Takes over the weights of a published checkpoint, but for the marks. names: of a layer's parts, ours to
        theirs; own: what only this network has."""
        state = {
            "words.weight": weights["embeddings.word_embeddings.weight"],
            "positions.weight": weights["embeddings.position_embeddings.weight"],
            "norm.weight": weights["embeddings.LayerNorm.weight"],
            "norm.bias": weights["embeddings.LayerNorm.bias"],
            "marks.weight": self.marks.weight.data,
        }
        for i in range(len(self.layers)):
            for ours, theirs in names.items():
                for part in ("weight", "bias"):
                    state[f"layers.{i}.{ours}.{part}"] = weights[f"encoder.layer.{i}.{theirs}.{part}"]
        self.load_state_dict({**state, **own})

    def embed(self, pieces: Tensor) -> Tensor:
        """(batch, length), as BERT numbers them, to (batch, length, width)."""
        raise NotImplementedError

    def bias(self, length: int, mask: Tensor | None) -> Tensor | None:
        """What masks the attention or is added to it."""
        return mask

    def lower(self, pieces: Tensor, mask: Tensor | None) -> Tensor:
        """The part that is not trained. pieces: (batch, length); mask: as of `upper`."""
        x, bias = self.embed(pieces), self.bias(pieces.shape[1], mask)
        for layer in self.layers[: self.frozen]:
            x = layer(x, bias)
        return x

    def upper(self, x: Tensor, marks: Tensor, mask: Tensor | None) -> Tensor:
        """The part that is. mask: (batch, 1, 1, length), true where there is a piece; None for one unpadded window."""
        x, bias = x + self.marks(marks), self.bias(x.shape[1], mask)
        for layer in self.layers[self.frozen :]:
            x = layer(x, bias)
        return x

    def forward(self, pieces: Tensor, marks: Tensor) -> Tensor:
        return self.upper(self.lower(pieces, None), marks, None)

    def trained(self) -> list[nn.Parameter]:
        return [*self.marks.parameters(), *self.layers[self.frozen :].parameters()]


class Encoder(Reader):
    """The encoder that is shipped, unless told to be smaller."""

    def __init__(self, width: int = WIDTH, *, layers: int = LAYERS, frozen: int = FROZEN) -> None:
        super().__init__(width, pieces=30522, places=512, layers=layers, frozen=frozen, eps=1e-12)
        self.segment = nn.Parameter(torch.zeros(width))

    def load_bert(self, weights: Mapping[str, Tensor]) -> None:
        """Takes over the weights of a BERT checkpoint of this size."""
        names = {
            "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
            "output": "attention.output.dense", "attention_norm": "attention.output.LayerNorm",
            "up": "intermediate.dense", "down": "output.dense", "norm": "output.LayerNorm",
        }  # fmt: skip
        self.load(weights, names, {"segment": weights["embeddings.token_type_embeddings.weight"][0]})

    def embed(self, pieces: Tensor) -> Tensor:
        steps = torch.arange(pieces.shape[1], device=pieces.device)
        embedded: Tensor = self.norm(self.words(pieces) + self.positions(steps) + self.segment)
        return embedded


class Heads(nn.Module):
    """Pairs to logits. Its parameters are exported as plain arrays by name. width: of the encoder's states."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.span = nn.Linear(2 * width, HIDDEN)
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(width, HIDDEN)
        self.value = nn.Linear(width, HIDDEN)
        self.trigger = nn.Linear(width, HIDDEN)
        self.reference = nn.Linear(width, HIDDEN)
        self.feature = nn.Linear(len(FEATURES), 96)
        self.initiative = nn.Linear(HIDDEN + 96, 1)
        self.mix = nn.Linear(6 * HIDDEN + 96, PAIR)
        self.event = nn.Linear(PAIR, 1)
        self.actions = nn.Linear(PAIR, len(ACTIONS))
        self.own = OwnWords(width)
        self.drop = nn.Dropout(0.25)
        nn.init.constant_(self.event.bias, -2.5)  # what is rare starts as rare
        nn.init.constant_(self.initiative.bias, -1.5)

    def forward(self, hidden: Tensor, places: Tensor, features: Tensor) -> Output:
        """One window. hidden: (pieces, width); places: (pairs, 7), see `Example`; features: (pairs, FEATURES)."""
        steps = torch.arange(hidden.shape[0], device=hidden.device)
        base = ((steps >= places[:, 1:2]) & (steps < places[:, 2:3])).float()
        mean = (base / base.sum(1, keepdim=True).clamp(min=1)) @ hidden
        span = gelu(self.span(self.drop(torch.cat([hidden[places[:, 0]], mean], 1))))
        inside = (steps >= places[:, 4:5]) & (steps < places[:, 5:6])
        weights = self.query(span) @ self.key(hidden).T / HIDDEN**0.5
        pooled = weights.masked_fill(~inside, -1e9).softmax(1) @ self.value(hidden)
        trigger = gelu(self.trigger(hidden[places[:, 3]])) * (places[:, 3:4] > 0)
        reference = gelu(self.reference(hidden[places[:, 6]])) * (places[:, 6:7] > 0)
        feature = gelu(self.feature(features))
        initiative = self.initiative(torch.cat([span, feature], 1)).squeeze(1)
        told = [span, pooled, trigger, reference, span * pooled, span * reference, feature]
        pair = self.drop(gelu(self.mix(self.drop(torch.cat(told, 1)))))
        own = self.own(hidden, inside, span, pair)
        return Output(initiative, self.event(pair).squeeze(1), self.actions(pair), *own)


class OwnWords(nn.Module):
    """Of each action by itself: did it happen, how real and how past is it.

    Each looks for its own words in the sentence (label-wise attention, Mullenbach et al. 2018), since one sentence may
    tell of two: "signed the pact, which parliament will debate in May".
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.query, self.key, self.value = nn.Linear(HIDDEN, HIDDEN), nn.Linear(width, HIDDEN), nn.Linear(width, OWN)
        self.pair, self.match, self.mix = nn.Linear(PAIR, OWN), nn.Linear(OWN, OWN), nn.Linear(3 * OWN, OWN)
        self.sought, self.action = nn.Embedding(len(ACTIONS), HIDDEN), nn.Embedding(len(ACTIONS), OWN)
        self.each, self.rarity = nn.Embedding(len(ACTIONS), OWN), nn.Parameter(torch.full((len(ACTIONS),), -4.0))
        self.modality, self.background = nn.Linear(OWN, len(MODALITIES)), nn.Linear(OWN, 1)
        self.drop = nn.Dropout(0.25)
        nn.init.normal_(self.sought.weight, std=0.05)
        nn.init.zeros_(self.action.weight)
        nn.init.normal_(self.each.weight, std=0.1)

    def forward(self, hidden: Tensor, inside: Tensor, span: Tensor, pair: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """`each`, `modality` and `background` of `Output`. inside: (pairs, pieces), of each pair's sentence."""
        query = self.query(span).unsqueeze(1) + self.sought.weight
        weights = (query @ self.key(hidden).T / HIDDEN**0.5).masked_fill(~inside.unsqueeze(1), -1e9).softmax(-1)
        words = weights @ self.value(hidden)
        told = self.pair(pair).unsqueeze(1).expand_as(words)
        mixed = self.mix(self.drop(torch.cat([words, told + self.action.weight, self.match(words) * told], -1)))
        own = self.drop(gelu(mixed))
        each = (own * self.each.weight).sum(-1) + self.rarity
        return each, self.modality(own), self.background(own).squeeze(-1)


class Attributes(nn.Module):
    """Labelled mentions to modality, and those who may take part to their parts (`extractors.mentions.attributes`)."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.trigger, self.initiative, self.spot, self.name = (nn.Linear(width, MENTION) for _ in range(4))
        self.action = nn.Embedding(len(ACTIONS), MENTION)
        self.query, self.key, self.value = (
            nn.Linear(MENTION, MENTION),
            nn.Linear(width, MENTION),
            nn.Linear(width, MENTION),
        )
        self.modality_mix, self.modality = nn.Linear(4 * MENTION, MENTION), nn.Linear(MENTION, len(MODALITIES))
        self.role_mix, self.role = nn.Linear(7 * MENTION, MENTION), nn.Linear(MENTION, 3)
        self.drop = nn.Dropout(0.25)

    def forward(self, hidden: Tensor, mentions: Tensor, actors: Tensor) -> tuple[Tensor, Tensor]:
        """One window. hidden: (pieces, width); mentions: (k, 7) and actors: (n, 5), see `Example`."""
        sums = torch.cat([hidden.new_zeros(1, hidden.shape[1]), hidden.cumsum(0)])

        def mean(first: Tensor, last: Tensor) -> Tensor:
            dropped: Tensor = self.drop((sums[last] - sums[first]) / (last - first).clamp(min=1).unsqueeze(1))
            return dropped

        def present(last: Tensor) -> Tensor:
            return (last > 0).unsqueeze(1).float()

        trigger = gelu(self.trigger(mean(mentions[:, 0], mentions[:, 1])))
        initiative = gelu(self.initiative(mean(mentions[:, 2], mentions[:, 3]))) * present(mentions[:, 3])
        action = self.action(mentions[:, 6])
        query = self.query(trigger + initiative + action)
        steps = torch.arange(hidden.shape[0])
        inside = (steps >= mentions[:, 4:5]) & (steps < mentions[:, 5:6])
        weights = (query @ self.key(hidden).T / MENTION**0.5).masked_fill(~inside, -1e9).softmax(1)
        told = torch.cat([trigger, initiative, action, weights @ self.value(hidden)], 1)
        modality = self.modality(self.drop(gelu(self.modality_mix(self.drop(told)))))
        spot = gelu(self.spot(mean(actors[:, 1], actors[:, 2]))) * present(actors[:, 2])
        name = gelu(self.name(mean(actors[:, 3], actors[:, 4]))) * present(actors[:, 4])
        whole = torch.cat([told[actors[:, 0]], spot, name, spot * trigger[actors[:, 0]]], 1)
        return modality, self.role(self.drop(gelu(self.role_mix(self.drop(whole)))))
