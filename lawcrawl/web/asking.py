"""The archive as a page asks it: read-only, in one of Datasette's threads, within a time."""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from datasette.utils import sqlite_timelimit

from lawcrawl.archive import Archive, ArchiveError

T = TypeVar("T")
PATIENCE = 2.0
"""Seconds that a page waits for who holds the database."""
FRESH = 60.0
"""Seconds for which an answer over the whole archive is given again, whatever a crawl writes meanwhile."""
LONGEST = 20_000
"""Milliseconds that an answer may take. Each is bounded by what it asks; a cold disk makes it slow, not wrong."""
REMEMBERED = 256
"""Such answers that are kept."""


class Answer(NamedTuple):
    """What was answered, of which state of the database, and when by the monotonic clock."""

    value: Any
    state: tuple[tuple[int, int], ...]
    at: float


_answers: OrderedDict[Hashable, Answer] = OrderedDict()


def archive_database(datasette: Any) -> Any:
    """The database of Datasette's that is an archive's; None where none is."""
    files = (db for db in datasette.databases.values() if db.path and Path(db.path).name == "lawcrawl.db")
    return next(files, None)


async def ask(datasette: Any, question: Callable[[Archive], T], *, limit: int | None = None) -> T:
    """What a question to the archive gives. Raises :class:`~lawcrawl.archive.ArchiveError`, also for one that takes
    longer than ``limit`` milliseconds, :data:`LONGEST` where none is named.
    """
    database = archive_database(datasette)
    limit = LONGEST if limit is None else limit

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


async def recall(datasette: Any, key: Hashable, question: Callable[[Archive], T]) -> T:
    """As :func:`ask`, for what takes counting all articles: answered again, by ``key``, while nothing was written, and
    for :data:`FRESH` seconds where something was.
    """
    path = Path(archive_database(datasette).path)
    known = _answers.get((path, key))
    now, state = time.monotonic(), written(path)
    if known and (known.state == state or now - known.at < FRESH):
        _answers.move_to_end((path, key))
        remembered: T = known.value
        return remembered
    found = await ask(datasette, question)
    _answers[path, key] = Answer(found, state, now)
    while len(_answers) > REMEMBERED:
        _answers.popitem(last=False)
    return found


def written(path: Path) -> tuple[tuple[int, int], ...]:
    """What changes whenever something is written: time and size of the database and of its log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return tuple(
        (stat.st_mtime_ns, stat.st_size) for stat in (file.stat() for file in files if file.exists())
    )
