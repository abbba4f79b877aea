"""How many articles each site published when, and how often they were read."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import NamedTuple

MONTHS = 36
"""A time of at most so many months is counted by month, a longer one by year."""
SPAN = """
SELECT 12 * (substr(max(published), 1, 4) - substr(min(published), 1, 4))
    + substr(max(published), 6, 2) - substr(min(published), 6, 2) + 1
FROM articles WHERE published IS NOT NULL AND (:site IS NULL OR site_id = :site)
"""
COUNTS = """
SELECT a.site_id, s.name, substr(a.published, 1, :digits), count(*), sum(a.views)
FROM articles a JOIN sites s ON s.id = a.site_id {naming}
WHERE a.published IS NOT NULL AND (:site IS NULL OR a.site_id = :site) GROUP BY 1, 3 ORDER BY 1, 3
"""
NAMING = "JOIN mentions m ON m.article_id = a.id AND m.law = :law"


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

    With ``law`` (as :func:`~lawcrawl.archive.mentions.asked_law` gives it) only those that name it.
    """
    [[months]] = db.execute(SPAN, {"site": site}).fetchall()
    digits = 7 if (months or 0) <= MONTHS else 4
    counts = COUNTS.format(naming="" if law is None else NAMING)
    rows = db.execute(counts, {"digits": digits, "site": site, "law": law}).fetchall()
    bearers = Counter(name for _, name in {(site_id, name) for site_id, name, *_ in rows})
    found = []
    for site_id, name, *counted in rows:
        known = name if name and bearers[name] == 1 else f"{name} ({site_id})" if name else site_id
        found.append(Span(known, *counted))
    return found
