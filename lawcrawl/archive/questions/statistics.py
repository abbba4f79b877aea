"""The whole in numbers."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from lawcrawl.archive.locks import in_use
from lawcrawl.archive.questions.health import LAST_CRAWLS, health
from lawcrawl.archive.rows import one, rows

COVERED = ("title", "published", "source", "author", "views", "doc_number", "issuer", "text")


def sites(db: sqlite3.Connection, path: Path) -> list[dict[str, Any]]:
    """Every site with its numbers, its last crawl and, by :func:`~lawcrawl.archive.questions.health.health`, its health."""
    found = rows(
        db,
        "SELECT s.*, (SELECT count(*) FROM channels WHERE site_id = s.id) AS channels,"
        " (SELECT count(*) FROM articles WHERE site_id = s.id) AS articles,"
        " (SELECT max(started_at) FROM crawls WHERE site_id = s.id) AS last_crawl FROM sites s ORDER BY s.id",
    )
    for site in found:
        running = in_use(path, site["id"]) is not None
        site["health"] = health(one(db, f"{LAST_CRAWLS} LIMIT 1", site["id"]), running=running)
    return found


def stats(db: sqlite3.Connection, path: Path) -> dict[str, Any]:
    """Counts, a time line, the coverage of fields, view growth, bytes on disk."""
    counts = one(
        db,
        "SELECT (SELECT count(*) FROM sites) AS sites, (SELECT count(*) FROM channels) AS channels,"
        " (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM articles WHERE status = 'gone') AS gone,"
        " (SELECT count(*) FROM articles WHERE status = 'external') AS external,"
        " (SELECT count(DISTINCT article_id) FROM unlisted) AS unlisted,"
        " (SELECT count(*) FROM versions) AS versions, (SELECT count(*) FROM attachments) AS attachments,"
        " (SELECT count(*) FROM captures) AS captures, (SELECT count(*) FROM crawls) AS crawls,"
        " (SELECT count(*) FROM failures) AS failures",
    )
    assert counts is not None
    covered = ", ".join(f"coalesce(sum({field} IS NOT NULL), 0) AS {field}" for field in COVERED)
    of_fields = one(
        db,
        f"SELECT count(*) AS articles, {covered} FROM articles INDEXED BY articles_filled WHERE status != 'external'",
    )
    return {
        **counts,
        "coverage": of_fields,
        "by_year": rows(
            db,
            "SELECT substr(published, 1, 4) AS year, count(*) AS articles FROM articles"
            " WHERE published IS NOT NULL GROUP BY 1 ORDER BY 1",
        ),
        "by_site": rows(
            db, "SELECT site_id AS site, count(*) AS articles FROM articles GROUP BY 1 ORDER BY 1"
        ),
        "view_growth": rows(
            db,
            "WITH most AS (SELECT article_id, sum(growth) FILTER (WHERE flag IS NULL) AS growth, count(*) AS readings,"
            " count(flag) AS flagged FROM readings GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC, 1 LIMIT 10)"
            " SELECT article_id, title, views AS latest, growth, readings, flagged FROM most JOIN articles ON id = article_id"
            " ORDER BY growth DESC, article_id",
        ),
        "disk": {
            "database_bytes": sum(f.stat().st_size for f in path.glob("lawcrawl.db*")),
            "warc_bytes": sum(f.stat().st_size for f in path.glob("warc/*")),
        },
    }
