"""A quiet Prefect: its settings for this process, and a server of our own when nobody gave one.

Prefect's own temporary server is started only after 3 seconds of imports in the calling process, writes to the
terminal, and has no scheduler. This one starts first, so that its start (5 s) overlaps with our own, writes to
`<home>/prefect/server.log`, and ends with the process that started it, however that ends.

Nothing here imports Prefect: its settings are read at import, so they have to be set before.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

START_TIMEOUT_SECONDS = 240.0
"""5 s on an idle machine, 11 the first time; a busy one of two cores has needed more than 90."""
LOG_LIMIT_BYTES = 1_000_000


class OrchestratorError(Exception):
    """A Prefect server that cannot be used: ours did not come up, or the one we were given does not answer."""

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(f"the Prefect server {server}: {reason}")
        self.server = server
        self.reason = reason


class Server(Protocol):
    """A Prefect server, ours or another's."""

    def wait(self) -> None:
        """Return once the server answers; raise `OrchestratorError` if it does not."""


def quieten(home: Path) -> None:
    """Set Prefect's defaults for this process and its children. What the user's environment says goes first."""
    own = (home / "prefect").absolute()
    own.mkdir(parents=True, exist_ok=True)
    defaults = {
        "PREFECT_HOME": str(own),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "DO_NOT_TRACK": "1",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


@contextmanager
def prefect_server(home: Path, *, scheduler: bool = False) -> Iterator[Server]:
    """A Prefect server of our own on loopback for as long as the block runs, or the one that `PREFECT_API_URL` names.

    Returns before the server answers: call `wait()` when it is needed. `scheduler` starts the services that create
    and watch scheduled runs and that let automations act.
    """
    quieten(home)
    if given := os.environ.get("PREFECT_API_URL"):
        yield GivenServer(given)
        return
    server = PrivateServer(home, scheduler=scheduler)
    os.environ["PREFECT_API_URL"] = server.api_url
    try:
        yield server
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        server.stop()


class GivenServer:
    """A server that somebody else runs."""

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url.rstrip("/")

    def wait(self) -> None:
        try:
            with urllib.request.urlopen(f"{self.api_url}/health", timeout=10):  # noqa: S310 - the user's own setting
                return
        except urllib.error.HTTPError:
            return  # it answers; what it has to say to us, Prefect's client knows better
        except (urllib.error.URLError, ConnectionError, TimeoutError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise OrchestratorError(f"at {self.api_url}", f"no answer ({reason})") from error


class PrivateServer:
    """A child process that serves Prefect's API, and its log."""

    def __init__(self, home: Path, *, scheduler: bool) -> None:
        self.port = _free_port()
        self.api_url = f"http://127.0.0.1:{self.port}/api"
        self.log = home / "prefect" / "server.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        environment = {**os.environ, "PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_FINAL": "1"}
        environment.pop("PREFECT_API_URL", None)
        if not scheduler:
            environment["PREFECT__SERVER_EPHEMERAL"] = "1"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
                [sys.executable, "-P", "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app",
                 "--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error", "--lifespan", "on",
                 "--timeout-graceful-shutdown", "2"],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.log.parent, preexec_fn=_die_with_parent, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Return once the server answers."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                reason = f"it ended with status {self.process.returncode} (see {self.log})"
                raise OrchestratorError("of our own", reason)
            try:
                with urllib.request.urlopen(f"{self.api_url}/health", timeout=5) as answer:  # noqa: S310 - loopback
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        raise OrchestratorError("of our own", f"no answer within {START_TIMEOUT_SECONDS:g} s (see {self.log})")

    def stop(self) -> None:
        """End the server. Its database takes a sudden end: SQLite in WAL mode, one transaction a write."""
        self.process.terminate()
        try:
            self.process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _die_with_parent() -> None:
    """Linux: have the kernel end this child when its parent dies, even by SIGKILL."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
