"""Serves the newsroom on loopback: the six sites as they stand on one of the two days, with conditional GET."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit

from flows.newsroom.listings import render_listings, rfc822
from flows.newsroom.pages import STATIC_PAGES, render_article, render_front, render_index, render_static
from flows.newsroom.stories import DAYS, Site, Story, day_time, load_sites, load_stories, section_slug

ROBOTS = "User-agent: *\nDisallow: /search\nDisallow: /account/\nAllow: /\n"
RELATED = 4


class Answer(NamedTuple):
    """What is at one path on one day."""

    content_type: str
    body: bytes
    changed_at: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'


class Newsroom:
    """A running newsroom. `set_day(2)` puts the second day's stories on the same addresses."""

    def __init__(self, port: int, day: int) -> None:
        self._port = port
        self.set_day(day)
        self._lock = threading.Lock()
        self.requests: list[tuple[str, int]] = []
        """Path and status of each answer, in order."""

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        return f"http://{self.host_port}"

    @property
    def day(self) -> int:
        return self._day

    def set_day(self, day: int) -> None:
        if day not in DAYS:
            raise ValueError(f"the newsroom has days {sorted(DAYS)}, not {day}")
        self._day = day

    def day_time(self, day: int | None = None) -> datetime:
        """The clock (`--now`) for a pass over that day, by default the one being served."""
        return day_time(self._day if day is None else day)

    def sources_toml(self) -> str:
        """A source file for this newsroom, in the shape of the catalog's."""
        lines = ["# Sources of the demonstration newsroom: every report there is invented."]
        for site in load_sites():
            pattern = "^" + self.url.replace(".", r"\.") + site.link_pattern if site.link_pattern else ""
            values = {
                "id": f"demo-{site.id}",
                "name": site.name,
                "url": f"{self.url}{site.listing}",
                "kind": site.kind,
                "link_pattern": pattern,
                "language": site.language,
                "country": site.country,
                "region": site.region,
                "type": site.type,
                "tier": site.tier,
                "poll_minutes": site.poll_minutes,
            }
            lines += ["", "[[source]]"]
            # A JSON string or number is also a TOML one.
            lines += [
                f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value != ""
            ]
        return "\n".join(lines) + "\n"

    def answer(self, path: str) -> Answer | None:
        return _site_map(self.url, self._day).get(path)

    def record(self, path: str, status: int) -> None:
        with self._lock:
            self.requests.append((path, status))


@contextmanager
def newsroom(day: int = 1, port: int = 0) -> Iterator[Newsroom]:
    """Serve the newsroom from a thread until the block ends; port 0 takes a free one."""
    with _Server(("127.0.0.1", port), _Handler) as server:
        server.room = room = Newsroom(server.server_port, day)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="newsroom", daemon=True)
        thread.start()
        try:
            yield room
        finally:
            server.shutdown()
            thread.join()


@lru_cache(maxsize=8)
def _site_map(base: str, day: int) -> dict[str, Answer]:
    """Everything that can be asked for on that day. Small enough to render at once."""
    now = day_time(day)
    answers = {
        "/": Answer("text/html; charset=utf-8", render_index(load_sites(), base, day), now),
        "/robots.txt": Answer("text/plain", ROBOTS.encode(), DAYS[1]),
    }
    for site in load_sites():
        stories = [story for story in load_stories() if story.site == site.id and story.day <= day]
        answers |= _site_pages(site, stories, base, now)
    return answers


def _site_pages(site: Site, stories: list[Story], base: str, now: datetime) -> dict[str, Answer]:
    html = "text/html; charset=utf-8"
    answers = {f"/{site.id}/": Answer(html, render_front(site, stories, base, site.name), now)}
    for section in site.sections:
        inside = [story for story in stories if story.section == section]
        body = render_front(site, inside, base, section)
        answers[f"/{site.id}/section/{section_slug(section)}/"] = Answer(html, body, now)
    for name in STATIC_PAGES:
        answers[f"/{site.id}/{name}/"] = Answer(html, render_static(site, name, base), DAYS[1])
    for path, (content_type, body) in render_listings(site, stories, base, now).items():
        answers[path] = Answer(content_type, body, now)
    for story in stories:
        # Only stories of the same day or before are "related", so that a page stays as it was.
        related = [other for other in stories if other.day <= story.day and other is not story][:RELATED]
        changed_at = story.updated or story.published or DAYS[1]
        answers[story.path] = Answer(html, render_article(site, story, related, base), changed_at)
    return answers


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    room: Newsroom


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the site map of the day."""

    protocol_version = "HTTP/1.1"
    server_version = "DemoNewsroom"
    sys_version = ""
    timeout = 30
    wbufsize = -1  # head and body in one packet: two small ones wait 40 ms for each other's acknowledgement

    def do_GET(self) -> None:
        self._reply(with_body=True)

    def do_HEAD(self) -> None:
        self._reply(with_body=False)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal belongs to the command that runs the newsroom."""

    def _reply(self, *, with_body: bool) -> None:
        assert isinstance(self.server, _Server)
        room = self.server.room
        path = urlsplit(self.path).path
        answer = room.answer(path)
        if answer is None:
            status, answer = HTTPStatus.NOT_FOUND, Answer("text/plain", b"No such page.\n", DAYS[1])
        else:
            status = HTTPStatus.NOT_MODIFIED if self._is_current(answer) else HTTPStatus.OK
        room.record(path, status)
        self.send_response(status)
        if status != HTTPStatus.NOT_FOUND:
            self.send_header("ETag", answer.etag)
            self.send_header("Last-Modified", rfc822(answer.changed_at))
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body and status != HTTPStatus.NOT_MODIFIED:
            self.wfile.write(answer.body)

    def _is_current(self, answer: Answer) -> bool:
        """Whether the client has this already. An entity tag, where sent, decides alone (RFC 9110, 13.1.3)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or answer.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            return answer.changed_at.replace(microsecond=0) <= parsedate_to_datetime(since)
        except ValueError:
            return False
