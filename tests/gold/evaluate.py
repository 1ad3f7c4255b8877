"""Scores extraction on labelled passages and shows errors: `python -m tests.gold.evaluate [FILE…] [--errors N]`."""

import argparse
import json
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.mentions import load_extractor
from extractors.records import Article, Mention
from tests.gold import score

HERE = Path(__file__).parent
Passage = dict[str, Any]


def read_passages(*names: str) -> list[Passage]:
    """The passages of files in this folder, by name without ending, or of paths."""
    paths = [Path(name) if "/" in name or name.endswith(".jsonl") else HERE / f"{name}.jsonl" for name in names]
    return [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]


def as_article(passage: Passage) -> Article:
    """A passage as the flow would hand it over: the date is that of its publication, precise to the day."""
    published = passage.get("published")
    moment = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    return Article(
        article_id=passage["id"], url="", canonical_url="", title=passage.get("title"), text=passage["text"],
        published_at=moment, published_basis="meta" if moment else "none", language="en",
    )  # fmt: skip


def as_prediction(mention: Mention) -> dict[str, Any]:
    """A mention in the shape that the scorer reads."""
    return {
        "initiative": mention.initiative,
        "aliases": list(mention.aliases),
        "known": mention.known,
        "action": mention.action,
        "modality": mention.modality,
        "is_background": mention.is_background,
        "actors": [{"name": a.name, "code": a.code, "role": a.role} for a in mention.actors],
        "event_date": mention.event_date,
        "date_precision": mention.date_precision,
        "place": mention.place,
        "quote": mention.quote,
        "confidence": mention.confidence,
    }


def predict(passages: Iterable[Passage]) -> dict[str, list[dict[str, Any]]]:
    extractor = load_extractor()
    return {p["id"]: [as_prediction(m) for m in extractor.find_mentions(as_article(p))] for p in passages}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", default=["dev"])
    parser.add_argument("--errors", type=int, default=12)
    options = parser.parse_args(argv)
    passages = read_passages(*options.files)
    load_extractor()
    started = time.process_time()
    predicted = predict(passages)
    seconds = time.process_time() - started
    report, errors = score.score(passages, predicted)
    print(score.table(report))
    print(f"{1000 * seconds / len(passages):.0f} ms of CPU a passage")
    alarms = [e for e in errors if e["error"].startswith("false alarm")]
    misses = [e for e in errors if not e["error"].startswith("false alarm")]
    for error in alarms[: options.errors] + misses[: options.errors]:
        got = f" (predicted {error['predicted']})" if error["predicted"] else ""
        print(f"{error['id']}: {error['error']}: {error['action']} {error['initiative']!r}{got}\n    {error['text']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
