"""How an article is kept: its row, its versions, listings, counts and files, inside a given transaction."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass, replace
from typing import Any, Literal

from lawcrawl.archive.presence import present
from lawcrawl.archive.search import index_text
from lawcrawl.items import Article, Attachment, Capture, Listing
from lawcrawl.normalize import url_key

Stored = Literal["new", "changed", "unchanged"]
VERSIONED = ("title", "published", "source", "author", "doc_number", "text")
_COLUMNS = (*VERSIONED, "id", "version", "status", "views")


@dataclass(slots=True, frozen=True)
class Indexing:
    """What is to change in the full-text index once a batch's rows are written.

    FTS5 writes a segment of its own at every savepoint, so the index waits for the last one.
    """

    article_id: int
    title: str | None
    text: str
    files: str
    delete: bool = False
    """Take these words out: a contentless index must be told the old ones."""


def store_article(
    db: sqlite3.Connection, article: Article, site_id: str, now: str, indexing: list[Indexing]
) -> Stored:
    """Keep one visit's article and note in ``indexing`` what of the index changes with it.

    A version is made where a reader would call it another text.

    What changes one: title, date, source, author, document number, text, the set of attachments, or an
    attachment's content. Never: counts, labels, markup, and what a visit did not fetch.
    """
    key = url_key(article.url)
    row = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM articles WHERE url_key = ?", (key,)).fetchone()
    if row is None:
        article_id = insert_article(db, article, key, site_id, now)
        outcome: Stored = "new"
        put_attachments(db, article_id, article.attachments)
        put_version(db, article_id, 1, article, now)
        indexing.append(words(db, article_id, article))
    else:
        old = dict(zip(_COLUMNS, row, strict=True))
        article_id, outcome = update_article(db, article, old, now, indexing)
    for listing in article.listings:
        put_listing(db, site_id, article_id, listing, now)
    if article.views is not None:
        db.execute("INSERT OR REPLACE INTO view_counts VALUES (?, ?, ?)", (article_id, now, article.views))
    return outcome


def insert_article(db: sqlite3.Connection, article: Article, key: str, site_id: str, now: str) -> int:
    fetched = now if article.status != "external" else None
    cursor = db.execute(
        "INSERT INTO articles (site_id, url, url_key, title, published, source, author, doc_number, issuer, views,"
        " text, html, labels, status, version, digest, first_seen_at, last_seen_at, changed_at, checked_at, capture_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, NULL, ?, ?, ?, ?, ?)",
        (
            *(site_id, article.url, key, article.title, article.published, article.source, article.author),
            *(article.doc_number, article.issuer, article.views, article.text, article.html, labels(article)),
            *(article.status, now, now, now, fetched, capture_id(article.capture)),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def update_article(
    db: sqlite3.Connection, article: Article, old: dict[str, Any], now: str, indexing: list[Indexing]
) -> tuple[int, Stored]:
    """A known article seen again."""
    article_id: int = old["id"]
    if article.status == "external":
        db.execute("UPDATE articles SET last_seen_at = ? WHERE id = ?", (now, article_id))
        return article_id, "unchanged"
    files, text = attachment_text(db, article_id), searchable(old["doc_number"], old["text"])
    before = Indexing(article_id, old["title"], text, files)
    replaced = put_attachments(db, article_id, article.attachments)
    changed = replaced or any(old[field] != getattr(article, field) for field in VERSIONED)
    version = old["version"] + (1 if changed else 0)
    views = article.views if article.views is not None else old["views"]
    db.execute(
        "UPDATE articles SET title = ?, published = ?, source = ?, author = ?, doc_number = ?, issuer = ?, views = ?,"
        " text = ?, html = ?, labels = ?, status = 'live', version = ?, last_seen_at = ?, checked_at = ?,"
        " changed_at = CASE WHEN ? THEN ? ELSE changed_at END, capture_id = coalesce(?, capture_id) WHERE id = ?",
        (
            *(
                article.title,
                article.published,
                article.source,
                article.author,
                article.doc_number,
                article.issuer,
            ),
            *(views, article.text, article.html, labels(article), version, now, now),
            *(changed, now, capture_id(article.capture), article_id),
        ),
    )
    present(db, article_id, now, capture_id(article.capture))
    if changed:
        put_version(db, article_id, version, article, now)
    # A file that is had at last, or under another name, makes no version and is to be found all the same.
    after = words(db, article_id, article)
    if after != before:
        indexing += [replace(before, delete=True), after]
    return article_id, "changed" if changed else "unchanged"


def put_attachments(db: sqlite3.Connection, article_id: int, attachments: list[Attachment]) -> bool:
    """Keep the files of a visit; whether the set or a file's content is another than before.

    A file that this visit did not get keeps what is known of it. One that the page no longer links stays on
    record in the versions that had it.
    """
    known = {
        url: (sha256, name)
        for url, sha256, name in db.execute(
            "SELECT url, sha256, name FROM attachments WHERE article_id = ?", (article_id,)
        )
    }
    changed = {a.url for a in attachments} != set(known)
    for gone in set(known) - {a.url for a in attachments}:
        db.execute("DELETE FROM attachments WHERE article_id = ? AND url = ?", (article_id, gone))
    for a in attachments:
        old_sha256 = known.get(a.url, (None, None))[0]
        changed = changed or bool(a.sha256 and old_sha256 and a.sha256 != old_sha256)
        if a.capture is not None and a.status == "stored":
            a.sha256 = a.capture.sha256
            changed = changed or bool(old_sha256 and a.sha256 != old_sha256)
        db.execute(
            "INSERT INTO attachments (article_id, url, name, media_type, size, sha256, text, reason, status, capture_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (article_id, url) DO UPDATE SET name = excluded.name,"
            " media_type = coalesce(excluded.media_type, media_type), size = coalesce(excluded.size, size),"
            " sha256 = coalesce(excluded.sha256, sha256), capture_id = coalesce(excluded.capture_id, capture_id),"
            " text = CASE WHEN excluded.sha256 IS NULL THEN text ELSE excluded.text END,"
            " reason = CASE WHEN excluded.sha256 IS NULL THEN reason ELSE excluded.reason END,"
            " status = CASE WHEN status = 'stored' AND excluded.sha256 IS NULL THEN status ELSE excluded.status END",
            (
                *(article_id, a.url, a.name, a.media_type, a.size, a.sha256, a.text, a.reason, a.status),
                capture_id(a.capture),
            ),
        )
    return changed and bool(known or attachments)


def put_version(db: sqlite3.Connection, article_id: int, version: int, article: Article, now: str) -> None:
    files = [
        {"name": name, "url": url, "sha256": sha256}
        for name, url, sha256 in db.execute(
            "SELECT name, url, sha256 FROM attachments WHERE article_id = ? ORDER BY id", (article_id,)
        )
    ]
    values = [getattr(article, field) for field in VERSIONED]
    digest = version_digest(values, files)
    db.execute(
        "INSERT INTO versions (article_id, version, title, published, source, author, doc_number, text, html,"
        " attachments, digest, seen_at, capture_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(article_id, version, *values, article.html, json.dumps(files, ensure_ascii=False), digest, now),
            capture_id(article.capture),
        ),
    )
    db.execute("UPDATE articles SET digest = ? WHERE id = ?", (digest, article_id))


def version_digest(values: list[str | None], files: list[dict[str, Any]]) -> str:
    """Hex SHA-256 of the JSON array of a version's fields, its files last, in the versions table's order."""
    text = json.dumps([*values, files], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def put_listing(db: sqlite3.Connection, site_id: str, article_id: int, listing: Listing, now: str) -> None:
    db.execute(
        "INSERT INTO listings SELECT id, ?, ?, ?, ?, ?, ? FROM channels WHERE site_id = ? AND url = ?"
        " ON CONFLICT (channel_id, article_id) DO UPDATE SET title_shown = excluded.title_shown,"
        " date_shown = excluded.date_shown, pinned = excluded.pinned, last_seen_at = excluded.last_seen_at",
        (
            *(article_id, listing.title_shown, listing.date_shown, listing.pinned, now, now),
            *(site_id, listing.channel),
        ),
    )


def attachment_text(db: sqlite3.Connection, article_id: int) -> str:
    """Names and texts of an article's files, as they are indexed."""
    found = db.execute("SELECT name, text FROM attachments WHERE article_id = ? ORDER BY id", (article_id,))
    return "\n".join(part for row in found for part in row if part)


def words(db: sqlite3.Connection, article_id: int, article: Article) -> Indexing:
    files = attachment_text(db, article_id)
    return Indexing(article_id, article.title, searchable(article.doc_number, article.text), files)


def searchable(doc_number: str | None, text: str | None) -> str:
    """The text as it is indexed: the document number is found like a part of it."""
    return f"{doc_number or ''}\n{text or ''}"


def index(db: sqlite3.Connection, change: Indexing) -> None:
    command, columns = ("'delete', ", "articles_fts, ") if change.delete else ("", "")
    db.execute(
        f"INSERT INTO articles_fts ({columns}rowid, title, text, attachments) VALUES ({command}?, ?, ?, ?)",
        (change.article_id, *map(index_text, (change.title, change.text, change.files))),
    )


def labels(article: Article) -> str | None:
    return json.dumps(article.labels, ensure_ascii=False) if article.labels else None


def capture_id(capture: Capture | None) -> int | None:
    return capture.id if capture else None
