"""Rows of a query as dicts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any


def each(db: sqlite3.Connection, sql: str, *values: Any) -> Iterator[dict[str, Any]]:
    """The rows, one at a time; a single dict among ``values`` names them."""
    cursor = db.execute(sql, values[0] if len(values) == 1 and isinstance(values[0], dict) else values)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def rows(db: sqlite3.Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    return list(each(db, sql, *values))


def one(db: sqlite3.Connection, sql: str, *values: Any) -> dict[str, Any] | None:
    """The first row; None where there is none."""
    return next(each(db, sql, *values), None)
