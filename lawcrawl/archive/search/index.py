"""The index as it is written: three FTS5 tables that need no extension to be asked, whose rows are the articles' ids.

``articles_fts`` has pairs of characters with their places, ``titles_fts`` those of the titles alone, and
``characters_fts`` which characters an article has at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from operator import attrgetter

from lawcrawl.archive.search.fold import characters, index_text
from lawcrawl.archive.store import Indexing, searchable


def write_index(db: sqlite3.Connection, changes: Iterable[Indexing]) -> None:
    """Bring the index up to date, in the order of its rows: in another FTS5 would write a segment a row."""
    for change in sorted(changes, key=attrgetter("article_id")):
        text = searchable(change.doc_number, change.text)
        title = index_text(change.title)
        words = {"text": index_text(text), "title": title, "attachments": index_text(change.files)}
        put(db, "articles_fts", change, words)
        put(db, "titles_fts", change, {"title": title})
        put(db, "characters_fts", change, {"characters": characters(change.title, text, change.files)})


def put(db: sqlite3.Connection, table: str, change: Indexing, words: dict[str, str]) -> None:
    """A row of the index; to take one out, a contentless table must be told its words."""
    columns = {**({table: "delete"} if change.delete else {}), "rowid": change.article_id, **words}
    marks = ", ".join("?" * len(columns))
    db.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", list(columns.values()))
