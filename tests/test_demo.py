"""`pactwatch demo`, run once, against what a careful reader finds in its newsroom (`flows/newsroom/expected.toml`).

Extraction may miss some of it: bounds, not the exact list. What the pipeline promises, no repeats and updates under the
same GUID, holds without bounds.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest

from flows.newsroom import day_time
from flows.newsroom.stories import HERE, load_stories
from tests.conftest import run_command

EXPECTED = tomllib.loads((HERE / "expected.toml").read_text("utf-8"))
REQUIRED = [entry for entry in EXPECTED["development"] if entry.get("required", True)]
QUIET = {story for entry in EXPECTED["quiet"] for story in entry["stories"]}
FOUND_AT_LEAST = 0.8
QUIET_ALERTS_AT_MOST = 2
FILLERS = frozenset({"a", "an", "the", "of", "on", "for", "in", "and"})

DEVELOPMENTS = """
SELECT d.development_id, d.initiative_id, d.action, d.modality, d.event_date, d.headline,
    [d.initiative] || coalesce((SELECT list(alias) FROM initiative_aliases i
        WHERE i.initiative_id = d.initiative_id), []) AS names,
    (SELECT list(DISTINCT a.url) FROM development_mentions l JOIN mentions m USING (mention_id)
        JOIN articles a USING (article_id) WHERE l.development_id = d.development_id) AS urls,
    al.guid, al.published_at < TIMESTAMP '{second}' AS first_day, al.updated_at > al.published_at AS updated
FROM developments d
LEFT JOIN alerts al ON al.development_id = d.development_id AND al.superseded_by IS NULL
WHERE d.merged_into IS NULL
ORDER BY d.development_id
"""


@dataclass(frozen=True)
class Demo:
    """What a person has after `pactwatch demo`."""

    public: Path
    status: int
    output: str
    errors: str
    developments: list[dict[str, Any]]

    @property
    def alerts(self) -> list[dict[str, Any]]:
        return [row for row in self.developments if row["guid"]]


@pytest.fixture(scope="module")
def demo(prefect_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Demo:
    from flows.commands.sql import fetch_rows

    home = tmp_path_factory.mktemp("demo")
    done = run_command("demo", "--home", home, env=prefect_environment)
    assert done.returncode == 0, done.stdout + done.stderr
    story_at = {story.path: story.id for story in load_stories()}
    query = DEVELOPMENTS.format(second=day_time(2).strftime("%Y-%m-%d %H:%M:%S"))
    rows = fetch_rows(home / "public/warehouse.duckdb", query)
    for row in rows:
        row["stories"] = {story_at[urlsplit(url).path] for url in row["urls"] or ()}
    return Demo(home / "public", done.returncode, done.stdout, done.stderr, rows)


def words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", name.lower())) - FILLERS


def tells(row: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether a development is the one expected: its story, its action, and a name that has all words of a good one."""
    names = [words(name) for name in row["names"]]
    good = [words(name) for name in (wanted["initiative"], *wanted.get("accept", ()))]
    return (
        bool(row["stories"] & set(wanted["stories"]))
        and row["action"] in (wanted["action"], *wanted.get("also_ok", ()))
        and (row["modality"] == "negated") == (wanted["modality"] == "negated")
        and any(one <= name for one in good for name in names)
    )


def test_the_demonstration_shows_two_days(demo: Demo) -> None:
    assert demo.errors == ""
    assert "day 1: Monday" in demo.output
    assert "day 2: Tuesday" in demo.output


def test_most_of_what_a_careful_reader_finds_is_in_the_warehouse(demo: Demo) -> None:
    missed = [entry["id"] for entry in REQUIRED if not any(tells(row, entry) for row in demo.developments)]
    print(f"missed {len(missed)} of {len(REQUIRED)}: {', '.join(missed)}")
    assert len(missed) <= (1 - FOUND_AT_LEAST) * len(REQUIRED), missed


def test_most_that_should_raise_an_alert_does(demo: Demo) -> None:
    wanted = [entry for entry in REQUIRED if entry["alert"].startswith("day-")]
    silent = [entry["id"] for entry in wanted if not any(tells(row, entry) for row in demo.alerts)]
    print(f"no alert for {len(silent)} of {len(wanted)}: {', '.join(silent)}")
    assert len(silent) <= (1 - FOUND_AT_LEAST) * len(wanted), silent


def test_stories_beside_the_point_stay_quiet(demo: Demo) -> None:
    loud = [row["headline"] for row in demo.alerts if row["stories"] <= QUIET]
    print(f"alerts that rest on quiet stories alone: {loud}")
    assert len(loud) <= QUIET_ALERTS_AT_MOST, loud


def test_the_second_day_adds_and_updates_and_repeats_nothing(demo: Demo) -> None:
    days = Counter(row["first_day"] for row in demo.alerts)
    assert days[True] >= 1
    assert days[False] >= 1
    assert any(row["first_day"] and row["updated"] for row in demo.alerts)
    told = Counter(
        (row["initiative_id"], row["action"], row["modality"] == "negated", row["event_date"] or row["headline"])
        for row in demo.alerts
    )
    assert [key for key, count in told.items() if count > 1] == []


def test_the_feed_parses_and_has_each_alert_once(demo: Demo) -> None:
    for name in ("feed.xml", "atom.xml"):
        feed = feedparser.parse((demo.public / name).read_bytes())
        assert not feed.bozo, feed.get("bozo_exception")
        assert sorted(entry.id for entry in feed.entries) == sorted(row["guid"] for row in demo.alerts)
        assert all(entry.title and entry.link for entry in feed.entries)
