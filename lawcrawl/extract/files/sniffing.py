"""What a file is, by its bytes."""

from __future__ import annotations

import io
import re
import zipfile

PDF = "application/pdf"
RTF = "application/rtf"
ZIP = "application/zip"
OFD = "application/ofd"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
OLE = "application/x-ole-storage"
BINARY = "application/octet-stream"

_MAGIC = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"{\\rtf", RTF),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x09\x08\x10\x00\x00\x06", XLS),  # a bare BIFF8 stream, as some programs save it
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS), ("PowerPoint Document", PPT))
_BY_NAME = {
    "doc": DOC,
    "wps": DOC,
    "xls": XLS,
    "et": XLS,
    "ppt": PPT,
    "dps": PPT,
    "docx": DOCX,
    "xlsx": XLSX,
    "pptx": PPTX,
}
_TEXT_BY_NAME = {"txt": "text/plain", "csv": "text/csv"}
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|meta|title|div|table|p|script|h\d|a|ul|span|center)[\s>]", re.I
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def sniff(body: bytes, declared: str | None, name: str | None) -> str:
    """The media type by content; the declared one, then the name's, only where the bytes do not tell."""
    head = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    ending = (name or "").strip().rpartition(".")[2].lower()
    if head.startswith(_OLE_MAGIC):
        return _ole_type(body, ending)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_type(body, ending)
    if _MARKUP.search(body[:8192]) or b"<\x00h\x00t\x00m\x00l" in body[:2048].lower():
        return "text/html"
    if b"%PDF-" in head:  # readers allow for other bytes before it
        return PDF
    return _undecided(body, declared, ending)


def _undecided(body: bytes, declared: str | None, ending: str) -> str:
    is_text = bool(body) and (body.startswith(_UTF16) or b"\x00" not in body[:1024])
    if declared in (None, BINARY, "text/html", "text/plain") and is_text and ending in _TEXT_BY_NAME:
        return _TEXT_BY_NAME[ending]
    if declared and declared not in (BINARY, "text/html") and (is_text or not declared.startswith("text/")):
        return declared
    return declared or "text/plain" if is_text or not body else BINARY


def _ole_type(body: bytes, ending: str) -> str:
    """By the streams of the root; a container too broken to list by any name of one, then by its ending."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(body)) as ole:
            names = {path[0].lower() for path in ole.listdir() if len(path) == 1}
    except Exception:  # olefile raises whatever a broken container leads it to; the bytes still tell
        names = {stream.lower() for stream, _ in _OLE_STREAMS if stream.encode("utf-16-le") in body}
    for stream, media_type in _OLE_STREAMS:
        if stream.lower() in names:
            return media_type
    return _BY_NAME.get(ending, OLE)


def _zip_type(body: bytes, ending: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError):
        return _BY_NAME.get(ending, OFD if ending == "ofd" else ZIP)
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" in names:
        for folder, media_type in (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)):
            if any(entry.startswith(folder) for entry in names):
                return media_type
    return ZIP
