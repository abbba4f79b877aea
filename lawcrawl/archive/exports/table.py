"""The table of articles that leaves the archive: its columns, and its rows one at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, NamedTuple

from lawcrawl.archive.rows import rows

CHUNK = 200
"""Articles asked for at a time."""


class Column(NamedTuple):
    kind: Literal["integer", "text", "time", "texts", "object", "files"]
    """``time``: UTC, to the second. ``texts``: a list. ``object`` and ``files``: JSON where a format has but cells."""
    sql: str | None = None
    """Where it is not the column of ``articles`` that bears its name."""


FILES = ("name", "url", "media_type", "size", "sha256", "status")
"""What is told of an attachment; ``size`` is a number, in bytes."""
FILE = ", ".join(f"'{name}', f.{name}" for name in FILES)
COLUMNS: dict[str, Column] = {
    "id": Column("integer"),
    "url": Column("text"),
    "site_id": Column("text"),
    "channels": Column(
        "texts",
        "(SELECT json_group_array(c.name) FROM listings l JOIN channels c ON c.id = l.channel_id"
        " WHERE l.article_id = a.id)",
    ),
    "title": Column("text"),
    "published": Column("text"),
    "source": Column("text"),
    "author": Column("text"),
    "doc_number": Column("text"),
    "issuer": Column("text"),
    "views": Column("integer"),
    "status": Column("text"),
    "version": Column("integer"),
    "first_seen_at": Column("time"),
    "changed_at": Column("time"),
    "checked_at": Column("time"),
    "laws": Column("texts", "(SELECT json_group_array(law) FROM mentions WHERE article_id = a.id)"),
    "labels": Column("object"),
    "attachments": Column(
        "files",
        f"(SELECT json_group_array(json_object({FILE})) FROM attachments f WHERE f.article_id = a.id)",
    ),
    "text": Column("text"),
}
NESTED = ("texts", "object", "files")

Record = dict[str, Any]
"""An article by the names of :data:`COLUMNS`: lists and objects as such, None for what its page does not say."""


@dataclass(slots=True)
class Written:
    """What went into a file, and sentences on what a reader of it should know."""

    articles: int = 0
    notes: list[str] = field(default_factory=list)


def records(
    db: sqlite3.Connection, ids: Iterable[int], columns: Sequence[str] | None = None
) -> Generator[Record]:
    """The articles of ``ids`` in their order, ``columns`` of them (all where none are named), a few at a time.

    While ``ids`` come from a query of the same connection, all of it is one state of the archive.
    """
    named = list(COLUMNS) if columns is None else list(columns)
    unknown = [name for name in named if name not in COLUMNS]
    if unknown:
        raise ValueError(f"there is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}")
    wanted = ", ".join(f"{COLUMNS[name].sql or f'a.{name}'} AS {name}" for name in named)
    sql = (
        f"SELECT {wanted} FROM json_each(?) chosen JOIN articles a ON a.id = chosen.value ORDER BY chosen.key"
    )
    nested = [name for name in named if COLUMNS[name].kind in NESTED]
    some = iter(ids)
    with closing(db.execute("SELECT name FROM sqlite_master")) as held:
        held.fetchone()  # SQLite keeps to one state while a statement is under way
        while chunk := list(islice(some, CHUNK)):
            for row in rows(db, sql, json.dumps(chunk)):
                for name in nested:
                    row[name] = json.loads(row[name]) if row[name] is not None else None
                yield row


def in_cells(record: Record) -> Record:
    """The record for a format that has but numbers and texts: what is nested is JSON."""
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
        for name, value in record.items()
    }


def unicode(text: str) -> str:
    """``text`` without halves of a character, which no file can hold: a page's JSON may have had them."""
    return text.encode("utf-8", "replace").decode()
