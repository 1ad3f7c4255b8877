"""What a listing's bytes are, and that they are safe to parse: sizes, compression, entity declarations."""

import re
import zlib
from typing import Literal

from extractors.listing.links import ListingError
from extractors.records import SourceKind

MAX_BYTES = 60_000_000
"""A sitemap may have 50 MB by its standard; nothing honest is larger."""
HEAD = 20_000

Form = Literal["rss", "atom", "sitemap", "json", "html", "text"]

_ROOT = re.compile(r"<(?![?!])(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PROLOGUE = re.compile(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>", re.DOTALL | re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[<>]|\"[^\"]*\"|'[^']*')*(\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


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
    head = _PROLOGUE.sub(" ", text[:HEAD]).lstrip("\ufeff \t\r\n\0")
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
    if root in (
        "html",
        "head",
        "body",
        "div",
        "p",
        "a",
        "ul",
        "table",
        "title",
        "meta",
        "script",
        "main",
        "h1",
        "span",
    ):
        return "html"
    if re.match(r"https?://\S+\s*(?:\n|$)", head):
        return "text"
    if kind == "listing" and root:
        return "html"
    if kind in ("rss", "atom") and root in ("item", "entry"):
        return "rss" if root == "item" else "atom"
    raise ListingError(url, f"neither feed nor sitemap nor page: it starts with {head[:40].strip()!r}")


def guard_xml(text: str, url: str) -> str:
    """The XML without its DOCTYPE, declaration and illegal characters; refused if it declares entities.

    No feed or sitemap needs entities of its own, and both attacks on XML parsers (blow-up, external files) do.
    """
    doctype = _DOCTYPE.search(text, 0, HEAD * 5)
    if doctype and re.search(r"<!ENTITY", doctype[0], re.IGNORECASE):
        raise ListingError(url, "declares entities of its own (blow-up or external)")
    if re.search(r"<!ENTITY\s", text, re.IGNORECASE):
        raise ListingError(url, "declares entities of its own (blow-up or external)")
    if doctype:
        text = text[: doctype.start()] + text[doctype.end() :]
    return _ILLEGAL.sub("", _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)).strip()
