"""What is trained learns, by its seed alone; and what is exported answers as what was trained. Needs torch, which only
`make train` installs, and which runs these first."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from extractors.lexicon import load_lexicon
from extractors.mentions import model as runtime
from extractors.mentions.analysis import analyse
from extractors.mentions.choices import DAYS, FILE, PARTS, Choice
from extractors.mentions.layers import read_arrays
from extractors.mentions.loglinear import logit
from extractors.mentions.model import DIRECTORY, Model, load_model
from extractors.mentions.pairs import direct_pairs
from tests.gold import score
from tests.gold.evaluate import read_passages

torch = pytest.importorskip("torch", reason="torch is not installed (make train installs it)")

from extractors.training.choices import (  # noqa: E402
    ANSWERS,
    EPOCHS,
    ChoiceNetwork,
    Question,
    arrays_of,
    as_batch,
    fit_network,
    is_open,
    measure,
    read_questions,
)
from extractors.training.dataset import Example, build_examples  # noqa: E402
from extractors.training.export import export, fingerprint, write_arrays  # noqa: E402
from extractors.training.fit import answer, ask, fit, precompute  # noqa: E402
from extractors.training.loss import attribute_loss, count_namings, pair_loss, rivals_loss  # noqa: E402
from extractors.training.network import Attributes, Encoder, Heads, Output  # noqa: E402

WIDTH = 48
Parts = tuple[Encoder, Heads, Attributes]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    passages = [passage for passage in read_passages("train-a") if passage["mentions"]][:6]
    return build_examples(passages, load_lexicon(), load_model().tokenizer, score)


def small() -> Parts:
    torch.manual_seed(5)
    return Encoder(WIDTH, layers=2, frozen=1), Heads(WIDTH), Attributes(WIDTH)


def answers(parts: Parts, examples: list[Example]) -> tuple[Output, Any]:
    for part in parts:
        part.eval()
    with torch.inference_mode():
        return answer(*parts, examples, precompute(parts[0], examples))


def loss(parts: Parts, examples: list[Example]) -> float:
    pairs, attributes = answers(parts, examples)
    return float(pair_loss(pairs, examples) + attribute_loss(attributes, examples))


def test_a_fit_learns_from_labels_and_by_its_seed_alone(examples: list[Example]) -> None:
    untaught, once, again = small(), small(), small()
    for parts in (once, again):
        fit(*parts, examples, epochs=12, seed=3)
    assert loss(once, examples) < 0.8 * loss(untaught, examples)
    for one, other in zip(once, again, strict=True):
        for name, value in one.state_dict().items():
            assert torch.equal(value, other.state_dict()[name]), name


def test_a_fit_comes_nearer_to_what_a_teacher_thinks(examples: list[Example]) -> None:
    teacher, pupil = small(), small()
    fit(*teacher, examples, epochs=12, seed=3)
    opinions = ask(*teacher, examples)

    def apart() -> float:
        both = zip(ask(*pupil, examples), opinions, strict=True)
        gaps = [(one.pairs["initiative"].float() - other.pairs["initiative"].float()).abs() for one, other in both]
        return float(torch.cat(gaps).mean())

    before = apart()
    fit(*pupil, examples, epochs=12, seed=4, opinions=opinions)
    assert apart() < 0.8 * before


def test_an_action_is_told_apart_from_rivals_of_its_own_sentence_alone() -> None:
    odds = torch.tensor([[2.0, 0.0], [1.0, 5.0], [9.0, 0.0], [0.0, 0.0]])
    actions = torch.tensor([[1, 0], [0, 0], [0, -1], [1, 1]])
    sentences = torch.tensor([0, 0, 1, 2])
    assert float(rivals_loss(odds, actions, sentences)) == pytest.approx(np.log1p(np.exp(-1.0)))
    assert float(rivals_loss(odds[2:], actions[2:], sentences[2:])) == 0.0


def test_of_an_agents_namings_the_likeliest_counts() -> None:
    answers = torch.tensor([[1.0, 0, 0], [3.0, 0, 0], [0.0, 0, 2], [2.0, 0, 0], [0.0, 9, 0]])
    labels, owners = torch.tensor([0, 0, 2, 0, 0]), torch.tensor([0, 0, 0, 0, 1])
    namings = torch.tensor([5, 5, 5, 6, 5])
    assert count_namings(answers, labels, owners, namings).tolist() == [-1, 0, 2, 0, 0]
    assert count_namings(answers[:0], labels[:0], owners[:0], namings[:0]).tolist() == []


@pytest.fixture(scope="module")
def questions() -> dict[str, list[Question]]:
    passages = [passage for passage in read_passages("train-a") if passage["mentions"]][:12]
    both = list(read_questions(passages, load_model(), load_lexicon()))
    return {name: [one[number] for one in both] for number, name in enumerate(ANSWERS)}


@pytest.mark.parametrize("name", [PARTS, DAYS])
def test_a_choice_is_learned_by_its_seed_alone(
    questions: dict[str, list[Question]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extractors.training.choices.BATCH", 4)
    monkeypatch.setitem(EPOCHS, name, 40)  # few mentions, so that each is met more often
    once, again = (fit_network(questions[name], name, seed=3) for _ in range(2))
    assert all(np.array_equal(once[key], again[key]) for key in once)
    hits, total = measure(questions[name], Choice({f"{name}.{key}": value for key, value in once.items()}, name), name)
    assert total > 10
    assert hits > 0.9 * total


@pytest.mark.parametrize("name", [PARTS, DAYS])
def test_a_choice_answers_as_the_network_that_was_trained(questions: dict[str, list[Question]], name: str) -> None:
    torch.manual_seed(2)
    known = np.unique(np.concatenate([hashes for q in questions[name] for hashes in q.features]))[::2]
    network = ChoiceNetwork(name, len(known)).eval()
    torch.nn.init.normal_(network.direct.weight)
    choice = Choice({f"{name}.{key}": value for key, value in arrays_of(network, known).items()}, name)
    asked = [question for question in questions[name] if is_open(question, name)][:6]
    with torch.inference_mode():
        trained = network(as_batch(asked, known)).numpy()
    ours = [
        choice.judge(*q.mention.astype(np.float32), q.action, q.things.astype(np.float32), q.present, q.features)
        for q in asked
    ]
    assert np.corrcoef(np.concatenate(ours).ravel(), trained.ravel())[0, 1] > 0.99


def test_arrays_are_stored_small_and_read_nearly_as_they_were(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    wide, tall = rng.normal(size=(40, 700)) * rng.uniform(1, 9, (40, 1)), rng.normal(size=(9000, 3)) * [1, 50, 0]
    few, known = rng.normal(size=7), np.arange(5, dtype=np.uint32)
    write_arrays({"wide": wide, "tall": tall, "few": few, "known": known}, tmp_path / "some.npz")
    read = read_arrays(tmp_path / "some.npz")
    assert read.keys() == {"wide", "tall", "few", "known"}
    assert read["wide"].dtype == read["tall"].dtype == read["few"].dtype == np.float32
    assert np.abs(read["wide"] - wide).max() < np.abs(wide).max() / 200
    assert (np.abs(read["tall"] - tall).max(0) <= np.abs(tall).max(0) / 200).all()
    assert np.allclose(read["few"], few, atol=0.01)
    assert read["known"].tolist() == known.tolist()


@pytest.mark.filterwarnings("ignore")  # what the exporters warn of is between them and torch
def test_what_is_exported_answers_as_what_was_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "LEXICAL_SHARE", 0.0)  # the linear half is exported as it is
    torch.manual_seed(5)
    parts = Encoder(), Heads(), Attributes()
    heads = read_arrays(DIRECTORY / "heads.npz")
    lexical = {name: array for name, array in heads.items() if name.startswith("lexical.")}
    meta = json.loads((DIRECTORY / "model.json").read_text("utf-8"))
    told = {name: meta[name] for name in ("thresholds", "confidence")}
    export(*parts, lexical, DIRECTORY / "tokenizer.json", tmp_path, told)
    shutil.copy(DIRECTORY / FILE, tmp_path)
    shipped = Model(tmp_path)
    assert shipped.meta["fingerprint"] == fingerprint(tmp_path)
    passage = next(one for one in read_passages("train-a") if one["mentions"])
    analysis = analyse(passage["title"], passage["text"], load_lexicon())
    example, *others = build_examples([passage], load_lexicon(), shipped.tokenizer, score)
    assert not others
    trained, _ = answers(parts, [example])
    asked = {(p.sentence, p.entity, p.candidate.start): row for row, p in enumerate(direct_pairs(analysis))}
    told_by = [j for j in shipped.read(analysis, hope=0.0)[1] if j.pair.direct]
    rows = [asked[j.pair.sentence, j.pair.entity, j.pair.candidate.start] for j in told_by]
    assert len(rows) == len(asked)

    def alike(ours: list[float], theirs: Any) -> float:
        return float(np.corrcoef(ours, theirs[rows].numpy())[0, 1])

    def logits(name: str) -> list[float]:
        return [logit(getattr(judgement, name), 1e-6) for judgement in told_by]

    assert alike(logits("initiative"), trained.initiative) > 0.95
    assert alike(logits("event"), trained.event) > 0.95
    for number in range(3):
        assert alike([float(j.actions[number]) for j in told_by], trained.actions.softmax(-1)[:, number]) > 0.9
        assert alike([float(j.each[number]) for j in told_by], trained.each.sigmoid()[:, number]) > 0.9
        assert alike([float(j.background[number]) for j in told_by], trained.background.sigmoid()[:, number]) > 0.9
    planned = [float(j.modality[0, 1]) for j in told_by]
    assert alike(planned, trained.modality.softmax(-1)[:, 0, 1]) > 0.9
