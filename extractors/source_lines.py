"""Finds the words in which an article names where it was taken from: "(AP)", "Source: …", "first appeared in …".

Whether the named original is stored, and how alike the texts are, does not belong here.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from extractors.records import Article

Where = Literal["dateline", "line", "lead", "author"]

# Short name: other names in print, and the domains on which the agency itself publishes.
AGENCIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AP": (("Associated Press", "The Associated Press"), ("apnews.com", "ap.org")),
    "Reuters": (("Thomson Reuters",), ("reuters.com",)),
    "AFP": (("Agence France-Presse", "Agence France Presse"), ("afp.com",)),
    "UPI": (("United Press International",), ("upi.com",)),
    "Bloomberg": (("Bloomberg News",), ("bloomberg.com",)),
    "dpa": (("Deutsche Presse-Agentur",), ("dpa.com", "dpa-international.com")),
    "EFE": (("Agencia EFE",), ("efe.com",)),
    "ANSA": ((), ("ansa.it",)),
    "Xinhua": (("Xinhua News Agency",), ("xinhuanet.com", "news.cn", "xinhua-news.cn")),
    "TASS": (("ITAR-TASS", "Itar-Tass"), ("tass.com", "tass.ru")),
    "Interfax": (("Interfax-Ukraine",), ("interfax.com", "interfax.ru", "interfax.com.ua")),
    "RIA Novosti": (("RIA",), ("ria.ru",)),
    "Sputnik": ((), ("sputnikglobe.com", "sputniknews.com")),
    "Ukrinform": ((), ("ukrinform.net", "ukrinform.ua")),
    "Kyodo": (("Kyodo News", "Jiji-Kyodo"), ("kyodonews.net",)),
    "Jiji": (("Jiji Press",), ("jiji.com",)),
    "Yonhap": (("Yonhap News", "Yonhap News Agency"), ("yna.co.kr", "yonhapnews.co.kr")),
    "KCNA": (("Korean Central News Agency",), ("kcna.kp",)),
    "CNA": (("Central News Agency",), ("focustaiwan.tw", "cna.com.tw")),
    "VNA": (("Vietnam News Agency",), ("vnanet.vn",)),
    "Bernama": ((), ("bernama.com",)),
    "Antara": (("Antara News",), ("antaranews.com",)),
    "PNA": (("Philippine News Agency",), ("pna.gov.ph",)),
    "PTI": (("Press Trust of India",), ("ptinews.com",)),
    "ANI": (("Asian News International",), ("aninews.in",)),
    "IANS": ((), ("ians.in",)),
    "APP": (("Associated Press of Pakistan",), ("app.com.pk",)),
    "Anadolu": (("Anadolu Agency", "Anadolu Ajansi"), ("aa.com.tr",)),
    "IRNA": (("Islamic Republic News Agency",), ("irna.ir",)),
    "Tasnim": (("Tasnim News Agency",), ("tasnimnews.com",)),
    "SPA": (("Saudi Press Agency",), ("spa.gov.sa",)),
    "WAM": (("Emirates News Agency",), ("wam.ae",)),
    "QNA": (("Qatar News Agency",), ("qna.org.qa",)),
    "KUNA": (("Kuwait News Agency",), ("kuna.net.kw",)),
    "MENA": (("Middle East News Agency",), ("mena.org.eg",)),
    "APS": (("Algeria Press Service",), ("aps.dz",)),
    "PANA": (("Panapress",), ("panapress.com",)),
    "Kazinform": ((), ("inform.kz", "qazinform.com")),
    "BelTA": ((), ("belta.by",)),
    "Armenpress": ((), ("armenpress.am",)),
}
# Short names that are also common words or initials are believed in brackets and source lines, not in running text.
ONLY_IN_LINES = frozenset({"AP", "APP", "APS", "RIA", "SPA", "CNA", "PNA", "MENA", "Sputnik", "PANA", "VNA", "ANI"})


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Where an article says that it is from."""

    origin: str
    """`agency:` or `outlet:` and the name."""
    where: Where
    evidence: str

    @property
    def is_agency(self) -> bool:
        return self.origin.startswith("agency:")


@lru_cache(maxsize=1)
def _agency_names() -> dict[str, str]:
    return {form.lower(): short for short, (forms, _) in AGENCIES.items() for form in (short, *forms)}


def _alternatives(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_ALL = _alternatives([form for short, (forms, _) in AGENCIES.items() for form in (short, *forms)])
_IN_TEXT = _alternatives(
    [form for short, (forms, _) in AGENCIES.items() for form in (short, *forms) if form not in ONLY_IN_LINES]
)
_DATELINE = re.compile(rf"\(\s*({_ALL})(?:\s*/\s*[\w. ]+)?\s*\)|^[^.\n]{{2,60}}[-–—,/]\s*({_ALL})\s*[-–—:]\s")
_SIGNED = re.compile(rf"(?:^|[-–—(/]\s*)({_ALL})(?:\s*/\s*[\w. ]+)?\s*[).]?\s*$")
_LEAD = re.compile(
    rf"\b(?:({_IN_TEXT})(?: news agency)?(?:\s+\w+ly)?"
    r" (?:reported|reports|quoted|quotes|cited|said|writes|wrote|learned)\b"
    rf"|(?:according to|reported by|quoted by|cited by|told)(?: the)?(?: state)?(?: news agency)? ({_IN_TEXT})\b)"
)
_NAME = r"(?:the )?([A-Z0-9][\w.&'’-]*(?: (?:of|the|and|for|in|&|[A-Z0-9][\w.&'’-]*)){0,6})"
_LINE = re.compile(
    rf"(?i:\bsources?)\s*[:：]\s*{_NAME}"
    rf"|(?i:\bfrom (?:the )?)(?-i:{_NAME})(?i: web ?site\b)"
    r"|(?i:\b(?:first|originally) (?:appeared|published|posted|ran)(?: \w+ \d{1,2},? \d{4},?)?)"
    rf"(?i: (?:in|on|by|at) ){_NAME}"
    r"|(?i:\b(?:re-?published|re-?printed|re-?posted|taken|adapted)(?: with permission)?)"
    rf"(?i: (?:from|by permission of) ){_NAME}"
    rf"|(?i:\bcourtesy of ){_NAME}"
)  # fmt: skip
_TAIL = re.compile(r"\s+(?:of|the|and|for|in|on)$")
_EDGE = 3
"""Source lines stand in the first or last paragraphs."""
_LEAD_CHARS = 420


def find_source_line(article: Article) -> SourceLine | None:
    """The surest statement of an article about where it was taken from, or None. Its own newsroom is no origin."""
    for line in _lines(article):
        if not _is_own(article, line.origin):
            return line
    return None


def agency_of(article: Article) -> str | None:
    """`agency:…` where the article is on an agency's own site."""
    host = urlsplit(article.canonical_url).hostname or ""
    for short, (_, domains) in AGENCIES.items():
        if any(host == domain or host.endswith("." + domain) for domain in domains):
            return f"agency:{short}"
    return None


def outlet_key(text: str) -> str:
    """The letters and digits of an outlet's name, to compare it with a host or a site name."""
    return re.sub(r"^the|[^a-z0-9]", "", text.lower())


def _lines(article: Article) -> list[SourceLine]:
    found = []
    paragraphs = [paragraph.strip() for paragraph in article.text.split("\n") if paragraph.strip()]
    start = article.text[:260]
    if match := _DATELINE.search(start):
        found.append(_agency(match, "dateline"))
    edges = paragraphs[:_EDGE] + paragraphs[_EDGE:][-_EDGE:]
    for paragraph in edges:
        # A long paragraph is prose; only its first and last words can be a source line.
        for part in (paragraph,) if len(paragraph) <= 240 else (paragraph[:120], paragraph[-160:]):
            found += [_named(next(filter(None, m.groups())), m.group(0)) for m in _LINE.finditer(part)]
    if paragraphs and (match := _SIGNED.search(paragraphs[-1][-60:])):
        found.append(_agency(match, "line"))
    for author in article.authors:
        for part in re.split(r"[,;/&]| and | with ", author):
            short = _agency_names().get(part.strip().removeprefix("By ").lower())
            if short:
                found.append(SourceLine(f"agency:{short}", "author", author))
    if match := _LEAD.search(article.text[:_LEAD_CHARS]):
        found.append(_agency(match, "lead"))
    return found


def _agency(match: re.Match[str], where: Where) -> SourceLine:
    name = next(filter(None, match.groups()))
    return SourceLine(f"agency:{_agency_names()[name.lower()]}", where, match.group(0).strip(" -–—"))


def _named(name: str, evidence: str) -> SourceLine:
    name = _TAIL.sub("", name.strip(" .'’")).removeprefix("The ").removeprefix("the ")
    short = _agency_names().get(name.lower())
    return SourceLine(f"agency:{short}" if short else f"outlet:{name}", "line", " ".join(evidence.split()))


def _is_own(article: Article, origin: str) -> bool:
    """Whether the named source is the newsroom that publishes the article."""
    if origin.startswith("agency:"):
        return agency_of(article) == origin
    return names_newsroom(origin.removeprefix("outlet:"), article)


def names_newsroom(name: str, article: Article) -> bool:
    """Whether this is what the newsroom of the article is called: by its site name, source or host."""
    key = outlet_key(name)
    if len(key) < 3:
        return False
    host = (urlsplit(article.canonical_url).hostname or "").removeprefix("www.")
    forms = {outlet_key(host.rsplit(".", 1)[0]), outlet_key(host), outlet_key(host.split(".")[0])}
    forms |= {outlet_key(form) for form in (article.site, article.source_id) if form}
    return key in forms
