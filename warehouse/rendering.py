"""The one jinja2 environment: everything is escaped, an undefined name is an error, links are http(s) or nothing."""

from functools import lru_cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from warehouse.labels import (
    ACTION_LABELS,
    KIND_LABELS,
    MODALITY_LABELS,
    RELATION_LABELS,
    ROLE_LABELS,
    capital,
    clean,
    country_name,
    day_label,
    event_date_label,
    id_slug,
    one_line,
    short_headline,
    slugify,
)


def safe_url(url: str | None) -> str | None:
    """The address if it is http or https, else None: no `javascript:` of a feed ends up behind a link of ours."""
    if not url:
        return None
    try:
        parts = urlsplit(clean(url).strip())
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("warehouse", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        capital=capital,
        clean=clean,
        one_line=one_line,
        safe_url=safe_url,
        short_headline=short_headline,
        slug=slugify,
        id_slug=id_slug,
        day=day_label,
        event_date=event_date_label,
        country=country_name,
    )
    environment.globals.update(
        actions=ACTION_LABELS, kinds=KIND_LABELS, modalities=MODALITY_LABELS, relations=RELATION_LABELS,
        roles=ROLE_LABELS,
    )  # fmt: skip
    return environment


def render_template(name: str, **values: object) -> str:
    """The named template of `warehouse/templates`, filled, without control characters wherever they came from."""
    return clean(_environment().get_template(name).render(**values))
