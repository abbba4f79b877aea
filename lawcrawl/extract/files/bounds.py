"""How much a file may unfold to, and how a reader says that it cannot."""

from __future__ import annotations

import copy
import io
import zipfile
from typing import TypeAlias

Reading: TypeAlias = tuple[str | None, str | None]
"""The text and, where it is missing or not whole, why."""
MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes that a file, and all the members of an archive together, may have."""
MAX_TEXT = 5_000_000
"""Characters kept of one file."""
MAX_SECONDS = 60.0
"""After which no further page or member of a file is begun."""
MAX_MEMBERS = 10_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Unreadable(ValueError):
    """Why a file has no text, in a few words."""


def open_zip(body: bytes) -> zipfile.ZipFile:
    """The archive, after its directory promised a safe size. Raises Unreadable and BadZipFile."""
    if body.startswith(_OLE):
        # Office keeps a document with a password as an encrypted stream in an OLE file.
        raise Unreadable("encrypted")
    archive = zipfile.ZipFile(io.BytesIO(body))
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Unreadable("unpacks to more than is safe")
    return archive


def member_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int = MAX_UNPACKED) -> bytes:
    """What a member unpacks to, whatever size its directory entry claims. Raises Unreadable past ``limit``."""
    if member.flag_bits & 1:
        raise Unreadable("encrypted")
    whole = copy.copy(member)
    whole.file_size = limit + 2  # zipfile looks at this size only after it unpacked a whole chunk
    with archive.open(whole) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise Unreadable("unpacks to more than is safe")
    return data


def checked_zip(body: bytes) -> io.BytesIO:
    """A package for a library that unpacks it itself: every member is tried first. Raises as ``open_zip``."""
    left = MAX_UNPACKED
    with open_zip(body) as archive:
        for member in archive.infolist():
            left -= len(member_bytes(archive, member, left))
    return io.BytesIO(body)
