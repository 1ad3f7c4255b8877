"""What a reply means: its failure class, how long to stay away, which media type; no network here."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from extractors.records import Fetch

RETRYABLE_STATUS: Final = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
BLOCKED_STATUS: Final = frozenset({401, 403, 407, 451})
PAGE_STATUS: Final = frozenset({200, 203})
REDIRECT_STATUS: Final = frozenset({301, 302, 303, 307, 308})
PERMANENT_STATUS: Final = frozenset({301, 308})

_CHARSET: Final = re.compile(r"""charset\s*=\s*["']?([\w.:+-]{1,40})""", re.IGNORECASE)
_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)

_WALL_LOOKS_WITHIN: Final = 40_000
"""Pages that hold a challenge are small; an article that merely loads such a script is not."""
_WALL_MARKS: Final = (
    (b"_Incapsula_Resource", "Imperva"),
    (b"captcha-delivery.com", "DataDome"),
    (b"/cdn-cgi/challenge-platform/", "Cloudflare"),
    (b"cf-browser-verification", "Cloudflare"),
    (b"challenges.cloudflare.com", "Cloudflare"),
    (b"/_sec/cp_challenge/", "Akamai"),
    (b"px-captcha", "HUMAN"),
    (b"awswaf.com", "AWS WAF"),
    (b"sucuri_cloudproxy_js", "Sucuri"),
    (b"/.well-known/sgcaptcha/", "SiteGround"),
    (b"ddos-guard.net/check", "DDoS-Guard"),
)
_WALL_NEEDS: Final = re.compile(rb"<title>\s*(?:just a moment|attention required|access denied|are you a robot)", re.I)


class FetchError(Exception):
    """One URL that gave no page. `fetches` are the exchanges made on the way, the failed ones among them."""

    def __init__(
        self,
        url: str,
        failure_class: str,
        reason: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
        host_down: bool = False,
    ) -> None:
        reason = " ".join(reason.split())[:300]
        super().__init__(f"{url}: {failure_class}: {reason}")
        self.url = url
        self.failure_class = failure_class
        self.reason = reason
        self.retryable = retryable
        self.retry_after = retry_after
        """Seconds that the server asked us to wait."""
        self.status = status
        self.host_down = host_down
        """The host could not be reached at all: others of its pages need not be tried."""
        self.fetches: tuple[Fetch, ...] = ()


def media_type(headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The media type without parameters, in lower case, and the charset parameter."""
    value = headers.get("content-type", "")
    charset = _CHARSET.search(value)
    return value.partition(";")[0].strip().lower() or None, charset.group(1).lower() if charset else None


def max_age_minutes(headers: Mapping[str, str]) -> float | None:
    """For how long the server calls its answer fresh."""
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    return int(found.group(1)) / 60 if found else None


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Retry-After in either form, never negative; None when absent or unreadable."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def find_wall(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """The maker of the challenge that stands in for the page, if one does."""
    if "cf-mitigated" in headers:
        return "Cloudflare"
    if headers.get("x-amzn-waf-action", "") in ("challenge", "captcha"):
        return "AWS WAF"
    if len(body) > _WALL_LOOKS_WITHIN or body.startswith(b"<?xml"):
        return None
    titled = _WALL_NEEDS.search(body[:4000]) is not None
    for mark, maker in _WALL_MARKS:
        # On a 200, the script alone is on many a short honest page: only a page with next to no words is a wall.
        if mark in body and (status != 200 or titled or (len(body) < 6000 and body.count(b"<p") < 3)):
            return maker
    return None


def judge_status(url: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> FetchError | None:
    """The failure that this reply is; None for a page."""
    if wall := find_wall(status, headers, body):
        return FetchError(url, "blocked", f"a bot wall by {wall} in place of the page (HTTP {status})", status=status)
    if status in BLOCKED_STATUS:
        return FetchError(url, "blocked", f"HTTP {status}, access refused", status=status)
    if status == 304:
        return FetchError(url, "http-304", "not modified, though nothing was asked conditionally", status=status)
    if status in PAGE_STATUS:
        return FetchError(url, "empty", "a reply without a body", status=status) if not body.strip() else None
    if 200 <= status < 300:
        return FetchError(url, "empty", f"HTTP {status}, which carries no page", status=status)
    wait = retry_after_seconds(headers, now) if status in (429, 503) else None
    asked = f", asks to wait {wait:,.0f} s" if wait is not None else ""
    return FetchError(
        url,
        f"http-{status}",
        f"HTTP {status}{asked}",
        retryable=status in RETRYABLE_STATUS,
        retry_after=wait,
        status=status,
    )
