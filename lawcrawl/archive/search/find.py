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

from lawcrawl.archive.filters import brief
from lawcrawl.archive.search.filters import Filters, where
from lawcrawl.archive.search.marks import MARKS, Marker
from lawcrawl.archive.search.plan import CHARACTERS, TITLES, WORDS, Part, Plan, plan

Sort = Literal["rank", "newest", "oldest", "bm25"]
SORTS: tuple[Sort, ...] = ("rank", "newest", "oldest", "bm25")
Order = Literal["newest", "oldest", "site"]
COUNTED = 10_000
"""Matches that are counted; of more it is said that there are more."""
FEW = 4_000
"""Matches up to which each is looked at."""
MANY = 40_000
"""Matches from which on the first are looked for one by one,"""
RECENT = 500
"""among so many articles, the newest."""
WEIGHTS = "1, 10, 1"
"""What a word counts for in text, title and attachments, by BM25."""


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

    ``exact=False``: counted among ``counted`` of them alone, the first in the archive, because there are more.
    """

    counted: int = 0
    exact: bool = True
    site: list[tuple[str, int]] = field(default_factory=list)
    channel: list[tuple[str, int]] = field(default_factory=list)
    source: list[tuple[str, int]] = field(default_factory=list)
    year: list[tuple[str, int]] = field(default_factory=list)
    law: list[tuple[str, int]] = field(default_factory=list)


_COUNTS = {
    "site source year": "SELECT a.site_id, a.source, substr(a.published, 1, 4), count(*) FROM json_each(:ids) i"
    f" CROSS JOIN {brief()} ON a.id = i.value GROUP BY 1, 2, 3",
    "channel": "SELECT c.name, count(DISTINCT i.value) FROM json_each(:ids) i CROSS JOIN listings l"
    " ON l.article_id = i.value JOIN channels c ON c.id = l.channel_id GROUP BY 1",
    "law": "SELECT m.law, count(*) FROM json_each(:ids) i CROSS JOIN mentions m ON m.article_id = i.value GROUP BY 1",
}
"""Facets that are counted together, and the values of each with how many articles have all of them."""
_ORDERS = {
    "newest": "a.published DESC, a.id DESC",
    "oldest": "a.published IS NULL, a.published, a.id",
    "site": "a.site_id, a.published, a.id",
}


class Search:
    """One question to the index. ``query`` None: every article that passes the filters.

    Raises :class:`~lawcrawl.archive.search.QueryError` for a query that nothing can be searched with.
    """

    def __init__(self, db: sqlite3.Connection, query: str | None, filters: Filters) -> None:
        self.db, self.query, self.filters = db, query, filters
        self.plan = plan(query) if query is not None else Plan((), (), None, False, None)

    def ids(self, order: Order = "newest") -> Iterator[int]:
        """The ids of all that is found, from one query: one state of the archive."""
        parts = self.plan.parts
        return self.select(parts, _ORDERS[order], gathered=self.matches(leading(parts)) > FEW)

    def count(self, limit: int = -1) -> int:
        """How many there are; no further than to ``limit``."""
        return sum(1 for _ in self.unordered(limit))

    def unordered(self, limit: int) -> Iterator[int]:
        """Some of them, as they come: where more than a common word is asked for, not match by match."""
        parts = self.plan.parts
        narrowed = len(parts) > 1 or bool(self.filters.given()) or bool(self.plan.conditions)
        gathered = narrowed and self.matches(leading(parts)) > FEW
        return self.select(parts, None, limit, gathered=gathered)

    def page(
        self, sort: Sort, limit: int, offset: int, marks: tuple[str, str] = MARKS, *, counted: bool = True
    ) -> Results:
        """Some of what is found, with snippets, and how much there is: at least, if it is not ``counted``."""
        found = self.first(sort, offset + limit)[offset:]
        if not counted or 0 < len(found) < limit:
            return Results(self.hits(found, marks), offset + len(found), len(found) < limit)
        total = self.count(COUNTED + 1)
        exact = total <= COUNTED
        return Results(self.hits(found, marks), total if exact else max(COUNTED, offset + len(found)), exact)

    def facets(self, values: int = 20) -> Facets:
        """Counts by field, of each the ``values`` most frequent, among at most :data:`COUNTED`."""
        ids = list(self.unordered(COUNTED + 1))
        found = Facets(min(len(ids), COUNTED), len(ids) <= COUNTED)
        chosen = json.dumps(ids[:COUNTED])
        for together, sql in _COUNTS.items():
            names = together.split()
            counts: list[Counter[str | None]] = [Counter() for _ in names]
            for *row, articles in self.db.execute(sql, {"ids": chosen}):
                for count, value in zip(counts, row, strict=True):
                    count[value] += articles
            for name, count in zip(names, counts, strict=True):
                known = [(value, many) for value, many in count.items() if value is not None]
                known.sort(key=lambda one: (-one[1], one[0]))
                if name == "year":
                    known.sort(reverse=True)
                setattr(found, name, known[:values])
        return found

    # The first of them

    def first(self, sort: Sort, many: int) -> list[int]:
        """The ids that come first."""
        parts = self.plan.parts
        if sort == "bm25" and self.plan.whole is not None:
            order = f"bm25({WORDS}, {WEIGHTS}), {_ORDERS['newest']}"
            return list(self.select((Part(WORDS, self.plan.whole),), order, many))
        if sort == "oldest":
            return list(islice(self.ids("oldest"), many))
        if sort != "rank" or self.plan.titled is None:
            return self.newest(parts, many)
        titled = (Part(TITLES, self.plan.titled), *(parts if self.plan.strict else ()))
        found = dict.fromkeys(self.newest(titled, many))
        if len(found) < many:
            found |= dict.fromkeys(self.newest(parts, many))
        return list(found)[:many]

    def newest(self, parts: tuple[Part, ...], many: int) -> list[int]:
        """The newest that match, by what is quickest for as many matches as there are.

        Of few, all are put in order. Of very many, the first are among the newest articles of all, most often. Else
        the articles are gone through by date with all matches at hand.
        """
        along = leading(parts)
        matches = self.matches(along)
        probed = all(part.table != CHARACTERS for part in parts)  # whose lists are read from their begin
        if along is not None and matches <= FEW and not probed:
            return list(self.select(parts, _ORDERS["newest"], many))
        if along is not None and matches <= FEW:
            others = tuple(part for part in parts if part is not along)
            return self.filtered(self.select((along,), _ORDERS["newest"]), others, many)
        found = []
        if probed and (along is None or matches > MANY):
            found = self.filtered(self.select((), _ORDERS["newest"], RECENT), parts, many)
        if len(found) < many:
            found = list(self.select(parts, _ORDERS["newest"], many, gathered=True))
        return found

    def filtered(self, ids: Iterator[int], parts: tuple[Part, ...], many: int) -> list[int]:
        """The first of some articles for which all parts hold."""
        return list(islice((one for one in ids if all(self.holds(part, one) for part in parts)), many))

    def holds(self, part: Part, article_id: int) -> bool:
        sql = f"SELECT 1 FROM {part.table} WHERE {part.table} MATCH ? AND rowid = ?"
        return bool(self.db.execute(sql, (part.match, article_id)).fetchone()) is part.wanted

    def matches(self, part: Part | None) -> int:
        """How many a part has; no more than one over :data:`MANY`."""
        if part is None:
            return 0
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {part.table} WHERE {part.table} MATCH ? LIMIT {MANY + 1})"
        [found] = self.db.execute(sql, (part.match,)).fetchone()
        return int(found)

    def select(
        self, parts: tuple[Part, ...], order: str | None, limit: int = -1, *, gathered: bool = False
    ) -> Iterator[int]:
        """The articles for which all parts, conditions and filters hold; with no ``order``, as they come.

        Along the matches of the first part; with ``gathered`` through the articles by an index of theirs, with all
        matches at hand.
        """
        along = None if gathered else leading(parts)
        table, row = (along.table, f"{along.table}.rowid") if along else ("articles a", "a.id")
        values: dict[str, Any] = {"limit": limit}
        clauses = where(self.filters, self.plan.conditions, values)
        for number, part in enumerate(parts):
            values[f"match{number}"] = part.match
            clause = f"{part.table} MATCH :match{number}"
            if part is not along and (gathered or part.table == CHARACTERS):
                clause = f"+{row} IN (SELECT rowid FROM {part.table} WHERE {clause})"
            elif part is not along:
                clause = f"EXISTS (SELECT 1 FROM {part.table} WHERE {clause} AND rowid = {row})"
            clauses.append(clause if part.wanted else f"NOT {clause}")
        asked = (" AND ".join(clauses) or "1") + (f" ORDER BY {order}" if order else "")
        if along and re.search(r"\ba\.", asked):
            table += f" CROSS JOIN {brief()} ON a.id = {row}"
        found = self.db.execute(f"SELECT {row} FROM {table} WHERE {asked} LIMIT :limit", values)
        return (article_id for (article_id,) in found)

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


def leading(parts: tuple[Part, ...]) -> Part | None:
    return next((part for part in parts if part.wanted), None)
