"""HTTP/2 is spoken where it is offered, and what comes over it is bounded and archived like the rest."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import pytest

from extractors.records import Source
from flows.archive import ArchiveWriter, iter_pages
from flows.exchange import Bounds
from flows.fetch import Fetcher, FetchError, FetchSettings
from tests.hostile.certificates import Authority

SOURCE = Source("s", "S", "https://127.0.0.1/", "rss")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request on one connection; /endless sends for as long as it is let."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    writer.write(connection.data_to_send())
    endless: set[int] = set()
    while data := await reader.read(65536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                path = dict(event.headers)[b":path"]
                status = "404" if path == b"/robots.txt" else "200"
                connection.send_headers(event.stream_id, [(":status", status), ("content-type", "text/html")])
                if path == b"/endless":
                    endless.add(event.stream_id)
                else:
                    connection.send_data(event.stream_id, b"<p>over " + path + b"</p>", end_stream=True)
            elif isinstance(event, h2.events.StreamReset):
                endless.discard(event.stream_id)
        for stream in endless:
            with contextlib.suppress(h2.exceptions.StreamClosedError):
                while (room := min(connection.local_flow_control_window(stream), 16000)) > 0:
                    connection.send_data(stream, b"x" * room)
        writer.write(connection.data_to_send())
        await writer.drain()


@pytest.fixture
async def settings(tmp_path: Path) -> AsyncIterator[tuple[FetchSettings, str]]:
    authority = Authority(tmp_path)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await serve_one(reader, writer)
        writer.close()

    server = await asyncio.start_server(
        serve, "127.0.0.1", 0, ssl=authority.server_context(protocols=("h2", "http/1.1"))
    )
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield (
            FetchSettings(
                allow_hosts=(f"127.0.0.1:{port}",),
                ssl_context=authority.client_context(),
                host_interval=0.0,
                per_host=4,
                attempts=1,
                bounds=Bounds(response_seconds=3.0, wire_bytes=100_000, page_bytes=100_000),
                archive=ArchiveWriter(tmp_path / "archive", lambda: NOW),
            ),
            f"https://127.0.0.1:{port}",
        )


async def test_pages_come_over_http2(settings: tuple[FetchSettings, str]) -> None:
    fetch_settings, origin = settings
    assert fetch_settings.archive is not None
    async with Fetcher(fetch_settings) as fetcher:
        with fetch_settings.archive:
            results = await asyncio.gather(
                *(fetcher.get(f"{origin}/{n}", source=SOURCE, purpose="page") for n in range(5))
            )
            with pytest.raises(FetchError) as failed:
                await fetcher.get(f"{origin}/endless", source=SOURCE, purpose="page")
            after = await fetcher.get(f"{origin}/after", source=SOURCE, purpose="page")
    assert [result.page.content for result in results if result.page] == [b"<p>over /%d</p>" % n for n in range(5)]
    assert failed.value.failure_class == "too-large"
    assert after.page is not None
    (archive,) = fetch_settings.archive.directory.iterdir()
    assert b"WARC-Protocol: h2" in gzip.decompress(archive.read_bytes())
    assert {page.content for page in iter_pages(archive) if page.status == 200} >= {b"<p>over /0</p>"}
