"""No private address is reached: by literal, in disguise, by redirect, by name, or by a name that changes its mind."""

import socket
from collections.abc import Sequence

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import urls

from extractors.records import Source
from flows.addresses import UnsafeAddress, UrlRefused, check_url, explain_unsafe, is_allowed, without_credentials
from flows.fetch import Fetcher, FetchError, FetchSettings
from flows.transport import GuardedBackend

SOURCE = Source("s", "S", "http://example.org/", "rss")

UNSAFE = (
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.88.99.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1", "100::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:c0a8:0101::1", "2001:0:7f00:1::", "3fff::1",
    "2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:10.0.0.1", "4000::1",
)  # fmt: skip
PUBLIC = (
    "1.1.1.1", "8.8.8.8", "93.184.216.34", "172.32.0.1", "192.169.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1",
    "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8",
)  # fmt: skip


@pytest.mark.parametrize("address", UNSAFE)
def test_unsafe_addresses_are_told(address: str) -> None:
    assert explain_unsafe(address)


@pytest.mark.parametrize("address", [one for one in PUBLIC if not one.startswith("::ffff")])
def test_public_addresses_pass(address: str) -> None:
    assert explain_unsafe(address) is None


@pytest.mark.parametrize(
    "url",
    [
        *(f"http://[{one.partition('%')[0]}]/" if ":" in one else f"http://{one}/" for one in UNSAFE),
        "http://2130706433/", "http://017700000001/", "http://0x7f000001/", "http://0x7f.1/", "http://127.1/",
        "http://0177.0.0.1/", "http://127.0.0.1./", "http://127.0.1/", "https://0/", "http://0x7F.0.0.0x1:80/x",
        "http://localhost/", "http://LOCALHOST./", "http://db.localhost/",
        "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
        "http://example.org:22/", "http://example.org:25/", "https://example.org:0/",
        "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "javascript:alert(1)", "data:text/html,x",
        "http://user@127.0.0.1/", "http://example.org@127.0.0.1/", "//127.0.0.1/",
    ],
)  # fmt: skip
def test_urls_that_lead_inside_are_refused(url: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        check_url(url)
    assert refused.value.failure_class in ("unsafe-address", "parse")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "failure_class"),
    [
        ("http://0177.0.0.1/", "unsafe-address"),
        ("http://2130706433/", "unsafe-address"),
        ("http://[::ffff:127.0.0.1]/", "unsafe-address"),
        ("http://[::1", "parse"),
        ("http:///path", "parse"),
        ("", "unsafe-address"),
        ("http://example.org/" + "x" * 2048, "too-large"),
    ],
)
def test_the_class_says_why(url: str, failure_class: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        check_url(url)
    assert refused.value.failure_class == failure_class


def test_credentials_and_fragments_do_not_survive() -> None:
    assert str(check_url("https://editor:secret@example.org/a?b=1#c")) == "https://example.org/a?b=1"
    assert without_credentials("https://editor:sec/ret@example.org/") == "https://example.org/"
    assert without_credentials("https://example.org:8080/@editor") == "https://example.org:8080/@editor"
    assert without_credentials("https://[::1]/@editor") == "https://[::1]/@editor"
    assert without_credentials("http://a:b@c@example.org/@x") == "http://example.org/@x"
    with pytest.raises(UrlRefused) as refused:
        check_url("ftp://editor:secret@example.org/")
    assert "secret" not in str(refused.value)


@given(urls() | st.text(max_size=80).map(lambda text: "http://" + text))
def test_any_text_is_checked_or_refused(url: str) -> None:
    try:
        checked = check_url(url)
    except UrlRefused:
        return
    assert checked.scheme in ("http", "https")
    assert not checked.userinfo
    assert checked.host


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1", 9, True),
        ("127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("127.0.0.1:8000", "127.0.0.1", 8001, False),
        ("Intranet.example", "intranet.example.", 80, True),
        ("[::1]:80", "::1", 80, True),
        ("::1", "::1", 80, True),
        ("example", "www.example", 80, False),
        ("", "127.0.0.1", 80, False),
    ],
)
def test_only_the_named_host_is_allowed(entry: str, host: str, port: int, allowed: bool) -> None:
    assert is_allowed(host, port, (entry,)) is allowed


def resolver(*answers: Sequence[str]):
    """A resolver that gives another answer each time, and the last one from then on."""
    waiting = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return resolve


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fd00::1"])
async def test_a_name_that_resolves_inside_is_refused(address: str) -> None:
    async with Fetcher(FetchSettings(resolve=resolver([address]))) as fetcher:
        with pytest.raises(FetchError) as failed:
            await fetcher.get("http://news.example.org/", source=SOURCE, purpose="page")
    assert failed.value.failure_class == "unsafe-address"
    assert address in failed.value.reason


async def test_a_name_that_changes_its_mind_is_judged_at_each_connection() -> None:
    """DNS rebinding: what was checked is what is connected to, and there is no second look-up in between."""
    backend = GuardedBackend(resolve=resolver(["203.0.113.9", "127.0.0.1"], ["127.0.0.1"]))
    for _ in range(2):
        with pytest.raises(UnsafeAddress):
            await backend.connect_tcp("news.example.org", 80, timeout=1)


async def test_only_the_public_ones_of_several_addresses_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    async def connect(self: object, host: str, *rest: object) -> httpcore.AsyncNetworkStream:
        tried.append(host)
        raise httpcore.ConnectError("refused")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    backend = GuardedBackend(resolve=resolver(["10.0.0.1", "1.1.1.1", "::1", "2606:4700:4700::1111"]))
    with pytest.raises(httpcore.ConnectError):
        await backend.connect_tcp("news.example.org", 80, timeout=1)
    assert tried == ["1.1.1.1", "2606:4700:4700::1111"]


async def test_an_allowed_name_may_resolve_inside() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        backend = GuardedBackend(("news.test",), resolver(["127.0.0.1"]))
        stream = await backend.connect_tcp("news.test", port, timeout=2)
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        await stream.aclose()


async def test_sockets_of_this_machine_are_refused() -> None:
    with pytest.raises(UnsafeAddress):
        await GuardedBackend().connect_unix_socket("/run/docker.sock")


async def test_a_name_without_addresses_is_a_dns_failure() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "Name or service not known")

    async with Fetcher(FetchSettings(resolve=resolve)) as fetcher:
        with pytest.raises(FetchError) as failed:
            await fetcher.get("http://gone.example.org/", source=SOURCE, purpose="page")
    assert failed.value.failure_class == "dns"
    assert not failed.value.retryable
