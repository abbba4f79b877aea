"""Is it all? What each channel's list claims, what was found of it, what is held, and what is missing and why."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from lawcrawl.normalize import url_key

# Few articles are gone, external or never fetched: only their rows are read, the others are counted.
CHANNELS = """
WITH odd AS (
    SELECT l.channel_id, count(*) - count(a.checked_at) AS unfetched, count(*) FILTER (WHERE a.status = 'external') AS external,
        count(*) FILTER (WHERE a.status = 'gone') AS gone
    FROM articles a CROSS JOIN listings l ON l.article_id = a.id WHERE a.status != 'live' OR a.checked_at IS NULL GROUP BY 1
), columns AS (
    SELECT *, (SELECT count(*) FROM listings WHERE channel_id = channels.id) AS found FROM channels
    WHERE :site IS NULL OR site_id = :site
)
SELECT h.id, h.site_id, h.name, h.url, h.claimed, h.walked_at, h.found, h.found - coalesce(odd.unfetched, 0),
    coalesce(odd.external, 0), coalesce(odd.gone, 0), (SELECT count(*) FROM unlisted WHERE channel_id = h.id)
FROM columns h LEFT JOIN odd ON odd.channel_id = h.id ORDER BY h.site_id, h.id
"""
COUNTED = ("site", "channel", "url", "claimed", "walked_at", "found", "held", "external", "gone", "unlisted")
# Since the list was last read to its end with nothing missing; what failed before that is no longer wanted of it.
FAILURES = """
SELECT f.url, f.stage, f.reason FROM failures f
WHERE f.channel_id = :channel AND f.at >= coalesce((SELECT max(began_at) FROM walks WHERE channel_id = :channel), '')
    AND f.stage NOT IN ('attachment', 'views') ORDER BY f.id
"""
HELD_SINCE = """
SELECT 1 FROM articles WHERE url_key = ? AND checked_at >= (SELECT max(at) FROM failures WHERE url = ?)
"""


@dataclass(slots=True)
class Coverage:
    """One channel, counted in articles."""

    site: str
    channel: str | None
    url: str
    claimed: int | None
    """What the list itself says; None where it does not."""
    walked_at: str | None
    """When it was last read to its end with nothing missing."""
    found: int
    """Articles seen in it."""
    held: int
    """Fetched, gone ones included."""
    external: int
    """On other hosts, kept as the list tells of them."""
    gone: int
    unlisted: int
    """No longer in the list."""
    failed: int
    """Named by the list, or the list's own pages, and not to be had."""
    reasons: dict[str, int] = field(default_factory=dict)
    """How many failed why, the most first."""

    @property
    def complete(self) -> bool:
        listed = self.found - self.unlisted
        return (
            self.walked_at is not None
            and not self.failed
            and (self.claimed is None or listed >= self.claimed)
        )

    @property
    def answer(self) -> str:
        """Is it all? One sentence."""
        if self.failed:
            return f"no: {self.failed} failed ({next(iter(self.reasons))})"
        if self.walked_at is None:
            return "no: its list was not yet read to the end"
        if not self.complete:
            return f"no: the list claims {self.claimed}, {self.found - self.unlisted} were found in it"
        return "yes" if self.claimed is not None else "yes, as far as its list goes: it claims no number"

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "complete": self.complete, "answer": self.answer}


def coverage(db: sqlite3.Connection, site: str | None = None) -> list[Coverage]:
    """Every channel, site by site."""
    found = []
    for channel_id, *row in db.execute(CHANNELS, {"site": site}).fetchall():
        reasons = Counter(open_failures(db, channel_id).values())
        counted: dict[str, Any] = dict(zip(COUNTED, row, strict=True))
        found.append(Coverage(**counted, failed=reasons.total(), reasons=dict(reasons.most_common())))
    return found


def open_failures(db: sqlite3.Connection, channel_id: int) -> dict[str, str]:
    """What of a channel failed and was not had since: by its key, stage and reason."""
    failed = {}
    for url, stage, reason in db.execute(FAILURES, {"channel": channel_id}):
        if not db.execute(HELD_SINCE, (url_key(url), url)).fetchone():
            failed[url_key(url)] = f"{stage}: {reason}"
    return failed
