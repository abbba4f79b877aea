"""A site's pages of today held against what the archive has known of it.

One look at a list page of each channel and at a few articles: known ones, whose fields must be as stored, and the
newest unknown one, whose fields must be there as in the archive's articles. What an editor changes differs in one
article; what a new layout changes is lost, or differs in most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.crawl.explain import is_list, own_pages
from lawcrawl.crawl.fetch import Asked, Fetched, Look
from lawcrawl.extract.document import Page
from lawcrawl.extract.tidy import tidy
from lawcrawl.families.auto import AutoSpider
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, ListPage, Row
from lawcrawl.normalize import url_key

FIELDS = ("title", "published", "source", "author", "doc_number", "views", "text", "attachments")
ALWAYS = 0.9
"""What so large a part of a site's articles tells, a new one must tell too."""
TOLERANCE = 0.2
"""By which part a text's length may differ."""


@dataclass(slots=True)
class Saved:
    """The last good answer of a page on record."""

    capture_id: int
    fetched_at: str
    page: Page
    body: bytes


@dataclass(slots=True)
class Pair:
    """One page of today beside the last good one, value by value."""

    url: str
    now: Fetched
    then: Saved | None
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """By field what is stored and what is read today."""
    drifted: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Checked:
    """What a look at one site found."""

    site: str
    family: str
    lists: list[dict[str, Any]] = field(default_factory=list)
    coverage: dict[str, tuple[float, int, int]] = field(default_factory=dict)
    """By field the part of the archive's articles that tell it, and how many of how many of today's."""
    pairs: list[Pair] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """``drift``, ``unchecked`` (nothing answered) or ``fine``."""
        if self.drift:
            return "drift"
        return "unchecked" if self.unreached or not (self.lists or self.pairs) else "fine"


class Past:
    """What the archive has known of one site, and the spider that reads it."""

    def __init__(self, archive: Archive, site: dict[str, Any], spider: type[NoticeSpider] | None) -> None:
        self.archive, self.site = archive, str(site["id"])
        self.channels = self.rows("SELECT url, name FROM channels WHERE site_id = ? ORDER BY id", self.site)
        addresses = " ".join(channel["url"] for channel in self.channels)
        self.spider = spider or AutoSpider
        self.arguments: dict[str, Any] = {} if spider else {"url": addresses}

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        cursor = self.archive.connection.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def asked(self, articles: int) -> list[Asked]:
        """What to look at: each channel's list; with the first, known articles and a new one."""
        return [
            Asked(channel["url"], self.spider, self.arguments, self.chooser(articles if first else 0))
            for first, channel in ((index == 0, channel) for index, channel in enumerate(self.channels))
        ]

    def chooser(self, count: int) -> Callable[[ListPage], Iterable[Row]]:
        def choose(listed: ListPage) -> list[Row]:
            if not count:
                return []
            rows = own_pages(listed)
            known = self.archive.known(row.url for row in rows)
            live = [row for row in rows if (k := known.get(url_key(row.url))) and k.status == "live"]
            fresh = [row for row in rows if url_key(row.url) not in known][:1]
            return self.filled(live[:count], count) + fresh

        return choose

    def filled(self, rows: list[Row], count: int) -> list[Row]:
        """Where the list shows too few known articles, the archive's newest beside them."""
        seen = {url_key(row.url) for row in rows}
        stored = self.rows(
            "SELECT url, title FROM articles WHERE site_id = ? AND status = 'live' AND capture_id IS NOT NULL"
            " ORDER BY published DESC, id DESC LIMIT ?",
            self.site,
            2 * count,
        )
        more = [
            Row(article["url"], article["title"]) for article in stored if url_key(article["url"]) not in seen
        ]
        return rows + more[: count - len(rows)]

    def article(self, url: str) -> dict[str, Any] | None:
        found = self.archive.known([url]).get(url_key(url))
        return self.archive.article(found.id) if found and found.version else None

    def saved(self, capture_id: int | None) -> Saved | None:
        """A capture as a page; None where there is none, or it cannot be read any more."""
        if capture_id is None:
            return None
        [row] = self.rows("SELECT url, fetched_at FROM captures WHERE id = ?", capture_id)
        try:
            headers, body = self.archive.read_capture(capture_id)
        except ArchiveError:
            return None
        declared = next((value for name, value in headers if name.lower() == "content-type"), None)
        return Saved(capture_id, row["fetched_at"], Page.from_bytes(body, row["url"], declared), body)

    def saved_list(self, url: str) -> Saved | None:
        found = self.rows("SELECT max(id) AS id FROM captures WHERE url = ? AND status IN (200, 304)", url)
        return self.saved(found[0]["id"])

    def reader(self) -> NoticeSpider:
        return self.spider(**self.arguments)

    def shares(self) -> dict[str, float]:
        """By field the part of the site's fetched articles that tell it."""
        told = ", ".join(f"avg({name} IS NOT NULL) AS {name}" for name in FIELDS[:-1])
        files = "avg(EXISTS (SELECT 1 FROM attachments f WHERE f.article_id = a.id)) AS attachments"
        [found] = self.rows(
            f"SELECT {told}, {files} FROM articles a WHERE site_id = ? AND status = 'live' AND capture_id IS NOT NULL",
            self.site,
        )
        return {name: share or 0.0 for name, share in found.items()}


def compare(past: Past, looks: list[Look]) -> Checked:
    """What of a site is no longer as it was."""
    found = Checked(past.site, past.spider.family)
    for look, channel in zip(looks, past.channels, strict=True):
        compare_list(found, past, look, channel["name"] or channel["url"])
    got = [one for look in looks for one in look.articles]
    compare_articles(found, past, got)
    return found


def compare_list(found: Checked, past: Past, look: Look, name: str) -> None:
    if look.page is None or look.lists[-1].page is None:
        reason = look.reason or "no answer"
        answered = reason.startswith(("status ", "not an", "the page"))
        (found.drift if answered else found.unreached).append(f"list {name}: {reason} ({look.url})")
        return
    now = look.read
    then = past.saved_list(look.lists[-1].url)
    before = past.reader().read_list(then.page) if then else ListPage()
    known = past.archive.known(row.url for row in now.items)
    dates = [row.date for row in now.items if row.date and not row.pinned]
    newest, newest_before = max(dates, default=None), newest_known(past, look.url)
    found.lists.append(
        {
            "channel": name,
            "url": look.url,
            "rows": len(now.items),
            "rows_before": len(before.items),
            "known": sum(url_key(row.url) in known for row in now.items),
            "newest": newest,
            "newest_before": newest_before,
        }
    )
    problems = list_problems(now, before, bool(known), newest, newest_before)
    if problems:
        found.pairs.append(Pair(look.lists[-1].url, look.lists[-1], then, list_rows(before, now), {"rows"}))
    found.drift += [f"list {name}: {problem}" for problem in problems]


def list_problems(
    now: ListPage, before: ListPage, known: bool, newest: str | None, newest_before: str | None
) -> list[str]:
    """What a list of today lacks beside its last good page, each a sentence."""
    if not is_list(now):
        return [f"no list rows are recognised; its last good page shows {len(before.items)}"]
    problems = []
    if len(now.items) * 2 < len(before.items):
        problems.append(f"{len(now.items)} rows; its last good page shows {len(before.items)}")
    if dated(before) >= 0.8 and dated(now) < 0.5:
        problems.append(
            f"{dated(now):.0%} of its rows have a date; on its last good page {dated(before):.0%}"
        )
    if before.next and now.next is None:
        problems.append("no way to the next page is seen; on its last good page there was")
    if newest and newest_before and newest < newest_before:
        problems.append(f"its newest row is of {newest}; the archive knows one of {newest_before}")
    oldest = min((row.date for row in now.items if row.date), default=None)
    if not known and oldest and newest_before and oldest <= newest_before:
        problems.append("none of its rows is known, though the archive has later ones: addresses changed")
    return problems


def dated(listed: ListPage) -> float:
    return sum(row.date is not None for row in listed.items) / len(listed.items) if listed.items else 0.0


def newest_known(past: Past, url: str) -> str | None:
    [row] = past.rows(
        "SELECT max(l.date_shown) AS newest FROM listings l JOIN channels c ON c.id = l.channel_id"
        " WHERE c.site_id = ? AND c.url = ? AND NOT l.pinned",
        past.site,
        url,
    )
    newest: str | None = row["newest"]
    return newest


def list_rows(before: ListPage, now: ListPage) -> dict[str, tuple[Any, Any]]:
    """The rows of two lists side by side, under one name a row."""
    told = [[f"{row.date or 'no date'} {row.title}" for row in listed.items[:5]] for listed in (before, now)]
    values: dict[str, tuple[Any, Any]] = {"rows": (len(before.items), len(now.items))}
    for index in range(max(map(len, told))):
        values[f"row {index + 1}"] = (cell(told[0], index), cell(told[1], index))
    return values | {"next": (before.next, now.next)}


def cell(values: list[str], index: int) -> str | None:
    return values[index] if index < len(values) else None


def compare_articles(found: Checked, past: Past, got: list[Fetched]) -> None:
    shares = past.shares()
    read: list[dict[str, Any]] = []
    missing = []
    known = 0
    for one in got:
        stored = past.article(one.url)
        known += stored is not None
        if one.article is None or one.article.status != "live":
            reason = one.reason or "; ".join(f.reason for f in one.failures) or "not there"
            missing.append(f"{one.url}: {reason}")
            continue
        now = values_of(one.article)
        read.append(now)
        pair = Pair(one.url, one, past.saved(stored["capture_id"]) if stored else None)
        then = stored_values(stored) if stored else {}
        pair.values = {name: (then.get(name), now[name]) for name in FIELDS}
        if stored is None:
            pair.drifted = {n for n in FIELDS if shares[n] >= ALWAYS and now[n] is None}
            found.drift += [f"{n}: a new article does not tell it ({one.url})" for n in sorted(pair.drifted)]
        found.pairs.append(pair)
    found.coverage = {
        name: (shares[name], sum(one[name] is not None for one in read), len(read)) for name in FIELDS
    }
    if missing and len(missing) == len(got):
        answered = all(one.body for one in got)
        (found.drift if answered else found.unreached).append("no known article can be had: " + missing[0])
    else:
        found.notes += missing
    judge(found, [pair for pair in found.pairs if pair.then is not None and "title" in pair.values], past)


def judge(found: Checked, pairs: list[Pair], past: Past) -> None:
    """Per field: what is lost, or differs in most articles, drifted; what differs in few was edited."""
    for name in FIELDS:
        lost = [pair for pair in pairs if pair.values[name][0] is not None and pair.values[name][1] is None]
        told = [pair for pair in pairs if None not in pair.values[name]]
        differing = [pair for pair in told if differs(name, *pair.values[name])]
        drifted = lost + (differing if 2 * len(differing) > len(told) else [])
        for pair in drifted:
            pair.drifted.add(name)
        if drifted:
            how = "lost" if len(lost) == len(drifted) else "different"
            found.drift.append(
                f"{name}: {how} in {len(drifted)} of {len(pairs)} known articles; {cause(past, drifted[0], name)}"
            )
        elif differing:
            found.notes.append(
                f"{name}: edited, as it seems, in {len(differing)} of {len(pairs)} known articles"
            )


def cause(past: Past, pair: Pair, name: str) -> str:
    """Whose change it is: the stored page, read today, tells."""
    assert pair.then is not None
    if name == "views":
        return "; ".join(f.reason for f in pair.now.failures) or "the page names no counter any more"
    again = values_of(past.reader().read_article(pair.then.page))[name]
    stored, now = pair.values[name]
    if again == now or (again is None and stored is not None):
        return "the stored page reads so today too: lawcrawl changed, not the site"
    return "the stored page still reads as it did: the site changed"


def differs(name: str, stored: Any, now: Any) -> bool:
    if name == "views":
        return False  # counts move
    if name == "text":
        return abs(len(now) - len(stored)) > TOLERANCE * len(stored)
    return bool(stored != now)


def values_of(article: Article) -> dict[str, Any]:
    """An article's fields in the form the archive keeps; None for every silence."""
    tidy(article)
    files = {url_key(f.url) for f in article.attachments} | set(map(url_key, article.images))
    alone = ("title", "published", "source", "author", "doc_number", "views", "text")
    return {name: getattr(article, name) for name in alone} | {"attachments": sorted(files) or None}


def stored_values(stored: dict[str, Any]) -> dict[str, Any]:
    files = sorted({url_key(file["url"]) for file in stored["attachments"]})
    return {**{name: stored[name] for name in FIELDS[:-1]}, "attachments": files or None}


def as_json_object(found: Checked) -> dict[str, Any]:
    return {
        "site": found.site,
        "family": found.family,
        "outcome": found.outcome,
        "drift": found.drift,
        "notes": found.notes,
        "unreached": found.unreached,
        "lists": found.lists,
        "coverage": {
            name: {"archive": round(share, 3), "told": told, "of": of}
            for name, (share, told, of) in found.coverage.items()
        },
        "pages": [
            {
                "url": pair.url,
                "capture": pair.then.capture_id if pair.then else None,
                "drifted": sorted(pair.drifted),
                "values": {name: {"then": then, "now": now} for name, (then, now) in pair.values.items()},
            }
            for pair in found.pairs
        ],
    }
