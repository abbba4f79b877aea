"""What each answer of a site is: a column's list page, an article, what belongs to one, or nothing that is kept.

A page is a list where its rows say so, as in a crawl. It is an article where it reads as a dated one, or where a list or
the archive names it. Home pages gather rows of all columns and are no column.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lawcrawl.extract.absence import absence
from lawcrawl.extract.document import Page
from lawcrawl.extract.leaving import REDIRECTS, leads_away
from lawcrawl.extract.names import site_name
from lawcrawl.extract.parts import next_part
from lawcrawl.extract.tidy import lacks, tidy
from lawcrawl.families.base import NoticeSpider
from lawcrawl.families.reading import LIST_TYPES, Answer, no_list, not_a_page
from lawcrawl.imports.shelf import Shelf, Stored
from lawcrawl.items import Article, ListPage
from lawcrawl.normalize import url_key

_FURTHER = re.compile(r"(.+?)[/_-]\d{1,4}\.(\w+)")


# What a redirect leads to, over others where it must, within the day; an address that is named itself is no target.
LED_TO = f"""
WITH RECURSIVE way (key) AS (
    SELECT leads_to FROM answers WHERE id = :id
    UNION SELECT a.leads_to FROM way JOIN answers a ON a.key = way.key
    WHERE a.status IN {REDIRECTS} AND a.leads_to IS NOT NULL
)
UPDATE answers SET asked_url = :url, kind = 'article'
WHERE key IN (SELECT key FROM way) AND (key = :key OR key NOT IN (SELECT key FROM rows)) AND id != :id
    AND asked_url IS NULL AND kind IS NOT 'list' AND (candidate IS NOT NULL OR status IN (404, 410))
    AND unixepoch(at) - unixepoch(:at) BETWEEN 0 AND 86400
"""


@dataclass(slots=True)
class Column:
    """A column that list pages were found of; what of it the first of them says."""

    url: str
    name: str | None = None
    site_name: str | None = None
    claimed: int | None = None


class Sorting:
    """The answers of one site; :meth:`sort` notes on the shelf what each is."""

    def __init__(
        self,
        shelf: Shelf,
        site: str,
        reader: NoticeSpider,
        known: sqlite3.Connection,
        channels: Mapping[str, str],
    ) -> None:
        self.shelf, self.db, self.site = shelf, shelf.db, site
        self.reader, self.known, self.channels = reader, known, channels
        self.columns: dict[str, Column] = {}

    def sort(self) -> None:
        for stored in self.shelf.answers(self.site, "status IN (200, 304)"):
            self.note(stored, self.look(stored))
        self.sort_lists()
        self.sort_articles()
        self.follow_redirects()
        self.sort_belonging()

    # Each page alone

    def look(self, stored: Stored) -> str | None:
        """What a page may be by itself; its rows, its next page and what belongs to it are noted."""
        answer = self.shelf.answer(stored)
        if not_a_page(answer, LIST_TYPES):
            return "file" if answer.body.strip() else None
        try:
            page = answer.page()
            listed = self.reader.read_list(page)
            listed.site = site_name(page)
            hollow = not listed.items and listed.next is not None
            if no_list(listed) is None and not hollow:
                self.note_list(stored, listed)
                return "list"
            if hollow:
                self.note_list(stored, listed)
            return self.look_for_article(answer, page) or ("hollow" if hollow else None)
        except Exception:  # a page may hold anything; what no reader copes with is left
            return None

    def look_for_article(self, answer: Answer, page: Page) -> str | None:
        if not_a_page(answer):
            return None
        article = self.reader.read_article(page)
        if absence(page, answer.url, article.text):
            return "absent"
        tidy(article)
        if lacks(article):
            return None
        self.note_belonging(page, article)
        return "article" if article.published else "page"

    def note(self, stored: Stored, candidate: str | None) -> None:
        self.db.execute("UPDATE answers SET candidate = ? WHERE id = ?", (candidate, stored.id))

    def note_list(self, stored: Stored, listed: ListPage) -> None:
        following = url_key(listed.next) if listed.next else None
        self.db.execute(
            "INSERT INTO lists VALUES (?, ?, ?, ?, ?, ?)",
            (stored.id, stored.key, following, listed.name, listed.site, listed.claimed),
        )
        if not is_home(stored.key) or stored.key in self.channels:
            self.put_keys("rows", (url_key(row.url) for row in listed.items))

    def note_belonging(self, page: Page, article: Article) -> None:
        counter = None if article.views is not None else self.reader.counter(page)
        part = next_part(page)
        urls = [one.url for one in article.attachments] + article.images
        urls += [counter.url] if counter else []
        self.put_keys("belongs", map(url_key, urls + ([part] if part else [])))

    def put_keys(self, table: str, keys: Iterable[str]) -> None:
        self.db.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?)", ((key,) for key in keys))

    # All together

    def set(self, kind: str, ids: Iterable[int]) -> None:
        self.db.executemany("UPDATE answers SET kind = ? WHERE id = ?", ((kind, one) for one in ids))

    def sort_lists(self) -> None:
        """List pages, and the column of each: the known one or the first page that leads to it."""
        found = self.db.execute(
            "SELECT a.id, a.url, a.key, a.candidate, l.next, l.name, l.site_name, l.claimed FROM answers a"
            " JOIN lists l ON l.answer = a.id WHERE a.site = ? ORDER BY a.at, a.id",
            (self.site,),
        ).fetchall()
        pages = {key for _, _, key, candidate, *_ in found if candidate == "list"}
        lists = [
            row
            for row in found
            if row[2] in self.channels
            or (row[3] == "list" and not is_home(row[2]))
            or (row[3] == "hollow" and row[4] in pages)
        ]
        self.set("list", (row[0] for row in lists))
        before = {row[4]: row[2] for row in reversed(lists) if row[4]}
        urls = {row[2]: row[1] for row in reversed(lists)}
        for answer_id, _, key, _, _, name, site, claimed in lists:
            column = self.column(key, before, urls)
            self.db.execute("UPDATE answers SET channel = ? WHERE id = ?", (column.url, answer_id))
            column.name = column.name or name
            column.site_name = column.site_name or site
            column.claimed = column.claimed or claimed

    def column(self, key: str, before: Mapping[str, str], urls: Mapping[str, str]) -> Column:
        seen = {key}
        while key not in self.channels and (earlier := before.get(key)) and earlier not in seen:
            key = earlier
            seen.add(key)
        known = (pages.get(one) for one in (key, *first_pages(key)) for pages in (self.channels, urls))
        url = next(filter(None, known))
        return self.columns.setdefault(url, Column(url))

    def named(self, key: str) -> bool:
        """Whether a list or the archive knows an article of this key."""
        if self.db.execute("SELECT 1 FROM rows WHERE key = ?", (key,)).fetchone():
            return True
        return bool(self.known.execute("SELECT 1 FROM articles WHERE url_key = ?", (key,)).fetchone())

    def sort_articles(self) -> None:
        rest = "kind IS NULL AND (candidate IN ('article', 'page', 'file', 'absent') OR status IN (404, 410))"
        for stored in self.shelf.answers(self.site, rest):
            [[candidate, belongs]] = self.db.execute(
                "SELECT candidate, EXISTS (SELECT 1 FROM belongs b WHERE b.key = a.key) FROM answers a WHERE id = ?",
                (stored.id,),
            ).fetchall()
            if (candidate == "article" and not belongs) or self.named(stored.key):
                self.set("article", [stored.id])

    def follow_redirects(self) -> None:
        """What a list or the archive names, and answers from another address in the end."""
        for stored in self.shelf.answers(self.site, f"status IN {REDIRECTS} AND leads_to IS NOT NULL"):
            if not self.named(stored.key):
                continue
            [leads_to] = self.db.execute("SELECT leads_to FROM answers WHERE id = ?", (stored.id,)).fetchone()
            self.set("article", [stored.id])
            if leads_away(stored.url, f"http://{leads_to}"):
                continue
            self.db.execute(LED_TO, {"id": stored.id, "url": stored.url, "at": stored.at, "key": stored.key})

    def sort_belonging(self) -> None:
        self.db.execute(
            "UPDATE answers SET kind = 'part' WHERE site = ? AND kind IS NULL AND key IN (SELECT key FROM belongs)",
            (self.site,),
        )


def is_home(key: str) -> bool:
    return not key.partition("/")[2]


def first_pages(key: str) -> list[str]:
    """What the first page of a list may be called, by the address of a further one.

    >>> [first_pages(f"a.cn/{name}") for name in ("tz/index_3.html", "tz/12.htm", "list-2-3.html", "tz/")]
    [['a.cn/tz/'], ['a.cn/tz.htm', 'a.cn/tz/'], ['a.cn/list-2.html', 'a.cn/list-2/'], []]
    """
    found = _FURTHER.fullmatch(key)
    if found is None:
        return []
    if found[1].endswith("/index"):
        return [found[1].removesuffix("index")]
    return [f"{found[1]}.{found[2]}", f"{found[1]}/"]
