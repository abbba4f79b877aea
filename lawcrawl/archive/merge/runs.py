"""What was crawled, taken from one archive into another: every row but those of articles, known again by what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.revise import Row, marks

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""

CRAWL = (
    *(
        "site_id",
        "started_at",
        "finished_at",
        "outcome",
        "reason",
        "options",
        "requests",
        "pages",
        "new",
        "changed",
    ),
    *("unchanged", "gone", "failed", "stats", "findings"),
)
CAPTURE = (
    *(
        "crawl_id",
        "url",
        "fetched_at",
        "status",
        "media_type",
        "sha256",
        "etag",
        "last_modified",
        "warc_file",
    ),
    *("warc_offset", "warc_length", "payload_id", "kind", "asked_url", "channel_id"),
)
SEAL = (
    *(
        "crawl_id",
        "rebuild_id",
        "chain",
        "number",
        "sealed_at",
        "captures",
        "versions",
        "manifest",
        "previous",
    ),
    *("digest", "stamp"),
)
REBUILD = (
    *("started_at", "finished_at", "software", "sites", "last_capture_id", "articles", "changed", "report"),
)
FAILURE = ("crawl_id", "channel_id", "url", "stage", "reason", "attempts", "at")
NAME = "substr(warc_file, 1 + length(rtrim(warc_file, replace(warc_file, '/', ''))))"
FIRST_ANSWER = f"SELECT url, fetched_at, {NAME}, warc_offset, sha256 FROM captures WHERE crawl_id = ? ORDER BY 2, 3, 4 LIMIT 1"


@dataclass(slots=True)
class Taken:
    """What an archive brought that was not there."""

    archive: str
    files: int = 0
    sites: int = 0
    channels: int = 0
    crawls: int = 0
    captures: int = 0
    articles: int = 0
    changed: int = 0
    """Articles that were there and got something."""
    versions: int = 0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Runs:
    """The rows taken in; of each table, by its number there, the number that a row has here."""

    def __init__(
        self,
        ours: sqlite3.Connection,
        theirs: sqlite3.Connection,
        files: dict[str, str],
        taken: Taken,
        progress: Progress,
    ) -> None:
        self.ours, self.theirs = ours, theirs
        self.files, self.taken, self.progress = files, taken, progress
        self.channels: dict[int, int] = {}
        self.crawls: dict[int, int] = {}
        self.captures: dict[int, int] = {}
        self.rebuilds: dict[int, int] = {}
        self.seals: dict[int, int] = {}

    def take(self) -> None:
        """Inside a transaction. Raises :class:`ArchiveError` for a crawl that ended in two ways."""
        self.take_sites()
        self.take_channels()
        self.take_crawls()
        self.take_walks()
        self.take_captures()
        self.take_failures()
        self.take_rebuilds()
        self.take_seals()

    def rows(self, sql: str, values: Iterable[Any] = ()) -> list[Row]:
        """Theirs."""
        return rows(self.theirs, sql, values)

    def take_sites(self) -> None:
        """A site as the archive has it that crawled it last; what that one does not say, as the other does."""
        last = "SELECT *, (SELECT max(started_at) FROM crawls WHERE site_id = sites.id) AS last FROM sites"
        known = {row["id"]: row for row in rows(self.ours, last)}
        columns = ("name", "url", "family", "region", "added_at")
        for theirs in self.rows(last):
            ours = known.get(theirs["id"])
            if ours is None:
                self.ours.execute(
                    "INSERT INTO sites (id, name, url, family, region, added_at) VALUES (?, ?, ?, ?, ?, ?)",
                    (theirs["id"], *(theirs[name] for name in columns)),
                )
                self.taken.sites += 1
                continue
            by_age = sorted((ours, theirs), key=lambda row: (row["last"] or "", str(row["url"])))
            found = {
                name: next((row[name] for row in reversed(by_age) if row[name] is not None), None)
                for name in columns
            }
            found["added_at"] = min(ours["added_at"], theirs["added_at"])
            self.ours.execute(
                f"UPDATE sites SET {assigned(columns)} WHERE id = ?", (*found.values(), theirs["id"])
            )

    def take_channels(self) -> None:
        columns = ("name", "claimed", "walked_at", "last_crawled_at")
        for theirs in self.rows("SELECT * FROM channels ORDER BY id"):
            key = (theirs["site_id"], theirs["url"])
            known = rows(self.ours, "SELECT * FROM channels WHERE site_id = ? AND url = ?", key)
            if not known:
                cursor = self.ours.execute(
                    "INSERT INTO channels (site_id, url, name, claimed, walked_at, last_crawled_at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (*key, *(theirs[name] for name in columns)),
                )
                self.channels[theirs["id"]] = cursor.lastrowid or 0
                self.taken.channels += 1
                continue
            [ours] = known
            self.channels[theirs["id"]] = ours["id"]
            by_age = sorted((ours, theirs), key=lambda row: (row["last_crawled_at"] or "", str(row["name"])))
            newer, older = by_age[1], by_age[0]
            walked = max((row["walked_at"] for row in by_age if row["walked_at"]), default=None)
            claimed = older["claimed"] if newer["claimed"] is None else newer["claimed"]
            self.ours.execute(
                f"UPDATE channels SET {assigned(columns)} WHERE id = ?",
                (newer["name"], claimed, walked, newer["last_crawled_at"], ours["id"]),
            )

    def take_crawls(self) -> None:
        taken: set[int] = set()
        for theirs in self.rows("SELECT * FROM crawls ORDER BY started_at, id"):
            ours = self.same_crawl(theirs, taken)
            if ours is None:
                cursor = self.ours.execute(
                    f"INSERT INTO crawls ({', '.join(CRAWL)}) VALUES ({marks(CRAWL)})",
                    [theirs[n] for n in CRAWL],
                )
                self.crawls[theirs["id"]] = cursor.lastrowid or 0
                self.taken.crawls += 1
                continue
            self.crawls[theirs["id"]] = ours["id"]
            if ours["finished_at"] is None and theirs["finished_at"] is not None:
                self.ours.execute(
                    f"UPDATE crawls SET {assigned(CRAWL)} WHERE id = ?",
                    (*(theirs[n] for n in CRAWL), ours["id"]),
                )
                self.taken.crawls += 1
            elif theirs["finished_at"] is not None and any(theirs[n] != ours[n] for n in CRAWL):
                raise ArchiveError(
                    f"the crawl of {theirs['site_id']} begun at {theirs['started_at']} ended otherwise in {self.taken.archive}"
                    " than here: one was copied while it was crawled; crawl into one of them alone"
                )
            taken.add(ours["id"])

    def same_crawl(self, theirs: Row, taken: set[int]) -> Row | None:
        """The crawl here that theirs is: of the same site, begun at the same time, with the same first answer."""
        answer = self.theirs.execute(FIRST_ANSWER, (theirs["id"],)).fetchone()
        candidates = rows(
            self.ours,
            "SELECT * FROM crawls WHERE site_id = ? AND started_at = ? ORDER BY id",
            (theirs["site_id"], theirs["started_at"]),
        )
        for ours in candidates:
            mine = self.ours.execute(FIRST_ANSWER, (ours["id"],)).fetchone()
            if ours["id"] in taken:
                continue
            if mine == answer and (answer or all(ours[n] == theirs[n] for n in CRAWL)):
                return ours
            # A copy that was made before the first answer was stored.
            if (mine is None and ours["finished_at"] is None) or (
                answer is None and theirs["finished_at"] is None
            ):
                return ours
        return None

    def take_walks(self) -> None:
        """Of two that began in the same second, the one that ended last."""
        for row in self.rows("SELECT * FROM walks"):
            self.ours.execute(
                "INSERT INTO walks (channel_id, began_at, ended_at, crawl_id, claimed) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (channel_id, began_at) DO UPDATE SET ended_at = excluded.ended_at,"
                " crawl_id = excluded.crawl_id, claimed = excluded.claimed WHERE excluded.ended_at > ended_at",
                (
                    *(self.channels[row["channel_id"]], row["began_at"], row["ended_at"]),
                    *(self.crawls[row["crawl_id"]], row["claimed"]),
                ),
            )

    def take_captures(self) -> None:
        columns = ", ".join(CAPTURE)
        put = f"INSERT INTO captures ({columns}) VALUES ({marks(CAPTURE)})"
        [total] = self.theirs.execute("SELECT count(*) FROM captures").fetchone()
        found = self.theirs.execute(f"SELECT id, {columns} FROM captures ORDER BY id")
        for done, (capture_id, *values) in enumerate(found, 1):
            row = dict(zip(CAPTURE, values, strict=True))
            row["warc_file"] = self.files[row["warc_file"]]
            known = self.ours.execute(
                "SELECT id FROM captures WHERE url = ? AND warc_file = ? AND warc_offset = ?",
                (row["url"], row["warc_file"], row["warc_offset"]),
            ).fetchone()
            if known is None:
                row["crawl_id"] = self.crawls.get(row["crawl_id"])
                row["payload_id"] = self.captures.get(row["payload_id"])
                row["channel_id"] = self.channels.get(row["channel_id"])
                known = (self.ours.execute(put, list(row.values())).lastrowid,)
                self.taken.captures += 1
            self.captures[capture_id] = known[0]
            self.progress("captures", done, total)

    def take_failures(self) -> None:
        """Those that are not there; a crawl may have failed in the same way more than once."""
        names = ", ".join(FAILURE)
        there = " AND ".join(f"{name} IS ?" for name in FAILURE)
        for row in self.rows(f"SELECT {names}, count(*) AS times FROM failures GROUP BY {names}"):
            times = row.pop("times")
            row["crawl_id"] = self.crawls.get(row["crawl_id"])
            row["channel_id"] = self.channels.get(row["channel_id"])
            values = list(row.values())
            [known] = self.ours.execute(f"SELECT count(*) FROM failures WHERE {there}", values).fetchone()
            for _ in range(times - known):
                self.insert("failures", FAILURE, values)

    def take_rebuilds(self) -> None:
        there = " AND ".join(f"{name} IS ?" for name in REBUILD)
        for row in self.rows("SELECT * FROM rebuilds ORDER BY id"):
            values = [row[name] for name in REBUILD]
            known = self.ours.execute(f"SELECT id FROM rebuilds WHERE {there}", values).fetchone()
            self.rebuilds[row["id"]] = known[0] if known else self.insert("rebuilds", REBUILD, values)

    def take_seals(self) -> None:
        for row in self.rows("SELECT * FROM seals ORDER BY id"):
            known = self.ours.execute("SELECT id FROM seals WHERE digest = ?", (row["digest"],)).fetchone()
            row["crawl_id"] = self.crawls.get(row["crawl_id"])
            row["rebuild_id"] = self.rebuilds.get(row["rebuild_id"])
            if known:
                self.ours.execute(
                    "UPDATE seals SET stamp = coalesce(stamp, ?) WHERE id = ?", (row["stamp"], known[0])
                )
            self.seals[row["id"]] = (
                known[0] if known else self.insert("seals", SEAL, [row[name] for name in SEAL])
            )

    def insert(self, table: str, columns: tuple[str, ...], values: list[Any]) -> int:
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(columns)})"
        return self.ours.execute(sql, values).lastrowid or 0


def rows(db: sqlite3.Connection, sql: str, values: Iterable[Any] = ()) -> list[Row]:
    cursor = db.execute(sql, tuple(values))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def assigned(columns: tuple[str, ...]) -> str:
    return ", ".join(f"{name} = ?" for name in columns)
