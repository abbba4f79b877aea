"""What changed on the sites: articles new, edited, unlisted, gone and restored, as the crawls saw it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Any

from lawcrawl.archive.questions.differences import FIELDS, changed_fields

ORDER = ("new", "restored", "edited", "unlisted", "gone")
"""Of what one visit saw at once."""
COLUMNS = ", ".join(FIELDS)
FEW = 2000

VERSIONS = """
SELECT v.article_id, v.version, v.seen_at, a.url, a.site_id, v.title, p.version FROM {tables} ON a.id = v.article_id
LEFT JOIN versions p ON p.article_id = v.article_id AND p.version = v.version - 1
WHERE {where} ORDER BY v.seen_at DESC LIMIT {limit}
"""
NUMBERED = {"new": "v.version = 1", "edited": "v.version > 1"}
# The version in force is the last one seen by then; a page that came back edited is a version of the same second.
STATUSES = """
SELECT s.article_id, v.version, s.seen_at, a.url, a.site_id, v.title,
    (SELECT e.status FROM statuses e WHERE e.article_id = s.article_id
     AND (e.seen_at, coalesce(e.capture_id, 0)) < (s.seen_at, coalesce(s.capture_id, 0))
     ORDER BY e.seen_at DESC, e.capture_id DESC LIMIT 1) AS earlier
FROM statuses s CROSS JOIN articles a ON a.id = s.article_id
JOIN versions v ON v.article_id = s.article_id AND v.version =
    (SELECT max(version) FROM versions WHERE article_id = s.article_id AND seen_at <= s.seen_at)
WHERE {where} ORDER BY s.seen_at DESC, s.article_id DESC LIMIT {limit}
"""
# A page that was only missing once was never reported as gone.
TURNS = {"gone": "s.status = 'gone'", "restored": "s.status = 'live' AND earlier = 'gone'"}
# Off every list that had it; its own page may well be there. Noticed when the last of those lists had been read: by the
# first walk that began after the list showed it.
UNLISTED = """
SELECT l.article_id, v.version, w.ended_at, a.url, a.site_id, v.title FROM walks w
CROSS JOIN listings l ON l.channel_id = w.channel_id AND l.last_seen_at < w.began_at AND l.last_seen_at >=
    coalesce((SELECT max(began_at) FROM walks WHERE channel_id = w.channel_id AND began_at < w.began_at), '')
CROSS JOIN articles a ON a.id = l.article_id
JOIN versions v ON v.article_id = l.article_id AND v.version =
    (SELECT max(version) FROM versions WHERE article_id = l.article_id AND seen_at <= w.ended_at)
WHERE NOT EXISTS (SELECT 1 FROM listings o WHERE o.article_id = l.article_id AND o.channel_id != l.channel_id
    AND (coalesce((SELECT min(ended_at) FROM walks WHERE channel_id = o.channel_id AND began_at > o.last_seen_at), '~'),
        o.channel_id) > (w.ended_at, l.channel_id))
    AND (:site IS NULL OR w.channel_id IN (SELECT id FROM channels WHERE site_id = :site))
    AND {where} ORDER BY w.ended_at DESC LIMIT {limit}
"""


def changes(
    db: sqlite3.Connection,
    since: str | None = None,
    until: str | None = None,
    site: str | None = None,
    *,
    kinds: Collection[str] = ORDER,
    newest: int | None = None,
) -> list[dict[str, Any]]:
    """What was seen to change, oldest first; of these ``kinds``, and the ``newest`` so many where a number is given.

    ``since`` and ``until`` are UTC times or the first part of one (``2024``, ``2024-01-04``), both inclusive. Each
    change has ``kind`` (``new``, ``edited``, ``unlisted``, ``gone``, ``restored``), ``at`` (UTC), ``article_id``, ``url``,
    ``title``, ``site``, ``version`` (made by the change, else the one in force) and ``fields``: for ``edited`` which of
    :data:`~lawcrawl.archive.questions.differences.FIELDS` changed, else [].
    """
    found: list[dict[str, Any]] = []
    for kind, which in NUMBERED.items():
        if kind in kinds:
            found += version_changes(db, since, until, site, which, newest)
    for kind, which in TURNS.items():
        if kind in kinds:
            where, values = within("s.seen_at", since, until, site)
            sql = STATUSES.format(where=f"{which} AND {where}", limit=-1 if newest is None else newest)
            found += [change(kind, row) for row in db.execute(sql, values)]
    if "unlisted" in kinds:
        where, values = within("w.ended_at", since, until, site)
        sql = UNLISTED.format(where=where, limit=-1 if newest is None else newest)
        found += [change("unlisted", row) for row in db.execute(sql, {**values, "site": site})]
    found.sort(key=lambda one: (one["at"], one["article_id"], ORDER.index(one["kind"])))
    return found if newest is None else found[max(0, len(found) - newest) :]


def version_changes(
    db: sqlite3.Connection,
    since: str | None,
    until: str | None,
    site: str | None,
    which: str,
    newest: int | None,
) -> list[dict[str, Any]]:
    where, values = within("v.seen_at", since, until, site)
    sql = VERSIONS.format(
        where=f"{which} AND {where}",
        tables="articles a CROSS JOIN versions v" if few(db, site) else "versions v CROSS JOIN articles a",
        limit=-1 if newest is None else newest,
    )
    found = []
    for row in db.execute(sql, values):
        fields = [] if row[6] is None else edited(db, row[0], row[6], row[1])
        found.append(change("new" if row[6] is None else "edited", row, fields))
    return found


def few(db: sqlite3.Connection, site: str | None) -> bool:
    """Whether a site has so few articles that each is looked at sooner than every change."""
    if site is None:
        return False
    [[found]] = db.execute(
        f"SELECT count(*) <= {FEW} FROM (SELECT 1 FROM articles WHERE site_id = ? LIMIT {FEW + 1})", (site,)
    ).fetchall()
    return bool(found)


def edited(db: sqlite3.Connection, article_id: int, old: int, new: int) -> list[str]:
    before, after = (version(db, article_id, number) for number in (old, new))
    return changed_fields(before, after)


def version(db: sqlite3.Connection, article_id: int, number: int) -> dict[str, Any]:
    """The versioned fields of a version that there is."""
    row = db.execute(
        f"SELECT {COLUMNS} FROM versions WHERE article_id = ? AND version = ?", (article_id, number)
    ).fetchone()
    found = dict(zip(FIELDS, row, strict=True))
    found["attachments"] = json.loads(found["attachments"])
    return found


def change(kind: str, row: tuple[Any, ...], fields: list[str] | None = None) -> dict[str, Any]:
    names = ("article_id", "version", "at", "url", "site", "title")
    values = dict(zip(names, row, strict=False))
    order = ("at", "article_id", "url", "title", "site", "version")
    return {"kind": kind, **{name: values[name] for name in order}, "fields": fields or []}


def within(column: str, since: str | None, until: str | None, site: str | None) -> tuple[str, dict[str, str]]:
    """The WHERE clause of a span of time and a site, and its values."""
    clauses = {
        "since": f"{column} >= :since",
        "until": f"substr({column}, 1, length(:until)) <= :until",
        "site": "a.site_id = :site",
    }
    given = {"since": since, "until": until, "site": site}
    values = {name: value for name, value in given.items() if value is not None}
    return " AND ".join(clauses[name] for name in values) or "1", values
