"""How many articles each site published when, and how often they were read."""

from __future__ import annotations

import sqlite3
from collections import Counter
from itertools import groupby
from typing import NamedTuple

from lawcrawl.archive.filters import brief

MONTHS = 36
"""A time of at most so many months is counted by month, a longer one by year."""
COUNTS = """
SELECT a.site_id, substr(a.published, 1, 7), count(*), sum(a.views) FROM {articles}
WHERE {where} GROUP BY 1, 2 HAVING substr(a.published, 1, 7) IS NOT NULL ORDER BY 1, 2
"""
NAMING = f"mentions m CROSS JOIN {brief()} ON a.id = m.article_id AND m.law = :law"


class Span(NamedTuple):
    """A site's articles of one month (``2024-01``) or year (``2024``) of publication."""

    site: str
    """Its name; where it has none, or another site has the same, its id too."""
    period: str
    articles: int
    views: int | None
    """Of all of them together, by their newest counts; None where none has one."""


def timeline(db: sqlite3.Connection, site: str | None = None, law: str | None = None) -> list[Span]:
    """The dated articles counted by site and month, over more than :data:`MONTHS` by year; site by site, in time.

    With ``law`` (as :func:`~lawcrawl.archive.knowledge.mentions.asked_law` gives it) only those that name it.
    """
    counts = COUNTS.format(
        articles="articles a" if law is None else NAMING, where="1" if site is None else "a.site_id = :site"
    )
    rows = db.execute(counts, {"site": site, "law": law}).fetchall()
    digits = 7 if months([month for _, month, *_ in rows]) <= MONTHS else 4
    names = known_names(db, {site_id for site_id, *_ in rows})
    found = []
    for (site_id, period), some in groupby(rows, key=lambda row: (row[0], row[1][:digits])):
        counted = [(articles, views) for *_, articles, views in some]
        views = [number for _, number in counted if number is not None]
        articles = sum(number for number, _ in counted)
        found.append(Span(names[site_id], period, articles, sum(views) if views else None))
    return found


def months(dates: list[str]) -> int:
    """How many months lie between the first and the last of these, both counted.

    >>> months(["2023-11", "2024-02"]), months([])
    (4, 0)
    """
    if not dates:
        return 0
    first, last = (12 * int(date[:4]) + int(date[5:7] or 1) for date in (min(dates), max(dates)))
    return last - first + 1


def known_names(db: sqlite3.Connection, ids: set[str]) -> dict[str, str]:
    """What each site is called: its name; with its id where another of them has the same; its id where it has none."""
    rows = [row for row in db.execute("SELECT id, name FROM sites").fetchall() if row[0] in ids]
    bearers = Counter(name for _, name in rows)
    return {
        site_id: (name if bearers[name] == 1 else f"{name} ({site_id})") if name else site_id
        for site_id, name in rows
    }
