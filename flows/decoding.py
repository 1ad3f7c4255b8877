"""Undoes Content-Encoding within a bound: a bomb costs the bound in memory and no more."""

import zlib
from collections.abc import Sequence

import brotli  # type: ignore[import-untyped]  # ships no types, and no stubs exist
import zstandard

MAX_CODINGS = 3
_ZSTD_WINDOW = 8 * 2**20  # RFC 9659: what a decoder on the web must support, and may refuse beyond
_ZSTD_STEP = 256
_MAX_MEMBERS = 100  # one body has one; a body of a million of them is an attack on our time
_NOT_A_CODING = ("", "identity", "none", "binary", "utf-8", "utf8")  # seen in the wild; they change nothing


class DecodeError(Exception):
    """A body that its declared coding does not fit."""

    def __init__(self, coding: str, reason: str) -> None:
        super().__init__(f"{coding} body: {reason}")
        self.coding = coding


class TooLarge(Exception):  # noqa: N818
    """A body beyond the bound."""

    def __init__(self, what: str, bound: int) -> None:
        super().__init__(f"{what} is larger than {bound:,} bytes")
        self.bound = bound


def decode_body(body: bytes, codings: Sequence[str], bound: int) -> bytes:
    """The body as its author wrote it. `codings` in the order they were applied, as in the header."""
    named = [coding.strip().lower() for coding in codings]
    named = [coding for coding in named if coding not in _NOT_A_CODING]
    if len(named) > MAX_CODINGS:
        raise DecodeError(", ".join(named)[:80], "too many codings one over the other")
    for coding in reversed(named):
        if not body:
            break
        match coding:
            case "gzip" | "x-gzip":
                body = _inflate_gzip(body, bound)
            case "deflate":
                body = _inflate(body, bound)
            case "br":
                body = _inflate_brotli(body, bound)
            case "zstd":
                body = _inflate_zstd(body, bound)
            case _:
                raise DecodeError(coding[:40], "an unknown coding")
    if len(body) > bound:
        raise TooLarge("the decoded body", bound)
    return body


def _inflate_gzip(body: bytes, bound: int) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body  # some servers declare gzip and send plain text
    parts: list[bytes] = []
    size = 0
    while body.startswith(b"\x1f\x8b"):
        if len(parts) == _MAX_MEMBERS:
            raise DecodeError("gzip", f"more than {_MAX_MEMBERS} members")
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        part = _run_zlib(member, body, bound - size, "gzip")
        parts.append(part)
        size += len(part)
        body = member.unused_data
    return b"".join(parts)


def _inflate(body: bytes, bound: int) -> bytes:
    try:
        return _run_zlib(zlib.decompressobj(), body, bound, "deflate")
    except DecodeError as error:
        if isinstance(error.__cause__, zlib.error):  # half of all servers leave the zlib wrapper out
            return _run_zlib(zlib.decompressobj(-zlib.MAX_WBITS), body, bound, "deflate")
        raise


def _run_zlib(decompressor: "zlib._Decompress", body: bytes, bound: int, coding: str) -> bytes:
    try:
        text = decompressor.decompress(body, bound + 1)
    except zlib.error as error:
        raise DecodeError(coding, str(error)) from error
    if len(text) > bound:
        raise TooLarge(f"the {coding} body, decoded,", bound)
    if not decompressor.eof:
        raise DecodeError(coding, "ends early")
    return text


def _inflate_brotli(body: bytes, bound: int) -> bytes:
    decompressor = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    chunk = body
    try:
        while not decompressor.is_finished():
            part = decompressor.process(chunk, output_buffer_limit=bound - size + 1)
            parts.append(part)
            size += len(part)
            if size > bound:
                raise TooLarge("the br body, decoded,", bound)
            if not part and decompressor.can_accept_more_data():
                raise DecodeError("br", "ends early")
            chunk = b""
    except brotli.error as error:
        raise DecodeError("br", str(error)) from error
    return b"".join(parts)


def _inflate_zstd(body: bytes, bound: int) -> bytes:
    """In small steps: four bytes of zstd can stand for 128 KiB, and its push interface has no bound of its own."""
    parts: list[bytes] = []
    size = at = frames = 0
    frame = None
    try:
        while at < len(body):
            if frame is None or frame.eof:
                frames += 1
                if frames > _MAX_MEMBERS:
                    raise DecodeError("zstd", f"more than {_MAX_MEMBERS} frames")
                frame = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
            step = body[at : at + _ZSTD_STEP]
            part = frame.decompress(step)
            at += len(step) - len(frame.unused_data)
            parts.append(part)
            size += len(part)
            if size > bound:
                raise TooLarge("the zstd body, decoded,", bound)
    except zstandard.ZstdError as error:
        raise DecodeError("zstd", str(error)) from error
    if frame is None or not frame.eof:
        raise DecodeError("zstd", "ends early")
    return b"".join(parts)
