"""Where what is stored comes from: the answer on record behind a row, and the seal over it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

CAPTURE = """
SELECT c.id, c.crawl_id, c.url, c.fetched_at, c.status, c.media_type, c.sha256, c.warc_file, c.warc_offset,
    c.warc_length, c.payload_id FROM captures c WHERE c.id = ?
"""
SEAL = """
SELECT s.number, s.sealed_at, s.digest, s.stamp IS NOT NULL FROM sealed_versions v JOIN seals s ON s.id = v.seal_id
WHERE v.article_id = ? AND v.version = ?
"""
IMAGE = """
SELECT id FROM captures WHERE url = :url AND status = 200 AND media_type LIKE 'image/%'
ORDER BY abs(unixepoch(fetched_at) - unixepoch(:at)), id LIMIT 1
"""


@dataclass(slots=True, frozen=True)
class Record:
    """One answer of a site on record: a row of ``captures``."""

    id: int
    crawl_id: int | None
    url: str
    fetched_at: str
    """UTC."""
    status: int
    media_type: str | None
    sha256: str | None
    """Of the body, in hex."""
    warc_file: str
    """Within the archive's folder."""
    warc_offset: int
    warc_length: int
    payload_id: int | None
    """The earlier capture that holds the body, where this one is a revisit."""


@dataclass(slots=True, frozen=True)
class Sealed:
    """The seal that covers a version."""

    number: int
    sealed_at: str
    """UTC."""
    digest: str
    stamped: bool
    """Whether a time-stamp authority vouches for it."""


def capture(db: sqlite3.Connection, capture_id: int) -> Record | None:
    row = db.execute(CAPTURE, (capture_id,)).fetchone()
    return Record(*row) if row else None


def image(db: sqlite3.Connection, url: str, at: str) -> int | None:
    """The capture of an image that is nearest to a time; None where it is not on record."""
    row = db.execute(IMAGE, {"url": url, "at": at}).fetchone()
    return int(row[0]) if row else None


def seal(db: sqlite3.Connection, article_id: int, version: int) -> Sealed | None:
    """The seal over a version; None while its crawl has not ended."""
    row = db.execute(SEAL, (article_id, version)).fetchone()
    return Sealed(row[0], row[1], row[2], bool(row[3])) if row else None
