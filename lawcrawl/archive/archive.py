"""An archive: one folder, opened to be asked and to be written."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from lawcrawl.archive.asking import Asking
from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.presence import LAST_STATUS
from lawcrawl.archive.schema import PATIENCE, open_database
from lawcrawl.archive.warc import read_response
from lawcrawl.archive.writer import Writer
from lawcrawl.normalize import url_key

if TYPE_CHECKING:
    import sqlite_utils

DAY = 86_400
TRUSTED = 30 * DAY
"""Seconds for which a server is believed that a page has not changed."""
NEVER_SOONER, NEVER_LATER = DAY, 180 * DAY
BLOCKED = "blocked: "
"""How a crawl's reason begins where the site barred it."""
FIRST_PAUSE, LONGEST_PAUSE = DAY // 4, 14 * DAY
UNLISTED_SINCE = (
    "EXISTS (SELECT 1 FROM listings l JOIN walks w ON w.channel_id = l.channel_id AND w.began_at > l.last_seen_at"
    " AND w.ended_at > articles.checked_at WHERE l.article_id = articles.id)"
)
"""Whether a column's list was read to its end and did not show the article of a query's row, since it was fetched."""
DUE = (
    "SELECT id, checked_at FROM articles INDEXED BY articles_checked_at WHERE site_id = :site AND status IN ('live', 'gone')"
    " AND (abs(unixepoch(:now) - unixepoch(checked_at)) >= min(:latest, :pace * (unixepoch(checked_at) - unixepoch(changed_at)))"
    f" OR ({LAST_STATUS}) = 'missing' OR {UNLISTED_SINCE})"
)
"""A site's articles that were not looked at for as long as they have been seen unchanged, times the site's pace."""
PACE = (
    "SELECT (total(unchanged) + 20) / (20 * (total(changed) + 1)) FROM (SELECT changed, unchanged FROM crawls"
    " WHERE site_id = ? AND finished_at IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 100)"
)
"""1 where one look in twenty finds a change, and where nothing is known; more where fewer do."""
SLOWEST, FASTEST = 4.0, 0.5


@dataclass(slots=True, frozen=True)
class Known:
    """What the archive has of an article."""

    id: int
    url: str
    status: str
    version: int
    checked_at: str | None
    changed_at: str


@dataclass(slots=True, frozen=True)
class Validators:
    """What a server said a body is known by (RFC 9110, 8.8), and the capture that holds the body."""

    etag: str | None
    last_modified: str | None
    payload_id: int


@dataclass(slots=True, frozen=True)
class Answered:
    """An answer on record."""

    fetched_at: str
    body: bytes
    """Decoded; empty where the address had nothing."""


class Archive(Asking):
    """The archive in the folder ``path``.

    Raises :class:`ArchiveError`, with one sentence, for a path that is no folder, is not writable, or holds a
    database that is foreign, broken, newer or locked for ``patience`` seconds; with ``create=False`` for one that is not there.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        create: bool = True,
        read_only: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self.path = Path(path)
        self.file = self.path / "lawcrawl.db"
        if self.path.exists() and not self.path.is_dir():
            raise ArchiveError(
                f"{self.path} is a file, not an archive's folder; name a folder with --archive"
            )
        if not self.file.exists() and (read_only or not create):
            raise ArchiveError(
                f"there is no archive in {self.path}; 'lawcrawl crawl' makes one, --archive names another"
            )
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.connection = open_database(self.file, read_only=read_only, patience=patience)
            if not read_only:
                (self.path / "reports").mkdir(exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"{self.path} cannot be used: {error.strerror or error}") from error
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise ArchiveError(
                    f"{self.file} is locked by another program; close it, or try again"
                ) from error
            raise ArchiveError(f"{self.file} cannot be opened: {error}; restore it from a copy") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    @cached_property
    def db(self) -> sqlite_utils.Database:
        """The same connection as sqlite-utils has it."""
        import sqlite_utils

        return sqlite_utils.Database(self.connection)

    def writer(self, software: str, about: Mapping[str, str] | None = None) -> Writer:
        """The process's one writer; ``software`` and the fields of ``about`` are named in the captures' files."""
        return Writer(self.path, software, about)

    # What is known

    def known(self, urls: Iterable[str]) -> dict[str, Known]:
        """The articles of these addresses, by :func:`~lawcrawl.normalize.url_key`."""
        keys = json.dumps([url_key(url) for url in urls])
        found = self.connection.execute(
            "SELECT url_key, id, url, status, version, checked_at, changed_at FROM articles"
            " WHERE url_key IN (SELECT value FROM json_each(?))",
            (keys,),
        )
        return {row[0]: Known(*row[1:]) for row in found}

    def unheard(self, urls: Iterable[str]) -> set[str]:
        """Those of ``urls`` that nothing was ever answered from."""
        found = self.connection.execute(
            "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM captures WHERE url = value)",
            (json.dumps([*urls]),),
        )
        return {url for (url,) in found}

    def left_alone(self, site_id: str, crawl_id: int) -> int:
        """How many articles of a site were there before a crawl and not fetched by it."""
        [[count]] = self.connection.execute(
            "WITH crawl AS (SELECT started_at FROM crawls WHERE id = :crawl) SELECT"
            " (SELECT count(*) FROM articles WHERE site_id = :site AND checked_at < (SELECT started_at FROM crawl))"
            " + (SELECT count(*) FROM articles WHERE site_id = :site AND checked_at IS NULL"
            " AND first_seen_at < (SELECT started_at FROM crawl))",
            {"site": site_id, "crawl": crawl_id},
        ).fetchall()
        return int(count)

    def channel(self, site_id: str, url: str) -> dict[str, Any] | None:
        return self._one("SELECT * FROM channels WHERE site_id = ? AND url = ?", (site_id, url))

    def reading(self, url: str) -> dict[str, Any] | None:
        """What the newest good reading of an article said; None where the archive has none."""
        return self._one(
            "SELECT title, published, source, author, doc_number, issuer, text, status, version FROM articles"
            " WHERE url_key = ?",
            (url_key(url),),
        )

    def validators(self, url: str, now: str) -> Validators | None:
        """What to ask with whether a page has changed; None where that is not known or not to be trusted.

        Not trusted: a server that once sent another body under the same ``ETag`` or ``Last-Modified``; and nothing is,
        for longer than a month, without a look at the page itself.
        """
        found = self._one(
            "SELECT coalesce(c.etag, p.etag) AS etag, coalesce(c.last_modified, p.last_modified) AS last_modified,"
            " p.id AS payload_id FROM captures c"
            " JOIN captures p ON p.id = coalesce(c.payload_id, c.id)"
            " WHERE c.id = (SELECT id FROM captures WHERE url = :url AND status IN (200, 304)"
            " ORDER BY fetched_at DESC, id DESC LIMIT 1) AND p.status = 200"
            " AND coalesce(c.etag, p.etag, c.last_modified, p.last_modified) IS NOT NULL"
            " AND abs(unixepoch(:now) - unixepoch(p.fetched_at)) < :trusted AND NOT EXISTS (SELECT 1 FROM captures o"
            " WHERE o.url = :url AND o.sha256 != c.sha256 AND (o.etag = p.etag OR o.last_modified = p.last_modified))",
            {"url": url, "now": now, "trusted": TRUSTED},
        )
        return Validators(**found) if found else None

    def last_answer(self, url: str) -> Answered | None:
        """What an address answered when it last had, or was sure not to have, what was asked for."""
        found = self._one(
            "SELECT id, status, fetched_at FROM captures WHERE (url = ?1 OR asked_url = ?1)"
            " AND (status IN (200, 304) OR status BETWEEN 400 AND 499 AND status != 429)"
            " ORDER BY fetched_at DESC, id DESC LIMIT 1",
            (url,),
        )
        if found is None:
            return None
        body = self.read_capture(found["id"])[1] if found["status"] < 400 else b""
        return Answered(found["fetched_at"], body)

    def refused(self, site_id: str) -> tuple[str, str] | None:
        """What barred the last crawls of a site and until when it is left alone; None where nothing does now.

        The pause is six hours after the first refusal and doubles with each further one, up to two weeks.
        """
        rows = self.connection.execute(
            "SELECT reason, finished_at FROM crawls WHERE site_id = ? AND finished_at IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 8",
            (site_id,),
        ).fetchall()
        barred = list(itertools.takewhile(lambda row: (row[0] or "").startswith(BLOCKED), rows))
        if not barred:
            return None
        pause = min(FIRST_PAUSE * 2 ** (len(barred) - 1), LONGEST_PAUSE)
        [[until, over]] = self.connection.execute(
            "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', unixepoch(?) + ?, 'unixepoch'), abs(unixepoch('now') - unixepoch(?)) >= ?",
            (barred[0][1], pause, barred[0][1], pause),
        ).fetchall()
        return None if over else (barred[0][0].removeprefix(BLOCKED), until)

    def due(self, site_id: str, limit: int, now: str) -> list[dict[str, Any]]:
        """Articles that should be looked at again, the longest unchecked first.

        The interval is what the article's own history says: as long as it has been seen unchanged, so that it
        doubles while nothing changes; times the site's pace; never under a day or over 180. One that was missing, or
        that a list showed no longer since, is due after a day. With each is how a list showed it last.
        """
        return self._all(
            f"SELECT a.id, a.url, a.status, l.title_shown, l.date_shown FROM (SELECT * FROM ({DUE} AND checked_at <="
            " strftime('%Y-%m-%dT%H:%M:%SZ', :now, '-' || :soonest || ' seconds') ORDER BY checked_at LIMIT :limit) UNION ALL"
            f" SELECT * FROM ({DUE} AND checked_at >= strftime('%Y-%m-%dT%H:%M:%SZ', :now, :soonest || ' seconds')"
            " ORDER BY checked_at LIMIT :limit)) due JOIN articles a ON a.id = due.id LEFT JOIN listings l"
            " ON (l.channel_id, l.article_id) = (SELECT channel_id, article_id FROM listings WHERE article_id = a.id"
            " ORDER BY last_seen_at DESC, channel_id LIMIT 1) ORDER BY due.checked_at LIMIT :limit",
            {
                "site": site_id,
                "now": now,
                "limit": limit,
                "pace": self.pace(site_id),
                "soonest": NEVER_SOONER,
                "latest": NEVER_LATER,
            },
        )

    def pace(self, site_id: str) -> float:
        """How much longer than an article of average habits one of this site may be left alone: from 0.5, where its
        last hundred crawls saw many edits, to 4, where they looked again and again at what had not changed."""
        [[pace]] = self.connection.execute(PACE, (site_id,)).fetchall()
        return min(max(float(pace), FASTEST), SLOWEST)

    def read_capture(self, capture_id: int) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and decoded body of a capture. Raises :class:`ArchiveError` where it cannot be read."""
        found = self._one(
            "SELECT p.warc_file, p.warc_offset, p.warc_length FROM captures c"
            " JOIN captures p ON p.id = coalesce(c.payload_id, c.id) WHERE c.id = ?",
            (capture_id,),
        )
        if found is None:
            raise ArchiveError(f"{self.path} has no capture {capture_id}")
        return read_response(self.path / found["warc_file"], found["warc_offset"], found["warc_length"])

    def _all(self, sql: str, values: Any = ()) -> list[dict[str, Any]]:
        cursor = self.connection.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _one(self, sql: str, values: Any = ()) -> dict[str, Any] | None:
        found = self._all(sql, values)
        return found[0] if found else None
