"""What a crawl is held against: the site's own past. Each monitor is one rule and says one sentence.

The numbers below are ours: far enough from what sites do by themselves that a finding is worth a look.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from lawcrawl.crawl.doubts import FIELDS, Doubt

if TYPE_CHECKING:
    from lawcrawl.archive import Archive

ENOUGH_NEW, ENOUGH_OLD, OLD, FRESH = 5, 10, 200, 2000
"""New articles that make a sample, old ones that make a past, and how many of each are looked at."""
USUAL, FELL = 0.8, 0.5
"""A field that this share of articles had is usual; less than half of its share has it now: it fell."""
SHORTER = 4
QUIET_DAYS, QUIET_TIMES = 60, 3
"""A site is quiet when nothing new came for so long, and for so many times its longest pause before."""
FAILURES, FAILED_SHARE, FAILED_TIMES = 5, 0.2, 3
CERTIFICATE_DAYS = 21
COVERED = ("published", "source", "author", "doc_number", "issuer", "views", "text")
NEW = (
    "SELECT a.url, a.published, a.source, a.author, a.doc_number, a.issuer, a.views, length(a.text) AS text"
    " FROM articles a JOIN captures c ON c.id = a.capture_id WHERE a.site_id = :site AND a.status = 'live'"
)
LAST_OLD = (
    "coalesce((SELECT o.id FROM articles o JOIN captures p ON p.id = o.capture_id WHERE o.site_id = :site"
    " AND p.crawl_id < :crawl ORDER BY o.id DESC LIMIT 1), 0)"
)


@dataclass(slots=True, frozen=True)
class Finding:
    """What a monitor found. A serious one marks the crawl; the others are only told."""

    monitor: str
    sentence: str
    serious: bool = True
    url: str | None = None
    """The page that shows it."""
    good_url: str | None = None
    """Another page that was still well; where None, the same page in its last good state."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Facts:
    """One crawl at its end, all that it brought in the archive."""

    archive: Archive
    site_id: str
    crawl_id: int
    rows: dict[str, int | None]
    """Rows that each channel's lists had; None where no list of it could be read."""
    doubts: list[Doubt]
    tried: int
    failed: int
    certificate: datetime | None
    """Until when the site's certificate holds; None without one."""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def all(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        cursor = self.archive.connection.execute(
            sql, {"site": self.site_id, "crawl": self.crawl_id, **values}
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def new(self) -> list[dict[str, Any]]:
        """Articles that this crawl brought, the first of very many."""
        return self.all(
            f"{NEW} AND a.version = 1 AND c.crawl_id = :crawl AND a.id > {LAST_OLD} ORDER BY a.id LIMIT {FRESH}"
        )

    def past(self) -> list[dict[str, Any]]:
        """The newest of those that were there before."""
        return self.all(f"{NEW} AND c.crawl_id < :crawl ORDER BY a.id DESC LIMIT {OLD}")

    def listed_before(self, channel: str) -> bool:
        """Whether a channel had rows, asked of one in which this crawl saw none."""
        return bool(
            self.all(
                "SELECT 1 FROM listings l JOIN channels c ON c.id = l.channel_id"
                " WHERE c.site_id = :site AND c.url = :url LIMIT 1",
                url=channel,
            )
        )


def no_items(facts: Facts) -> Iterator[Finding]:
    """A list that had rows has none."""
    for channel, rows in facts.rows.items():
        if rows == 0 and facts.listed_before(channel):
            yield Finding("no_items", f"the list {channel} shows no rows any more", url=channel)


def list_unreadable(facts: Facts) -> Iterator[Finding]:
    """A list that was read before is not recognised as one."""
    for channel, rows in facts.rows.items():
        unread = facts.all(
            "SELECT 1 FROM failures WHERE crawl_id = :crawl AND stage = 'parse' AND url = :url", url=channel
        )
        if rows is None and unread and facts.listed_before(channel):
            yield Finding("list_unreadable", f"the list {channel} cannot be read any more", url=channel)


def readings_lost(facts: Facts) -> Iterator[Finding]:
    """Articles read again lost what the archive has of them."""
    for doubt in facts.doubts:
        yield Finding(
            "readings_lost",
            f"the {FIELDS[doubt.field]} could not be read any more on {doubt.lost} of {doubt.read} articles"
            " looked at again; the archive keeps what it had",
            url=doubt.url,
        )


def coverage_fell(facts: Facts) -> Iterator[Finding]:
    """New articles lack a field that articles of this site usually have."""
    new, past = facts.new(), facts.past()
    if len(new) < ENOUGH_NEW or len(past) < ENOUGH_OLD:
        return
    for name in COVERED:
        before, now = share(past, name), share(new, name)
        if before >= USUAL and now < before * FELL:
            yield Finding(
                "coverage_fell",
                f"{name} is known of {now:.0%} of {len(new)} new articles; before it was {before:.0%}",
                url=next(row["url"] for row in new if row[name] is None),
                good_url=next(row["url"] for row in past if row[name] is not None),
            )


def texts_collapsed(facts: Facts) -> Iterator[Finding]:
    """The bodies of new articles are far shorter than bodies of this site usually are."""
    new, past = ([row for row in rows if row["text"]] for rows in (facts.new(), facts.past()))
    if len(new) < ENOUGH_NEW or len(past) < ENOUGH_OLD:
        return
    before, now = (statistics.median(row["text"] for row in rows) for rows in (past, new))
    if now * SHORTER < before:
        yield Finding(
            "texts_collapsed",
            f"the texts of {len(new)} new articles have {now:.0f} characters in the middle; before it was {before:.0f}",
            url=min(new, key=lambda row: row["text"])["url"],
            good_url=past[0]["url"],
        )


def dates_stopped(facts: Facts) -> Iterator[Finding]:
    """Since crawls began, something came; now nothing has for far longer than this site ever paused."""
    rows = facts.all(
        "WITH RECURSIVE days (day) AS (SELECT max(published) FROM articles WHERE site_id = :site"
        " AND length(published) >= 10 UNION ALL SELECT (SELECT max(published) FROM articles WHERE site_id = :site"
        " AND length(published) >= 10 AND published < substr(day, 1, 10)) FROM days WHERE day IS NOT NULL LIMIT 60)"
        " SELECT substr(day, 1, 10) AS day FROM days WHERE day IS NOT NULL"
    )
    days = [date.fromisoformat(row["day"]) for row in rows]
    [began] = facts.all("SELECT substr(min(started_at), 1, 10) AS day FROM crawls WHERE site_id = :site")
    if len(days) < ENOUGH_OLD or days[0] < date.fromisoformat(began["day"]):
        return
    longest = max((later - earlier).days for later, earlier in itertools.pairwise(days))
    quiet = (facts.now.date() - days[0]).days
    if quiet > max(QUIET_DAYS, QUIET_TIMES * longest):
        sentence = (
            f"nothing is newer than {days[0]}, {quiet} days ago; the longest pause before was {longest} days"
        )
        yield Finding("dates_stopped", sentence, serious=False)


def too_many_failures(facts: Facts) -> Iterator[Finding]:
    """Far more failed than usually does at this site."""
    if facts.failed < FAILURES or facts.failed < FAILED_SHARE * facts.tried:
        return
    past = facts.all(
        "SELECT failed * 1.0 / max(1, new + changed + unchanged + failed) AS share FROM crawls"
        " WHERE site_id = :site AND id < :crawl AND failed IS NOT NULL ORDER BY id DESC LIMIT 10"
    )
    usual = statistics.median(row["share"] for row in past) if past else 0.0
    if facts.failed / facts.tried > FAILED_TIMES * usual:
        yield Finding(
            "too_many_failures",
            f"{facts.failed} of {facts.tried} failed; usually it is {usual:.0%}",
            url=next(
                iter(row["url"] for row in facts.all("SELECT url FROM failures WHERE crawl_id = :crawl")),
                None,
            ),
        )


def certificate_expires(facts: Facts) -> Iterator[Finding]:
    """The site's certificate ends soon, and with it the crawls."""
    if facts.certificate is not None and (left := (facts.certificate - facts.now).days) < CERTIFICATE_DAYS:
        day = facts.certificate.date()
        yield Finding(
            "certificate_expires", f"the site's certificate ends in {left} days, on {day}", serious=False
        )


MONITORS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    list_unreadable,
    no_items,
    readings_lost,
    coverage_fell,
    texts_collapsed,
    too_many_failures,
    dates_stopped,
    certificate_expires,
)


def findings(facts: Facts) -> list[Finding]:
    return [finding for monitor in MONITORS for finding in monitor(facts)]


def share(rows: list[dict[str, Any]], name: str) -> float:
    return sum(row[name] is not None for row in rows) / len(rows)
