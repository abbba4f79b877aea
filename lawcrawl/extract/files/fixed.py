"""Documents with a fixed layout: PDF and OFD."""

from __future__ import annotations

import posixpath
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lawcrawl.extract.files.bounds import (
    MAX_SECONDS,
    MAX_UNPACKED,
    Reading,
    Unreadable,
    member_bytes,
    open_zip,
)
from lawcrawl.extract.files.words import xml

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pypdfium2 import PdfDocument

MAX_PAGES = 500
_NO_TEXT = "no text layer"
# Glyphs that no table maps to Unicode.
_GLYPHS = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]")
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_PDFIUM = threading.Lock()  # PDFium works in one thread at a time


def pdf(body: bytes) -> Reading:
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(body)
        except pypdfium2.PdfiumError as error:
            raise Unreadable(
                "encrypted" if error.err_code == _PASSWORD else "unreadable: no PDF inside"
            ) from None
        try:
            count = len(document)
            texts, broken = _page_texts(document, min(count, MAX_PAGES))
        finally:
            document.close()
    text = "\n".join(texts)
    if not text.strip():
        raise Unreadable(broken[0] if broken else _NO_TEXT)
    if 2 * len(_GLYPHS.findall(text)) > len("".join(text.split())):
        raise Unreadable("no text layer that maps to Unicode")
    if len(texts) < count:
        return text, f"only the first {len(texts)} of {count} pages"
    return text, f"{len(broken)} of {count} pages unreadable" if broken else None


def _page_texts(document: PdfDocument, count: int) -> tuple[list[str], list[str]]:
    """The text of each page, as many as time allows, and what was wrong with some."""
    from pypdfium2 import PdfiumError

    texts: list[str] = []
    broken: list[str] = []
    deadline = time.monotonic() + MAX_SECONDS
    for number in range(count):
        if time.monotonic() > deadline:
            break
        try:
            page = document[number]
            texts.append(page.get_textpage().get_text_range(errors="replace"))
            page.close()
        except PdfiumError:  # the other pages can be read
            texts.append("")
            broken.append(f"page {number + 1} unreadable")
    return texts, broken


def ofd(body: bytes) -> Reading:
    """The text of each page (GB/T 33190-2016, 7: pages, 11: text), its template's first."""
    with open_zip(body) as archive:
        parts = _Parts(archive)
        texts: list[str] = []
        count = 0
        for root in parts.read("OFD.xml").iter("{*}DocRoot"):
            path = posixpath.join("OFD.xml", "..", root.text or "")
            document = parts.read(path)
            templates = {part.get("ID"): part.get("BaseLoc") for part in document.iter("{*}TemplatePage")}
            for page in document.iter("{*}Page"):
                count += 1
                if count > MAX_PAGES:
                    return "\n".join(texts), f"only the first {MAX_PAGES} pages"
                content = parts.read(path, page.get("BaseLoc"))
                for used in content.iter("{*}Template"):
                    texts += _text_lines(parts.read(path, templates.get(used.get("TemplateID"))))
                texts += _text_lines(content)
    text = "\n".join(texts)
    if not text.strip():
        raise Unreadable(_NO_TEXT)
    return text, None


class _Parts:
    """The XML files of an OFD package, by paths relative to the file that names them or to the root."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.left = MAX_UNPACKED

    def read(self, base: str, path: str | None = "") -> _Element:
        if path is None:
            raise Unreadable("a page of it is missing")
        name = posixpath.join(posixpath.dirname(base), path) if path else base
        data = member_bytes(
            self.archive, self.archive.getinfo(posixpath.normpath(name).lstrip("/")), self.left
        )
        self.left -= len(data)
        return xml(data)


def _text_lines(content: _Element) -> Iterator[str]:
    """Text objects that follow each other at one height are one line."""
    line, height = "", None
    for text in content.iter("{*}TextObject"):
        _, top, _, high = _box(text.get("Boundary"))
        for code in text.iter("{*}TextCode"):
            at = top + _number(code.get("Y"))
            if height is not None and abs(at - height) > max(high / 2, 1.0):
                yield line
                line = ""
            line, height = line + (code.text or ""), at
    yield line


def _box(boundary: str | None) -> tuple[float, ...]:
    numbers = tuple(map(_number, (boundary or "").split()[:4]))
    return numbers if len(numbers) == 4 else (0.0,) * 4


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
