"""What a reply means."""

from datetime import UTC, datetime

import httpx
import pytest

from flows.replies import find_wall, judge_status, max_age_minutes, media_type, retry_after_seconds

NOW = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
URL = "https://example.org/news"
ARTICLE = b"<html><title>Talks</title><article>" + b"<p>A paragraph of the report.</p>" * 8 + b"</article></html>"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("999999999999999", 999999999.0),
        ("Mon, 02 Mar 2026 08:01:40 GMT", 100.0),
        ("Monday, 02-Mar-26 08:01:40 GMT", 100.0),
        ("Mon Mar  2 08:01:40 2026", 100.0),
        ("Mon, 02 Mar 2020 08:00:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("", None),
    ],
)
def test_retry_after_in_all_its_forms(value: str, seconds: float | None) -> None:
    assert retry_after_seconds(httpx.Headers({"Retry-After": value}), NOW) == seconds


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text/html; charset=UTF-8", ("text/html", "utf-8")),
        ('Text/XML;Charset="windows-1251"', ("text/xml", "windows-1251")),
        ("application/rss+xml", ("application/rss+xml", None)),
        ("text/html; charset=", ("text/html", None)),
        ("; charset=gbk", (None, "gbk")),
        ("", (None, None)),
    ],
)
def test_media_type_and_charset(value: str, expected: tuple[str | None, str | None]) -> None:
    assert media_type(httpx.Headers({"Content-Type": value})) == expected


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("max-age=600", 10.0),
        ("public, MAX-AGE=60", 1.0),
        ("s-maxage=600", None),
        ("no-store", None),
        ("max-age=x", None),
    ],
)
def test_max_age(value: str, minutes: float | None) -> None:
    assert max_age_minutes(httpx.Headers({"Cache-Control": value})) == minutes


@pytest.mark.parametrize(
    ("status", "headers", "body", "maker"),
    [
        (403, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
        (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF"),
        (503, {}, b"<title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/x>", "Cloudflare"),
        (200, {}, b"<html><script src='/_Incapsula_Resource?x'></script></html>", "Imperva"),
        (200, {}, ARTICLE + b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>", None),
        (200, {}, ARTICLE + b"<p>The firewall is made by captcha-delivery.com, the ministry said.</p>", None),
        (404, {}, b"<h1>not found</h1>", None),
        (403, {}, b"x" * 100_000 + b"px-captcha", None),
    ],
)
def test_a_bot_wall_is_told_from_an_honest_page(
    status: int, headers: dict[str, str], body: bytes, maker: str | None
) -> None:
    assert find_wall(status, httpx.Headers(headers), body) == maker


@pytest.mark.parametrize(
    ("status", "failure_class", "retryable"),
    [
        (401, "blocked", False),
        (403, "blocked", False),
        (404, "http-404", False),
        (408, "http-408", True),
        (410, "http-410", False),
        (418, "http-418", False),
        (429, "http-429", True),
        (451, "blocked", False),
        (500, "http-500", True),
        (501, "http-501", False),
        (503, "http-503", True),
        (522, "http-522", True),
        (999, "http-999", False),
        (204, "empty", False),
        (206, "empty", False),
        (304, "http-304", False),
    ],
)
def test_each_status_has_its_class(status: int, failure_class: str, retryable: bool) -> None:
    failure = judge_status(URL, status, httpx.Headers(), b"body", NOW)
    assert failure is not None
    assert (failure.failure_class, failure.retryable, failure.status) == (failure_class, retryable, status)


def test_a_page_is_no_failure_and_a_blank_one_is() -> None:
    assert judge_status(URL, 200, httpx.Headers(), ARTICLE, NOW) is None
    blank = judge_status(URL, 200, httpx.Headers(), b" \n", NOW)
    assert blank is not None
    assert blank.failure_class == "empty"


def test_how_long_to_wait_is_part_of_the_failure() -> None:
    failure = judge_status(URL, 503, httpx.Headers({"Retry-After": "90"}), b"", NOW)
    assert failure is not None
    assert failure.retry_after == 90
    assert str(failure) == f"{URL}: http-503: HTTP 503, asks to wait 90 s"
