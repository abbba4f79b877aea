"""The one writer of a process: a thread that puts captures on disk and items into the database, in batches.

What is queued is written in the order it was queued. A batch is one transaction, committed after its captures
are on disk; an item that fails takes nothing else with it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from lawcrawl.archive import warc
from lawcrawl.archive.crawls import close_crawl, insert_failure, open_crawl
from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.knowledge.derived import derive
from lawcrawl.archive.locks import lock_site
from lawcrawl.archive.presence import absent
from lawcrawl.archive.schema import connect
from lawcrawl.archive.store import Indexing, capture_id, put_listing, store_article
from lawcrawl.archive.warc import utc_now
from lawcrawl.items import Article, Capture, Exchange, Failure, Listing, Site
from lawcrawl.normalize import url_key

logger = logging.getLogger(__name__)

BATCH_SECONDS = 0.5
QUEUED = 400
"""Operations that may wait; whoever brings more waits for the disk."""


@dataclass(slots=True)
class Tally:
    """What a crawl has stored so far."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    known: int = 0
    """Rows of lists whose article the archive had."""
    gone: int = 0
    failed: int = 0
    seen: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Operation:
    """One thing to write; ``run`` is called in the thread with its connection."""

    run: Callable[[sqlite3.Connection], None]
    crawl_id: int | None = None
    url: str = ""
    exchange: Exchange | None = None
    capture: Capture | None = None
    done: threading.Event | None = None


class Writer:
    """Every method but :meth:`begin_crawl`, :meth:`flush` and :meth:`finish_crawl` returns at once.

    ``fatal`` is the sentence why nothing more can be written (a full disk), None as long as all is well; every
    call then raises :class:`ArchiveError` with it. What was committed stays.
    """

    def __init__(self, folder: Path, software: str, about: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.fatal: str | None = None
        self._tallies: dict[int, Tally] = {}
        self._locks: dict[int, TextIO] = {}
        self._captures = warc.Captures(folder / "warc", software, about)
        self._indexing: list[Indexing] = []
        self._queue: queue.SimpleQueue[Operation | None] = queue.SimpleQueue()
        self._hurry = threading.Event()
        self._room = threading.Event()
        self._db = connect(folder / "lawcrawl.db")
        self._thread = threading.Thread(target=self._work, name="archive writer", daemon=True)
        self._thread.start()

    # Crawls

    def begin_crawl(self, site: Site, channels: dict[str, str], options: dict[str, Any]) -> int:
        """Open a crawl of ``site``; its id. Raises :class:`ArchiveError` where another crawls it now."""
        lock = lock_site(self.folder, site.id)
        begun: list[int] = []
        error: list[Exception] = []

        def begin(db: sqlite3.Connection) -> None:
            begun.append(open_crawl(db, site, channels, options, utc_now()))

        try:
            self._put(Operation(begin))
            self.flush()
        except ArchiveError as refusal:
            lock.close()
            raise refusal
        if not begun:
            lock.close()
            raise ArchiveError(
                self.fatal or f"the crawl of {site.id} could not begin in {self.folder}: {error}"
            )
        self._tallies[begun[0]] = Tally()
        self._locks[begun[0]] = lock
        return begun[0]

    def finish_crawl(
        self,
        crawl_id: int,
        outcome: str,
        reason: str | None,
        requests: int,
        pages: int,
        stats: dict[str, Any],
        findings: list[dict[str, Any]] | None = None,
    ) -> None:
        """Close the crawl's row with all that was queued before it on disk; ``findings`` is what monitors found."""

        def finish(db: sqlite3.Connection) -> None:
            tally = self.tally(crawl_id)
            values = {
                "finished_at": utc_now(),
                "outcome": outcome,
                "reason": reason,
                "requests": requests,
                "pages": pages,
                "new": tally.new,
                "changed": tally.changed,
                "unchanged": tally.unchanged,
                "gone": tally.gone,
                "failed": tally.failed,
                "stats": json.dumps(stats, ensure_ascii=False, default=str),
                "findings": None if findings is None else json.dumps(findings, ensure_ascii=False),
            }
            close_crawl(db, crawl_id, values)

        try:
            self._put(Operation(finish, crawl_id))
            self.flush()
        finally:
            if lock := self._locks.pop(crawl_id, None):
                lock.close()

    def tally(self, crawl_id: int) -> Tally:
        return self._tallies[crawl_id]

    # What a crawl brings

    def capture(self, crawl_id: int, exchange: Exchange) -> Capture:
        """Queue a response for the record; the capture's id is known before anything queued later is written."""
        capture = Capture(exchange.url, exchange.fetched_at, exchange.status)
        asked = (exchange.kind, exchange.asked_url, exchange.channel)

        def insert(db: sqlite3.Connection) -> None:
            cursor = db.execute(
                "INSERT INTO captures (crawl_id, url, fetched_at, status, media_type, sha256, etag, last_modified,"
                " warc_file, warc_offset, warc_length, payload_id, kind, asked_url, channel_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT h.id FROM channels h"
                " JOIN crawls r ON r.site_id = h.site_id WHERE h.url = ? AND r.id = ?))",
                (
                    *(crawl_id, capture.url, capture.fetched_at, capture.status, capture.media_type),
                    *(capture.sha256, capture.etag, capture.last_modified),
                    *(capture.warc_file, capture.warc_offset, capture.warc_length, capture.payload_id),
                    *(*asked, crawl_id),
                ),
            )
            capture.id = cursor.lastrowid

        self._put(Operation(insert, crawl_id, exchange.url, exchange, capture))
        return capture

    def store(self, crawl_id: int, article: Article, site_id: str) -> None:
        """Queue an article with all that belongs to it: one transaction, or nothing of it."""

        def put(db: sqlite3.Connection) -> None:
            now = article.capture.fetched_at if article.capture else utc_now()
            outcome = store_article(db, article, site_id, now, self._indexing)
            tally = self.tally(crawl_id)
            setattr(tally, outcome, getattr(tally, outcome) + 1)

        self._put(Operation(put, crawl_id, article.url))

    def seen(self, crawl_id: int, site_id: str, url: str, listing: Listing, *, asked: bool = False) -> None:
        """Queue a known article's row of a list; ``asked``: its page is asked for too, and what comes is counted."""

        def put(db: sqlite3.Connection) -> None:
            row = db.execute(
                "SELECT id, first_seen_at FROM articles WHERE url_key = ?", (url_key(url),)
            ).fetchone()
            if row is None:
                return
            now = utc_now()
            put_listing(db, site_id, row[0], listing, now)
            db.execute("UPDATE articles SET last_seen_at = ? WHERE id = ?", (now, row[0]))
            tally = self.tally(crawl_id)
            [started] = db.execute("SELECT started_at FROM crawls WHERE id = ?", (crawl_id,)).fetchone()
            if row[1] < started and row[0] not in tally.seen and not asked:
                tally.seen.add(row[0])
                tally.known += 1

        self._put(Operation(put, crawl_id, url))

    def gone(self, crawl_id: int, url: str, capture: Capture | None, reason: str | None = None) -> None:
        """Queue a page's own answer that it is not there. It is gone when two crawls heard so in a row."""

        def put(db: sqlite3.Connection) -> None:
            now = capture.fetched_at if capture else utc_now()
            if absent(db, url_key(url), crawl_id, now, reason, capture_id(capture)):
                self.tally(crawl_id).gone += 1

        self._put(Operation(put, crawl_id, url))

    def failure(self, crawl_id: int, failure: Failure) -> None:
        def put(db: sqlite3.Connection) -> None:
            insert_failure(db, crawl_id, failure)
            self.tally(crawl_id).failed += 1

        self._put(Operation(put, crawl_id, failure.url))

    def channel_seen(
        self, site_id: str, url: str, claimed: int | None, name: str | None = None, site: str | None = None
    ) -> None:
        """Queue what a list says of itself. A channel and a site known by address alone take the names it shows."""

        def put(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE channels SET claimed = coalesce(?, claimed), name = CASE WHEN name = url THEN coalesce(?, name)"
                " ELSE name END, last_crawled_at = ? WHERE site_id = ? AND url = ?",
                (claimed, name, utc_now(), site_id, url),
            )
            if site:
                db.execute("UPDATE sites SET name = ? WHERE id = ? AND name IS NULL", (site, site_id))

        self._put(Operation(put))

    def walked(self, crawl_id: int, site_id: str, url: str, claimed: int | None) -> None:
        """Queue that every page of a channel was walked, to the end."""

        def put(db: sqlite3.Connection) -> None:
            now = utc_now()
            db.execute(
                "INSERT OR REPLACE INTO walks SELECT h.id, r.started_at, ?, r.id, ? FROM crawls r"
                " JOIN channels h ON h.site_id = r.site_id WHERE r.id = ? AND h.url = ?",
                (now, claimed, crawl_id, url),
            )
            db.execute(
                "UPDATE channels SET walked_at = ?, claimed = coalesce(?, claimed) WHERE site_id = ? AND url = ?",
                (now, claimed, site_id, url),
            )

        self._put(Operation(put, crawl_id, url))

    # The thread

    def _put(self, operation: Operation) -> None:
        if self.fatal is not None:
            raise ArchiveError(self.fatal)
        self._queue.put(operation)
        if self._queue.qsize() >= QUEUED:
            self._room.clear()
            self._hurry.set()
            if self._queue.qsize() >= QUEUED:  # not yet taken meanwhile
                self._room.wait()

    def flush(self) -> None:
        """Wait until all that was queued is on disk. Raises :class:`ArchiveError` where it cannot be."""
        done = threading.Event()
        self._queue.put(Operation(lambda db: None, done=done))
        self._hurry.set()
        done.wait()
        if self.fatal is not None:
            raise ArchiveError(self.fatal)

    def close(self) -> None:
        """Write what is queued and end the thread."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._hurry.set()
            self._thread.join()
        for lock in self._locks.values():
            lock.close()
        self._locks.clear()
        self._db.close()
        try:
            self._captures.close()
        except OSError as error:
            raise ArchiveError(
                self.fatal or f"{self.folder / 'warc'} could not be closed: {error}"
            ) from error

    def _work(self) -> None:
        running = True
        while running:
            batch = self._collect()
            running = batch[-1] is not None
            operations = [operation for operation in batch if operation is not None]
            try:
                if self.fatal is None:
                    self._write(operations)
            except Exception as error:
                if not isinstance(error, (OSError, sqlite3.Error)):
                    logger.exception("a fault of the archive's writer; please report it")
                self.fatal = f"{self.folder} takes nothing more: {error or type(error).__name__}; what was stored before is safe"
            finally:
                for operation in operations:
                    if operation.done is not None:
                        operation.done.set()

    def _collect(self) -> list[Operation | None]:
        """The next batch: what is queued, after a moment for more to come unless somebody waits.

        The thread is woken once a batch, not once an operation: every waking takes the crawl's turn.
        """
        batch = [self._queue.get()]
        self._hurry.wait(BATCH_SECONDS)
        self._hurry.clear()
        while batch[-1] is not None and not self._queue.empty():
            batch.append(self._queue.get())
        self._room.set()
        return batch

    def _write(self, operations: list[Operation]) -> None:
        """One batch: captures on disk first, then one transaction that points at them."""
        for operation in operations:
            if operation.exchange is not None and operation.capture is not None:
                self._record(operation.exchange, operation.capture)
                operation.exchange = None
        self._captures.sync()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for operation in operations:
                self._apply(operation)
            derive(self._db, self._indexing)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        finally:
            self._indexing.clear()

    def _record(self, exchange: Exchange, capture: Capture) -> None:
        """Put an exchange on disk; one whose body is on record already refers to it (WARC 1.1, 6.7)."""
        headers = {name.lower(): value for name, value in exchange.response_headers}
        capture.media_type = headers.get("content-type", "").partition(";")[0].strip().lower() or None
        capture.etag = headers.get("etag")
        capture.last_modified = headers.get("last-modified")
        if exchange.status != 304:
            body = warc.decoded(exchange.response_body, exchange.response_headers)
            capture.sha256 = hashlib.sha256(body).hexdigest()
        earlier = self._earlier(capture) if exchange.status == 304 or exchange.response_body else None
        if earlier and exchange.status != 304 and not self._captures.holds(earlier, exchange.response_body):
            earlier = None
        if earlier is not None:
            capture.payload_id, capture.sha256 = earlier.capture_id, earlier.sha256
        place = self._captures.write(exchange, earlier)
        capture.warc_file, capture.warc_offset, capture.warc_length = place

    def _earlier(self, capture: Capture) -> warc.Payload | None:
        """The newest full record of this address: any for a 304, else one with the same body."""
        row = self._db.execute(
            "SELECT id, url, fetched_at, sha256, warc_file, warc_offset FROM captures WHERE url = ? AND payload_id IS NULL"
            " AND status = CASE WHEN ? = 304 THEN 200 ELSE ? END AND (? = 304 OR sha256 = ?)"
            " AND fetched_at <= ? ORDER BY fetched_at DESC, id DESC LIMIT 1",
            (capture.url, *[capture.status] * 3, capture.sha256, capture.fetched_at),
        ).fetchone()
        return warc.Payload(*row) if row else None

    def _apply(self, operation: Operation) -> None:
        """One item in a savepoint: what is wrong with it alone becomes a failure of its own."""
        if operation.capture is not None:  # one statement of ours, whose values come from no page
            operation.run(self._db)
            return
        indexed = len(self._indexing)
        self._db.execute("SAVEPOINT item")
        try:
            operation.run(self._db)
        except sqlite3.OperationalError:
            raise  # a full disk, a lost file: not the item's fault
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            self._db.execute("ROLLBACK TO item")
            del self._indexing[indexed:]
            if operation.crawl_id is None:
                raise
            reason = f"{type(error).__name__}: {error}"
            insert_failure(self._db, operation.crawl_id, Failure(operation.url, "store", reason))
            self.tally(operation.crawl_id).failed += 1
        self._db.execute("RELEASE item")
