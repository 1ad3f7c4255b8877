"""Publication dates that a reader of the page sees: marked up near the headline, in a line of their own, a caption.

They come best first. What is said to be an update, a print date, a copyright or another story's date is left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from extractors.page_facts import PageFacts, one_line
from extractors.timestamps import Instant, find_written_dates, parse_machine_date

SCOPES = 6
SCOPE_NODES = 1_500
LINES_AFTER = 30
LINES_BEFORE = 8
LINES_WITHOUT_HEADING = 60
MAX_LINE = 160
MAX_CAPTION = 400

_NOT_PUBLISHED = re.compile(
    r"updat|modif|revis|edited|amended|corrected|print|copyright|©|\(c\)|all rights|accessed|retrieved|visited|crawl|"
    r"archived|\blast\b|expire|deadline|next|upcoming|today|current|comment|repl(?:y|ied)|joined|founded|since|"
    r"established|born|until|更新|修改|打印",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"publish|posted|first\b|released?|issued|created|\bdate\b|发布|发表", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\b(?:on|in|of|by|from|for|to|at|after|before|between|dated)(?:\s+\w+day,?)?\s*$", re.IGNORECASE
)
_LABEL = re.compile(r"^[^\d]{0,30}(?:[:|]|updat\w*|modif\w*|print\w*|publi\w*|posted|date|on)$", re.IGNORECASE)
_MARKED = re.compile(
    r"date|time|publi|posted|stamp|when|byline|dateline|entry-meta|post-meta|article-meta", re.IGNORECASE
)
_FOREIGN = re.compile(
    r"updat|modif|comment|related|sidebar|side-bar|footer|widget|copyright|recommend|popular|latest|trending|promo|"
    r"print|event|current|today|calendar|teaser|most-read|newsletter|read-next|read-more|also-read|card|cookie",
    re.IGNORECASE,
)
_FOREIGN_TAGS = frozenset(
    ("footer", "aside", "nav", "form", "script", "style", "noscript", "iframe", "button", "select")
)
_CAPTION = re.compile(r"caption|photo-?credit|image-?credit", re.IGNORECASE)
_ARCHIVE_PHOTO = re.compile(r"\bfile (?:photo|picture|image|pic)|\barchive|\bundated", re.IGNORECASE)


def visible_dates(facts: PageFacts, tree: HtmlElement, fetched_at: datetime) -> Iterator[Instant]:
    """Dates shown on the page that may be the article's, the likeliest first."""
    yield from _marked_dates(facts, tree)
    lines = _lines(facts, tree)
    for line, is_after in lines:
        if (instant := date_of_line(line)) and (is_after or instant.at.date() != fetched_at.date()):
            yield instant
    yield from _datelines(tree)
    yield from _captions(tree, [line for line, _ in lines])
    if facts.heading is not None:
        yield from (instant for _, _, instant in find_written_dates(one_line(facts.heading)))


def date_of_line(line: str) -> Instant | None:
    """The date of a line that is there to give it: "By A. Writer | May 21, 2014", not a sentence that tells of one."""
    if len(line) > MAX_LINE:
        return None
    for start, _, instant in find_written_dates(line):
        before = line[:start]
        refused = max((found.end() for found in _NOT_PUBLISHED.finditer(before)), default=-1)
        claimed = max((found.end() for found in _PUBLISHED.finditer(before)), default=-1)
        if refused > claimed:
            continue
        if claimed < 0 and (_PREPOSITION.search(before) or len(before.split()) > 8):
            continue
        return instant
    return None


def _marked_dates(facts: PageFacts, tree: HtmlElement) -> Iterator[Instant]:
    """Of elements whose tag, class or itemprop says "date", those nearest to the headline first."""
    several_articles = len(tree.findall(".//article")) > 1
    for scope in _scopes(facts, tree):
        for element in islice(scope.iter(), SCOPE_NODES):
            if not isinstance(element.tag, str):
                continue
            marks = f"{element.get('itemprop') or ''} {element.get('class') or ''} {element.get('id') or ''}"
            if element.tag != "time" and not _MARKED.search(marks):
                continue
            if _is_foreign(element, marks, facts.heading, several_articles):
                continue
            words = one_line(element) if len(element) < 20 else ""
            stamp = parse_machine_date(element.get("datetime") or element.get("content"))
            label = _label_before(element)
            if stamp is not None and not _is_refused(f"{label} {words[:40]}"):
                yield stamp
            elif words and (instant := date_of_line(f"{label} {words}" if len(label) < 40 else words)):
                yield instant


def _scopes(facts: PageFacts, tree: HtmlElement) -> Iterator[HtmlElement]:
    if facts.heading is None:
        yield tree
        return
    scope = facts.heading
    for _ in range(SCOPES):
        parent = scope.getparent()
        if parent is None or parent.tag == "html":
            return
        scope = parent
        yield scope


def _is_foreign(element: HtmlElement, marks: str, heading: HtmlElement | None, several_articles: bool) -> bool:
    """Whether an element, or what it stands in, is about another text, or about another event than publication."""
    if _FOREIGN.search(marks) and not re.search("publish|pubdate", marks, re.IGNORECASE):
        return True
    for node in islice(element.iterancestors(), 8):
        if node.tag in ("body", "html") or (heading is not None and node in heading.iterancestors()):
            return False
        if node.tag in _FOREIGN_TAGS or _FOREIGN.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
        if node.tag == "article" and several_articles:
            return True
    return False


def _label_before(element: HtmlElement) -> str:
    """The words right before an element: "Updated:", "First published"."""
    previous = element.getprevious()
    if previous is None:
        parent = element.getparent()
        words = (parent.text or "") if parent is not None else ""
    else:
        words = (previous.tail or "").strip() or (one_line(previous) if len(previous) < 3 else "")
    return " ".join(words.split())[-40:]


def _is_refused(words: str) -> bool:
    return bool(_NOT_PUBLISHED.search(words)) and not _PUBLISHED.search(words)


def _lines(facts: PageFacts, tree: HtmlElement) -> list[tuple[str, bool]]:
    """Lines of text near the headline: those after it, in order, then those before it. A label joins its line."""
    before: list[str] = []
    after: list[str] = []
    found_heading = facts.heading is None
    limit = LINES_WITHOUT_HEADING if facts.heading is None else LINES_AFTER
    body = tree.find(".//body")
    previous = ""
    for event, element in etree.iterwalk(tree if body is None else body, events=("start", "end")):
        if not isinstance(element.tag, str) or element.tag in _FOREIGN_TAGS:
            continue
        if event == "end" and element is facts.heading:
            found_heading = True
        words = element.text if event == "start" else element.tail
        holder = element if event == "start" else element.getparent()
        if not words or not (line := " ".join(words.split())) or _stands_aside(holder):
            continue
        joined = f"{previous} {line}" if _LABEL.search(previous) else line
        previous = line
        for piece in re.split(r"\n+", joined):
            (after if found_heading else before).append(piece)
        if len(after) >= limit:
            break
    return [(line, True) for line in after] + [(line, False) for line in before[-LINES_BEFORE:]]


def _stands_aside(element: HtmlElement | None) -> bool:
    node = element
    for _ in range(5):
        if node is None or node.tag in ("body", "html"):
            return False
        if node.tag in _FOREIGN_TAGS or _FOREIGN.search(f"{node.get('class') or ''} {node.get('id') or ''}"):
            return True
        node = node.getparent()
    return False


def _datelines(tree: HtmlElement) -> Iterator[Instant]:
    """SHANGHAI, May 21, 2014 (Agency) -- at the start of one of the first paragraphs."""
    paragraphs = (one_line(paragraph) for paragraph in tree.iter("p"))
    for words in islice((words for words in paragraphs if len(words) > 60), 4):
        for start, _, instant in find_written_dates(words[:90])[:1]:
            place = words[:start].strip(" ,(-–—")
            if start <= 45 and place and len(place.split()) <= 4 and (place.isupper() or place.istitle()):
                yield instant


def _captions(tree: HtmlElement, lines: list[str]) -> Iterator[Instant]:
    """The last resort: a news photo's caption gives the day, if the page names no later one and it is no old photo."""
    captions = [one_line(element) for element in tree.iter("figcaption")]
    captions.extend(
        one_line(element) for element in tree.iter("p", "div", "span") if _CAPTION.search(element.get("class") or "")
    )
    captions.extend(element.get("alt") or "" for element in tree.iter("img"))
    repeated = Counter(lines)
    captions.extend(line for line in lines if repeated[line] > 1)
    latest = max(
        (
            instant.at
            for line in lines
            for start, _, instant in find_written_dates(line)
            if not _is_refused(line[max(0, start - 40) : start])
        ),
        default=None,
    )
    for caption in captions:
        if len(caption) > MAX_CAPTION or _ARCHIVE_PHOTO.search(caption):
            continue
        dates = find_written_dates(caption)
        if len(dates) == 1 and not _is_refused(caption[: dates[0][0]]) and (latest is None or dates[0][2].at >= latest):
            yield dates[0][2]
