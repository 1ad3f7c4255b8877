"""Trains the networks of `extractors.mentions.choices` on what the shipped encoder makes of the labelled passages.

`python -m extractors.training.choices tests/gold/train-*.jsonl` writes `extractors/mentions/weights/choices.npz`: the
encoder's states are taken as they are, in int8, so that the networks learn what they will see. Seeded; about a quarter
of an hour on one core. With `--check` it also measures on other passages.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, gelu

from extractors.lexicon import Lexicon, load_lexicon
from extractors.mentions.analysis import analyse
from extractors.mentions.attributes import Place, locate_actor, locate_date, locate_mention, mean_states, states_of
from extractors.mentions.choices import DAYS, FILE, PARTS, SUMMED, Choice, Hashes, hash_features, known_rows
from extractors.mentions.extractor import actor_table
from extractors.mentions.layers import Vector, read_arrays
from extractors.mentions.model import DIRECTORY, Encoded, Model
from extractors.records import ACTIONS
from extractors.training.anchors import anchor_mentions
from extractors.training.command import passages_parser
from extractors.training.export import write_arrays
from extractors.training.labels import Passage, read_passages
from extractors.training.loss import count_namings, rivals_loss
from extractors.training.network import WIDTH
from extractors.training.roles import label_roles
from extractors.training.when import label_dates
from tests.gold import score

HIDDEN = 128
"""Width of the layers."""
WORDS = {PARTS: 48, DAYS: 64}
"""Numbers that a feature is turned into."""
EPOCHS = {PARTS: 8, DAYS: 12}
FEWEST = {PARTS: 30, DAYS: 5}
"""How often a feature must be met to have a row in the table."""
PLACES, ANSWERS = {PARTS: 2, DAYS: 1}, {PARTS: 3, DAYS: 1}
"""Of an actor where the sentence means it and where the article named it; of a date where it stands."""
BATCH, RATE, DIRECT_RATE, DECAY, DIRECT_DECAY, DROPPED = 48, 1e-3, 3e-3, 0.05, 0.1, 0.25
WARM = 100
"""Steps until the rate is reached, from which it falls to a fiftieth."""

States = npt.NDArray[np.float16]


@dataclass(slots=True)
class Question:
    """One labelled mention with the things to choose among. States are means over words, as half floats."""

    mention: States
    """(2, width): of the action's word and of the initiative."""
    action: int
    things: States
    """(things, places, width)"""
    present: Vector
    """(things, places), 1 or 0."""
    features: list[Hashes]
    labels: npt.NDArray[np.int64]
    """(things,) of parts 0, 1 or 2; of dates 1 where right."""
    namings: npt.NDArray[np.int64]
    """(things,) which of them are the same actor; of dates each is another."""


class ChoiceNetwork(nn.Module):
    """Things of mentions to answers. Its parameters are exported as plain arrays by name."""

    def __init__(self, name: str, features: int, width: int = WIDTH) -> None:
        super().__init__()
        places, answers, words = PLACES[name], ANSWERS[name], WORDS[name]
        self.trigger, self.initiative = nn.Linear(width, HIDDEN), nn.Linear(width, HIDDEN)
        self.places = nn.ModuleList(nn.Linear(width, HIDDEN) for _ in range(places))
        self.action = nn.Embedding(len(ACTIONS), HIDDEN)
        self.words = nn.EmbeddingBag(features, words, mode="mean")
        self.direct = nn.EmbeddingBag(features, answers, mode="sum")
        self.mix = nn.Linear((5 + places) * HIDDEN + words, HIDDEN)
        self.show, self.beside = nn.Linear(HIDDEN, HIDDEN), nn.Linear(3 * HIDDEN, HIDDEN)
        self.out = nn.Linear(HIDDEN, answers)
        self.drop = nn.Dropout(DROPPED)
        nn.init.normal_(self.words.weight, std=0.3)
        nn.init.zeros_(self.direct.weight)

    def forward(self, batch: "Batch") -> Tensor:
        """(things, answers), of all mentions of the batch."""
        count, owner = len(batch.mention), batch.owner
        trigger = gelu(self.trigger(self.drop(batch.mention[:, 0])))[owner]
        initiative = gelu(self.initiative(self.drop(batch.mention[:, 1])))[owner]
        here = [
            gelu(place(self.drop(batch.things[:, k]))) * batch.present[:, k : k + 1]
            for k, place in enumerate(self.places)
        ]
        told = [trigger, initiative, self.action(batch.action)[owner], *here, here[0] * trigger, here[0] * initiative]
        words = self.drop(self.words(batch.features, batch.offsets))
        alone = gelu(self.mix(self.drop(torch.cat([*told, words], 1))))
        shown = self.show(alone)
        most = torch.full((count, HIDDEN), -1e4).scatter_reduce(0, owner[:, None].expand(-1, HIDDEN), shown, "amax")
        summed = torch.zeros(count, HIDDEN).index_add(0, owner, shown)
        beside = gelu(self.beside(self.drop(torch.cat([alone, most[owner], SUMMED * summed[owner]], 1))))
        answers: Tensor = self.out(self.drop(alone + beside)) + self.direct(batch.features, batch.offsets)
        return answers


@dataclass(frozen=True, slots=True)
class Batch:
    mention: Tensor
    action: Tensor
    things: Tensor
    present: Tensor
    owner: Tensor
    """(things,): the number of each thing's mention."""
    features: Tensor
    offsets: Tensor
    labels: Tensor
    namings: Tensor


def read_questions(passages: Iterable[Passage], model: Model, lexicon: Lexicon) -> Iterator[tuple[Question, Question]]:
    """Of each labelled mention who may take part, and which date expression is its own."""
    table = actor_table(lexicon)
    for passage in passages:
        analysis = analyse(passage["title"], passage["text"], lexicon)
        encoded = model.encode(analysis, analysis.docs)
        anchored = list(anchor_mentions(passage, analysis.sentences, list(analysis.docs.values())))
        roles = label_roles(passage, table, score.actor_key, anchored)
        dates = label_dates(passage, analysis.sentences, anchored)
        for example, dated in zip(roles, dates, strict=True):
            anchor, action = example.anchor, example.mention["action"]
            here = encoded[anchor.sentence.index]
            place = locate_mention(here.window, anchor.sentence, anchor.trigger, anchor.bounds, action)
            actors = [locate_actor(here.window, row, example.actors) for row in example.rows]
            days = [(locate_date(here.window, anchor.sentence.start, option.words),) for option in dated.options]
            yield (
                _question(here, place, actors, [row.features for row in example.rows], example.labels, example.namings),
                _question(here, place, days, [o.features for o in dated.options], dated.right, range(len(days))),
            )


def _question(
    encoded: Encoded, place: Place, things: Sequence[Sequence[tuple[int, int]]], features: Sequence[Sequence[str]],
    labels: Sequence[int], namings: Sequence[int],
) -> Question:  # fmt: skip
    states = encoded.states
    means, present = states_of(states, things)
    return Question(
        np.stack([mean_states(states, place.trigger), mean_states(states, place.initiative)]).astype(np.float16),
        place.action,
        means.astype(np.float16),
        present,
        [hash_features(names) for names in features],
        np.array(labels, dtype=np.int64),
        np.array(namings, dtype=np.int64),
    )


def fit_network(questions: Sequence[Question], name: str, seed: int = 7) -> dict[str, np.ndarray]:
    """The arrays that `Choice` reads. Questions without a choice, or without an answer, teach nothing."""
    useful = [question for question in questions if is_open(question, name)]
    counts = Counter(int(h) for q in useful for hashes in q.features for h in hashes)
    known = np.array(sorted(h for h, count in counts.items() if count >= FEWEST[name]), dtype=np.uint32)
    torch.manual_seed(seed)
    rng = random.Random(seed)
    network = ChoiceNetwork(name, len(known))
    rest = [parameter for key, parameter in network.named_parameters() if not key.startswith("direct.")]
    optimiser = torch.optim.AdamW(
        [
            {"params": rest, "lr": RATE, "weight_decay": DECAY},
            {"params": network.direct.parameters(), "lr": DIRECT_RATE, "weight_decay": DIRECT_DECAY},
        ]
    )
    steps = EPOCHS[name] * (len(useful) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / WARM) * max(0.02, 1 - step / steps)
    )
    for epoch in range(EPOCHS[name]):
        rng.shuffle(useful)
        total = 0.0
        for start in range(0, len(useful) - BATCH + 1, BATCH):
            batch = as_batch(useful[start : start + BATCH], known)
            loss = choice_loss(network(batch), batch, name)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            total += loss.item()
        sys.stderr.write(f"{name}, epoch {epoch + 1}: loss {total / (len(useful) // BATCH):.4f}\n")
    return arrays_of(network.eval(), known)


def is_open(question: Question, name: str) -> bool:
    """Whether there is something to learn from it."""
    count = len(question.labels)
    return count > 0 if name == PARTS else count > 1 and bool(question.labels.any())


def as_batch(questions: Sequence[Question], known: Hashes) -> Batch:
    bags = [known_rows(hashes, known) for q in questions for hashes in q.features]
    return Batch(
        torch.tensor(np.stack([q.mention for q in questions])).float(),
        torch.tensor([q.action for q in questions]),
        torch.tensor(np.concatenate([q.things for q in questions])).float(),
        torch.tensor(np.concatenate([q.present for q in questions])),
        torch.tensor(np.repeat(np.arange(len(questions)), [len(q.labels) for q in questions])),
        torch.tensor(np.concatenate(bags)),
        torch.tensor(np.cumsum([0, *(len(bag) for bag in bags[:-1])])),
        torch.tensor(np.concatenate([q.labels for q in questions])),
        torch.tensor(np.concatenate([q.namings for q in questions])),
    )


def choice_loss(answers: Tensor, batch: Batch, name: str) -> Tensor:
    """Of parts each thing by itself; of dates all of a mention's against each other."""
    if name == PARTS:
        counted = count_namings(answers, batch.labels, batch.owner, batch.namings)
        return cross_entropy(answers, counted, ignore_index=-1)
    return rivals_loss(answers, batch.labels[:, None], batch.owner)


def arrays_of(network: ChoiceNetwork, known: Hashes) -> dict[str, np.ndarray]:
    """Its weights by the names that `Choice` reads."""
    state = {name: value.numpy() for name, value in network.state_dict().items()}
    table = np.concatenate([state.pop("direct.weight"), state.pop("words.weight")], 1)
    renamed = {name.replace("places.", "place"): value for name, value in state.items()}
    return {**renamed, "action": renamed.pop("action.weight"), "table": table, "known": known}


def measure(questions: Iterable[Question], choice: Choice, name: str) -> tuple[int, int]:
    """How many things get the part that they have, or mentions a right date; of how many."""
    hits = total = 0
    for question in questions:
        if is_open(question, name):
            (trigger, initiative), things = question.mention.astype(np.float32), question.things.astype(np.float32)
            answers = choice.judge(trigger, initiative, question.action, things, question.present, question.features)
            right = answers.argmax(1) == question.labels if name == PARTS else question.labels[[answers.argmax()]]
            hits, total = hits + int(right.sum()), total + len(right)
    return hits, total


def train_choices(passages: Sequence[Passage], model: Model, lexicon: Lexicon, path: Path) -> None:
    """Writes what is learned from the passages."""
    asked = list(read_questions(passages, model, lexicon))
    stored = {
        f"{name}.{key}": value
        for number, name in enumerate(ANSWERS)
        for key, value in fit_network([questions[number] for questions in asked], name).items()
    }
    write_arrays(stored, path)


def main(arguments: Sequence[str] | None = None) -> None:
    options = passages_parser(__doc__).parse_args(arguments)
    torch.set_num_threads(1)  # so that sums do not depend on how many cores there are
    model, lexicon = Model(), load_lexicon()
    train_choices(read_passages(options.passages), model, lexicon, DIRECTORY / FILE)
    written = read_arrays(DIRECTORY / FILE)
    checked = list(read_questions(read_passages(options.check), model, lexicon))
    for number, name in enumerate(ANSWERS if checked else ()):
        hits, total = measure((questions[number] for questions in checked), Choice(written, name), name)
        sys.stdout.write(f"checked on {total} {name}: {hits / max(1, total):.3f} right\n")
    sys.stdout.write(f"{(DIRECTORY / FILE).stat().st_size} bytes written to {FILE}\n")


if __name__ == "__main__":
    main()
