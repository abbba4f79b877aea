"""Finding: the ids of all that match, newest first and as they are asked for; a ranked page; counts by field."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Literal

from lawcrawl.archive.search.filters import Filters, where
from lawcrawl.archive.search.index import EPOCH, ID, ID_BITS, MINUTE, UNDATED
from lawcrawl.archive.search.marks import MARKS, Marker
from lawcrawl.archive.search.plan import TITLES, WORDS, Part, Plan, plan

Sort = Literal["rank", "newest", "oldest", "bm25"]
SORTS: tuple[Sort, ...] = ("rank", "newest", "oldest", "bm25")
Order = Literal["newest", "oldest", "site"]
COUNTED = 10_000
"""Matches that are counted; of more it is said that there are more."""
WEIGHTS = "1, 10, 1"
"""What a word counts for in text, title and attachments, by BM25."""

_ORDERS = {
    "newest": "{row} DESC",
    "oldest": f"{{row}} < {(UNDATED + 1) << ID_BITS}, {{row}}",
    "site": "a.site_id, {row}",
    "bm25": f"bm25({WORDS}, {WEIGHTS}), {{row}} DESC",
}


@dataclass(slots=True, frozen=True)
class Hit:
    """An article that was found."""

    id: int
    url: str
    title: str | None
    published: str | None
    source: str | None
    site_id: str
    snippet: str | None
    """Where the query stands in the text, else in an attachment; None where only the title has it."""
    marked_title: str | None
    """The title with the query marked in it."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Results(list[Hit]):
    """A page of what was found. ``total`` of all there are is exact, or with ``exact=False`` there are more."""

    def __init__(self, hits: list[Hit], total: int, exact: bool) -> None:
        super().__init__(hits)
        self.total, self.exact = total, exact


@dataclass(slots=True)
class Facets:
    """How many of what was found have which value, the most first; years newest first.

    ``exact=False``: counted among the newest ``counted`` alone, because there are more.
    """

    counted: int = 0
    exact: bool = True
    site: list[tuple[str, int]] = field(default_factory=list)
    channel: list[tuple[str, int]] = field(default_factory=list)
    source: list[tuple[str, int]] = field(default_factory=list)
    year: list[tuple[str, int]] = field(default_factory=list)
    law: list[tuple[str, int]] = field(default_factory=list)


_FACETS = {
    "site": "SELECT a.site_id, count(*) FROM json_each(:ids) i CROSS JOIN articles a ON a.id = i.value GROUP BY 1",
    "source": "SELECT a.source, count(*) FROM json_each(:ids) i CROSS JOIN articles a ON a.id = i.value"
    " WHERE a.source IS NOT NULL GROUP BY 1",
    "channel": "SELECT c.name, count(DISTINCT i.value) FROM json_each(:ids) i CROSS JOIN listings l"
    " ON l.article_id = i.value JOIN channels c ON c.id = l.channel_id GROUP BY 1",
    "law": "SELECT m.law, count(*) FROM json_each(:ids) i CROSS JOIN mentions m ON m.article_id = i.value GROUP BY 1",
}


class Search:
    """One question to the index. ``query`` None: every article that passes the filters.

    Raises :class:`~lawcrawl.archive.search.QueryError` for a query that nothing can be searched with.
    """

    def __init__(self, db: sqlite3.Connection, query: str | None, filters: Filters) -> None:
        self.db, self.query, self.filters = db, query, filters
        self.plan = plan(query) if query is not None else Plan((), (), None, False, None)

    def ids(self, sort: Sort | Order = "newest") -> Iterator[int]:
        """The ids of all that is found, as they are asked for."""
        return (row & ID for row in self.rows(sort))

    def count(self) -> int:
        """How many there are, of whatever number."""
        return sum(1 for _ in self.rows("newest"))

    def page(self, sort: Sort, limit: int, offset: int, marks: tuple[str, str] = MARKS) -> Results:
        """Some of what is found, with snippets, and how much there is."""
        found = [row & ID for row in islice(self.rows(sort), offset, offset + limit)]
        if len(found) < limit and (found or not offset):
            total, exact = offset + len(found), True
        else:
            total = sum(1 for _ in islice(self.rows("newest"), COUNTED + 1))
            total, exact = (total, True) if total <= COUNTED else (COUNTED, False)
            total = max(total, offset + len(found)) if found else total
        return Results(self.hits(found, marks), total, exact)

    def facets(self, values: int = 20) -> Facets:
        """Counts by field, of each the ``values`` most frequent, among at most the newest :data:`COUNTED`."""
        rows = list(islice(self.rows("newest"), COUNTED + 1))
        found = Facets(min(len(rows), COUNTED), len(rows) <= COUNTED)
        ids = json.dumps([row & ID for row in rows[:COUNTED]])
        for name, sql in _FACETS.items():
            counts = self.db.execute(
                f"{sql} ORDER BY 2 DESC, 1 LIMIT :values", {"ids": ids, "values": values}
            )
            setattr(found, name, counts.fetchall())
        years = Counter(year_of(row) for row in rows[:COUNTED] if row >> ID_BITS != UNDATED)
        found.year = sorted(years.items(), reverse=True)
        return found

    # Rows of the index

    def rows(self, sort: Sort | Order) -> Iterator[int]:
        if sort == "bm25" and self.plan.whole is not None:
            return self.matching((Part(WORDS, self.plan.whole),), sort)
        if sort == "rank" and self.plan.titled is not None:
            return self.titles_first(self.plan.titled)
        return self.matching(self.plan.parts, sort if sort in ("oldest", "site") else "newest")

    def titles_first(self, titled: str) -> Iterator[int]:
        """Those with the words in the title, then the others, both newest first."""
        seen = set()
        for row in self.matching((Part(TITLES, titled), *(self.plan.parts if self.plan.strict else ()))):
            seen.add(row)
            yield row
        for row in self.matching(self.plan.parts):
            if row not in seen:
                yield row

    def matching(self, parts: tuple[Part, ...], order: str = "newest") -> Iterator[int]:
        """The rows for which all parts, conditions and filters hold, from one query: one state of the archive."""
        along = next((part for part in parts if part.wanted), None)
        table = along.table if along else f"{WORDS}_docsize"
        row = f"{table}.{'rowid' if along else 'id'}"
        first, last = self.filters.rows()
        values: dict[str, Any] = {"first": first, "last": last}
        clauses = [f"{row} BETWEEN :first AND :last"]
        for number, part in enumerate(parts):
            values[f"match{number}"] = part.match
            clause = f"{part.table} MATCH :match{number}"
            if part is not along:
                clause = f"EXISTS (SELECT 1 FROM {part.table} WHERE {clause} AND rowid = {row})"
            clauses.append(clause if part.wanted else f"NOT {clause}")
        clauses += [
            clause.format(id=f"{row} & {ID}")
            for clause in where(self.db, self.filters, self.plan.conditions, values)
        ]
        asked = f"{' AND '.join(clauses)} ORDER BY {_ORDERS[order].format(row=row)}"
        articles = f" CROSS JOIN articles a ON a.id = {row} & {ID}" if re.search(r"\ba\.", asked) else ""
        sql = f"SELECT {row} FROM {table}{articles} WHERE {asked}"
        return (found for (found,) in self.db.execute(sql, values))

    # What is shown

    def hits(self, ids: list[int], marks: tuple[str, str]) -> list[Hit]:
        """The articles of these ids, in their order."""
        marker = Marker.of(self.query) if self.query is not None else None
        found = {}
        for article_id, url, title, published, source, site_id, text in self.db.execute(
            "SELECT id, url, title, published, source, site_id, text FROM articles"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        ):
            snippet = marked = None
            if marker is not None:
                snippet = marker.snippet(text, marks=marks) or self.file_snippet(article_id, marker, marks)
                marked = marker.mark(title, marks) if title else None
            found[article_id] = Hit(
                article_id, url, title, published, source, site_id, snippet=snippet, marked_title=marked
            )
        return [found[article_id] for article_id in ids if article_id in found]

    def file_snippet(self, article_id: int, marker: Marker, marks: tuple[str, str]) -> str | None:
        """The first place in an article's files."""
        files = self.db.execute(
            "SELECT name, text FROM attachments WHERE article_id = ? ORDER BY id", (article_id,)
        )
        places = (marker.snippet(part, marks=marks) for file in files for part in file)
        return next((place for place in places if place is not None), None)


def year_of(row: int) -> str:
    return f"{(EPOCH + MINUTE * (row >> ID_BITS)).year:04}"
