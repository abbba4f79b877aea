"""Which articles an export, a list or a frame is about, one id at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Literal, TypedDict, Unpack

from lawcrawl.archive.filters import filters
from lawcrawl.archive.search import match_expression

Order = Literal["newest", "oldest", "site"]
ORDERS = {
    "newest": "a.published DESC, a.id DESC",
    "oldest": "a.published, a.id",
    "site": "a.site_id, a.published, a.id",
}


class Narrowed(TypedDict, total=False):
    """What narrows a question down; each may be left out or None."""

    site: str | None
    """Its id."""
    channel: str | None
    """The name of the column."""
    source: str | None
    since: str | None
    """Published on that ISO date or after; also the first part of one, ``2024``."""
    until: str | None
    """Published on that date or before."""


def selected(
    db: sqlite3.Connection, query: str | None = None, *, order: Order = "newest", **narrowed: Unpack[Narrowed]
) -> Iterator[int]:
    """The ids of the articles that contain ``query``, of all there are without one."""
    where, values = condition(query, narrowed)
    found = db.execute(f"SELECT a.id FROM articles a WHERE {where} ORDER BY {ORDERS[order]}", values)
    return (article_id for (article_id,) in found)


def count(db: sqlite3.Connection, query: str | None = None, **narrowed: Unpack[Narrowed]) -> int:
    where, values = condition(query, narrowed)
    [[found]] = db.execute(f"SELECT count(*) FROM articles a WHERE {where}", values).fetchall()
    return int(found)


def condition(query: str | None, narrowed: Narrowed) -> tuple[str, dict[str, str]]:
    where, values = filters(**narrowed)
    if query is not None:
        where += " AND a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query)"
        values["query"] = match_expression(query) or '""'
    return where, values
