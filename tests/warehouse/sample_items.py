"""Feed items made up for the tests: plausible, in our own words, and some as awkward as pages can be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from warehouse.feed_items import Evidence, FeedItem, ItemActor

START = datetime(2026, 10, 1, 6, 30, tzinfo=UTC)


def an_item(number: int = 1, **changes: object) -> FeedItem:
    """A development told by two articles, one of them a copy."""
    moment = START + timedelta(hours=7 * number)
    item = FeedItem(
        guid=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        development_id=f"dev-{number:020x}",
        initiative_id="northern-corridor-patrol",
        initiative="Northern Corridor patrol agreement",
        known=True,
        kind="treaty",
        action="sign",
        modality="actual",
        headline=f"Kazakhstan, Mongolia sign Northern Corridor patrol agreement no. {number}",
        published_at=moment,
        updated_at=moment + timedelta(hours=2),
        first_seen_at=moment,
        last_seen_at=moment + timedelta(hours=2),
        event_date="2026-09-30",
        date_precision="day",
        place="Astana",
        place_code="KAZ",
        actors=(
            ItemActor("Kazakhstan", "state", "agent", "KAZ"),
            ItemActor("Mongolia", "state", "partner", "MNG"),
            ItemActor("Aru Bekova", "person", "speaker", "KAZ", "defence minister"),
        ),
        evidence=(
            Evidence(
                "Kazakhstan and Mongolia signed the patrol agreement in Astana on Wednesday.",
                f"art-{number:04d}a", f"https://steppe-wire.example/{number}/patrol", "Neighbours sign patrol pact",
                "steppe-wire", "Steppe Wire", 1, moment, f"art-{number:04d}a", "KAZ",
            ),
            Evidence(
                "The two neighbours put their names to a patrol agreement.",
                f"art-{number:04d}b", f"https://daily.example/{number}?a=1&b=2", "Patrol pact inked",
                "daily", "The Daily", 2, moment + timedelta(hours=1), f"art-{number:04d}a", "MNG",
            ),
        ),
        independent_sources=1,
        confidence=0.91,
        regions=("Central Asia",),
    )  # fmt: skip
    return replace(item, **changes)  # type: ignore[arg-type]  # field by field, for the tests


AWKWARD_TEXT = (
    "Tom & \"Jerry\" <script>alert(1)</script> \x00\x08\x0b\x1b\x85\ufffe 🛰️ \u202eevil\u202c שלום العربية ]]> 'x'"
)


def an_awkward_item(number: int = 99) -> FeedItem:
    """Everything that breaks feeds: markup, quotes, emoji, right-to-left text, control characters, a script link."""
    plain = an_item(number)
    return replace(
        plain,
        headline=AWKWARD_TEXT,
        initiative=AWKWARD_TEXT,
        initiative_id="novel-" + "x" * 200,
        place=AWKWARD_TEXT,
        known=False,
        actors=(ItemActor(AWKWARD_TEXT, "organisation", "agent"), ItemActor("Atlantis", "state", "partner", "XXX")),
        evidence=(
            replace(plain.evidence[0], quote=AWKWARD_TEXT, title=AWKWARD_TEXT, source=AWKWARD_TEXT),
            replace(plain.evidence[1], quote="other", url="javascript:alert(1)", title=None, article_id="art-js"),
        ),
        regions=(),
    )
