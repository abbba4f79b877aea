"""Asking a time-stamp authority, over HTTP (RFC 3161, 3.4)."""

from __future__ import annotations

import urllib.request
from functools import partial
from typing import TYPE_CHECKING

from lawcrawl.archive import Archive
from lawcrawl.archive.proof.stamps import StampError, stamp_newest

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 30
"""Seconds that an authority may take."""
LARGEST = 1 << 20
"""Bytes; an answer with its certificates has some thousands."""


def stamp_archive(folder: Path, authority: str) -> str | None:
    """Have the archive's newest seal stamped; one sentence where that failed. The next crawl's seal covers this one."""
    try:
        with Archive(folder, create=False) as archive:
            stamp_newest(archive.connection, partial(ask, authority))
    except StampError as error:
        return f"the newest seal has no time stamp: {error}"
    return None


def ask(authority: str, request: bytes) -> bytes:
    """The authority's answer to a request, both DER. Raises :class:`StampError`."""
    asking = urllib.request.Request(authority, request, {"Content-Type": "application/timestamp-query"})
    try:
        with urllib.request.urlopen(asking, timeout=PATIENCE) as answer:
            read: bytes = answer.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise StampError(f"{authority} could not be asked: {error}") from error
    if len(read) > LARGEST:
        raise StampError(f"{authority} answers with more than {LARGEST} bytes, which is no time stamp")
    return read
