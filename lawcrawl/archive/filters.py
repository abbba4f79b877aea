"""Which articles a question is about."""

from __future__ import annotations


def filters(
    site: str | None = None,
    channel: str | None = None,
    source: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> tuple[str, dict[str, str]]:
    """The WHERE clause over ``articles a`` and its values; dates are ISO or the first part of one, both inclusive."""
    clauses = {
        "site": "a.site_id = :site",
        "channel": "EXISTS (SELECT 1 FROM listings l JOIN channels c ON c.id = l.channel_id"
        " WHERE l.article_id = a.id AND c.name = :channel)",
        "source": "a.source = :source",
        "since": "a.published >= :since",
        "until": "substr(a.published, 1, length(:until)) <= :until",
    }
    given = {"site": site, "channel": channel, "source": source, "since": since, "until": until}
    values = {name: value for name, value in given.items() if value is not None}
    return " AND ".join(clauses[name] for name in values) or "1", values
