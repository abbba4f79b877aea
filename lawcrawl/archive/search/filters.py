"""What narrows a search down besides its words: the same for searches, exports and pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from lawcrawl.archive.filters import TESTS
from lawcrawl.archive.knowledge.mentions import asked_law
from lawcrawl.archive.search.language import QueryError
from lawcrawl.archive.search.plan import Condition

# A + keeps SQLite from looking up one article after the other where it is to go through them by date.
_TESTS = {
    **TESTS,
    "source": "a.source = :source",
    "channel": "+a.id IN (SELECT article_id FROM listings WHERE channel_id IN"
    " (SELECT id FROM channels WHERE name = :channel))",
    "law": "+a.id IN (SELECT article_id FROM mentions WHERE law = :law)",
}
_CONTAINS = {
    **{name: f"instr(fold(a.{name}), {{0}})" for name in ("source", "author", "issuer", "doc_number")},
    "site": "EXISTS (SELECT 1 FROM sites s WHERE s.id = a.site_id AND (instr(fold(s.id), {0}) OR instr(fold(s.name), {0})))",
    "channel": "EXISTS (SELECT 1 FROM listings l JOIN channels c ON c.id = l.channel_id WHERE l.article_id = a.id"
    " AND instr(fold(c.name), {0}))",
    "law": "EXISTS (SELECT 1 FROM mentions m WHERE m.article_id = a.id AND instr(fold(m.law), {0}))",
}
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?)?)?)?", re.A)


class Narrowed(TypedDict, total=False):
    """What narrows a question down: what :class:`Filters` takes by name, each of which may be left out or None."""

    site: str | None
    """Its id."""
    channel: str | None
    """The name of the column."""
    source: str | None
    since: str | None
    """Published on that ISO date or after; also the first part of one, ``2024``."""
    until: str | None
    """Published on that date or before."""
    law: str | None
    """A law that is named, by any of its names."""


@dataclass(slots=True, frozen=True)
class Filters:
    """None: whatever. ``since`` and ``until`` are ISO dates, whole or cut to year or month, both inclusive.

    Raises :class:`QueryError` for what is no date.
    """

    site: str | None = None
    channel: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None
    law: str | None = None

    def __post_init__(self) -> None:
        for date in (self.since, self.until):
            if date is not None and not is_date(date):
                raise QueryError(f"{date!r} is not a date; write 2024-01-04, 2024-01 or 2024")

    def given(self) -> dict[str, str]:
        found = {name: getattr(self, name) for name in _TESTS}
        found["law"] = asked_law(self.law) if self.law is not None else None
        return {name: value for name, value in found.items() if value is not None}


def is_date(text: str) -> bool:
    """
    >>> is_date("2024-02"), is_date("2024-02-30")
    (True, False)
    """
    try:
        datetime.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return False
    return bool(_DATE.fullmatch(text))


def where(filters: Filters, conditions: Iterable[Condition], values: dict[str, Any]) -> list[str]:
    """SQL conditions on the article's row ``a``; fills ``values``."""
    clauses = [_TESTS[name] for name in filters.given()]
    values |= filters.given()
    for number, condition in enumerate(conditions):
        values[f"field{number}"] = condition.text
        contains = _CONTAINS[condition.field].format(f":field{number}")
        clauses.append(contains if condition.wanted else f"NOT coalesce({contains}, 0)")
    return clauses
