"""Which addresses may be asked: a URL is judged before anything else, and the address of every connection once more.

A page can name any host, and a name can resolve to anything, differently each time. So the host is resolved here, the
answers are judged here, and the connection goes to the very address that was judged; the name stays in Host and SNI.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpx

MAX_URL_LENGTH: Final = 2048

_SIX_TO_FOUR: Final = IPv6Network("2002::/16")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_ISATAP_MARKS: Final = (0x00005EFE, 0x02005EFE)
# What `ipaddress` of some supported Python calls global, and no news site has.
_NOT_PUBLIC: Final = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # answers to every virtual machine of one cloud: its metadata service
        "192.88.99.0/24",  # 6to4 relays, withdrawn by RFC 7526
        "192.0.0.0/24",  # protocol assignments, among them the metadata service of another cloud
        "3fff::/20",  # documentation, RFC 9637
        "2001::/23",  # protocol assignments, Teredo among them
    )
)
_WEB_PORTS: Final = (80, 443)
_LAST_LABEL_IS_NUMBER: Final = re.compile(r"(?:^|\.)(?:\d+|0[xX][0-9a-fA-F]*)\.?$")
_DISGUISED_HOST: Final = re.compile(r"https?://([\d.xXa-fA-F]*?(?:\d+|0[xX][0-9a-fA-F]*)\.?)(?=[:/?#]|$)")
_PARTS: Final = re.compile(r"([^/?#]*//)?([^/?#]*)(.*)", re.DOTALL)
_NO_PORT: Final = re.compile(r":(?!\d*$)[^\]]*$")

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


class UrlRefused(Exception):  # noqa: N818  (it says what happened to the URL)
    """A URL that is not fetched, whatever a server would answer."""

    def __init__(self, url: str, failure_class: str, reason: str) -> None:
        super().__init__(f"{url}: {failure_class}: {reason}")
        self.url = url
        self.failure_class = failure_class
        self.reason = reason


class UnsafeAddress(Exception):  # noqa: N818
    """A host all of whose addresses are ones that no public page has."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host} {reason}")
        self.host = host


class HostNotFound(Exception):  # noqa: N818
    """A name that does not resolve."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host} does not resolve: {reason}")
        self.host = host


def explain_unsafe(address: str) -> str | None:
    """Why this IP address must not be connected to; None for a public one."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        for name, embedded in _embedded(ip):
            if why := explain_unsafe(str(embedded)):
                return f"is {name} of {embedded}, which {why}"
        if ip in _NAT64:
            return None
    if ip.is_loopback:
        return "is a loopback address"
    if ip.is_link_local:
        return "is a link-local address, where metadata services live"
    if ip.is_multicast:
        return "is a multicast address"
    if ip.is_unspecified:
        return "is the unspecified address"
    if ip.is_private or not ip.is_global or ip.is_reserved or any(ip in network for network in _NOT_PUBLIC):
        return "is a private or reserved address"
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return "is not a global unicast address"
    return None


def _embedded(ip: IPv6Address) -> Iterable[tuple[str, IPv4Address]]:
    """IPv4 addresses that a gateway would unpack from this IPv6 address."""
    if ip.ipv4_mapped is not None:
        yield "the IPv4-mapped form", ip.ipv4_mapped
    if ip in _NAT64:
        yield "the NAT64 form", IPv4Address(int(ip) & 0xFFFFFFFF)
    if ip in _SIX_TO_FOUR:
        yield "the 6to4 form", IPv4Address(int(ip) >> 80 & 0xFFFFFFFF)
    if int(ip) >> 32 & 0xFFFFFFFF in _ISATAP_MARKS:
        yield "the ISATAP form", IPv4Address(int(ip) & 0xFFFFFFFF)


def is_allowed(host: str, port: int, allow_hosts: Iterable[str]) -> bool:
    """Whether the setting names this host, as `host`, `host:port` or `[v6]:port`."""
    bare = host.rstrip(".").lower()
    written = f"[{bare}]" if ":" in bare else bare
    return any(entry.strip().lower() in (bare, written, f"{written}:{port}") for entry in allow_hosts)


def port_of(url: httpx.URL) -> int:
    return url.port if url.port is not None else 443 if url.scheme == "https" else 80


def without_credentials(url: str) -> str:
    """The URL as it may be logged: no user name or password, whatever else is wrong with it."""
    scheme, authority, rest = _PARTS.match(url.strip()).groups(default="")  # type: ignore[union-attr]  # always matches
    if "@" in authority:
        authority = authority.rpartition("@")[2]
    elif "@" in rest and _NO_PORT.search(authority):  # a password with a slash in it
        authority, rest = "", rest.rpartition("@")[2]
    return scheme + authority + rest


def check_url(url: str, allow_hosts: Iterable[str] = ()) -> httpx.URL:
    """The URL ready to be asked, credentials and fragment removed; raises `UrlRefused`."""
    shown = without_credentials(url)
    if len(url) > MAX_URL_LENGTH:
        raise UrlRefused(shown[:200], "too-large", f"a URL of {len(url):,} characters; at most {MAX_URL_LENGTH:,}")
    try:
        parsed = httpx.URL(shown).copy_with(userinfo=b"", fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        if disguised := _DISGUISED_HOST.match(shown):
            hidden = f"{disguised.group(1)} is a number in a form that hides the address"
            raise UrlRefused(shown, "unsafe-address", hidden) from error
        raise UrlRefused(shown, "parse", f"not a URL: {error}") from error
    if parsed.scheme not in ("http", "https"):
        raise UrlRefused(shown, "unsafe-address", f"scheme {parsed.scheme or 'missing'!s}; only http and https")
    host, port = parsed.host, port_of(parsed)
    if not host:
        raise UrlRefused(shown, "parse", "no host in the URL")
    if is_allowed(host, port, allow_hosts):
        return parsed
    if port not in _WEB_PORTS and port < 1024:
        raise UrlRefused(shown, "unsafe-address", f"port {port} belongs to another service")
    reason: str | None
    try:
        reason = explain_unsafe(host)
    except ValueError:  # a name, or a number in disguise
        if _LAST_LABEL_IS_NUMBER.search(host):
            reason = "is a number in a form that hides the address"
        elif host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost"):
            reason = "is a loopback name"
        else:
            reason = None
    if reason:
        raise UrlRefused(shown, "unsafe-address", f"{host} {reason}")
    return parsed


async def resolve_host(host: str, port: int) -> Sequence[str]:
    """The addresses of a host in the system's order of preference."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
