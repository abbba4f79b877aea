"""An archive's captures, all or a selection, as one WACZ file (version 1.1.1) that replay tools open.

Records are copied as they stand, byte for byte; only those that ``captures`` names, so a torn end stays behind. One
pass, bounded memory: the index is sorted by SQLite on disk.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from lawcrawl.archive.archive import Archive
from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.proof.records import Damaged, Record, ZlibError, parse, unpack
from lawcrawl.archive.warc import utc_now

VERSION = "1.1.1"
CHUNK = 64 * 1024
"""Bytes that are read at first of a record whose length is not known."""
LINES = 3000
"""Of the index in one gzip member, as the format's own tools pack them."""

# Whatever was ever answered at the addresses that the articles and their files, of any version, were read from; and
# the records that hold the bodies of what was unchanged.
CHOSEN = """
WITH chosen AS (SELECT value AS id FROM json_each(:articles)),
roots AS (
    SELECT capture_id FROM articles WHERE id IN chosen
    UNION SELECT capture_id FROM versions WHERE article_id IN chosen
    UNION SELECT capture_id FROM attachments WHERE article_id IN chosen
    UNION SELECT capture_id FROM statuses WHERE article_id IN chosen
),
addresses AS (
    SELECT url FROM articles WHERE id IN chosen
    UNION SELECT url FROM captures WHERE id IN roots
    UNION SELECT f.value ->> 'url' FROM versions v, json_each(v.attachments) f WHERE v.article_id IN chosen
),
visits AS (SELECT id, payload_id FROM captures WHERE url IN addresses)
SELECT id FROM visits UNION SELECT payload_id FROM visits WHERE payload_id IS NOT NULL
"""
PLACES = """
SELECT warc_file, warc_offset, warc_length, id, url, fetched_at, status, media_type FROM captures
WHERE {where} ORDER BY warc_file, warc_offset
"""
PAGES = """
SELECT a.id, c.url, c.fetched_at, a.title, a.text FROM articles a JOIN captures c ON c.id = a.capture_id
WHERE {where} ORDER BY a.published DESC, a.id DESC
"""


@dataclass(slots=True, frozen=True)
class Place:
    """Where a capture stands and what the index tells of it."""

    warc_file: str
    offset: int
    length: int
    id: int
    url: str
    fetched_at: str
    status: int
    media_type: str | None


@dataclass(slots=True)
class Written:
    """What went into a file."""

    captures: int = 0
    pages: int = 0


class Package:
    """A ZIP file that notes each part's size and digest as it is written."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self.zip = opened
        self.moment = time.gmtime()[:6]
        self.resources: list[dict[str, Any]] = []

    @contextmanager
    def part(self, path: str, *, packed: bool = False) -> Iterator[Part]:
        """A part to write to; what is ``packed`` already is stored as it is, to be read from its midst."""
        info = zipfile.ZipInfo(path, self.moment)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        with self.zip.open(info, "w", force_zip64=True) as file:
            part = Part(file)
            yield part
        name = path.rpartition("/")[2].lower()
        digest = f"sha256:{part.digest.hexdigest()}"
        self.resources.append({"name": name, "path": path, "hash": digest, "bytes": part.size})

    def describe(self, **about: str) -> None:
        """Write what the package holds, as its last parts."""
        described = {
            "profile": "data-package",
            "wacz_version": VERSION,
            **about,
            "created": utc_now(),
            "resources": self.resources,
        }
        text = json.dumps(described, ensure_ascii=False, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(text).hexdigest()}"}
        for name, content in (
            ("datapackage.json", text),
            ("datapackage-digest.json", json.dumps(digest).encode()),
        ):
            self.zip.writestr(zipfile.ZipInfo(name, self.moment), content, zipfile.ZIP_DEFLATED)


class Part:
    """One part of a package while it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, data: bytes | memoryview) -> None:
        self.file.write(data)
        self.digest.update(data)
        self.size += len(data)


def write_wacz(
    archive: Archive, file: IO[bytes], software: str, articles: list[int] | None = None, title: str = ""
) -> Written:
    """Write the captures of ``articles`` (ids), or of the whole archive, into ``file``.

    Raises :class:`ArchiveError` where a record is missing or not what was stored.
    """
    written = Written()
    values = {"articles": json.dumps(articles)}
    db = archive.connection
    db.execute("BEGIN")
    try:
        # The index is a database of its own on disk, gone when it is closed.
        with closing(sqlite3.connect("")) as index, zipfile.ZipFile(file, "w") as opened:
            package = Package(opened)
            index.execute("CREATE TABLE lines (line TEXT PRIMARY KEY) WITHOUT ROWID")
            where = "1" if articles is None else f"id IN ({CHOSEN})"
            places = (Place(*row) for row in db.execute(PLACES.format(where=where), values))
            for name, some in groupby(places, key=lambda place: place.warc_file):
                with package.part(f"archive/{Path(name).name}", packed=True) as part:
                    for line in copied(archive.path / name, some, part):
                        written.captures += 1
                        if line is not None:
                            index.execute("INSERT OR IGNORE INTO lines VALUES (?)", (line,))
            write_index(package, (line for (line,) in index.execute("SELECT line FROM lines ORDER BY line")))
            where = "1" if articles is None else "a.id IN (SELECT value FROM json_each(:articles))"
            written.pages = write_pages(package, db.execute(PAGES.format(where=where), values))
            package.describe(software=software, title=title or "lawcrawl")
    finally:
        db.execute("ROLLBACK")
    return written


# Records


def copied(path: Path, places: Iterable[Place], part: Part) -> Iterator[str | None]:
    """Copy records, their requests behind them, after the file's own head; for each its index line.

    None stands for what answers no GET: replay asks by address alone.
    """
    try:
        with open(path, "rb") as file:
            head, raw = member(file, 0)
            if head.headers.get("WARC-Type") == "warcinfo":
                part.write(raw)
            for place in places:
                try:
                    record, answer = member(file, place.offset)
                    request, asked = member(file, place.offset + place.length)
                except Damaged as damage:
                    raise ArchiveError(
                        f"capture {place.id} ({place.url}) cannot be copied: {damage}; 'lawcrawl verify' tells more"
                    ) from damage
                offset = part.size
                part.write(answer)
                part.write(asked)
                yield (
                    index_line(place, record, path.name, offset) if request.head.startswith(b"GET ") else None
                )
    except FileNotFoundError as error:
        raise ArchiveError(f"{path} is missing: bring it back from a copy of the archive") from error
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}") from error


def member(file: IO[bytes], offset: int) -> tuple[Record, bytes]:
    """The record whose gzip member stands at ``offset``, and the member. Raises :class:`Damaged`."""
    size = CHUNK
    while True:
        file.seek(offset)
        raw = file.read(size)
        try:
            plain, length = unpack(memoryview(raw))
            return parse(plain), raw[:length]
        except (Damaged, ZlibError) as damage:
            if len(raw) < size:
                raise Damaged(f"damaged: {str(damage).rpartition(': ')[2]}") from damage
        size *= 8


# Index and pages


def index_line(place: Place, record: Record, file: str, offset: int) -> str:
    """A line of CDXJ: key, moment, and where the record stands."""
    revisit = record.headers.get("WARC-Type") == "revisit"
    told = {
        "url": place.url,
        "mime": "warc/revisit" if revisit else place.media_type or "unk",
        "status": str(place.status),
        "digest": record.headers.get("WARC-Payload-Digest"),
        "length": str(place.length),
        "offset": str(offset),
        "filename": file,
    }
    told = {name: value for name, value in told.items() if value is not None}
    return f"{sort_key(place.url)} {re.sub(r'[^0-9]', '', place.fetched_at)} {json.dumps(told)}"


def sort_key(url: str) -> str:
    """An address as such indexes sort it: its host's parts from the right, then the rest in lower case.

    >>> sort_key("https://www.linxi.example:443/Tzgg/?b=2&a=1#top")
    'example,linxi)/tzgg?a=1&b=2'
    """
    parts = urlsplit(url.lower())
    host = re.sub(r"^www\d*\.", "", parts.hostname or "")
    if not re.fullmatch(r"[\d.]+|.*:.*", host):
        host = ",".join(reversed(host.split(".")))
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    path = re.sub("(?<=.)/$", "", parts.path) or "/"
    query = "&".join(sorted(parts.query.split("&"), key=lambda one: one.split("=", 1)))
    return f"{host}{port}){path}" + (f"?{query}" if query else "")


def write_index(package: Package, lines: Iterator[str]) -> None:
    """The sorted index in packed blocks, and the list of where each block begins."""
    blocks = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}']
    with package.part("indexes/index.cdx.gz", packed=True) as part:
        while some := list(islice(lines, LINES)):
            packed = gzip.compress("".join(f"{line}\n" for line in some).encode(), mtime=0)
            key, moment, _ = some[0].split(" ", 2)
            digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
            place = {"offset": part.size, "length": len(packed), "digest": digest, "filename": "index.cdx.gz"}
            blocks.append(f"{key} {moment} {json.dumps(place)}")
            part.write(packed)
    with package.part("indexes/index.idx") as part:
        part.write("".join(f"{block}\n" for block in blocks).encode())


def write_pages(package: Package, rows: Iterable[tuple[Any, ...]]) -> int:
    """The articles as the pages to begin from, with their texts to be searched; how many."""
    count = 0
    with package.part("pages/pages.jsonl") as part:
        head = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}
        part.write(json.dumps(head).encode() + b"\n")
        for article_id, url, fetched_at, title, text in rows:
            page = {
                "id": str(article_id),
                "url": url,
                "ts": fetched_at,
                "title": title or url,
                "text": text or "",
            }
            part.write(json.dumps(page, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            count += 1
    return count
