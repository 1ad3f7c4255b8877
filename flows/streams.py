"""A connection that knows whether it may be used again."""

import asyncio
import select
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore


class WatchedStream(httpcore.AsyncNetworkStream):
    """Wraps a connection of httpcore's, for three reasons.

    A server that sends more than it declared leaves bytes that httpcore would take for the reply to the *next* request:
    every page after it would be stored under the address of its successor. So replies are measured here, and a
    connection with something left over tells the pool that it is finished.

    The pool asks each idle connection at each request whether the server hung up. Through anyio's attribute look-up
    that was two fifths of all time spent on a page; here it is one system call (`tests/bench`).

    A connection whose TLS handshake is cancelled is closed; httpcore leaves that to the garbage collector.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream, *, is_http1: bool = True) -> None:
        self._inner = inner
        self._socket = inner.get_extra_info("socket")
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._is_http1 = is_http1
        self._is_spoiled = False
        self._start = bytearray()
        """What came until the head of the reply was whole."""
        self._head_bytes = 0
        self._received = 0
        self._tail = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, timeout)
        if self._is_http1:
            self._received += len(data)
            self._tail = data[-5:] if len(data) >= 5 else (self._tail + data)[-5:]
            if not self._head_bytes:
                self._start += data
                self._head_bytes = self._start.find(b"\r\n\r\n") + 4 if b"\r\n\r\n" in self._start else 0
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            self._start.clear()
            self._head_bytes = self._received = 0
        await self._inner.write(buffer, timeout)

    def end_reply(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Called when a reply was read: bytes beyond it, or a framing that can't be checked, end the connection."""
        named = {name.lower(): value for name, value in headers}
        if not self._head_bytes or self._start[9:10] == b"1":  # bare line feeds; an interim reply came first
            self._is_spoiled = True
        elif status not in (204, 304) and b"transfer-encoding" in named:
            self._is_spoiled = self._tail != b"0\r\n\r\n"
        else:
            length = b"0" if status in (204, 304) else named.get(b"content-length", b"")
            self._is_spoiled = not length.isdigit() or self._received != self._head_bytes + int(length)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # an idle connection that has something to say has nothing good to say
            return self._is_spoiled or self._socket.fileno() < 0 or bool(self._poll.poll(0))
        return self._inner.get_extra_info(info)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            secured = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:
            await self._inner.aclose()
            raise
        spoken = secured.get_extra_info("ssl_object").selected_alpn_protocol()
        return WatchedStream(secured, is_http1=spoken != "h2")
