"""`pactwatch read`: pages to JSON lines. Files are read without network, all by this one process."""

import asyncio
import gzip
import html
import json
import re
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.records import Article, Page
from flows.commands.problems import UsageProblem

MAX_BYTES = 50_000_000
HEAD_BYTES = 300_000
CANONICAL_TAG = re.compile(rb"""<link\b[^>]*\brel\s*=\s*["']?canonical\b[^>]*>""", re.IGNORECASE)
OG_URL_TAG = re.compile(rb"""<meta\b[^>]*\bproperty\s*=\s*["']?og:url\b[^>]*>""", re.IGNORECASE)
BETWEEN_RESETS = 500
"""trafilatura's caches are let go after this many pages, so that memory stays flat."""


def read_pages(pages: list[str], url: str | None) -> int:
    """One object for each page, in the order given. 1 if a file could not be opened or no page could be read."""
    from extractors.article import reset_caches

    if url is not None and (len(pages) != 1 or is_url(pages[0])):
        raise UsageProblem("--url says where one file came from: give exactly one file with it")
    missing = 0
    readable = 0
    for number, (path, page, problem) in enumerate(load_pages(pages, url), 1):
        record = describe_page(path, page, url) if page is not None else {"path": path, "url": url, "error": problem}
        missing += page is None
        readable += "error" not in record
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        if number % BETWEEN_RESETS == 0:
            reset_caches()
    sys.stdout.flush()
    if missing:
        sys.stderr.write(f"pactwatch: {missing} of {len(pages)} pages could not be had; their lines say why\n")
    return 1 if missing or not readable else 0


def load_pages(pages: list[str], url: str | None) -> Iterator[tuple[str, Page | None, str]]:
    """(path, page, problem) for each argument."""
    now = datetime.now(UTC)
    addresses = [argument for argument in pages if is_url(argument)]
    fetched = fetch_pages(addresses) if addresses else {}
    for argument in pages:
        if argument in fetched:
            yield argument, *fetched[argument]
            continue
        try:
            content = load_file(Path(argument))
        except (OSError, EOFError, zlib.error) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else f"not a gzip file: {error}"
            yield argument, None, reason
            continue
        address = url or stated_address(content) or Path(argument).absolute().as_uri()
        yield argument, Page(url=address, content=content, fetched_at=now), ""


def stated_address(content: bytes) -> str | None:
    """Where a saved page says that it was: its canonical link, else og:url. Only http(s) counts."""
    head = content[:HEAD_BYTES]
    for tag, attribute in ((CANONICAL_TAG, b"href"), (OG_URL_TAG, b"content")):
        found = tag.search(head)
        address = attribute + rb"""\s*=\s*["']?(https?://[^"'\s>]+)"""
        value = re.search(address, found[0], re.IGNORECASE) if found else None
        if value:
            return html.unescape(value[1].decode("utf-8", "replace"))
    return None


def load_file(path: Path) -> bytes:
    """The bytes of a file, unpacked if it is gzip; no more of it than a page can have."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if packed:
            with gzip.open(file) as unpacked:
                return unpacked.read(MAX_BYTES)
        return file.read(MAX_BYTES)


def describe_page(path: str, page: Page, url: str | None) -> dict[str, Any]:
    from extractors.article import ArticleError, read_article

    try:
        return {"path": path, **describe(read_article(page), url or (page.url if is_url(page.url) else None))}
    except ArticleError as error:
        return {"path": path, "url": url, "error": error.reason}


def describe(article: Article, url: str | None) -> dict[str, Any]:
    canonical = article.canonical_url if is_url(article.canonical_url) else None
    return {
        "url": url,
        "canonical_url": canonical,
        "title": article.title,
        "authors": list(article.authors),
        "published": shown_time(article),
        "published_basis": article.published_basis,
        "language": article.language,
        "site": article.site,
        "text": article.text,
        "flags": list(article.flags),
    }


def shown_time(article: Article) -> str | None:
    """As precise as it is known: a date, or a time in UTC."""
    if article.published_at is None:
        return None
    if article.published_precision == "day":
        return article.published_at.date().isoformat()
    return article.published_at.isoformat().replace("+00:00", "Z")


def fetch_pages(addresses: list[str]) -> dict[str, tuple[Page | None, str]]:
    """Fetch pages as politely as a pass does."""
    from extractors.records import Source
    from flows.fetch import Fetcher
    from flows.fetching import fetch_settings
    from flows.replies import FetchError
    from flows.settings import load_settings

    settings = load_settings()
    source = Source(id="command-line", name="command line", url="", kind="listing")

    async def one(fetcher: Fetcher, address: str) -> tuple[Page | None, str]:
        try:
            result = await fetcher.get(address, source=source, purpose="page")
        except FetchError as error:
            return None, f"{error.failure_class}: {error.reason}"
        return result.page, ""

    async def all_of_them() -> dict[str, tuple[Page | None, str]]:
        async with Fetcher(fetch_settings(settings)) as fetcher:
            answers = await asyncio.gather(*(one(fetcher, address) for address in addresses))
        return dict(zip(addresses, answers, strict=True))

    return asyncio.run(all_of_them())


def is_url(text: str) -> bool:
    return text.startswith(("http://", "https://"))
