"""`pactwatch extract`: lines in, lines out; a malformed line is named and the others go on."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.commands.extract import LineProblem, extract_lines, read_line, read_time

TEXT = (
    "China and Russia on Tuesday proposed setting up a regional security dialogue platform, their foreign ministers "
    "said in Guilin.\nThe weather in the city was mild for the season, and traffic was light."
)
GOOD = {"id": "a", "title": "China, Russia propose platform", "text": TEXT, "published": "2021-03-23"}
FIELDS = [
    "initiative", "aliases", "initiative_id", "known", "kind", "action", "modality", "is_background", "actors",
    "event_date", "date_precision", "place", "place_code", "quote", "start", "end", "speaker", "confidence",
]  # fmt: skip


def write(path: Path, *lines: object) -> str:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return str(path)


def outcome(capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], list[str]]:
    out, err = capsys.readouterr()
    return [json.loads(line) for line in out.splitlines()], err.splitlines()


def test_lines_come_back_in_order_with_mentions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nothing = {"id": 7, "title": None, "text": "A match was lost at home.", "published": None, "url": "https://a.org/"}
    assert extract_lines(write(tmp_path / "in.jsonl", GOOD, "", nothing)) == 0
    records, err = outcome(capsys)
    assert err == []
    assert [record["id"] for record in records] == ["a", 7]
    assert records[1]["mentions"] == []
    mention = next(m for m in records[0]["mentions"] if m["action"] == "propose")
    assert [field for field in mention if field != "parent"] == FIELDS
    assert TEXT[mention["start"] : mention["end"]] == mention["quote"]
    assert {actor["code"] for actor in mention["actors"]} >= {"CHN", "RUS"}
    assert mention["event_date"] == "2021-03-23"
    assert {"name", "kind", "code", "role", "office"} == set(mention["actors"][0])


def test_explanations_are_given_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extract_lines(write(tmp_path / "in.jsonl", GOOD), explain=True) == 0
    records, _ = outcome(capsys)
    assert all(mention["explanation"] for mention in records[0]["mentions"])


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(GOOD).encode() + b"\n")))
    assert extract_lines("-") == 0
    assert [record["id"] for record in outcome(capsys)[0]] == ["a"]


def test_bad_lines_are_named_and_the_others_are_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "in.jsonl", GOOD, "{", {"id": "b"}, {**GOOD, "id": "c"}, {**GOOD, "published": "soon"})
    assert extract_lines(path) == 1
    records, err = outcome(capsys)
    assert [record["id"] for record in records] == ["a", "c"]
    assert [line.partition(": ")[2].partition(": ")[0] for line in err] == [f"{path}:{n}" for n in (2, 3, 5)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[1]", "should be an object"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": 1}', "text is missing"),
        (b'{"text": "x"}', "id is missing"),
        (b'{"id": 1, "text": null}', "text should be a string"),
        (b'{"id": 1, "text": "x", "title": ["t"]}', "title should be a string"),
        (b'{"id": {}, "text": "x"}', "id should be a string or a whole number"),
        (b'{"id": 1, "text": "x", "published": "31 May"}', "published should be an ISO 8601"),
        (b'{"id": 1, "text": "x", "published": 20140521}', "published should be a string"),
    ],
)
def test_what_is_wrong_with_a_line(line: bytes, reason: str) -> None:
    with pytest.raises(LineProblem, match=reason) as caught:
        read_line(line, "in.jsonl", 3)
    assert str(caught.value).startswith("in.jsonl:3: ")


@pytest.mark.parametrize(
    ("text", "shown", "precision"),
    [
        ("2014-05-21", "2014-05-21T00:00:00+00:00", "day"),
        ("2014-05-21T23:30:00-05:00", "2014-05-22T04:30:00+00:00", "second"),
        ("2014-05-21T09:30:00Z", "2014-05-21T09:30:00+00:00", "second"),
    ],
)
def test_published(text: str, shown: str, precision: str) -> None:
    moment, found = read_time(text, "in", 1)
    assert moment is not None
    assert (moment.isoformat(), found) == (shown, precision)


def test_no_date_is_no_date() -> None:
    assert read_time(None, "in", 1)[0] is None
    assert read_time(" ", "in", 1)[0] is None
