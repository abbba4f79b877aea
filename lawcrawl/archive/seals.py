"""Seals: each closed crawl's digest, chained to the one before, so that nothing stored can change unseen.

A crawl is sealed in the transaction that closes its row, so the chain's order is the order of closing. A seal covers
the crawl's row, its captures, and every version that no earlier seal covers. Nothing in it rests on a row's number
in this database: another archive that takes the rows in can check the same seals.

- A line is the SHA-256 of a JSON array (no spaces, ASCII): ``["crawl", ...]``, ``["capture", ...]`` or
  ``["version", ...]`` with the values that :data:`CRAWL`, :data:`CAPTURES` and :data:`VERSIONS` name, in their order;
  an article's sanitized ``html`` stands as its hex SHA-256.
- The manifest is the hex SHA-256 of all lines' digests, sorted and joined.
- The seal's digest is the hex SHA-256 of the JSON array of ``FORMAT``, chain, number, previous digest, time, number
  of captures, number of versions and manifest.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FORMAT = "lawcrawl seal 1"

CRAWL = (
    "SELECT site_id, started_at, finished_at, outcome, reason, options, requests, pages, new, changed, unchanged,"
    " gone, failed, stats FROM crawls WHERE id = ?"
)
CAPTURES = (
    "SELECT c.url, c.fetched_at, c.status, c.media_type, c.sha256, c.etag, c.last_modified, c.warc_file,"
    " c.warc_offset, c.warc_length, p.warc_file, p.warc_offset FROM captures c"
    " LEFT JOIN captures p ON p.id = c.payload_id WHERE c.crawl_id = ?"
)
VERSIONS = (
    "SELECT a.url_key, v.digest, v.seen_at, c.warc_file, c.warc_offset, v.html FROM sealed_versions s"
    " JOIN versions v ON v.article_id = s.article_id AND v.version = s.version"
    " JOIN articles a ON a.id = v.article_id LEFT JOIN captures c ON c.id = v.capture_id WHERE s.seal_id = ?"
)


@dataclass(slots=True, frozen=True)
class Manifest:
    """What a seal covers, counted and digested."""

    captures: int
    versions: int
    digest: str


@dataclass(slots=True, frozen=True)
class Seal:
    """A row of ``seals``."""

    id: int
    crawl_id: int
    chain: str
    number: int
    sealed_at: str
    captures: int
    versions: int
    manifest: str
    previous: str | None
    digest: str


def seal(db: sqlite3.Connection, crawl_id: int, now: str) -> Seal:
    """Seal a crawl whose row has just been closed, inside the transaction that closed it."""
    chain = own_chain(db)
    last = db.execute(
        "SELECT number, digest FROM seals WHERE chain = ? ORDER BY number DESC, id DESC LIMIT 1", (chain,)
    ).fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, None)
    cursor = db.execute(
        "INSERT INTO seals (crawl_id, chain, number, sealed_at, captures, versions, manifest, previous, digest)"
        " VALUES (?, ?, ?, ?, 0, 0, '', ?, '')",
        (crawl_id, chain, number, now, previous),
    )
    assert cursor.lastrowid is not None
    cover(db, cursor.lastrowid)
    found = manifest(db, cursor.lastrowid, crawl_id)
    digest = seal_digest(chain, number, previous, now, found)
    db.execute(
        "UPDATE seals SET captures = ?, versions = ?, manifest = ?, digest = ? WHERE id = ?",
        (found.captures, found.versions, found.digest, digest, cursor.lastrowid),
    )
    return Seal(
        *(cursor.lastrowid, crawl_id, chain, number, now),
        *(found.captures, found.versions, found.digest, previous, digest),
    )


def cover(db: sqlite3.Connection, seal_id: int) -> None:
    """Put every version that has no seal yet under this one."""
    db.execute(
        "INSERT INTO sealed_versions (seal_id, article_id, version) SELECT ?, article_id, version FROM"
        " (SELECT article_id, version FROM versions EXCEPT SELECT article_id, version FROM sealed_versions)",
        (seal_id,),
    )


def own_chain(db: sqlite3.Connection) -> str:
    """The random name of this archive's own chain, made at its first seal."""
    found = db.execute("SELECT chain FROM identity").fetchone()
    if found is None:
        found = (secrets.token_hex(16),)
        db.execute("INSERT INTO identity (chain) VALUES (?)", found)
    return str(found[0])


def manifest(db: sqlite3.Connection, seal_id: int, crawl_id: int) -> Manifest:
    """What the seal covers, as the database has it now."""
    captures = [line("capture", row) for row in db.execute(CAPTURES, (crawl_id,))]
    versions = [line("version", (*row[:-1], hashed(row[-1]))) for row in db.execute(VERSIONS, (seal_id,))]
    crawls = [line("crawl", row) for row in db.execute(CRAWL, (crawl_id,))]
    digest = hashlib.sha256()
    for one in sorted(crawls + captures + versions):
        digest.update(one)
    return Manifest(len(captures), len(versions), digest.hexdigest())


def seal_digest(chain: str, number: int, previous: str | None, sealed_at: str, found: Manifest) -> str:
    values = [FORMAT, chain, number, previous, sealed_at, found.captures, found.versions, found.digest]
    return hashlib.sha256(canonical(values)).hexdigest()


def seals(db: sqlite3.Connection) -> Iterator[Seal]:
    """Every seal, chain by chain in order."""
    columns = ", ".join(Seal.__slots__)
    for row in db.execute(f"SELECT {columns} FROM seals ORDER BY chain, number, id").fetchall():
        yield Seal(*row)


def newest_seal(db: sqlite3.Connection) -> str | None:
    """The digest that vouches for all of the archive's own seals: noted elsewhere, it cannot be made up later."""
    found = db.execute(
        "SELECT digest FROM seals WHERE chain = (SELECT chain FROM identity) ORDER BY number DESC, id DESC LIMIT 1"
    ).fetchone()
    return found[0] if found else None


def line(kind: str, values: tuple[Any, ...]) -> bytes:
    return hashlib.sha256(canonical([kind, *values])).digest()


def hashed(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(values: list[Any]) -> bytes:
    return json.dumps(values, separators=(",", ":")).encode("ascii")
