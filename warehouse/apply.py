"""Applies what was decided: developments, their mentions, merges, and the alerts outbox. Nothing is decided here.

An alert's GUID is made once, in the transaction that raises it, and only read from then on: it stays through reruns,
better extractors, merges, restores and a changed address of the feed.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from extractors.records import (
    Change,
    Development,
    MergeDevelopments,
    RaiseAlert,
    RunStamp,
    SaveDevelopment,
    UpdateAlert,
)
from warehouse.connection import WarehouseError
from warehouse.rows import STAMP, Row, merge, stamped, to_timestamp

_GUID_PREFIX = "tag:pactwatch,2026:alert/"


class ApplyError(WarehouseError):
    """A change that names a development or mention which the warehouse does not have: a fault of the program."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What the changes did."""

    created: tuple[str, ...] = ()
    """Developments that were not there before."""
    updated: int = 0
    merged: int = 0
    alerts: tuple[tuple[str, str], ...] = ()
    """GUID and development_id of each alert raised now."""


def apply_changes(
    connection: duckdb.DuckDBPyConnection, changes: Sequence[Change], stamp: RunStamp, now: datetime
) -> Applied:
    """Apply in order, inside the caller's transaction. Applying the same changes twice does nothing more."""
    merged_into = _load_merges(connection)
    saves = [change for change in changes if isinstance(change, SaveDevelopment)]
    developments = {
        s.development.development_id: s.development for s in saves if s.development.development_id not in merged_into
    }
    links = {
        mention_id: _follow(s.development.development_id, merged_into) for s in saves for mention_id in s.mention_ids
    }
    created, updated = _save_developments(connection, developments.values(), stamp)
    _link_mentions(connection, links, stamp, now)
    merges = [change for change in changes if isinstance(change, MergeDevelopments)]
    merged = sum(_merge_pair(connection, change, merged_into, stamp) for change in merges)
    raises = [change for change in changes if isinstance(change, RaiseAlert)]
    raised = [alert for change in raises for alert in _raise_alert(connection, change, merged_into, stamp, now)]
    updates = [_follow(c.development_id, merged_into) for c in changes if isinstance(c, UpdateAlert)]
    _update_alerts(connection, updates, stamp, now)
    return Applied(created, updated, merged, tuple(raised))


def _load_merges(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = connection.execute(
        "SELECT development_id, merged_into FROM developments WHERE merged_into IS NOT NULL"
    ).fetchall()
    return dict(rows)


def _follow(development_id: str, merged_into: Mapping[str, str]) -> str:
    """The development that this one is by now. Merges are flattened when they are stored; the loop is for new ones."""
    while development_id in merged_into:
        development_id = merged_into[development_id]
    return development_id


def _save_developments(
    connection: duckdb.DuckDBPyConnection, developments: Iterable[Development], stamp: RunStamp
) -> tuple[tuple[str, ...], int]:
    rows = [_development_row(development, stamp) for development in developments]
    if not rows:
        return (), 0
    ids = [row["development_id"] for row in rows]
    there = {
        found
        for (found,) in connection.execute(
            "SELECT development_id FROM developments WHERE development_id IN (SELECT unnest($1::VARCHAR[]))", [ids]
        ).fetchall()
    }
    counts = merge(
        connection, "developments", rows, keys=["development_id"], ignore=STAMP,
        expressions={"first_seen_at": "least(kept.first_seen_at, found.first_seen_at)"},
    )  # fmt: skip
    met: list[Row] = [
        {
            "initiative_id": row["initiative_id"], "name": row["initiative"], "kind": row["kind"],
            "known": row["known"], "first_seen_at": row["first_seen_at"], **stamped(stamp),
        }
        for row in rows
    ]  # fmt: skip
    merge(
        connection, "initiatives", met, keys=["initiative_id"], ignore=STAMP,
        keep=["name", "kind", "known", "first_seen_at"], guard="false",
    )  # fmt: skip
    created = tuple(str(found) for found in ids if found not in there)
    return created, counts.get("UPDATE", 0)


def _development_row(d: Development, stamp: RunStamp) -> Row:
    return {
        "development_id": d.development_id, "initiative_id": d.initiative_id, "initiative": d.initiative,
        "aliases": d.aliases, "known": d.known, "kind": d.kind, "action": d.action, "modality": d.modality,
        "is_background": d.is_background, "headline": d.headline, "agents": d.agents, "others": d.others,
        "event_date": d.event_date, "date_precision": d.date_precision, "place": d.place, "place_code": d.place_code,
        "first_seen_at": to_timestamp(d.first_seen_at), "last_seen_at": to_timestamp(d.last_seen_at),
        "article_ids": d.articles, "origins": d.origins, "independent_sources": d.independent_sources,
        "best_tier": d.best_tier, "newsrooms": d.newsrooms, "first_published_at": to_timestamp(d.first_published_at),
         "confidence": d.confidence, "follows": d.follows, "relation": d.relation,
        **stamped(stamp),
    }  # fmt: skip


def _link_mentions(
    connection: duckdb.DuckDBPyConnection, links: Mapping[str, str], stamp: RunStamp, now: datetime
) -> None:
    rows: list[Row] = [
        {"development_id": to, "mention_id": mention, "linked_at": to_timestamp(now), **stamped(stamp)}
        for mention, to in links.items()
    ]
    if not rows:
        return
    merge(connection, "development_mentions", rows, keys=["mention_id"], keep=["linked_at"], ignore=STAMP)
    unknown = connection.execute("""
        SELECT mention_id FROM staged_development_mentions
        WHERE mention_id NOT IN (SELECT mention_id FROM mentions)
        ORDER BY mention_id LIMIT 1
    """).fetchone()
    if unknown:
        raise ApplyError(unknown[0], "no such mention to link to a development")


def _merge_pair(
    connection: duckdb.DuckDBPyConnection, change: MergeDevelopments, merged_into: dict[str, str], stamp: RunStamp
) -> int:
    kept, gone = _follow(change.kept_id, merged_into), _follow(change.merged_id, merged_into)
    if kept == gone:
        return 0
    _require(connection, kept)
    _require(connection, gone)
    values = {"kept": kept, "gone": gone, "reason": change.reason, "run": stamp.run_id}
    for statement in _MERGE_STEPS:
        connection.execute(statement, {name: value for name, value in values.items() if f"${name}" in statement})
    merged_into[gone] = kept
    return 1


_MERGE_STEPS = (
    "UPDATE development_mentions SET development_id = $kept WHERE development_id = $gone",
    "UPDATE ops.retired_mentions SET development_id = $kept WHERE development_id = $gone",
    "UPDATE developments SET merged_into = $kept WHERE merged_into = $gone",
    """
    UPDATE developments SET
        first_seen_at = least(developments.first_seen_at, g.first_seen_at),
        last_seen_at = greatest(developments.last_seen_at, g.last_seen_at),
        article_ids = list_sort(list_distinct(list_concat(developments.article_ids, g.article_ids))),
        origins = list_sort(list_distinct(list_concat(developments.origins, g.origins))),
        independent_sources = len(list_distinct(list_concat(developments.origins, g.origins))),
        newsrooms = list_sort(list_distinct(list_concat(developments.newsrooms, g.newsrooms))),
        first_published_at = least(developments.first_published_at, g.first_published_at),
        best_tier = least(developments.best_tier, g.best_tier),
        is_background = developments.is_background AND g.is_background
    FROM developments g
    WHERE developments.development_id = $kept AND g.development_id = $gone
    """,
    """
    UPDATE developments SET merged_into = $kept, merge_reason = $reason, run_id = $run WHERE development_id = $gone
    """,
    "UPDATE developments SET follows = NULLIF($kept, development_id) WHERE follows = $gone",
    # Both were published: the kept one's item stands for the other's. Only the other was: it goes over as it is.
    """
    UPDATE alerts SET
        superseded_by = (SELECT min(k.guid) FROM alerts k WHERE k.development_id = $kept AND k.superseded_by IS NULL)
    WHERE development_id = $gone AND superseded_by IS NULL
    """,
    "UPDATE alerts SET development_id = $kept WHERE development_id = $gone",
)


def _raise_alert(
    connection: duckdb.DuckDBPyConnection,
    change: RaiseAlert,
    merged_into: Mapping[str, str],
    stamp: RunStamp,
    now: datetime,
) -> list[tuple[str, str]]:
    development_id = _follow(change.development_id, merged_into)
    _require(connection, development_id)
    guid = _GUID_PREFIX + str(uuid.uuid5(uuid.NAMESPACE_URL, f"pactwatch/{development_id}"))
    at = to_timestamp(now)
    rows = connection.execute(
        """
        INSERT INTO alerts
        SELECT $guid, $development, $at, $at, $reason, NULL, $run, $version
        WHERE NOT EXISTS (SELECT 1 FROM alerts WHERE development_id = $development)
        RETURNING guid, development_id
        """,
        {
            "guid": guid, "development": development_id, "at": at, "reason": change.reason,
            "run": stamp.run_id, "version": stamp.extractor_version,
        },
    ).fetchall()  # fmt: skip
    return [(str(row[0]), str(row[1])) for row in rows]


def _update_alerts(
    connection: duckdb.DuckDBPyConnection, development_ids: Sequence[str], stamp: RunStamp, now: datetime
) -> None:
    if development_ids:
        connection.execute(
            """
            UPDATE alerts SET updated_at = $2, run_id = $3
            WHERE development_id IN (SELECT unnest($1::VARCHAR[])) AND superseded_by IS NULL AND updated_at < $2
            """,
            [list(development_ids), to_timestamp(now), stamp.run_id],
        )


def _require(connection: duckdb.DuckDBPyConnection, development_id: str) -> None:
    if not connection.execute("SELECT 1 FROM developments WHERE development_id = $1", [development_id]).fetchone():
        raise ApplyError(development_id, "no such development")
