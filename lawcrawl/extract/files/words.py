"""Documents of word processors, and slides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lawcrawl.extract.files.bounds import (
    MAX_UNPACKED,
    Reading,
    Unreadable,
    checked_zip,
    member_bytes,
    open_zip,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
# Deleted text, codes of fields, and what older programs are to show in place of the drawing beside it.
_UNSEEN = frozenset(["del", "moveFrom", "instrText", "delText", "Fallback", "pPr", "rPr", "tblPr", "sectPr"])
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_HEX = re.compile(r"[0-9a-fA-F\r\n]{512,}")
_CELL_END = re.compile(r"\\(?:nest)?cell\b")
_CHINESE = re.compile(r"\\ansicpg936\b|\\fcharset134\b")
_CODEPAGE = re.compile(r"\\ansicpg\d+")
# striprtf takes hours over a hostile line of fonts or links: without their charsets, and with a break, none matches.
_SLOW = re.compile(r"\\fcharset\d+|(?=\\f\d)|(?<=\\field)(?={)", re.I)
_GBK_PAIR = re.compile(r"\\'([89a-f][0-9a-f])(?:\\'([0-9a-f]{2})|([@-\[\]-z|~]))", re.I)


def docx(body: bytes) -> Reading:
    """Paragraphs and table rows, text boxes and content controls included; no headers, no comments."""
    from docx import Document

    document = Document(checked_zip(body))
    return "\n".join(_blocks(document.element.body)), None


def _blocks(element: Any) -> Iterator[str]:
    for child in element:
        tag = _local(child)
        if tag == "p":
            yield "".join(_runs(child))
        elif tag == "tr":
            yield "\t".join(_cells(child))
        elif tag not in _UNSEEN:
            yield from _blocks(child)


def _cells(row: Any) -> Iterator[str]:
    for cell in row:
        if _local(cell) == "tc":
            yield " ".join(" ".join(_blocks(cell)).split())
        elif _local(cell) not in _UNSEEN:  # a content control around the cell
            yield from _cells(cell)


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        tag = _local(child)
        if tag == "t":
            yield child.text or ""
        elif tag == "p":  # of a text box
            yield "\n" + "".join(_runs(child)) + "\n"
        elif tag in _BREAKS:
            yield _BREAKS[tag]
        elif tag not in _UNSEEN:
            yield from _runs(child)


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def pptx(body: bytes) -> Reading:
    """The paragraphs of every slide, in the order of their file names."""
    with open_zip(body) as archive:
        slides = sorted(
            (int(found[1]), member)
            for member in archive.infolist()
            if (found := _SLIDE.fullmatch(member.filename))
        )
        left, texts = MAX_UNPACKED, []
        for _, member in slides:
            data = member_bytes(archive, member, left)
            left -= len(data)
            texts += ["".join(_runs(paragraph)) for paragraph in xml(data).iter("{*}p")]
    return "\n".join(texts), None


def xml(data: bytes) -> _Element:
    """The root of an XML file that is not trusted. Raises XMLSyntaxError."""
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def doc(body: bytes) -> Reading:
    from lawcrawl.extract.msdoc import NotWord, doc_text

    try:
        return doc_text(body), None
    except NotWord as error:
        raise Unreadable(str(error)) from error


def rtf(body: bytes) -> Reading:
    """As striprtf reads it, with the bytes of a Chinese document read as GBK whatever font they are set in."""
    from striprtf.striprtf import rtf_to_text

    text = _CELL_END.sub(r"\\tab", _HEX.sub("", body.decode("latin-1")))
    if _CHINESE.search(text):
        # Programs set Chinese in fonts that claim Western characters, and may leave the second byte bare.
        text = _CODEPAGE.sub("", text)
        text = _GBK_PAIR.sub(lambda pair: f"\\'{pair[1]}\\'{pair[2] or format(ord(pair[3]), '02x')}", text)
    plain = rtf_to_text(_SLOW.sub("\n", text), encoding="gb18030", errors="replace")
    # UTF-16 pairs come as two \u each.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), None
