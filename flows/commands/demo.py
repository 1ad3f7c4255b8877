"""`pactwatch demo`: the real flow, twice, over the newsroom that comes with the package."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.run import watch_once
from flows.orchestrator import Server, prefect_server
from flows.progress import print_summary
from flows.settings import load_settings, variable_name
from flows.summary import RunSummary

if TYPE_CHECKING:
    from rich.console import Console

    from flows.newsroom import Newsroom


def run_demo(home: Path | None) -> int:
    from rich.console import Console

    from flows.newsroom import newsroom

    folder = home if home is not None else load_settings().home / "demo"
    if home is None:
        empty(folder)
    console = Console()
    with prefect_server(folder) as server, newsroom(1) as room:
        sources = folder / "sources.toml"
        folder.mkdir(parents=True, exist_ok=True)
        sources.write_text(room.sources_toml())
        os.environ[variable_name("allow_hosts")] = room.host_port
        os.environ[variable_name("host_delay_seconds")] = "0"
        summaries = []
        for day in (1, 2):
            room.set_day(day)
            summaries.append(run_day(room, folder, sources, console, server))
    console.print(
        f"\nquestions  pactwatch sql 'FROM new_developments' --home {folder}", highlight=False, soft_wrap=True
    )
    return 0 if all(summary.succeeded for summary in summaries) else 1


def run_day(room: "Newsroom", folder: Path, sources: Path, console: "Console", server: Server) -> RunSummary:
    """One pass over the newsroom as it stands, with the clock of its day."""
    from rich.console import Console

    now = room.day_time()
    console.rule(f"day {room.day}: {now:%A, %d %B %Y}", align="left", style="dim")
    settings = load_settings(home=folder, sources=str(sources))
    summary = watch_once(settings, now.isoformat(), console=Console(stderr=True), server=server)
    print_summary(summary, console)
    return summary


def empty(folder: Path) -> None:
    """Start afresh: day one is only news to a warehouse that has not seen it. Prefect's own files may stay."""
    for name in ("archive", "public", "robots.json", "warehouse.duckdb", "warehouse.duckdb.wal"):
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
