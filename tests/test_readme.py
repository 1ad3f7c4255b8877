"""What the README shows is what a person gets: commands, examples, questions, files and settings.

What is printed between `<!-- name -->` and `<!-- /name -->` is made, not written by hand. After a change of the command
line, or of what the demonstration finds, `python -m tests.test_readme [HOME_OF_A_DEMO [ITS_OUTPUT]]` writes it again.
"""

import csv
import io
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from extractors.catalog import load_initiatives, load_sources
from flows.cli import app
from flows.settings import list_settings
from tests.conftest import ROOT
from tests.warehouse.seed import seed_warehouse
from warehouse.snapshot import publish_copy
from warehouse.sql import run_sql
from warehouse.store import Warehouse
from warehouse.watches import load_watches

README = ROOT / "README.md"
CHANGELOG = ROOT / "CHANGELOG.md"
QUESTIONS = 3
SHOWN_ALERTS = 3
SHOWN_CELL = 120
MAX_LINES = 260
MAX_PICTURE_BYTES = 300_000
SLOT = r"(?<=<!-- {0} -->\n).*?(?=<!-- /{0} -->)"


def readme() -> str:
    return README.read_text("utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", readme(), re.MULTILINE | re.DOTALL)


def slot(name: str) -> str:
    found = re.search(SLOT.format(name), readme(), re.DOTALL)
    assert found, f"README.md has no place for {name}"
    return found.group()


def leaves(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, in the order of the help, with the words that call it."""
    commands = getattr(group, "commands", {})
    if not commands:
        yield path, group
    for name, command in commands.items():
        yield from leaves(command, (*path, name))


def shown_command(path: tuple[str, ...], command: Any) -> str:
    words = ["pactwatch", *path]
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            name = parameter.metavar or parameter.name.upper()
            words.append(name if parameter.required else f"[{name}]")
    options = [
        option for parameter in command.params if parameter.param_type_name == "option" for option in parameter.opts[:1]
    ]
    said = (command.help or "").splitlines()[0].replace("|", r"\|")
    turned = " ".join(f"`{option}`" for option in options if option != "--help")
    called = " ".join(words).replace("|", r"\|")
    return f"| `{called}` | {said} | {turned} |"


def command_table() -> str:
    rows = [shown_command(path, command) for path, command in leaves(get_command(app))]
    return "\n".join(["| command | what it does | options |", "| --- | --- | --- |", *rows, ""])


def ask(copy: Path, query: str, *, form: str = "csv") -> str:
    out = io.BytesIO()
    run_sql(copy, query, form=form, out=out, width=None)
    return out.getvalue().decode()


def as_markdown(csv_text: str) -> str:
    """The answer as a table of Markdown, long cells cut at a word."""
    rows = list(csv.reader(io.StringIO(csv_text)))
    lines = ["| " + " | ".join(shorten(cell) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:], ""])


def shorten(cell: str) -> str:
    text = " ".join(cell.split()).replace("|", r"\|")
    return text if len(text) <= SHOWN_CELL else text[:SHOWN_CELL].rsplit(" ", 1)[0] + " …"


def shown_output(output: str, home: Path) -> str:
    """What the demonstration printed, with the first alerts of each day."""
    lines: list[str] = []
    alike, last = 0, ""
    printed = output.replace(str(home), "var/demo").splitlines()
    for number, line in enumerate(printed):
        if line.startswith(("feed ", "warehouse ")) and line in printed[number + 1 :]:
            continue  # the same after each day
        alike = alike + 1 if line.startswith(("  + ", "  ~ ")) and line[:4] == last else 1
        last = line[:4]
        if alike <= SHOWN_ALERTS:
            lines.append(line[:60].rstrip() if line.startswith("day ") else line.rstrip())
        elif alike == SHOWN_ALERTS + 1:
            lines.append("  …")
    return "\n".join(["```text", *lines, "```", ""])


def write_slots(home: Path | None = None, output: Path | None = None) -> None:
    """Make again what the README shows of the command line and, from the home of a demonstration, of its answers."""
    made = {"commands": command_table()}
    if home is not None:
        for number, query in enumerate(fenced("sql"), 1):
            made[f"answer {number}"] = as_markdown(ask(home / "public" / "warehouse.duckdb", query))
    if home is not None and output is not None:
        made["demo"] = shown_output(output.read_text("utf-8"), home)
    text = readme()
    for name, content in made.items():
        text = re.sub(SLOT.format(name), lambda _, content=content: content, text, flags=re.DOTALL)
    README.write_text(text, "utf-8")


def examples() -> list[str]:
    """Every `pactwatch …` that the README tells a person to type, without comments."""
    prose = re.sub(r"^```.*?^```", "", readme(), flags=re.MULTILINE | re.DOTALL)
    typed = [line for block in fenced("sh") for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", prose)
    return sorted({line.split("  #")[0].strip() for line in typed if re.match(r"pactwatch ", line)})


def parse(words: list[str]) -> None:
    """Read the words as the command line would, and stop before anything is done."""
    command: Any = get_command(app)
    context = command.make_context("pactwatch", ["doctor"])
    while commands := getattr(command, "commands", None):
        assert words, "a group alone does nothing"
        command, words = commands[words[0]], words[1:]
    command.make_context(command.name, words, parent=context)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    with Warehouse.open(folder / "warehouse.duckdb") as warehouse:
        seed_warehouse(warehouse)
        return publish_copy(warehouse, folder / "public" / "warehouse.duckdb")


def test_the_list_of_commands_is_that_of_the_help() -> None:
    assert slot("commands") == command_table(), "run `python -m tests.test_readme`"


def test_there_are_examples_and_each_parses() -> None:
    assert len(examples()) > 12
    for example in examples():
        parse(shlex.split(example)[1:])


@pytest.mark.parametrize("words", [["run", "--no-such-option"], ["feed", "list"], ["sources", "try"], ["sql"]])
def test_an_example_that_does_not_parse_is_noticed(words: list[str]) -> None:
    with pytest.raises(Exception, match=r"No such option|unexpected extra argument|Missing parameter|Missing argument"):
        parse(words)


@pytest.mark.parametrize("number", range(1, QUESTIONS + 1))
def test_each_question_is_answered_by_a_published_copy(copy: Path, number: int) -> None:
    query = fenced("sql")[number - 1]
    answer = as_markdown(ask(copy, query)).splitlines()
    assert len(answer) > 2, "no row"
    shown = slot(f"answer {number}").splitlines()
    assert shown[0] == answer[0], "run `python -m tests.test_readme HOME` with the home of a demonstration"
    assert len(shown) > 2


def test_there_are_as_many_questions_as_are_announced() -> None:
    assert len(fenced("sql")) == QUESTIONS


def test_the_watch_shown_is_one_that_loads(tmp_path: Path) -> None:
    (tmp_path / "watches.toml").write_text(fenced("toml")[0])
    assert len(load_watches(tmp_path / "watches.toml")) == 1


def test_the_initiative_shown_is_one_that_loads(tmp_path: Path) -> None:
    (tmp_path / "caspian.toml").write_text(fenced("toml")[1])
    assert len(load_initiatives(tmp_path)) == 1


def test_links_lead_to_files_and_pictures_are_small() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", readme())
    assert targets
    for target in targets:
        assert (ROOT / target).is_file(), target
    for picture in (ROOT / "deploy/pictures").iterdir():
        assert f"deploy/pictures/{picture.name}" in targets
        assert picture.stat().st_size < MAX_PICTURE_BYTES


def test_settings_and_targets_exist() -> None:
    text = readme()
    assert set(re.findall(r"PACTWATCH_[A-Z_]+\w", text)) <= {variable for variable, *_ in list_settings()}
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)) <= targets


def test_the_number_of_sources_is_right() -> None:
    assert f"one pass: {len(load_sources())} sources" in readme()


@pytest.mark.parametrize("file", [README, CHANGELOG])
def test_it_is_readable_and_speaks_of_the_product_alone(file: Path) -> None:
    text = file.read_text("utf-8")
    assert 40 < len(text.splitlines()) <= MAX_LINES
    assert not re.search(r"(?<![\w.])/(?:work|tmp|root|home)/|https?://(?!www\.example\.org)|#\d", text)


def test_the_changelog_tells_of_this_version() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert re.search(rf"^## {re.escape(version.group(1))} \(\d{{4}}-\d\d-\d\d\)", CHANGELOG.read_text(), re.MULTILINE)


if __name__ == "__main__":
    write_slots(*map(Path, sys.argv[1:3]))
