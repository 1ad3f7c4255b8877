"""Another process that has a DuckDB file open: what locks are about can't be seen from one process."""

import subprocess
import sys
from pathlib import Path
from typing import Self

HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
print("holding", flush=True)
sys.stdin.read()
"""


class HeldFile:
    """Another process that has the file open until the block ends."""

    def __init__(self, path: Path, mode: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path), mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        assert self.process.stdout.readline() == "holding\n"
        return self

    def release(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    def __exit__(self, *_: object) -> None:
        self.release()
