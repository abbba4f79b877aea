"""Which laws the articles name: of one article, over all, and who names one."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from lawcrawl.archive.filters import brief, filters, narrowing
from lawcrawl.knowledge.laws import law_name

OFTEN = 1000
"""Articles from which on a law is named by many."""


@dataclass(slots=True, frozen=True)
class Mention:
    """A law that an article names."""

    law: str
    count: int


@dataclass(slots=True, frozen=True)
class Naming:
    """An article that names a law."""

    id: int
    url: str
    site: str
    title: str | None
    published: str | None
    count: int


@dataclass(slots=True, frozen=True)
class Named:
    """A law, how many articles name it and how often in all."""

    law: str
    articles: int
    count: int


@dataclass(slots=True, frozen=True)
class Period:
    """How many articles of a year or a month name a law, of how many there are."""

    period: str
    articles: int
    count: int
    of: int


def asked_law(text: str) -> str:
    """A law as the archive has it, from whatever it is called: with book marks or without, in full or in short.

    >>> asked_law("《中华人民共和国民法典》")
    '民法典'
    """
    name = text.strip().removeprefix("《").removesuffix("》")
    return law_name(name) or name


def laws_of(db: sqlite3.Connection, article_id: int) -> list[Mention]:
    """The laws that an article names, the most named first."""
    found = db.execute(
        "SELECT law, count FROM mentions WHERE article_id = ? ORDER BY count DESC, law", (article_id,)
    )
    return [Mention(*row) for row in found]


def articles_naming(
    db: sqlite3.Connection,
    law: str,
    *,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = -1,
) -> list[Naming]:
    """The articles that name ``law`` (as :func:`asked_law` gives it), the newest first; ``limit`` -1 for all."""
    where, values = filters(site=site, since=since, until=until)
    # Of a law that many name the newest are met soon among the newest of all; of another all its articles are sorted.
    [[often]] = db.execute(
        f"SELECT count(*) > {OFTEN} FROM (SELECT 1 FROM mentions WHERE law = ? LIMIT {OFTEN + 1})", (law,)
    ).fetchall()
    tables = "articles a CROSS JOIN mentions m" if often and limit > 0 else "mentions m CROSS JOIN articles a"
    found = db.execute(
        f"SELECT a.id, a.url, a.site_id, a.title, a.published, m.count FROM {tables} ON a.id = m.article_id"
        f" WHERE m.law = :law AND {where} ORDER BY a.published DESC, a.id DESC LIMIT :limit",
        {"law": law, "limit": limit, **values},
    )
    return [Naming(*row) for row in found]


def laws_named(
    db: sqlite3.Connection,
    *,
    containing: str | None = None,
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int = -1,
) -> list[Named]:
    """The laws, those that most articles name first; ``containing``: only those with these characters in their names."""
    where, values = filters(site=site, since=since, until=until)
    found = db.execute(
        f"SELECT m.law, count(*), sum(m.count) FROM mentions m {narrowing('m', values)} WHERE {where} AND instr(m.law, :containing)"
        " GROUP BY m.law ORDER BY 2 DESC, 3 DESC, 1 LIMIT :limit",
        {"containing": containing or "", "limit": limit, **values},
    )
    return [Named(*row) for row in found]


def over_time(
    db: sqlite3.Connection,
    law: str,
    *,
    by: str = "year",
    site: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> list[Period]:
    """How ``law`` was named ``by`` year or month of publication, from the first that names it to the last.

    A period with articles and none that names it is there with 0; articles without a date are in none.
    """
    where, values = filters(site=site, since=since, until=until)
    found = db.execute(
        "WITH named AS (SELECT substr(a.published, 1, :length) AS period, count(*) AS articles, sum(m.count) AS times"
        f" FROM mentions m CROSS JOIN {brief()} ON a.id = m.article_id"
        f" WHERE m.law = :law AND length(a.published) >= :length AND {where} GROUP BY 1),"
        " published AS (SELECT substr(a.published, 1, :length) AS period, count(*) AS everything FROM articles a"
        f" WHERE length(a.published) >= :length AND {where} GROUP BY 1)"
        " SELECT period, coalesce(articles, 0), coalesce(times, 0), everything FROM published LEFT JOIN named USING (period)"
        " WHERE period BETWEEN (SELECT min(period) FROM named) AND (SELECT max(period) FROM named) ORDER BY period",
        {"law": law, "length": {"year": 4, "month": 7}[by], **values},
    )
    return [Period(*row) for row in found]
