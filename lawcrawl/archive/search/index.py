"""The index as it is written: three FTS5 tables that need no extension to be asked, whose rows are the articles' ids.

``articles_fts`` has pairs of characters with their places, ``titles_fts`` those of the titles alone, and
``characters_fts`` which characters an article has at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from operator import attrgetter

from lawcrawl.archive.search.fold import characters, joined, pairs
from lawcrawl.archive.store import Indexing, searchable

# Of a contentless table a row is taken out by 'delete' and its words; with NULL in its place it is put in.
_WORDS = "INSERT INTO articles_fts (articles_fts, rowid, text, title, attachments) VALUES (?, ?, ?, ?, ?)"
_TITLE = "INSERT INTO titles_fts (titles_fts, rowid, title) VALUES (?, ?, ?)"
_CHARACTERS = "INSERT INTO characters_fts (characters_fts, rowid, characters) VALUES (?, ?, ?)"


def write_index(db: sqlite3.Connection, changes: Iterable[Indexing]) -> None:
    """Bring the index up to date, in the order of its rows: in another FTS5 would write a segment a row."""
    for change in sorted(changes, key=attrgetter("article_id")):
        row = ("delete" if change.delete else None, change.article_id)
        text = joined(searchable(change.doc_number, change.text))
        title, files = joined(change.title), joined(change.files)
        titled = pairs(title)
        db.execute(_WORDS, (*row, pairs(text), titled, pairs(files)))
        db.execute(_TITLE, (*row, titled))
        db.execute(_CHARACTERS, (*row, characters(f"{title} {text} {files}")))
