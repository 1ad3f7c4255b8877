"""`pactwatch sources`: what a site offers, with the table to add; how the watched ones do."""

import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from extractors.catalog import load_sources
from flows.commands.sources import ago, sparkline, spread
from flows.commands.sources_try import NothingFound, try_url
from flows.newsroom import newsroom


def test_a_site_is_explored_and_its_table_can_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACTWATCH_HOST_DELAY_SECONDS", "0")
    monkeypatch.setenv("COLUMNS", "200")
    with newsroom(1) as room:
        monkeypatch.setenv("PACTWATCH_ALLOW_HOSTS", room.host_port)
        assert try_url(f"{room.url}/meridian/") == 0
        out = capsys.readouterr().out
    assert "would be read first" in out
    table = out[out.index("[[source]]") :]
    (entry,) = tomllib.loads(table)["source"]
    assert entry["url"].startswith(room.url)
    assert entry["kind"] in ("rss", "atom", "jsonfeed")
    file = tmp_path / "sources.toml"
    file.write_text(table)
    (source,) = load_sources(file)
    assert source.url == entry["url"]


def test_a_feed_is_taken_as_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACTWATCH_HOST_DELAY_SECONDS", "0")
    monkeypatch.setenv("COLUMNS", "200")
    with newsroom(1) as room:
        monkeypatch.setenv("PACTWATCH_ALLOW_HOSTS", room.host_port)
        addresses = [line.split('"')[1] for line in room.sources_toml().splitlines() if line.startswith("url")]
        before = len(room.requests)
        assert try_url(addresses[0]) == 0
        asked = [path for path, _ in room.requests[before:] if path != "/robots.txt"]
    assert len(asked) == 1
    assert "itself" in capsys.readouterr().out


def test_an_address_that_names_none_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PACTWATCH_HOST_DELAY_SECONDS", "0")
    with newsroom(1) as room:
        monkeypatch.setenv("PACTWATCH_ALLOW_HOSTS", room.host_port)
        with pytest.raises(NothingFound, match="no feed or sitemap found"):
            try_url(f"{room.url}/robots.txt")
    assert "http-404" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("counts", "line"), [([], ""), ([0, 0], "··"), ([1], "▅"), ([0, 1, 2, 3], "·▃▅▇"), ([100, 1, 0], "█▁·")]
)
def test_sparkline(counts: list[int], line: str) -> None:
    assert sparkline(counts) == line


def test_activity_is_spread_over_days_oldest_first() -> None:
    days = spread([{"source_id": "a", "age": 0, "n": 3}, {"source_id": "a", "age": 20, "n": 1}])["a"]
    assert (days[-1], days[0], sum(days)) == (3, 1, 4)


@pytest.mark.parametrize(
    ("then", "shown"),
    [
        ("2026-10-09T12:00", "now"),
        ("2026-10-09T11:30", "30 min ago"),
        ("2026-10-09T07:00", "5 h ago"),
        ("2026-10-01T12:00", "8 days ago"),
    ],
)
def test_times_are_told_from_the_newest_run(then: str, shown: str) -> None:
    assert ago(datetime.fromisoformat(then), datetime.fromisoformat("2026-10-09T12:00")) == shown


def test_never_is_never() -> None:
    assert ago(None, datetime.fromisoformat("2026-10-09T12:00")) == "never"
