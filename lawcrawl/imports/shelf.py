"""What the files of one import hold, in order of time: a private database that knows where each answer lies."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import scrapy

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.extract.leaving import REDIRECTS
from lawcrawl.families.reading import Answer
from lawcrawl.imports.foreign import File, Message, Record
from lawcrawl.imports.sites import Sites
from lawcrawl.items import Exchange
from lawcrawl.normalize import canonical_url, url_key

SCHEMA = """
CREATE TABLE answers (
    id INTEGER PRIMARY KEY, file INTEGER, place INTEGER, record_id TEXT, concurrent TEXT, url TEXT, key TEXT, at TEXT,
    status INTEGER, sha256 TEXT, digest TEXT, leads_to TEXT, site TEXT, body INTEGER, stored INTEGER, refers_url TEXT,
    refers_at TEXT, candidate TEXT, kind TEXT, asked_url TEXT, channel TEXT
);
CREATE UNIQUE INDEX answers_once ON answers (url, at, status, coalesce(sha256, digest, ''));
CREATE INDEX answers_key ON answers (key);
CREATE INDEX answers_digest ON answers (digest);
CREATE INDEX answers_site ON answers (site, at, id);
CREATE TABLE requests (record_id TEXT, concurrent TEXT, file INTEGER, place INTEGER);
CREATE INDEX requests_id ON requests (record_id);
CREATE INDEX requests_concurrent ON requests (concurrent);
CREATE TABLE rows (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE belongs (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE lists (
    answer INTEGER PRIMARY KEY, key TEXT, next TEXT, name TEXT, site_name TEXT, claimed INTEGER
);
"""
# An answer without a body of its own: the record says where that lies, or it is the newest one before.
UNCHANGED = (
    "SELECT id, url, at, CASE status WHEN 304 THEN 200 ELSE status END, digest, coalesce(refers_url, url), refers_at"
    " FROM answers WHERE sha256 IS NULL"
)
BODY_HERE = (
    "SELECT id, sha256 FROM answers WHERE sha256 IS NOT NULL AND status = :status AND"
    " ((url = :there AND (at = :then OR (:then IS NULL AND at <= :at))) OR digest = :digest)"
    " ORDER BY url != :there, at != :then, at DESC LIMIT 1"
)
BODY_KEPT = (
    "SELECT id, sha256 FROM captures WHERE url = :there AND payload_id IS NULL AND status = :status AND fetched_at <= :at"
    " ORDER BY fetched_at != :then, fetched_at DESC LIMIT 1"
)
COLUMNS = "id, file, place, record_id, concurrent, url, key, at, status, sha256, body, stored, kind, asked_url, channel"


@dataclass(slots=True, frozen=True)
class Stored:
    """One answer, and where it lies."""

    id: int
    file: int
    place: int
    record_id: str
    concurrent: str
    url: str
    key: str
    at: str
    status: int
    sha256: str | None
    body: int | None
    """The answer that holds its body, where this one is the record of an unchanged one."""
    stored: int | None
    """The archive's capture that holds its body, where none of the files does."""
    kind: str | None
    asked_url: str | None
    channel: str | None

    @property
    def answered(self) -> str:
        """The key of the address that was asked for at first."""
        return url_key(self.asked_url) if self.asked_url else self.key


class Shelf:
    """The answers of some files; what is said twice is there once."""

    def __init__(self, archive: Archive, sites: Sites) -> None:
        self.archive, self.sites = archive, sites
        self.files: list[File] = []
        self.db = sqlite3.connect("", isolation_level=None)  # a file of its own, gone with the connection
        self.db.executescript(SCHEMA)
        self.db.execute("BEGIN")

    def close(self) -> None:
        self.db.close()

    def put(self, file: File, tick: Callable[[int], None]) -> None:
        """Note every answer and request of a file; ``tick`` is told how many bytes of it were read."""
        self.files.append(file)
        for record in file.read():
            if record.type in ("response", "revisit"):
                self.put_answer(record)
            elif record.type == "request":
                values = (record.headers.get("warc-record-id"), record.headers.get("warc-concurrent-to"))
                self.db.execute(
                    "INSERT INTO requests VALUES (?, ?, ?, ?)", (*values, len(self.files) - 1, record.offset)
                )
            elif record.type == "warcinfo" and file.software is None:
                file.software = software(record)
            tick(record.offset)

    def put_answer(self, record: Record) -> None:
        if canonical_url(record.url) is None:
            return  # dns:, whois:
        message = record.message()
        if record.at is None or (cut := record.headers.get("warc-truncated")):
            reason = f"is cut short ({cut})" if record.at else "has no date"
            self.files[-1].damaged.append(f"the record of {record.url} {reason}")
            return
        revisit = record.type == "revisit"
        status = message.status if message else 200 if revisit else None
        if status is None:
            self.files[-1].damaged.append(f"the record of {record.url} holds no HTTP answer")
            return
        url = scrapy.Request(record.url).url  # as a crawl would have asked for it
        location = message.header("location") if message and status in REDIRECTS else None
        leads_to = canonical_url(location, url) if location else None
        has_body = message is not None and not revisit and status != 304
        refers_url = record.headers.get("warc-refers-to-target-uri")
        refers_at = record.headers.get("warc-refers-to-date")
        self.db.execute(
            "INSERT OR IGNORE INTO answers (file, place, record_id, concurrent, url, key, at, status, sha256, digest,"
            " leads_to, site, refers_url, refers_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(len(self.files) - 1, record.offset, record.headers.get("warc-record-id", "")),
                *(record.headers.get("warc-concurrent-to", ""), url, url_key(url), record.at, status),
                hashlib.sha256(message.plain).hexdigest() if message and has_body else None,
                *(record.headers.get("warc-payload-digest"), url_key(leads_to) if leads_to else None),
                *(self.sites.of(url), scrapy.Request(refers_url).url if refers_url else None),
                f"{refers_at[:19]}Z" if refers_at else None,
            ),
        )

    def find_bodies(self) -> list[str]:
        """Say where the body of each unchanged answer lies; the addresses of those whose body lies nowhere."""
        lost = []
        for row in self.db.execute(f"{UNCHANGED} ORDER BY at, id").fetchall():
            sought = dict(zip(("id", "url", "at", "status", "digest", "there", "then"), row, strict=True))
            here = self.db.execute(BODY_HERE, sought).fetchone()
            kept = None if here else self.archive.connection.execute(BODY_KEPT, sought).fetchone()
            if here is None and kept is None:
                lost.append(str(sought["url"]))
            sha256 = (here or kept or (None, None))[1]
            self.db.execute(
                "UPDATE OR IGNORE answers SET body = ?, stored = ?, sha256 = ? WHERE id = ?",
                (here and here[0], kept and kept[0], sha256, sought["id"]),
            )
        self.db.execute("DELETE FROM answers WHERE sha256 IS NULL")  # lost, or there as a whole answer
        return lost

    # What is asked of it

    def answers(self, site: str, where: str) -> Iterator[Stored]:
        """The answers of a site for which a condition holds, in order of time."""
        sql = f"SELECT {COLUMNS} FROM answers WHERE site = ? AND {where} ORDER BY at, id"
        return (Stored(*row) for row in self.db.execute(sql, (site,)).fetchall())

    def one(self, answer_id: int) -> Stored:
        sql = f"SELECT {COLUMNS} FROM answers WHERE id = ?"
        return Stored(*self.db.execute(sql, (answer_id,)).fetchone())

    def whole(self, stored: Stored) -> Message:
        """The answer whose body this one has. Raises :class:`ArchiveError`."""
        if stored.body is not None:
            return self.whole(self.one(stored.body))
        if stored.stored is not None:
            headers, body = self.archive.read_capture(stored.stored)
            bare = [one for one in headers if one[0].lower() != "content-encoding"]
            return Message("HTTP/1.1", "200 OK", bare, body)
        return self.own(stored)

    def own(self, stored: Stored) -> Message:
        found = self.files[stored.file].at(stored.place).message()
        if found is None:
            raise ArchiveError(f"the record of {stored.url} holds no HTTP answer")
        return found

    def answer(self, stored: Stored) -> Answer:
        message = self.whole(stored)
        return Answer(stored.url, 200, message.plain, message.header("content-type"))

    def exchange(self, stored: Stored) -> Exchange:
        """An answer and the request that led to it, as a crawl would have put them on record."""
        message = self.own(stored) if stored.status == 304 else self.whole(stored)
        request = self.request(stored)
        name = quote(self.files[stored.file].name.rpartition("/")[2])
        return Exchange(
            method=request.verb if request else "GET",
            url=stored.url,
            request_headers=[one for one in request.headers if one[0].lower() != "host"] if request else [],
            request_body=request.body if request else b"",
            status=stored.status,
            reason=message.first.partition(" ")[2],
            response_headers=message.headers,
            response_body=b"" if stored.status == 304 else message.body,
            fetched_at=stored.at,
            kind=stored.kind,  # type: ignore[arg-type]
            asked_url=stored.asked_url,
            channel=stored.channel,
            origin=f"{name} {stored.record_id}".strip(),
        )

    def request(self, stored: Stored) -> Message | None:
        """What was sent; None where no record tells."""
        found = self.db.execute(
            "SELECT file, place FROM requests WHERE (concurrent = ? AND ? != '') OR (record_id = ? AND ? != '') LIMIT 1",
            (stored.record_id, stored.record_id, stored.concurrent, stored.concurrent),
        ).fetchone()
        return self.files[found[0]].at(found[1]).message() if found else None


def software(record: Record) -> str | None:
    """What a ``warcinfo`` record says made its file."""
    for line in record.block.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "software" and value.strip():
            return value.strip()
    return None
