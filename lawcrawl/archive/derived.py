"""What follows from an article's words alone, written anew whenever they change: the full-text index, the laws named.

A crawl, a rebuild and a merge all write through :func:`derive`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from lawcrawl.archive.records import Problem
from lawcrawl.archive.store import Indexing, index
from lawcrawl.knowledge.laws import laws

BATCH = 500
"""Articles that :func:`renew` writes in one transaction."""


def derive(db: sqlite3.Connection, changes: Iterable[Indexing]) -> None:
    """Bring up to date what rests on the words that changed, inside the transaction that changed them."""
    for change in changes:
        index(db, change)
        if not change.delete:
            put_mentions(db, change.article_id, mentioned(change.title, change.text))


def mentioned(title: str | None, text: str | None) -> dict[str, int]:
    """The laws that title and text name, and how often."""
    return laws(f"{title or ''}\n{text or ''}")


def put_mentions(db: sqlite3.Connection, article_id: int, found: dict[str, int]) -> None:
    db.execute("DELETE FROM mentions WHERE article_id = ?", (article_id,))
    db.executemany(
        "INSERT INTO mentions (article_id, law, count) VALUES (?, ?, ?)",
        [(article_id, law, count) for law, count in found.items()],
    )


def renew(db: sqlite3.Connection) -> None:
    """Derive anew where this lawcrawl, or its list of laws, finds otherwise than the one that wrote."""
    stale = list(outdated(db))
    for start in range(0, len(stale), BATCH):
        db.execute("BEGIN IMMEDIATE")
        for article_id in stale[start : start + BATCH]:
            [words] = db.execute("SELECT title, text FROM articles WHERE id = ?", (article_id,))
            put_mentions(db, article_id, mentioned(*words))
        db.execute("COMMIT")


def outdated(db: sqlite3.Connection) -> Iterator[int]:
    """The articles whose words say otherwise than what is written of them."""
    for article_id, title, text, written in db.execute(
        "SELECT id, title, text, (SELECT json_group_object(law, count) FROM mentions WHERE article_id = a.id)"
        " FROM articles a ORDER BY id"
    ):
        if json.loads(written) != mentioned(title, text):
            yield article_id


def derivations(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every article's laws beside those that its words name."""
    for article_id in outdated(db):
        why = "the laws it is said to name are not those this lawcrawl reads; 'lawcrawl rebuild' writes them anew"
        yield Problem("mentions", f"article {article_id}", why, harmless=True)
