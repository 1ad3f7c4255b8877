"""The run lock: held by one process, dropped by the kernel when that dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.lock import RunLocked, hold_run_lock

HOLDER = """
import sys, time
from pathlib import Path
from flows.lock import hold_run_lock
with hold_run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_second_holder_is_told_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "home" / "run.lock"
    with hold_run_lock(path), pytest.raises(RunLocked, match=f"process {os.getpid()}"), hold_run_lock(path):
        pass
    with hold_run_lock(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunLocked, match=str(holder.pid)), hold_run_lock(path):
            pass
        holder.send_signal(signal.SIGKILL)
    with hold_run_lock(path):
        pass


def test_lock_is_let_go_when_the_block_fails(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with pytest.raises(ZeroDivisionError), hold_run_lock(path):
        raise ZeroDivisionError
    with hold_run_lock(path):
        pass
