"""The engine of the hostile web server: raw sockets under asyncio in a thread, one port for each origin it plays."""

import asyncio
import contextlib
import socket
import ssl
import struct
import tempfile
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.hostile.certificates import Authority

Origin = Literal[
    "web", "annoyed", "annoyed-for-long", "secure", "expired", "stranger", "other-host", "plain-as-secure", "refused",
    "robots-500", "robots-none", "robots-huge", "robots-403", "robots-hang", "robots-loop", "robots-page", "robots-429",
]  # fmt: skip


@dataclass(slots=True)
class Call:
    """One request, and the means to answer it byte by byte."""

    server: "HostileServer"
    path: str
    headers: dict[str, str]
    count: int
    """How often this path was asked before."""
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(
        self, body: bytes = b"", status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        """A well-formed reply; header names with underscores for hyphens."""
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def reset(self) -> None:
        """Break the connection with a TCP reset."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Player = Callable[[Call], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One trick: where it is played, and what must be recorded of it."""

    name: str
    play: Player
    fetched: str
    """ok, or the failure class of the fetch."""
    purpose: Literal["page", "listing"] = "page"
    origin: Origin = "web"
    read: str = ""
    """What reading it gives where fetching works: ok or a failure class; empty where it isn't settled here."""

    @property
    def path(self) -> str:
        return f"/{self.name}"


BEHAVIOURS: list[Behaviour] = []
_ROBOTS: dict[str, Player] = {}


def plays(
    name: str,
    fetched: str = "ok",
    *,
    purpose: Literal["page", "listing"] = "page",
    origin: Origin = "web",
    read: str = "",
) -> Callable[[Player], Player]:
    """Put a handler into the table."""

    def add(play: Player) -> Player:
        BEHAVIOURS.append(Behaviour(name, play, fetched, purpose, origin, read))
        return play

    return add


def plays_robots(origin: Origin) -> Callable[[Player], Player]:
    """The robots.txt of an origin; the others have none."""

    def add(play: Player) -> Player:
        _ROBOTS[origin] = play
        return play

    return add


@dataclass(slots=True)
class HostileServer:
    """A running server."""

    ssl_context: ssl.SSLContext
    """For the client: trusts the authority of this run."""
    authority: Authority
    ports: dict[str, int] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and headers of each request."""
    clients: list[tuple[str, int]] = field(default_factory=list)
    """Address and port of the client of each request."""
    extra: dict[str, Player] = field(default_factory=dict)
    """Handlers of a test's own, by path."""
    robots: dict[str, Player] = field(default_factory=lambda: dict(_ROBOTS))
    """What is played as robots.txt, by origin."""

    def origin(self, name: str = "web") -> str:
        secure = name in ("secure", "expired", "stranger", "other-host", "plain-as-secure")
        return f"{'https' if secure else 'http'}://127.0.0.1:{self.ports[name]}"

    def url(self, name: str) -> str:
        behaviour = next(one for one in BEHAVIOURS if one.name == name)
        return self.origin(behaviour.origin) + behaviour.path

    def path_url(self, path: str) -> str:
        return self.origin() + path

    @property
    def allow_hosts(self) -> tuple[str, ...]:
        return tuple(f"127.0.0.1:{port}" for port in self.ports.values())

    async def _serve(self, origin: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._serve_one(origin, reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError, TimeoutError):
            pass  # the client left, as it should
        finally:
            with contextlib.suppress(ConnectionError, ssl.SSLError, RuntimeError):
                writer.close()

    async def _serve_one(self, origin: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        first = await reader.readexactly(1)
        if first == b"\x16":  # a TLS handshake on a port that speaks plain HTTP
            writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            return False
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request, *lines = head.strip().split("\r\n")
        path = request.split(" ")[1].partition("?")[0]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        call = Call(self, path, headers, self.hits[path], writer)
        self.hits[path] += 1
        self.seen.append((path, headers))
        self.clients.append(writer.get_extra_info("peername"))
        if path == "/robots.txt":
            await self.robots.get(origin, _answer_not_found)(call)
        else:
            await self._player(path)(call)
        return not writer.is_closing()

    def _player(self, path: str) -> Player:
        if path in self.extra:
            return self.extra[path]
        name = path.removeprefix("/").partition("/")[0]
        return next((one.play for one in BEHAVIOURS if one.name == name), _answer_not_found)


async def _answer_not_found(call: Call) -> None:
    await call.answer(b"<h1>not here</h1>", "404 Not Found")


@contextlib.contextmanager
def start_hostile_server() -> Iterator[HostileServer]:
    """Run the server on loopback in a thread of its own, on as many ports as it plays origins."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as held:
        authority = Authority(Path(folder))
        stranger = Authority(Path(folder), "an authority nobody knows")
        server = HostileServer(authority.client_context(), authority)
        contexts: dict[str, ssl.SSLContext | None] = dict.fromkeys(
            ("web", "annoyed", "annoyed-for-long", "plain-as-secure", *_ROBOTS)
        )
        contexts["secure"] = authority.server_context()
        contexts["expired"] = authority.server_context(expired=True)
        contexts["stranger"] = stranger.server_context()
        contexts["other-host"] = authority.server_context(host="news.example.org")
        # A bound socket that never listens refuses, and nobody else gets its port meanwhile.
        refused = held.enter_context(socket.socket())
        refused.bind(("127.0.0.1", 0))
        server.ports["refused"] = refused.getsockname()[1]
        started = threading.Event()
        stop: list[Callable[[], object]] = []

        async def run() -> None:
            finished = asyncio.Event()
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda _loop, _context: None)  # clients break connections: that is the point
            stop.append(lambda: loop.call_soon_threadsafe(finished.set))
            listening = []
            for name, context in contexts.items():

                def serve(
                    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, name: str = name
                ) -> Awaitable[None]:
                    return server._serve(name, reader, writer)

                one = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
                server.ports[name] = one.sockets[0].getsockname()[1]
                listening.append(one)
            started.set()
            await finished.wait()
            for one in listening:
                one.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        thread = threading.Thread(target=lambda: asyncio.run(run()), name="hostile server", daemon=True)
        thread.start()
        if not started.wait(20):
            raise RuntimeError("the hostile server did not start")
        try:
            yield server
        finally:
            stop[0]()
            thread.join(10)
