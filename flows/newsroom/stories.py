"""Loads the newsroom's sites and stories from the data files beside this module."""

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from extractors.records import SourceKind

T = TypeVar("T")

HERE = Path(__file__).parent
DAYS: dict[int, datetime] = {
    1: datetime(2026, 10, 12, 18, 0, tzinfo=UTC),
    2: datetime(2026, 10, 13, 18, 30, tzinfo=UTC),
}
"""When each pass looks. The second is a little over 24 hours on, so that a rumour held back for a day is due."""


class StoryError(Exception):
    """A story or site file that doesn't say what it must."""

    def __init__(self, file: Path, reason: str) -> None:
        self.file = file
        self.reason = reason
        super().__init__(f"{file}: {reason}")


@dataclass(frozen=True, slots=True)
class Site:
    """One of the six sites, and how it lists its stories."""

    id: str
    name: str
    tagline: str
    listing: str
    kind: SourceKind
    language: str
    region: str
    type: str
    tier: int
    poll_minutes: int
    sections: tuple[str, ...]
    country: str = ""
    link_pattern: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One article page. Which of its dates the page gives away is part of the story: real pages differ in it."""

    id: str
    site: str
    day: int
    manner: str
    title: str
    path: str
    section: str
    paragraphs: tuple[str, ...]
    published: datetime | None = None
    updated: datetime | None = None
    page_dates: tuple[str, ...] = ("json-ld", "visible")
    """Any of json-ld, meta, visible, updated: where on its page the story is dated."""
    listed_date: bool = True
    """Whether the listing gives the publication date."""
    byline: str = ""
    summary: str = ""
    caption: str = ""
    credit: str = ""
    print_line: str = ""
    language: str = "en"
    comments: tuple[str, ...] = ()


def day_time(day: int) -> datetime:
    """The clock (`--now`) for the pass of that day."""
    return DAYS[day]


@cache
def load_sites() -> tuple[Site, ...]:
    file = HERE / "sites.toml"
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["site"]
    return tuple(_build(Site, entry, file) for entry in entries)


@cache
def load_stories() -> tuple[Story, ...]:
    """All stories of both days, newest first; those without a date last."""
    sites = {site.id for site in load_sites()}
    stories = [
        read_story(file, day, sites) for day in DAYS for file in sorted((HERE / "stories" / f"day-{day}").glob("*.md"))
    ]
    return tuple(sorted(stories, key=lambda story: (story.day, story.published or DAYS[1]), reverse=True))


def section_slug(section: str) -> str:
    return re.sub(r"[^a-z]+", "-", section.lower()).strip("-")


def read_story(file: Path, day: int, sites: set[str]) -> Story:
    parts = file.read_text(encoding="utf-8").split("+++\n")
    if len(parts) != 3 or parts[0]:
        raise StoryError(file, "needs front matter between two lines of +++, then the text")
    try:
        front = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise StoryError(file, f"front matter: {error}") from error
    if front.pop("invented", None) is not True:
        raise StoryError(file, "must say invented = true")
    paragraphs = tuple(" ".join(block.split()) for block in parts[2].split("\n\n") if block.strip())
    story = _build(Story, {**front, "id": file.stem, "day": day, "paragraphs": paragraphs}, file)
    if story.site not in sites:
        raise StoryError(file, f"unknown site {story.site!r}")
    return story


def _build(kind: type[T], entry: dict[str, Any], file: Path) -> T:
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise StoryError(file, str(error)) from error
