"""What a listing's bytes are, and that they are safe to parse: sizes, compression, entity declarations."""

import re
import zlib
from typing import Literal

from extractors.listing.links import ListingError
from extractors.records import SourceKind

MAX_BYTES = 60_000_000
"""A sitemap may have 50 MB by its standard; nothing honest is larger."""

Form = Literal["rss", "atom", "sitemap", "json", "html", "text"]

_ROOT = re.compile(r"<(?![?!/])(?:[A-Za-z_][\w.-]{0,40}:)?([A-Za-z_][\w.-]{0,40})")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HTML_ROOTS = frozenset(
    ("html", "head", "body", "div", "p", "a", "ul", "table", "title", "meta", "script", "main", "h1", "span", "link")
)


def unpack(content: bytes, url: str) -> bytes:
    """The bytes themselves, with a gzip wrapper undone and both sizes capped."""
    if len(content) > MAX_BYTES:
        raise ListingError(url, f"larger than {MAX_BYTES // 1_000_000} MB")
    if content[:3] == b"\x1f\x8b\x08":
        inflater = zlib.decompressobj(31)
        try:
            unpacked = inflater.decompress(content, MAX_BYTES + 1)
        except zlib.error as error:
            raise ListingError(url, f"damaged gzip: {error}") from error
        if len(unpacked) > MAX_BYTES:
            raise ListingError(url, f"unpacks to more than {MAX_BYTES // 1_000_000} MB")
        content = unpacked
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise ListingError(url, "empty")
    return content


def sniff_form(text: str, kind: SourceKind | None, url: str) -> Form:
    """The form of the text. The expected kind decides only between forms that the text leaves open."""
    head = text[_prologue_end(text) :][:2_000].lstrip("\ufeff \t\r\n\0")
    if head.startswith(("{", "[")):
        return "json"
    found = _ROOT.search(head)
    root = found[1].lower() if found else ""
    if root in ("rss", "rdf", "channel"):
        return "rss"
    if root == "feed":
        return "atom"
    if root in ("urlset", "sitemapindex"):
        return "sitemap"
    if root == "opml":
        raise ListingError(url, "OPML, a list of feeds, in place of one")
    if root in _HTML_ROOTS:
        return "html"
    if re.match(r"https?://\S+\s*(?:\n|$)", head):
        return "text"
    if kind == "listing" and root:
        return "html"
    if kind in ("rss", "atom") and root in ("item", "entry"):
        return "rss" if root == "item" else "atom"
    raise ListingError(url, f"neither feed nor sitemap nor page: it starts with {head[:40].strip()!r}")


def guard_xml(text: str, url: str) -> str:
    """The XML from its root element on, without illegal characters; refused if it declares entities.

    No feed or sitemap needs entities of its own, and both attacks on XML parsers (blow-up, external files) do.
    """
    if re.search(r"<!ENTITY", text, re.IGNORECASE):
        raise ListingError(url, "declares entities of its own (blow-up or external)")
    return _ILLEGAL.sub("", text[_prologue_end(text) :]).strip()


def _prologue_end(text: str) -> int:
    """Where the root element begins: after declarations, comments and a DOCTYPE, each looked at once."""
    at, size = 0, len(text)
    while at < size:
        if text[at] in "\ufeff \t\r\n\0":
            at += 1
            continue
        if text.startswith("<?", at):
            end = _after(text, "?>", at)
        elif text.startswith("<!--", at):
            end = _after(text, "-->", at)
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            end = _doctype_end(text, at)
        else:
            break
        if end <= at:  # never closed
            break
        at = end
    return at


def _after(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return found + len(mark) if found >= 0 else 0


def _doctype_end(text: str, at: int) -> int:
    """The place after the DOCTYPE that begins here, its internal subset included; 0 if it never ends."""
    close, subset = text.find(">", at), text.find("[", at)
    if 0 <= subset < close:
        end = text.find("]", subset)
        close = text.find(">", end) if end >= 0 else -1
    return close + 1
