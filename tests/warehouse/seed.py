"""A warehouse with two months of made-up news, in our own words: what the feeds and the page are tested on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from extractors.catalog import load_initiatives
from extractors.records import (
    Action,
    Actor,
    Article,
    ArticleCopy,
    Change,
    Development,
    Failure,
    Fetch,
    Initiative,
    Kind,
    Link,
    Mention,
    Modality,
    RaiseAlert,
    RunStamp,
    SaveDevelopment,
    Source,
    SourceBatch,
    SourceState,
    UpdateAlert,
    stable_id,
)
from warehouse.store import Warehouse

FIRST_DAY = datetime(2026, 9, 21, 6, 0, tzinfo=UTC)
VERSION = "seed-1"

SOURCES = (
    Source("steppe-wire", "Steppe Wire", "https://steppe-wire.example/rss", "rss", country="KAZ", type="wire", tier=1),
    Source("harbour-times", "Harbour Times", "https://harbour-times.example/feed", "atom", country="SGP", tier=2),
    Source("foreign-office", "Foreign Office: statements", "https://fo.example/list", "listing", country="GBR",
           type="government", tier=1, link_pattern="/s/"),
    Source("sahel-monitor", "Sahel Monitor", "https://sahel-monitor.example/map.xml", "sitemap", country="SEN", tier=2),
    Source("repost-daily", "Repost Daily", "https://repost.example/rss", "rss", country="IND", tier=3),
    Source("gulf-ledger", "The Gulf Ledger", "https://gulf-ledger.example/rss", "rss", country="ARE", tier=2),
    Source("quiet-review", "Quiet Review of Strategy", "https://quiet.example/rss", "rss", country="AUS", tier=2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Story:
    """One development and who reported it: (source id, sentence, source id it was copied from)."""

    day: int
    initiative: str
    action: Action
    headline: str
    agents: tuple[str, ...]
    reports: tuple[tuple[str, str, str | None], ...]
    partners: tuple[str, ...] = ()
    place: str | None = None
    place_code: str | None = None
    modality: Modality = "actual"
    event_date: str | None = None
    speaker: tuple[str, str, str] | None = None
    background: bool = False
    follows: int | None = None
    alert: bool = True


NOVEL: dict[str, tuple[str, Kind]] = {
    "ini-corridor": ("Middle Corridor border guard mechanism", "mechanism"),
    "ini-straits": ("straits incident hotline", "mechanism"),
    "ini-drone": ("Southeast Asian drone rescue task force", "body"),
    "ini-water": ("Horn of Africa water security dialogue", "forum"),
}

STORIES: tuple[Story, ...] = (
    Story(
        0,
        "cica",
        "launch",
        "Kazakhstan founds CICA — 1992",
        ("KAZ",),
        (("steppe-wire", "CICA was put forward by Kazakhstan in 1992.", None),),
        event_date="1992",
        background=True,
        alert=False,
    ),
    Story(
        1,
        "ini-corridor",
        "propose",
        "Kazakhstan proposes Middle Corridor border guard mechanism — Aktau, 22 Sep 2026",
        ("KAZ",),
        (
            (
                "steppe-wire",
                "Kazakhstan proposed a border guard mechanism for the Middle Corridor in Aktau on Tuesday.",
                None,
            ),
            (
                "repost-daily",
                "A border guard mechanism for the corridor was put forward in Aktau, Steppe Wire reports.",
                "steppe-wire",
            ),
        ),
        place="Aktau",
        place_code="KAZ",
        event_date="2026-09-22",
        speaker=("Aru Bekova", "KAZ", "interior minister"),
    ),
    Story(
        4,
        "quad",
        "convene",
        "Australia, India, Japan, United States convene Quad — Sydney, 25 Sep 2026",
        ("AUS", "IND", "JPN", "USA"),
        (
            ("harbour-times", "Senior officials of the Quad met in Sydney on Friday.", None),
            ("foreign-office", "The Quad met in Sydney and agreed a work plan.", None),
        ),
        place="Sydney",
        place_code="AUS",
        event_date="2026-09-25",
    ),
    Story(
        9,
        "ini-straits",
        "propose",
        "Malaysia proposes straits incident hotline — Kuala Lumpur, 30 Sep 2026",
        ("MYS",),
        (("harbour-times", "Malaysia called for a hotline for incidents in the straits.", None),),
        place="Kuala Lumpur",
        place_code="MYS",
        event_date="2026-09-30",
    ),
    Story(
        13,
        "mnjtf",
        "extend",
        "Chad, Niger, Nigeria extend MNJTF — N'Djamena, 4 Oct 2026",
        ("NGA", "TCD", "NER"),
        (
            ("sahel-monitor", "The mandate of the joint task force was renewed for a year in N'Djamena.", None),
            ("repost-daily", "Lake Chad states renewed the task force for a year.", "sahel-monitor"),
            ("foreign-office", "We welcome the renewal of the task force's mandate.", None),
        ),
        place="N'Djamena",
        place_code="TCD",
        event_date="2026-10-04",
    ),
    Story(
        16,
        "ini-corridor",
        "negotiate",
        "Azerbaijan, Georgia, Kazakhstan negotiate Middle Corridor border guard mechanism — Baku, 7 Oct 2026",
        ("AZE", "GEO", "KAZ"),
        (("steppe-wire", "Experts of the three states discussed the border guard mechanism in Baku.", None),),
        place="Baku",
        place_code="AZE",
        event_date="2026-10-07",
        follows=1,
    ),
    Story(
        20,
        "gcc",
        "agree",
        "GCC agrees joint coast guard plan — Manama, 11 Oct 2026",
        ("ARE", "BHR", "SAU"),
        (
            ("gulf-ledger", "Gulf ministers agreed in Manama to pool coast guard patrols.", None),
            ("harbour-times", "Gulf states are to pool their coast guards.", None),
        ),
        place="Manama",
        place_code="BHR",
        event_date="2026-10-11",
    ),
    Story(
        24,
        "ini-straits",
        "endorse",
        "Indonesia, Singapore endorse straits incident hotline — 15 Oct 2026",
        ("IDN", "SGP"),
        (("harbour-times", "Singapore and Indonesia voiced support for the hotline.", None),),
        event_date="2026-10-15",
    ),
    Story(
        27,
        "aukus",
        "oppose",
        "China opposes AUKUS — Beijing, 18 Oct 2026",
        ("CHN",),
        (
            ("steppe-wire", "Beijing warned against a wider AUKUS.", None),
            ("repost-daily", "Beijing warned against a wider AUKUS.", "steppe-wire"),
        ),
        place="Beijing",
        place_code="CHN",
        event_date="2026-10-18",
        speaker=("Lin Hua", "CHN", "spokesperson"),
    ),
    Story(
        31,
        "ini-drone",
        "propose",
        "Vietnam may propose Southeast Asian drone rescue task force — Hanoi, 22 Oct 2026",
        ("VNM",),
        (("harbour-times", "Vietnam is to table a drone rescue task force for Southeast Asia.", None),),
        place="Hanoi",
        place_code="VNM",
        event_date="2026-10-22",
        modality="planned",
    ),
    Story(
        36,
        "ini-corridor",
        "agree",
        "Azerbaijan, Georgia, Kazakhstan agree Middle Corridor border guard mechanism — Tbilisi, 27 Oct 2026",
        ("AZE", "GEO", "KAZ"),
        (
            ("steppe-wire", "The three states agreed in Tbilisi on a common border guard mechanism.", None),
            ("foreign-office", "We welcome the agreement on a border guard mechanism.", None),
        ),
        place="Tbilisi",
        place_code="GEO",
        event_date="2026-10-27",
        follows=5,
    ),
    Story(
        40,
        "ecowas",
        "convene",
        "ECOWAS convenes chiefs of staff — Accra, 31 Oct 2026",
        ("GHA", "NGA", "SEN"),
        (("sahel-monitor", "Chiefs of staff of the bloc met in Accra to plan a standby force.", None),),
        place="Accra",
        place_code="GHA",
        event_date="2026-10-31",
    ),
    Story(
        43,
        "aes",
        "withdraw",
        "Niger denies leaving the Alliance of Sahel States — Niamey, 3 Nov 2026",
        ("NER",),
        (("sahel-monitor", "Niger denied that it was leaving the alliance.", None),),
        place="Niamey",
        place_code="NER",
        event_date="2026-11-03",
        modality="negated",
    ),
    Story(
        47,
        "ini-straits",
        "agree",
        "Indonesia, Malaysia, Singapore agree straits incident hotline — Batam, 7 Nov 2026",
        ("IDN", "MYS", "SGP"),
        (
            ("harbour-times", "The three littoral states agreed in Batam to open the hotline within a year.", None),
            ("foreign-office", "We congratulate the littoral states on agreeing a hotline.", None),
            ("repost-daily", "Littoral states agreed to open a hotline.", "harbour-times"),
        ),
        place="Batam",
        place_code="IDN",
        event_date="2026-11-07",
        follows=3,
    ),
    Story(
        50,
        "ini-water",
        "convene",
        "Ethiopia, Kenya, Somalia convene Horn of Africa water security dialogue — Nairobi, 10 Nov 2026",
        ("ETH", "KEN", "SOM"),
        (("sahel-monitor", "The first water security dialogue of the Horn opened in Nairobi.", None),),
        place="Nairobi",
        place_code="KEN",
        event_date="2026-11-10",
    ),
    Story(
        54,
        "ini-corridor",
        "sign",
        "Azerbaijan, Georgia, Kazakhstan sign Middle Corridor border guard mechanism — Aktau, 14 Nov 2026",
        ("AZE", "GEO", "KAZ"),
        (
            (
                "steppe-wire",
                "The presidents of the three states signed the border guard mechanism in Aktau on Saturday.",
                None,
            ),
            ("harbour-times", "Three states along the Middle Corridor signed a border guard accord.", None),
            ("repost-daily", "The presidents of the three states signed the border guard mechanism.", "steppe-wire"),
        ),
        place="Aktau",
        place_code="KAZ",
        event_date="2026-11-14",
        follows=10,
        speaker=("Nino Beridze", "GEO", "foreign minister"),
    ),
    Story(
        57,
        "jef",
        "convene",
        "Estonia, United Kingdom convene JEF — Tallinn, 17 Nov 2026",
        ("EST", "GBR"),
        (("foreign-office", "The Joint Expeditionary Force began a sea drill off Tallinn.", None),),
        place="Tallinn",
        place_code="EST",
        event_date="2026-11-17",
    ),
    Story(
        60,
        "quad",
        "launch",
        "Japan, United States plan to launch Quad maritime fellowship — Tokyo, Dec 2026",
        ("JPN", "USA"),
        (
            ("harbour-times", "Tokyo and Washington will launch a Quad maritime fellowship in December.", None),
            ("steppe-wire", "A Quad fellowship for coast guards is to start in December.", None),
        ),
        place="Tokyo",
        place_code="JPN",
        event_date="2026-12",
        modality="planned",
    ),
)


def story_moment(story: Story) -> datetime:
    return FIRST_DAY + timedelta(days=story.day, hours=story.day % 9)


def _initiative(initiative_id: str) -> tuple[str, Kind, bool]:
    if initiative_id in NOVEL:
        return (*NOVEL[initiative_id], False)
    for known in load_initiatives():
        if known.id == initiative_id:
            return known.name, known.kind, True
    raise LookupError(initiative_id)


def _article(story: Story, source_id: str, sentence: str) -> Article:
    url = f"https://{source_id}.example/{story.day}/{story.action}-{story.initiative}"
    lead = "The statement came after a day of talks."
    return Article(
        stable_id("art", url), url, url, story.headline.partition(" — ")[0], f"{lead}\n{sentence}\nMore is to follow.",
        published_at=story_moment(story) - timedelta(hours=2), published_basis="feed", published_precision="second",
        language="en", source_id=source_id,
    )  # fmt: skip


def _mention(story: Story, article: Article, sentence: str) -> Mention:
    name, kind, known = _initiative(story.initiative)
    start = article.text.index(sentence)
    actors = [Actor(code, "state", "agent", code) for code in story.agents]
    actors += [Actor(code, "state", "partner", code) for code in story.partners]
    if story.speaker:
        person, code, office = story.speaker
        actors.append(Actor(person, "person", "speaker", code, office))
    return Mention(
        stable_id("men", article.article_id, sentence, story.action), article.article_id, name, story.initiative, known,
        kind, story.action, story.modality, story.background, sentence, start, start + len(sentence), 0.88,
        actors=tuple(actors), event_date=story.event_date,
        date_precision={10: "day", 7: "month", 4: "year"}.get(len(story.event_date or ""), "none"),  # type: ignore[arg-type]
        place=story.place, place_code=story.place_code, speaker=story.speaker[0] if story.speaker else None,
    )  # fmt: skip


def development_id(story: Story) -> str:
    return stable_id("dev", story.initiative, story.action, story.day)


def _development(story: Story, articles: Sequence[Article], origins: Sequence[str]) -> Development:
    name, kind, known = _initiative(story.initiative)
    moment = story_moment(story)
    return Development(
        development_id(story), story.initiative, name, known, kind, story.action, story.modality, story.headline,
        moment, moment, agents=tuple(sorted(story.agents)), event_date=story.event_date,
        date_precision={10: "day", 7: "month", 4: "year"}.get(len(story.event_date or ""), "none"),  # type: ignore[arg-type]
        place=story.place, place_code=story.place_code, is_background=story.background, confidence=0.9,
        articles=tuple(one.article_id for one in articles), origins=tuple(origins), best_tier=1,
        follows=development_id(STORIES[story.follows]) if story.follows is not None else None,
        relation="stage" if story.follows is not None else None,
    )  # fmt: skip


def run_stories(warehouse: Warehouse, stories: Sequence[Story]) -> None:
    """One run of the flow that finds these stories: a batch of each source, then developments and alerts.

    Each alert is dated to its story, as if each had a run of its own: that would be true to life and slow.
    """
    last = story_moment(stories[-1])
    stamp = RunStamp(stable_id("run", stories[0].day, stories[-1].day), last, VERSION, "1")
    warehouse.start_run(stamp)
    told = {story: {name: _article(story, name, sentence) for name, sentence, _ in story.reports} for story in stories}
    for source in SOURCES:
        mine = [(story, report) for story in stories for report in story.reports if report[0] == source.id]
        articles = tuple(told[story][source.id] for story, _ in mine)
        copies = tuple(
            ArticleCopy(told[story][source.id].article_id, told[story][origin].article_id, "source-line", f"({origin})")
            for story, (_, _, origin) in mine
            if origin
        )
        if mine:
            batch = SourceBatch(
                source,
                SourceState(source.id, last_polled_at=last, last_success_at=last, last_new_item_at=last),
                seen=tuple(Link(article.url, article.title, article.published_at) for article in articles),
                articles=articles,
                mentions=tuple(_mention(story, told[story][source.id], report[1]) for story, report in mine),
                copies=copies,
                fetches=(Fetch(source.url, source.id, "listing", last, 200, bytes_received=2048, seconds=0.2),),
            )
            warehouse.add(batch, stamp)
    for story in stories:
        mentions = [_mention(story, told[story][name], sentence) for name, sentence, _ in story.reports]
        origins = [told[story][name].article_id for name, _, origin in story.reports if origin is None]
        development = _development(story, tuple(told[story].values()), origins)
        changes: list[Change] = [SaveDevelopment(development, tuple(one.mention_id for one in mentions))]
        if story.alert:
            changes.append(RaiseAlert(development.development_id, "new"))
        warehouse.apply(changes, stamp, story_moment(story))
    warehouse.finish_run(stamp.run_id, finished_at=last + timedelta(minutes=2), status="ok", counts={"alerts": 1})


def seed_warehouse(warehouse: Warehouse, stories: Sequence[Story] = STORIES) -> None:
    """Fill an empty warehouse, in runs that find up to six stories each."""
    warehouse.save_sources(SOURCES)
    known = {initiative.id: initiative for initiative in load_initiatives()}
    wanted = {story.initiative for story in STORIES}
    novel = [
        Initiative(novel_id, name, kind, known=False) for novel_id, (name, kind) in NOVEL.items() if novel_id in wanted
    ]
    warehouse.save_initiatives([*(known[one] for one in sorted(wanted) if one in known), *novel])
    for start in range(0, len(stories), 6):
        run_stories(warehouse, stories[start : start + 6])


def add_failing_runs(warehouse: Warehouse, source_id: str, *, first: datetime, count: int) -> None:
    """Runs in which one source does not answer."""
    source = next(one for one in SOURCES if one.id == source_id)
    for number in range(count):
        moment = first + timedelta(hours=number)
        stamp = RunStamp(stable_id("run", source_id, moment), moment, VERSION, "1")
        warehouse.start_run(stamp)
        warehouse.add(
            SourceBatch(
                source,
                SourceState(source_id, last_polled_at=moment, strikes=float(number + 1), failure_class="timeout"),
                fetches=(Fetch(source.url, source_id, "listing", moment, None, "timeout", seconds=30.0),),
                failures=(Failure(source_id, "listing", "timeout", "no answer within 30 s", source.url),),
            ),
            stamp,
        )
        warehouse.finish_run(stamp.run_id, finished_at=moment, status="ok", counts={})


def update_story(warehouse: Warehouse, story: Story, source_id: str, sentence: str) -> None:
    """A later run in which one more source tells a story that was alerted on."""
    moment = story_moment(story) + timedelta(hours=5)
    stamp = RunStamp(stable_id("run", story.day, "later"), moment, VERSION, "1")
    later = replace(story, reports=((source_id, sentence, None),))
    article = _article(later, source_id, sentence)
    mention = _mention(later, article, sentence)
    source = next(one for one in SOURCES if one.id == source_id)
    warehouse.start_run(stamp)
    warehouse.add(
        SourceBatch(source, SourceState(source_id, last_polled_at=moment), articles=(article,), mentions=(mention,)),
        stamp,
    )
    before = [_article(story, one, text) for one, text, _ in story.reports]
    origins = [one.article_id for one, (_, _, copied) in zip(before, story.reports, strict=True) if copied is None]
    development = replace(
        _development(story, [*before, article], [*origins, article.article_id]), last_seen_at=moment, alerted=True
    )
    changes: list[Change] = [
        SaveDevelopment(development, (mention.mention_id,), is_new=False),
        UpdateAlert(development.development_id),
    ]
    warehouse.apply(changes, stamp, moment)
    warehouse.finish_run(stamp.run_id, finished_at=moment, status="ok", counts={})
