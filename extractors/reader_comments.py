"""Readers' comments taken out of a page before its text is extracted: their words are not the article's.

The same containers as trafilatura's own rule for `include_comments=False`, found in one walk.
"""

import re

from lxml import etree
from lxml.html import HtmlElement

_FORUM = etree.XPath("boolean(//script[@type='application/ld+json'][contains(., 'DiscussionForumPosting')])")
_MARKS = etree.XPath("descendant-or-self::*/@class | descendant-or-self::*/@id", smart_strings=False)
_CONTAINERS = ("div", "section", "details", "ol", "ul", "dl", "list")
_ID_STARTS = ("social", "comol", "disqus_thread", "dsq-")
_LISTS = frozenset(("ol", "ul"))
_COMMENT_ID = re.compile(r"[Cc]omment(?!ary)|comol")
_DISQUS_ID = re.compile(r"disqus_thread|dsq-comments")
_COMMENT_CLASS = re.compile(r"^[Cc]omment(?!ary)|(?:article|post)-comments")


def remove_comments(tree: HtmlElement) -> bool:
    """Take out what plainly holds comments; True if nothing is left that trafilatura could take for comments."""
    marks = " ".join(_MARKS(tree))
    if "omment" not in marks and not any(start in marks for start in _ID_STARTS):
        return True  # as on most pages, told without asking each element
    candidates = [
        element
        for element in tree.iter(*_CONTAINERS)
        if "omment" in (element.get("class") or "")
        or ((identity := element.get("id")) and ("omment" in identity or identity.startswith(_ID_STARTS)))
    ]
    if not candidates:
        return True
    if _FORUM(tree):
        return False  # in a forum the comments are the text: left to trafilatura
    left = [element for element in candidates if not _holds_comments(element)]
    for element in candidates:
        if _holds_comments(element) and element.getparent() is not None:
            element.drop_tree()
    return not any(next(element.iterancestors("html"), None) is not None for element in left)


def _holds_comments(element: HtmlElement) -> bool:
    if element.tag == "dl":
        return False
    identity = element.get("id") or ""
    if _COMMENT_ID.match(identity) or _COMMENT_CLASS.search(element.get("class") or ""):
        return True
    return element.tag not in _LISTS and bool(_DISQUS_ID.match(identity))
