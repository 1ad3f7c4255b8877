"""One pass at a time: a lock that the kernel drops when its holder dies, however it dies.

An orchestrator's own limit is not enough: after a crash its run can stay "Running" for ever and hold up all later ones.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class RunLocked(Exception):  # noqa: N818 - the state of the home, not a fault
    """Another pass is at work in this home."""

    def __init__(self, path: Path, holder: str) -> None:
        who = f" (process {holder})" if holder else ""
        super().__init__(f"another pass is running in {path.parent}{who}; this one did nothing")
        self.path = path
        self.holder = holder


@contextmanager
def hold_run_lock(path: Path) -> Iterator[None]:
    """Hold `path` while the block runs; raise `RunLocked` at once if another process has it.

    The file stays where it is: removing it would let two processes lock two files of the same name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            raise RunLocked(path, holder) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
