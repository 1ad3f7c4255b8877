"""The encoder's opinion of a mention's attributes: how real the action is, who takes part in it, and on which day.

Light heads in numpy over the states of the encoder, at the words that matter: the one that tells the action, the
initiative's, each actor's, each date's. `modality` weighs its opinion against grammar; `choices` sees grammar itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from spacy.tokens import Token

from extractors.mentions.actors_features import Row
from extractors.mentions.actors_memory import ArticleActors
from extractors.mentions.choices import Choice, hash_features
from extractors.mentions.date_words import DateWords
from extractors.mentions.dates_features import DateOption
from extractors.mentions.layers import Vector, gelu, linear, log_softmax, softmax
from extractors.mentions.sentences import Sentence
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


def locate_mention(window: Window, sentence: Sentence, trigger: Token, initiative: Characters, action: Action) -> Place:
    """trigger: the sentence's word that tells the action; initiative: empty (start == end) where it is not named."""
    start = sentence.start + trigger.idx
    return Place(
        window.pieces_of(start, start + len(trigger.text)),
        _pieces(window, initiative),
        window.ranges[sentence.index],
        ACTIONS.index(action),
    )


def locate_actor(window: Window, row: Row, actors: ArticleActors) -> tuple[Span, Span]:
    """Where the sentence names or means an actor, and where the article named it; the title's names have no place."""
    one, spot = row.actor, row.spot
    titled = any(one is span for span in actors.title_spans)
    return (
        _pieces(window, (spot.span.start, spot.span.end)) if spot else (0, 0),
        (0, 0) if titled else _pieces(window, (one.start, one.end)),
    )


def locate_date(window: Window, offset: int, words: DateWords | None) -> Span:
    """Where a date expression of the sentence that begins at `offset` stands; (0, 0) for none."""
    return window.pieces_of(offset + words.start, offset + words.end) if words else (0, 0)


def mean_states(states: Vector, span: Span) -> Vector:
    """(width,): the mean over a span, zeros for none."""
    if span[0] == span[1]:
        return np.zeros(states.shape[1], dtype=np.float32)
    return np.asarray(states[span[0] : span[1]].mean(0))


def states_of(states: Vector, things: Sequence[Sequence[Span]]) -> tuple[Vector, Vector]:
    """What `Choice` is told of things by their places: (things, places, width) means, and (things, places), 1 where
    there is such a place."""
    means = np.array([[mean_states(states, span) for span in places] for places in things])
    return means, np.array([[last > 0 for _, last in places] for places in things], dtype=np.float32)


def _pieces(window: Window, characters: Characters) -> Span:
    return window.pieces_of(*characters) if characters[0] < characters[1] else (0, 0)


class Attributes:
    """What is told of one mention of an encoded window.

    weights: the heads, of which those of modality are the numpy twin of `extractors.training.network.Attributes`;
    choices: who takes part, and which date.
    """

    def __init__(
        self, weights: Mapping[str, Vector], choices: tuple[Choice, Choice], states: Vector, place: Place
    ) -> None:
        self._weights, self._states, self._place = weights, states, place
        self._parts, self._days = choices
        self._told = mean_states(states, place.trigger), mean_states(states, place.initiative)

    def modality(self) -> list[float]:
        """Log-probabilities in the order of MODALITIES."""
        place, weights = self._place, self._weights
        trigger = gelu(self._linear("trigger", self._told[0]))
        initiative = gelu(self._linear("initiative", self._told[1])) * (place.initiative[1] > 0)
        action = weights["attributes.action.weight"][place.action]
        first, last = place.sentence
        here = self._states[first:last] if first < last else self._states  # a sentence of marks without pieces
        query = self._linear("query", trigger + initiative + action)
        attention = softmax(self._linear("key", here) @ query / np.sqrt(len(query)))
        mention = np.concatenate([trigger, initiative, action, attention @ self._linear("value", here)])
        odds = log_softmax(self._linear("modality", gelu(self._linear("modality_mix", mention))))
        return [float(x) for x in odds]

    def roles(self, rows: Sequence[Row], actors: Sequence[tuple[Span, Span]]) -> list[list[float]]:
        """Log-probabilities of each one's parts: agent or partner, another role, none.

        actors: where the sentence names or means each, and where the article named it (either may be (0, 0)).
        """
        odds = log_softmax(self._choose(self._parts, actors, [row.features for row in rows]))
        return [[float(x) for x in row] for row in odds]

    def dates(self, options: Sequence[DateOption], days: Sequence[Span]) -> list[float]:
        """Log-probabilities of each date being that of the action. days: where they stand, (0, 0) for none."""
        odds = self._choose(self._days, [(day,) for day in days], [option.features for option in options])
        return [float(x) for x in log_softmax(odds[:, 0])]

    def _choose(self, choice: Choice, spans: Sequence[tuple[Span, ...]], features: Sequence[Sequence[str]]) -> Vector:
        hashes = [hash_features(names) for names in features]
        return choice.judge(*self._told, self._place.action, *states_of(self._states, spans), hashes)

    def _linear(self, name: str, x: Vector) -> Vector:
        return linear(self._weights, f"attributes.{name}", x)
