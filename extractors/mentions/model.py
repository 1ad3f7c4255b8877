"""Runs the learned part: an int8 encoder by onnxruntime, light heads in numpy, from files shipped in the package.

For every pair of an entity and a sentence: is the entity an initiative, which of the 14 actions happened to it there,
and how certain, planned or past that is. Trained by `extractors.training`; nothing here learns.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from extractors.mentions.analysis import Analysis
from extractors.mentions.errors import ModelError
from extractors.mentions.lexical import SCALE
from extractors.mentions.pairs import FEATURES, Pair, Vector, direct_pairs, spoken_of_pairs
from extractors.mentions.windows import Window, cut_windows
from extractors.records import ACTIONS, Action

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LEXICAL_SHARE = 0.5
"""How much the linear half counts against the encoder: 0.2 to 0.65 do about as well on the held-out passages, either
half alone does worse (see the README's table)."""
COLUMNS = {
    "initiative": slice(0, 1),
    "event": slice(1, 2),
    "actions": slice(2, 16),
    "modality": slice(16, 20),
    "background": slice(20, 21),
    "each": slice(21, 35),
}
"""Where each answer stands among the logits."""
DIRECTORY = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model says of one pair, as probabilities.

    `actions` (14,) sum to one, given that something happened; `each` (14,) says of every action by itself that it did.
    """

    pair: Pair
    initiative: float
    event: float
    actions: Vector
    each: Vector
    modality: Vector
    background: Vector

    def score(self, action: int) -> float:
        return float(np.sqrt(self.initiative) * self.event * self.actions[action])

    @property
    def certainty(self) -> float:
        """That the sentence says that something happened to the initiative, whatever it was."""
        return float(np.sqrt(self.initiative) * self.event)


@dataclass(frozen=True, slots=True)
class _Encoded:
    """One window, encoded: (pieces, width) each. Keys and values serve every pair of the window."""

    states: Vector
    keys: Vector
    values: Vector


class Model:
    """The loaded encoder, heads and thresholds."""

    def __init__(self, directory: Path = DIRECTORY) -> None:
        import onnxruntime
        from tokenizers import Tokenizer as Loaded

        self.directory = directory
        try:
            self.meta: dict[str, Any] = json.loads((directory / "model.json").read_text("utf-8"))
            with np.load(directory / "heads.npz") as stored:
                self._heads = {name: stored[name].astype(np.float32) for name in stored.files}
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(directory / "encoder.onnx"),
                options,
                providers=["CPUExecutionProvider"],
                disabled_optimizers=["SkipLayerNormFusion"],  # the fused kernel takes six times as long as its parts
            )
            self.tokenizer: Tokenizer = Loaded.from_file(str(directory / "tokenizer.json"))
        except OSError as problem:
            raise ModelError(f"{directory}: the extraction model cannot be read: {problem}") from problem
        if self.meta["features"] != list(FEATURES):
            raise ModelError(f"{directory}: the extraction model was trained with other features: run `make train`")

    def judge(self, analysis: Analysis) -> list[Judgement]:
        """Judgements of all pairs worth one, in order of sentence and place."""
        wanted = sorted(analysis.docs)
        windows = cut_windows(
            analysis.title, analysis.text, analysis.sentences, wanted, analysis.matches, self.tokenizer
        )
        encoded = [self._encode(window) for window in windows]
        direct = self._judge(direct_pairs(analysis), windows, encoded)
        floor = self.meta["thresholds"]["likely"]
        likely = {j.pair.entity for j in direct if j.initiative >= floor}
        spoken = self._judge(spoken_of_pairs(analysis, likely), windows, encoded)
        return sorted([*direct, *spoken], key=lambda j: (j.pair.sentence, j.pair.candidate.start, j.pair.entity))

    def confidence(self, score: float) -> float:
        """The share of mentions with about this score that are right, by the calibration table of the training."""
        table = self.meta["calibration"]
        return round(float(np.interp(score, table["score"], table["right"])), 3)

    def lexical_weight(self, place: int, action: Action) -> float:
        """How much one hashed feature speaks for an event with this action, in log-odds before scaling."""
        row = self._heads["lexical.table"][place]
        return float(row[COLUMNS["event"].start] + row[COLUMNS["actions"].start + ACTIONS.index(action)])

    def _encode(self, window: Window) -> _Encoded:
        pieces = np.array([window.pieces], dtype=np.int64)
        marks = np.array([window.marks], dtype=np.int64)
        (hidden,) = self._session.run(["hidden"], {"pieces": pieces, "marks": marks})
        states = np.asarray(hidden[0], dtype=np.float32)
        return _Encoded(states, _linear(self._heads, "key", states), _linear(self._heads, "value", states))

    def _judge(self, pairs: Sequence[Pair], windows: Sequence[Window], encoded: Sequence[_Encoded]) -> list[Judgement]:
        home = {sentence: number for number, window in enumerate(windows) for sentence in window.wanted}
        judged: list[Judgement] = []
        for number, (window, here) in enumerate(zip(windows, encoded, strict=True)):
            kept, names, places = [], [], []
            for pair in pairs:
                if home.get(pair.sentence) != number:
                    continue
                where = number if pair.candidate_sentence in window.ranges else home[pair.candidate_sentence]
                name = name_places(windows[where], pair)
                if name is not None:
                    kept.append(pair)
                    head, first, last = name
                    states = encoded[where].states
                    names.append(np.concatenate([states[head], states[first:last].mean(0)]))
                    places.append(sentence_places(window, pair))
            if kept:
                judged += self._heads_of(kept, np.stack(names), np.array(places), here)
        return judged

    def _heads_of(self, pairs: Sequence[Pair], names: Vector, places: Any, window: _Encoded) -> Iterable[Judgement]:
        """The numpy twin of `extractors.training.network.Heads`."""
        h = self._heads
        steps = np.arange(len(window.states))
        span = _gelu(_linear(h, "span", names))
        inside = (steps >= places[:, 1:2]) & (steps < places[:, 2:3])
        weights = _linear(h, "query", span) @ window.keys.T / np.sqrt(span.shape[1])
        pooled = _softmax(np.where(inside, weights, -1e9)) @ window.values
        trigger = _gelu(_linear(h, "trigger", window.states[places[:, 0]])) * (places[:, 0:1] > 0)
        reference = _gelu(_linear(h, "reference", window.states[places[:, 3]])) * (places[:, 3:4] > 0)
        grammar = np.stack([pair.features for pair in pairs])
        feature = _gelu(_linear(h, "feature", grammar))
        told = [span, pooled, trigger, reference, span * pooled, span * reference, feature]
        mixed = _gelu(_linear(h, "mix", np.concatenate(told, 1)))
        encoded = np.concatenate(
            [
                _linear(h, "initiative", np.concatenate([span, feature], 1)),
                *(_linear(h, name, mixed) for name in ("event", "actions", "modality", "background", "each")),
            ],
            1,
        )
        logits = (1 - LEXICAL_SHARE) * encoded + LEXICAL_SHARE * self._lexical(pairs, grammar)
        by_modality = (1 - LEXICAL_SHARE) * h["modality_by_action.weight"]
        by_background = (1 - LEXICAL_SHARE) * h["background_by_action.weight"]
        modality = _softmax(logits[:, None, COLUMNS["modality"]] + by_modality)
        background = _sigmoid(logits[:, COLUMNS["background"]] + by_background.T)
        initiative = _sigmoid(logits[:, COLUMNS["initiative"]])[:, 0]
        event = _sigmoid(logits[:, COLUMNS["event"]])[:, 0]
        actions, each = _softmax(logits[:, COLUMNS["actions"]]), _sigmoid(logits[:, COLUMNS["each"]])
        return [
            Judgement(pair, float(initiative[i]), float(event[i]), actions[i], each[i], modality[i], background[i])
            for i, pair in enumerate(pairs)
        ]

    def _lexical(self, pairs: Sequence[Pair], grammar: Vector) -> Vector:
        """Logits by hashed words and syntax: the numpy twin of `extractors.training.lexical.Lexical`."""
        h = self._heads
        summed = [h["lexical.table"][list(p.lexical)].sum(0) / max(1, len(p.lexical)) ** 0.5 for p in pairs]
        return np.asarray(
            SCALE * np.stack(summed) + _linear(h, "lexical.out", _gelu(_linear(h, "lexical.feature", grammar))),
            dtype=np.float32,
        )


def name_places(window: Window, pair: Pair) -> tuple[int, int, int] | None:
    """Where the naming of a pair's entity stands in a window, in pieces: head, base phrase from and to."""
    head = window.pieces_of(pair.candidate.head_start, pair.candidate.head_end)
    base = window.pieces_of(pair.candidate.start, pair.candidate.end)
    return None if head == (0, 0) or base == (0, 0) else (head[0], *base)


def sentence_places(window: Window, pair: Pair) -> tuple[int, int, int, int]:
    """Where a pair's sentence stands in its window, in pieces: trigger or 0, sentence from and to, reference or 0."""
    where = pair.candidate if pair.direct else pair.anaphor
    trigger = window.pieces_of(where.trigger_start, where.trigger_start + 1)[0] if where else 0
    reference = window.pieces_of(pair.anaphor.head_start, pair.anaphor.head_end)[0] if pair.anaphor else 0
    return trigger, *window.ranges[pair.sentence], reference


def _linear(heads: dict[str, Vector], name: str, x: Vector) -> Vector:
    return np.asarray(x @ heads[f"{name}.weight"].T + heads[f"{name}.bias"], dtype=np.float32)


def _gelu(x: Vector) -> Vector:
    """The exact form's tanh approximation: within 0.001 of it, and needs no SciPy."""
    return np.asarray(0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x))), dtype=np.float32)


def _sigmoid(x: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))), dtype=np.float32)


def _softmax(x: Vector) -> Vector:
    e = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(e / e.sum(-1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=1)
def load_model() -> Model:
    """The shipped model, loaded once a process. Raises ModelError."""
    return Model()
