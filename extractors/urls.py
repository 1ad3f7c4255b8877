"""Canonical form of a URL, so that one article has one address however it was linked; and the same-site test.

The result is meant to be fetched as well as compared: nothing is dropped that a server could need to find the page.
"""

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit, urlunsplit

import idna
from courlan import extract_domain

MAX_URL_LENGTH = 4096
MAX_ROUNDS = 10

# courlan's own pattern also drops `source`, `cid`, `uid`, `keyword` or `session`, which name the article on sites
# that route by query, and its query parser loses valueless keys such as `press-releases.htm?dtl/40123`.
_TRACKER = re.compile(
    r"""^(?:
        (?:utm|mtm|pk|piwik|matomo|hsa|vero|oly|itm|mkt|fb|guce|ns|at_(?:medium|campaign|custom)|sc|wt|hsct|soc|amp)[_.]\w+
        | _?_hs\w+ | _g[al] | _openstat | __twitter_impression | hsctatracking | amp_js_v | usqp
        | (?:fbc|gc|dc|gbra|wbra|msclk|yc|ysc|twc|ttc|igsh|clk|click)l?id | gclsrc | mc_[ce]id | at_(?:medium|campaign)
        | xtor | xtref | wprov | spm | spref | sref | srnd | ref | ref_?(?:src|url) | referr?er | cmpi?d?
        | ocid | ncid | icid | s_cid | int_?cmp | ito | smid | smtyp | emc | trk | traffic_source | feed(?:name|type)
        | taid | guccounter | share_?id | itid
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_TRACKER_BY_VALUE = re.compile(
    r"^(?:source|src|from|via|partner|medium|campaign|feed|origin)="
    r"(?:rss\w*|feed\w*|atom|twitter|facebook|fb|linkedin|whatsapp|telegram|newsletter|email|social|share|googlenews)$",
    re.IGNORECASE,
)
_AMP_QUERY = re.compile(r"^(?:amp(?:=(?:1|true|yes)?)?|(?:outputtype|output|view|format)=amp)$", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp/?|\.amp)$|(?<=\.)amp\.(?=html?$)", re.IGNORECASE)
_AMP_CACHE_HOST = re.compile(r"\.cdn\.ampproject\.org$|\.ampcache\.\w+$")
_TWIN_HOST = re.compile(r"^(?:m|mobile|amp)\.(?=[^.]+\.[^.]+)")
_INNER_TWIN = re.compile(r"(?<=\.)m\.(?=wikipedia\.org$)")

_REDIRECTORS: tuple[tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(host), re.compile(path), keys)
    for host, path, keys in (
        (r"(?:^|\.)google\.[a-z.]{2,6}$", r"^/(?:url|imgres|news/url)$", ("url", "q", "imgrefurl")),
        (r"^news\.google\.[a-z.]{2,6}$", r"", ("url",)),
        (r"(?:^|\.)bing\.com$", r"apiclick", ("url",)),
        (r"^lm?\.(?:facebook|instagram|messenger)\.com$", r"", ("u",)),
        (r"(?:^|\.)facebook\.com$", r"^/(?:l\.php|flx/warn/?|sharer.*)$", ("u",)),
        (r"\.safelinks\.protection\.outlook\.com$", r"", ("url",)),
        (r"(?:^|\.)linkedin\.com$", r"^/(?:redir|safety|shareArticle)", ("url",)),
        (r"^(?:www\.)?youtube\.com$", r"^/redirect$", ("q",)),
        (r"^(?:away\.)?vk\.com$", r"^/away", ("to",)),
        (r"^out\.reddit\.com$", r"", ("url",)),
        (r"^(?:www\.)?duckduckgo\.com$", r"^/l/?$", ("uddg",)),
        (r"^t\.umblr\.com$", r"", ("z",)),
        (r"^(?:www\.)?(?:feedproxy|feeds)\.\w+\.com$", r"", ("url",)),
    )
)

# A label below these belongs to somebody else: two blogs of one host are two sites.
_SHARED_HOSTS = (
    "blogspot.com", "wordpress.com", "substack.com", "medium.com", "github.io", "tumblr.com", "livejournal.com",
    "typepad.com", "weebly.com", "wixsite.com", "ghost.io", "squarespace.com", "hatenablog.com", "herokuapp.com",
    "pages.dev", "netlify.app", "vercel.app", "web.app", "blogspot.co.uk", "over-blog.com", "beehiiv.com",
)  # fmt: skip

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]")
_SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]+")
_CREDENTIALS = re.compile(r"(?<=//)[^/?#\s]*@")


class UrlError(ValueError):
    """A string that is no http(s) address. `url` is the string, without credentials; `reason` says why."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = strip_credentials(url)[:200]
        self.reason = reason
        super().__init__(f"{self.url!r}: {reason}")


def canonicalise_url(url: str, base: str | None = None) -> str:
    """The one form in which an address is stored and compared. Idempotent; raises UrlError and nothing else.

    Relative addresses are resolved against `base`; redirect links that carry their target are unwrapped; tracking
    parameters, AMP and mobile twins, fragments, default ports and credentials go; IDN hosts become ASCII.
    """
    text = url.strip().strip("\x00")
    if not text:
        raise UrlError(url, "empty")
    if len(text) > MAX_URL_LENGTH:
        raise UrlError(url, f"longer than {MAX_URL_LENGTH} characters")
    if base is not None:
        text = _resolve(text, base)
    for _ in range(MAX_ROUNDS):
        before, text = text, _canonicalise_once(text)
        if len(text) > MAX_URL_LENGTH:
            raise UrlError(url, f"longer than {MAX_URL_LENGTH} characters")
        if text == before:
            return text
    raise UrlError(url, "does not settle into one form")


def same_site(a: str, b: str) -> bool:
    """Whether both addresses belong to one registrable domain (or are the same host, where there is none)."""
    site = _site(a)
    return site is not None and site == _site(b)


def strip_credentials(url: str) -> str:
    """The address without `user:password@`, for logs and records. Never raises."""
    return _CREDENTIALS.sub("", url)


def host_of(url: str) -> str:
    """The host in lower case without a leading `www.`, or "" where there is none. Never raises."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _resolve(text: str, base: str) -> str:
    try:
        return urljoin(base.strip(), _SPACE_OR_CONTROL.sub("", text) if "\n" in text else text)
    except ValueError as error:
        raise UrlError(text, f"cannot be resolved: {error}") from error


def _canonicalise_once(text: str) -> str:
    text = _SPACE_OR_CONTROL.sub(lambda found: "%20" if found[0] == " " else "", text.replace("&amp;", "&"))
    try:
        parts = urlsplit(text)
        port = parts.port
        hostname = parts.hostname
    except ValueError as error:
        raise UrlError(text, f"malformed: {error}") from error
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise UrlError(text, f"scheme {scheme!r} is not http or https" if scheme else "no scheme")
    if not hostname:
        raise UrlError(text, "no host")
    host = _canonical_host(text, hostname)
    target = _redirect_target(host, parts)
    if target is not None:
        return target
    path, query = _canonical_path(parts.path), _canonical_query(parts.query)
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != (443 if scheme == "https" else 80):
        netloc = f"{netloc}:{port}"
    return urlunsplit((scheme, netloc, path, query, ""))


def _canonical_host(url: str, hostname: str) -> str:
    host = hostname.rstrip(".").lower()
    if ":" in host:
        return host
    if not host.isascii() or "%" in host:
        try:
            host = idna.encode(unquote(host), uts46=True).decode("ascii").lower()
        except (idna.IDNAError, UnicodeError) as error:
            raise UrlError(url, f"bad host name: {error}") from error
    if not host or len(host) > 253 or not re.fullmatch(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", host):
        raise UrlError(url, "bad host name")
    if _is_address(host):
        return host
    return _INNER_TWIN.sub("", _TWIN_HOST.sub("www.", host))


def _is_address(host: str) -> bool:
    return host.replace(".", "").isdigit()


def _canonical_path(path: str) -> str:
    path = _percent_encode(path).replace("\\", "/")
    if "://" not in path and ":/" not in path:  # an archive's path holds another URL
        path = re.sub(r"/{2,}", "/", path)
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    path = "/" + "/".join(kept)
    stripped = _AMP_PATH.sub("", path)
    if stripped != path and stripped:
        return stripped
    return path


def _canonical_query(query: str) -> str:
    kept = []
    for pair in _percent_encode(query).split("&"):
        key = pair.partition("=")[0]
        if not pair or _TRACKER.match(key) or _TRACKER_BY_VALUE.match(pair) or _AMP_QUERY.match(pair):
            continue
        kept.append(pair)
    return "&".join(sorted(kept, key=lambda pair: pair.partition("=")[0]))


def _percent_encode(text: str) -> str:
    """Escapes in one form: upper-case digits, none for letters that need none, all others UTF-8."""

    def one_form(found: re.Match[str]) -> str:
        digits = found[1]
        if digits is None:
            return "%25"
        char = chr(int(digits, 16))
        return char if char in _UNRESERVED else f"%{digits.upper()}"

    def encode(found: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))

    return _UNSAFE.sub(encode, _PERCENT.sub(one_form, text))


def _redirect_target(host: str, parts: SplitResult) -> str | None:
    """The address inside a redirect link, or None. Only what the link itself says: nothing is fetched here."""
    path = parts.path
    if _AMP_CACHE_HOST.search(host) or (host.startswith(("google.", "www.google.")) and path.startswith("/amp/")):
        found = re.match(r"^/(?:amp|[cvwir]|[vwa]/s|)(/s)?/(?:s/)?(.+)$", path)
        if found and "." in found[2].split("/")[0]:
            secure = "/s/" in path[:8]
            return f"{'https' if secure else 'http'}://{found[2]}" + (f"?{parts.query}" if parts.query else "")
    if host.startswith("news.google.") and (found := re.search(r"/articles/([\w-]{16,})", path)):
        return _google_news_target(found[1])
    if host.endswith("search.yahoo.com") and (found := re.search(r"/RU=([^/]+)/", path)):
        return _web_address(unquote(found[1]))
    for host_pattern, path_pattern, keys in _REDIRECTORS:
        if host_pattern.search(host) and path_pattern.search(path):
            values = dict(parse_qsl(parts.query))
            for key in keys:
                if target := _web_address(values.get(key, "")):
                    return target
    return None


def _google_news_target(token: str) -> str | None:
    """Older tokens are base64 of a small record with the address in clear; newer ones are sealed and stay."""
    try:
        record = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    found = re.search(rb"https?://[\x21-\x7e]+", record)
    return _web_address(found[0].decode("ascii")) if found else None


def _web_address(text: str) -> str | None:
    return text if re.match(r"https?://[^/\s]", text, re.IGNORECASE) else None


def _site(url: str) -> str | None:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    return _site_of_host(host) if host else None


@lru_cache(maxsize=4096)
def _site_of_host(host: str) -> str:
    for shared in _SHARED_HOSTS:
        if host.endswith("." + shared):
            return ".".join(host.split(".")[-(shared.count(".") + 2) :])
    if ":" in host or _is_address(host) or "." not in host:
        return host
    return extract_domain(f"http://{host}/") or host
