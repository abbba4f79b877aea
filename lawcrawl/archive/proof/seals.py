"""Seals: each closed crawl's digest, chained to the one before, so that nothing stored can change unseen.

A crawl, or a rebuild, is sealed in the transaction that closes its row, so the chain's order is the order of closing.
A seal covers that row, a crawl's captures, and every version that no earlier seal covers, for ever: also when a rebuild
has put another in its place. Nothing in it rests on a row's number in this database, nor on the folder that a file
lies in: another archive that takes the rows in can check the same seals.

- A line is the SHA-256 of a JSON array (no spaces, ASCII): ``["crawl", ...]``, ``["rebuild", ...]``, ``["capture", ...]``
  or ``["version", ...]`` with the values that :data:`CRAWL`, :data:`REBUILD`, :data:`CAPTURES` and :data:`VERSIONS` name,
  in their order; an article's sanitized ``html`` stands as its hex SHA-256.
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
    " gone, failed, stats, findings FROM crawls WHERE id = ?"
)
REBUILD = (
    "SELECT started_at, finished_at, software, sites, articles, changed, report FROM rebuilds WHERE id = ?"
)
FILE_NAME = "substr({0}.warc_file, 1 + length(rtrim({0}.warc_file, replace({0}.warc_file, '/', ''))))"
CAPTURES = (
    "SELECT c.url, c.fetched_at, c.status, c.media_type, c.sha256, c.etag, c.last_modified,"
    f" {FILE_NAME.format('c')}, c.warc_offset, c.warc_length, {FILE_NAME.format('p')}, p.warc_offset, c.kind,"
    " c.asked_url, h.url FROM captures c LEFT JOIN captures p ON p.id = c.payload_id"
    " LEFT JOIN channels h ON h.id = c.channel_id WHERE c.crawl_id = ?"
)
VERSIONS = (
    f"SELECT a.url_key, v.digest, v.seen_at, {FILE_NAME.format('c')}, c.warc_offset, v.html FROM sealed_versions s"
    " JOIN versions v ON v.article_id = s.article_id AND v.version = s.version"
    " JOIN articles a ON a.id = v.article_id LEFT JOIN captures c ON c.id = v.capture_id WHERE s.seal_id = :seal"
    f" UNION ALL SELECT v.url_key, v.digest, v.seen_at, {FILE_NAME.format('c')}, c.warc_offset, v.html"
    " FROM superseded v LEFT JOIN captures c ON c.id = v.capture_id WHERE v.seal_id = :seal"
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
    crawl_id: int | None
    rebuild_id: int | None
    chain: str
    number: int
    sealed_at: str
    captures: int
    versions: int
    manifest: str
    previous: str | None
    digest: str


def seal(db: sqlite3.Connection, crawl_id: int | None, now: str, *, rebuild_id: int | None = None) -> Seal:
    """Seal a crawl or a rebuild whose row has just been closed, inside the transaction that closed it."""
    chain = own_chain(db)
    last = db.execute(
        "SELECT number, digest FROM seals WHERE chain = ? ORDER BY number DESC, id DESC LIMIT 1", (chain,)
    ).fetchone()
    number, previous = (last[0] + 1, last[1]) if last else (1, None)
    cursor = db.execute(
        "INSERT INTO seals (crawl_id, rebuild_id, chain, number, sealed_at, captures, versions, manifest, previous,"
        " digest) VALUES (?, ?, ?, ?, ?, 0, 0, '', ?, '')",
        (crawl_id, rebuild_id, chain, number, now, previous),
    )
    assert cursor.lastrowid is not None
    cover(db, cursor.lastrowid)
    found = manifest(db, cursor.lastrowid, crawl_id, rebuild_id)
    digest = seal_digest(chain, number, previous, now, found)
    db.execute(
        "UPDATE seals SET captures = ?, versions = ?, manifest = ?, digest = ? WHERE id = ?",
        (found.captures, found.versions, found.digest, digest, cursor.lastrowid),
    )
    return Seal(
        *(cursor.lastrowid, crawl_id, rebuild_id, chain, number, now),
        *(found.captures, found.versions, found.digest, previous, digest),
    )


def cover(db: sqlite3.Connection, seal_id: int) -> None:
    """Put every version that has no seal yet under this one."""
    db.execute(
        "INSERT INTO sealed_versions (article_id, version, seal_id) SELECT article_id, version, ? FROM unsealed_versions",
        (seal_id,),
    )
    db.execute("UPDATE superseded SET seal_id = ? WHERE seal_id IS NULL", (seal_id,))


def own_chain(db: sqlite3.Connection) -> str:
    """The random name of this archive's own chain, made at its first seal."""
    found = db.execute("SELECT chain FROM identity").fetchone()
    if found is None:
        found = (secrets.token_hex(16),)
        db.execute("INSERT INTO identity (chain) VALUES (?)", found)
    return str(found[0])


def manifest(db: sqlite3.Connection, seal_id: int, crawl_id: int | None, rebuild_id: int | None) -> Manifest:
    """What the seal covers, as the database has it now."""
    captures = [line("capture", row) for row in db.execute(CAPTURES, (crawl_id,))]
    found = db.execute(VERSIONS, {"seal": seal_id})
    versions = [line("version", (*row[:-1], hashed(row[-1]))) for row in found]
    runs = [line("crawl", row) for row in db.execute(CRAWL, (crawl_id,))]
    runs += [line("rebuild", row) for row in db.execute(REBUILD, (rebuild_id,))]
    digest = hashlib.sha256()
    for one in sorted(runs + captures + versions):
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
