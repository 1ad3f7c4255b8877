"""robots.txt by RFC 9309: 4xx allows all, 5xx and silence allow nothing for now; kept for a day at most."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from protego import Protego

from flows.replies import FetchError

PRODUCT_TOKEN: Final = "pactwatch"  # noqa: S105  (a product token in the sense of RFC 9110)
MAX_PARSED_BYTES: Final = 500 * 1024
"""RFC 9309, 2.5: at least this much must be read; what follows is left unread."""
MAX_REDIRECTS: Final = 5
_FRESH_SECONDS: Final = 24 * 3600.0
_RETRY_SECONDS: Final = 600.0
_MAX_KEPT_LENGTH: Final = 64 * 1024
"""A longer one is asked for in each run: few are, and the file is read as a whole."""
_MAX_CRAWL_DELAY: Final = 60.0
"""Some sites write 3600 and mean crawlers of the whole site; we read a listing and its few new pages."""

FetchRobots = Callable[[httpx.URL], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What one origin asks of us, and until when the answer holds."""

    until: float
    parsed: Protego | None = None
    failure: FetchError | None = None
    """Why nothing may be fetched for now."""
    text: str = ""
    """What was parsed, for the next run."""

    def allows(self, url: str) -> bool:
        return self.parsed is None or bool(self.parsed.can_fetch(url, PRODUCT_TOKEN))

    @property
    def crawl_delay(self) -> float:
        delay = self.parsed.crawl_delay(PRODUCT_TOKEN) if self.parsed else None
        return min(max(delay or 0.0, 0.0), _MAX_CRAWL_DELAY)


class RobotsCache:
    """The rules of each origin, asked once however many pages wait for them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rules: dict[str, RobotsRules] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def known(self, origin: str) -> RobotsRules | None:
        rules = self._rules.get(origin)
        return rules if rules is not None and rules.until > self._clock() else None

    def load(self, file: Path) -> None:
        """Take over what an earlier run kept. A file that is not there or not ours is as good as an empty one."""
        try:
            kept = [(str(origin), float(until), str(text)) for origin, until, text in json.loads(file.read_bytes())]
        except (OSError, ValueError, TypeError):
            return
        for origin, until, text in kept:
            left = min(until - time.time(), _FRESH_SECONDS)
            if left > 0:
                self._rules[origin] = RobotsRules(
                    self._clock() + left, Protego.parse(text) if text else None, text=text
                )

    def save(self, file: Path) -> None:
        """Keep the answers for the next run; that an origin gave none is not kept, it may be well by then."""
        now, clock = time.time(), self._clock()
        kept = [
            (origin, now + rules.until - clock, rules.text)
            for origin, rules in sorted(self._rules.items())
            if rules.failure is None and rules.until > clock and len(rules.text) <= _MAX_KEPT_LENGTH
        ]
        with suppress(OSError):  # it saves requests; no pass should fail for it
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_name(f".{file.name}.new")
            beside.write_text(json.dumps(kept), "utf-8")
            beside.replace(file)

    async def rules(self, origin: str, fetch: FetchRobots) -> RobotsRules:
        """The rules of this origin; `fetch` is called unless they are known, and raises `FetchError`."""
        async with self._locks.setdefault(origin, asyncio.Lock()):
            rules = self.known(origin)
            if rules is None:
                rules = self._rules[origin] = await self._ask(origin, fetch)
        return rules

    async def _ask(self, origin: str, fetch: FetchRobots) -> RobotsRules:
        try:
            body = await fetch(httpx.URL(f"{origin}/robots.txt"))
        except FetchError as error:
            return self._without_file(error)
        text = body[:MAX_PARSED_BYTES].decode("utf-8-sig", errors="replace")
        return RobotsRules(self._clock() + _FRESH_SECONDS, Protego.parse(text), text=text)

    def _without_file(self, error: FetchError) -> RobotsRules:
        """RFC 9309, 2.3.1: an unavailable file allows, an unreachable one does not. 429 is a server in need of rest."""
        unavailable = error.status is not None and 400 <= error.status < 500 and error.status != 429
        if unavailable or error.failure_class in ("redirects", "empty"):
            return RobotsRules(self._clock() + _FRESH_SECONDS)
        return RobotsRules(self._clock() + _RETRY_SECONDS, failure=error)


def refuse_for_now(url: str, cause: FetchError) -> FetchError:
    """The failure of a page whose robots.txt can't be read. A dead host stays a dead host; the rest is `robots`."""
    over_http = cause.status is not None or cause.failure_class in ("parse", "too-large", "redirects")
    failure_class = "robots" if over_http else cause.failure_class
    reason = f"robots.txt: {cause.reason}; nothing is fetched for now"
    return FetchError(url, failure_class, reason, retry_after=cause.retry_after)
