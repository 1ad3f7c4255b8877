"""Content codings are undone within a bound, and what does not fit them is named."""

import contextlib
import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from flows.decoding import DecodeError, TooLarge, decode_body
from tests.hostile.wire import BOMB_BYTES, bomb

TEXT = b"".join(b"<p>Point %d of the agenda</p>" % number for number in range(3000))
PACKED = {
    "gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
}


@pytest.mark.parametrize("coding", PACKED)
def test_each_coding_is_undone(coding: str) -> None:
    assert decode_body(PACKED[coding], [f" {coding.upper()} "], len(TEXT)) == TEXT


def test_odd_but_honest_forms_are_understood() -> None:
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    assert decode_body(raw.compress(TEXT) + raw.flush(), ["deflate"], len(TEXT)) == TEXT
    assert decode_body(PACKED["gzip"] + PACKED["gzip"], ["gzip"], 2 * len(TEXT)) == 2 * TEXT
    assert decode_body(PACKED["zstd"] + PACKED["zstd"], ["zstd"], 2 * len(TEXT)) == 2 * TEXT
    assert decode_body(PACKED["gzip"] + b"\0\0\0", ["x-gzip"], len(TEXT)) == TEXT
    assert decode_body(TEXT, ["", "identity", "UTF-8", "none"], len(TEXT)) == TEXT
    assert decode_body(TEXT, ["gzip"], len(TEXT)) == TEXT
    assert decode_body(brotli.compress(PACKED["gzip"]), ["gzip", "br"], len(TEXT)) == TEXT
    assert decode_body(b"", ["br"], 10) == b""


@pytest.mark.parametrize("coding", PACKED)
def test_a_body_that_ends_early_is_an_error(coding: str) -> None:
    whole = PACKED[coding]
    for length in (len(whole) - 1, len(whole) // 2, 20):
        with pytest.raises(DecodeError) as failed:
            decode_body(whole[:length], [coding], len(TEXT))
        assert failed.value.coding == coding


@pytest.mark.parametrize("coding", ["deflate", "br", "zstd"])
def test_garbage_is_an_error(coding: str) -> None:
    with pytest.raises(DecodeError):
        decode_body(b"garbage, all of it" * 10, [coding], 10_000)


def test_unknown_and_piled_up_codings_are_errors() -> None:
    with pytest.raises(DecodeError, match="pigeon"):
        decode_body(b"x", ["pigeon"], 10)
    with pytest.raises(DecodeError, match="one over the other"):
        decode_body(b"x", ["gzip"] * 4, 10)


@pytest.mark.parametrize("coding", PACKED)
def test_a_bomb_costs_the_bound_and_no_more(coding: str) -> None:
    packed, bound = bomb(coding), BOMB_BYTES // 20
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            decode_body(packed, [coding], bound)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * bound


@pytest.mark.parametrize("coding", PACKED)
def test_the_bound_is_exact(coding: str) -> None:
    assert decode_body(PACKED[coding], [coding], len(TEXT)) == TEXT
    with pytest.raises(TooLarge):
        decode_body(PACKED[coding], [coding], len(TEXT) - 1)


@pytest.mark.parametrize(("coding", "tiny"), [("gzip", gzip.compress(b"")), ("zstd", zstandard.compress(b"a"))])
def test_very_many_tiny_members_are_refused(coding: str, tiny: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_body(tiny * 300_000, [coding], 10_000_000)


@given(st.binary(max_size=300), st.lists(st.sampled_from(["gzip", "deflate", "br", "zstd", "x"]), max_size=4))
def test_any_bytes_give_a_body_or_a_declared_error(body: bytes, codings: list[str]) -> None:
    with contextlib.suppress(DecodeError, TooLarge):
        assert len(decode_body(body, codings, 10_000)) <= 10_000
