"""Which articles a question is about."""

from __future__ import annotations

TESTS = {
    "site": "a.site_id = :site",
    "since": "a.published >= :since",
    "until": "substr(a.published, 1, length(:until)) <= :until",
}
"""Conditions on ``articles a``; dates are ISO or the first part of one, both inclusive."""


def filters(
    site: str | None = None, since: str | None = None, until: str | None = None
) -> tuple[str, dict[str, str]]:
    """The WHERE clause over ``articles a`` and its values, by :data:`TESTS`."""
    given = {"site": site, "since": since, "until": until}
    values = {name: value for name, value in given.items() if value is not None}
    return " AND ".join(TESTS[name] for name in values) or "1", values


def narrowing(table: str, values: dict[str, str]) -> str:
    """What joins ``articles a`` to a table of theirs where :func:`filters` gave ``values``; nothing where it did not."""
    return f"CROSS JOIN {brief()} ON a.id = {table}.article_id" if values else ""


def brief(name: str = "a") -> str:
    """The articles as a query's ``name``, without their texts between one and the next: site, date, source and views.

    For questions that look up thousands of them by id.
    """
    return f"articles {name} INDEXED BY articles_brief"
