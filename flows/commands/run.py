"""`pactwatch run`: one pass of the flow, with a display while it runs and a summary after it."""

from pathlib import Path
from typing import TYPE_CHECKING

from flows.lock import hold_run_lock
from flows.orchestrator import Server, prefect_server
from flows.progress import live_display, print_summary
from flows.settings import Settings, load_settings
from flows.summary import RunSummary
from flows.times import parse_time

if TYPE_CHECKING:
    from rich.console import Console


def run_pass(sources: Path | None, home: Path | None, now: str | None, *, due_only: bool = False) -> int:
    from rich.console import Console

    settings = load_settings(home=home, sources=str(sources) if sources else None)
    check_before(settings, now)
    with prefect_server(settings.home) as server:
        summary = watch_once(settings, now, due_only=due_only, console=Console(stderr=True), server=server)
    print_summary(summary, Console())
    return 0 if summary.succeeded else 1


def check_before(settings: Settings, now: str | None) -> None:
    """Find out what would make the pass fail at once, before anything is started or written."""
    from flows.one_pass import read_person_files

    if now:
        parse_time(now)
    read_person_files(settings)
    if settings.lock_path.exists():
        with hold_run_lock(settings.lock_path):
            pass


def watch_once(
    settings: Settings, now: str | None, *, console: "Console", server: Server, due_only: bool = False
) -> RunSummary:
    """One flow run from this process, on the Prefect server that the environment names or on our own."""
    import asyncio

    with live_display(console) as display:
        display.stage("starting Prefect")
        from flows.pipeline import watch

        server.wait()
        return asyncio.run(
            watch(
                sources=settings.sources or None,
                home=str(settings.home),
                now=now,
                due_only=due_only,
            )
        )
