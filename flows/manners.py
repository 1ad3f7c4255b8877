"""How the fetcher behaves: whom it says it is, what it accepts, how patient it is, and what a reply may cost."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

from extractors.polling import DEFAULT_POLICY, PollPolicy
from flows.addresses import Resolver, is_allowed, port_of, resolve_host
from flows.archive import ArchiveWriter
from flows.exchange import DEFAULT_BOUNDS, Bounds
from flows.trip import Purpose

ACCEPT: Final[dict[Purpose, str]] = {
    "robots": "text/plain, */*;q=0.5",
    "listing": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, text/html;q=0.8, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, */*;q=0.5",
}


def build_user_agent(version: str, contact: str) -> str:
    """Names the product, and whom to write to about it."""
    return f"pactwatch/{version} (news monitor; {' '.join(contact.split()) or 'no contact set'})"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How the fetcher behaves; made from `flows.settings`, or by hand in tests."""

    user_agent: str = field(default_factory=lambda: build_user_agent("0", ""))
    allow_hosts: tuple[str, ...] = ()
    """`host` or `host:port` that may have a private or loopback address."""
    host_interval: float = 5.0
    """Seconds between two requests to one host; 0 is for tests on loopback."""
    per_host: int = 1
    connections: int = 32
    bounds: Bounds = DEFAULT_BOUNDS
    max_redirects: int = 10
    attempts: int = 3
    backoff_seconds: float = 1.0
    longest_wait: float = 60.0
    """A Retry-After up to this is waited for; a longer one lets the host rest until then."""
    longest_rest: float = 24 * 3600.0
    rest_seconds: float = 600.0
    """For how long an origin that can't be reached is left alone."""
    annoyed_interval: float = 30.0
    """Spacing after a 429; not for hosts that `allow_hosts` names: they are the person's own."""
    source_seconds: float = 300.0
    """For how long one source may keep connections busy in one run; waiting for turns doesn't count."""
    poll_policy: PollPolicy = DEFAULT_POLICY
    archive: ArchiveWriter | None = None
    robots_file: Path | None = None
    """Where the rules of robots.txt are kept from run to run."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    resolve: Resolver = resolve_host
    ssl_context: ssl.SSLContext | None = None

    def interval_after_429(self, origin: str) -> float:
        """How far apart the requests to a server are from when it said that they are too many."""
        url = httpx.URL(origin)
        own = is_allowed(url.host, port_of(url), self.allow_hosts)
        return self.host_interval if own else self.annoyed_interval
