"""What the crawls did, for those who look after a site: runs and failures."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from lawcrawl.archive.questions.health import Health, health

RUNS = """
SELECT id, site_id AS site, started_at, finished_at, outcome, reason, new, changed, gone, failed, findings FROM crawls
WHERE :site IS NULL OR site_id = :site ORDER BY started_at DESC, id DESC LIMIT :limit
"""
FAILURES = """
SELECT f.url, f.stage, f.reason, f.attempts, f.at, f.crawl_id FROM failures f JOIN crawls c ON c.id = f.crawl_id
WHERE c.site_id = ? ORDER BY f.id DESC LIMIT ?
"""


@dataclass(slots=True, frozen=True)
class Run:
    """One crawl of a site; times are UTC, counts of articles None while it runs."""

    id: int
    site: str
    started_at: str
    finished_at: str | None
    outcome: str | None
    reason: str | None
    new: int | None
    changed: int | None
    gone: int | None
    failed: int | None
    health: Health


@dataclass(slots=True, frozen=True)
class Failed:
    """One thing that a crawl could not do."""

    url: str
    stage: str
    reason: str
    attempts: int
    at: str
    crawl_id: int


def runs(db: sqlite3.Connection, site: str | None = None, limit: int = 10) -> list[Run]:
    """The newest crawls, of one site or of all."""
    cursor = db.execute(RUNS, {"site": site, "limit": limit})
    names = [column[0] for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor]
    return [
        Run(health=health(row), **{name: row[name] for name in names if name != "findings"}) for row in found
    ]


def failures(db: sqlite3.Connection, site: str, limit: int = 50) -> list[Failed]:
    """What failed at a site, the newest first."""
    return [Failed(*row) for row in db.execute(FAILURES, (site, limit))]


def site_names(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every site's id and what it is called."""
    return db.execute("SELECT id, coalesce(name, id) FROM sites ORDER BY id").fetchall()
