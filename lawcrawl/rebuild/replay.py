"""Articles read anew from their answers, by what the crawl reads and stores them with, beside the archive.

Each batch is stored visit by visit into a database that is empty again after it; what comes out is what a crawl with the reading
of today would have stored. Nothing is written to the archive here.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import scrapy

from lawcrawl.archive import ArchiveError
from lawcrawl.archive.knowledge.derived import outdated
from lawcrawl.archive.presence import absent
from lawcrawl.archive.revise import History, history
from lawcrawl.archive.schema import FIRST, connect
from lawcrawl.archive.store import store_article
from lawcrawl.archive.warc import read_response
from lawcrawl.crawl.doubts import FIELDS
from lawcrawl.extract.leaving import REDIRECTS
from lawcrawl.extract.tidy import lacks, tidy
from lawcrawl.families.base import NoticeSpider
from lawcrawl.families.reading import Answer, Unanswered, found_at, read_article, read_list
from lawcrawl.items import Article, Capture, Failure, Listing, Row
from lawcrawl.rebuild.compare import Revision, compared
from lawcrawl.rebuild.plan import Listed, Unit

ANY_SIZE = 1 << 62
CAPTURE = (
    "SELECT c.id, coalesce(c.crawl_id, 0), r.site_id, c.url, coalesce(c.asked_url, c.url), c.fetched_at, c.status,"
    " c.sha256, p.warc_file, p.warc_offset, p.warc_length, p.id, json_type(r.options, '$.import') IS NOT NULL"
    " FROM captures c"
    " JOIN captures p ON p.id = coalesce(c.payload_id, c.id) LEFT JOIN crawls r ON r.id = c.crawl_id"
)
# The answer to an address that belongs to an article's page: the first good one after the page's own, else any.
BELONGING = (
    f"{CAPTURE} WHERE (c.url = :url OR c.asked_url = :url) AND coalesce(c.crawl_id, 0) = :crawl AND c.id > :after"
    " AND c.status NOT IN (301, 302, 303, 307, 308) ORDER BY c.status NOT IN (200, 304), c.id LIMIT 1"
)
# To a page that another program put on record: the nearest in time, whichever import brought it.
BELONGING_IMPORTED = (
    f"{CAPTURE} WHERE (c.url = :url OR c.asked_url = :url) AND r.site_id = :site AND json_type(r.options, '$.import')"
    " IS NOT NULL AND abs(unixepoch(c.fetched_at) - unixepoch(:at)) <= 86400"
    " AND c.status NOT IN (301, 302, 303, 307, 308) ORDER BY c.status NOT IN (200, 304),"
    " abs(unixepoch(c.fetched_at) - unixepoch(:at)), c.id LIMIT 1"
)


@dataclass(slots=True, frozen=True)
class Recorded:
    """One answer on record."""

    id: int
    crawl_id: int
    site_id: str | None
    url: str
    asked: str
    fetched_at: str
    status: int
    sha256: str | None
    file: str
    offset: int
    length: int
    payload_id: int
    imported: bool
    """Another program put it on record, in an order of its own."""


_CAPTURED = attrgetter("id", "crawl_id", "url", "fetched_at", "status", "file", "offset", "length")


class Unreadable(Exception):
    """Why an article cannot be read anew: it stays as it is."""


class Replayer:
    """Reads anew in one process; ``readers`` are the sites' own."""

    def __init__(self, folder: Path, readers: dict[str, NoticeSpider]) -> None:
        self.folder, self.readers = folder, readers
        self.db = connect(folder / "lawcrawl.db", read_only=True)
        self.scratch = sqlite3.connect(":memory:", isolation_level=None)
        for statement in FIRST.split(";\n"):
            self.scratch.execute(statement)
        self.doubts_of: dict[int, dict[str, list[str]]] = {}
        self.read_at: set[str] = set()
        """When the visits of the article in hand were that could be read."""

    def close(self) -> None:
        self.scratch.close()
        self.db.close()

    def outdated(self, ids: tuple[int, int]) -> list[int]:
        """Of the articles from one id to another, those of which something else is derived by the code of today."""
        return [article_id for _, article_id in outdated(self.db, ids)]

    def rows(self, captures: list[int]) -> list[tuple[int, list[Row] | str]]:
        """The rows of the list pages of one walk, or why a page cannot be read."""
        found: list[tuple[int, list[Row] | str]] = []
        shape = None
        for recorded in self.recorded(captures):
            try:
                listed = read_list(self.reader(recorded), self.answer(recorded), shape)
            except Exception as error:  # a page may hold anything, and a crawl goes on all the same
                listed = reason_of(error)
            if isinstance(listed, str):
                found.append((recorded.id, listed))
            else:
                found.append((recorded.id, listed.items))
                shape = listed.shape or shape
        return found

    def replay(self, batch: tuple[int, list[Unit]]) -> tuple[int, list[Revision]]:
        """What came of each article of a batch, and how far it reaches."""
        reached, units = batch
        return reached, asyncio.run(self.replay_all(units))

    async def replay_all(self, units: list[Unit]) -> list[Revision]:
        answers = {one.id: one for one in self.recorded(one for unit in units for one in unit.visits)}
        self.scratch.execute("BEGIN")
        try:
            # of which crawl an answer is decides on what is gone
            self.scratch.executemany(
                "INSERT INTO captures (id, crawl_id, url, fetched_at, status, warc_file, warc_offset, warc_length)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                map(_CAPTURED, answers.values()),
            )
            return [
                await self.revision(
                    self.scratch, unit, [answers[one] for one in unit.visits if one in answers]
                )
                for unit in units
            ]
        finally:
            self.scratch.execute("ROLLBACK")

    async def revision(self, scratch: sqlite3.Connection, unit: Unit, visits: list[Recorded]) -> Revision:
        stored = self.stored(unit.key)
        article_id, now = stored if stored else (None, None)
        self.read_at.clear()
        try:
            await self.read(scratch, unit, visits, now)
        except Unreadable as error:
            return Revision(unit.key, article_id, reason=str(error))
        row = scratch.execute("SELECT id FROM articles WHERE url_key = ?", (unit.key,)).fetchone()
        found = history(scratch, row[0]) if row else None
        return compared(unit, article_id, now, found, self.read_at)

    async def read(
        self, scratch: sqlite3.Connection, unit: Unit, visits: list[Recorded], stored: History | None
    ) -> None:
        """Store every visit in turn. Raises :class:`Unreadable`."""
        rested_on = {row["capture_id"] for row in stored.versions} if stored else set()
        external = stored is not None and stored.article["status"] == "external"
        if rested_on - {one.id for one in visits} - ({None} if external else set()):
            raise Unreadable("a version rests on an answer that is not on record as an article's")
        events: list[tuple[str, int, Recorded | Listed]] = [(one.fetched_at, one.id, one) for one in visits]
        events += [(row.at, row.capture_id, row) for row in unit.rows if row.external]
        for at, _, event in sorted(events, key=lambda event: event[:2]):
            if isinstance(event, Listed):
                article = Article(event.url, event.title, event.date, status="external")
                tidy(article)
                store_article(scratch, article, self.site(event.crawl_id), at, [])
                continue
            try:
                await self.visit(scratch, unit, event, stored)
            except ArchiveError as error:
                raise Unreadable(str(error)) from error
            except Unreadable:
                if event.id in rested_on:
                    raise
            except Exception as error:
                if event.id in rested_on:
                    raise Unreadable(reason_of(error)) from error

    async def visit(
        self,
        scratch: sqlite3.Connection,
        unit: Unit,
        visit: Recorded,
        stored: History | None,
    ) -> None:
        """One visit as the crawl would have stored it. Raises :class:`Unreadable` where it is no article."""
        if visit.status in (404, 410):
            absent(scratch, unit.key, visit.crawl_id, visit.fetched_at, str(visit.status), visit.id)
            return
        if visit.status not in (200, 304, *REDIRECTS):
            return
        row = scratch.execute("SELECT status FROM articles WHERE url_key = ?", (unit.key,)).fetchone()
        listing = listing_of(unit, visit, known=row is not None and row[0] == "live")
        source = Source(self, visit, stored)
        article: Article | None = None
        problem: Failure | None = None
        reader = self.reader(visit)
        async for item in read_article(reader, source, self.answer(visit), visit.asked, listing, ANY_SIZE):
            if isinstance(item, Article):
                article = item
            else:
                problem = item
        if article is None:
            raise Unreadable(problem.reason if problem else "nothing could be read")
        if article.status == "gone":
            absent(scratch, unit.key, visit.crawl_id, visit.fetched_at, article.reason, visit.id)
            return
        if article.views is None and article.counter is not None and article.counter.url in source.missed:
            article.views = dict(stored.view_counts).get(visit.fetched_at) if stored else None
        tidy(article)
        if article.status == "live" and (
            reason := lacks(article) or self.doubted(scratch, unit, visit, article)
        ):
            raise Unreadable(reason)
        store_article(scratch, article, visit.site_id or "", visit.fetched_at, [])
        self.read_at.add(visit.fetched_at)

    def doubted(
        self, scratch: sqlite3.Connection, unit: Unit, visit: Recorded, article: Article
    ) -> str | None:
        """Why a reading that its crawl did not believe is not believed now: what was doubted is still not as before."""
        said = " ".join(self.doubts(visit.crawl_id).get(article.url, ()))
        names = [name for name, words in FIELDS.items() if words in said]
        if not names:
            return None
        row = scratch.execute(
            f"SELECT {', '.join(FIELDS)} FROM articles WHERE url_key = ?", (unit.key,)
        ).fetchone()
        if row is None:
            return None
        before = dict(zip(FIELDS, row, strict=True))
        changed = [name for name in names if before[name] != getattr(article, name)]
        return f"doubtful: {', '.join(changed)}" if changed else None

    # What is on record

    def doubts(self, crawl_id: int) -> dict[str, list[str]]:
        """By their articles, the readings that a crawl did not believe."""
        if crawl_id not in self.doubts_of:
            found: dict[str, list[str]] = {}
            self.doubts_of[crawl_id] = found
            for url, reason in self.db.execute(
                "SELECT url, reason FROM failures WHERE crawl_id = ? AND stage = 'validate'"
                " AND reason LIKE 'doubtful: %'",
                (crawl_id,),
            ):
                found.setdefault(url, []).append(reason)
        return self.doubts_of[crawl_id]

    def stored(self, key: str) -> tuple[int, History] | None:
        row = self.db.execute("SELECT id FROM articles WHERE url_key = ?", (key,)).fetchone()
        return (row[0], history(self.db, row[0])) if row else None

    def recorded(self, captures: Iterable[int]) -> list[Recorded]:
        found = self.db.execute(
            f"{CAPTURE} WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.fetched_at, c.id",
            (json.dumps(list(captures)),),
        )
        return [Recorded(*row) for row in found]

    def site(self, crawl_id: int) -> str:
        row = self.db.execute("SELECT site_id FROM crawls WHERE id = ?", (crawl_id,)).fetchone()
        return str(row[0]) if row else ""

    def reader(self, recorded: Recorded) -> NoticeSpider:
        return self.readers[recorded.site_id or ""]

    def answer(self, recorded: Recorded) -> Answer:
        headers, body = read_response(self.folder / recorded.file, recorded.offset, recorded.length)
        declared = next((value for name, value in headers if name.lower() == "content-type"), None)
        location = next((value for name, value in headers if name.lower() == "location"), "")
        capture = Capture(recorded.url, recorded.fetched_at, recorded.status, sha256=recorded.sha256)
        capture.id = recorded.id
        status = 200 if recorded.status == 304 else recorded.status
        return Answer(found_at(recorded.url, status, location), status, body, declared, capture)


class Source:
    """Brings what belongs to an article's page from the same crawl's answers."""

    def __init__(self, replayer: Replayer, visit: Recorded, stored: History | None) -> None:
        self.replayer, self.visit = replayer, visit
        self.missed: set[str] = set()
        self.known: dict[str, Any] = (
            {file["url"]: file["status"] for file in stored.attachments} if stored else {}
        )

    async def answer(self, url: str, referer: str, maxsize: int | None = None) -> Answer:
        asked = scrapy.Request(url).url  # as it was sent
        visit = self.visit
        row = self.replayer.db.execute(
            BELONGING_IMPORTED if visit.imported else BELONGING,
            {
                "url": asked,
                "crawl": visit.crawl_id,
                "after": visit.id,
                "site": visit.site_id,
                "at": visit.fetched_at,
            },
        ).fetchone()
        if row is None:
            self.missed.add(url)
            known = self.known.get(url)
            raise Unanswered("not on record", known if known in ("failed", "too_large") else "skipped")
        return self.replayer.answer(Recorded(*row))


def listing_of(unit: Unit, visit: Recorded, known: bool) -> Listing | None:
    """The row that led to a visit: the first of its crawl; to another look at what was known, the last one before.

    To one that another program made, any row that names it.
    """
    before = [row for row in unit.rows if (row.at, row.capture_id) < (visit.fetched_at, visit.id)]
    if visit.imported:
        before = sorted(unit.rows, key=lambda row: row not in before)
        return Listing("", before[0].title, before[0].date, bool(before[0].pinned)) if before else None
    if known:
        rows = [row for row in before if row.crawl_id != visit.crawl_id][-1:]
    else:
        rows = [row for row in before if row.crawl_id == visit.crawl_id]
    return Listing("", rows[0].title, rows[0].date, bool(rows[0].pinned)) if rows else None


def reason_of(error: Exception) -> str:
    if isinstance(error, ArchiveError):
        return str(error)
    return " ".join(f"{type(error).__name__}: {error}".split())
