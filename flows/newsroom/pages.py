"""Renders the newsroom's pages: articles, front pages, sections, and the small print."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.newsroom.stories import Site, Story, section_slug

NOTICE = "Demonstration newsroom: every report here is invented"
STATIC_PAGES = {"about": "About us", "contact": "Contact", "privacy": "Privacy"}


def _long_date(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment:%Y}"


def _short_date(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {"long_date": _long_date, "short_date": _short_date, "slug": section_slug}
TEMPLATES.globals |= {"notice": NOTICE, "static_pages": STATIC_PAGES}


def render_article(site: Site, story: Story, related: Sequence[Story], base: str) -> bytes:
    return _render(
        f"{site.id}.html",
        site,
        base,
        story=story,
        stories=related,
        heading=story.title,
        linked=_linked(site, story, base),
    )


def render_front(site: Site, stories: Sequence[Story], base: str, heading: str) -> bytes:
    """A front page, or the page of one section, which has the same shape."""
    return _render(f"{site.id}.html", site, base, story=None, stories=stories, heading=heading, linked={})


def render_static(site: Site, name: str, base: str) -> bytes:
    return _render("static.html", site, base, heading=STATIC_PAGES[name])


def render_index(sites: Sequence[Site], base: str, day: int) -> bytes:
    """The page at `/`, for a person who wants to look around; no site links to it."""
    return TEMPLATES.get_template("index.html").render(sites=sites, base=base, day=day).encode()


def _render(template: str, site: Site, base: str, **values: object) -> bytes:
    return TEMPLATES.get_template(template).render(site=site, base=base, **values).encode()


def _linked(site: Site, story: Story, base: str) -> dict[str, object]:
    """JSON-LD, as the sites of newspapers and agencies carry it."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "mainEntityOfPage": f"{base}{story.path}",
        "inLanguage": story.language,
        "publisher": {"@type": "Organization", "name": site.name},
    }
    if story.byline:
        data["author"] = {"@type": "Person", "name": story.byline}
    if story.published and "json-ld" in story.page_dates:
        data["datePublished"] = story.published.isoformat()
    if story.updated:
        data["dateModified"] = story.updated.isoformat()
    return data
