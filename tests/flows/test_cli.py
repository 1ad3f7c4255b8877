"""The command line: quick help, one line for each error, the right status; nothing is written for a malformed file."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import explain
from tests.conftest import ROOT, Command

COMMANDS = ["demo", "run", "serve", "read", "extract", "sql", "sources", "initiatives", "feed", "reextract", "doctor"]
HEAVY = ("prefect", "spacy", "duckdb", "httpx", "trafilatura", "onnxruntime", "numpy", "rich.progress", "feedgen")


def test_help_names_every_command(pactwatch: Command) -> None:
    done = pactwatch("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f" {command} " in done.stdout


def test_help_loads_nothing_heavy_and_answers_at_once() -> None:
    code = (
        "import sys\nsys.argv = ['pactwatch', '--help']\nfrom flows.cli import app\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stderr.strip() == "[]"
    # Time on the processor: what the clock says depends on what else the machine does.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["frobnicate"], 2, "No such command 'frobnicate'"),
        (["run", "--no-such-option"], 2, "No such option"),
        (["run", "--now", "yesterday"], 2, "'yesterday' is no ISO 8601 time"),
        (["sql", "SELECT 1", "--format", "xml"], 2, "should be one of table, csv, json, parquet"),
        (["initiatives", "list", "--kind", "club"], 2, "should be one of organisation"),
        (["initiatives", "show", "no such thing"], 1, "is no known initiative"),
        (["extract", "/no/such/file.jsonl"], 1, "/no/such/file.jsonl: No such file or directory"),
        (["read", "/no/such/page.html"], 1, "1 of 1 pages could not be had"),
        (["run", "--sources", "/no/such/sources.toml"], 1, "/no/such/sources.toml"),
    ],
)
def test_an_error_is_one_line_and_a_status(
    pactwatch: Command, tmp_path: Path, arguments: list[str], status: int, line: str
) -> None:
    done = pactwatch(*arguments, env={"PACTWATCH_HOME": str(tmp_path / "home")})
    assert done.returncode == status, done.stderr
    assert line in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert done.stderr.count("\n") == 1
        assert done.stderr.startswith("pactwatch: ")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("sources", '[[source]]\nid = "a"\nname = "A"\nurl = "ftp://a.org/"\nkind = "rss"\n', "url"),
        ("sources", '[[source]]\nid = "a"\n', "name"),
        ("sources", "[[source]\n", "sources.toml"),
        ("watches", '[[watch]]\nid = "w"\nname = "W"\naction = "sing"\n', "action"),
    ],
)
@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_malformed_file_is_named_and_nothing_is_written(
    pactwatch: Command, tmp_path: Path, command: str, name: str, content: str, line: str
) -> None:
    file = tmp_path / f"{name}.toml"
    file.write_text(content)
    environment = {"PACTWATCH_HOME": str(tmp_path / "home"), f"PACTWATCH_{name.upper()}": str(file)}
    done = pactwatch(command, env=environment)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert str(file) in done.stderr
    assert line in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_bad_setting_names_its_variable(pactwatch: Command) -> None:
    done = pactwatch("run", env={"PACTWATCH_INTERVAL_MINUTES": "never"})
    assert done.returncode == 1
    assert done.stderr == "pactwatch: PACTWATCH_INTERVAL_MINUTES='never': should be a number (minutes)\n"


def test_a_prefect_server_that_is_not_there_is_one_line(pactwatch: Command, tmp_path: Path) -> None:
    done = pactwatch("run", "--home", tmp_path, env={"PREFECT_API_URL": "http://127.0.0.1:1/api"})
    assert done.returncode == 1
    assert done.stderr.startswith("pactwatch: the Prefect server at http://127.0.0.1:1/api: no answer")
    assert done.stderr.count("\n") == 1


def test_before_the_first_pass_commands_say_so(pactwatch: Command, tmp_path: Path) -> None:
    for arguments in (["sql", "SELECT 1"], ["feed"], ["feed", "--rebuild"], ["reextract"], ["sources", "status"]):
        done = pactwatch(*arguments, "--home", tmp_path)
        assert done.returncode == 1, arguments
        assert done.stderr.count("\n") == 1, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_sources_and_initiatives_of_the_package_are_listed(pactwatch: Command) -> None:
    sources = pactwatch("sources", "list")
    assert sources.returncode == 0
    assert "china-mfa-pressers" in sources.stdout
    shown = pactwatch("initiatives", "show", "sco")
    assert "Shanghai Cooperation Organisation" in shown.stdout
    assert pactwatch("initiatives", "check").returncode == 0
    assert "forum" in pactwatch("initiatives", "list", "--kind", "forum").stdout


def test_an_output_that_nobody_reads_is_no_error() -> None:
    pipe = f"{sys.executable} -m flows.cli sources list | head -n 1"
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr == ""


def test_settings_are_listed_with_units(pactwatch: Command) -> None:
    done = pactwatch("doctor", "--settings", env={"PACTWATCH_INTERVAL_MINUTES": "7"})
    assert done.returncode == 0
    assert "PACTWATCH_INTERVAL_MINUTES" in done.stdout
    assert "7.0" in done.stdout


def test_explain_unwraps_a_group_of_one_and_names_files() -> None:
    error = ExceptionGroup("tasks", [FileNotFoundError(2, "No such file or directory", "/a/b")])
    assert explain(error) == "/a/b: No such file or directory"


def test_explain_shows_the_traceback_of_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(KeyError("x")) == "this is a bug: KeyError: 'x'"
    assert "KeyError" in capsys.readouterr().err
