"""Archives: the names of their members, and the text of those that have one."""

from __future__ import annotations

import time
import zipfile
import zlib
from collections.abc import Callable

from lawcrawl.extract.files.bounds import MAX_SECONDS, MAX_UNPACKED, Reading, member_bytes, open_zip
from lawcrawl.extract.files.sniffing import ZIP, sniff

_UTF8 = 0x800
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def zip_text(body: bytes, read: Callable[[bytes, str, str], Reading]) -> Reading:
    """Each member's name, then its text as ``read`` gives it; an archive in the archive is only named."""
    found: list[str] = []
    missing, left, deadline = 0, MAX_UNPACKED, time.monotonic() + MAX_SECONDS
    with open_zip(body) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        members = [member for member in members if not any(mark in member.filename for mark in _LITTER)]
        for member in members:
            name = member_name(member)
            found.append(name)
            try:
                data = member_bytes(archive, member, left) if time.monotonic() < deadline else b""
            except (ValueError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error):
                data = b""  # counted below: the other members are not the worse for it
            left -= len(data)
            kind = sniff(data, None, name)
            text = read(data, kind, name)[0] if data and kind != ZIP else None
            if text is None:
                missing += 1
            else:
                found.append(text)
    return "\n".join(found), f"no text in {missing} of {len(members)} members" if missing else None


def member_name(member: zipfile.ZipInfo) -> str:
    """The name as whoever packed it wrote it: zipfile takes for CP437 what is not marked as UTF-8.

    >>> member_name(zipfile.ZipInfo("附件.doc".encode("gbk").decode("cp437")))
    '附件.doc'
    """
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename
