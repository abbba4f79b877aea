"""The text of a Word 97-2003 document (.doc, and .wps of WPS Office), by its piece table.

The layout is [MS-DOC] 2.4.1 (retrieving text), 2.5 (the FIB) and 2.9.38 (the Clx). No kept library reads it
whole: those at hand guess where the piece table is, or leave field codes in the text.
"""

from __future__ import annotations

import io
import re
import struct

_WORD97, _WORD8_FIB = 0xA5EC, 0x00C1
_ENCRYPTED, _TABLE_ONE = 0x0100, 0x0200
_CCP = 64 + 12
"""Where FibRgLw97 counts the characters of each part."""
_CLX = 154 + 33 * 8
"""Where FibRgFcLcb97 points to the Clx in the table stream."""
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_DEPTH = 20
_MARKS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\x07": "\t", "\x1e": "-", "\x1f": ""}
)


class NotWord(ValueError):
    """The file is no Word document that can be read; the message says why in a few words."""


def doc_text(body: bytes) -> str:
    """The body's text, then its footnotes, endnotes and text boxes; paragraphs and table rows are lines.

    Headers, comments and field codes are left out. A row breaks after an empty cell: the text alone does not
    tell the end of a row from an empty cell. Text deleted under change tracking is included. Raises NotWord.
    """
    import olefile

    if not olefile.isOleFile(body):
        raise NotWord("not an OLE file")
    with olefile.OleFileIO(io.BytesIO(body)) as ole:
        if ole.exists("EncryptedPackage"):
            raise NotWord("encrypted")
        if not ole.exists("WordDocument"):
            raise NotWord("no Word document in it")
        main = ole.openstream("WordDocument").read()
        flags = _check(main)
        table = ole.openstream("1Table" if flags & _TABLE_ONE else "0Table").read()
    start, size = struct.unpack_from("<II", main, _CLX)
    text = "".join(_pieces(main, _piece_table(table[start : start + size])))
    return _readable("\n".join(_parts(main, text)))


def _check(main: bytes) -> int:
    """The flags of the FIB; raises NotWord for what the other functions cannot read."""
    if len(main) < _CLX + 8:
        raise NotWord("the Word document is cut short")
    ident, version = struct.unpack_from("<HH", main)
    flags: int = struct.unpack_from("<H", main, 10)[0]
    if ident != _WORD97 or version < _WORD8_FIB:
        raise NotWord("older than Word 97")
    if flags & _ENCRYPTED:
        raise NotWord("encrypted")
    return flags


def _piece_table(clx: bytes) -> bytes:
    """The PlcPcd: what follows the property changes (0x01) in a Clx."""
    at = 0
    while clx[at : at + 1] == b"\x01":
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at : at + 1] != b"\x02":
        raise NotWord("no piece table")
    return clx[at + 5 : at + 5 + struct.unpack_from("<I", clx, at + 1)[0]]


def _pieces(main: bytes, plc: bytes) -> list[str]:
    """The text of each piece, in the document's order."""
    count = (len(plc) - 4) // 12
    if count < 1:
        raise NotWord("no piece table")
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    found, room = [], 2 * len(main)
    for number in range(count):
        length = ends[number + 1] - ends[number]
        where: int = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        room -= length
        # Pieces may not overlap: a hostile table would unfold a small file without end.
        if length < 0 or room < 0:
            raise NotWord("the piece table is broken")
        if where & 0x40000000:
            start = (where & 0x3FFFFFFF) // 2
            found.append(main[start : start + length].decode("cp1252", "replace"))
        else:
            start = where & 0x3FFFFFFF
            found.append(main[start : start + 2 * length].decode("utf-16-le", "replace"))
    return found


def _parts(main: bytes, text: str) -> list[str]:
    """Body, footnotes, endnotes and text boxes: headers and comments lie between them in the one text."""
    body, notes, headers, macros, comments, endnotes, boxes = struct.unpack_from("<7I", main, _CCP)
    skipped = body + notes + headers + macros + comments
    return [text[: body + notes], text[skipped : skipped + endnotes + boxes]]


def _readable(text: str) -> str:
    """Fields show their result only, marks become line breaks and tabs."""
    for _ in range(_DEPTH):
        text, changed = _FIELD.subn(lambda field: field[1] or "", text)
        if not changed:
            break
    return text.replace("\x07\x07", "\n").translate(_MARKS)
