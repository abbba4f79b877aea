"""One article, whole: its fields, files, versions, counts, places, what it names and cites, its copies, the capture it rests on."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from typing import Any

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.knowledge.citations import cited_by
from lawcrawl.archive.knowledge.mentions import laws_of
from lawcrawl.archive.knowledge.reprints import copies_of
from lawcrawl.archive.questions.cite import DIGEST
from lawcrawl.archive.rows import one, rows
from lawcrawl.normalize import url_key

ARTICLE = "SELECT a.*, s.name AS site_name FROM articles a JOIN sites s ON s.id = a.site_id"
CAPTURE = "SELECT id, url, fetched_at, status, media_type, sha256 FROM captures WHERE id = ?"
READINGS = "SELECT seen_at, views, growth, flag FROM readings WHERE article_id = ? ORDER BY seen_at"
LISTINGS = """
SELECT c.name AS channel, c.url AS channel_url, title_shown, date_shown, pinned, l.first_seen_at, l.last_seen_at,
    (SELECT min(ended_at) FROM walks WHERE channel_id = l.channel_id AND began_at > l.last_seen_at) AS unlisted_at
FROM listings l JOIN channels c ON c.id = l.channel_id WHERE l.article_id = ?
"""
# A digest is that of one answer; the state the article then had is the last version found by that time.
DIGESTED = """
SELECT url, asked_url, fetched_at FROM captures WHERE sha256 = ? ORDER BY kind IS NOT 'article', id
"""
IN_FORCE = "SELECT max(version) AS version FROM versions WHERE article_id = ? AND seen_at <= ?"


def article(db: sqlite3.Connection, which: int | str, version: int | None = None) -> dict[str, Any] | None:
    """An article by its id, its address or a permanent id; as it is, or as a version of it was.

    A permanent id gives the state that the article had in that capture; ``mentions``, ``citations`` and ``reprints`` are those of its newest. Raises :class:`ArchiveError` for a version
    that the article does not have.
    """
    if isinstance(which, str) and which.startswith(DIGEST):
        return digested(db, which.removeprefix(DIGEST))
    if isinstance(which, int) and which.bit_length() > 63:  # more than SQLite counts
        return None
    column, value = ("id", which) if isinstance(which, int) else ("url_key", url_key(which))
    found = one(db, f"{ARTICLE} WHERE a.{column} = ?", value)
    if found is None:
        return None
    article_id = found["id"]
    found["labels"] = json.loads(found["labels"]) if found["labels"] else {}
    found["attachments"] = rows(db, "SELECT * FROM attachments WHERE article_id = ? ORDER BY id", article_id)
    found["versions"] = versions(db, article_id)
    found["view_counts"] = rows(db, READINGS, article_id)
    found["listings"] = rows(db, LISTINGS, article_id)
    found["mentions"] = [asdict(law) for law in laws_of(db, article_id)]
    found["citations"] = [asdict(document) for document in cited_by(db, article_id)]
    found["reprints"] = [asdict(copy) for copy in copies_of(db, article_id)]
    if version is not None:
        found = at_version(found, version)
    found["capture"] = one(db, CAPTURE, found["capture_id"])
    return found


def versions(db: sqlite3.Connection, article_id: int) -> list[dict[str, Any]]:
    found = rows(db, "SELECT * FROM versions WHERE article_id = ? ORDER BY version", article_id)
    for version in found:
        version["attachments"] = json.loads(version["attachments"])
    return found


def at_version(found: dict[str, Any], version: int) -> dict[str, Any]:
    """The article with the fields of one of its versions. Raises :class:`ArchiveError` where it has no such one."""
    for state in found["versions"]:
        if state["version"] == version:
            return {**found, **{key: value for key, value in state.items() if key != "article_id"}}
    raise ArchiveError(
        f"article {found['id']} has versions 1 to {found['versions'][-1]['version']}, not {version}"
    )


def digested(db: sqlite3.Connection, digest: str) -> dict[str, Any] | None:
    """The article whose page was captured with this digest, in the state it had then."""
    for capture in rows(db, DIGESTED, digest):
        for url in filter(None, (capture["url"], capture["asked_url"])):
            known = one(db, "SELECT id FROM articles WHERE url_key = ?", url_key(url))
            if known is not None:
                state = one(db, IN_FORCE, known["id"], capture["fetched_at"])
                return article(db, known["id"], state["version"] if state else None)
    return None
