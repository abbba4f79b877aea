"""An archive's contents without what is its own alone: ids and times. Two archives that tell the same are equal here."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

FIELDS = "title, published, source, author, doc_number, text, html"
QUERIES = {
    "sites": "SELECT id, name, url, family, region FROM sites",
    "channels": "SELECT site_id, name, url, claimed, walked_at IS NULL FROM channels",
    "articles": f"SELECT url_key, {FIELDS}, issuer, views, labels, status, version, digest FROM articles",
    "versions": f"SELECT a.url_key, v.version, {', '.join(f'v.{name}' for name in FIELDS.split(', '))}, v.attachments,"
    " v.digest FROM versions v JOIN articles a ON a.id = v.article_id",
    "attachments": "SELECT a.url_key, (SELECT count(*) FROM attachments b WHERE b.article_id = f.article_id"
    " AND b.id < f.id), f.url, f.name, f.media_type, f.size, f.sha256, f.text, f.reason, f.status"
    " FROM attachments f JOIN articles a ON a.id = f.article_id",
    "view_counts": "SELECT a.url_key, row_number() OVER (PARTITION BY a.id ORDER BY w.seen_at), w.views"
    " FROM view_counts w JOIN articles a ON a.id = w.article_id",
    "statuses": "SELECT a.url_key, row_number() OVER (PARTITION BY a.id ORDER BY s.seen_at, s.capture_id), s.status,"
    " s.reason FROM statuses s JOIN articles a ON a.id = s.article_id",
    "listings": "SELECT c.site_id, c.url, a.url_key, l.title_shown, l.date_shown, l.pinned FROM listings l"
    " JOIN articles a ON a.id = l.article_id JOIN channels c ON c.id = l.channel_id",
    "mentions": "SELECT a.url_key, m.law, m.count FROM mentions m JOIN articles a ON a.id = m.article_id",
    "citations": "SELECT a.url_key, c.doc_number, c.count FROM citations c JOIN articles a ON a.id = c.article_id",
    "reprints": "SELECT a.url_key, o.url_key, r.similarity FROM reprints r JOIN articles a ON a.id = r.article_id"
    " JOIN articles o ON o.id = r.of_id",
    "sketches": "SELECT a.url_key, s.minhash FROM sketches s JOIN articles a ON a.id = s.article_id",
    "buckets": "SELECT a.url_key, b.bucket FROM buckets b JOIN articles a ON a.id = b.article_id",
    "captures": "SELECT url, status, media_type, sha256, kind, asked_url FROM captures",
    "crawls": "SELECT site_id, outcome, reason, new, changed, unchanged, gone, failed FROM crawls",
    "walks": "SELECT c.site_id, c.url, w.claimed FROM walks w JOIN channels c ON c.id = w.channel_id",
    "failures": "SELECT f.url, stage, reason, attempts, c.url FROM failures f LEFT JOIN channels c ON c.id = f.channel_id",
}


def contents(archive: Path) -> dict[str, list[Any]]:
    """The rows of each table, sorted; of the full-text index, which articles hold which word."""
    db = sqlite3.connect(f"file:{archive / 'lawcrawl.db'}?mode=ro", uri=True)
    try:
        found = {name: sorted(db.execute(sql).fetchall(), key=repr) for name, sql in QUERIES.items()}
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, articles_fts, instance)")
        found["index"] = sorted(
            db.execute(
                "SELECT a.url_key, w.term, w.col, w.offset FROM temp.words w JOIN articles a ON a.id = w.doc"
            )
        )
        return found
    finally:
        db.close()
