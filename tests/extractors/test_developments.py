"""Developments: which reports are put together, what is an alert and when, and that doing it twice changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.developments import assign_developments, newsroom
from extractors.records import (
    Actor,
    AlertPolicy,
    Article,
    ArticleMentions,
    Change,
    Development,
    Mention,
    MergeDevelopments,
    RaiseAlert,
    SaveDevelopment,
    UpdateAlert,
    stable_id,
)
from tests.gold.score_developments import Ledger, by_day, f1, load, pairs, replay

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
POLICY = AlertPolicy()


def mention(article_id: str, number: int = 0, **told: Any) -> Mention:
    """China and Russia propose a regional security dialogue platform in Guilin on 3 March, but for what is told."""
    name = told.pop("initiative", "regional security dialogue platform")
    on = told.pop("event_date", "2026-03-03")
    agents = told.pop("agents", ("CHN", "RUS"))
    actors = told.pop("actors", tuple(Actor(code, "state", "agent", code) for code in agents))
    fields: dict[str, Any] = {
        "initiative_id": stable_id("ini", name),
        "known": False,
        "kind": "forum",
        "action": "propose",
        "modality": "actual",
        "is_background": False,
        "place": "Guilin",
        "place_code": "CHN",
        "date_precision": "day" if on else "none",
        "confidence": 0.8,
    }
    return Mention(
        mention_id=f"{article_id}/{number}", article_id=article_id, initiative=name, quote="q", start=0, end=1,
        actors=actors, event_date=on, **{**fields, **told},
    )  # fmt: skip


def entry(
    name: str,
    *mentions: Mention,
    published: datetime | None = NOW - timedelta(hours=5),
    tier: int = 2,
    origin: str = "",
    source: str | None = None,
    title: str = "",
) -> ArticleMentions:
    url = f"https://{source or name}.example/{name}"
    article = Article(name, url, url, title or None, "text", published, source_id=source or name)
    return ArticleMentions(article, mentions or (mention(name),), tier, origin)


def assign(*new: ArticleMentions, known: Sequence[Development] = (), now: datetime = NOW) -> list[Change]:
    return assign_developments(new, known, now, POLICY)


def saved(changes: Sequence[Change]) -> list[Development]:
    return [change.development for change in changes if isinstance(change, SaveDevelopment)]


def raised(changes: Sequence[Change]) -> list[str]:
    return [change.development_id for change in changes if isinstance(change, RaiseAlert)]


def updated(changes: Sequence[Change]) -> list[str]:
    return [change.development_id for change in changes if isinstance(change, UpdateAlert)]


def test_two_reports_of_one_proposal_are_one_development_and_one_alert() -> None:
    other = mention("b", initiative="platform for talks on regional security", agents=("RUS", "CHN"))
    changes = assign(entry("a"), entry("b", other))
    (found,) = saved(changes)
    assert found.headline == "China, Russia propose regional security dialogue platform — Guilin, 3 Mar 2026"
    assert found.independent_sources == 2
    assert found.confidence == pytest.approx(0.96)
    assert found.agents == ("CHN", "RUS")
    assert raised(changes) == [found.development_id]
    assert isinstance(changes[0], SaveDevelopment)
    assert set(changes[0].mention_ids) == {"a/0", "b/0"}


def test_same_input_again_changes_nothing() -> None:
    known = saved(assign(entry("a"), entry("b")))
    assert assign(entry("a"), entry("b"), known=known, now=NOW + timedelta(days=1)) == []


def test_later_coverage_updates_and_keeps_id_headline_and_first_seen() -> None:
    (first,) = saved(assign(entry("a")))
    later = NOW + timedelta(days=2)
    changes = assign(entry("b", published=later), known=[first], now=later)
    (second,) = saved(changes)
    assert (second.development_id, second.headline, second.first_seen_at) == (first.development_id, first.headline, NOW)
    assert second.last_seen_at == later
    assert changes[0] == SaveDevelopment(second, ("b/0",), is_new=False)
    assert raised(changes) == []
    assert updated(changes) == [first.development_id]


def test_further_copy_adds_an_article_but_no_source_and_moves_no_alert() -> None:
    (first,) = saved(assign(entry("a")))
    changes = assign(entry("b", origin="a"), known=[first])
    (second,) = saved(changes)
    assert second.articles == ("a", "b")
    assert (second.independent_sources, second.confidence) == (1, first.confidence)
    assert updated(changes) == raised(changes) == []


def test_second_report_of_one_newsroom_is_no_second_source() -> None:
    (found,) = saved(assign(entry("a", source="post"), entry("b", source="post")))
    assert found.independent_sources == 1


def test_stories_of_one_agency_count_once() -> None:
    (found,) = saved(assign(entry("a", origin="agency:AP"), entry("b", origin="agency:AP"), entry("c")))
    assert set(found.origins) == {"agency:AP", "c"}


def test_two_proposals_of_one_actor_on_one_day_stay_apart() -> None:
    both = entry(
        "a", mention("a", 0, initiative="coast guard hotline"), mention("a", 1, initiative="coast guard forum")
    )
    assert len(saved(assign(both, entry("b", mention("b", initiative="hotline of the coast guards"))))) == 2


def test_mention_in_passing_makes_no_development() -> None:
    assert assign(entry("a", mention("a", action="refer"))) == []


@pytest.mark.parametrize("agents", [(), ("CHN",), ("RUS", "CHN", "MNG")])
def test_reports_with_fewer_or_more_actors_come_together(agents: tuple[str, ...]) -> None:
    assert len(saved(assign(entry("a"), entry("b", mention("b", agents=agents))))) == 1


def test_same_words_by_others_are_another_development() -> None:
    assert len(saved(assign(entry("a"), entry("b", mention("b", agents=("IND", "JPN")))))) == 2


def test_what_a_body_agrees_on_its_members_agree_on() -> None:
    told = {"action": "agree", "initiative": "joint air surveillance centre", "event_date": "2026-03-01"}
    told |= {"date_precision": "day"}
    by_body, by_another = (
        entry(article, mention(article, actors=(Actor(name, "organisation", "agent"),), **told))
        for article, name in (("a", "Alliance of Sahel States"), ("b", "ECOWAS"))
    )
    assert len(saved(assign(by_body, entry("b", mention("b", agents=("MLI", "NER", "BFA"), **told))))) == 1
    assert len(saved(assign(by_body, by_another))) == 2


def test_joining_is_each_states_own() -> None:
    told = {"initiative": "NATO", "initiative_id": "nato", "known": True, "kind": "organisation", "action": "join"}
    changes = assign(
        entry("a", mention("a", agents=("FIN",), **told)),
        entry("b", mention("b", agents=("SWE",), **told)),
        entry("c", mention("c", agents=("SWE",), **told)),
    )
    assert sorted(found.agents for found in saved(changes)) == [("FIN",), ("SWE",)]


class TestPlannedThenHeld:
    TOLD: ClassVar = {
        "initiative": "SCO", "initiative_id": "sco", "known": True, "kind": "organisation", "action": "convene",
        "agents": (), "place": "Bishkek", "place_code": "KGZ",
    }  # fmt: skip

    def test_is_one_development_whose_alert_is_updated(self) -> None:
        first = assign(entry("a", mention("a", modality="planned", event_date="2026-03-10", **self.TOLD)))
        (plan,) = saved(first)
        assert plan.headline == "SCO meeting to be held — Bishkek, 10 Mar 2026"
        assert raised(first) == [plan.development_id]
        held = datetime(2026, 3, 10, 18, tzinfo=UTC)
        second = assign(
            entry("b", mention("b", event_date="2026-03-10", **self.TOLD), published=held), known=[plan], now=held
        )
        (fact,) = saved(second)
        assert (fact.development_id, fact.modality) == (plan.development_id, "actual")
        assert fact.headline == "SCO meeting held — Bishkek, 10 Mar 2026"
        assert (raised(second), updated(second)) == ([], [plan.development_id])

    def test_session_held_and_the_next_one_planned_are_two(self) -> None:
        held = mention("a", 0, event_date="2026-03-03", **self.TOLD)
        coming = mention(
            "a", 1, event_date=None, modality="planned", **{**self.TOLD, "place": None, "place_code": None}
        )
        assert len(saved(assign(entry("a", held, coming)))) == 2

    def test_next_months_session_is_another(self) -> None:
        one, other = (
            mention(name, event_date=on, **self.TOLD) for name, on in (("a", "2026-02-17"), ("b", "2026-03-03"))
        )
        assert len(saved(assign(entry("a", one), entry("b", other)))) == 2

    def test_meetings_of_one_day_in_two_places_are_two(self) -> None:
        other = mention("b", **{**self.TOLD, "place": "Astana", "place_code": "KAZ"})
        assert len(saved(assign(entry("a", mention("a", **self.TOLD)), entry("b", other)))) == 2


class TestAlert:
    @pytest.mark.parametrize(
        ("told", "published"),
        [
            ({"is_background": True}, NOW),
            ({"modality": "possible"}, NOW),
            ({"modality": "negated"}, NOW),
            ({"event_date": "2026-01-20"}, NOW),
            ({"event_date": "2026-01"}, NOW),
            ({"confidence": 0.4}, NOW),
            ({"event_date": None}, datetime(2026, 1, 5, tzinfo=UTC)),
            ({"event_date": None}, None),
            ({"event_date": "2026-04-01", "modality": "planned"}, datetime(2025, 9, 1, tzinfo=UTC)),
        ],
        ids=[
            "background",
            "possible",
            "negated",
            "old",
            "old month",
            "unsure",
            "old page",
            "no date at all",
            "old plan",
        ],
    )
    def test_is_not_due(self, told: dict[str, Any], published: datetime | None) -> None:
        if told.get("event_date", "").__class__ is str and len(told.get("event_date", "")) == 7:
            told = {**told, "date_precision": "month"}
        changes = assign(entry("a", mention("a", **told), published=published))
        assert len(saved(changes)) == 1
        assert not saved(changes)[0].alerted
        assert raised(changes) == []
        assert raised(assign(known=saved(changes), now=NOW + timedelta(days=2))) == []

    @pytest.mark.parametrize(
        "told",
        [{"event_date": None}, {"event_date": "2026-02-05"}, {"event_date": "2026-06-01", "modality": "planned"}],
        ids=["undated on a new page", "27 days old", "planned"],
    )
    def test_is_due(self, told: dict[str, Any]) -> None:
        assert len(raised(assign(entry("a", mention("a", **told))))) == 1

    def test_dated_report_lifts_the_doubt_about_an_undated_page(self) -> None:
        first = saved(assign(entry("a", mention("a", event_date=None), published=None)))
        assert len(raised(assign(entry("b"), known=first))) == 1

    def test_old_page_does_not_revive_and_new_coverage_does(self) -> None:
        plan = {"event_date": "2026-04-01", "modality": "planned"}
        old = entry("a", mention("a", **plan), published=datetime(2025, 12, 1, tzinfo=UTC))
        known = saved(assign(old))
        assert raised(assign(entry("b", mention("b", **plan)), known=known)) == [known[0].development_id]

    def test_look_back_adds_a_mention_and_moves_nothing(self) -> None:
        (first,) = saved(assign(entry("a")))
        changes = assign(entry("b", mention("b", is_background=True)), known=[first])
        (second,) = saved(changes)
        assert second.mention_ids == ("a/0", "b/0")
        assert (second.origins, second.confidence, second.is_background) == (("a",), 0.8, False)
        assert updated(changes) == []

    def test_story_put_out_again_is_the_old_event_whatever_its_new_date(self) -> None:
        old = saved(assign(entry("a"), now=NOW))
        later = NOW + timedelta(days=200)
        again = entry("z", mention("z", event_date="2026-09-18"), published=later, origin="a")
        changes = assign(again, known=old, now=later)
        assert [found.development_id for found in saved(changes)] == [old[0].development_id]
        assert raised(changes) == []


class TestRumour:
    def test_is_held_back_then_released_without_new_articles(self) -> None:
        first = assign(entry("a", tier=3))
        (rumour,) = saved(first)
        assert raised(first) == []
        assert assign(known=[rumour], now=NOW + timedelta(hours=23)) == []
        release = assign(known=[rumour], now=NOW + timedelta(hours=24))
        assert raised(release) == [rumour.development_id]
        assert assign(known=saved(release), now=NOW + timedelta(hours=48)) == []

    def test_is_released_by_a_second_origin(self) -> None:
        known = saved(assign(entry("a", tier=3)))
        assert raised(assign(entry("b", tier=3), known=known, now=NOW + timedelta(hours=1))) == [
            known[0].development_id
        ]

    def test_copy_or_second_post_of_the_same_newsroom_is_no_second_origin(self) -> None:
        known = saved(assign(entry("a", tier=3, source="blog")))
        assert raised(assign(entry("b", tier=3, origin="a"), entry("c", tier=3, source="blog"), known=known)) == []

    def test_better_source_is_not_held(self) -> None:
        known = saved(assign(entry("a", tier=3)))
        assert len(raised(assign(entry("b", tier=1), known=known))) == 1

    def test_that_was_denied_needs_a_second_origin_not_time(self) -> None:
        first = saved(assign(entry("a", mention("a", modality="actual"), tier=3)))
        (denial,) = saved(assign(entry("b", mention("b", modality="negated"), tier=1), known=first))
        assert (denial.relation, denial.follows) == ("denial", first[0].development_id)
        assert raised(assign(known=[*first, denial], now=NOW + timedelta(hours=30))) == []
        confirmed = assign(entry("c", tier=1), known=[*first, denial], now=NOW + timedelta(hours=30))
        assert raised(confirmed) == [first[0].development_id]

    def test_too_old_when_its_time_comes_stays_silent(self) -> None:
        known = saved(assign(entry("a", mention("a", event_date="2026-02-03"), tier=3)))
        assert raised(assign(known=known, now=NOW + timedelta(days=2))) == []


class TestDenialAndCorrection:
    def test_denial_follows_what_it_denies_and_is_an_alert_to_those_who_were_told(self) -> None:
        told = {"initiative": "border security pact", "kind": "treaty", "action": "sign", "agents": ("JOR", "SYR")}
        known = saved(assign(entry("a", mention("a", **told))))
        changes = assign(entry("b", mention("b", modality="negated", **told)), known=known)
        (denial,) = saved(changes)
        assert (denial.follows, denial.relation) == (known[0].development_id, "denial")
        assert denial.headline == "Jordan, Syria did not sign border security pact — Guilin, 3 Mar 2026"
        assert raised(changes) == [denial.development_id]

    def test_denial_of_what_no_one_reported_is_kept_in_silence(self) -> None:
        changes = assign(entry("a", mention("a", modality="negated")))
        assert [(found.follows, found.relation) for found in saved(changes)] == [(None, None)]
        assert raised(changes) == []

    def test_others_who_did_not_join_deny_nothing(self) -> None:
        told = {"initiative": "NATO", "initiative_id": "nato", "known": True, "kind": "organisation", "action": "join"}
        changes = assign(
            entry("a", mention("a", agents=("ALB",), **told)),
            entry("b", mention("b", agents=("GRC",), modality="negated", **told)),
        )
        assert {found.relation for found in saved(changes)} == {None}

    def test_correction_of_the_place_is_a_development_of_its_own(self) -> None:
        known = saved(assign(entry("a")))
        fix = entry("b", mention("b", place="Nanning"), title="Correction: where the platform was proposed")
        changes = assign(fix, known=known)
        (found,) = saved(changes)
        assert (found.follows, found.relation) == (known[0].development_id, "correction")
        assert raised(changes) == [found.development_id]
        assert assign(fix, known=[*known, found]) == []

    def test_correction_of_something_else_joins(self) -> None:
        known = saved(assign(entry("a")))
        changes = assign(entry("b", title="Correction: the minister's name"), known=known)
        assert [found.development_id for found in saved(changes)] == [known[0].development_id]


def test_stages_are_linked_in_order_and_keep_one_initiative_id() -> None:
    def stage(name: str, action: str, on: str, initiative: str) -> ArticleMentions:
        told = mention(name, action=action, event_date=on, initiative=initiative, place=None, place_code=None)
        return entry(name, told, published=datetime.fromisoformat(on).replace(tzinfo=UTC))

    stages = [
        stage("a", "propose", "2025-06-03", "joint risk assessment mechanism"),
        stage("b", "agree", "2025-09-09", "mechanism to assess risks jointly"),
        stage("c", "launch", "2026-02-20", "risk assessment mechanism"),
    ]
    found = {development.action: development for development in saved(assign(*stages))}
    assert len({development.initiative_id for development in found.values()}) == 1
    assert found["propose"].follows is None
    assert (found["agree"].follows, found["agree"].relation) == (found["propose"].development_id, "stage")
    assert (found["launch"].follows, found["launch"].relation) == (found["agree"].development_id, "stage")


def test_earlier_stage_that_comes_in_late_is_put_in_its_place() -> None:
    launch = mention("c", action="launch", event_date="2026-03-01")
    known = saved(assign(entry("c", launch)))
    changes = assign(entry("a", mention("a", event_date="2026-02-20")), known=known)
    linked = {found.action: found for found in saved(changes)}
    assert linked["launch"].follows == linked["propose"].development_id
    assert linked["launch"].development_id == known[0].development_id
    assert updated(changes) == []


def test_report_that_bridges_two_developments_merges_them_under_the_older_id() -> None:
    one = mention("a", initiative="Caspian coast watch", agents=("KAZ",), aliases=("joint watch of the Caspian coast",))
    two = mention("b", initiative="littoral radar chain", agents=("AZE",))
    known = [*saved(assign(entry("a", one))), *saved(assign(entry("b", two), now=NOW + timedelta(hours=3)))]
    assert len(known) == 2
    both = mention("c", initiative="Caspian coast watch", aliases=("littoral radar chain",), agents=("AZE", "KAZ"))
    changes = assign(entry("c", both), known=known, now=NOW + timedelta(hours=6))
    assert [change for change in changes if isinstance(change, MergeDevelopments)] == [
        MergeDevelopments(
            known[0].development_id, known[1].development_id, "later reports show that both are one event"
        )
    ]
    assert raised(changes) == []
    (kept,) = saved(changes)
    assert (kept.development_id, set(kept.origins), kept.alerted) == (known[0].development_id, {"a", "b", "c"}, True)


def test_id_is_made_from_what_happened_and_outlives_a_new_extractor() -> None:
    (one,) = saved(assign(entry("a")))
    renamed = replace(mention("a"), mention_id="another", confidence=0.9, quote="longer", end=9)
    (other,) = saved(assign(entry("a", renamed)))
    assert one.development_id == other.development_id


def test_two_events_alike_in_all_an_id_is_made_from_get_two_ids() -> None:
    told = {"initiative": "security pact", "kind": "treaty", "agents": (), "place": None, "place_code": None}
    found = saved(assign(entry("a", mention("a", **told)), entry("b", mention("b", **told))))
    assert len({development.development_id for development in found}) == 2


def test_newsroom_is_the_source_else_the_host() -> None:
    article = Article("a", "u", "https://www.post.example/x", None, "")
    assert newsroom(article) == "post.example"
    assert newsroom(replace(article, source_id="post")) == "post"


LABELLED = load()


def test_labelled_set_given_again_after_the_replay_changes_nothing() -> None:
    ledger, _ = replay(LABELLED)
    known = tuple(ledger.known.values())
    for batch in by_day(LABELLED.articles)[::7]:
        assert assign_developments(batch, known, datetime(2027, 1, 1, tzinfo=UTC), POLICY) == []


@settings(max_examples=12, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_within_a_batch_changes_nothing(random: Any) -> None:
    shuffled = list(LABELLED.articles)
    random.shuffle(shuffled)
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert assign_developments(shuffled, (), now, POLICY) == assign_developments(LABELLED.articles, (), now, POLICY)


@settings(max_examples=8, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_order_of_batches_hardly_changes_the_groups(random: Any, size: int) -> None:
    """A late article can find a development grown otherwise; the groups must still be nearly those of the replay."""
    shuffled = list(LABELLED.articles)
    random.shuffle(shuffled)
    ledger = Ledger({}, {}, [])
    now = datetime(2026, 12, 1, tzinfo=UTC)
    for start in range(0, len(shuffled), size):
        changes = assign_developments(shuffled[start : start + size], tuple(ledger.known.values()), now, POLICY)
        ledger.apply(changes)
    _, _, agreement = f1(pairs(LABELLED.truth), pairs(ledger.linked))
    assert agreement >= 0.95
