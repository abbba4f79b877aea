"""What follows from an article's words alone, written anew whenever they change: the full-text index, laws, citations.

A crawl, a rebuild and a merge all write through :func:`derive`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from lawcrawl.archive.records import Problem
from lawcrawl.archive.store import Indexing, index
from lawcrawl.knowledge.citations import cited_numbers
from lawcrawl.knowledge.laws import laws

COUNTED = {"mentions": "law", "citations": "doc_number"}
"""Tables that count something in an article's words, and the column that says what."""
BATCH = 500
"""Articles that :func:`renew` writes in one transaction."""

Counts = dict[str, dict[str, int]]


def derive(db: sqlite3.Connection, changes: Iterable[Indexing]) -> None:
    """Bring up to date what rests on the words that changed, inside the transaction that changed them."""
    for change in changes:
        index(db, change)
        if not change.delete:
            put_counts(db, change.article_id, counts(change.title, change.doc_number, change.text))


def counts(title: str | None, doc_number: str | None, text: str | None) -> Counts:
    """What title and text name, by table; the article's own number is no citation."""
    words = f"{title or ''}\n{text or ''}"
    numbers = cited_numbers(words)
    numbers.pop(doc_number or "", None)
    return {"mentions": laws(words), "citations": numbers}


def put_counts(db: sqlite3.Connection, article_id: int, found: Counts) -> None:
    for table, column in COUNTED.items():
        db.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
        db.executemany(
            f"INSERT INTO {table} (article_id, {column}, count) VALUES (?, ?, ?)",
            [(article_id, what, count) for what, count in found[table].items()],
        )


def renew(db: sqlite3.Connection) -> None:
    """Derive anew where this lawcrawl, or its list of laws, finds otherwise than the one that wrote."""
    stale = [article_id for article_id, _ in outdated(db)]
    for start in range(0, len(stale), BATCH):
        db.execute("BEGIN IMMEDIATE")
        for article_id in stale[start : start + BATCH]:
            [words] = db.execute("SELECT title, doc_number, text FROM articles WHERE id = ?", (article_id,))
            put_counts(db, article_id, counts(*words))
        db.execute("COMMIT")


def outdated(db: sqlite3.Connection) -> Iterator[tuple[int, list[str]]]:
    """The articles whose words say otherwise than what is written of them, and in which tables."""
    written = ", ".join(
        f"(SELECT json_group_object({column}, count) FROM {table} WHERE article_id = a.id)"
        for table, column in COUNTED.items()
    )
    for article_id, title, doc_number, text, *known in db.execute(
        f"SELECT id, title, doc_number, text, {written} FROM articles a ORDER BY id"
    ):
        found = counts(title, doc_number, text)
        wrong = [table for table, was in zip(COUNTED, known, strict=True) if json.loads(was) != found[table]]
        if wrong:
            yield article_id, wrong


def derivations(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every article's laws and citations beside those in its words."""
    for article_id, tables in outdated(db):
        why = f"its {' and '.join(tables)} are not what this lawcrawl reads; 'lawcrawl rebuild' writes them anew"
        yield Problem("derived", f"article {article_id}", why, harmless=True)
