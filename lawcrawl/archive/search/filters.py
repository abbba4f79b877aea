"""What narrows a search down besides its words: the same for searches, exports and pages."""

from __future__ import annotations

import calendar
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from lawcrawl.archive.search.index import ID_BITS, UNDATED, moment
from lawcrawl.archive.search.language import QueryError
from lawcrawl.archive.search.plan import Condition

FEW = 20_000
"""Articles up to which a filter is asked for all that pass it; of a wider one each found article is tested."""

_ONE_OF = {
    "site": "SELECT id FROM articles WHERE site_id = :site",
    "source": "SELECT id FROM articles WHERE source = :source",
    "channel": "SELECT article_id FROM listings WHERE channel_id IN (SELECT id FROM channels WHERE name = :channel)",
    "law": "SELECT article_id FROM mentions WHERE law = :law",
}
_TEST = {
    "site": "a.site_id = :site",
    "source": "a.source = :source",
    "channel": "EXISTS (SELECT 1 FROM listings l JOIN channels c ON c.id = l.channel_id"
    " WHERE l.article_id = a.id AND c.name = :channel)",
    "law": "EXISTS (SELECT 1 FROM mentions m WHERE m.article_id = a.id AND m.law = :law)",
}
_CONTAINS = {
    **{name: f"instr(fold(a.{name}), {{0}})" for name in ("source", "author", "issuer", "doc_number")},
    "site": "EXISTS (SELECT 1 FROM sites s WHERE s.id = a.site_id AND (instr(fold(s.id), {0}) OR instr(fold(s.name), {0})))",
    "channel": "EXISTS (SELECT 1 FROM listings l JOIN channels c ON c.id = l.channel_id WHERE l.article_id = a.id"
    " AND instr(fold(c.name), {0}))",
    "law": "EXISTS (SELECT 1 FROM mentions m WHERE m.article_id = a.id AND instr(fold(m.law), {0}))",
}
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?)?)?)?", re.A)
_MONTH = re.compile(r"(?!0000)\d{4}-(0[1-9]|1[0-2])", re.A)


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
    """The law that is named, by its name in ``mentions``."""


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
        self.rows()

    def rows(self) -> tuple[int, int]:
        """The first and the last row of the index that may pass."""
        first = moment(earliest(self.since)) if self.since else UNDATED
        last = moment(latest(self.until)) if self.until else -UNDATED - 1
        if self.until and not self.since:
            first = UNDATED + 1  # without a date nothing is known to be before another
        return first << ID_BITS, ((last + 1) << ID_BITS) - 1

    def given(self) -> dict[str, str]:
        """The filters on the article's row that are set."""
        found = {"site": self.site, "channel": self.channel, "source": self.source, "law": self.law}
        return {name: value for name, value in found.items() if value is not None}


def earliest(date: str) -> str:
    """The first minute of a date."""
    return valid(date, "0000-01-01T00:00")


def latest(date: str) -> str:
    """The last minute of a date.

    >>> latest("2024-02"), latest("2023")
    ('2024-02-29T23:59', '2023-12-31T23:59')
    """
    month = date[:7] if len(date) >= 7 else f"{date}-12"
    days = calendar.monthrange(int(month[:4]), int(month[5:]))[1] if _MONTH.fullmatch(month) else 31
    return valid(date, f"{month}-{days}T23:59")


def valid(date: str, whole: str) -> str:
    """``date`` completed from ``whole``. Raises :class:`QueryError` where it is none."""
    try:
        if not _DATE.fullmatch(date):
            raise ValueError
        return datetime.fromisoformat(date + whole[len(date) :]).isoformat()
    except ValueError:
        raise QueryError(f"{date!r} is not a date; write 2024-01-04, 2024-01 or 2024") from None


def where(
    db: sqlite3.Connection, filters: Filters, conditions: Iterable[Condition], values: dict[str, Any]
) -> list[str]:
    """SQL conditions on the article ``id`` of a row and, where they name it, on its row ``a``; fills ``values``."""
    clauses = []
    for name, value in filters.given().items():
        values[name] = value
        [few] = db.execute(
            f"SELECT count(*) <= {FEW} FROM ({_ONE_OF[name]} LIMIT {FEW + 1})", {name: value}
        ).fetchone()
        clauses.append(f"{{id}} IN ({_ONE_OF[name]})" if few else _TEST[name])
    for number, condition in enumerate(conditions):
        values[f"field{number}"] = condition.text
        contains = _CONTAINS[condition.field].format(f":field{number}")
        clauses.append(contains if condition.wanted else f"NOT coalesce({contains}, 0)")
    return clauses
