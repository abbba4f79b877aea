"""What an archive knows of one site, as an archive of its own: every row that a crawl of it asks, and no WARC file.

Merged back it brings what was added to it since and nothing else: what came with it is known again by what it says.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from lawcrawl.archive.knowledge.derived import derive
from lawcrawl.archive.revise import indexed
from lawcrawl.archive.schema import open_database

_CRAWLS = "SELECT id FROM whole.crawls WHERE site_id = :site"
_CHANNELS = "SELECT id FROM whole.channels WHERE site_id = :site"
_ARTICLES = (
    "SELECT id FROM whole.articles WHERE site_id = :site UNION"
    f" SELECT article_id FROM whole.listings WHERE channel_id IN ({_CHANNELS})"
)
_OF_ARTICLES = "article_id IN (SELECT id FROM articles)"
TABLES = {
    "sites": "id = :site OR id IN (SELECT site_id FROM articles)",
    "channels": "site_id = :site",
    "crawls": "site_id = :site",
    "versions": _OF_ARTICLES,
    "view_counts": _OF_ARTICLES,
    "attachments": _OF_ARTICLES,
    "statuses": _OF_ARTICLES,
    "listings": f"{_OF_ARTICLES} AND channel_id IN (SELECT id FROM channels)",
    "walks": f"channel_id IN ({_CHANNELS}) AND crawl_id IN ({_CRAWLS})",
    "failures": f"crawl_id IN ({_CRAWLS})",
    "sealed_versions": _OF_ARTICLES,
}
"""Each table that comes along after the articles, and which of its rows."""
RESTED_ON = (
    f"SELECT id FROM whole.captures WHERE crawl_id IN ({_CRAWLS}) UNION SELECT capture_id FROM articles"
    " UNION SELECT capture_id FROM versions UNION SELECT capture_id FROM attachments"
    " UNION SELECT capture_id FROM statuses"
)


def part(archive: Path, site_id: str, folder: Path) -> None:
    """Make ``folder`` the part of ``archive`` that is about a site. Raises what SQLite raises."""
    folder.mkdir(parents=True)
    with closing(open_database(folder / "lawcrawl.db")) as db:
        db.execute("PRAGMA foreign_keys = OFF")  # rows of other sites that these refer to stay behind
        db.execute("ATTACH ? AS whole", (f"{(archive / 'lawcrawl.db').absolute().as_uri()}?mode=ro",))
        db.execute("BEGIN")
        copy(db, "articles", f"id IN ({_ARTICLES})", site_id)
        for table, condition in TABLES.items():
            copy(db, table, condition, site_id)
        copy(db, "captures", f"id IN ({RESTED_ON})", site_id)
        copy(db, "captures", "id IN (SELECT payload_id FROM captures)", site_id)
        copy(db, "seals", f"id IN (SELECT seal_id FROM sealed_versions) OR crawl_id IN ({_CRAWLS})", site_id)
        for (article_id,) in db.execute("SELECT id FROM articles").fetchall():
            derive(db, [indexed(db, article_id)])
        db.execute("COMMIT")
        db.execute("DETACH whole")


def copy(db: sqlite3.Connection, table: str, condition: str, site_id: str) -> None:
    columns = ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})"))
    db.execute(
        f"INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM whole.{table} WHERE {condition}",
        {"site": site_id},
    )
