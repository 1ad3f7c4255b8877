"""Opening, locking, and loads that can be repeated; what is read back equals what was put in."""

import itertools
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.records import (
    Actor,
    Article,
    ArticleCopy,
    Failure,
    Fetch,
    Initiative,
    Link,
    Mention,
    SaveDevelopment,
    SourceBatch,
    SourceState,
    stable_id,
)
from tests.warehouse.other_process import HeldFile
from tests.warehouse.records_made import (
    QUOTE,
    SOURCE,
    T0,
    TEXT,
    made_article,
    made_batch,
    made_development,
    made_mention,
    made_stamp,
)
from warehouse.checks import run_checks
from warehouse.load import BatchError
from warehouse.store import Warehouse, WarehouseBusy, WarehouseError


@pytest.fixture
def warehouse(tmp_path):
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        yield opened


def dump(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    tables = warehouse.query(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary"
    ).fetchall()
    return {name: warehouse.query(f"FROM {name} ORDER BY ALL").fetchall() for (name,) in tables}


# --- opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["write", "read"])
def test_a_file_that_another_process_holds_is_busy(tmp_path, mode):
    path = tmp_path / "warehouse.duckdb"
    Warehouse.open(path).close()
    with (
        HeldFile(path, mode),
        pytest.raises(WarehouseBusy, match=r"warehouse\.duckdb: another process holds it") as caught,
    ):
        Warehouse.open(path, wait_seconds=0.2)
    assert "\n" not in str(caught.value)


def test_opening_waits_for_the_other_process(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    Warehouse.open(path).close()
    with HeldFile(path, "write") as held:
        timer = threading.Timer(0.5, held.process.stdin.close)
        timer.start()
        with Warehouse.open(path, wait_seconds=20) as warehouse:
            assert warehouse.source_states() == {}
        timer.join()


def test_a_killed_process_leaves_a_file_that_opens(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with Warehouse.open(path) as warehouse:
        warehouse.add(made_batch(made_article()), made_stamp())
    with HeldFile(path, "write") as held:
        held.process.kill()
        held.process.wait(timeout=20)
    with Warehouse.open(path, wait_seconds=1) as warehouse:
        assert len(warehouse.recent_articles(T0)) == 1


def test_a_place_that_can_not_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(WarehouseError, match="its directory can't be made") as caught:
        Warehouse.open(tmp_path / "file" / "warehouse.duckdb")
    assert "\n" not in str(caught.value)


# --- runs ------------------------------------------------------------------------------------------------------------


def test_a_run_is_recorded_with_its_counts_and_the_extractor_it_came_to_use(warehouse):
    warehouse.start_run(made_stamp(extractor="unknown"))
    warehouse.add(made_batch(made_article()), made_stamp(extractor="7"))
    warehouse.finish_run(
        "run-0", finished_at=T0 + timedelta(minutes=3), status="ok", counts={"articles": 1, "alerts": 0}
    )
    row = warehouse.query(
        "SELECT run_id, started_at, finished_at, status, extractor_version, counts FROM ops.runs"
    ).fetchone()
    start = T0.replace(tzinfo=None)
    assert row == ("run-0", start, start + timedelta(minutes=3), "ok", "7", {"articles": 1, "alerts": 0})


def test_finishing_a_run_that_never_started_is_an_error(warehouse):
    with pytest.raises(WarehouseError, match="run nowhere was never started"):
        warehouse.finish_run("nowhere", finished_at=T0, status="ok", counts={})


# --- loads -----------------------------------------------------------------------------------------------------------


def full_batch() -> SourceBatch:
    one, two = made_article(1), made_article(2)
    return made_batch(
        one, two,
        seen=(Link(one.url, "Talks end", T0), Link(two.url), Link("https://steppe.example/story/3")),
        copies=(ArticleCopy(two.article_id, one.article_id, "same-text", "all paragraphs", 1.0),),
        fetches=(
            Fetch(SOURCE.url, SOURCE.id, "listing", T0, 200),
            Fetch(one.url, SOURCE.id, "page", T0, 200, archive_file="a.warc.gz", archive_offset=17),
            Fetch(one.url, SOURCE.id, "page", T0, 200, archive_file="a.warc.gz", archive_offset=99),
        ),
        failures=(Failure(SOURCE.id, "page", "timeout", "no answer", "https://steppe.example/story/3"),),
    )  # fmt: skip


def test_the_same_batch_twice_changes_nothing(warehouse):
    first = warehouse.add(full_batch(), made_stamp())
    before = dump(warehouse)
    second = warehouse.add(full_batch(), made_stamp())
    assert first == {"articles": 2, "mentions": 2, "copies": 1, "failures": 1, "fetches": 3, "links": 3}
    assert set(second.values()) == {0}
    assert dump(warehouse) == before


def test_the_same_batch_in_a_later_run_moves_only_when_links_were_last_seen(warehouse):
    warehouse.add(full_batch(), made_stamp())
    before = dump(warehouse)
    warehouse.add(full_batch(), made_stamp(1))
    after = dump(warehouse)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"ops.links", "ops.fetches", "ops.failures"}
    assert len(after["ops.fetches"]) == 6, "another run's exchanges are its own"
    for name in ("main.articles", "main.mentions"):
        assert {row[-2] for row in after[name]} == {"run-0"}


def test_an_older_run_does_not_undo_a_newer_reading(warehouse):
    new = made_article(text=TEXT.replace("Nothing else", "Little else"))
    warehouse.add(made_batch(made_article()), made_stamp(1))
    warehouse.add(made_batch(new), made_stamp(5, "2"))
    before = dump(warehouse)
    warehouse.add(made_batch(made_article()), made_stamp(1))
    assert dump(warehouse) == before


def test_a_batch_that_fails_half_way_leaves_nothing(warehouse):
    before = dump(warehouse)
    broken = replace(made_mention(made_article()), confidence=None)
    with pytest.raises(Exception, match="NOT NULL"):
        warehouse.add(made_batch(made_article(), mentions=(broken,)), made_stamp())
    assert dump(warehouse) == before
    warehouse.add(full_batch(), made_stamp())


def test_a_quote_that_is_not_at_its_offsets_is_refused(warehouse):
    article = made_article()
    off = replace(made_mention(article), start=0, end=len(QUOTE))
    with pytest.raises(BatchError, match="its quote is not at its offsets"):
        warehouse.add(made_batch(article, mentions=(off,)), made_stamp())


def test_an_article_from_two_sources_stays_with_the_first(warehouse):
    article = made_article()
    other = replace(SOURCE, id="echo", name="Echo")
    warehouse.add(made_batch(article), made_stamp())
    again = replace(article, source_id="echo", text="Another rendering.\n" + article.text)
    batch = SourceBatch(other, SourceState("echo"), articles=(again,), mentions=(made_mention(again),))
    warehouse.add(batch, made_stamp())
    assert warehouse.recent_articles(T0) == (article,)
    assert run_checks(warehouse) == ()
    assert warehouse.query("SELECT count(*), min(quote_start) FROM mentions").fetchone() == (1, TEXT.index(QUOTE))


def test_sources_that_left_the_list_stay_but_are_not_active(warehouse):
    other = replace(SOURCE, id="other")
    warehouse.save_sources([SOURCE, other])
    warehouse.save_sources([replace(other, tier=3)])
    rows = warehouse.query("SELECT source_id, active, tier FROM sources ORDER BY 1").fetchall()
    assert rows == [("other", True, 3), ("steppe-wire", False, 1)]
    warehouse.save_sources([SOURCE])
    assert warehouse.query("SELECT source_id FROM sources WHERE active").fetchall() == [("steppe-wire",)]


def test_the_catalog_decides_the_names_of_known_initiatives(warehouse):
    sco = Initiative("sco", "Shanghai Cooperation Organisation", "organisation", aliases=("Shanghai bloc", "the six"),
                     acronyms=("SCO",), ambiguous=("the six",), members=("CHN", "RUS"))  # fmt: skip
    article = made_article()
    told = replace(made_mention(article), initiative_id="sco", initiative="the Shanghai group", known=True)
    warehouse.add(made_batch(article, mentions=(told,)), made_stamp())
    warehouse.save_initiatives([sco])
    warehouse.save_initiatives([replace(sco, aliases=("Shanghai bloc",), ambiguous=())])
    assert warehouse.query("SELECT name, known, members, first_seen_at FROM initiatives").fetchall() == [
        ("Shanghai Cooperation Organisation", True, ["CHN", "RUS"], T0.replace(tzinfo=None))
    ]
    assert warehouse.query("SELECT alias, basis FROM initiative_aliases ORDER BY 1").fetchall() == [
        ("SCO", "acronym"), ("Shanghai Cooperation Organisation", "name"), ("Shanghai bloc", "alias"),
    ]  # fmt: skip


def test_a_novel_initiative_is_added_with_the_names_it_was_met_by(warehouse):
    warehouse.add(made_batch(made_article()), made_stamp())
    assert warehouse.query("SELECT name, known, kind FROM initiatives").fetchall() == [
        ("joint border hotline", False, "mechanism")
    ]
    aliases = warehouse.query("SELECT alias FROM initiative_aliases ORDER BY 1").fetchall()
    assert aliases == [("border hotline",), ("joint border hotline",)]


def test_source_states_come_back(warehouse):
    state = SourceState(
        SOURCE.id, '"e"', "Mon, 04 May 2026", "abc", T0, T0, T0, None, T0 + timedelta(hours=1), 22.5, 1.5, "dns"
    )
    warehouse.add(SourceBatch(SOURCE, state), made_stamp())
    assert warehouse.source_states() == {SOURCE.id: state}


def test_threads_take_turns(warehouse):
    batches = [made_batch(made_article(n)) for n in range(8)]
    threads = [threading.Thread(target=warehouse.add, args=(batch, made_stamp())) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(warehouse.recent_articles(T0)) == 8


# --- readings and revisions ------------------------------------------------------------------------------------------


def test_a_changed_text_keeps_the_id_and_the_earlier_text(warehouse):
    old = made_article()
    new = made_article(text="Corrected.\n" + TEXT, title="Talks end early")
    warehouse.add(made_batch(old), made_stamp())
    warehouse.add(made_batch(new), made_stamp(1))
    assert warehouse.recent_articles(T0) == (new,)
    assert warehouse.query("SELECT revision, title, text FROM ops.article_revisions").fetchall() == [
        (1, old.title, TEXT)
    ]
    assert warehouse.query("SELECT revision, updated_at > first_seen_at FROM articles").fetchone() == (2, True)
    assert warehouse.query("SELECT quote_start FROM mentions").fetchone() == (new.text.index(QUOTE),)
    assert run_checks(warehouse) == ()


def test_an_edited_page_is_not_dated_anew_but_a_better_reader_may_date_it(warehouse):
    later = replace(made_article(text=TEXT + "\nUpdated."), published_at=T0 + timedelta(days=900))
    warehouse.add(made_batch(made_article()), made_stamp())
    warehouse.add(made_batch(later), made_stamp(1))
    assert warehouse.recent_articles(T0)[0].published_at == T0
    earlier = replace(later, published_at=T0 - timedelta(days=1), published_basis="json-ld")
    warehouse.add(made_batch(earlier), made_stamp(2, extractor="2"))
    assert warehouse.recent_articles(T0)[0].published_at == T0 - timedelta(days=1)


def test_what_a_new_extractor_no_longer_finds_goes_unless_a_development_needs_it(warehouse):
    article = made_article()
    kept, dropped, stays = (made_mention(article, action=action) for action in ("propose", "agree", "launch"))
    warehouse.add(made_batch(article, mentions=(kept, dropped, stays)), made_stamp())
    link_all(warehouse, kept)
    warehouse.add(made_batch(article, mentions=(stays,)), made_stamp(1, "2"))
    rows = warehouse.query("SELECT mention_id, retired_at IS NULL, extractor_version FROM mentions").fetchall()
    assert sorted(rows) == sorted([(stays.mention_id, True, "2"), (kept.mention_id, False, "1")])
    assert warehouse.query("SELECT DISTINCT mention_id FROM mention_actors ORDER BY 1").fetchall() == sorted(
        [(stays.mention_id,), (kept.mention_id,)]
    )
    assert [m.mention_id for entry in warehouse.unassigned() for m in entry.mentions] == [stays.mention_id]
    assert run_checks(warehouse) == ()
    warehouse.add(made_batch(article, mentions=(stays, kept)), made_stamp(2, "3"))
    assert warehouse.query("SELECT count(*) FROM mentions WHERE retired_at IS NULL").fetchone() == (2,)


def test_evidence_that_the_publisher_took_away_is_kept_with_its_revision(warehouse):
    old = made_article()
    mention = made_mention(old)
    warehouse.add(made_batch(old), made_stamp())
    link_all(warehouse, mention)
    warehouse.add(made_batch(made_article(text="We withdrew this report.")), made_stamp(1))
    assert warehouse.query("SELECT count(*) FROM mentions").fetchone() == (0,)
    assert warehouse.query("SELECT development_id, quote, is_live FROM evidence").fetchall() == [
        ("dev-1", QUOTE, False)
    ]
    row = warehouse.query("""
        SELECT r.text[m.quote_start + 1 : m.quote_end] = m.quote FROM ops.retired_mentions m
        JOIN ops.article_revisions r ON r.article_id = m.article_id AND r.revision = m.revision
    """).fetchone()
    assert row == (True,)
    assert run_checks(warehouse) == ()
    (known,) = warehouse.known_developments(T0)
    assert known.mention_ids == (mention.mention_id,)


def test_retired_evidence_moves_with_its_sentence(warehouse):
    old, new = made_article(), made_article(text="A new first paragraph.\n" + TEXT)
    warehouse.add(made_batch(old), made_stamp())
    link_all(warehouse, made_mention(old))
    warehouse.add(made_batch(new, mentions=()), made_stamp(1))
    assert warehouse.query("SELECT quote_start, retired_at IS NULL FROM mentions").fetchall() == [
        (new.text.index(QUOTE), False)
    ]
    assert run_checks(warehouse) == ()


def link_all(warehouse: Warehouse, *mentions: Mention) -> None:
    save = SaveDevelopment(made_development(), tuple(m.mention_id for m in mentions))
    warehouse.apply([save], made_stamp(), T0)


# --- links -----------------------------------------------------------------------------------------------------------


def page(url: str, outcome: str = "ok") -> Fetch:
    return Fetch(url, SOURCE.id, "page", T0, outcome=outcome)


def unseen(warehouse: Warehouse, *urls: str, source_id: str = SOURCE.id) -> list[str]:
    return [link.url for link in warehouse.unseen(source_id, [Link(url) for url in urls])]


A, B, C = (f"https://steppe.example/story/{name}" for name in "abc")


def test_a_link_is_new_until_its_page_was_received(warehouse):
    seen = (Link(A), Link(B), Link(C))
    assert unseen(warehouse, A, B, A) == [A, B]
    warehouse.add(made_batch(seen=seen, fetches=(page(A),)), made_stamp())
    assert unseen(warehouse, A, B, C) == [B, C], "a link that was only listed is still to be fetched"
    assert unseen(warehouse, A + "?utm_source=mail", source_id="echo") == [], "whoever lists it, and however"


def test_a_stored_article_is_never_new(warehouse):
    warehouse.add(made_batch(made_article(4)), made_stamp())
    assert unseen(warehouse, made_article(4).url, A) == [A]


def test_a_failure_that_lasts_is_not_tried_again(warehouse):
    failed = (Failure(SOURCE.id, "page", "http-404", "gone", A),)
    warehouse.add(made_batch(seen=(Link(A),), fetches=(page(A, "http-404"),), failures=failed), made_stamp())
    assert unseen(warehouse, A) == []


def test_a_failure_that_passes_is_tried_with_growing_pauses_and_then_given_up(warehouse):
    hours, tries = 0, []
    for hour in range(80):
        stamp = made_stamp(hour)
        warehouse.start_run(stamp)
        if unseen(warehouse, A):
            tries.append(hour - hours)
            hours = hour
            warehouse.add(made_batch(seen=(Link(A),), fetches=(page(A, "timeout"),)), stamp)
    assert tries == [0, 1, 4, 9, 16]
    assert warehouse.query("SELECT outcome, attempts FROM ops.links").fetchone() == ("failed", 5)


def test_a_page_left_for_the_next_run_is_tried_again(warehouse):
    warehouse.add(made_batch(fetches=(page(A, "too-large"),)), made_stamp())
    warehouse.start_run(made_stamp(2))
    assert unseen(warehouse, A) == [A]
    warehouse.add(made_batch(seen=(Link(A, "Talks"),), fetches=(page(A),)), made_stamp(2))
    assert unseen(warehouse, A) == []
    assert warehouse.query("SELECT outcome, title FROM ops.links").fetchone() == ("read", "Talks")


def test_links_are_forgotten_by_when_they_were_last_seen(warehouse):
    warehouse.add(made_batch(seen=(Link(A), Link(B)), fetches=(page(A), page(B))), made_stamp())
    warehouse.add(made_batch(seen=(Link(A),)), made_stamp(100))
    assert warehouse.forget_links(T0 + timedelta(hours=50)) == 1
    assert unseen(warehouse, A, B) == [B]


@pytest.mark.parametrize(
    "url", ["", "not a url", "http://[::1", "javascript:void(0)", "http://x\x00/\ud800", "x" * 9000]
)
def test_odd_links_are_links_all_the_same(warehouse, url):
    warehouse.add(made_batch(seen=(Link(url),)), made_stamp())
    assert unseen(warehouse, url) == [url]


def test_old_exchanges_and_failures_go_but_archived_pages_stay(warehouse):
    warehouse.add(full_batch(), made_stamp())
    assert warehouse.forget_exchanges(T0) == 0
    assert warehouse.forget_exchanges(T0 + timedelta(days=1)) == 2
    assert len(warehouse.pages_to_reextract()) == 1
    assert warehouse.query("SELECT count(*) FROM ops.failures").fetchone() == (0,)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_date_at_the_end_of_time_is_kept_as_it_can_be(warehouse, year):
    first, last = (1, 1, 1, 0), (9999, 12, 31, 23)
    offset = timezone(timedelta(hours=9 if year == 1 else -9))
    odd = datetime(*(first if year == 1 else last), tzinfo=offset)
    warehouse.add(made_batch(replace(made_article(), published_at=odd), seen=(Link(A, "t", odd),)), made_stamp())
    assert warehouse.recent_articles(T0)[0].published_at == odd.replace(tzinfo=UTC)


# --- what a run reads back -------------------------------------------------------------------------------------------


def test_pages_to_read_again_are_the_newest_of_each_address(warehouse):
    warehouse.add(full_batch(), made_stamp())
    later = replace(page(A), archive_file="b.warc.gz", archive_offset=3, fetched_at=T0 + timedelta(days=2))
    warehouse.add(made_batch(fetches=(later,)), made_stamp(1))
    first, second = warehouse.pages_to_reextract()
    assert (first.archive_file, first.link) == ("a.warc.gz", Link(made_article(1).url, "Talks end", T0))
    assert (second.url, second.archive_offset, second.fetched_at) == (A, 3, T0 + timedelta(days=2))
    assert warehouse.pages_to_reextract(T0 + timedelta(days=1)) == (second,)


def test_unassigned_mentions_come_with_tier_and_origin(warehouse):
    one, two, three = (made_article(n) for n in (1, 2, 3))
    refer = made_mention(three, action="refer")
    batch = made_batch(
        one, two, three, mentions=(made_mention(one), made_mention(two), refer),
        copies=(ArticleCopy(two.article_id, one.article_id, "near-copy", "lead"),
                ArticleCopy(one.article_id, "Interfax", "source-line", "(Interfax)")),
    )  # fmt: skip
    warehouse.add(batch, made_stamp())
    found = {entry.article.article_id: entry for entry in warehouse.unassigned()}
    assert set(found) == {one.article_id, two.article_id}, "`refer` tells of nothing"
    assert {entry.origin for entry in found.values()} == {"Interfax"}
    assert {entry.tier for entry in found.values()} == {1}
    assert found[one.article_id].article == one
    assert found[one.article_id].mentions == (made_mention(one),)
    assert warehouse.unassigned(since=T0 + timedelta(hours=1)) == []


def test_what_an_agency_puts_on_its_own_site_counts_for_the_agency(warehouse):
    url = "https://apnews.com/article/hotline"
    own = replace(made_article(1), article_id=stable_id("art", url), url=url, canonical_url=url)
    credited, repeated = made_article(2), made_article(3)
    warehouse.add(made_batch(own, credited, repeated, mentions=(made_mention(credited),), copies=(
        ArticleCopy(credited.article_id, "agency:AP", "agency", "(AP)"),
        ArticleCopy(repeated.article_id, own.article_id, "near-copy", "all"),
    )), made_stamp())  # fmt: skip
    warehouse.add(made_batch(mentions=(made_mention(own), made_mention(repeated))), made_stamp(1))
    assert {entry.origin for entry in warehouse.unassigned()} == {"agency:AP"}
    repeats_only = replace(made_mention(repeated), mention_id="men-other")
    warehouse.connection.execute("DELETE FROM mentions")
    warehouse.add(made_batch(mentions=(repeats_only,)), made_stamp(2))
    (entry,) = warehouse.unassigned()
    assert entry.origin == "agency:AP", "the agency's page itself has nothing open and is still looked at"


def test_copies_that_name_each_other_have_one_origin(warehouse):
    one, two = made_article(1), made_article(2)
    copies = (ArticleCopy(one.article_id, two.article_id, "same-text", ""),
              ArticleCopy(two.article_id, one.article_id, "same-text", ""))  # fmt: skip
    warehouse.add(made_batch(one, two, copies=copies), made_stamp())
    assert {entry.origin for entry in warehouse.unassigned()} == {min(one.article_id, two.article_id)}


def test_polls_without_news_are_stored_together(warehouse):
    other = replace(SOURCE, id="coast-radio", url="https://coast.example/rss")
    link = Link(A, "Talks")
    polls = [
        SourceBatch(SOURCE, SourceState(SOURCE.id, etag='"1"'), seen=(link,),
                    fetches=(replace(page(SOURCE.url, "not-modified"), purpose="listing"),)),
        SourceBatch(other, SourceState(other.id, strikes=1.0, failure_class="dns"), seen=(link,),
                    failures=(Failure(other.id, "listing", "dns", "does not resolve", other.url),)),
    ]  # fmt: skip
    counts = warehouse.add_polls(polls, made_stamp())
    assert counts == {"failures": 1, "fetches": 1, "links": 1}
    assert set(warehouse.add_polls(polls, made_stamp()).values()) == {0}, "the same again changes nothing"
    states = warehouse.source_states()
    assert (states[SOURCE.id].etag, states[other.id].failure_class) == ('"1"', "dns")
    assert warehouse.query("SELECT count(*) FROM sources").fetchone() == (2,)
    assert unseen(warehouse, A) == [A], "a link that was only listed is still to be read"
    assert set(warehouse.add_polls([], made_stamp()).values()) == {0}


def test_a_poll_with_articles_is_refused(warehouse):
    with pytest.raises(BatchError, match="without news"):
        warehouse.add_polls([made_batch(made_article())], made_stamp())
    assert warehouse.recent_articles(T0) == ()


# --- any text, any date ----------------------------------------------------------------------------------------------

moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
numbers = itertools.count()
MISQUOTED = """
    SELECT mention_id FROM mentions JOIN articles USING (article_id) WHERE text[quote_start + 1 : quote_end] <> quote
"""


@st.composite
def articles_with_mentions(draw):
    text = draw(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200))
    url = f"https://steppe.example/{next(numbers)}"
    scalar = st.text(st.characters(codec="utf-8"), max_size=30)
    optional = st.none() | scalar
    article = Article(
        stable_id("art", url), url, url, draw(optional), text, draw(st.none() | moments), "feed", "second",
        tuple(draw(st.lists(scalar, max_size=3))), draw(optional), draw(optional), SOURCE.id,
        tuple(draw(st.lists(scalar, max_size=2))),
    )  # fmt: skip
    mentions = []
    for n in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        actors = draw(
            st.lists(st.builds(Actor, scalar, st.just("state"), st.just("agent"), optional, optional), max_size=3)
        )
        mentions.append(
            Mention(
                stable_id("men", url, n), article.article_id, draw(scalar), f"ini-{n}", False, "body", "sign", "actual",
                draw(st.booleans()), text[start:end], start, end, draw(st.floats(0, 1)),
                tuple(draw(st.lists(scalar, max_size=2))), tuple(actors), draw(optional), "none", draw(optional),
                draw(optional), draw(optional), draw(optional), draw(optional),
            )
        )  # fmt: skip
    return article, tuple(mentions)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles_with_mentions())
def test_whatever_is_put_in_comes_back(warehouse, given_records):
    article, mentions = given_records
    warehouse.add(made_batch(article, mentions=mentions), made_stamp())
    stored = {a.article_id: a for a in warehouse.recent_articles(T0)}
    assert stored[article.article_id] == article
    back = {m.mention_id: m for entry in warehouse.unassigned() for m in entry.mentions}
    assert {m.mention_id: back.get(m.mention_id) for m in mentions} == {m.mention_id: m for m in mentions}
    assert warehouse.query(MISQUOTED).fetchall() == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), min_size=1, max_size=50), cut=st.integers(0, 50))
def test_text_that_utf8_can_not_hold_keeps_its_offsets(warehouse, text, cut):
    article = replace(made_article(text=text), article_id=f"art-{next(numbers)}")
    start = min(cut, len(text))
    mention = replace(made_mention(made_article()), article_id=article.article_id, quote=text[start:], start=start,
                      end=len(text), mention_id=f"men-{next(numbers)}")  # fmt: skip
    failure = Failure(SOURCE.id, "read", "parse", text, text)
    warehouse.add(made_batch(article, mentions=(mention,), failures=(failure,), seen=(Link(text, text),)), made_stamp())
    assert warehouse.query(MISQUOTED).fetchall() == []
    (length,) = warehouse.query(
        "SELECT length(text) FROM articles WHERE article_id = $1", [article.article_id]
    ).fetchone()
    assert length == len(text)
