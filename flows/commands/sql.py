"""`pactwatch sql`: a question to the published copy, answered as a table, CSV, JSON or Parquet."""

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from flows.commands.problems import UsageProblem
from flows.settings import load_settings


def run_query(query: str, home: Path | None, output: str) -> int:
    from warehouse.sql import FORMATS, run_sql

    if output not in FORMATS:
        raise UsageProblem(f"--format {output!r}: should be one of {', '.join(FORMATS)}")
    if output == "parquet" and sys.stdout.isatty():
        raise UsageProblem("parquet is not for a terminal: send it to a file, such as > answer.parquet")
    path = load_settings(home=home).published_copy
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    run_sql(path, query, form=output, out=sys.stdout.buffer, width=width)
    sys.stdout.buffer.flush()
    return 0


def fetch_rows(path: Path, query: str) -> list[dict[str, Any]]:
    """The answer as records, for the commands that show them their own way."""
    from warehouse.sql import run_sql

    answer = io.BytesIO()
    run_sql(path, query, form="json", out=answer)
    rows: list[dict[str, Any]] = json.loads(answer.getvalue())
    return rows
