"""A page as a document: decoded, repaired, parsed once, read as a browser would show it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from lawcrawl.normalize import squeeze

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w-]+)", re.I
)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_EARLY_END = re.compile(r"</(?:html|body)\s*>", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHINESE = {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "hz-gb-2312"}
EMPTY = "<html><head></head><body></body></html>"

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "ul",
        "caption",
        "ucapcontent",
    ]
)
UNSEEN = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "select",
        "option",
        "textarea",
        "input",
        "button",
        "iframe",
        "object",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


class Page:
    """One HTML page.

    ``url`` is its address, "" where it is not known; ``encoding`` the charset the bytes were read with.
    """

    def __init__(self, html: str, url: str = "", encoding: str = "utf-8") -> None:
        self.html = html
        self.url = url
        self.encoding = encoding

    @classmethod
    def from_bytes(cls, body: bytes, url: str = "", content_type: str | None = None) -> Page:
        """A page of any charset: the byte order mark, then valid UTF-8, then what is declared decides.

        GBK and its kin are read as GB18030, whatever of them is declared (sites write gb2312 for all).
        """
        encoding = detect(body, content_type)
        return cls(body.decode(encoding, "replace").lstrip("\ufeff"), url, encoding)

    @classmethod
    def from_text(cls, html: str, url: str = "") -> Page:
        return cls(html, url)

    @cached_property
    def tree(self) -> HtmlElement:
        """The root element; an empty document where nothing can be parsed."""
        parser = HTMLParser(encoding="utf-8", remove_pis=True)
        try:
            # As bytes: a declared charset inside the text must not decide again.
            root = document_fromstring(repaired(self.html).encode("utf-8", "replace"), parser=parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
            root = document_fromstring(EMPTY)
        return root

    @cached_property
    def meta(self) -> dict[str, str]:
        """Content of every ``<meta>`` by its lower-case name; the first of a name wins."""
        found: dict[str, str] = {}
        for element in self.tree.iter("meta"):
            name = element.get("name") or element.get("property") or element.get("http-equiv")
            content = squeeze(element.get("content"))
            if name and content:
                found.setdefault(name.strip().lower(), content)
        return found

    @cached_property
    def scripts(self) -> str:
        """The text of every inline script."""
        return "\n".join(element.text for element in self.tree.iter("script") if element.text)

    @cached_property
    def base(self) -> str:
        for element in self.tree.iter("base"):
            if href := element.get("href"):
                return urljoin(self.url, href.strip())
        return self.url

    def absolute(self, href: str | None) -> str | None:
        """A link's address, absolute where the page's own is known; None for scripts and the like."""
        href = (href or "").strip()
        if not href or href.startswith("#"):
            return None
        scheme = href.partition(":")[0].lower()
        if scheme in ("javascript", "mailto", "tel", "data", "about", "file", "blob", "vbscript"):
            return None
        try:
            return urljoin(self.base, href) if self.base else href
        except ValueError:
            return None


def detect(body: bytes, content_type: str | None = None) -> str:
    """The charset to read ``body`` with, as Python names it."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    if b"\x00" in body[:200] and body[1:2] == b"\x00" and body[:1] == b"<":
        return "utf-16-le"
    if not body.isascii():
        try:
            body.decode("utf-8")
        except UnicodeDecodeError as error:
            # A page cut in the middle of a character is still UTF-8.
            if error.start >= len(body) - 3:
                return "utf-8"
        else:
            return "utf-8"
    declared = _declared(body, content_type)
    if declared in _CHINESE:
        return "gb18030"
    if declared is None or declared.startswith("utf"):
        return "utf-8" if body.isascii() or _mostly_utf8(body) else "gb18030"
    try:
        return codecs.lookup(declared).name
    except LookupError:
        return "gb18030"


def _mostly_utf8(body: bytes) -> bool:
    sample = body[:200_000]
    return sample.decode("utf-8", "replace").count("\ufffd") <= sample.decode("gb18030", "replace").count(
        "\ufffd"
    )


def _declared(body: bytes, content_type: str | None) -> str | None:
    in_header = _HEADER_CHARSET.search(content_type or "")
    if in_header:
        return in_header[1].lower()
    in_page = _META_CHARSET.search(body[:4096])
    return (in_page[1] or in_page[2]).decode("ascii").lower() if in_page else None


def repaired(html: str) -> str:
    """Without control characters and without ends of the document that come before its end.

    libxml2 hangs all that follows a stray ``</html>`` beside the root, where no selector sees it.
    """
    html = _CONTROL.sub("", html)
    ends = [found.start() for found in _EARLY_END.finditer(html)]
    if len(ends) > 2 or (ends and len(html) - ends[-1] > 200) or len(ends) == 2:
        html = _EARLY_END.sub("", html)
    return html or EMPTY


def hidden(element: HtmlElement) -> bool:
    """Whether the element's own style hides it."""
    style = element.get("style")
    return bool(style and _HIDDEN.search(style))


def lines(element: HtmlElement, *, skip: frozenset[HtmlElement] = frozenset()) -> list[str]:
    """The text as paragraphs: blocks and ``<br>`` begin a new one, cells are set apart by a tab."""
    found: list[str] = []
    current: list[str] = []

    def end() -> None:
        text = _line("".join(current))
        if text:
            found.append(text)
        current.clear()

    for kind, value in _events(element, skip):
        if kind == "text":
            current.append(value)
        elif kind == "cell":
            current.append("\t")
        else:
            end()
    end()
    return found


def _line(text: str) -> str:
    cells = [squeeze(cell) for cell in text.split("\t")] if "\t" in text else [squeeze(text)]
    return "\t".join(cell or "" for cell in cells).strip("\t") if any(cells) else ""


def _events(element: HtmlElement, skip: frozenset[HtmlElement]) -> Iterator[tuple[str, str]]:
    """Text, breaks and cells in document order; iterative, since hostile pages nest deeply."""
    stack: list[tuple[HtmlElement, bool]] = [(element, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag
        known = isinstance(tag, str)
        if leaving:
            if known and tag in BLOCKS and not _inside_cell(node):
                yield "break", ""
            elif tag in ("td", "th"):
                yield "cell", ""
            if node is not element and node.tail:
                yield "text", _flat(node.tail)
            continue
        if not known or tag in UNSEEN or node in skip or hidden(node):
            if node is not element and node.tail:
                yield "text", _flat(node.tail)
            continue
        if tag == "br" or (tag in BLOCKS and not _inside_cell(node)):
            yield "break", ""
        if node.text:
            yield "text", _flat(node.text)
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))


def _inside_cell(node: HtmlElement) -> bool:
    """A paragraph alone in its table cell makes no line of its own."""
    parent = node.getparent()
    return parent is not None and parent.tag in ("td", "th") and len(parent) == 1


def _flat(text: str) -> str:
    return text.replace("\t", " ")


def text_of(element: HtmlElement) -> str:
    """What a reader sees of the element, on one line; "" where it shows nothing."""
    return " ".join(lines(element)).replace("\t", " ")


def inner_text(node: HtmlElement) -> str:
    """All text inside, as it stands; "" for a comment."""
    return "".join(node.itertext("*")) if isinstance(node.tag, str) else ""


def classes(element: HtmlElement) -> str:
    """``class`` and ``id`` in one lower-case string, for marks that sites set in either."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".lower()
