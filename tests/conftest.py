"""What tests of several rooms share: one Prefect server for the whole session, and the command as a process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.orchestrator import prefect_server

ROOT = Path(__file__).parent.parent

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def prefect_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables by which a process finds the session's Prefect server. Its start takes seconds: once is enough."""
    before = dict(os.environ)
    try:
        with prefect_server(tmp_path_factory.mktemp("prefect")) as server:
            server.wait()
            yield {name: value for name, value in os.environ.items() if before.get(name) != value}
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_command(
    *arguments: object, env: dict[str, str] | None = None, **options: object
) -> "subprocess.CompletedProcess[str]":
    """`pactwatch` with these arguments, in a process of its own, without the settings of whoever runs the tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PACTWATCH_", "PREFECT_"))}
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
        env={**clean, "COLUMNS": "200", **(env or {})},
        check=False,
        **options,  # type: ignore[call-overload]
    )


@pytest.fixture
def pactwatch() -> Command:
    return run_command


@pytest.fixture
def run_pass(prefect_environment: dict[str, str]) -> Command:
    """`pactwatch` for commands that run the flow: on the session's server, against loopback, without pauses."""

    def run(*arguments: object, env: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        ours = {"PACTWATCH_ALLOW_HOSTS": "127.0.0.1", "PACTWATCH_HOST_DELAY_SECONDS": "0"}
        return run_command(*arguments, env={**prefect_environment, **ours, **(env or {})})

    return run
