"""Connects to judged addresses only: httpx over httpcore, the address of every connection resolved and checked here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Final

import httpcore
import httpx

from flows.addresses import HostNotFound, Resolver, UnsafeAddress, explain_unsafe, is_allowed, resolve_host
from flows.replies import REDIRECT_STATUS
from flows.streams import WatchedStream

_MAX_ADDRESSES: Final = 4
"""Of one host, how many addresses are tried before it counts as down."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to judged addresses only."""

    def __init__(self, allow_hosts: Sequence[str] = (), resolve: Resolver = resolve_host) -> None:
        self._allow_hosts = allow_hosts
        self._resolve = resolve
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._judged_addresses(host, port, timeout)
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            try:
                return WatchedStream(await self._tcp.connect_tcp(address, port, share, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # one address of several is down, often the IPv6 one
        return WatchedStream(await self._tcp.connect_tcp(addresses[-1], port, share, local_address, socket_options))

    async def _judged_addresses(self, host: str, port: int, seconds: float | None) -> Sequence[str]:
        try:
            async with asyncio.timeout(seconds):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise HostNotFound(host, f"no answer in {seconds:g} s") from error
        except (OSError, UnicodeError) as error:
            raise HostNotFound(host, getattr(error, "strerror", None) or str(error)) from error
        if not addresses:
            raise HostNotFound(host, "no address")
        if is_allowed(host, port, self._allow_hosts):
            return addresses[:_MAX_ADDRESSES]
        judged = [(address, explain_unsafe(address)) for address in addresses]
        public = [address for address, why in judged if why is None]
        if not public:
            address, why = judged[0]
            raise UnsafeAddress(host, why or "" if address == host else f"resolves to {address}, which {why}")
        return public[:_MAX_ADDRESSES]

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise UnsafeAddress(path, "is a socket on this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx's connection pool over the guarded backend. Failures are httpcore's own exceptions, with their causes.

    The Location of a redirect goes into the extension `location`: httpx would build the next request from the header,
    and fail on its own terms where it is malformed.
    """

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        reply = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        headers, extensions = reply.headers, dict(reply.extensions)
        if reply.status in REDIRECT_STATUS:
            located = [value for name, value in headers if name.lower() == b"location"]
            headers = [(name, value) for name, value in headers if name.lower() != b"location"]
            extensions["location"] = b"".join(located[:1])
        body = _Body(reply)
        if extensions.get("http_version") == b"HTTP/2":
            body = _SharedBody(reply, lambda: self._drop(url))
        return httpx.Response(reply.status, headers=headers, stream=body, extensions=extensions)

    async def _drop(self, url: httpx.URL) -> None:
        """Close the connections to an origin."""
        origin = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/").origin
        for connection in self._pool.connections:
            if connection.can_handle_request(origin):
                await connection.aclose()

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, reply: httpcore.Response) -> None:
        self._reply = reply

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._reply.aiter_stream()

    async def aclose(self) -> None:
        stream = self._reply.extensions.get("network_stream")
        if isinstance(stream, WatchedStream):
            stream.end_reply(self._reply.status, self._reply.headers)
        await self._reply.aclose()


class _SharedBody(_Body):
    """A body over HTTP/2. Left in the middle, it takes its connection with it.

    httpcore neither resets such a stream nor acknowledges what still comes of it, so the window of the connection fills
    up and every later request to the host would wait in vain.
    """

    def __init__(self, reply: httpcore.Response, drop: Callable[[], Awaitable[None]]) -> None:
        super().__init__(reply)
        self._drop = drop
        self._is_read = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._reply.aiter_stream():
            yield part
        self._is_read = True

    async def aclose(self) -> None:
        await self._reply.aclose()
        if not self._is_read:
            await self._drop()
