"""What there is to read anew, and in which order: a private database beside the archive's own.

A visit is the last answer that a crawl had from an article's address: what a retry, a redirect or a wait led to.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from lawcrawl.items import Row
from lawcrawl.normalize import url_key

BATCH = 48
"""Articles that one process reads at a time."""

SCHEMA = """
CREATE TABLE visits (key TEXT, crawl_id INTEGER, capture_id INTEGER, PRIMARY KEY (key, crawl_id)) WITHOUT ROWID;
CREATE TABLE rows (
    key TEXT, crawl_id INTEGER, capture_id INTEGER, at TEXT, channel_id INTEGER, url TEXT, title TEXT, date TEXT,
    pinned INTEGER, external INTEGER, imported INTEGER
);
CREATE TABLE units (first INTEGER, key TEXT, PRIMARY KEY (first, key)) WITHOUT ROWID;
"""
ANSWERS = "SELECT id, coalesce(crawl_id, 0), coalesce(asked_url, url) FROM captures WHERE kind = 'article' ORDER BY id"
# What was stored without its crawl saying what the answers were asked for as.
UNNAMED = (
    "SELECT a.url_key, coalesce(c.crawl_id, 0), c.id FROM (SELECT article_id, capture_id FROM versions"
    " UNION SELECT id, capture_id FROM articles) v JOIN captures c ON c.id = v.capture_id"
    " JOIN articles a ON a.id = v.article_id WHERE c.kind IS NULL ORDER BY c.id"
)
LIST_ANSWERS = (
    "SELECT c.crawl_id, c.channel_id, c.id FROM captures c JOIN crawls r ON r.id = c.crawl_id WHERE c.kind = 'list'"
    " AND c.channel_id IS NOT NULL AND c.status IN (200, 304) AND (:crawls IS NULL OR r.site_id IN (SELECT site_id FROM"
    " crawls WHERE id IN (SELECT value FROM json_each(:crawls)))) ORDER BY 1, 2, 3"
)


@dataclass(slots=True, frozen=True)
class Listed:
    """One row of a list page, as it is read now."""

    crawl_id: int
    capture_id: int
    at: str
    """When the page answered."""
    channel_id: int
    url: str
    title: str | None
    date: str | None
    pinned: int
    external: int
    """The crawl that saw it kept it as the list tells it."""
    imported: int
    """Another program put the page on record; nothing but that tells when the row was seen."""


@dataclass(slots=True)
class Unit:
    """One article: the answers it was read from, and the rows that listed it, each in order."""

    key: str
    visits: list[int] = field(default_factory=list)
    """Ids of captures."""
    rows: list[Listed] = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class Options:
    """What the user asked of a crawl, as far as it decides which rows were kept."""

    since: str = ""
    until: str = "9999"
    follow_external: bool = False
    limit: int = 0
    imported: bool = False

    @classmethod
    def of(cls, text: str | None) -> Options:
        asked: dict[str, Any] = json.loads(text or "{}")
        follow, limit = bool(asked.get("follow_external")), int(asked.get("limit") or 0)
        since, until = asked.get("since") or "", asked.get("until") or "9999"
        return cls(since, until, follow, limit, "import" in asked)

    def within(self, date: str | None) -> bool:
        """As the crawl decides it; a row without a date lies within."""
        shown = date or self.since
        return self.since <= shown[: len(self.since) or None] and shown <= self.until + "~"


class Plan:
    """The visits of every article, and the rows of every list once they are read.

    ``sites``: only articles of these. ``crawls``: only articles that these answered or listed, with all that there is
    of them.
    """

    def __init__(
        self,
        archive: sqlite3.Connection,
        sites: tuple[str, ...] | None,
        crawls: tuple[int, ...] | None = None,
    ) -> None:
        self.archive, self.sites = archive, sites
        self.crawls = None if crawls is None else json.dumps(crawls)
        self.db = sqlite3.connect("", isolation_level=None)  # a file of its own, gone with the connection
        self.db.executescript(SCHEMA)
        self.db.execute("BEGIN")
        put = "INSERT OR REPLACE INTO visits VALUES (?, ?, ?)"
        self.db.executemany(put, ((url_key(url), crawl, one) for one, crawl, url in archive.execute(ANSWERS)))
        self.db.executemany(put, archive.execute(UNNAMED))
        self.options = {
            crawl: Options.of(text) for crawl, text in archive.execute("SELECT id, options FROM crawls")
        }
        self.site_of = dict(archive.execute("SELECT id, site_id FROM crawls"))
        self.taken: Counter[tuple[int, int]] = Counter()
        """For each crawl and column, how many rows were kept."""

    def lists(self) -> list[list[int]]:
        """The captures of list pages, a crawl's walk through a column at a time."""
        walks = groupby(
            self.archive.execute(LIST_ANSWERS, {"crawls": self.crawls}).fetchall(), key=lambda row: row[:2]
        )
        return [[row[2] for row in walk] for _, walk in walks]

    def put_rows(self, capture_id: int, rows: list[Row]) -> None:
        """Note what a list page shows."""
        [(crawl_id, channel_id, at)] = self.archive.execute(
            "SELECT crawl_id, channel_id, fetched_at FROM captures WHERE id = ?", (capture_id,)
        )
        options = self.options[crawl_id]
        rows = [row for row in rows if options.within(row.date)]
        if options.limit:
            rows = rows[: max(0, options.limit - self.taken[crawl_id, channel_id])]
        self.taken[crawl_id, channel_id] += len(rows)
        self.db.executemany(
            "INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(url_key(row.url), crawl_id, capture_id, at, channel_id, row.url, row.title, row.date),
                    *(row.pinned, row.external and not options.follow_external, options.imported),
                )
                for row in rows
            ],
        )

    def order(self, after: int) -> int:
        """Put what is left in order, once the lists are read; how many articles there are in all."""
        self.db.execute("CREATE INDEX rows_key ON rows(key)")
        self.db.execute(
            "INSERT INTO units SELECT min(first), key FROM (SELECT key, min(capture_id) AS first FROM visits GROUP BY key"
            " UNION ALL SELECT key, min(capture_id) FROM rows WHERE external GROUP BY key) GROUP BY key"
        )
        if self.sites is not None:
            foreign = [
                (key,) for (key,) in self.db.execute("SELECT key FROM units") if not self.is_asked(key)
            ]
            self.db.executemany("DELETE FROM units WHERE key = ?", foreign)
        if self.crawls is not None:
            self.db.execute(
                "DELETE FROM units WHERE key NOT IN (SELECT key FROM visits WHERE crawl_id IN (SELECT value FROM json_each(:crawls))"
                " UNION SELECT key FROM rows WHERE crawl_id IN (SELECT value FROM json_each(:crawls)))",
                {"crawls": self.crawls},
            )
        [(count,)] = self.db.execute("SELECT count(*) FROM units")
        self.db.execute("DELETE FROM units WHERE first <= ?", (after,))
        return int(count)

    def is_asked(self, key: str) -> bool:
        """Whether an article belongs to one of the sites asked for: to whose crawl found it first."""
        assert self.sites is not None
        stored = self.archive.execute("SELECT site_id FROM articles WHERE url_key = ?", (key,)).fetchone()
        if stored is None:
            [(crawl_id,)] = self.db.execute(
                "SELECT crawl_id FROM (SELECT crawl_id, capture_id FROM visits WHERE key = :key UNION ALL"
                " SELECT crawl_id, capture_id FROM rows WHERE key = :key) ORDER BY capture_id LIMIT 1",
                {"key": key},
            )
            stored = (self.site_of.get(crawl_id),)
        return stored[0] in self.sites

    def batches(self) -> Iterator[tuple[int, list[Unit]]]:
        """Articles in order of their first answer, and up to which answer each batch reaches."""
        batch: list[tuple[int, str]] = []
        for first, key in self.db.execute("SELECT first, key FROM units ORDER BY first, key"):
            if len(batch) >= BATCH and batch[-1][0] != first:
                yield batch[-1][0], [self.unit(one) for _, one in batch]
                batch = []
            batch.append((first, key))
        if batch:
            yield batch[-1][0], [self.unit(one) for _, one in batch]

    def unit(self, key: str) -> Unit:
        visits = self.db.execute("SELECT capture_id FROM visits WHERE key = ?", (key,)).fetchall()
        rows = self.db.execute(
            "SELECT crawl_id, capture_id, at, channel_id, url, title, date, pinned, external, imported FROM rows WHERE key = ?"
            " ORDER BY at, capture_id, rowid",
            (key,),
        )
        return Unit(key, [one for (one,) in visits], [Listed(*row) for row in rows])
