"""Whether an article's own page is still there: its rows in ``statuses``, inside a given transaction.

One answer that a page is not there may be a site's bad day, so it makes a row ``missing`` and the article stays
live. The same answer in a later crawl, with no success between, makes it ``gone``; a success after either makes a
row ``live``. Rows are only ever added.
"""

from __future__ import annotations

import sqlite3

LAST_STATUS = (
    "SELECT s.status FROM statuses s WHERE s.article_id = articles.id"
    " ORDER BY s.seen_at DESC, s.capture_id DESC LIMIT 1"
)
"""The status last noted of the article in a query's row of ``articles``; NULL where none was."""
LAST = (
    "SELECT s.status, c.crawl_id FROM statuses s LEFT JOIN captures c ON c.id = s.capture_id"
    " WHERE s.article_id = ? ORDER BY s.seen_at DESC, s.capture_id DESC LIMIT 1"
)


def absent(
    db: sqlite3.Connection, key: str, crawl_id: int, now: str, reason: str | None, capture_id: int | None
) -> bool:
    """Note that the page of the article with this ``url_key`` says it is not there; whether that makes it gone.

    What the archive never had, or knows from a list alone, cannot go missing.
    """
    row = db.execute("SELECT id, status FROM articles WHERE url_key = ?", (key,)).fetchone()
    if row is None or row[1] == "external":
        return False
    article_id: int = row[0]
    db.execute("UPDATE articles SET checked_at = ? WHERE id = ?", (now, article_id))
    last, earlier = db.execute(LAST, (article_id,)).fetchone() or (None, None)
    if row[1] == "gone" or (last == "missing" and earlier in (None, crawl_id)):
        return False
    if last != "missing":
        note(db, article_id, now, "missing", reason, capture_id)
        return False
    note(db, article_id, now, "gone", reason, capture_id)
    db.execute("UPDATE articles SET status = 'gone', changed_at = ? WHERE id = ?", (now, article_id))
    return True


def present(db: sqlite3.Connection, article_id: int, now: str, capture_id: int | None) -> None:
    """Note that an article's page was read; of one that was missing or gone it is worth a row."""
    last, _ = db.execute(LAST, (article_id,)).fetchone() or (None, None)
    if last not in ("missing", "gone"):
        return
    note(db, article_id, now, "live", None, capture_id)
    if last == "gone":
        db.execute("UPDATE articles SET changed_at = ? WHERE id = ?", (now, article_id))


def note(
    db: sqlite3.Connection,
    article_id: int,
    now: str,
    status: str,
    reason: str | None,
    capture_id: int | None,
) -> None:
    # Twice the same within one second tells nothing more.
    db.execute(
        "INSERT INTO statuses (article_id, seen_at, status, reason, capture_id) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (article_id, now, status, reason, capture_id),
    )
