"""What a file is, by its bytes, and the text in it."""

from __future__ import annotations

import io
import logging
import re
import zipfile

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
MAX_PAGES = 500
MAX_UNPACKED = 200 * 1024 * 1024
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"{\\rtf", "application/rtf"),
    (b"\x1f\x8b", "application/gzip"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_TYPES = {
    "xls": "application/vnd.ms-excel",
    "et": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
}
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|meta|title|div|table|p|script|h\d|a|ul|span|center)[\s>]", re.I
)

logging.getLogger("pypdf").setLevel(logging.ERROR)


def sniff(body: bytes, declared: str | None, name: str | None) -> str:
    """The media type by content; the declared one only where the bytes do not tell."""
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head.startswith(_OLE):
        return _OLE_TYPES.get((name or "").rpartition(".")[2].lower(), "application/msword")
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(body)
    if _MARKUP.search(body[:8192]) or b"<\x00h\x00t\x00m\x00l" in body[:2048].lower():
        return "text/html"
    if declared and declared not in ("application/octet-stream", "text/html"):
        return declared
    return "application/octet-stream" if b"\x00" in body[:1024] else declared or "text/plain"


def _zip_type(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "application/zip"
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    if "ppt/presentation.xml" in names:
        return PPTX
    return "application/ofd" if "OFD.xml" in names else "application/zip"


def file_text(body: bytes, media_type: str | None, name: str | None = None) -> tuple[str | None, str | None]:
    """The text of a file, or None and why there is none. Never raises: a file may hold anything."""
    kind = media_type or sniff(body, None, name)
    reader = {"application/pdf": _pdf, DOCX: _docx, "text/plain": _plain}.get(kind)
    if reader is None:
        return None, f"no reader for {kind}"
    try:
        return reader(body)
    except Exception as error:  # the libraries raise what they meet in a broken file
        return None, f"unreadable: {type(error).__name__}: {error}"[:300]


def _pdf(body: bytes) -> tuple[str | None, str | None]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(body))
    if reader.is_encrypted and not reader.decrypt(""):
        return None, "encrypted"
    texts = [page.extract_text() for page in reader.pages[:MAX_PAGES]]
    text = "\n".join(part for part in map(str.strip, texts) if part)
    return (text, None) if text else (None, "no text layer: a scan?")


def _docx(body: bytes) -> tuple[str | None, str | None]:
    from docx import Document
    from docx.table import Table

    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
            return None, "unpacks to more than is safe"
    found: list[str] = []
    for block in Document(io.BytesIO(body)).iter_inner_content():
        if isinstance(block, Table):
            found += ["\t".join(cell.text.strip() for cell in row.cells) for row in block.rows]
        else:
            found.append(block.text.strip())
    text = "\n".join(line for line in found if line.strip())
    return (text, None) if text else (None, "empty")


def _plain(body: bytes) -> tuple[str | None, str | None]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("gb18030", "replace")
    return text.strip() or None, None if text.strip() else "empty"
