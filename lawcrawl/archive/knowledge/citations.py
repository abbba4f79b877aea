"""Which documents the articles cite by their numbers, and which of those the archive holds."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from lawcrawl.archive.filters import filters, narrowing
from lawcrawl.normalize import parse_doc_number


@dataclass(slots=True, frozen=True)
class Citation:
    """A number that an article cites; with it an article of that number, all None where the archive holds none."""

    doc_number: str
    count: int
    id: int | None
    url: str | None
    title: str | None


@dataclass(slots=True, frozen=True)
class Citing:
    """An article that cites a number."""

    id: int
    url: str
    site: str
    title: str | None
    published: str | None
    count: int


@dataclass(slots=True, frozen=True)
class Cited:
    """A number, how many articles cite it and how often in all; an article of that number, None where none is held."""

    doc_number: str
    articles: int
    count: int
    id: int | None
    title: str | None


def asked_number(text: str) -> str:
    """A document number as the archive has it, whatever its brackets.

    >>> asked_number("国发[2020]05号")
    '国发〔2020〕5号'
    """
    return parse_doc_number(text) or text.strip()


def cited_by(db: sqlite3.Connection, article_id: int) -> list[Citation]:
    """What an article cites, the most cited first; the earliest article of a number where several bear it."""
    found = db.execute(
        "SELECT c.doc_number, c.count, a.id, a.url, a.title FROM citations c"
        f" LEFT JOIN articles a ON a.id = ({_held('c.doc_number')})"
        " WHERE c.article_id = ? ORDER BY c.count DESC, c.doc_number",
        (article_id,),
    )
    return [Citation(*row) for row in found]


def articles_citing(
    db: sqlite3.Connection,
    doc_number: str,
    *,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = -1,
) -> list[Citing]:
    """The articles that cite ``doc_number`` (as :func:`asked_number` gives it), the newest first; ``limit`` -1 for all."""
    where, values = filters(site=site, since=since, until=until)
    found = db.execute(
        "SELECT a.id, a.url, a.site_id, a.title, a.published, c.count FROM citations c"
        f" JOIN articles a ON a.id = c.article_id WHERE c.doc_number = :number AND {where}"
        " ORDER BY a.published DESC, a.id DESC LIMIT :limit",
        {"number": doc_number, "limit": limit, **values},
    )
    return [Citing(*row) for row in found]


def numbers_cited(
    db: sqlite3.Connection,
    *,
    containing: str | None = None,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = -1,
) -> list[Cited]:
    """The numbers, those that most articles cite first; ``containing``: only those with these characters in them."""
    where, values = filters(site=site, since=since, until=until)
    found = db.execute(
        "WITH cited AS (SELECT c.doc_number, count(*) AS articles, sum(c.count) AS times FROM citations c"
        f" {narrowing('c', values)} WHERE {where} AND instr(c.doc_number, :containing)"
        " GROUP BY c.doc_number ORDER BY 2 DESC, 3 DESC, 1 LIMIT :limit)"
        " SELECT c.doc_number, c.articles, c.times, a.id, a.title FROM cited c"
        f" LEFT JOIN articles a ON a.id = ({_held('c.doc_number')}) ORDER BY 2 DESC, 3 DESC, 1",
        {"containing": containing or "", "limit": limit, **values},
    )
    return [Cited(*row) for row in found]


def _held(number: str) -> str:
    """The earliest article that bears a number, as a subquery."""
    return f"SELECT id FROM articles WHERE doc_number = {number} ORDER BY published IS NULL, published, first_seen_at, id LIMIT 1"
