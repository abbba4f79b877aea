"""A page as a document: decoded, repaired, parsed once, read as a browser would show it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property, wraps
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urljoin

from lxml import etree
from lxml.etree import _Element

from lawcrawl.normalize import SPACE, squeeze

Element: TypeAlias = _Element
Found = TypeVar("Found")
_PLAIN_FOLDER = re.compile(
    r"(https?://[^/?#;\\\s]+)((?:/[\w-]+)*)/(?!\.{1,2}(?:[?#]|$))[^/?#;\\\s]*(?:[?#]|$)", re.A
)
_PLAIN_PATH = re.compile(r"(/|\./|(?:\.\./)*)([\w-]+(?:/[\w-]+)*(?:/|\.\w+)?(?:\?[\w=&.%-]+)?)", re.A)
_PLAIN_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d+)?/[\w./-]*(?:\?[\w=&.%-]+)?", re.A)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w-]+)", re.I
)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_CONTROL = bytes({*range(32)} - set(b"\t\n\r"))
_ENDS = re.compile(rb"</(?:[hH][tT][mM][lL]|[bB][oO][dD][yY])\s*>")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHINESE = {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "hz-gb-2312"}
# Of Python's codecs those that are charsets of pages; others ("base64", "idna") are not, whatever a page declares.
_CHARSET = re.compile(r"utf|iso8859|cp\d|big5|euc_|shift_jis|iso2022|koi8|mac|johab|tis")
# What servers declare that nobody has set up. No Chinese can be written in it.
_WESTERN = {"ascii", "iso8859-1", "cp1252"}
_AROUND = "".join(map(chr, range(33)))
_WITHIN = dict.fromkeys(map(ord, "\t\n\r"))
"""What browsers drop around and within an address (WHATWG URL, basic URL parser)."""
EMPTY = "<html><head></head><body></body></html>"

BLOCKS = frozenset(
    """
    address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table tbody thead tfoot tr ul caption ucapcontent
    """.split()
)
UNSEEN = frozenset(
    """
    script style template noscript head title select option textarea input button iframe object
    video audio canvas
    """.split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


class Page:
    """One HTML page.

    ``url`` is its address, "" where it is not known; ``encoding`` the charset the bytes were read with; ``shape``,
    where the page continues a list, the structure that the rows of the list so far have (``ListPage.shape``);
    ``known``, by who asked, what need not be found again.
    """

    def __init__(self, html: str, url: str = "", encoding: str = "utf-8") -> None:
        self.html = html
        self.url = url
        self.encoding = encoding
        self.shape: str | None = None
        self.known: dict[object, Any] = {}

    @classmethod
    def from_bytes(cls, body: bytes, url: str = "", content_type: str | None = None) -> Page:
        """A page of any charset: the byte order mark, then valid UTF-8, then what is declared decides.

        GBK and its kin are read as GB18030, whatever of them is declared (sites write gb2312 for all).
        """
        encoding, html = decoded(body, content_type)
        return cls(html.lstrip("\ufeff"), url, encoding)

    @classmethod
    def from_text(cls, html: str, url: str = "") -> Page:
        return cls(html, url)

    @cached_property
    def tree(self) -> Element:
        """The root element; an empty document where nothing can be parsed."""
        return self.elements[0]

    @cached_property
    def elements(self) -> list[Element]:
        """Every element and comment, in the page's order. Held: lxml makes one anew at every look, unless somebody does."""
        return list(parse(self.html).iter())

    @cached_property
    def marks(self) -> Marks:
        return Marks()

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
    def name(self) -> str:
        """What ``<title>`` says; "" without one."""
        return next((element.text or "" for element in self.tree.iter("title")), "")

    @cached_property
    def scripts(self) -> str:
        """The text of every inline script."""
        return "\n".join(element.text for element in self.tree.iter("script") if element.text)

    @cached_property
    def base(self) -> str:
        for element in self.tree.iter("base"):
            if href := element.get("href"):
                try:
                    return urljoin(self.url, href.strip())
                except ValueError:
                    return self.url
        return self.url

    def absolute(self, href: str | None) -> str | None:
        """A link's address, absolute where the page's own is known; None for scripts and the like."""
        href = (href or "").strip(_AROUND).translate(_WITHIN)
        if not href or href.startswith("#"):
            return None
        if _PLAIN_ADDRESS.fullmatch(href):
            return href
        scheme = href.partition(":")[0].lower()
        if scheme in ("javascript", "mailto", "tel", "data", "about", "file", "blob", "vbscript"):
            return None
        if self._folders and (plain := _PLAIN_PATH.fullmatch(href)):
            start, rest = plain.groups()
            up = -1 if start == "/" else min(start.count("../"), len(self._folders) - 1)
            return self._folders[up] + rest
        try:
            return urljoin(self.base, href) if self.base else href
        except ValueError:
            return None

    @cached_property
    def _folders(self) -> list[str]:
        """The page's folder, the one around it and so on, up to the site's root; none where its address is not plain."""
        found = _PLAIN_FOLDER.match(self.base)
        if found is None:
            return []
        names = found[2].split("/")
        return [found[1] + "/".join(names[:depth]) + "/" for depth in range(len(names), 0, -1)]


class Marks(dict[Element, str]):
    """The ``classes`` of an element, put together once."""

    def __missing__(self, element: Element) -> str:
        self[element] = marks = classes(element)
        return marks


def once_a_page(find: Callable[[Page], Found]) -> Callable[[Page], Found]:
    """A question to a page whose answer is kept with the page."""

    @wraps(find)
    def asked(page: Page) -> Found:
        if find not in page.known:
            page.known[find] = find(page)
        found: Found = page.known[find]
        return found

    return asked


def parse(html: str) -> Element:
    """The root element of any text; an empty document where there is nothing in it.

    Left out are control characters and the ends of the document, which need not stand where it ends: libxml2 hangs all
    that follows a stray ``</html>`` beside the root, where no selector sees it.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_pis=True)
    try:
        # As bytes: a charset declared inside the text must not decide again.
        markup = html.encode("utf-8", "replace")
        if _OURS in markup:
            markup = html.replace(BREAK, "").replace(CELL, "").replace(JOIN, "").encode("utf-8", "replace")
        root = etree.fromstring(_ENDS.sub(b"", markup.translate(None, _CONTROL)), parser)
    except etree.XMLSyntaxError:
        root = None
    return root if root is not None else etree.fromstring(EMPTY, parser)


def decoded(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The charset to read ``body`` with, as Python names it, and what it says."""
    charset = _marked(body) or (_ascii(_declared(body, content_type)) if body.isascii() else None)
    if charset is None:
        try:
            return "utf-8", body.decode("utf-8")
        except UnicodeDecodeError as error:
            charset = _broken(body, _declared(body, content_type), error)
    return charset, body.decode(charset, "replace")


def _marked(body: bytes) -> str | None:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    return "utf-16-le" if body[:1] == b"<" and body[1:2] == b"\x00" else None


def _ascii(declared: str | None) -> str:
    return "utf-8" if declared is None else _charset(declared) or "utf-8"


def _broken(body: bytes, declared: str | None, error: UnicodeDecodeError) -> str:
    """The charset of what is not whole UTF-8."""
    # A page cut in the middle of a character is still UTF-8, unless nothing else of it speaks for that.
    cut = error.reason == "unexpected end of data"
    if cut and not (declared in _CHINESE and body[: error.start].isascii()):
        return "utf-8"
    charset = _charset(declared) if declared else None
    if charset in _WESTERN and not _misread(body, "gb18030"):
        charset = None
    if charset is None or charset.startswith("utf"):
        return "utf-8" if _misread(body, "utf-8") <= _misread(body, "gb18030") else "gb18030"
    return charset


def _charset(declared: str) -> str | None:
    """A declared charset as Python names it; None for what is none."""
    if declared in _CHINESE:
        return "gb18030"
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return None
    return name if _CHARSET.match(name) or name in _WESTERN else None


def _misread(body: bytes, charset: str) -> int:
    """How much of the bytes is no text in that charset."""
    return body[:200_000].decode(charset, "replace").count("\ufffd")


def _declared(body: bytes, content_type: str | None) -> str | None:
    in_header = _HEADER_CHARSET.search(content_type or "")
    if in_header:
        return in_header[1].lower()
    in_page = _META_CHARSET.search(body[:4096])
    return (in_page[1] or in_page[2]).decode("ascii").lower() if in_page else None


def hidden(element: Element) -> bool:
    """Whether the element's own style hides it."""
    style = element.get("style")
    if not style:
        return False
    style = style.lower()
    return ("none" in style or "hidden" in style) and _HIDDEN.search(style) is not None


BREAK, CELL, JOIN = "\ufdd0", "\ufdd1", "\ufdd2"
"""Between lines, cells and inline elements: code points that Unicode keeps free for a program's own use."""
_OURS = BREAK.encode()[:2]
# Every piece of text with its breaks in one pass of libxslt: walking the tree in Python costs ten times as much.
_SHOWN = etree.XSLT(
    etree.fromstring(
        f"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="text"/>
<xsl:template match="{"|".join(sorted(UNSEEN))}" priority="2"/>
<xsl:template match="{"|".join(sorted(UNSEEN))}" mode="alone" priority="2"/>
<xsl:template match="br">{BREAK}</xsl:template>
<xsl:template match="br" mode="alone">{BREAK}</xsl:template>
<xsl:template match="{"|".join(sorted(BLOCKS))}">{BREAK}<xsl:apply-templates/>{BREAK}</xsl:template>
<xsl:template match="td|th">
  <xsl:choose>
    <xsl:when test="count(*) = 1 and not(text()[normalize-space(translate(., '&#160;&#12288;', ''))])"><xsl:apply-templates mode="alone"/></xsl:when>
    <xsl:otherwise><xsl:apply-templates/></xsl:otherwise>
  </xsl:choose>{CELL}</xsl:template>
<xsl:template match="*" mode="alone"><xsl:apply-templates/></xsl:template>
<xsl:template match="span|label|em|i|b|strong|font|a|time">{JOIN}<xsl:apply-templates/></xsl:template>
</xsl:stylesheet>"""
    )
)
etree.XSLT.set_global_max_depth(20_000)  # libxml2 itself nests no deeper than 2048
_STYLED = etree.XPath("descendant::*/@style/..")


def lines(element: Element, *, skip: frozenset[Element] = frozenset(), apart: bool = False) -> list[str]:
    """The text as paragraphs: blocks and ``<br>`` begin a new one, cells are set apart by a tab.

    A block alone in its table cell makes no line of its own. What ``skip`` holds and what a style hides is left out.
    ``apart`` sets a space before each inline element: style sheets space those of an information line.
    """
    return lines_of(marked_text(element, skip), apart=apart)


def marked_text(element: Element, skip: frozenset[Element] = frozenset()) -> str:
    """The text with every break, cell and join in it, to be read by :func:`lines_of`."""
    if element in skip or hidden(element):
        return ""
    if not len(element):
        return "" if element.tag in UNSEEN else element.text or ""
    unseen = set(skip)
    unseen.update(filter(hidden, _STYLED(element)))
    with ExitStack() as stack:
        for inner in unseen:
            stack.enter_context(_covered(inner))
        return str(_SHOWN(element))


@contextmanager
def _covered(element: Element) -> Iterator[None]:
    """For the time of reading, an element inside one that shows nothing: cheaper than a mark asked of every element."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        yield
        return
    cover = etree.Element("template")
    element.tail = None
    parent.replace(element, cover)
    cover.append(element)
    cover.tail = tail
    try:
        yield
    finally:
        parent.replace(cover, element)
        element.tail = tail


def lines_of(shown: str, *, apart: bool = False) -> list[str]:
    text = SPACE.sub(" ", shown.replace(JOIN, " " if apart else ""))
    text = text.replace(f" {CELL}", CELL).replace(f"{CELL} ", CELL).replace(CELL, "\t")
    return [line for part in text.split(BREAK) if (line := part.strip(" \t"))]


def text_of(element: Element) -> str:
    """What a reader sees of the element, on one line; "" where it shows nothing."""
    return " ".join(lines(element)).replace("\t", " ")


def inner_text(node: Element) -> str:
    """All text inside, as it stands; "" for a comment."""
    if not isinstance(node.tag, str):
        return ""
    if not len(node):
        return node.text or ""
    return etree.tostring(node, method="text", encoding="unicode", with_tail=False)


def holding(elements: Iterable[Element]) -> set[Element]:
    """The elements and all that are around them."""
    found: set[Element] = set()
    for element in elements:
        around: Element | None = element
        while around is not None and around not in found:
            found.add(around)
            around = around.getparent()
    return found


def classes(element: Element) -> str:
    """``class`` and ``id`` in one lower-case string, for marks that sites set in either; "" where it has none."""
    name, mark = element.get("class"), element.get("id")
    return f"{name or ''} {mark or ''}".lower() if name or mark else ""
