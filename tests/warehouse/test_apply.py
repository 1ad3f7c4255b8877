"""Developments and the outbox: an alert's GUID is made once; merges keep the older id; nothing is done twice."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from extractors.developments import assign_developments
from extractors.records import (
    AlertPolicy,
    ArticleCopy,
    MergeDevelopments,
    RaiseAlert,
    SaveDevelopment,
    UpdateAlert,
    stable_id,
)
from tests.warehouse.records_made import QUOTE, T0, made_article, made_batch, made_development, made_mention, made_stamp
from warehouse.apply import ApplyError
from warehouse.checks import run_checks
from warehouse.store import Warehouse

ONE, TWO = made_mention(made_article(1)), made_mention(made_article(2))
DAY = timedelta(days=1)


@pytest.fixture
def warehouse(tmp_path):
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        opened.add(made_batch(made_article(1), made_article(2)), made_stamp())
        yield opened


def save(n=1, *mentions, **fields):
    return SaveDevelopment(made_development(n, **fields), tuple(m.mention_id for m in mentions))


def alerts(warehouse):
    rows = warehouse.query(
        "SELECT development_id, guid, published_at, superseded_by FROM alerts ORDER BY guid"
    ).fetchall()
    return {row[1]: row for row in rows}


def test_a_development_comes_back_as_it_was_saved(warehouse):
    full = made_development(
        1, others=("Interfax",), aliases=("hotline",), place="Astana", place_code="KAZ", is_background=False,
        follows=None, relation=None, newsrooms=("steppe.example",), first_published_at=T0 - DAY, best_tier=2,
        origins=("art-1", "Interfax"), articles=("art-1", "art-2"), last_seen_at=T0 + DAY,
    )  # fmt: skip
    warehouse.apply([SaveDevelopment(full, (ONE.mention_id, TWO.mention_id)), RaiseAlert("dev-1")], made_stamp(), T0)
    expected = replace(full, alerted=True, mention_ids=tuple(sorted((ONE.mention_id, TWO.mention_id))))
    assert warehouse.known_developments(T0) == (expected,)
    assert warehouse.known_developments(T0 + 2 * DAY) == ()
    assert warehouse.unassigned() == []


def test_applying_twice_does_nothing_more(warehouse):
    changes = [save(1, ONE), save(2, TWO), RaiseAlert("dev-1", "new"), MergeDevelopments("dev-1", "dev-2", "same")]
    applied = warehouse.apply(changes, made_stamp(), T0)
    assert (applied.created, applied.updated, applied.merged) == (("dev-1", "dev-2"), 0, 1)
    before = [
        warehouse.query(f"FROM {t} ORDER BY ALL").fetchall() for t in ("developments", "development_mentions", "alerts")
    ]
    again = warehouse.apply([*changes[1:], RaiseAlert("dev-2")], made_stamp(1), T0 + DAY)
    assert (again.created, again.updated, again.merged, again.alerts) == ((), 0, 0, ())
    after = [
        warehouse.query(f"FROM {t} ORDER BY ALL").fetchall() for t in ("developments", "development_mentions", "alerts")
    ]
    assert after == before


def test_an_alert_is_raised_once_and_its_guid_is_never_made_again(warehouse):
    first = warehouse.apply([save(1, ONE), RaiseAlert("dev-1", "first seen")], made_stamp(), T0)
    ((guid, development_id),) = first.alerts
    assert guid.startswith("tag:pactwatch,2026:alert/")
    assert development_id == "dev-1"
    assert warehouse.apply([RaiseAlert("dev-1"), RaiseAlert("dev-1")], made_stamp(1), T0 + DAY).alerts == ()
    renamed = save(1, ONE, headline="Another headline", event_date="2026-05-05")
    warehouse.apply([renamed, UpdateAlert("dev-1")], made_stamp(2, "2"), T0 + 2 * DAY)
    row = warehouse.query("SELECT guid, published_at, updated_at FROM alerts").fetchall()
    assert row == [(guid, T0.replace(tzinfo=None), (T0 + 2 * DAY).replace(tzinfo=None))]


def test_the_stored_guid_stands_even_where_today_another_would_be_made(warehouse):
    warehouse.apply([save(1, ONE), RaiseAlert("dev-1")], made_stamp(), T0)
    warehouse.connection.execute("UPDATE alerts SET guid = 'tag:made-by-an-earlier-release'")
    assert warehouse.apply([RaiseAlert("dev-1")], made_stamp(1), T0 + DAY).alerts == ()
    assert list(alerts(warehouse)) == ["tag:made-by-an-earlier-release"]


def test_an_update_of_what_was_never_alerted_does_nothing(warehouse):
    warehouse.apply([save(1, ONE), UpdateAlert("dev-1")], made_stamp(), T0)
    assert alerts(warehouse) == {}


def test_updating_an_alert_never_turns_its_clock_back(warehouse):
    warehouse.apply([save(1, ONE), RaiseAlert("dev-1")], made_stamp(), T0)
    warehouse.apply([UpdateAlert("dev-1")], made_stamp(1), T0 - DAY)
    assert warehouse.query("SELECT updated_at FROM alerts").fetchone() == (T0.replace(tzinfo=None),)


@pytest.mark.parametrize(("alerted", "left"), [("dev-1", 1), ("dev-2", 1), ("both", 2)])
def test_a_merge_keeps_the_older_id_and_every_guid(warehouse, alerted, left):
    raises = [RaiseAlert(i) for i in ("dev-1", "dev-2") if alerted in (i, "both")]
    warehouse.apply([save(1, ONE, first_seen_at=T0), save(2, TWO, follows="dev-9"), save(9), *raises], made_stamp(), T0)
    warehouse.apply([save(3, follows="dev-2", relation="stage")], made_stamp(), T0)
    before = alerts(warehouse)
    warehouse.apply([MergeDevelopments("dev-1", "dev-2", "same event")], made_stamp(1), T0 + DAY)
    after = alerts(warehouse)
    assert set(after) == set(before)
    assert {row[0] for row in after.values()} == {"dev-1"}
    live = [row for row in after.values() if row[3] is None]
    assert (len(after), len(live)) == (left, 1)
    if alerted == "both":
        (kept,) = [guid for guid, row in before.items() if row[0] == "dev-1"]
        assert live[0][1] == kept
        assert {row[3] for row in after.values()} == {None, kept}
    known = {d.development_id: d for d in warehouse.known_developments(T0)}
    assert set(known) == {"dev-1", "dev-3", "dev-9"}
    assert known["dev-1"].mention_ids == tuple(sorted((ONE.mention_id, TWO.mention_id)))
    assert known["dev-1"].origins == ("art-1", "art-2")
    assert known["dev-1"].alerted
    assert known["dev-3"].follows == "dev-1"
    merged = warehouse.query(
        "SELECT merged_into, merge_reason FROM developments WHERE development_id = 'dev-2'"
    ).fetchone()
    assert merged == ("dev-1", "same event")
    assert warehouse.query("SELECT count(*) FROM new_developments WHERE development_id = 'dev-2'").fetchone() == (0,)
    assert warehouse.query("SELECT count(*) FROM initiative_timeline WHERE development_id = 'dev-2'").fetchone() == (0,)
    assert [f for f in run_checks(warehouse) if f.severity == "error"] == []


def test_merges_in_a_row_end_at_one_development(warehouse):
    warehouse.apply([save(1, ONE), save(2, TWO), save(3), save(4)], made_stamp(), T0)
    warehouse.apply(
        [MergeDevelopments("dev-3", "dev-4", "a"), MergeDevelopments("dev-2", "dev-3", "b")], made_stamp(), T0
    )
    warehouse.apply([MergeDevelopments("dev-1", "dev-4", "c")], made_stamp(), T0)
    rows = warehouse.query("SELECT development_id, merged_into FROM developments ORDER BY 1").fetchall()
    assert rows == [("dev-1", None), ("dev-2", "dev-1"), ("dev-3", "dev-1"), ("dev-4", "dev-1")]
    assert run_checks(warehouse) == ()


def test_changes_that_name_a_merged_development_mean_the_kept_one(warehouse):
    warehouse.apply([save(1, ONE), save(2), MergeDevelopments("dev-1", "dev-2", "same")], made_stamp(), T0)
    late = [save(2, TWO, headline="Late"), RaiseAlert("dev-2"), UpdateAlert("dev-2")]
    applied = warehouse.apply(late, made_stamp(1), T0 + DAY)
    assert [development_id for _, development_id in applied.alerts] == ["dev-1"]
    (known,) = warehouse.known_developments(T0)
    assert known.headline != "Late"
    assert set(known.mention_ids) == {ONE.mention_id, TWO.mention_id}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([RaiseAlert("dev-7")], "dev-7: no such development"),
        ([save(1), MergeDevelopments("dev-1", "dev-7", "?")], "dev-7: no such development"),
        ([SaveDevelopment(made_development(), ("men-none",))], "men-none: no such mention"),
    ],
)
def test_a_change_that_names_nothing_is_refused_whole(warehouse, changes, reason):
    with pytest.raises(ApplyError, match=reason):
        warehouse.apply(changes, made_stamp(), T0)
    assert warehouse.known_developments(T0) == ()


def test_a_development_of_an_initiative_never_met_brings_it_along(warehouse):
    novel = stable_id("ini", "something else")
    warehouse.apply([save(1, ONE, initiative_id=novel, initiative="something else")], made_stamp(), T0)
    assert run_checks(warehouse) == ()
    assert (novel, "something else") in warehouse.query("SELECT initiative_id, name FROM initiatives").fetchall()


def test_the_views_answer_the_common_questions(warehouse):
    recalled = replace(made_mention(made_article(2), action="launch"), is_background=True, event_date="2001-06")
    warehouse.add(
        made_batch(
            made_article(2),
            mentions=(TWO, recalled),
            copies=(ArticleCopy(made_article(2).article_id, "X", "agency", "X"),),
        ),
        made_stamp(1),
    )
    warehouse.apply([save(1, ONE, TWO), save(2, action="sign", follows="dev-1", relation="stage", event_date="2026-05"),
                     RaiseAlert("dev-1")], made_stamp(1), T0)  # fmt: skip
    timeline = warehouse.query(
        "SELECT sort_date::VARCHAR, action, is_background, relation FROM initiative_timeline"
    ).fetchall()
    assert timeline == [
        ("2001-06-01", "launch", True, None),
        ("2026-05-01", "sign", False, "stage"),
        ("2026-05-04", "propose", False, None),
    ]
    new = warehouse.query("SELECT development_id, guid IS NOT NULL, agents FROM new_developments ORDER BY 1").fetchall()
    assert new == [("dev-1", True, ["CHN", "KAZ"]), ("dev-2", False, ["CHN", "KAZ"])]
    who = warehouse.query(
        "SELECT actor, mentions, developments, actions, roles FROM actor_initiatives ORDER BY 1"
    ).fetchall()
    assert who == [("CHN", 3, 1, ["launch", "propose"], ["partner"]), ("KAZ", 3, 1, ["launch", "propose"], ["agent"])]
    evidence = warehouse.query("SELECT DISTINCT development_id, source, tier, is_live FROM evidence").fetchall()
    assert evidence == [("dev-1", "Steppe Wire", 1, True)]


def test_guids_stand_when_a_better_extractor_reads_everything_again(warehouse):
    """The real assignment over a re-reading that finds the same with other mention ids and longer quotes."""

    def decide(stamp):
        known = warehouse.known_developments(T0 - 90 * DAY)
        changes = assign_developments(warehouse.unassigned(), known, stamp.started_at, AlertPolicy())
        return warehouse.apply(changes, stamp, stamp.started_at)

    assert len(decide(made_stamp()).alerts) == 1
    before = alerts(warehouse)
    reread = [
        replace(made_mention(made_article(n), quote="A short day of talks.\n" + QUOTE), confidence=0.9) for n in (1, 2)
    ]
    stamp = made_stamp(5, "2")
    warehouse.add(made_batch(made_article(1), made_article(2), mentions=tuple(reread)), stamp)
    assert decide(stamp).alerts == ()
    assert alerts(warehouse) == before
    assert warehouse.query("SELECT count(*) FROM developments WHERE merged_into IS NULL").fetchone() == (1,)
    live = warehouse.query("SELECT mention_id FROM evidence WHERE is_live ORDER BY 1").fetchall()
    assert live == sorted((m.mention_id,) for m in reread)
    assert run_checks(warehouse) == ()


def test_a_restored_backup_gives_the_same_guids_again(tmp_path):
    """What was alerted after the backup was taken is decided again from the archive, under ids that readers know."""
    file, backup = tmp_path / "warehouse.duckdb", tmp_path / "backup.duckdb"

    def pass_over(opened):
        opened.add(made_batch(made_article(1), made_article(2)), made_stamp())
        known = opened.known_developments(T0 - 90 * DAY)
        return opened.apply(assign_developments(opened.unassigned(), known, T0, AlertPolicy()), made_stamp(), T0)

    with Warehouse.open(file):
        pass
    shutil.copyfile(file, backup)
    with Warehouse.open(file) as opened:
        pass_over(opened)
        before = alerts(opened)
    assert before
    shutil.copyfile(backup, file)
    with Warehouse.open(file) as opened:
        assert alerts(opened) == {}
        pass_over(opened)
        assert alerts(opened) == before
