"""The encoder's opinion of a mention's attributes: how real the action is, and who takes part in it.

Light heads in numpy over the states of the encoder, at the words that matter: the one that tells the action, the
initiative's, and each actor's. Trained by `extractors.training`; `modality` and `actors` weigh this against grammar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from extractors.mentions.actors_features import Row
from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.layers import Vector, gelu, linear, log_softmax, softmax
from extractors.mentions.windows import Window
from extractors.records import ACTIONS, Action

Span = tuple[int, int]
"""First and past-last piece of a window; (0, 0) for nothing."""
Characters = tuple[int, int]
"""Offsets of the article."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one mention stands in its window."""

    trigger: Span
    initiative: Span
    sentence: Span
    action: int


def locate_mention(window: Window, sentence: int, trigger: Characters, initiative: Characters, action: Action) -> Place:
    """initiative: empty (start == end) where the sentence does not name it."""
    return Place(
        window.pieces_of(*trigger), _pieces(window, initiative), window.ranges[sentence], ACTIONS.index(action)
    )


def locate_actor(window: Window, row: Row, actors: ArticleActors) -> tuple[Span, Span]:
    """Where the sentence names or means an actor, and where the article named it; the title's names have no place."""
    one, spot = row.actor, row.spot
    titled = any(one is span for span in actors.title_spans)
    return (
        _pieces(window, (spot.span.start, spot.span.end)) if spot else (0, 0),
        (0, 0) if titled else _pieces(window, (one.start, one.end)),
    )


def _pieces(window: Window, characters: Characters) -> Span:
    return window.pieces_of(*characters) if characters[0] < characters[1] else (0, 0)


class Attributes:
    """The numpy twin of `extractors.training.network.Attributes` for one mention of an encoded window."""

    def __init__(self, weights: Mapping[str, Vector], states: Vector, place: Place) -> None:
        self._weights, self._states = weights, states
        trigger = gelu(self._linear("trigger", self._mean(place.trigger)))
        initiative = gelu(self._linear("initiative", self._mean(place.initiative))) * (place.initiative[1] > 0)
        action = weights["attributes.action.weight"][place.action]
        first, last = place.sentence
        here = states[first:last] if first < last else states  # a sentence of marks that no piece stands for
        query = self._linear("query", trigger + initiative + action)
        attention = softmax(self._linear("key", here) @ query / np.sqrt(len(query)))
        pooled = attention @ self._linear("value", here)
        self._trigger = trigger
        self._mention = np.concatenate([trigger, initiative, action, pooled])

    def modality(self) -> list[float]:
        """Log-probabilities in the order of MODALITIES."""
        odds = log_softmax(self._linear("modality", gelu(self._linear("modality_mix", self._mention))))
        return [float(x) for x in odds]

    def roles(self, actors: Sequence[tuple[Span, Span]]) -> list[list[float]]:
        """Log-probabilities of each one's parts: agent or partner, another role, none.

        actors: where the sentence names or means each, and where the article named it (either may be (0, 0)).
        """
        spots = self._places("spot", [spot for spot, _ in actors])
        names = self._places("name", [name for _, name in actors])
        mention = np.broadcast_to(self._mention, (len(actors), len(self._mention)))
        told = np.concatenate([mention, spots, names, spots * self._trigger], 1)
        odds = log_softmax(self._linear("role", gelu(self._linear("role_mix", told))))
        return [[float(x) for x in row] for row in odds]

    def _places(self, name: str, spans: Sequence[Span]) -> Vector:
        """One row a span, of zeros for nothing."""
        present = np.array([[last > 0] for _, last in spans])
        return np.asarray(gelu(self._linear(name, np.stack([self._mean(span) for span in spans]))) * present)

    def _mean(self, span: Span) -> Vector:
        if span[0] == span[1]:
            return np.zeros(self._states.shape[1], dtype=np.float32)
        return np.asarray(self._states[span[0] : span[1]].mean(0))

    def _linear(self, name: str, x: Vector) -> Vector:
        return linear(self._weights, f"attributes.{name}", x)
