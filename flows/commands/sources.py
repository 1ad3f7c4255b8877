"""`pactwatch sources list` and `status`: what is watched, and how each source does."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.commands.sql import fetch_rows
from flows.settings import load_settings

BARS = "▁▂▃▄▅▆▇█"
DAYS = 21
STATUS_STYLES = {"well": "green", "learning": "cyan", "silent": "yellow", "failing": "red", "not polled": "dim"}
TIER_STYLES = {1: "green", 2: "default", 3: "yellow"}

HEALTH = """
    SELECT h.*, s.tier, s.kind, (SELECT max(started_at) FROM ops.runs) AS as_of
    FROM source_health h JOIN sources s USING (source_id) ORDER BY h.source_id
"""
ACTIVITY = f"""
    SELECT source_id, date_diff('day', first_seen_at, (SELECT max(started_at) FROM ops.runs)) AS age, count(*) AS n
    FROM articles WHERE first_seen_at > (SELECT max(started_at) FROM ops.runs) - INTERVAL {DAYS} DAYS
    GROUP BY ALL
"""  # noqa: S608 - a number of ours


def list_sources(sources: Path | None) -> int:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from extractors.catalog import load_sources

    settings = load_settings(sources=str(sources) if sources else None)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("id", "kind", "tier", "type", "country", "region", "minutes", "status", "url"):
        table.add_column(heading, no_wrap=heading != "url", overflow="fold")
    loaded = load_sources(settings.sources_file)
    for source in loaded:
        tier = f"[{TIER_STYLES.get(source.tier, 'default')}]{source.tier}[/]"
        status = f"[yellow]{source.status}[/]" if source.status == "flaky" else source.status
        table.add_row(source.id, source.kind, tier, source.type, source.country or "", source.region or "",
                      str(source.poll_minutes), status, escape(source.url))  # fmt: skip
    console = Console()
    console = console if console.is_terminal else Console(width=240)
    console.print(table)
    console.print(f"{len(loaded)} sources")
    return 0


def show_status(home: Path | None) -> int:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    settings = load_settings(home=home)
    rows = fetch_rows(settings.published_copy, HEALTH)
    activity = spread(fetch_rows(settings.published_copy, ACTIVITY))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("source", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column(f"new articles, {DAYS} days", no_wrap=True)
    table.add_column("a day", justify="right", no_wrap=True)
    table.add_column("last success", no_wrap=True)
    table.add_column("last new", no_wrap=True)
    table.add_column("failure", no_wrap=True)
    table.add_column("strikes", justify="right")
    for row in rows:
        as_of = moment(row["as_of"])
        counts = activity.get(row["source_id"], [0] * DAYS)
        style = STATUS_STYLES.get(row["status"], "default")
        expected = row["expected_per_day"]
        table.add_row(
            escape(row["source_id"]),
            f"[{style}]{row['status']}[/]",
            f"[cyan]{sparkline(counts)}[/] {sum(counts)}",
            "" if expected is None else f"{expected:.1f}",
            ago(moment(row["last_success_at"]), as_of),
            ago(moment(row["last_new_item_at"]), as_of),
            f"[red]{escape(row['failure_class'])}[/]" if row["failure_class"] else "",
            f"{row['strikes']:g}" if row["strikes"] else "",
        )
    console = Console()
    console = console if console.is_terminal else Console(width=200)
    console.print(table)
    return 0


def spread(rows: Sequence[dict[str, Any]]) -> dict[str, list[int]]:
    """For each source its counts by day, oldest first."""
    days: dict[str, list[int]] = {}
    for row in rows:
        if 0 <= row["age"] < DAYS:
            days.setdefault(row["source_id"], [0] * DAYS)[DAYS - 1 - row["age"]] = row["n"]
    return days


def sparkline(counts: Sequence[int]) -> str:
    """One bar a day, as high as the busiest day; a day without anything is a dot."""
    most = max(counts, default=0)
    return "".join("·" if not n else BARS[min(n * len(BARS) // (most + 1), len(BARS) - 1)] for n in counts)


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def ago(then: datetime | None, now: datetime | None) -> str:
    if then is None or now is None:
        return "never"
    hours = (now - then).total_seconds() / 3600
    if hours < 1:
        return "now" if hours < 0.05 else f"{hours * 60:.0f} min ago"
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} days ago"
