"""`pactwatch extract`: texts to mentions, JSON lines to JSON lines. No network, no warehouse, no Prefect."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.records import Actor, Article, Mention
from flows.settings import load_settings

BATCH = 32
"""Texts that go through the model together."""


class LineProblem(Exception):  # noqa: N818 - the fault is in the input
    """A line of the input that holds no article."""

    def __init__(self, name: str, number: int, reason: str) -> None:
        super().__init__(f"{name}:{number}: {reason}")
        self.number = number
        self.reason = reason


def extract_lines(path: str, *, explain: bool = False) -> int:
    """Write one object for each good line, in order. 1 if a line was bad: the others are still there."""
    from extractors.mentions import load_extractor

    name = "standard input" if path == "-" else path
    problems = 0
    with ExitStack() as stack:
        lines: Iterable[bytes] = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
        finder = load_extractor(load_settings().initiatives_path)
        for batch in batches(enumerate(lines, 1), BATCH):
            articles: list[tuple[Any, Article]] = []
            for number, line in batch:
                try:
                    if line.strip():
                        articles.append(read_line(line, name, number))
                except LineProblem as problem:
                    problems += 1
                    sys.stderr.write(f"pactwatch: {problem}\n")
            found = finder.find_in_batch([article for _, article in articles])
            for (given_id, _), mentions in zip(articles, found, strict=True):
                record = {"id": given_id, "mentions": [describe(mention, explain=explain) for mention in mentions]}
                sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 1 if problems else 0


def batches(lines: Iterable[tuple[int, bytes]], size: int) -> Iterator[Sequence[tuple[int, bytes]]]:
    batch = []
    for line in lines:
        batch.append(line)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def read_line(line: bytes, name: str, number: int) -> tuple[Any, Article]:
    """The id as it was given, and the article."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineProblem(name, number, f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise LineProblem(name, number, "should be an object with id, title, text and published")
    for key in ("id", "text"):
        if key not in record:
            raise LineProblem(name, number, f"{key} is missing")
    for key in ("text", "title", "url", "published", "language"):
        value = record.get(key)
        if not isinstance(value, str) and (value is not None or key == "text"):
            raise LineProblem(name, number, f"{key} should be a string, not {type(value).__name__}")
    if not isinstance(record["id"], str | int):
        raise LineProblem(name, number, "id should be a string or a whole number")
    url = record.get("url") or ""
    published, precision = read_time(record.get("published"), name, number)
    article = Article(
        article_id=str(record["id"]),
        url=url,
        canonical_url=url,
        title=record.get("title"),
        text=record["text"],
        published_at=published,
        published_basis="meta" if published else "none",
        published_precision="day" if precision == "day" else "second",
        language=record.get("language"),
    )
    return record["id"], article


def read_time(text: str | None, name: str, number: int) -> tuple[datetime | None, str]:
    """ISO 8601, a day or a moment; nothing if there is none."""
    if text is None or not text.strip():
        return None, "day"
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise LineProblem(name, number, f"published should be an ISO 8601 date or time, not {text[:40]!r}") from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment, "day" if len(text.strip()) <= len("2014-05-21") else "second"


def describe(mention: Mention, *, explain: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "initiative": mention.initiative,
        "aliases": list(mention.aliases),
        "initiative_id": mention.initiative_id,
        "known": mention.known,
        "kind": mention.kind,
        "action": mention.action,
        "modality": mention.modality,
        "is_background": mention.is_background,
        "actors": [describe_actor(actor) for actor in mention.actors],
        "event_date": mention.event_date,
        "date_precision": mention.date_precision,
        "place": mention.place,
        "place_code": mention.place_code,
        "quote": mention.quote,
        "start": mention.start,
        "end": mention.end,
        "speaker": mention.speaker,
        "confidence": round(mention.confidence, 4),
    }
    if mention.parent:
        record["parent"] = mention.parent
    if explain:
        record["explanation"] = list(mention.explanation)
    return record


def describe_actor(actor: Actor) -> dict[str, Any]:
    return {"name": actor.name, "kind": actor.kind, "code": actor.code, "role": actor.role, "office": actor.office}
