"""Whether the rows of an archive agree with each other: versions, articles, attachments and the full-text index."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from lawcrawl.archive.proof.records import Problem
from lawcrawl.archive.search.fold import runs
from lawcrawl.archive.search.language import Term
from lawcrawl.archive.search.plan import phrase
from lawcrawl.archive.store import VERSIONED, version_digest
from lawcrawl.normalize import url_key

SAMPLE = 200
"""Articles that are looked for in the index by their words."""
ENOUGH = 40
"""Characters by which a text is looked for: each takes as long as all the others."""


def versions(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every version's digest recomputed; versions counted from 1, each seen after the one before."""
    found = db.execute(
        f"SELECT article_id, version, seen_at, digest, attachments, {', '.join(VERSIONED)} FROM versions"
        " ORDER BY article_id, version"
    )
    for article_id, group in groupby(found, key=lambda row: row[0]):
        seen_before = ""
        for number, (_, version, seen_at, digest, files, *values) in enumerate(group, 1):
            where = f"article {article_id} version {version}"
            if version != number:
                yield Problem("version", where, f"there is no version {number}")
                break
            if seen_at < seen_before:
                yield Problem(
                    "version", where, f"it was seen at {seen_at}, the one before it at {seen_before}"
                )
            if (why := wrong_digest(values, files, digest)) is not None:
                yield Problem("version", where, why)
            seen_before = seen_at
    for key, version, digest, files, *values in db.execute(
        f"SELECT url_key, version, digest, attachments, {', '.join(VERSIONED)} FROM superseded"
    ):
        if (why := wrong_digest(values, files, digest)) is not None:
            yield Problem("version", f"superseded version {version} of {key}", why)


def wrong_digest(values: list[Any], files: str | None, digest: str) -> str | None:
    try:
        found = version_digest(values, json.loads(files or ""))
    except ValueError as error:
        return f"its list of attachments is no JSON: {error}"
    return None if found == digest else f"its fields have the digest {found}, its row says {digest}"


def articles(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every article's row beside its newest version."""
    same = ", ".join(f"a.{name} IS v.{name}" for name in (*VERSIONED, "digest"))
    for article_id, url, key, number, newest, *equal in db.execute(
        f"SELECT a.id, a.url, a.url_key, a.version, n.newest, {same} FROM articles a"
        " LEFT JOIN (SELECT article_id, max(version) AS newest FROM versions GROUP BY article_id) n"
        " ON n.article_id = a.id LEFT JOIN versions v ON v.article_id = a.id AND v.version = n.newest"
    ):
        where = f"{article_id} ({url})"
        if key != url_key(url):
            yield Problem("article", where, f"its key is {key!r}, its address gives {url_key(url)!r}")
        if number != newest:
            yield Problem("article", where, f"it says version {number}, the newest there is is {newest}")
            continue
        wrong = [name for name, is_same in zip((*VERSIONED, "digest"), equal, strict=True) if not is_same]
        if wrong:
            yield Problem("article", where, f"its {', '.join(wrong)} is not that of its newest version")


def attachments(db: sqlite3.Connection) -> Iterator[Problem]:
    """Files beside their captures and beside the article's newest version."""
    for file_id, url, status, ours, theirs in db.execute(
        "SELECT f.id, f.url, f.status, f.sha256, c.sha256 FROM attachments f"
        " LEFT JOIN captures c ON c.id = f.capture_id"
        " WHERE f.sha256 IS NOT c.sha256 OR (f.status = 'stored') IS NOT (f.sha256 IS NOT NULL)"
    ):
        if ours != theirs:
            why = f"its SHA-256 is {ours}, that of its capture {theirs}"
        else:
            why = f"it is said to be {status!r} and has the SHA-256 {ours}"
        yield Problem("attachment", f"{file_id} ({url})", why)
    found = db.execute(
        "SELECT a.id, a.url, v.attachments, (SELECT json_group_object(f.url, f.sha256) FROM attachments f"
        " WHERE f.article_id = a.id) FROM articles a JOIN versions v ON v.article_id = a.id AND v.version = a.version"
    )
    for article_id, url, then, now in found:
        if then == "[]" and now == "{}":
            continue
        for why in other_files(then, json.loads(now)):
            yield Problem("attachment", f"article {article_id} ({url})", why)


def other_files(then: str, now: dict[str, str | None]) -> Iterator[str]:
    """What a version says otherwise of its files than their rows do. One not had then may be had now."""
    try:
        kept = {file["url"]: file["sha256"] for file in json.loads(then)}
    except (ValueError, TypeError, KeyError):
        return  # the version's digest tells
    for url in sorted(kept.keys() ^ now.keys()):
        yield f"{url} is only in {'its newest version' if url in kept else 'the attachments'}"
    for url in sorted(kept.keys() & now.keys()):
        if kept[url] is not None and kept[url] != now[url]:
            yield f"{url} has the SHA-256 {now[url]}, in its newest version {kept[url]}"


def full_text(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every article has its row in the index, and a sample is found by its own words."""
    for this, that, why in (
        ("articles", "articles_fts_docsize", "the full-text index has no row of it"),
        (
            "articles_fts_docsize",
            "articles",
            "the full-text index has a row of it, and there is no such article",
        ),
    ):
        for (article_id,) in db.execute(f"SELECT id FROM {this} EXCEPT SELECT id FROM {that}"):
            yield Problem("index", f"article {article_id}", why)
    [count] = db.execute("SELECT count(*) FROM articles").fetchone()
    for article_id, title, text in db.execute(
        "SELECT id, title, text FROM (SELECT id, title, text, row_number() OVER (ORDER BY id) AS number FROM articles)"
        " WHERE number % ? = 0",
        (max(1, count // SAMPLE),),
    ).fetchall():
        if wrong := "; ".join(not_found(db, article_id, title, text)):
            yield Problem("index", f"article {article_id}", f"it is not found by its own {wrong}")


def not_found(db: sqlite3.Connection, article_id: int, title: str | None, text: str | None) -> Iterator[str]:
    """Which of an article's words its row in the index does not have."""
    for name, value in (("title", title), ("text", text)):
        found = runs(value or "")
        if not found:
            continue
        longest = max(found, key=len)[:ENOUGH]
        term = Term((longest,))
        asked = [("articles_fts", f"{name} : {phrase(term)}"), ("characters_fts", f'"{found[-1][-1]}"')]
        if name == "title":
            asked.append(("titles_fts", phrase(term)))
        for table, match in asked:
            if not db.execute(
                f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = ?", (match, article_id)
            ).fetchone():
                yield f"{name} in {table}, {longest!r}"
