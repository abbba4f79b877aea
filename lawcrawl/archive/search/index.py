"""The index as it is written: three FTS5 tables that need no extension to be asked, their rows in order of date.

``articles_fts`` has pairs of characters with their places, ``titles_fts`` those of the titles alone, and
``characters_fts`` which characters an article has at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import itemgetter

from lawcrawl.archive.search.fold import characters, index_text
from lawcrawl.archive.store import Indexing, searchable

ID_BITS = 31
ID = (1 << ID_BITS) - 1
"""``rowid & ID`` is the article's id."""
UNDATED = -(1 << 32)
EPOCH, MINUTE = datetime(1970, 1, 1), timedelta(minutes=1)


def row_of(article_id: int, published: str | None) -> int:
    """The row of an article in the index: by date, then by id; those without a date before all.

    So the newest of many that match can be had without a look at the others.
    """
    return moment(published) << ID_BITS | article_id


def moment(published: str | None) -> int:
    """Minutes from 1970 to a time that a page states, and before all of them where that is none or no ISO time."""
    try:
        return (datetime.fromisoformat(published[:19]) - EPOCH) // MINUTE if published else UNDATED
    except ValueError:
        return UNDATED


def write_index(db: sqlite3.Connection, changes: Iterable[Indexing]) -> None:
    """Bring the index up to date, in the order of its rows: in another FTS5 would write a segment a row."""
    for row, change in sorted(
        ((row_of(change.article_id, change.published), change) for change in changes), key=itemgetter(0)
    ):
        text = searchable(change.doc_number, change.text)
        title = index_text(change.title)
        words = {"text": index_text(text), "title": title, "attachments": index_text(change.files)}
        put(db, "articles_fts", row, words, delete=change.delete)
        put(db, "titles_fts", row, {"title": title}, delete=change.delete)
        single = characters(change.title, text, change.files)
        put(db, "characters_fts", row, {"characters": single}, delete=change.delete)


def put(db: sqlite3.Connection, table: str, row: int, words: dict[str, str], *, delete: bool) -> None:
    """A row of the index; to take one out, a contentless table must be told its words."""
    columns = {**({table: "delete"} if delete else {}), "rowid": row, **words}
    marks = ", ".join("?" * len(columns))
    db.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))
