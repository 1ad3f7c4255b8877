"""`deploy/prefect.yaml` as its head says: registered on a Prefect server, and run once by a process worker."""

import os
import subprocess
import sys
from pathlib import Path

from flows.newsroom import newsroom
from flows.orchestrator import prefect_server
from tests.conftest import ROOT


def prefect(*arguments: str, env: dict[str, str], timeout: float = 120) -> str:
    """Prefect's own command line in the deploy folder; returns what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *arguments],
        capture_output=True, text=True, timeout=timeout, cwd=ROOT / "deploy", env=env, check=False,
    )  # fmt: skip
    written = done.stdout + done.stderr
    assert done.returncode == 0, written
    assert "Traceback" not in written
    return written


def test_a_worker_runs_what_was_registered(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PACTWATCH_", "PREFECT_"))}
    before = dict(os.environ)
    try:
        for name in set(os.environ) - set(clean):
            del os.environ[name]
        with prefect_server(tmp_path / "server", scheduler=True) as server, newsroom(1) as room:
            server.wait()
            (tmp_path / "sources.toml").write_text(room.sources_toml())
            env = {
                **os.environ,
                "PACTWATCH_ALLOW_HOSTS": room.host_port,
                "PACTWATCH_HOST_DELAY_SECONDS": "0",
                "COLUMNS": "200",
            }
            prefect("--no-prompt", "work-pool", "create", "pactwatch", "--type", "process", env=env)
            registered = prefect("--no-prompt", "deploy", "--all", env=env)
            assert "Deployment 'pactwatch/schedule' successfully created" in registered
            again = prefect("--no-prompt", "deploy", "--prefect-file", "prefect.yaml", "--all", env=env)
            assert "Deployment 'pactwatch/schedule' successfully created" in again
            prefect(
                "deployment", "run", "pactwatch/schedule", "--param", f'home="{tmp_path / "home"}"',
                "--param", f'sources="{tmp_path / "sources.toml"}"', "--param", "due_only=false", env=env,
            )  # fmt: skip
            prefect("worker", "start", "--pool", "pactwatch", "--limit", "1", "--run-once", env=env, timeout=240)
    finally:
        os.environ.clear()
        os.environ.update(before)
    log = (tmp_path / "home/pactwatch.log").read_text()
    assert "sources_ok=6" in log
    assert (tmp_path / "home/public/feed.xml").exists()
