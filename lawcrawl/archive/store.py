"""How an article is kept: its row, its versions, listings, counts and files, inside a given transaction."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from lawcrawl.archive.presence import absent, present
from lawcrawl.items import Article, Attachment, Capture, Listing
from lawcrawl.normalize import url_key

Stored = Literal["new", "changed", "unchanged", "gone"]
VERSIONED = ("title", "published", "source", "author", "doc_number", "text")
_COLUMNS = (*VERSIONED, "id", "version", "status", "views", "digest")


@dataclass(slots=True, frozen=True)
class File:
    """What of an attachment makes a version and is indexed."""

    url: str
    name: str | None
    sha256: str | None
    text: str | None

    def as_versioned(self) -> dict[str, Any]:
        return {"name": self.name, "url": self.url, "sha256": self.sha256}


@dataclass(slots=True, frozen=True)
class Indexing:
    """An article's words, from which all that follows is written once a batch's rows are.

    FTS5 writes a segment of its own at every savepoint, so the index waits for the last one.
    """

    article_id: int
    published: str | None
    title: str | None
    doc_number: str | None
    text: str | None
    files: str
    first_seen_at: str | None = None
    """By which, where nothing says when it was published, it is told from its copies who was first."""
    delete: bool = False
    """Take these words out: a contentless index must be told the old ones."""


def store_article(
    db: sqlite3.Connection, article: Article, site_id: str, now: str, indexing: list[Indexing]
) -> Stored:
    """Keep one visit's article and note in ``indexing`` what words change with it.

    A version is made where a reader would call it another text.

    What changes one: title, date, source, author, document number, text, the set of attachments, or an
    attachment's content. Never: counts, labels, markup, and what a visit did not fetch.
    """
    key = url_key(article.url)
    row = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM articles WHERE url_key = ?", (key,)).fetchone()
    if row is None:
        files = merged([], article.attachments)
        digest = digest_of(article, files)
        article_id = insert_article(db, article, key, site_id, now, digest)
        outcome: Stored = "new"
        put_attachments(db, article_id, [], article.attachments)
        put_version(db, article_id, 1, article, files, digest, now)
        indexing.append(words(article_id, article, files))
    else:
        old = dict(zip(_COLUMNS, row, strict=True))
        article_id, outcome = update_article(db, article, old, now, indexing)
    for listing in article.listings:
        put_listing(db, site_id, article_id, listing, now)
    if article.views is not None:
        db.execute("INSERT OR REPLACE INTO view_counts VALUES (?, ?, ?)", (article_id, now, article.views))
    return outcome


def insert_article(
    db: sqlite3.Connection, article: Article, key: str, site_id: str, now: str, digest: str
) -> int:
    fetched = now if article.status != "external" else None
    cursor = db.execute(
        "INSERT INTO articles (site_id, url, url_key, title, published, source, author, doc_number, issuer, views,"
        " text, html, labels, status, version, digest, first_seen_at, last_seen_at, changed_at, checked_at, capture_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
        (
            *(site_id, article.url, key, article.title, article.published, article.source, article.author),
            *(article.doc_number, article.issuer, article.views, article.text, article.html, labels(article)),
            *(article.status, digest, now, now, now, fetched, capture_id(article.capture)),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def update_article(
    db: sqlite3.Connection, article: Article, old: dict[str, Any], now: str, indexing: list[Indexing]
) -> tuple[int, Stored]:
    """A known article seen again."""
    article_id: int = old["id"]
    if article.status == "external" and article.capture is not None:  # its own page leads to another site
        [crawl_id] = db.execute(
            "SELECT crawl_id FROM captures WHERE id = ?", (article.capture.id,)
        ).fetchone()
        left = absent(db, url_key(article.url), crawl_id, now, article.reason, article.capture.id)
        return article_id, "gone" if left else "unchanged"
    if article.status == "external":
        db.execute("UPDATE articles SET last_seen_at = ? WHERE id = ?", (now, article_id))
        return article_id, "unchanged"
    known = files_of(db, article_id)
    files = merged(known, article.attachments)
    changed = replaced(known, files) or any(old[field] != getattr(article, field) for field in VERSIONED)
    version = old["version"] + (1 if changed else 0)
    digest = digest_of(article, files) if changed else old["digest"]
    views = article.views if article.views is not None else old["views"]
    db.execute(
        "UPDATE articles SET title = ?, published = ?, source = ?, author = ?, doc_number = ?, issuer = ?, views = ?,"
        " text = ?, html = ?, labels = ?, status = 'live', version = ?, digest = ?, last_seen_at = ?, checked_at = ?,"
        " changed_at = CASE WHEN ? THEN ? ELSE changed_at END, capture_id = coalesce(?, capture_id) WHERE id = ?",
        (
            *(getattr(article, field) for field in ("title", "published", "source", "author", "doc_number")),
            *(article.issuer, views, article.text, article.html, labels(article), version, digest, now, now),
            *(changed, now, capture_id(article.capture), article_id),
        ),
    )
    put_attachments(db, article_id, known, article.attachments)
    present(db, article_id, now, capture_id(article.capture))
    if changed:
        put_version(db, article_id, version, article, files, digest, now)
    # A file that is had at last, or under another name, makes no version and is to be found all the same.
    before = Indexing(
        *(article_id, old["published"], old["title"], old["doc_number"], old["text"]), file_words(known)
    )
    after = words(article_id, article, files)
    if after != before:
        indexing += [dataclasses.replace(before, delete=True), after]
    return article_id, "changed" if changed else "unchanged"


def files_of(db: sqlite3.Connection, article_id: int) -> list[File]:
    """The files an article has, in the page's order."""
    found = db.execute(
        "SELECT url, name, sha256, text FROM attachments WHERE article_id = ? ORDER BY id", (article_id,)
    )
    return [File(*row) for row in found]


def merged(known: list[File], seen: list[Attachment]) -> list[File]:
    """The files after a visit: those that the page links now; what it did not get stays as it was known.

    Those known before keep their place, as their rows do.
    """
    before = {file.url: file for file in known}
    after: dict[str, File] = {}
    for a in seen:
        old = before.get(a.url)
        sha256 = a.capture.sha256 if a.capture is not None and a.status == "stored" else a.sha256
        if sha256 is None and old is not None:
            after[a.url] = File(a.url, a.name, old.sha256, old.text)
        else:
            after[a.url] = File(a.url, a.name, sha256, a.text)
    return [after[url] for url in before if url in after] + [
        file for url, file in after.items() if url not in before
    ]


def replaced(known: list[File], files: list[File]) -> bool:
    """Whether the set of files or a file's content is another than before."""
    before = {file.url: file.sha256 for file in known}
    if set(before) != {file.url for file in files}:
        return True
    return any(before[f.url] and f.sha256 and before[f.url] != f.sha256 for f in files)


def put_attachments(
    db: sqlite3.Connection, article_id: int, known: list[File], attachments: list[Attachment]
) -> None:
    """Write the files of a visit.

    A file that this visit did not get keeps what is known of it. One that the page no longer links stays on
    record in the versions that had it.
    """
    for gone in {file.url for file in known} - {a.url for a in attachments}:
        db.execute("DELETE FROM attachments WHERE article_id = ? AND url = ?", (article_id, gone))
    for a in attachments:
        if a.capture is not None and a.status == "stored":
            a.sha256 = a.capture.sha256
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


def put_version(
    db: sqlite3.Connection,
    article_id: int,
    version: int,
    article: Article,
    files: list[File],
    digest: str,
    now: str,
) -> None:
    values = [getattr(article, field) for field in VERSIONED]
    shown = json.dumps([file.as_versioned() for file in files], ensure_ascii=False)
    db.execute(
        "INSERT INTO versions (article_id, version, title, published, source, author, doc_number, text, html,"
        " attachments, digest, seen_at, capture_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (article_id, version, *values, article.html, shown, digest, now, capture_id(article.capture)),
    )


def digest_of(article: Article, files: list[File]) -> str:
    values = [getattr(article, field) for field in VERSIONED]
    return version_digest(values, [file.as_versioned() for file in files])


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


def words(article_id: int, article: Article, files: list[File]) -> Indexing:
    return Indexing(
        *(article_id, article.published, article.title, article.doc_number, article.text), file_words(files)
    )


def file_words(files: list[File]) -> str:
    """Names and texts of an article's files, as they are indexed."""
    return "\n".join(part for file in files for part in (file.name, file.text) if part)


def searchable(doc_number: str | None, text: str | None) -> str:
    """The text as it is indexed: the document number is found like a part of it."""
    return f"{doc_number or ''}\n{text or ''}"


def labels(article: Article) -> str | None:
    return json.dumps(article.labels, ensure_ascii=False) if article.labels else None


def capture_id(capture: Capture | None) -> int | None:
    return capture.id if capture else None
