"""Prefect's runner with two things changed: one pass at a time, and a SIGTERM that ends it without a wall of text."""

import asyncio
from typing import Any

from prefect.runner import Runner


class OneAtATime(Runner):
    """Starts one flow run at a time in a process of its own, and stops when told to."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(name="pactwatch", limit=1, pause_on_shutdown=False)
        self._own_loop = loop
        self._stopping_task: asyncio.Task[None] | None = None

    def handle_sigterm(self, *_: Any, **__: Any) -> None:
        """Stop from inside the loop. The original calls `stop()`, which there gives a coroutine that nobody awaits."""
        self._own_loop.call_soon_threadsafe(self._begin_to_stop)

    def _begin_to_stop(self) -> None:
        if self.started and self._stopping_task is None:
            self._stopping_task = self._own_loop.create_task(self.astop())
