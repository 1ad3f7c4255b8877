"""One request and its reply over the wire, within bounds of size and time; every failure named by class."""

import asyncio
import ssl
import time
from dataclasses import dataclass

import httpcore
import httpx

from flows.addresses import HostNotFound, UnsafeAddress
from flows.replies import PAGE_STATUS, FetchError


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one reply may cost."""

    connect_seconds: float = 10.0
    read_seconds: float = 20.0
    response_seconds: float = 60.0
    """From connecting to the last byte: what ends a server that sends a byte a second."""
    wire_bytes: int = 10 * 2**20
    page_bytes: int = 20 * 2**20
    """After content-coding is undone."""
    error_bytes: int = 64 * 2**10
    """Of the body of a redirect or an error, this much is kept and the rest is left."""


DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it came: the body still in its content-coding."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes
    protocol: str
    request_headers: tuple[tuple[bytes, bytes], ...]
    seconds: float
    cut: bool = False
    """The body went on, and was not read further."""

    @property
    def codings(self) -> tuple[str, ...]:
        return tuple(self.headers.get("content-encoding", "").split(","))


def build_request(url: httpx.URL, headers: list[tuple[str, str]], bounds: Bounds) -> httpx.Request:
    timeout = {"connect": bounds.connect_seconds, "read": bounds.read_seconds, "write": bounds.read_seconds}
    return httpx.Request("GET", url, headers=headers, extensions={"timeout": {**timeout, "pool": None}})


async def exchange(
    client: httpx.AsyncClient, request: httpx.Request, bounds: Bounds, cut_at: int | None = None
) -> Reply:
    """Send one request and read its reply; raises `FetchError`.

    A body beyond the bound is an error, except with `cut_at`: then that much of it is read and it counts as whole.
    """
    url = str(request.url)
    began = time.perf_counter()
    try:
        async with asyncio.timeout(bounds.response_seconds):
            response = await client.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                body, cut = await _read_body(response, bounds, cut_at)
            finally:
                await response.aclose()
    except (TimeoutError, OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise _explain(url, error, bounds) from error
    except (UnsafeAddress, HostNotFound) as error:
        raise _explain(url, error, bounds) from error
    headers = response.headers
    if location := response.extensions.get("location"):
        headers["location"] = location.decode("utf-8", errors="replace")
    return Reply(
        url=url,
        status=response.status_code,
        headers=headers,
        body=body,
        protocol=response.http_version,
        request_headers=tuple(request.headers.raw),
        seconds=time.perf_counter() - began,
        cut=cut,
    )


async def _read_body(response: httpx.Response, bounds: Bounds, cut_at: int | None) -> tuple[bytes, bool]:
    if response.status_code not in PAGE_STATUS:
        cut_at = bounds.error_bytes
    bound = bounds.wire_bytes if cut_at is None else cut_at
    url = str(response.request.url)
    declared = response.headers.get("content-length", "")
    if cut_at is None and declared.isascii() and declared.isdigit() and int(declared) > bound:
        raise FetchError(url, "too-large", f"{int(declared):,} bytes declared; at most {bound:,} are read", status=200)
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_raw():
        parts.append(part)
        size += len(part)
        if size > bound:
            if cut_at is not None:
                return b"".join(parts)[:bound], True
            raise FetchError(url, "too-large", f"more than {bound:,} bytes sent", status=200)
    return b"".join(parts), False


def _explain(url: str, error: Exception, bounds: Bounds) -> FetchError:
    """The failure class of an exception from the network."""
    text = str(error) or type(error).__name__
    match error:
        case UnsafeAddress():
            return FetchError(url, "unsafe-address", text)
        case HostNotFound():
            return FetchError(url, "dns", text, host_down=True)
        case httpcore.ConnectTimeout():
            reason = f"no connection within {bounds.connect_seconds:g} s"
            return FetchError(url, "timeout", reason, retryable=True, host_down=True)
        case httpcore.TimeoutException():
            return FetchError(url, "timeout", f"nothing came for {bounds.read_seconds:g} s", retryable=True)
        case TimeoutError():
            reason = f"the reply took more than {bounds.response_seconds:g} s"
            return FetchError(url, "timeout", reason)  # a slow drip is as slow the second time
        case httpcore.ConnectError() if tls := _find_tls(error):
            return FetchError(url, "tls", getattr(tls, "verify_message", "") or str(tls), host_down=True)
        case httpcore.ProtocolError() if "Receive buffer too long" in text:
            return FetchError(url, "too-large", "headers without end")
        case httpcore.ConnectError():
            return FetchError(url, "connection", f"no connection: {text}", retryable=True, host_down=True)
        case _:
            return FetchError(url, "connection", f"the connection broke: {text}", retryable=True)


def _find_tls(error: BaseException) -> ssl.SSLError | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError) and not isinstance(seen, ssl.SSLEOFError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
