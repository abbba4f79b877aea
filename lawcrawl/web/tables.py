"""The archive's database as Datasette lists it."""

from __future__ import annotations

from typing import Any

from datasette.database import Database

from lawcrawl.archive import Archive
from lawcrawl.web.asking import recall

INDEX = ("articles_fts", "titles_fts", "characters_fts")
PARTS = ("", "_data", "_idx", "_docsize", "_config", "_content")
INTERNAL = {f"{table}{part}" for table in INDEX for part in PARTS} | {
    "sketches",
    "buckets",
    "unsealed_versions",
}
"""Tables with nothing to read in them: hidden, and not counted, for which the whole of the index would be read."""


class Tables(Database):  # type: ignore[misc]  # Datasette has no types
    """A database whose tables are counted once while nothing is written."""

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        found: dict[str, int | None] = await recall(self.ds, "tables", counts)
        return found


def counts(archive: Archive) -> dict[str, Any]:
    """How many rows each table has; None for :data:`INTERNAL` ones."""
    db = archive.connection
    names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return {
        name: None if name in INTERNAL else db.execute(f"SELECT count(*) FROM [{name}]").fetchone()[0]
        for name in names
    }
