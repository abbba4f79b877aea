"""The database's tables and the migrations that lead to them. Every column is described in docs/archive.md."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.search.fold import teach

APPLICATION_ID = 0x6C617763  # "lawc"
PATIENCE = 300.0
"""Seconds to wait for another process that holds the database."""

FIRST = """
CREATE TABLE sites (
    id TEXT PRIMARY KEY, name TEXT, url TEXT, family TEXT, region TEXT, added_at TEXT NOT NULL
);
CREATE TABLE channels (
    id INTEGER PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites(id), name TEXT, url TEXT NOT NULL,
    claimed INTEGER, walked_at TEXT, last_crawled_at TEXT, UNIQUE (site_id, url)
);
CREATE TABLE crawls (
    id INTEGER PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites(id), started_at TEXT NOT NULL, finished_at TEXT,
    outcome TEXT, reason TEXT, options TEXT, requests INTEGER, pages INTEGER, new INTEGER, changed INTEGER,
    unchanged INTEGER, gone INTEGER, failed INTEGER, stats TEXT, findings TEXT
);
CREATE INDEX crawls_site_id ON crawls(site_id, started_at);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY, crawl_id INTEGER REFERENCES crawls(id), url TEXT NOT NULL, fetched_at TEXT NOT NULL,
    status INTEGER NOT NULL, media_type TEXT, sha256 TEXT, etag TEXT, last_modified TEXT,
    warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL,
    payload_id INTEGER REFERENCES captures(id), kind TEXT, asked_url TEXT, channel_id INTEGER REFERENCES channels(id)
);
CREATE INDEX captures_url ON captures(url);
CREATE INDEX captures_sha256 ON captures(sha256);
CREATE INDEX captures_crawl_id ON captures(crawl_id);
CREATE INDEX captures_asked_url ON captures(asked_url) WHERE asked_url IS NOT NULL;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites(id), url TEXT NOT NULL UNIQUE,
    url_key TEXT NOT NULL UNIQUE, title TEXT, published TEXT, source TEXT, author TEXT, doc_number TEXT, issuer TEXT,
    views INTEGER, status TEXT NOT NULL, version INTEGER NOT NULL, digest TEXT, first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL, changed_at TEXT NOT NULL, checked_at TEXT, capture_id INTEGER REFERENCES captures(id),
    labels TEXT, text TEXT, html TEXT
);
CREATE INDEX articles_site_id ON articles(site_id);
CREATE INDEX articles_site_published ON articles(site_id, published);
CREATE INDEX articles_doc_number ON articles(doc_number);
CREATE INDEX articles_published ON articles(published);
CREATE INDEX articles_source ON articles(source, published);
CREATE INDEX articles_month ON articles(site_id, substr(published, 1, 7), views);
CREATE INDEX articles_brief ON articles(id, site_id, published, source, views);
CREATE INDEX articles_filled ON articles(
    status, title IS NOT NULL, published IS NOT NULL, source IS NOT NULL, author IS NOT NULL, views IS NOT NULL,
    doc_number IS NOT NULL, issuer IS NOT NULL, text IS NOT NULL
);
CREATE INDEX articles_odd ON articles(status) WHERE status != 'live' OR checked_at IS NULL;
CREATE INDEX articles_checked_at ON articles(site_id, checked_at, status, changed_at);
CREATE TABLE listings (
    channel_id INTEGER NOT NULL REFERENCES channels(id), article_id INTEGER NOT NULL REFERENCES articles(id),
    title_shown TEXT, date_shown TEXT, pinned INTEGER NOT NULL DEFAULT 0, first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL, PRIMARY KEY (channel_id, article_id)
) WITHOUT ROWID;
CREATE INDEX listings_article_id ON listings(article_id);
CREATE INDEX listings_last_seen_at ON listings(channel_id, last_seen_at);
CREATE TABLE walks (
    channel_id INTEGER NOT NULL REFERENCES channels(id), began_at TEXT NOT NULL, ended_at TEXT NOT NULL,
    crawl_id INTEGER NOT NULL REFERENCES crawls(id), claimed INTEGER, PRIMARY KEY (channel_id, began_at)
) WITHOUT ROWID;
CREATE INDEX walks_ended_at ON walks(ended_at);
CREATE VIEW unlisted AS
    SELECT l.channel_id, l.article_id, l.last_seen_at, (SELECT min(ended_at) FROM walks
        WHERE channel_id = l.channel_id AND began_at > l.last_seen_at) AS unlisted_at
    FROM (SELECT channel_id, max(began_at) AS newest FROM walks GROUP BY channel_id) w
    CROSS JOIN listings l ON l.channel_id = w.channel_id AND l.last_seen_at < w.newest;
CREATE TABLE versions (
    article_id INTEGER NOT NULL REFERENCES articles(id), version INTEGER NOT NULL, title TEXT, published TEXT,
    source TEXT, author TEXT, doc_number TEXT, digest TEXT NOT NULL, seen_at TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id), attachments TEXT, text TEXT, html TEXT, PRIMARY KEY (article_id, version)
);
CREATE INDEX versions_seen_at ON versions(seen_at, version);
CREATE TABLE view_counts (
    article_id INTEGER NOT NULL REFERENCES articles(id), seen_at TEXT NOT NULL, views INTEGER NOT NULL,
    PRIMARY KEY (article_id, seen_at)
) WITHOUT ROWID;
CREATE VIEW readings AS
    SELECT article_id, seen_at, views, views - earlier AS growth,
        CASE WHEN views < earlier THEN 'reset' WHEN views >= earlier + 10000 AND views > 10 * earlier THEN 'jump' END AS flag
    FROM (SELECT *, lag(views) OVER (PARTITION BY article_id ORDER BY seen_at) AS earlier FROM view_counts);
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL REFERENCES articles(id), url TEXT NOT NULL, name TEXT,
    media_type TEXT, size INTEGER, sha256 TEXT, reason TEXT, status TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id), text TEXT, UNIQUE (article_id, url)
);
CREATE TABLE failures (
    id INTEGER PRIMARY KEY, crawl_id INTEGER REFERENCES crawls(id), url TEXT NOT NULL, stage TEXT NOT NULL,
    reason TEXT NOT NULL, attempts INTEGER NOT NULL, at TEXT NOT NULL, channel_id INTEGER REFERENCES channels(id)
);
CREATE INDEX failures_crawl_id ON failures(crawl_id);
CREATE TABLE statuses (
    article_id INTEGER NOT NULL REFERENCES articles(id), seen_at TEXT NOT NULL, status TEXT NOT NULL, reason TEXT,
    capture_id INTEGER REFERENCES captures(id), PRIMARY KEY (article_id, seen_at, status)
) WITHOUT ROWID;
CREATE INDEX statuses_seen_at ON statuses(seen_at);
CREATE TABLE seals (
    id INTEGER PRIMARY KEY, crawl_id INTEGER UNIQUE REFERENCES crawls(id),
    rebuild_id INTEGER UNIQUE REFERENCES rebuilds(id), chain TEXT NOT NULL,
    number INTEGER NOT NULL, sealed_at TEXT NOT NULL, captures INTEGER NOT NULL, versions INTEGER NOT NULL,
    manifest TEXT NOT NULL, previous TEXT, digest TEXT NOT NULL, stamp BLOB
);
CREATE TABLE sealed_versions (
    article_id INTEGER NOT NULL, version INTEGER NOT NULL, seal_id INTEGER NOT NULL REFERENCES seals(id),
    PRIMARY KEY (article_id, version), FOREIGN KEY (article_id, version) REFERENCES versions(article_id, version)
) WITHOUT ROWID;
CREATE INDEX sealed_versions_seal_id ON sealed_versions(seal_id);
CREATE TABLE unsealed_versions (
    article_id INTEGER NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (article_id, version)
) WITHOUT ROWID;
CREATE TRIGGER version_stored AFTER INSERT ON versions BEGIN
    INSERT OR IGNORE INTO unsealed_versions (article_id, version) VALUES (new.article_id, new.version); END;
CREATE TRIGGER version_removed AFTER DELETE ON versions BEGIN
    DELETE FROM unsealed_versions WHERE article_id = old.article_id AND version = old.version; END;
CREATE TRIGGER version_sealed AFTER INSERT ON sealed_versions BEGIN
    DELETE FROM unsealed_versions WHERE article_id = new.article_id AND version = new.version; END;
CREATE TRIGGER version_unsealed AFTER DELETE ON sealed_versions BEGIN
    INSERT OR IGNORE INTO unsealed_versions SELECT article_id, version FROM versions
    WHERE article_id = old.article_id AND version = old.version; END;
CREATE INDEX seals_chain ON seals(chain, number);
CREATE TABLE identity (chain TEXT NOT NULL);
CREATE TABLE rebuilds (
    id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, software TEXT NOT NULL, sites TEXT,
    crawls TEXT, last_capture_id INTEGER NOT NULL DEFAULT 0, articles INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0, report TEXT
);
CREATE TABLE merges (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, chain TEXT, started_at TEXT NOT NULL, finished_at TEXT,
    articles INTEGER, captures INTEGER
);
CREATE TABLE imports (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, software TEXT, sites TEXT,
    started_at TEXT NOT NULL, finished_at TEXT, captures INTEGER, problem TEXT
);
CREATE INDEX imports_sha256 ON imports(sha256);
CREATE TABLE superseded (
    id INTEGER PRIMARY KEY, url_key TEXT NOT NULL, version INTEGER NOT NULL, title TEXT, published TEXT, source TEXT,
    author TEXT, doc_number TEXT, text TEXT, html TEXT, attachments TEXT, digest TEXT NOT NULL, seen_at TEXT NOT NULL,
    capture_id INTEGER REFERENCES captures(id), seal_id INTEGER REFERENCES seals(id),
    rebuild_id INTEGER REFERENCES rebuilds(id)
);
CREATE INDEX superseded_url_key ON superseded(url_key);
CREATE INDEX superseded_seal_id ON superseded(seal_id);
CREATE TABLE schedules (
    id INTEGER PRIMARY KEY, target TEXT NOT NULL UNIQUE, rule TEXT NOT NULL, added_at TEXT NOT NULL,
    last_started_at TEXT, last_finished_at TEXT, last_status INTEGER
);
CREATE TABLE mentions (
    article_id INTEGER NOT NULL REFERENCES articles(id), law TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (article_id, law)
) WITHOUT ROWID;
CREATE INDEX mentions_law ON mentions(law, count);
CREATE TABLE citations (
    article_id INTEGER NOT NULL REFERENCES articles(id), doc_number TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (article_id, doc_number)
) WITHOUT ROWID;
CREATE INDEX citations_doc_number ON citations(doc_number, count);
CREATE VIEW cited AS
    SELECT c.article_id, c.doc_number, c.count, a.id AS cited_id FROM citations c
    LEFT JOIN articles a ON a.doc_number = c.doc_number;
CREATE TABLE reprints (
    article_id INTEGER NOT NULL REFERENCES articles(id), of_id INTEGER NOT NULL REFERENCES articles(id),
    similarity REAL NOT NULL, PRIMARY KEY (article_id, of_id)
) WITHOUT ROWID;
CREATE INDEX reprints_of_id ON reprints(of_id);
CREATE TABLE sketches (article_id INTEGER PRIMARY KEY REFERENCES articles(id), minhash BLOB NOT NULL);
CREATE TABLE buckets (
    bucket INTEGER NOT NULL, article_id INTEGER NOT NULL, PRIMARY KEY (bucket, article_id)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE articles_fts USING fts5(text, title, attachments, content='', tokenize='ascii');
CREATE VIRTUAL TABLE titles_fts USING fts5(title, content='', columnsize=0, prefix='1', tokenize='ascii');
CREATE VIRTUAL TABLE characters_fts USING fts5(
    characters, content='', columnsize=0, detail='none', tokenize='ascii'
);
INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 33554432);
INSERT INTO articles_fts (articles_fts, rank) VALUES ('automerge', 8);
"""

MIGRATIONS: tuple[str, ...] = (FIRST,)
"""What leads from each version of the schema to the next; an archive's own stands in ``user_version``."""


def connect(path: Path, *, read_only: bool = False, patience: float = PATIENCE) -> sqlite3.Connection:
    """A connection as every part of lawcrawl uses it: WAL, patient with other writers, transactions explicit."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
    if read_only and not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists():
        address += "&immutable=1"  # a medium where SQLite cannot put what it shares between its readers
    db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=patience, check_same_thread=False)
    teach(db)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA cache_size = -16000")
    # Some builds of SQLite else write zeros over all that an index merges.
    db.execute("PRAGMA secure_delete = OFF")
    return db


def open_database(path: Path, *, read_only: bool = False, patience: float = PATIENCE) -> sqlite3.Connection:
    """A connection to a database of this schema. Raises :class:`ArchiveError` and what SQLite raises."""
    db = connect(path, read_only=read_only, patience=patience)
    try:
        migrate(db, path, read_only=read_only)
    except BaseException:
        db.close()  # what is refused is not kept open
        raise
    return db


def migrate(db: sqlite3.Connection, path: Path, *, read_only: bool = False) -> None:
    """Bring the database to this schema. Raises :class:`ArchiveError` for a newer or a foreign one."""
    db.execute("BEGIN")  # one state of it: another process may be making it now
    try:
        [tables] = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        [version] = db.execute("PRAGMA user_version").fetchone()
        [application] = db.execute("PRAGMA application_id").fetchone()
    finally:
        db.execute("ROLLBACK")
    if application != APPLICATION_ID and tables:
        raise ArchiveError(f"{path} is a database of another program; name another folder with --archive")
    if version > len(MIGRATIONS):
        raise ArchiveError(
            f"{path} was written by a newer lawcrawl (schema {version}, this one knows {len(MIGRATIONS)}); upgrade lawcrawl"
        )
    if version == len(MIGRATIONS):
        return
    if read_only:
        raise ArchiveError(f"{path} has an older schema and is opened read-only; open it once for writing")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        [version] = db.execute("PRAGMA user_version").fetchone()
        for step in MIGRATIONS[version:]:
            for statement in step.split(";\n"):
                if statement.strip():
                    db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("COMMIT")
    except sqlite3.Error:
        db.execute("ROLLBACK")
        raise
