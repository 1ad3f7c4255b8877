"""A web server with next to no cost of its own, in a process of its own: what is measured is the client."""

import asyncio
import contextlib
import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection

PAGE_BYTES = 40_000


def _make_page() -> bytes:
    sentence = "The delegations of {0} coastal states met {0} times and agreed on point {0} of their long agenda. "
    text = "<!doctype html><title>Talks</title><article>"
    number = 0
    while len(text) < PAGE_BYTES:
        number += 1
        text += f"<p>{sentence.format(number)}</p>"
    return text.encode()


class _Answers(asyncio.Protocol):
    """/robots.txt is missing, a request with If-None-Match is answered by 304, all else by one page."""

    body = _make_page()
    page = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n' % len(body) + body
    unchanged = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def __init__(self) -> None:
        self.waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            if head.startswith(b"GET /robots.txt"):
                self.transport.write(self.missing)
            elif b"if-none-match" in head.lower():
                self.transport.write(self.unchanged)
            else:
                self.transport.write(self.page)


def _serve(ready: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(_Answers, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextlib.contextmanager
def start_quick_server() -> Iterator[int]:
    """Run it; gives its port."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join(5)
