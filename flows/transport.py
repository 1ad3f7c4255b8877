"""Connects to judged addresses only: httpx over httpcore, the address of every connection resolved and checked here."""

import asyncio
import select
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

import httpcore
import httpx

from flows.addresses import HostNotFound, Resolver, UnsafeAddress, explain_unsafe, is_allowed, resolve_host
from flows.replies import REDIRECT_STATUS

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
                return _Stream(await self._tcp.connect_tcp(address, port, share, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # one address of several is down, often the IPv6 one
        return _Stream(await self._tcp.connect_tcp(addresses[-1], port, share, local_address, socket_options))

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


class _Stream(httpcore.AsyncNetworkStream):
    """A connection that is closed too when its TLS handshake is cancelled; httpcore leaves that to the collector.

    The pool asks each idle connection at each request whether the server hung up. Through anyio's attribute look-up
    that was two fifths of all time spent on a page; here it is one system call (`tests/bench`).
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._socket = inner.get_extra_info("socket")
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._socket.fileno() < 0 or bool(self._poll.poll(0))
        return self._inner.get_extra_info(info)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        except asyncio.CancelledError:
            await self._inner.aclose()
            raise


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
        await super().aclose()
        if not self._is_read:
            await self._drop()
