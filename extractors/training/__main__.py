"""`make train`: trains on the labelled passages, fits confidence on those held out, writes what is shipped.

    python -m extractors.training [--epochs 10] [--hold-out NAME ...] [--only confidence]

Passages: `tests/gold/train-*.jsonl`, and for relevance `quiet-train.jsonl` too (whole articles with nothing to find);
held out: `dev.jsonl`, `held-out.jsonl`, `held-out-fresh.jsonl`; not read: `kept-aside.jsonl`, `quiet.jsonl`,
`quiet-fresh.jsonl`. Needs the dependency group `train` (torch, onnx), the published weights of encoder and teacher
(`weights.txt`). Seeded; about six hours on two cores.
"""

import argparse
import random
import sys
from pathlib import Path
from typing import Any

from extractors.lexicon import load_lexicon
from extractors.mentions.choices import FILE
from extractors.mentions.extractor import Extractor
from extractors.mentions.model import DIRECTORY, Model
from extractors.training.confidence import fit_confidence, unfitted
from extractors.training.digests import mix_digests
from extractors.training.labels import Passage, read_passages
from extractors.training.meta import write_meta
from extractors.training.relevance import train_relevance
from tests.gold import score

GOLD = Path(__file__).parents[2] / "tests" / "gold"
DIGESTS, SHOWN = 2500, 1000
"""Texts of unlike sentences that the encoder learns from too, and how many of them the teacher is trained on."""
THRESHOLDS = {"relevance": 1.0, "likely": 0.45}
"""Log-odds from which a text of more than a few sentences is read, and the probability from which an initiative is
looked for where it is not named: set by hand, on dev and the passages held out."""


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m extractors.training", description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--hold-out", nargs="+", default=["dev", "held-out", "held-out-fresh"])
    parser.add_argument("--only", choices=["confidence"], help="keep what comes before, fit this anew")
    options = parser.parse_args(argv)
    held_out = read_passages(GOLD / f"{name}.jsonl" for name in options.hold_out)
    training = read_passages(sorted(GOLD.glob("train-*.jsonl")))
    meta: dict[str, Any] = {"thresholds": THRESHOLDS, "confidence": unfitted(training)}
    if not options.only:
        sys.stderr.write(f"{len(training)} passages to train on, {len(held_out)} held out\n")
        quiet = read_passages([GOLD / "quiet-train.jsonl"])
        train_relevance([*training, *quiet], load_lexicon(), DIRECTORY / "relevance.npz")
        _train(training, options.epochs, meta)
    lexicon, model = load_lexicon(), Model()
    model.meta.update(meta)
    model.meta["confidence"] = fit_confidence(held_out, Extractor(lexicon, model), score)
    write_meta(DIRECTORY, model.meta)
    return 0


def _train(passages: list[Passage], epochs: int, meta: dict[str, Any]) -> None:
    import torch
    from tokenizers import Tokenizer

    from extractors.training.choices import train_choices
    from extractors.training.dataset import build_examples
    from extractors.training.export import export
    from extractors.training.fit import ask, fit
    from extractors.training.lexical import fit_lexical
    from extractors.training.network import Attributes, Encoder, Heads
    from extractors.training.published import encoder_files, read_encoder, read_teacher
    from extractors.training.teacher import WIDTH, Teacher

    torch.manual_seed(7)
    torch.set_num_threads(2)  # fixed, so that results do not depend on how many cores there are
    torch.use_deterministic_algorithms(True)  # with two threads some sums would differ from run to run
    published, pieces = encoder_files()
    tokenizer = Tokenizer.from_file(str(pieces))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    examples = build_examples(passages, load_lexicon(), tokenizer, score)
    digests = build_examples(mix_digests(passages, DIGESTS), load_lexicon(), tokenizer, score)
    teacher = Teacher(), Heads(WIDTH), Attributes(WIDTH)
    teacher[0].load_published(read_teacher())
    shown = random.Random(3).sample(digests, min(SHOWN, len(digests)))
    fit(*teacher, [*examples, *shown], epochs=1, encoder_rate=6e-5, heads_rate=8e-4)
    lessons = [*examples, *digests]
    opinions = ask(*teacher, lessons)
    parts = Encoder(), Heads(), Attributes()
    parts[0].load_bert(read_encoder(published))
    fit(*parts, lessons, epochs=epochs, opinions=opinions)
    export(*parts, fit_lexical(examples), pieces, DIRECTORY, {**meta, "passages": len(passages), "epochs": epochs})
    train_choices(passages, Model(), load_lexicon(), DIRECTORY / FILE)


if __name__ == "__main__":
    sys.exit(main())
