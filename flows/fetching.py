"""The fetcher's settings, made from a person's."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.polling import PollPolicy
from flows.exchange import Bounds
from flows.fetch import FetchSettings, build_user_agent
from flows.settings import Settings

if TYPE_CHECKING:
    from flows.archive import ArchiveWriter

UNSPACED_PER_HOST = 8
"""Requests to one host at once where the person wants no pause between them: the host is their own."""


def fetch_settings(
    settings: Settings,
    *,
    archive: "ArchiveWriter | None" = None,
    robots_file: Path | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FetchSettings:
    return FetchSettings(
        user_agent=build_user_agent(package_version(), settings.contact),
        allow_hosts=settings.allow_hosts,
        host_interval=settings.host_delay_seconds,
        per_host=1 if settings.host_delay_seconds else UNSPACED_PER_HOST,
        connections=settings.max_concurrent_sources * 2,
        bounds=Bounds(
            response_seconds=settings.request_timeout_seconds,
            wire_bytes=settings.max_page_bytes,
            page_bytes=settings.max_page_bytes * 2,
        ),
        source_seconds=settings.source_timeout_seconds,
        poll_policy=poll_policy(settings),
        archive=archive,
        robots_file=robots_file,
        now=clock,
    )


def poll_policy(settings: Settings) -> PollPolicy:
    return PollPolicy(floor_minutes=settings.poll_floor_minutes, ceiling_minutes=settings.poll_ceiling_minutes)


def package_version() -> str:
    try:
        return version("pactwatch")
    except PackageNotFoundError:
        return "0"
