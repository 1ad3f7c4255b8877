"""`health.xml`: one item when a source falls silent, stops answering, comes back, moves, or changes its layout.

Everything is worked out from what the runs stored, and an event's id from its source and the row that began it:
later runs find the same event again, so a reader sees it once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Literal

from extractors.records import stable_id
from warehouse.feed import FeedFiles, FeedSpec, atom_id, start_feed
from warehouse.feed_items import Readable, records
from warehouse.labels import clean, day_label, one_line
from warehouse.rendering import safe_url

HealthKind = Literal["silent", "failing", "back", "moved", "short-text", "same-text"]
FILES = FeedFiles("health.xml", "health.atom", "health.json")
KEPT = timedelta(days=90)
MOST = 100
FAILED_RUNS = 3
"""Runs in a row without an answer before it is news: one bad night of a server is not."""


@dataclass(frozen=True, slots=True)
class HealthEvent:
    """Something a person who looks after the sources should know, once."""

    kind: HealthKind
    source_id: str
    source: str
    url: str
    at: datetime
    begun: str
    """What tells this event from others of its kind and source: a time, an address, an article."""
    detail: str

    @property
    def guid(self) -> str:
        return atom_id(stable_id("health", self.kind, self.source_id, self.begun))

    @property
    def title(self) -> str:
        return f"{one_line(self.source)} {_VERBS[self.kind]}"


_VERBS: dict[HealthKind, str] = {
    "silent": "fell silent",
    "failing": "does not answer",
    "back": "came back",
    "moved": "answers at another address",
    "short-text": "has suddenly short texts",
    "same-text": "gives one text for several articles",
}

_LAST_RUN = "SELECT max(started_at) AS newest FROM ops.runs"

# A run counts as answered when any of its tries was.
_POLLS = """
SELECT f.source_id, s.name, s.url, min(f.fetched_at) AS polled_at,
       bool_or(f.outcome IN ('ok', 'not-modified', 'same-body')) AS answered,
       max(f.outcome) FILTER (f.outcome NOT IN ('ok', 'not-modified', 'same-body')) AS failure,
       max(f.final_url) FILTER (f.outcome = 'ok' AND f.final_url IS NOT NULL AND f.final_url <> f.url) AS moved_to
FROM ops.fetches f
JOIN sources s ON s.source_id = f.source_id AND s.active
WHERE f.purpose = 'listing'
GROUP BY f.source_id, s.name, s.url, f.run_id
ORDER BY f.source_id, polled_at, f.run_id
"""

# The gap after each moment at which a source showed something new; the open one ends with the newest run.
_GAPS = """
WITH moments AS (
    SELECT DISTINCT source_id, first_seen_at AS began_at FROM ops.links
), gaps AS (
    SELECT source_id, began_at, lead(began_at) OVER (PARTITION BY source_id ORDER BY began_at) AS next_at FROM moments
)
SELECT g.source_id, s.name, s.url, g.began_at, g.next_at, h.expected_per_day,
       coalesce(g.next_at, (SELECT max(started_at) FROM ops.runs)) AS until
FROM gaps g
JOIN source_health h ON h.source_id = g.source_id AND h.expected_per_day > 0
JOIN sources s ON s.source_id = g.source_id
ORDER BY g.source_id, g.began_at
"""

# The newest articles of a source when three or more in a row have less than a third of its usual text.
_SHORT = """
WITH usual AS (
    SELECT source_id, median(length(text)) AS length FROM articles
    GROUP BY source_id HAVING count(*) >= 8
), last_good AS (
    SELECT a.source_id, max(a.first_seen_at) AS seen_at FROM articles a JOIN usual u ON u.source_id = a.source_id
    WHERE length(a.text) >= 0.3 * u.length GROUP BY a.source_id
)
SELECT s.source_id, s.name, s.url, min(a.article_id ORDER BY a.first_seen_at, a.article_id) AS begun,
       list(a.first_seen_at ORDER BY a.first_seen_at)[3] AS third_at, count(*) AS articles,
       median(length(a.text)) AS length, any_value(u.length) AS usual
FROM articles a
JOIN last_good g ON g.source_id = a.source_id AND a.first_seen_at > g.seen_at
JOIN usual u ON u.source_id = a.source_id
JOIN sources s ON s.source_id = a.source_id AND s.active
GROUP BY s.source_id, s.name, s.url
HAVING count(*) >= 3
ORDER BY s.source_id
"""

_SAME = """
SELECT s.source_id, s.name, s.url, a.text_sha256 AS begun,
       list(a.first_seen_at ORDER BY a.first_seen_at)[3] AS third_at, count(*) AS articles
FROM articles a
JOIN sources s ON s.source_id = a.source_id AND s.active
GROUP BY s.source_id, s.name, s.url, a.text_sha256
HAVING count(*) >= 3
ORDER BY s.source_id, begun
"""


def read_health_events(warehouse: Readable) -> tuple[HealthEvent, ...]:
    """What happened to the sources in the 90 days before the newest run, newest first."""
    last_run = records(warehouse.query(_LAST_RUN))[0]["newest"]
    if last_run is None:
        return ()
    events = [*_polling(warehouse), *_silences(warehouse), *_layouts(warehouse)]
    recent = [event for event in events if event.at > last_run - KEPT]
    return tuple(sorted(recent, key=lambda event: (event.at, event.guid), reverse=True)[:MOST])


def _polling(warehouse: Readable) -> list[HealthEvent]:
    """Streaks of unanswered runs and their ends; answers that keep coming from another address."""
    events: list[HealthEvent] = []
    source, failed, moved = "", list[datetime](), list[str]()
    for row in records(warehouse.query(_POLLS)):
        if row["source_id"] != source:
            source, failed, moved = row["source_id"], [], []
        about = (row["source_id"], row["name"], row["url"], row["polled_at"])
        if not row["answered"]:
            failed.append(row["polled_at"])
            if len(failed) == FAILED_RUNS:
                detail = f"{FAILED_RUNS} runs in a row without an answer since {_moment(failed[0])}: {row['failure']}."
                events.append(HealthEvent("failing", *about, failed[0].isoformat(), detail))
            continue
        if len(failed) >= FAILED_RUNS:
            detail = f"It answers again, after {len(failed)} runs without an answer since {_moment(failed[0])}."
            events.append(HealthEvent("back", *about, failed[0].isoformat(), detail))
        failed = []
        if row["moved_to"]:
            moved = [*moved, row["moved_to"]] if moved[-1:] == [row["moved_to"]] else [row["moved_to"]]
            if len(moved) == FAILED_RUNS:
                detail = (
                    f"Its address leads to {row['moved_to']}: change it in the list of sources if that is for good."
                )
                events.append(HealthEvent("moved", *about, row["moved_to"], detail))
    return events


def _silences(warehouse: Readable) -> list[HealthEvent]:
    """Gaps that are far longer than a source's rate lets expect (as in `source_health`), and their ends."""
    events = []
    for row in records(warehouse.query(_GAPS)):
        patience = timedelta(days=max(2.0, 6 / row["expected_per_day"]))
        if row["until"] - row["began_at"] <= patience:
            continue
        begun = row["began_at"].isoformat()
        detail = f"Nothing new since {_moment(row['began_at'])}, which is far longer than usual."
        about = (row["source_id"], row["name"], row["url"])
        events.append(HealthEvent("silent", *about, row["began_at"] + patience, begun, detail))
        if row["next_at"]:
            detail = f"Something new on {_moment(row['next_at'])}, the first since {_moment(row['began_at'])}."
            events.append(HealthEvent("back", *about, row["next_at"], begun, detail))
    return events


def _layouts(warehouse: Readable) -> list[HealthEvent]:
    """Pages whose text is no longer found: a new layout, a wall or an error page taken for the article."""
    events = []
    for row in records(warehouse.query(_SHORT)):
        detail = (
            f"Its newest {row['articles']} articles have about {row['length']:.0f} characters of text, "
            f"usual are {row['usual']:.0f}: a new layout, or a wall?"
        )
        about = (row["source_id"], row["name"], row["url"], row["third_at"], row["begun"])
        events.append(HealthEvent("short-text", *about, detail))
    for row in records(warehouse.query(_SAME)):
        detail = "Three or more of its articles have one and the same text: a wall or an error page?"
        about = (row["source_id"], row["name"], row["url"], row["third_at"], row["begun"])
        events.append(HealthEvent("same-text", *about, detail))
    return events


def _moment(moment: datetime) -> str:
    return f"{day_label(moment)}, {moment:%H:%M} UTC"


def health_spec(title: str, base_url: str | None, hub: str | None = None) -> FeedSpec:
    """The feed of source health as a spec, for lists of feeds."""
    description = "When a source falls silent, stops answering, comes back, moves or changes its layout."
    return FeedSpec("health", f"{title}: source health", description, FILES, base_url=base_url, hub=hub)


def render_health_feed(spec: FeedSpec, events: Sequence[HealthEvent]) -> bytes:
    """The events as RSS 2.0, the same bytes for the same events."""
    feed = start_feed(spec, max((event.at for event in events), default=None), "rss")
    for event in events:
        entry = feed.add_entry(order="append")
        entry.title(event.title)
        entry.guid(event.guid, permalink=False)
        entry.published(event.at)
        entry.updated(event.at)
        entry.history.updated = event.at
        entry.description(escape(clean(event.detail), quote=False))
        entry.category([{"term": event.source_id, "scheme": "source"}, {"term": event.kind, "scheme": "event"}])
        if url := safe_url(event.url):
            entry.link(href=url, rel="alternate")
    return bytes(feed.rss_str(pretty=True))
