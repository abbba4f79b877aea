"""Articles with the same text, or nearly: found as they arrive, and which of them was there first."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from lawcrawl.archive.filters import brief, filters
from lawcrawl.knowledge.likeness import ALIKE, BANDS, buckets, comparable, estimated, runs, similarity, sketch

DOUBT = 0.15
"""How far from the similarity an estimate may be for two texts to be compared."""
NEAREST = 20
"""Articles with which a text is compared at most: those most like it, the newest of many.

A form that a thousand notices are filled into would else make each of them the like of each other.
"""
EARLIEST = "coalesce({0}.published, strftime('%Y-%m-%dT%H:%M:%S', {0}.first_seen_at, '+8 hours')), {0}.first_seen_at, {0}.id"
"""Who was first: by the date a page states (without one, when it was first seen, Beijing time), then by that alone."""
FAMILY = 500
"""Articles of one text that are told at most."""


@dataclass(slots=True, frozen=True)
class Copy:
    """One of the articles with a text; its similarity to the one asked for, None where a third one links them."""

    id: int
    url: str
    site: str
    title: str | None
    published: str | None
    first_seen_at: str
    similarity: float | None


@dataclass(slots=True, frozen=True)
class Original:
    """An article whose text stands elsewhere too, and nowhere earlier: in how many articles, on how many sites."""

    id: int
    url: str
    site: str
    title: str | None
    published: str | None
    copies: int
    sites: int


# Writing


def forget(db: sqlite3.Connection, article_id: int) -> None:
    """Take out what is known of an article's likeness."""
    for (known,) in db.execute(
        "DELETE FROM sketches WHERE article_id = ? RETURNING minhash", (article_id,)
    ).fetchall():
        db.executemany(
            "DELETE FROM buckets WHERE bucket = ? AND article_id = ?",
            [(bucket, article_id) for bucket in buckets(known)],
        )
    db.execute("DELETE FROM reprints WHERE article_id = ?", (article_id,))
    db.execute("DELETE FROM reprints WHERE of_id = ?", (article_id,))


def compare(db: sqlite3.Connection, article_id: int, text: str | None) -> None:
    """Sketch an article's text, and note the articles that it is like."""
    plain = comparable(text)
    if plain is None:
        return
    own = sketch(plain)
    found = buckets(own)
    if like := neighbours(db, article_id, own, found):
        own_runs = runs(plain)
        for other_id in like:
            [(other,)] = db.execute("SELECT text FROM articles WHERE id = ?", (other_id,))
            alike = similarity(own_runs, runs(comparable(other) or ""))
            if alike >= ALIKE:
                put_pair(db, article_id, other_id, alike)
    db.execute("INSERT INTO sketches (article_id, minhash) VALUES (?, ?)", (article_id, own))
    db.executemany(
        "INSERT OR IGNORE INTO buckets (bucket, article_id) VALUES (?, ?)",
        [(bucket, article_id) for bucket in found],
    )


def neighbours(db: sqlite3.Connection, article_id: int, own: bytes, found: list[int]) -> list[int]:
    """The articles that share a bucket and may be alike by their sketches, those most like it first."""
    sharing: dict[int, bytes] = {}
    for (bucket,) in db.execute(
        "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM buckets WHERE bucket = value)",
        (json.dumps(found),),
    ).fetchall():  # most texts share none
        sharing.update(
            db.execute(
                "SELECT article_id, minhash FROM buckets JOIN sketches USING (article_id) WHERE bucket = ? AND article_id != ?"
                " ORDER BY article_id DESC LIMIT ?",
                (bucket, article_id, NEAREST),
            ).fetchall()
        )
    guesses = {other_id: estimated(own, other) for other_id, other in sharing.items()}
    likely = [other_id for other_id, guess in guesses.items() if guess >= ALIKE - DOUBT]
    return sorted(likely, key=lambda other_id: (guesses[other_id], other_id), reverse=True)[:NEAREST]


def put_pair(db: sqlite3.Connection, one_id: int, other_id: int, alike: float) -> None:
    of_id, article_id = earliest_first(db, one_id, other_id)
    db.execute(
        "INSERT INTO reprints (article_id, of_id, similarity) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET similarity = excluded.similarity",
        (article_id, of_id, alike),
    )


def earliest_first(db: sqlite3.Connection, *ids: int) -> list[int]:
    found = db.execute(
        f"SELECT id FROM articles a WHERE id IN ({', '.join('?' * len(ids))}) ORDER BY {EARLIEST.format('a')}",
        ids,
    )
    return [article_id for (article_id,) in found]


def sketched(db: sqlite3.Connection, article_id: int, text: str | None) -> bool:
    """Whether an article is found by its text as it is."""
    known = db.execute("SELECT minhash FROM sketches WHERE article_id = ?", (article_id,)).fetchone()
    plain = comparable(text)
    if known is None or plain is None:
        return known is None and plain is None
    own = sketch(plain)
    [stored] = db.execute(
        "SELECT count(*) FROM buckets WHERE article_id = ? AND bucket IN (SELECT value FROM json_each(?))",
        (article_id, json.dumps(buckets(own))),
    ).fetchone()
    return bool(known[0] == own and stored == BANDS)


def wrong_pairs(db: sqlite3.Connection, ids: tuple[int, int], every: int) -> Iterator[int]:
    """The later article of each pair that is not so, or not so much, or the other way round.

    Of those with ids between two, of ``every`` so many one.
    """
    for article_id, alike, text, earlier, in_order in db.execute(
        f"SELECT a.id, r.similarity, a.text, o.text, ({EARLIEST.format('o')}) < ({EARLIEST.format('a')})"
        " FROM reprints r JOIN articles a ON a.id = r.article_id JOIN articles o ON o.id = r.of_id"
        " WHERE r.article_id BETWEEN ? AND ? AND r.article_id % ? = 0",
        (*ids, every),
    ):
        if not in_order or alike < ALIKE or exactly(text, earlier) != alike:
            yield article_id


def exactly(one: str | None, other: str | None) -> float:
    plain, other_plain = comparable(one), comparable(other)
    return similarity(runs(plain), runs(other_plain)) if plain and other_plain else 0.0


# Asking


def copies_of(db: sqlite3.Connection, article_id: int) -> list[Copy]:
    """All the articles with an article's text, itself among them, the earliest first; [] where it stands alone.

    The like of its like is one of them too. At most :data:`FAMILY`.
    """
    found = db.execute(
        "WITH RECURSIVE family(id) AS (SELECT :id UNION SELECT r.of_id FROM family f JOIN reprints r ON r.article_id = f.id"
        " UNION SELECT r.article_id FROM family f JOIN reprints r ON r.of_id = f.id LIMIT :most)"
        " SELECT a.id, a.url, a.site_id, a.title, a.published, a.first_seen_at, CASE WHEN a.id = :id THEN 1.0 ELSE"
        " (SELECT similarity FROM reprints WHERE (article_id, of_id) IN (VALUES (a.id, :id), (:id, a.id))) END"
        f" FROM family f JOIN articles a ON a.id = f.id ORDER BY {EARLIEST.format('a')}",
        {"id": article_id, "most": FAMILY},
    )
    copies = [Copy(*row) for row in found]
    return copies if len(copies) > 1 else []


def originals(
    db: sqlite3.Connection,
    *,
    elsewhere: bool = False,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = -1,
) -> list[Original]:
    """The articles whose text stands in later ones, those with most of them first; ``elsewhere``: on other sites.

    Site and dates are those of the original.
    """
    where, values = filters(site=site, since=since, until=until)
    found = db.execute(
        "WITH most AS (SELECT a.id, count(*) AS copies, count(DISTINCT c.site_id) AS sites FROM reprints r"
        f" JOIN {brief('a')} ON a.id = r.of_id JOIN {brief('c')} ON c.id = r.article_id"
        f" WHERE NOT EXISTS (SELECT 1 FROM reprints WHERE article_id = a.id) AND {where}"
        " AND (c.site_id != a.site_id OR NOT :elsewhere)"
        " GROUP BY a.id ORDER BY copies DESC, a.published DESC, a.id DESC LIMIT :limit)"
        " SELECT id, url, site_id, title, published, copies, sites FROM most JOIN articles USING (id)"
        " ORDER BY copies DESC, published DESC, id DESC",
        {"elsewhere": elsewhere, "limit": limit, **values},
    )
    return [Original(*row) for row in found]
