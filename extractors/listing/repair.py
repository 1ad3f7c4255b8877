"""Feeds that are not well-formed XML made so: bare ampersands, HTML entities, undeclared prefixes, a missing end.

feedparser has a parser for broken feeds of its own, which takes minutes on hostile ones; here the work is lxml's, and
linear.
"""

import re
from html.entities import html5

from lxml import etree

from extractors.listing.links import ListingError

_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(\w{2,32};)?")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]{0,30}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,30}):[A-Za-z_][\w.-]{0,60}\s?=")
_ROOT_TAG = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?[A-Za-z_][\w.-]{0,40}")
_TEXT_ELEMENT = re.compile(r"<(description|content:encoded|title)>")
_STRUCTURE = re.compile(r"<!\[CDATA\[|</?(?:item|entry|link|channel|guid|pubDate)\b")
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def well_formed(text: str, url: str) -> tuple[bytes, bool]:
    """The XML as well-formed UTF-8, and whether it had to be repaired. ListingError where nothing helps."""
    content = text.encode("utf-8", "replace")
    if _is_well_formed(content):
        return content, False
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(
            _escape_outside_cdata(_escape_markup(_declare_prefixes(text))).encode("utf-8", "replace"), parser
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ListingError(url, f"broken XML: {error}") from error
    if root is None:
        raise ListingError(url, "broken XML: nothing could be read")
    content = etree.tostring(root, encoding="utf-8")
    if not _is_well_formed(content):
        raise ListingError(url, "broken XML beyond repair")
    return content, True


def _is_well_formed(content: bytes) -> bool:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return False
    return True


def _escape_markup(text: str) -> str:
    """HTML that stands bare in a description, with tags that XML never sees closed, made text."""
    parts: list[str] = []
    at = 0
    for opening in _TEXT_ELEMENT.finditer(text):
        if opening.start() < at:
            continue
        end = text.find(f"</{opening[1]}>", opening.end())
        if end < 0:
            break
        inner = text[opening.end() : end]
        if "<" in inner and not _STRUCTURE.search(inner):
            inner = inner.replace("<", "&lt;").replace(">", "&gt;")
        parts.extend((text[at : opening.end()], inner))
        at = end
    parts.append(text[at:])
    return "".join(parts)


def _escape_outside_cdata(text: str) -> str:
    """Ampersands that begin no entity of XML, escaped; CDATA may hold any markup, and is left as it is."""
    parts: list[str] = []
    at = 0
    while at < len(text):
        start = text.find("<![CDATA[", at)
        end = text.find("]]>", start) if start >= 0 else -1
        if start < 0 or end < 0:
            parts.append(_AMPERSAND.sub(_escape, text[at:]))
            break
        parts.append(_AMPERSAND.sub(_escape, text[at:start]))
        parts.append(text[start : end + 3])
        at = end + 3
    return "".join(parts)


def _escape(found: re.Match[str]) -> str:
    name = found[1]
    if name and name in html5:
        return html5[name].replace("&", "&amp;").replace("<", "&lt;")
    return f"&amp;{name or ''}"


def _declare_prefixes(text: str) -> str:
    """Prefixes that are used and never declared, declared on the root element."""
    used = {first or second for first, second in _PREFIX.findall(text)} - {"xml", "xmlns"}
    missing = sorted(prefix for prefix in used if f"xmlns:{prefix}" not in text)[:50]
    root = _ROOT_TAG.search(text)
    if not missing or root is None:
        return text
    declarations = "".join(f' xmlns:{name}="{_NAMESPACES.get(name, "urn:undeclared:" + name)}"' for name in missing)
    return text[: root.end()] + declarations + text[root.end() :]
