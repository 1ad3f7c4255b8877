"""Which feeds there are and what is in each: the main one, its archive (RFC 5005), one for each thing that has items.

Pure: items in, (spec, items) pairs out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from warehouse.feed import FeedFiles, FeedSpec, categories
from warehouse.feed_items import FeedItem
from warehouse.watches import Watch, watched

MAIN_FILES = FeedFiles("feed.xml", "atom.xml", "feed.json")
DIMENSIONS = {"initiative": "By initiative", "region": "By region", "country": "By country", "action": "By action"}
"""What has feeds of its own, with the heading of their list."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed, ready to be rendered. `group` is its heading in lists; archives have none."""

    spec: FeedSpec
    items: tuple[FeedItem, ...]
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What all feeds of one publication share."""

    title: str = "pactwatch"
    base_url: str | None = None
    hub: str | None = None


def _spec(site: Site, name: str, title: str, description: str, files: FeedFiles) -> FeedSpec:
    return FeedSpec(
        name, title, description, files, base_url=site.base_url, page="initiatives" if site.base_url else None,
        hub=site.hub,
    )  # fmt: skip


def main_feeds(site: Site, items: Sequence[FeedItem], limit: int) -> Iterator[Feed]:
    """The feed to subscribe to, and the archive of all that is older.

    Archives are whole pages of `limit` items counted from the oldest, so a page that is full never changes its
    members; the newest may overlap with the feed, which readers resolve by id.
    """
    oldest_first = tuple(reversed(items))
    pages = -(-max(0, len(items) - limit) // limit)
    main = _spec(
        site, "main", f"{site.title}: new developments",
        "Regional security initiatives: what was proposed, agreed, signed, launched or left, by whom, where and when, "
        "with the sentence that says so.",
        MAIN_FILES,
    )  # fmt: skip
    latest = _archive_files(pages) if pages else None
    yield Feed(replace(main, previous=latest), tuple(items[:limit]), "All")
    for number in range(1, pages + 1):
        spec = replace(
            _spec(
                site, f"archive/{number:04d}", f"{site.title}: archive {number}",
                f"Older developments, page {number} of the archive.", _archive_files(number),
            ),
            current=MAIN_FILES,
            previous=_archive_files(number - 1) if number > 1 else None,
            next=_archive_files(number + 1) if number < pages else None,
            hub=None,
        )  # fmt: skip
        members = oldest_first[(number - 1) * limit : number * limit]
        yield Feed(spec, tuple(reversed(members)))


def _archive_files(number: int) -> FeedFiles:
    return FeedFiles.of(f"archive/{number:04d}")


def dimension_feeds(site: Site, items: Sequence[FeedItem], limit: int) -> Iterator[Feed]:
    """One feed for each initiative, region, country and action that has items, by dimension and then by name."""
    members: dict[tuple[str, str], list[FeedItem]] = {}
    labels: dict[tuple[str, str], str] = {}
    for item in items:
        for dimension, slug, label in categories(item):
            if dimension in DIMENSIONS:
                key = (dimension, slug)
                labels.setdefault(key, label)
                members.setdefault(key, []).append(item)
    order = list(DIMENSIONS)
    for dimension, slug in sorted(members, key=lambda key: (order.index(key[0]), labels[key].casefold(), key[1])):
        label = labels[dimension, slug]
        spec = _spec(
            site, f"{dimension}/{slug}", f"{site.title}: {label}",
            f"New developments, {dimension}: {label}.", FeedFiles.of(f"feeds/{dimension}/{slug}"),
        )  # fmt: skip
        if dimension == "initiative":
            spec = replace(spec, home=f"initiatives/{slug}.html")
        yield Feed(spec, tuple(members[dimension, slug][:limit]), DIMENSIONS[dimension])


def watch_feeds(site: Site, items: Sequence[FeedItem], watches: Sequence[Watch], limit: int) -> Iterator[Feed]:
    """One feed for each watch, even an empty one: who subscribes before the first item must find it."""
    for watch in watches:
        spec = _spec(
            site, f"watch/{watch.id}", f"{site.title}: {watch.name}",
            f"New developments that meet the watch “{watch.name}”.", FeedFiles.of(f"feeds/watch/{watch.id}"),
        )  # fmt: skip
        yield Feed(spec, watched(watch, items)[:limit], "Watches")
