"""What a rebuild found otherwise, put in place of what was stored, inside a given transaction.

Nothing is lost: a version that gives way stays in ``superseded``, under the seal that covers it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from lawcrawl.archive.knowledge.derived import forget
from lawcrawl.archive.store import Indexing, file_words, files_of

Row = dict[str, Any]

KEPT = ("seen_at", "capture_id", "digest", "html")
VERSION = ("title", "published", "source", "author", "doc_number", "text", "html", "attachments", "digest")
CURRENT = (
    *("title", "published", "source", "author", "doc_number", "issuer", "views", "text", "html", "labels"),
    *("status", "version", "digest", "capture_id"),
)
SEEN = ("site_id", "url", "url_key", "first_seen_at", "last_seen_at", "changed_at", "checked_at")
FILE = ("url", "name", "media_type", "size", "sha256", "text", "reason", "status", "capture_id")
STORED_VERSION = ("version", *VERSION, "seen_at", "capture_id")
STATUS = ("seen_at", "status", "reason", "capture_id")
LISTING = ("channel_id", "title_shown", "date_shown", "pinned", "first_seen_at", "last_seen_at")


@dataclass(slots=True)
class History:
    """All that the archive has of one article; the rows' columns without the article's id."""

    article: Row
    versions: list[Row] = field(default_factory=list)
    attachments: list[Row] = field(default_factory=list)
    view_counts: list[tuple[str, int]] = field(default_factory=list)
    statuses: list[Row] = field(default_factory=list)
    listings: list[Row] = field(default_factory=list)


def history(db: sqlite3.Connection, article_id: int) -> History:
    """What is stored of an article that is there."""

    def rows(columns: tuple[str, ...], of: str) -> list[Row]:
        found = db.execute(f"SELECT {', '.join(columns)} FROM {of}", (article_id,))
        return [dict(zip(columns, row, strict=True)) for row in found]

    views = "SELECT seen_at, views FROM view_counts WHERE article_id = ? ORDER BY seen_at"
    return History(
        rows((*SEEN, *CURRENT), "articles WHERE id = ?")[0],
        rows(STORED_VERSION, "versions WHERE article_id = ? ORDER BY version"),
        rows(FILE, "attachments WHERE article_id = ? ORDER BY id"),
        db.execute(views, (article_id,)).fetchall(),
        rows(STATUS, "statuses WHERE article_id = ? ORDER BY seen_at, capture_id"),
        rows(LISTING, "listings WHERE article_id = ? ORDER BY channel_id"),
    )


def put(
    db: sqlite3.Connection, article_id: int | None, found: History, rebuild_id: int, indexing: list[Indexing]
) -> None:
    """Make an article's rows those of ``found``; with None it is a new one. What gives way is superseded."""
    with rows_of(db, article_id, found, indexing) as article:
        put_versions(db, article, found, rebuild_id)


@contextmanager
def rows_of(
    db: sqlite3.Connection, article_id: int | None, found: History, indexing: list[Indexing]
) -> Iterator[int]:
    """An article's rows written as ``found`` has them but for its versions, which the context writes; its id."""
    if article_id is None:
        columns: tuple[str, ...] = (*SEEN, *CURRENT)
        article_id = db.execute(
            f"INSERT INTO articles ({', '.join(columns)}) VALUES ({marks(columns)})",
            [found.article[name] for name in columns],
        ).lastrowid
        assert article_id is not None
        before = None
    else:
        before = indexed(db, article_id)
        columns = (*CURRENT, *SEEN)
        db.execute(
            f"UPDATE articles SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
            (*(found.article[name] for name in columns), article_id),
        )
    yield article_id
    put_files(db, article_id, found.attachments)
    for table in ("view_counts", "statuses", "listings"):
        db.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    for seen_at, views in found.view_counts:
        db.execute("INSERT INTO view_counts VALUES (?, ?, ?)", (article_id, seen_at, views))
    insert(db, "statuses", article_id, STATUS, found.statuses)
    insert(db, "listings", article_id, LISTING, found.listings)
    after = indexed(db, article_id)
    if after != before:
        indexing += [replace(before, delete=True)] if before else []
        indexing.append(after)


def withdraw(
    db: sqlite3.Connection, article_id: int, rebuild_id: int | None, indexing: list[Indexing]
) -> None:
    """Take out what never was an article: every one of its answers says that nothing is there."""
    indexing.append(replace(indexed(db, article_id), delete=True))
    [(key,)] = db.execute("SELECT url_key FROM articles WHERE id = ?", (article_id,))
    for row in sealed(db, article_id):
        supersede(db, key, row, rebuild_id)
    forget(db, article_id)
    for table in ("sealed_versions", "versions", "attachments", "view_counts", "statuses", "listings"):
        db.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    db.execute("DELETE FROM articles WHERE id = ?", (article_id,))


def put_versions(db: sqlite3.Connection, article_id: int, found: History, rebuild_id: int) -> None:
    """The versions of ``found``; one that is as it was keeps its seal, every other waits for the next one."""
    old = sealed(db, article_id)
    seals = []
    for version in found.versions:
        same = next((row for row in old if all(row[name] == version[name] for name in KEPT)), None)
        if same is not None:
            old.remove(same)
            seals.append((article_id, version["version"], same["seal_id"]))
    for row in old:
        supersede(db, found.article["url_key"], row, rebuild_id)
    db.execute("DELETE FROM sealed_versions WHERE article_id = ?", (article_id,))
    db.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
    insert(db, "versions", article_id, STORED_VERSION, found.versions)
    db.executemany(
        "INSERT INTO sealed_versions (article_id, version, seal_id) VALUES (?, ?, ?)",
        [one for one in seals if one[2] is not None],
    )


def sealed(db: sqlite3.Connection, article_id: int) -> list[Row]:
    """The stored versions, each with the seal that covers it; None where none does yet."""
    found = db.execute(
        f"SELECT {', '.join(f'v.{name}' for name in STORED_VERSION)}, s.seal_id FROM versions v LEFT JOIN sealed_versions s"
        " ON s.article_id = v.article_id AND s.version = v.version WHERE v.article_id = ? ORDER BY v.version",
        (article_id,),
    )
    return [dict(zip((*STORED_VERSION, "seal_id"), row, strict=True)) for row in found]


def supersede(db: sqlite3.Connection, key: str, row: Row, rebuild_id: int | None) -> None:
    columns = (*STORED_VERSION, "seal_id")
    db.execute(
        f"INSERT INTO superseded (url_key, rebuild_id, {', '.join(columns)}) VALUES (?, ?, {marks(columns)})",
        (key, rebuild_id, *(row[name] for name in columns)),
    )


def put_files(db: sqlite3.Connection, article_id: int, files: list[Row]) -> None:
    """The files in their order; they keep their ids where their addresses are the same ones."""
    known = db.execute(
        "SELECT id, url FROM attachments WHERE article_id = ? ORDER BY id", (article_id,)
    ).fetchall()
    if [url for _, url in known] == [file["url"] for file in files]:
        assignments = ", ".join(f"{name} = ?" for name in FILE)
        for (file_id, _), file in zip(known, files, strict=True):
            db.execute(
                f"UPDATE attachments SET {assignments} WHERE id = ?",
                (*(file[name] for name in FILE), file_id),
            )
        return
    db.execute("DELETE FROM attachments WHERE article_id = ?", (article_id,))
    insert(db, "attachments", article_id, FILE, files)


def indexed(db: sqlite3.Connection, article_id: int) -> Indexing:
    """The words of an article as it is stored."""
    [(published, title, number, text, first_seen_at)] = db.execute(
        "SELECT published, title, doc_number, text, first_seen_at FROM articles WHERE id = ?", (article_id,)
    )
    files = file_words(files_of(db, article_id))
    return Indexing(article_id, published, title, number, text, files, first_seen_at)


def insert(
    db: sqlite3.Connection, table: str, article_id: int, columns: tuple[str, ...], rows: list[Row]
) -> None:
    db.executemany(
        f"INSERT INTO {table} (article_id, {', '.join(columns)}) VALUES (?, {marks(columns)})",
        [(article_id, *(row[name] for name in columns)) for row in rows],
    )


def marks(columns: tuple[str, ...]) -> str:
    return ", ".join("?" * len(columns))
