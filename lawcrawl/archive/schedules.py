"""The schedule as the archive keeps it: one row a site, and when it was last crawled by it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Schedule:
    """A row of ``schedules``. Times are UTC, ``2024-01-05T01:02:03Z``."""

    id: int
    target: str
    """A site's name, or the address of a list page."""
    rule: str
    added_at: str
    last_started_at: str | None
    last_finished_at: str | None
    last_status: int | None
    """The exit status of the last run; NULL: none has ended."""


def schedules(db: sqlite3.Connection) -> list[Schedule]:
    """All of them, by target."""
    return [Schedule(*row) for row in db.execute("SELECT * FROM schedules ORDER BY target")]


def add(db: sqlite3.Connection, target: str, rule: str, now: str) -> bool:
    """Crawl ``target`` by ``rule`` from now on; whether it had no rule before."""
    new = not db.execute("SELECT 1 FROM schedules WHERE target = ?", (target,)).fetchone()
    db.execute(
        "INSERT INTO schedules (target, rule, added_at) VALUES (?, ?, ?)"
        " ON CONFLICT (target) DO UPDATE SET rule = excluded.rule, added_at = excluded.added_at",
        (target, rule, now),
    )
    return new


def remove(db: sqlite3.Connection, target: str) -> bool:
    """Whether there was one."""
    return db.execute("DELETE FROM schedules WHERE target = ?", (target,)).rowcount > 0


def claim(db: sqlite3.Connection, schedule: Schedule, now: str) -> bool:
    """Note that a run begins; False where another process has begun it since ``schedule`` was read."""
    return (
        db.execute(
            "UPDATE schedules SET last_started_at = ?, last_finished_at = NULL, last_status = NULL"
            " WHERE id = ? AND last_started_at IS ?",
            (now, schedule.id, schedule.last_started_at),
        ).rowcount
        > 0
    )


def finish(db: sqlite3.Connection, schedule_id: int, status: int, now: str) -> None:
    db.execute(
        "UPDATE schedules SET last_finished_at = ?, last_status = ? WHERE id = ?", (now, status, schedule_id)
    )
