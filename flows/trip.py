"""What is known of one URL while it is fetched: attempts, redirects, the reply, and the rows to be kept. No network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import urljoin

import httpx

from extractors.records import Fetch, Page
from flows.addresses import UrlRefused, check_url
from flows.archive import Spot
from flows.decoding import DecodeError, TooLarge, decode_body
from flows.exchange import Bounds, Reply
from flows.replies import PAGE_STATUS, PERMANENT_STATUS, FetchError, judge_status, media_type

Purpose = Literal["robots", "listing", "page"]


@dataclass(slots=True)
class Trip:
    """The journey of one URL. `url` is free of credentials, and is what every row and error shows."""

    url: str
    source_id: str
    purpose: Purpose
    headers: list[tuple[str, str]]
    fetched_at: datetime
    body_sha256: str | None = None
    """Of the body known so far."""
    conditional: bool = False
    fetches: list[Fetch] = field(default_factory=list)
    tries: int = 0
    hops: int = 0
    permanent: bool = True
    flags: tuple[str, ...] = ()
    server: str = ""
    origin: str = ""
    reply: Reply | None = None
    spot: Spot | None = None

    def start(self, now: datetime) -> None:
        """Begin an attempt; rows of earlier ones stay."""
        self.tries += 1
        self.fetched_at = now
        self.hops, self.permanent, self.flags = 0, True, ()
        self.server = self.origin = ""
        self.reply = self.spot = None

    def check(self, url: str, allow_hosts: Sequence[str]) -> httpx.URL:
        """The URL ready to be asked; raises `FetchError`."""
        try:
            return check_url(url, allow_hosts)
        except UrlRefused as refused:
            raise FetchError(self.url, refused.failure_class, refused.reason) from refused

    def next_hop(self, url: httpx.URL, reply: Reply, allow_hosts: Sequence[str]) -> httpx.URL:
        """Where a redirect leads, judged like a URL of our own."""
        location = reply.headers.get("location", "").strip()
        if not location:
            raise FetchError(self.url, "redirects", f"HTTP {reply.status} without a Location", status=reply.status)
        try:
            following = check_url(urljoin(str(url), location), allow_hosts)
        except (UrlRefused, ValueError) as error:
            reason = error.reason if isinstance(error, UrlRefused) else str(error)
            failure_class = error.failure_class if isinstance(error, UrlRefused) else "parse"
            failure_class = "redirects" if failure_class == "parse" else failure_class
            raise FetchError(self.url, failure_class, f"a redirect to {reason}", status=reply.status) from error
        self.permanent = self.permanent and reply.status in PERMANENT_STATUS
        if url.scheme == "https" and following.scheme == "http":
            # Followed, since official sites do it; recorded, since what comes is no longer proven to be theirs.
            self.flags = ("downgraded",)
        return following

    def row(self, outcome: str, body_sha256: str | None = None) -> Fetch:
        """The row of this attempt, as far as it got."""
        reply, spot = self.reply, self.spot
        if reply is None:
            return Fetch(self.url, self.source_id, self.purpose, self.fetched_at, outcome=outcome)
        return Fetch(
            url=self.url,
            source_id=self.source_id,
            purpose=self.purpose,
            fetched_at=self.fetched_at,
            status=reply.status,
            outcome=outcome,
            bytes_received=len(reply.body),
            seconds=round(reply.seconds, 4),
            final_url=reply.url,
            body_sha256=body_sha256,
            etag=reply.headers.get("etag"),
            last_modified=reply.headers.get("last-modified"),
            archive_file=spot.file if spot else None,
            archive_offset=spot.offset if spot else None,
        )


def read_reply(reply: Reply, trip: Trip, bounds: Bounds, now: datetime) -> Page | None:
    """The page in a reply, or None for "not modified"; raises `FetchError` for every other reply."""
    if reply.status == 304 and trip.conditional:
        return None
    is_page = reply.status in PAGE_STATUS
    try:
        body = decode_body(reply.body, reply.codings, bounds.page_bytes if is_page else 16 * bounds.error_bytes)
    except (DecodeError, TooLarge) as error:
        if is_page:
            failure_class = "too-large" if isinstance(error, TooLarge) else "parse"
            raise FetchError(trip.url, failure_class, str(error), status=reply.status) from error
        body = b""
    if failure := judge_status(trip.url, reply.status, reply.headers, body, now):
        raise failure
    kind, charset = media_type(reply.headers)
    return Page(
        url=trip.url,
        content=body,
        fetched_at=trip.fetched_at,
        final_url=reply.url,
        status=reply.status,
        content_type=kind,
        charset=charset,
    )
