"""Tells a WebSub hub which feeds have changed, so that it fetches them and hands them on at once.

A ping is a courtesy: whatever goes wrong with it is a warning, never a failure of the pass; readers that poll miss
nothing.
"""

import time
from collections.abc import Iterable
from urllib.parse import quote, urljoin

from flows.fetch import build_user_agent
from flows.fetching import package_version
from flows.settings import Settings

FEEDS_A_PING = 50
TIMEOUT_SECONDS = 10.0
"""For one answer of the hub."""
LONGEST_SECONDS = 30.0
"""For all of them: the run lock is held meanwhile."""
_NOT_FOR_THE_HUB = ("archive/", "health.xml")
"""Feeds that name no hub: a page of the archive is never news, and the health of sources is for whoever runs this."""


def ping_hub(settings: Settings, changed: Iterable[str]) -> tuple[str, ...]:
    """Name the feeds among the changed public files to the hub, if there is one. Returns warnings, one line each."""
    topics = feed_addresses(settings, changed)
    if not settings.websub_hub or not topics:
        return ()
    if not settings.public_url:
        return (f"WebSub: {settings.websub_hub} was told nothing: PACTWATCH_PUBLIC_URL is not set",)
    import httpx

    agent = {"User-Agent": build_user_agent(package_version(), settings.contact)}
    give_up = time.monotonic() + LONGEST_SECONDS
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, headers=agent, trust_env=False) as client:
            for start in range(0, len(topics), FEEDS_A_PING):
                if time.monotonic() > give_up:
                    return (f"WebSub: {settings.websub_hub} is slow; it was not told of all feeds",)
                answer = client.post(
                    settings.websub_hub, data={"hub.mode": "publish", "hub.url": topics[start : start + FEEDS_A_PING]}
                )
                if not answer.is_success:
                    return (f"WebSub: {settings.websub_hub} answered {answer.status_code}{_said(answer.text)}",)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return (f"WebSub: {settings.websub_hub} was not told: {type(error).__name__}{_said(str(error))}",)
    return ()


def feed_addresses(settings: Settings, changed: Iterable[str]) -> list[str]:
    """Where the changed feeds are published, the main ones first."""
    base = settings.public_url.rstrip("/") + "/"
    feeds = [
        name for name in changed if name.endswith((".xml", ".atom", ".json")) and not name.startswith(_NOT_FOR_THE_HUB)
    ]
    return [urljoin(base, quote(name)) for name in sorted(feeds, key=lambda name: (name.count("/"), name))]


def _said(text: str) -> str:
    line = " ".join(text.split())[:200]
    return f": {line}" if line else ""
