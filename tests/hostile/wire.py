"""Tricks of the protocol: redirects, statuses, broken connections, bombs, bodies without end, certificates."""

import asyncio
import gzip
import zlib
from functools import cache

import brotli
import zstandard

from tests.hostile.documents import page
from tests.hostile.server import Call, plays

BOMB_BYTES = 100 * 2**20


# --- redirects -------------------------------------------------------------------------------------------------


async def _redirect(call: Call, location: str, status: str = "302 Found", **headers: str) -> None:
    await call.answer(b"", status, Location=location, **headers)


@plays("loop", "redirects")
async def _loop(call: Call) -> None:
    await _redirect(call, "/loop/b" if call.path == "/loop" else "/loop", "301 Moved Permanently")


@plays("endless-redirects", "redirects")
async def _endless(call: Call) -> None:
    step = int(call.path.rpartition("/")[2] or 0) if call.path.count("/") > 1 else 0
    await _redirect(call, f"/endless-redirects/{step + 1}")


@plays("to-metadata", "unsafe-address")
async def _to_metadata(call: Call) -> None:
    await _redirect(call, "http://169.254.169.254/latest/meta-data/")


@plays("to-mapped-loopback", "unsafe-address")
async def _to_mapped(call: Call) -> None:
    await _redirect(call, f"http://[::ffff:127.0.0.1]:{call.server.ports['web']}/well")


@plays("to-decimal-loopback", "unsafe-address")
async def _to_decimal(call: Call) -> None:
    await _redirect(call, f"http://2130706433:{call.server.ports['web']}/well")


@plays("to-octal-loopback", "unsafe-address")
async def _to_octal(call: Call) -> None:
    await _redirect(call, f"//0177.0.0.1:{call.server.ports['web']}/well")


@plays("to-file", "unsafe-address")
async def _to_file(call: Call) -> None:
    await _redirect(call, "file:///etc/passwd")


@plays("to-long-url", "too-large")
async def _to_long(call: Call) -> None:
    await _redirect(call, "/well?" + "x" * 3000)


@plays("to-nowhere", "redirects")
async def _to_nowhere(call: Call) -> None:
    await call.answer(b"", "302 Found")


@plays("to-nonsense", "redirects")
async def _to_nonsense(call: Call) -> None:
    await _redirect(call, "http://[::1/:port")


@plays("to-credentials", "ok", read="ok")
async def _to_credentials(call: Call) -> None:
    await _redirect(call, f"http://editor:secret@127.0.0.1:{call.server.ports['web']}/well")


@plays("wants-cookie", "redirects")
async def _wants_cookie(call: Call) -> None:
    if "cookie" in call.headers:
        await call.answer(page("You brought a cookie"))
    else:
        await _redirect(call, "/wants-cookie", Set_Cookie="visitor=1; Path=/")


@plays("moved-for-good", "ok", read="ok")
async def _moved(call: Call) -> None:
    await _redirect(call, "/well", "308 Permanent Redirect")


@plays("downgrade", "ok", origin="secure", read="ok")
async def _downgrade(call: Call) -> None:
    await _redirect(call, call.server.path_url("/well"))


# --- statuses --------------------------------------------------------------------------------------------------


@plays("well", "ok", read="ok")
async def _well(call: Call) -> None:
    await call.answer(page("All is well"), ETag='"1"')


@plays("always-304", "http-304")
async def _always_304(call: Call) -> None:
    await call.send(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n')


def _plays_status(status: str, fetched: str, **headers: str) -> None:
    async def play(call: Call) -> None:
        await call.answer(b"<h1>sorry</h1>", status, **headers)

    plays(f"status-{status[:3]}", fetched)(play)


_plays_status("401 Unauthorized", "blocked", WWW_Authenticate="Basic")
_plays_status("403 Forbidden", "blocked")
_plays_status("404 Not Found", "http-404")
_plays_status("410 Gone", "http-410")
_plays_status("451 Unavailable For Legal Reasons", "blocked")
_plays_status("500 Internal Server Error", "http-500")
_plays_status("503 Service Unavailable", "http-503")
_plays_status("204 No Content", "empty")
_plays_status("206 Partial Content", "empty")
_plays_status("300 Multiple Choices", "http-300")


@plays("annoyed-seconds", "ok", origin="annoyed", read="ok")
async def _annoyed_once(call: Call) -> None:
    if call.count == 0:
        await call.answer(b"slower", "429 Too Many Requests", Retry_After="1")
    else:
        await call.answer(page("Thank you for waiting"))


@plays("annoyed-date", "http-429", origin="annoyed-for-long")
async def _annoyed_until(call: Call) -> None:
    await call.answer(b"later", "429 Too Many Requests", Retry_After="Thu, 31 Dec 2099 23:59:59 GMT")


@plays("ill-then-well", "ok", read="ok")
async def _ill_then_well(call: Call) -> None:
    if call.count == 0:
        await call.answer(b"oops", "500 Internal Server Error")
    else:
        await call.answer(page("Well again"))


@plays("empty-body", "empty")
async def _empty(call: Call) -> None:
    await call.answer(b" \r\n ")


@plays("bot-wall", "blocked")
async def _wall(call: Call) -> None:
    body = b"<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x.js'>"
    await call.answer(body, "503 Service Unavailable")


@plays("bot-wall-200", "blocked")
async def _wall_200(call: Call) -> None:
    await call.answer(b"<html><script src='https://geo.captcha-delivery.com/c.js'></script></html>")


# --- broken connections ----------------------------------------------------------------------------------------


@plays("refused", "connection", origin="refused")
async def _refused(call: Call) -> None:
    raise AssertionError("nobody listens there")


@plays("reset-before-reply", "connection")
async def _reset_early(call: Call) -> None:
    call.reset()


@plays("reset-in-body", "connection")
async def _reset(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 5000)
    call.reset()


@plays("closed-without-reply", "connection")
async def _closed(call: Call) -> None:
    call.writer.close()


@plays("not-http", "connection")
async def _not_http(call: Call) -> None:
    await call.send(b"220 mail.example.org ESMTP\r\n\r\n")
    call.writer.close()


@plays("length-too-long", "connection")
async def _length_long(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + page("Shorter than it says"))
    call.writer.close()


@plays("length-too-short", "ok", read="ok")
async def _length_short(call: Call) -> None:
    body = page("Longer than it says")
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    await call.send(head.encode() + body + b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")


@plays("length-not-a-number", "connection")
async def _length_nonsense(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello")
    call.writer.close()


@plays("two-lengths", "connection")
async def _two_lengths(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nhello")
    call.writer.close()


@plays("bad-chunks", "connection")
async def _bad_chunks(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")
    call.writer.close()


# --- slow and endless ------------------------------------------------------------------------------------------


@plays("says-nothing", "timeout")
async def _nothing(call: Call) -> None:
    await asyncio.sleep(30)


@plays("one-byte-at-a-time", "timeout")
async def _drip(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        await call.send(b"x")
        await asyncio.sleep(0.1)


@plays("one-header-byte-at-a-time", "timeout")
async def _drip_headers(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        await call.send(b"x")
        await asyncio.sleep(0.1)


@plays("continue-for-ever", "timeout")
async def _continue(call: Call) -> None:
    while True:
        await call.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        await asyncio.sleep(0.005)


@plays("headers-without-end", "too-large")
async def _endless_headers(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await call.send(b"X-More: " + b"y" * 1000 + b"\r\n")


@plays("one-endless-header", "too-large")
async def _endless_header(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nX-More: ")
    while True:
        await call.send(b"y" * 10_000)


@plays("chunks-without-end", "too-large")
async def _endless_chunks(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await call.send(b"10000\r\n" + b"z" * 0x10000 + b"\r\n")


@plays("fifty-megabytes", "too-large")
async def _big(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 52428800\r\n\r\n")
    for _ in range(800):
        await call.send(b"b" * 0x10000)


@plays("fifty-megabytes-undeclared", "too-large")
async def _big_undeclared(call: Call) -> None:
    await call.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(800):
        await call.send(b"b" * 0x10000)
    call.writer.close()


# --- content coding --------------------------------------------------------------------------------------------


@cache
def bomb(coding: str) -> bytes:
    """100 MB of nothing, made in small steps so that the server's own memory stays out of the measurement."""
    step = bytes(2**20)
    steps = BOMB_BYTES // len(step)
    if coding == "gzip":
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        return b"".join(packer.compress(step) for _ in range(steps)) + packer.flush()
    if coding == "deflate":
        packer = zlib.compressobj(9)
        return b"".join(packer.compress(step) for _ in range(steps)) + packer.flush()
    if coding == "br":
        press = brotli.Compressor(quality=3)
        return b"".join(press.process(step) for _ in range(steps)) + press.finish()
    squeeze = zstandard.ZstdCompressor().compressobj()
    return b"".join(squeeze.compress(step) for _ in range(steps)) + squeeze.flush()


def _plays_bomb(coding: str) -> None:
    bomb(coding)  # lit before anybody's clock runs

    async def play(call: Call) -> None:
        await call.answer(bomb(coding), Content_Encoding=coding)

    plays(f"bomb-{coding}", "too-large")(play)


for _coding in ("gzip", "deflate", "br", "zstd"):
    _plays_bomb(_coding)


@plays("bomb-in-bomb", "too-large")
async def _double_bomb(call: Call) -> None:
    await call.answer(gzip.compress(bomb("gzip")), Content_Encoding="gzip, gzip")


@plays("coding-over-coding", "parse")
async def _many_codings(call: Call) -> None:
    await call.answer(gzip.compress(b"x"), Content_Encoding=", ".join(["gzip"] * 20))


@plays("cut-gzip", "parse")
async def _cut_gzip(call: Call) -> None:
    packed = gzip.compress(page("Cut in the middle"))
    await call.answer(packed[: len(packed) // 2], Content_Encoding="gzip")


@plays("gzip-in-name-only", "ok", read="ok")
async def _no_gzip(call: Call) -> None:
    await call.answer(page("Declared as gzip, sent as it is"), Content_Encoding="gzip")


@plays("unknown-coding", "parse")
async def _unknown_coding(call: Call) -> None:
    await call.answer(page("In a coding of its own"), Content_Encoding="pigeon")


def _plays_coding(coding: str, packed: bytes) -> None:
    async def play(call: Call) -> None:
        await call.answer(packed, Content_Encoding=coding)

    plays(f"in-{coding}", read="ok")(play)


_plays_coding("gzip", gzip.compress(page("In gzip")))
_plays_coding("deflate", zlib.compress(page("In deflate")))
_plays_coding("br", brotli.compress(page("In brotli")))
_plays_coding("zstd", zstandard.compress(page("In zstd")))


# --- certificates ----------------------------------------------------------------------------------------------


async def _never(call: Call) -> None:
    await call.answer(page("Nobody should have come this far"))


plays("certificate-well", "ok", origin="secure", read="ok")(_never)
plays("certificate-expired", "tls", origin="expired")(_never)
plays("certificate-unknown", "tls", origin="stranger")(_never)
plays("certificate-of-another", "tls", origin="other-host")(_never)
plays("secure-in-name-only", "tls", origin="plain-as-secure")(_never)
