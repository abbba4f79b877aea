"""A crawl's row from its begin to its seal, and what it could not do, inside a given transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from lawcrawl.archive.proof.seals import seal
from lawcrawl.archive.warc import utc_now
from lawcrawl.items import Failure, Site


def open_crawl(
    db: sqlite3.Connection, site: Site, channels: Mapping[str, str], options: Mapping[str, Any], at: str
) -> int:
    """Begin a crawl of ``site`` at a time, its channels (addresses by name) with it; its id.

    Whoever does so holds the site's lock, so one that is still open was killed: it is closed and sealed.
    """
    db.execute(
        "INSERT INTO sites VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " name = coalesce(excluded.name, name), url = excluded.url, family = excluded.family,"
        " region = coalesce(excluded.region, region), added_at = min(added_at, excluded.added_at)",
        (site.id, site.name, site.url, site.family, site.region, at),
    )
    for name, url in channels.items():
        db.execute(
            "INSERT INTO channels (site_id, name, url, last_crawled_at) VALUES (?, ?, ?, ?) ON CONFLICT (site_id, url)"
            " DO UPDATE SET last_crawled_at = max(coalesce(last_crawled_at, ''), excluded.last_crawled_at)",
            (site.id, name, url, at),
        )
    now = utc_now()
    killed = db.execute(
        "UPDATE crawls SET finished_at = ?, outcome = 'interrupted', reason = 'killed'"
        " WHERE site_id = ? AND finished_at IS NULL RETURNING id",
        (now, site.id),
    ).fetchall()
    for (closed,) in sorted(killed):
        seal(db, closed, now)
    cursor = db.execute(
        "INSERT INTO crawls (site_id, started_at, options) VALUES (?, ?, ?)",
        (site.id, at, json.dumps(options, ensure_ascii=False, default=str)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def close_crawl(db: sqlite3.Connection, crawl_id: int, values: Mapping[str, Any]) -> None:
    """Fill in the columns of a crawl's row, ``finished_at`` among them, and seal it."""
    names = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE crawls SET {names} WHERE id = ?", (*values.values(), crawl_id))
    seal(db, crawl_id, utc_now())


def insert_failure(db: sqlite3.Connection, crawl_id: int, failure: Failure) -> None:
    db.execute(
        "INSERT INTO failures (crawl_id, url, stage, reason, attempts, at, channel_id) VALUES (?, ?, ?, ?, ?, ?,"
        " (SELECT h.id FROM crawls r JOIN channels h ON h.site_id = r.site_id WHERE r.id = ? AND h.url = ?))",
        (
            *(crawl_id, failure.url, failure.stage, failure.reason, failure.attempts, utc_now()),
            *(crawl_id, failure.channel),
        ),
    )
