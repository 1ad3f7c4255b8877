"""Small records for tests of the warehouse: articles, mentions and batches in our own words."""

from datetime import UTC, datetime, timedelta

from extractors.records import (
    Actor,
    Article,
    Development,
    Mention,
    RunStamp,
    Source,
    SourceBatch,
    SourceState,
    stable_id,
)

T0 = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
SOURCE = Source("steppe-wire", "Steppe Wire", "https://steppe.example/rss", "rss", country="KAZ", tier=1)
QUOTE = "Kazakhstan and China proposed a joint border hotline."
TEXT = f"ASTANA. A short day of talks.\n{QUOTE}\nNothing else was decided."


def made_stamp(n: int = 0, extractor: str = "1", started_at: datetime | None = None) -> RunStamp:
    return RunStamp(f"run-{n}", started_at or T0 + timedelta(hours=n), extractor, "0.1")


def made_article(n: int = 1, text: str = TEXT, title: str | None = "Talks end") -> Article:
    url = f"https://steppe.example/story/{n}"
    return Article(
        stable_id("art", url), url, url, title, text, published_at=T0, published_basis="feed", language="en",
        source_id=SOURCE.id, authors=("A. Writer",),
    )  # fmt: skip


def made_mention(
    article: Article, quote: str = QUOTE, action: str = "propose", initiative: str = "joint border hotline"
) -> Mention:
    start = article.text.index(quote)
    return Mention(
        mention_id=stable_id("men", article.article_id, initiative, action, quote), article_id=article.article_id,
        initiative=initiative, initiative_id=stable_id("ini", initiative), known=False, kind="mechanism",
        action=action, modality="actual", is_background=False, quote=quote, start=start, end=start + len(quote),
        confidence=0.8, event_date="2026-05-04", date_precision="day", date_basis="relative", place="Astana",
        place_code="KAZ", aliases=("border hotline",),
        actors=(Actor("Kazakhstan", "state", "agent", "KAZ"), Actor("China", "state", "partner", "CHN")),
    )  # fmt: skip


def made_batch(*articles: Article, mentions: tuple[Mention, ...] | None = None, **fields: object) -> SourceBatch:
    found = tuple(made_mention(a) for a in articles if QUOTE in a.text) if mentions is None else mentions
    return SourceBatch(SOURCE, SourceState(SOURCE.id), articles=articles, mentions=found, **fields)


def made_development(n: int = 1, **fields: object) -> Development:
    given: dict[str, object] = {
        "development_id": f"dev-{n}", "initiative_id": stable_id("ini", "joint border hotline"),
        "initiative": "joint border hotline", "known": False, "kind": "mechanism", "action": "propose",
        "modality": "actual", "headline": "Kazakhstan, China propose joint border hotline", "first_seen_at": T0,
        "last_seen_at": T0, "agents": ("CHN", "KAZ"), "event_date": "2026-05-04", "date_precision": "day",
        "origins": (f"art-{n}",), "articles": (f"art-{n}",), "confidence": 0.8, "best_tier": 1,
    }  # fmt: skip
    return Development(**{**given, **fields})
