"""Serving on a schedule: missed starts become one, SIGTERM ends it cleanly, passes run unattended."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.newsroom import newsroom
from flows.schedule import is_superseded

HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(("missed", "works"), [(0, True), (29, True), (30, False), (31, False), (600, False)])
def test_of_several_missed_starts_only_the_newest_works(missed: int, works: bool) -> None:
    now = datetime(2026, 10, 9, 12, 0, tzinfo=UTC)
    assert is_superseded(now - timedelta(minutes=missed), now, HALF_HOUR) is not works


def test_exactly_one_of_the_starts_missed_in_a_night_works() -> None:
    woken = datetime(2026, 10, 9, 8, 7, tzinfo=UTC)
    starts = [datetime(2026, 10, 8, 22, 0, tzinfo=UTC) + n * HALF_HOUR for n in range(21)]
    due = [start for start in starts if start <= woken]
    assert [start for start in due if not is_superseded(start, woken, HALF_HOUR)] == [due[-1]]


def test_a_slow_start_is_no_missed_one() -> None:
    now = datetime(2026, 10, 9, 12, 0, tzinfo=UTC)
    assert not is_superseded(now - timedelta(seconds=90), now, timedelta(seconds=6))


def test_serve_runs_a_pass_and_ends_on_sigterm(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PACTWATCH_", "PREFECT_"))}
    with newsroom(1) as room:
        (tmp_path / "sources.toml").write_text(room.sources_toml())
        home = tmp_path / "home"
        command = ["serve", "--sources", tmp_path / "sources.toml", "--home", home, "--every", "0.1"]
        ours = {"PACTWATCH_ALLOW_HOSTS": room.host_port, "PACTWATCH_HOST_DELAY_SECONDS": "0"}
        with subprocess.Popen(
            [sys.executable, "-m", "flows.cli", *map(str, command)],
            env={**clean, **ours}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            try:
                deadline = time.monotonic() + 180
                log = home / "pactwatch.log"
                while not (log.exists() and "sources_ok=" in log.read_text()) and time.monotonic() < deadline:
                    assert process.poll() is None, process.stderr and process.stderr.read()
                    time.sleep(0.5)
                process.send_signal(signal.SIGTERM)
                out, err = process.communicate(timeout=60)
            finally:
                process.kill()
    assert (home / "public/feed.xml").exists(), err
    assert process.returncode == 0, err
    assert out == ""
    assert "Traceback" not in err
    assert err.splitlines()[-1] == "pactwatch: stopped"
    assert any("sources_ok=6" in line for line in err.splitlines())
