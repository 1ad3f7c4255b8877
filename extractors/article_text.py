"""The text of an article out of a parsed page, by trafilatura: its fast mode, and its full mode where that pays.

Full mode compares the result with two other algorithms and costs two to three times as much. It gives another text
only on a few pages, which can be told beforehand: those where fast mode found little of what the page has.
"""

import re
from copy import copy
from functools import cache
from typing import Any
from unicodedata import normalize

from lxml import etree
from lxml.html import HtmlElement

from extractors.reader_comments import remove_comments

SHORT = 250
"""trafilatura's own MIN_EXTRACTED_SIZE: below it, its full mode asks justext."""
LONG = 3_000
SHARE = 1.6
"""Full mode prefers a text twice as long; a block of paragraphs this much longer than ours may give one."""

_FURNITURE = ("aside", "footer", "style", "svg")

# Few blocks are that long as a whole: what their paragraphs hold is then added up for these alone.
_LONG_BLOCKS = etree.XPath("descendant-or-self::*[p][string-length() > $length]")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


class TextError(Exception):
    """trafilatura failed on a tree."""


def extract_text(tree: HtmlElement) -> str:
    """Paragraphs separated by newlines, without readers' comments; "" where the page has no text of its own."""
    # Leaving comments out costs trafilatura a regular expression on every element of the page. Once they are gone,
    # looking for them is cheaper and gives the same text.
    has_comments = not remove_comments(tree)
    document = _extract(_without_furniture(tree), is_fast=True, has_comments=has_comments)
    if _may_be_incomplete(document, tree):
        document = _extract(tree, is_fast=False, has_comments=has_comments) or document
    text = getattr(document, "text", None) or ""
    if not all(map(str.isprintable, text.split("\n"))):
        text = clean_text(text)
    return normalize("NFC", text).strip()


def clean_text(text: str) -> str:
    """The text without characters that XML, feeds and terminals can't carry."""
    return _ILLEGAL.sub("", text).replace("\r", "")


def _without_furniture(tree: HtmlElement) -> HtmlElement:
    """A copy without what trafilatura leaves out wherever it stands, but only after it has asked every element of it a
    few regular expressions, and in time that grows with the square of how many there are."""
    pruned = copy(tree)
    etree.strip_elements(pruned, *_FURNITURE, with_tail=False)
    return pruned


def _extract(tree: HtmlElement, *, is_fast: bool, has_comments: bool) -> Any:
    from trafilatura import bare_extraction

    try:
        return bare_extraction(tree, options=_options(is_fast, not has_comments))
    except (etree.LxmlError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise TextError(f"text could not be extracted: {type(error).__name__}: {error}") from error


@cache
def _options(is_fast: bool, looks_for_comments: bool) -> Any:
    from trafilatura.settings import Extractor

    return Extractor(output_format="python", fast=is_fast, comments=looks_for_comments, with_metadata=False)


def _may_be_incomplete(document: Any, tree: HtmlElement) -> bool:
    """Whether full mode might give more: little text, none of it in paragraphs, or a longer block left aside."""
    text = getattr(document, "text", None) or ""
    if len(text) >= LONG:
        return False
    if len(text) < SHORT:
        return True
    paragraphs = sum(1 for paragraph in document.body.iter("p") if paragraph.text or len(paragraph))
    if paragraphs == 0 or len(document.body.findall(".//table")) > paragraphs:
        return True
    length = SHARE * len(text)
    return any(found > length for found in long_block_lengths(tree, length))


def long_block_lengths(tree: HtmlElement, length: float) -> list[int]:
    """Characters in the paragraphs of each block that has as many in all."""
    return [
        sum(len("".join(paragraph.itertext())) for paragraph in block.iterchildren("p"))
        for block in _LONG_BLOCKS(tree, length=length)
    ]
