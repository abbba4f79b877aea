"""A captured page made fit for a frame: its markup and its words, nothing that acts or asks, its pictures from the record."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from lawcrawl.extract.document import Page

ACTING = (
    "script",
    "meta",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "link",
    "base",
    "noscript",
    "template",
)
ADDRESSES = frozenset(
    "src srcset href action formaction background poster data lowsrc dynsrc ping manifest cite longdesc".split()
)
_ASKED = re.compile(r"url\([^)]*\)|@import[^;]*;?", re.I)


def inert(page: Page, picture: Callable[[str], str | None]) -> bytes:
    """The page as UTF-8; ``picture`` gives where an image is had, by its absolute address, None for one that is not.

    >>> inert(Page.from_text('<p onclick="a()">法<script>b()</script>治</p>'), lambda url: None)
    b'<html><body><p>\\xe6\\xb3\\x95\\xe6\\xb2\\xbb</p></body></html>'
    """
    root = page.tree
    etree.strip_elements(root, *ACTING, with_tail=False)
    for element in list(root.iter(etree.Element)):
        pictured = picture(page.absolute(element.get("src")) or "") if element.tag == "img" else None
        for name in list(element.attrib):
            plain = str(name).rpartition("}")[2].rpartition(":")[2].lower()
            if plain in ADDRESSES or plain.startswith("on"):
                del element.attrib[name]
            elif plain == "style":
                element.set(name, _ASKED.sub("none", element.attrib[name]))
        if pictured:
            element.set("src", pictured)
        if element.tag == "style":
            element.text = _ASKED.sub("none", element.text or "")
    doctype = root.getroottree().docinfo.doctype
    written = etree.tostring(root, method="html", encoding="unicode", doctype=doctype or None)
    return written.encode("utf-8", "replace")
