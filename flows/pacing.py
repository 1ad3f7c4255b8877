"""How often one host is asked: spacing between requests, few at once, rest for a host that is down or annoyed;
and how long one source may keep us.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rest:
    """Until when a host is left alone, and what it did."""

    until: float
    failure_class: str
    reason: str


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    interval: float
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_start: float = 0.0
    rests: dict[str, Rest] = field(default_factory=dict)


class HostPacer:
    """Memory of one run: when each host was last asked, and which of its servers rest.

    Spacing is by server (a host, with its port if that is unusual); rest is by origin, since port 443 can be broken
    while port 80 works.
    """

    def __init__(self, interval: float, per_host: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = interval
        self._per_host = per_host
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(asyncio.Semaphore(self._per_host), self._interval)
        return host

    @asynccontextmanager
    async def turn(self, name: str, *, spaced: bool = True) -> AsyncIterator[None]:
        """Wait for a turn with this host, and hold one of its slots until the reply is read.

        `spaced=False` is for a redirect within one host: the second half of one reading.
        """
        host = self._host(name)
        async with host.slots:
            if spaced and (host.interval > 0 or host.next_start > 0):
                async with host.gate:  # one after the other, so that a late wake-up shortens nobody's distance
                    while (wait := host.next_start - self._clock()) > 0:
                        await asyncio.sleep(wait)
                    host.next_start = self._clock() + host.interval
            yield

    def slow_down(self, name: str, interval: float) -> None:
        """Ask this host no more often than this from now on."""
        host = self._host(name)
        host.interval = max(host.interval, interval)
        host.next_start = max(host.next_start, self._clock() + interval)

    def keep_interval(self, name: str, interval: float) -> None:
        """Widen the spacing without pushing the next request away: a Crawl-delay."""
        host = self._host(name)
        host.interval = max(host.interval, interval)

    def rest(self, name: str, origin: str, seconds: float, failure_class: str, reason: str) -> None:
        """Leave this origin alone for a while."""
        self._host(name).rests[origin] = Rest(self._clock() + seconds, failure_class, reason)

    def resting(self, name: str, origin: str) -> Rest | None:
        host = self._hosts.get(name)
        rest = host.rests.get(origin) if host else None
        if rest is None or host is None:
            return None
        if rest.until <= self._clock():
            del host.rests[origin]
            return None
        return rest

    def seconds_left(self, rest: Rest) -> float:
        return max(0.0, rest.until - self._clock())


@dataclass(slots=True)
class _Spent:
    seconds: float = 0.0
    active: int = 0
    since: float = 0.0


class TimeBudget:
    """How long each source has kept a connection busy: two replies at the same time count once, waiting not at all."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._spent: dict[str, _Spent] = {}

    def left(self, source_id: str) -> float:
        spent = self._spent.get(source_id)
        if spent is None:
            return self.seconds
        running = self._clock() - spent.since if spent.active else 0.0
        return self.seconds - spent.seconds - running

    @contextmanager
    def spend(self, source_id: str) -> Iterator[None]:
        spent = self._spent.setdefault(source_id, _Spent())
        if spent.active == 0:
            spent.since = self._clock()
        spent.active += 1
        try:
            yield
        finally:
            spent.active -= 1
            if spent.active == 0:
                spent.seconds += self._clock() - spent.since
