"""OPML, the exchange format of feed readers: a list of feeds to sources, and sources to a list of feeds."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from lxml import etree

from extractors.records import Source, SourceKind, stable_id
from extractors.urls import UrlError, canonicalise_url, host_of, strip_credentials

MAX_BYTES = 5_000_000
_FEED_KINDS: tuple[SourceKind, ...] = ("rss", "atom", "jsonfeed")
_KIND_OF_TYPE: dict[str, SourceKind] = {"rss": "rss", "atom": "atom", "json": "jsonfeed", "jsonfeed": "jsonfeed"}


class OpmlError(Exception):
    """A file that is no OPML. `reason` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def read_opml(content: bytes) -> tuple[Source, ...]:
    """The feeds of an OPML file, each address once, in order. Raises OpmlError and nothing else.

    What OPML does not say is left at its default: a person has to look at tier, country and region.
    """
    if len(content) > MAX_BYTES:
        raise OpmlError(f"larger than {MAX_BYTES // 1_000_000} MB")
    if b"<!ENTITY" in content.replace(b"\0", b""):
        raise OpmlError("declares entities of its own")
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OpmlError(f"broken XML: {error}") from error
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise OpmlError("no OPML: the root element is not <opml>")
    sources: dict[str, Source] = {}
    ids: set[str] = set()
    for outline in root.iter("outline"):
        address = outline.get("xmlUrl") or outline.get("xmlurl")
        if not address:
            continue
        try:
            key = canonicalise_url(address)
        except UrlError:
            continue
        if key in sources:
            continue
        url = strip_credentials(address.strip())
        name = " ".join((outline.get("title") or outline.get("text") or host_of(url)).split())[:200]
        identity = _identity(name, url, ids)
        ids.add(identity)
        sources[key] = Source(
            id=identity,
            name=name or host_of(url),
            url=url,
            kind=_KIND_OF_TYPE.get((outline.get("type") or "").lower(), "rss"),
            language=(outline.get("language") or "en")[:2].lower(),
            note="from OPML",
        )
    return tuple(sources.values())


def write_opml(sources: Iterable[Source], *, title: str) -> bytes:
    """The sources that a feed reader can read, as OPML 2.0; sitemaps and listing pages are left out."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for source in sources:
        if source.kind not in _FEED_KINDS:
            continue
        parts = urlsplit(source.url)
        etree.SubElement(
            body,
            "outline",
            text=source.name,
            title=source.name,
            type="rss",  # what readers look for, whatever the feed's own format
            xmlUrl=source.url,
            htmlUrl=f"{parts.scheme}://{parts.netloc}/",
            language=source.language,
        )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _identity(name: str, url: str, taken: set[str]) -> str:
    """A readable id: from the name, else from the host; told apart by a hash where two are alike."""
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    base = base or re.sub(r"[^a-z0-9]+", "-", host_of(url)).strip("-") or "source"
    return base if base not in taken else f"{base}-{stable_id('x', url)[2:8]}"
