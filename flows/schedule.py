"""`pactwatch serve`: the flow on a schedule, unattended, one pass at a time.

Prefect keeps the schedule and starts each pass in a process of its own. Against what is known to go wrong there:
`limit=1` in this runner (a limit on the server counts runs that crashed and never ended); our own lock (released by
the kernel); hard time-outs in the flow; and of several missed starts only the newest does work (`is_superseded`).
"""

import os
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from flows.commands.run import check_before
from flows.orchestrator import prefect_server
from flows.settings import Settings, load_settings, variable_name

DEPLOYMENT = "schedule"
START_TAKES = timedelta(minutes=5)
"""More than a start ever takes: with a shorter interval, a slow machine would put off each pass for the next one."""


def serve(sources: Path | None, home: Path | None, every: float | None) -> int:
    """Serve until SIGTERM or SIGINT; a pass that is running is ended, and the next start goes on from there."""
    settings = load_settings(home=home, sources=str(sources) if sources else None, interval_minutes=every)
    check_before(settings, None)
    os.environ[variable_name("interval_minutes")] = str(settings.interval_minutes)
    with prefect_server(settings.home, scheduler=True) as server:
        server.wait()
        say(f"a pass every {settings.interval_minutes:g} minutes over {settings.home}; end with Ctrl-C or SIGTERM")
        serve_schedule(settings)
    say("stopped")
    return 0


def serve_schedule(settings: Settings) -> None:
    """Register the deployment with its schedule, and run what it starts until stopped."""
    import asyncio

    from prefect.types.entrypoint import EntrypointType

    from flows.pipeline import watch
    from flows.runner import OneAtATime

    async def poll() -> None:
        runner = OneAtATime(asyncio.get_running_loop())
        await runner.aadd_flow(
            watch,
            name=DEPLOYMENT,
            interval=timedelta(minutes=settings.interval_minutes),
            parameters={
                "sources": settings.sources or None,
                "home": str(settings.home.absolute()),
                "due_only": True,
            },
            description="Polls the sources whose time has come, and publishes what is new.",
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        await runner.start()

    with suppress(KeyboardInterrupt):
        asyncio.run(poll())


def is_superseded(scheduled: datetime, now: datetime, interval: timedelta) -> bool:
    """Whether a later start is due as well: then this one has nothing to do."""
    return scheduled + max(interval, START_TAKES) <= now


def say(text: str) -> None:
    sys.stderr.write(f"pactwatch: {text}\n")
    sys.stderr.flush()
