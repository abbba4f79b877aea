"""What follows from an article's words, written anew whenever they change: the full-text index, laws, citations, reprints.

A crawl, a rebuild and a merge all write through :func:`derive`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from lawcrawl.archive import reprints
from lawcrawl.archive.records import Problem
from lawcrawl.archive.store import Indexing, index
from lawcrawl.knowledge.citations import cited_numbers
from lawcrawl.knowledge.laws import laws
from lawcrawl.knowledge.likeness import buckets, comparable

COUNTED = {"mentions": "law", "citations": "doc_number"}
"""Tables that count something in an article's words, and the column that says what."""
BATCH = 500
"""Articles that :func:`renew` writes in one transaction."""


def derive(db: sqlite3.Connection, changes: Iterable[Indexing]) -> None:
    """Bring up to date what rests on the words that changed, inside the transaction that changed them."""
    for change in changes:
        index(db, change)
        if change.delete:
            forget(db, change.article_id)
        else:
            write(db, change.article_id, change.title, change.doc_number, change.text)


def forget(db: sqlite3.Connection, article_id: int) -> None:
    for table in COUNTED:
        db.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    reprints.forget(db, article_id)


def write(
    db: sqlite3.Connection, article_id: int, title: str | None, doc_number: str | None, text: str | None
) -> None:
    for table, found in counts(title, doc_number, text).items():
        db.executemany(
            f"INSERT INTO {table} (article_id, {COUNTED[table]}, count) VALUES (?, ?, ?)",
            [(article_id, what, count) for what, count in found.items()],
        )
    reprints.compare(db, article_id, text)


def counts(title: str | None, doc_number: str | None, text: str | None) -> dict[str, dict[str, int]]:
    """What title and text name, by table; the article's own number is no citation."""
    words = f"{title or ''}\n{text or ''}"
    numbers = cited_numbers(words)
    numbers.pop(doc_number or "", None)
    return {"mentions": laws(words), "citations": numbers}


def renew(db: sqlite3.Connection) -> None:
    """Derive anew where this lawcrawl, or its list of laws, finds otherwise than the one that wrote."""
    stale = list({article_id: table for table, article_id in outdated(db)})
    for start in range(0, len(stale), BATCH):
        db.execute("BEGIN IMMEDIATE")
        for article_id in stale[start : start + BATCH]:
            [words] = db.execute("SELECT title, doc_number, text FROM articles WHERE id = ?", (article_id,))
            forget(db, article_id)
            write(db, article_id, *words)
        db.execute("COMMIT")


def outdated(db: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Tables that say otherwise of an article than its words."""
    written = ", ".join(
        f"(SELECT json_group_object({column}, count) FROM {table} WHERE article_id = a.id)"
        for table, column in COUNTED.items()
    )
    for article_id, title, doc_number, text, marks, *known in db.execute(
        "SELECT id, title, doc_number, text, (SELECT json_group_array(bucket) FROM fingerprints"
        f" WHERE article_id = a.id), {written} FROM articles a ORDER BY id"
    ):
        found = counts(title, doc_number, text)
        yield from (
            (table, article_id)
            for table, was in zip(COUNTED, known, strict=True)
            if json.loads(was) != found[table]
        )
        plain = comparable(text)
        if set(json.loads(marks)) != set(buckets(plain) if plain else []):
            yield "fingerprints", article_id
    for article_id in reprints.wrong_pairs(db):
        yield "reprints", article_id


def derivations(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every article's laws, citations and reprints beside its words."""
    for table, article_id in outdated(db):
        why = f"its {table} are not what this lawcrawl reads; 'lawcrawl rebuild' writes them anew"
        yield Problem("derived", f"article {article_id}", why, harmless=True)
