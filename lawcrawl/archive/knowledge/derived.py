"""What follows from an article's words, written anew whenever they change: the full-text index, laws, citations, reprints.

A crawl, a rebuild and a merge all write through :func:`derive`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from lawcrawl.archive.knowledge import reprints
from lawcrawl.archive.proof.records import Problem
from lawcrawl.archive.search import write_index
from lawcrawl.archive.store import Indexing
from lawcrawl.knowledge.citations import cited_numbers
from lawcrawl.knowledge.laws import laws

COUNTED = {"mentions": "law", "citations": "doc_number"}
"""Tables that count something in an article's words, and the column that says what."""
SAMPLE = 10_000
"""Articles that are looked at to tell whether what is derived of all is right."""
BATCH = 500
"""Articles that :func:`renew` writes in one transaction."""
EVERY_ID = (1, 2**63 - 1)


def derive(db: sqlite3.Connection, changes: Sequence[Indexing]) -> None:
    """Bring up to date what rests on the words that changed, inside the transaction that changed them."""
    write_index(db, changes)
    for change in changes:
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


def renew(db: sqlite3.Connection, found: Iterable[int] | None = None) -> None:
    """Derive anew of the articles that :func:`outdated` ``found``; None: look first."""
    stale = sorted({article_id for _, article_id in outdated(db)} if found is None else set(found))
    for start in range(0, len(stale), BATCH):
        db.execute("BEGIN IMMEDIATE")
        for article_id in stale[start : start + BATCH]:
            for words in db.execute(
                "SELECT title, doc_number, text FROM articles WHERE id = ?", (article_id,)
            ).fetchall():  # none where another process has withdrawn it meanwhile
                forget(db, article_id)
                write(db, article_id, *words)
        db.execute("COMMIT")


def outdated(
    db: sqlite3.Connection, ids: tuple[int, int] = EVERY_ID, every: int = 1
) -> Iterator[tuple[str, int]]:
    """Tables that say otherwise than this lawcrawl, or its list of laws, of an article's words.

    Of the articles whose ids lie between two; of ``every`` so many one is looked at.
    """
    written = ", ".join(
        f"(SELECT json_group_object({column}, count) FROM {table} WHERE article_id = a.id)"
        for table, column in COUNTED.items()
    )
    for article_id, title, doc_number, text, *known in db.execute(
        f"SELECT id, title, doc_number, text, {written} FROM articles a WHERE id BETWEEN ? AND ? AND id % ? = 0",
        (*ids, every),
    ):
        found = counts(title, doc_number, text)
        yield from (
            (table, article_id)
            for table, was in zip(COUNTED, known, strict=True)
            if json.loads(was) != found[table]
        )
        if not reprints.sketched(db, article_id, text):
            yield "sketches", article_id
    yield from (("reprints", article_id) for article_id in reprints.wrong_pairs(db, ids, every))


def derivations(db: sqlite3.Connection) -> Iterator[Problem]:
    """The laws, citations and reprints of a sample of the articles beside their words."""
    [total] = db.execute("SELECT count(*) FROM articles").fetchone()
    for table, article_id in outdated(db, every=max(1, total // SAMPLE)):
        why = f"its {table} are not what this lawcrawl reads; 'lawcrawl rebuild' writes them anew"
        yield Problem("derived", f"article {article_id}", why, harmless=True)
