"""Writes what a site lists: RSS, Atom, JSON Feed, news sitemap, or a sitemap index with a gzipped child.

The listing page of the sixth site is its front page, which `pages` renders.
"""

import gzip
import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from flows.newsroom.pages import TEMPLATES
from flows.newsroom.stories import Site, Story

GZIPPED_CHILD = "/review/sitemap-2026-10.xml.gz"
STATIC_CHILD = "/review/sitemap-pages.xml"


def render_listings(site: Site, stories: Sequence[Story], base: str, now: datetime) -> dict[str, tuple[str, bytes]]:
    """Path to content type and body, for each file that makes up the site's listing."""
    match site.id:
        case "meridian":
            return {site.listing: ("application/rss+xml; charset=utf-8", _xml("rss.xml", site, stories, base, now))}
        case "harbour":
            return {site.listing: ("application/atom+xml; charset=utf-8", _xml("atom.xml", site, stories, base, now))}
        case "lantern":
            return {site.listing: ("application/xml", _xml("news-sitemap.xml", site, stories, base, now))}
        case "watchpost":
            return {site.listing: ("application/feed+json", _json_feed(site, stories, base))}
        case "review":
            child = _xml("sitemap.xml", site, stories, base, now)
            return {
                site.listing: ("text/xml; charset=UTF-8", _xml("sitemap-index.xml", site, stories, base, now)),
                GZIPPED_CHILD: ("application/gzip", gzip.compress(child, mtime=0)),
                STATIC_CHILD: ("text/xml; charset=UTF-8", _xml("sitemap-pages.xml", site, stories, base, now)),
            }
        case _:
            return {}


def rfc822(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _xml(template: str, site: Site, stories: Sequence[Story], base: str, now: datetime) -> bytes:
    text = TEMPLATES.get_template(template).render(
        site=site,
        stories=stories,
        base=base,
        now=now,
        rfc822=rfc822,
        gzipped_child=GZIPPED_CHILD,
        static_child=STATIC_CHILD,
    )
    return text.encode()


def _json_feed(site: Site, stories: Sequence[Story], base: str) -> bytes:
    items = []
    for story in stories:
        item: dict[str, object] = {
            "id": f"{base}{story.path}",
            "url": f"{base}{story.path}",
            "title": story.title,
            "summary": story.summary,
            "content_text": story.paragraphs[0][:180] + " […]",
            "tags": [story.section],
        }
        if story.byline:
            item["authors"] = [{"name": story.byline}]
        if story.published and story.listed_date:
            item["date_published"] = story.published.isoformat()
        if story.updated:
            item["date_modified"] = story.updated.isoformat()
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": f"{base}/{site.id}/",
        "feed_url": f"{base}{site.listing}",
        "description": f"{site.tagline}. Demonstration newsroom: every report here is invented.",
        "language": site.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()
