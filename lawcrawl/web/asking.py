"""The archive as a page asks it: read-only, in one of Datasette's threads, within a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette.utils import sqlite_timelimit

from lawcrawl.archive import Archive, ArchiveError

T = TypeVar("T")
PATIENCE = 2.0
"""Seconds that a page waits for who holds the database."""


def archive_database(datasette: Any) -> Any:
    """The database of Datasette's that is an archive's; None where none is."""
    files = (db for db in datasette.databases.values() if db.path and Path(db.path).name == "lawcrawl.db")
    return next(files, None)


async def ask(datasette: Any, question: Callable[[Archive], T]) -> T:
    """What a question to the archive gives. Raises :class:`~lawcrawl.archive.ArchiveError`, also for one that takes
    longer than Datasette's ``sql_time_limit_ms``.
    """
    database = archive_database(datasette)
    limit = datasette.setting("sql_time_limit_ms")

    def answer(_: sqlite3.Connection) -> T:
        folder = Path(database.path).parent
        with (
            Archive(folder, create=False, read_only=True, patience=PATIENCE) as archive,
            sqlite_timelimit(archive.connection, limit),
        ):
            return question(archive)

    try:
        found: T = await database.execute_fn(answer)
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            raise ArchiveError(f"this took longer than {limit} ms; ask for less at once") from error
        raise ArchiveError(f"the archive cannot be read now: {error}; try again") from error
    return found
