"""What is written about the command line is there, and says something."""

import re

import typer
from typer.main import get_command

from flows.cli import app
from flows.settings import list_settings
from tests.conftest import ROOT


def commands(group: object = None, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
    group = group or get_command(app)
    found: list[tuple[tuple[str, ...], object]] = []
    for name, command in sorted(getattr(group, "commands", {}).items()):
        found.append(((*path, name), command))
        found.extend(commands(command, (*path, name)) if getattr(command, "commands", None) else [])
    return found


def test_every_command_and_option_has_help() -> None:
    assert len(commands()) > 12
    for path, command in commands():
        assert len(getattr(command, "help", None) or "") > 10, path
        for parameter in getattr(command, "params", []):
            if parameter.name != "help":
                assert getattr(parameter, "help", None), (path, parameter.name)


def test_env_example_names_settings_that_exist() -> None:
    known = {variable for variable, *_ in list_settings()}
    named = set(re.findall(r"^#?(PACTWATCH_\w+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))
    assert named
    assert named <= known


def test_runbook_names_files_and_commands_that_exist() -> None:
    runbook = (ROOT / "deploy/README.md").read_text()
    for name in re.findall(r"^\| `([^|]+)` \|", runbook, re.MULTILINE)[:6]:
        for file in re.split(r"`, `", name):
            assert (ROOT / "deploy" / file).exists() or file.startswith("another"), file
    names = {path[0] for path, _ in commands()}
    for command in re.findall(r"`pactwatch (\w+)", runbook):
        assert command in names


def test_typer_is_the_one_application() -> None:
    assert isinstance(app, typer.Typer)
