"""What a file is, by its bytes, and the text in it.

One module a group of formats; each reader takes the bytes and returns ``Reading``. Their libraries are imported
when the first file of a format comes, so that starting up does not wait for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lawcrawl.extract.files import archives, fixed, plain, sheets, words
from lawcrawl.extract.files.bounds import MAX_TEXT, MAX_UNPACKED, Reading, Unreadable
from lawcrawl.extract.files.sniffing import DOC, DOCX, OFD, PDF, PPTX, RTF, XLS, XLSX, ZIP, sniff

__all__ = ["MAX_TEXT", "MAX_UNPACKED", "Reading", "file_text", "sniff"]

_READERS: dict[str, Callable[[bytes], Reading]] = {
    PDF: fixed.pdf,
    OFD: fixed.ofd,
    DOCX: words.docx,
    PPTX: words.pptx,
    DOC: words.doc,
    RTF: words.rtf,
    XLSX: sheets.xlsx,
    XLS: sheets.xls,
    "text/html": plain.html,
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0\ufdd1\ufeff\ufffe\uffff]")
_ENCRYPTED = re.compile(r"encrypt|password", re.I)


def file_text(body: bytes, media_type: str | None, name: str | None = None) -> Reading:
    """The text of a file as lines without blank ones, or None and why there is none, in a few words.

    ``media_type`` is what ``sniff`` gave, None to let it look here; ``name`` helps it. Cells of a table are set
    apart by tabs. Where the text is there but not all of it, the second value says what is missing. Never raises:
    a file may hold anything.
    """
    if not body:
        return None, "empty"
    if len(body) > MAX_UNPACKED:
        return None, "larger than is read"
    kind = media_type or sniff(body, None, name)
    try:
        if kind == ZIP:
            text, reason = archives.zip_text(body, file_text)
        elif reader := _READERS.get(kind) or (plain.plain if kind.startswith("text/") else None):
            text, reason = reader(body)
        else:
            return None, f"no reader for {kind}"
    except Unreadable as error:
        return None, str(error)
    except Exception as error:  # the libraries raise what they meet in a broken file
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return None, "encrypted" if _ENCRYPTED.search(said) else f"unreadable: {said}"[:200]
    text = tidy(text or "")
    if len(text) > MAX_TEXT:
        return text[:MAX_TEXT], f"only the first {MAX_TEXT} characters"
    return (text, reason) if text else (None, reason or "empty")


def tidy(text: str) -> str:
    """Lines without blank ones; without the characters that a database or XML cannot hold.

    >>> tidy("一、\\x07总则 \\r\\n\\n\\u3000\\u3000二")
    '一、总则\\n二'
    """
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))
    lines = (line.lstrip(" \u3000\xa0").rstrip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line.strip())
