"""Runs the learned part: an int8 encoder by onnxruntime, light heads in numpy, from files shipped in the package.

For every pair of an entity and a sentence: is the entity an initiative, which of the 14 actions happened to it there,
and how certain, planned or past that is. Trained by `extractors.training`; nothing here learns.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from extractors.mentions.analysis import Analysis
from extractors.mentions.attributes import Attributes, Place
from extractors.mentions.choices import DAYS, FILE, PARTS, Choice
from extractors.mentions.errors import ModelError
from extractors.mentions.layers import Vector, gelu, linear, read_arrays, sigmoid, softmax
from extractors.mentions.lexical import SCALE
from extractors.mentions.pairs import FEATURES, Pair, direct_pairs, spoken_of_pairs
from extractors.mentions.windows import Window, cut_windows
from extractors.records import ACTIONS, MODALITIES, Action

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LEXICAL_SHARE = 0.3
"""How much the linear half counts against the encoder. On the held-out passages 0.2 finds more initiatives, and 0.3 is
right more often; the encoder alone does nearly as well (see the README's table)."""
HOPE = 0.05
"""The certainty that the linear half must see in one pair of a window to have the window encoded. At 0.05 three of
6,000 statements are lost, and a third of the work on long articles is saved; at 0.1 recall begins to fall."""
QUIET, NEVER = -4.0, -8.0
"""The encoder's log-odds of an event under which no action is looked for by itself, and what each then has."""
COLUMNS = {
    "initiative": slice(0, 1),
    "event": slice(1, 2),
    "actions": slice(2, 16),
    "modality": slice(16, 20),
    "background": slice(20, 21),
    "each": slice(21, 35),
}
"""Where each answer stands among the logits."""
TABLE = "lexical.table"
"""The linear half's weights, (SIZE, 35)."""
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
        return self.certainty * float(self.actions[action])

    @property
    def certainty(self) -> float:
        """That the sentence says that something happened to the initiative, whatever it was."""
        return float(_certainty(self.initiative, self.event))


def _certainty(initiative: Any, event: Any) -> Any:
    return np.sqrt(initiative) * event


@dataclass(frozen=True, slots=True)
class Encoded:
    """One window, encoded: (pieces, width) each. Keys and values serve every pair of the window; their own ones, those
    by which each action is looked for by itself."""

    window: Window
    states: Vector
    keys: Vector
    values: Vector
    own_keys: Vector
    own_values: Vector


class Model:
    """The loaded encoder, heads and thresholds."""

    def __init__(self, directory: Path = DIRECTORY) -> None:
        import onnxruntime
        from tokenizers import Tokenizer as Loaded

        self.directory = directory
        try:
            self.meta: dict[str, Any] = json.loads((directory / "model.json").read_text("utf-8"))
            self._heads: dict[str, Vector] = read_arrays(directory / "heads.npz")
            choices = read_arrays(directory / FILE)
            self._choices = Choice(choices, PARTS), Choice(choices, DAYS)
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
        except Exception as problem:  # each loader has its own error for a damaged file
            raise ModelError(f"{directory}: the extraction model cannot be read: {problem}") from problem
        if self.meta["features"] != list(FEATURES):
            raise ModelError(f"{directory}: the extraction model was trained with other features: run `make train`")

    def read(self, analysis: Analysis, *, hope: float = HOPE) -> tuple[dict[int, Encoded], list[Judgement]]:
        """The encoded windows by the numbers of their sentences, and judgements of all pairs worth one, in order of
        sentence and place. A window is encoded when the linear half alone sees that much certainty in one of its pairs.
        """
        direct = direct_pairs(analysis)
        lexical = self._lexical(direct)
        initiative, event = (sigmoid(lexical[:, COLUMNS[name]])[:, 0] for name in ("initiative", "event"))
        hopes = zip(direct, _certainty(initiative, event), strict=True)
        encoded = self.encode(analysis, {pair.sentence for pair, certainty in hopes if certainty >= hope})
        judged = self._judge(direct, lexical, encoded)
        floor = self.meta["thresholds"]["likely"]
        likely = {j.pair.entity for j in judged if j.initiative >= floor}
        spoken = spoken_of_pairs(analysis, likely)
        judged += self._judge(spoken, self._lexical(spoken), encoded)
        return encoded, sorted(judged, key=lambda j: (j.pair.sentence, j.pair.candidate.start, j.pair.entity))

    def attributes(self, encoded: Encoded, place: Place) -> Attributes:
        """The encoder's opinion of one mention's attributes."""
        return Attributes(self._heads, self._choices, encoded.states, place)

    def lexical_weights(self, places: Sequence[int], action: Action) -> list[float]:
        """How much each of the hashed features speaks for an event with this action, in log-odds before scaling."""
        rows = self._heads[TABLE][list(places)]
        event, own = COLUMNS["event"].start, COLUMNS["actions"].start + ACTIONS.index(action)
        return [float(row[event] + row[own]) for row in rows]

    def encode(self, analysis: Analysis, hopeful: Collection[int]) -> dict[int, Encoded]:
        """The windows in which one of the hopeful sentences is wanted, by the numbers of their sentences."""
        wanted = sorted(analysis.docs)
        windows = cut_windows(
            analysis.title, analysis.text, analysis.sentences, wanted, analysis.matches, self.tokenizer
        )
        encoded = [self._encode(window) for window in windows if any(one in hopeful for one in window.wanted)]
        return {sentence: one for one in encoded for sentence in one.window.wanted}

    def _encode(self, window: Window) -> Encoded:
        pieces = np.array([window.pieces], dtype=np.int64)
        marks = np.array([window.marks], dtype=np.int64)
        (hidden,) = self._session.run(["hidden"], {"pieces": pieces, "marks": marks})
        states = np.asarray(hidden[0], dtype=np.float32)
        told = (linear(self._heads, name, states) for name in ("key", "value", "own.key", "own.value"))
        return Encoded(window, states, *told)

    def _judge(self, pairs: Sequence[Pair], lexical: Vector, encoded: Mapping[int, Encoded]) -> list[Judgement]:
        """Judgements of those pairs whose windows are encoded. lexical: the linear half's logits of each pair."""
        together: dict[int, tuple[Encoded, list[int], list[Vector], list[tuple[int, int, int, int]]]] = {}
        for row, pair in enumerate(pairs):
            here = encoded.get(pair.sentence)
            if here is None:
                continue
            where = here if pair.candidate_sentence in here.window.ranges else encoded.get(pair.candidate_sentence)
            if where and (name := name_places(where.window, pair)):
                head, first, last = name
                _, rows, names, places = together.setdefault(id(here), (here, [], [], []))
                rows.append(row)
                names.append(np.concatenate([where.states[head], where.states[first:last].mean(0)]))
                places.append(sentence_places(here.window, pair))
        return [
            judgement
            for here, rows, names, places in together.values()
            for judgement in self._heads_of(
                [pairs[row] for row in rows], lexical[rows], np.stack(names), np.array(places), here
            )
        ]

    def _heads_of(
        self, pairs: Sequence[Pair], lexical: Vector, names: Vector, places: Any, window: Encoded
    ) -> Iterable[Judgement]:
        """The numpy twin of `extractors.training.network.Heads`."""
        h = self._heads
        steps = np.arange(len(window.states))
        span = gelu(linear(h, "span", names))
        inside = (steps >= places[:, 1:2]) & (steps < places[:, 2:3])
        weights = linear(h, "query", span) @ window.keys.T / np.sqrt(span.shape[1])
        pooled = softmax(np.where(inside, weights, -1e9)) @ window.values
        trigger = gelu(linear(h, "trigger", window.states[places[:, 0]])) * (places[:, 0:1] > 0)
        reference = gelu(linear(h, "reference", window.states[places[:, 3]])) * (places[:, 3:4] > 0)
        feature = gelu(linear(h, "feature", np.stack([pair.features for pair in pairs])))
        told = [span, pooled, trigger, reference, span * pooled, span * reference, feature]
        mixed = gelu(linear(h, "mix", np.concatenate(told, 1)))
        encoded = {
            "initiative": linear(h, "initiative", np.concatenate([span, feature], 1)),
            "event": linear(h, "event", mixed),
            "actions": linear(h, "actions", mixed),
            "each": np.full((len(pairs), len(ACTIONS)), NEVER, dtype=np.float32),
            "modality": np.zeros((len(pairs), len(ACTIONS), len(MODALITIES)), dtype=np.float32),
            "background": np.zeros((len(pairs), len(ACTIONS)), dtype=np.float32),
        }
        looked = np.flatnonzero(encoded["event"][:, 0] > QUIET)
        if looked.size:
            own = self._own_words(window, inside[looked], span[looked], mixed[looked])
            for name, answers in own.items():
                encoded[name][looked] = answers

        def together(name: str) -> Vector:
            half = lexical[:, COLUMNS[name]]
            half = half[:, None] if encoded[name].ndim > half.ndim else half
            return np.asarray((1 - LEXICAL_SHARE) * encoded[name] + LEXICAL_SHARE * half)

        initiative, event = sigmoid(together("initiative"))[:, 0], sigmoid(together("event"))[:, 0]
        actions, each = softmax(together("actions")), sigmoid(together("each"))
        modality, background = softmax(together("modality")), sigmoid(together("background"))
        return [
            Judgement(pair, float(initiative[i]), float(event[i]), actions[i], each[i], modality[i], background[i])
            for i, pair in enumerate(pairs)
        ]

    def _own_words(self, window: Encoded, inside: Any, span: Vector, pair: Vector) -> dict[str, Vector]:
        """The numpy twin of `extractors.training.network.OwnWords`: `each`, `modality` and `background`."""
        h = self._heads
        query = linear(h, "own.query", span)[:, None] + h["own.sought.weight"]
        weights = query @ window.own_keys.T / np.sqrt(span.shape[1])
        words = softmax(np.where(inside[:, None], weights, -1e9)) @ window.own_values
        told = np.broadcast_to(linear(h, "own.pair", pair)[:, None], words.shape)
        known = [words, told + h["own.action.weight"], linear(h, "own.match", words) * told]
        own = gelu(linear(h, "own.mix", np.concatenate(known, -1)))
        return {
            "each": (own * h["own.each.weight"]).sum(-1) + h["own.rarity"],
            "modality": linear(h, "own.modality", own),
            "background": linear(h, "own.background", own)[..., 0],
        }

    def _lexical(self, pairs: Sequence[Pair]) -> Vector:
        """Logits by hashed words and syntax: the numpy twin of `extractors.training.lexical.Lexical`."""
        h = self._heads
        if not pairs:
            return np.zeros((0, len(h["lexical.out.bias"])), dtype=np.float32)
        grammar = np.stack([pair.features for pair in pairs])
        summed = [h[TABLE][list(p.lexical)].sum(0) / max(1, len(p.lexical)) ** 0.5 for p in pairs]
        return np.asarray(
            SCALE * np.stack(summed) + linear(h, "lexical.out", gelu(linear(h, "lexical.feature", grammar))),
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


@lru_cache(maxsize=1)
def load_model() -> Model:
    """The shipped model, loaded once a process. Raises ModelError."""
    return Model()
