"""Fetches one URL as a good guest: robots, pacing, conditional GET, redirects judged hop by hop, retries, archive.

    get = check URL | (robots | wait for a turn | exchange | archive | follow) per hop | judge | decode | compare

What a page says is not looked at here, and nothing is decided about when a source is asked again.
"""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpcore
import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from extractors.polling import wants_full_get
from extractors.records import Fetch, Page, Source, SourceState
from flows.addresses import without_credentials
from flows.exchange import Bounds, Reply, build_request, exchange
from flows.manners import ACCEPT, FetchSettings, build_user_agent
from flows.pacing import HostPacer, TimeBudget
from flows.replies import REDIRECT_STATUS, FetchError, max_age_minutes
from flows.robots import MAX_PARSED_BYTES, MAX_REDIRECTS, RobotsCache, refuse_for_now
from flows.transport import GuardedBackend, GuardedTransport
from flows.trip import Purpose, Trip, read_reply

__all__ = ["FetchError", "FetchResult", "FetchSettings", "Fetcher", "build_user_agent"]


@dataclass(frozen=True, slots=True)
class FetchResult:
    """A page, or the news that there is none: `page` is None when the server says that nothing changed."""

    fetch: Fetch
    """The exchange that answered; its outcome is ok, same-body or not-modified."""
    page: Page | None
    fetches: tuple[Fetch, ...]
    """All exchanges made for this URL: failed attempts, robots.txt, and `fetch` last."""
    moved_to: str | None = None
    """Where it moved for good (301, 308 all the way)."""
    max_age_minutes: float | None = None
    flags: tuple[str, ...] = ()
    """downgraded: a redirect led from https to http."""

    @property
    def unchanged(self) -> bool:
        return self.fetch.outcome in ("not-modified", "same-body")


class Fetcher:
    """One HTTP client with its memory of hosts, for one run. Use as an async context manager."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._pacer = HostPacer(settings.host_interval, settings.per_host)
        self._robots = RobotsCache()
        self._slots = asyncio.Semaphore(settings.connections)
        self._budget = TimeBudget(settings.source_seconds)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=settings.ssl_context or httpx.create_ssl_context(),
            max_connections=None,  # `_slots` bounds them; the pool's bound loses a place with each cancelled connect
            max_keepalive_connections=settings.connections,
            keepalive_expiry=30.0,
            http1=True,
            http2=True,
            network_backend=GuardedBackend(settings.allow_hosts, settings.resolve),
        )
        no_cookies = CookieJar(policy=DefaultCookiePolicy(allowed_domains=()))
        self._client = httpx.AsyncClient(transport=GuardedTransport(pool), trust_env=False, cookies=no_cookies)

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        if self._settings.robots_file is not None:
            self._robots.load(self._settings.robots_file)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, at)
        if self._settings.robots_file is not None:
            self._robots.save(self._settings.robots_file)

    async def get(
        self,
        url: str,
        *,
        source: Source,
        purpose: Purpose,
        state: SourceState | None = None,
        accept: str | None = None,
    ) -> FetchResult:
        """Fetch a URL; raises `FetchError`. With the state of a source, only if it changed since then."""
        headers = self._headers(accept or ACCEPT[purpose])
        trip = Trip(without_credentials(url), source.id, purpose, headers, self._settings.now())
        if state is not None:
            trip.body_sha256 = state.body_sha256
            if not wants_full_get(state, self._settings.now(), self._settings.poll_policy):
                trip.conditional = True
                if state.etag:
                    trip.headers.append(("If-None-Match", state.etag))
                if state.last_modified:
                    trip.headers.append(("If-Modified-Since", state.last_modified))
        return await self._get(url, trip)

    def _headers(self, accept: str, coding: str = "gzip, deflate, br, zstd") -> list[tuple[str, str]]:
        agent = self._settings.user_agent
        return [
            ("User-Agent", agent),
            ("Accept", accept),
            ("Accept-Encoding", coding),
            ("Accept-Language", "en, *;q=0.5"),
        ]

    async def _get(self, url: str, trip: Trip) -> FetchResult:
        retrying = AsyncRetrying(
            retry=retry_if_exception(lambda error: isinstance(error, FetchError) and error.retryable),
            stop=stop_after_attempt(self._settings.attempts),
            wait=self._wait_before_retry,
            reraise=True,
        )
        try:
            return await retrying(self._attempt, url, trip)
        except FetchError as error:
            error.fetches = tuple(trip.fetches)
            raise

    def _wait_before_retry(self, state: RetryCallState) -> float:
        settings = self._settings
        unit = settings.backoff_seconds
        wait = wait_exponential_jitter(multiplier=unit, max=settings.longest_wait, jitter=unit)
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, FetchError) else None
        return max(wait(state), asked or 0.0)

    async def _attempt(self, url: str, trip: Trip) -> FetchResult:
        """Follow the URL to its end once; whatever comes of it is one more row of `trip.fetches`."""
        settings = self._settings
        trip.start(settings.now())
        try:
            reply = await self._follow(trip.check(url, settings.allow_hosts), trip)
            page = read_reply(reply, trip, settings.bounds, settings.now())
        except FetchError as error:
            self._learn_from(error, trip)
            trip.fetches.append(trip.row(error.failure_class))
            raise
        if page is None:
            row = trip.row("not-modified", trip.body_sha256)
        else:
            body_sha256 = hashlib.sha256(page.content).hexdigest()
            row = trip.row("same-body" if body_sha256 == trip.body_sha256 else "ok", body_sha256)
        trip.fetches.append(row)
        return FetchResult(
            fetch=row,
            page=page,
            fetches=tuple(trip.fetches),
            moved_to=reply.url if trip.hops and trip.permanent else None,
            max_age_minutes=max_age_minutes(reply.headers),
            flags=trip.flags,
        )

    async def _follow(self, url: httpx.URL, trip: Trip) -> Reply:
        """Ask, and go where redirects lead, to the last reply."""
        limit = MAX_REDIRECTS if trip.purpose == "robots" else self._settings.max_redirects
        seen = {str(url)}
        server_before = b""
        for trip.hops in range(limit + 1):
            reply = await self._ask(url, trip, spaced=url.netloc != server_before)
            if reply.status not in REDIRECT_STATUS:
                return reply
            server_before = url.netloc
            url = trip.next_hop(url, reply, self._settings.allow_hosts)
            if str(url) in seen:
                raise FetchError(trip.url, "redirects", f"a redirect loop, back to {url}", status=reply.status)
            seen.add(str(url))
        raise FetchError(trip.url, "redirects", f"more than {limit} redirects")

    async def _ask(self, url: httpx.URL, trip: Trip, *, spaced: bool) -> Reply:
        """One hop: allowed by robots.txt, in turn, archived."""
        server = url.netloc.decode("ascii")  # without a usual port, so that http and https of a host are paced together
        origin = f"{url.scheme}://{server}"
        self._check_rest(server, origin, trip)
        if trip.purpose != "robots":
            rules = self._robots.known(origin)
            if rules is None:
                rules = await self._robots.rules(origin, lambda robots: self._get_robots(robots, trip))
            if rules.failure:
                raise refuse_for_now(trip.url, rules.failure)
            if not rules.allows(str(url)):
                raise FetchError(
                    trip.url, "robots", f"robots.txt of {url.host} disallows {url.raw_path.decode('ascii')}"
                )
            if rules.crawl_delay:
                self._pacer.keep_interval(server, rules.crawl_delay)
        async with self._pacer.turn(server, spaced=spaced), self._slots:
            self._check_rest(server, origin, trip)  # while this one waited, another may have found the host down
            trip.server, trip.origin = server, origin
            bounds = self._bounds_left(trip)
            cut_at = MAX_PARSED_BYTES if trip.purpose == "robots" else None
            with self._budget.spend(trip.source_id):
                request = build_request(url, trip.headers, bounds)
                reply = trip.reply = await exchange(self._client, request, bounds, cut_at)
        if self._settings.archive is not None and reply.status != 304:
            trip.spot = self._settings.archive.add(
                url=reply.url,
                requested_url=trip.url,
                status=reply.status,
                headers=reply.headers.raw,
                body=reply.body,
                request_headers=reply.request_headers,
                fetched_at=trip.fetched_at,
                protocol=reply.protocol,
                notes={"source": trip.source_id, "purpose": trip.purpose, "seconds": f"{reply.seconds:.3f}"},
            )
        return reply

    async def _get_robots(self, url: httpx.URL, trip: Trip) -> bytes:
        headers = self._headers(ACCEPT["robots"], coding="identity")
        robots = Trip(str(url), trip.source_id, "robots", headers, self._settings.now())
        try:
            result = await self._get(str(url), robots)
        finally:
            trip.fetches.extend(robots.fetches)
        return result.page.content if result.page else b""

    def _check_rest(self, server: str, origin: str, trip: Trip) -> None:
        if rest := self._pacer.resting(server, origin):
            left = self._pacer.seconds_left(rest)
            reason = f"{server} is left alone for {left:,.0f} s more: {rest.reason}"
            raise FetchError(trip.url, rest.failure_class, reason, retry_after=left)

    def _bounds_left(self, trip: Trip) -> Bounds:
        """The bounds of the next reply, within what its source may still spend."""
        settings = self._settings
        left = self._budget.left(trip.source_id)
        if left <= 0:
            raise FetchError(trip.url, "timeout", f"its source used up {settings.source_seconds:g} s of this run")
        if left < settings.bounds.response_seconds:
            return replace(settings.bounds, response_seconds=left)
        return settings.bounds

    def _learn_from(self, error: FetchError, trip: Trip) -> None:
        """Leave a host alone that is down, or that asked for it."""
        settings = self._settings
        server, origin = trip.server, trip.origin
        if not origin or self._pacer.resting(server, origin):
            return
        if error.status == 429:
            self._pacer.slow_down(server, settings.interval_after_429(origin))
        if error.retry_after is not None and error.retry_after > settings.longest_wait:
            seconds = min(error.retry_after, settings.longest_rest)
            self._pacer.rest(server, origin, seconds, error.failure_class, error.reason)
            error.retryable = False
        elif error.host_down and (not error.retryable or trip.tries >= settings.attempts):
            self._pacer.rest(server, origin, settings.rest_seconds, error.failure_class, error.reason)
