"""What a page is besides, or instead of, an article: paywalled, cut short, a consent wall, a soft 404, one of many.

Flags are for people and for later steps; only a page without any text of its own is an error.
"""

import re
from collections.abc import Mapping
from urllib.parse import urljoin

from lxml.html import HtmlElement

from extractors.page_facts import PageFacts

SHORT = 1_500

_PAYWALL = re.compile(
    r"subscribe (?:now |today )?to (?:continue|read|keep)|(?:sign|log) in to (?:continue|read)|subscribers? only|"
    r"to (?:continue|keep) reading|already a subscriber|this (?:article|content|story) is (?:reserved )?for "
    r"(?:our )?subscribers|"
    r"you have reached your (?:free )?(?:article )?limit|become a member to read|premium (?:content|article)",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*$|(?:read (?:more|the full (?:story|article|text))|continue reading)\W*$",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"cookie|consent|gdpr|privacy (?:policy|preferences|settings)|legitimate interest|our partners|"
    r"personal(?:ised|ized) ad|"
    r"store and/or access information",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b404\b|page (?:was |is |could )?(?:not|n.t) (?:be )?found|(?:page|article|story) (?:you.{0,30}|is |has been )"
    r"(?:no longer|not) (?:available|exist)|does(?:n.t| not) exist|cannot be found|page unavailable|"
    r"nothing (?:was )?found",
    re.IGNORECASE,
)
_PRINT_URL = re.compile(r"[/?&._-]print(?:er|able|view|_?friendly|[/=._-]|$)", re.IGNORECASE)

_PAGE_NUMBER = re.compile(
    r"^(?:\.\w{2,5})?[/?_&.-]*(?:page|p|pg|seite|start|onepage)?[/=_-]?\d{1,3}(?:\.\w{2,5}|/)?$", re.I
)


def find_flags(facts: PageFacts, tree: HtmlElement, url: str, title: str | None, text: str) -> tuple[str, ...]:
    """All that applies, in a fixed order."""
    is_short = len(text) < SHORT
    tail = text[-600:]
    checks = {
        "paywall": _is_paid(facts) or (is_short and bool(_PAYWALL.search(text))),
        "truncated": is_short and bool(_CUT.search(tail)),
        "cookie-wall": is_consent(text),
        "soft-404": is_missing(title or facts.title, text),
        "amp": facts.is_amp,
        "multi-page": _is_one_of_many(facts, url),
        "print-page": bool(_PRINT_URL.search(url)),
    }
    return tuple(name for name, applies in checks.items() if applies)


def is_consent(text: str) -> bool:
    """Whether the text is a consent banner and nothing else."""
    if len(text) > 6_000 or not ("ookie" in text or "onsent" in text) or len(_CONSENT.findall(text)) < 3:
        return False
    paragraphs = [line for line in text.splitlines() if line.strip()]
    about = sum(len(line) for line in paragraphs if _CONSENT.search(line))
    return about > 0.6 * sum(map(len, paragraphs))


def is_missing(title: str | None, text: str) -> bool:
    """Whether a page served with status 200 says that there is no such page."""
    return len(text) < SHORT and (bool(title and _MISSING.search(title)) or bool(_MISSING.search(text[:300])))


def _is_paid(facts: PageFacts) -> bool:
    for entry in facts.json_ld:
        free = entry.get("isAccessibleForFree")
        if free is False or (isinstance(free, str) and free.strip().lower() == "false"):
            return True
        part = entry.get("hasPart")
        if isinstance(part, Mapping) and str(part.get("isAccessibleForFree")).lower() == "false":
            return True
    tier = facts.meta("article:content_tier") or ""
    return tier.lower() in ("locked", "metered", "paid")


def _is_one_of_many(facts: PageFacts, url: str) -> bool:
    """Whether the text goes on: the next page's address is this one's with a number."""
    if not facts.next_page:
        return False
    try:
        following = urljoin(url, facts.next_page)
    except ValueError:
        return False
    stem = re.sub(r"(?:\.\w{2,5}|/)$", "", url.split("?")[0])
    return following.startswith(stem) and bool(_PAGE_NUMBER.match(following[len(stem) :]))
