"""Whose an address is: a site of the archive, one that has a spider, else one named by its host as ``crawl URL`` does."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

from lawcrawl.crawl.run import spiders
from lawcrawl.items import Site
from lawcrawl.normalize import url_key


class Sites:
    """The sites known, by the hosts of their columns."""

    def __init__(self, archive: sqlite3.Connection) -> None:
        self.archive = archive
        self.spiders = spiders()
        self.columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
        """For each host, the folders of columns and the sites that these are of."""
        self.named: dict[str, str] = {}
        for site_id, spider in self.spiders.items():
            self.note(site_id, spider.channels.values())
        for site_id, url in archive.execute("SELECT site_id, url FROM channels ORDER BY site_id, id"):
            self.note(site_id, [url])

    def note(self, site_id: str, urls: Iterable[str]) -> None:
        for url in urls:
            key = url_key(url)
            self.columns[host(key)].append((key.rpartition("/")[0], site_id))

    def of(self, url: str) -> str:
        """The site's id; where two have columns on one host, that whose column lies nearest."""
        key = url_key(url)
        columns = self.columns.get(host(key))
        if columns:
            return max(columns, key=lambda column: shared(column[0], key))[1]
        return self.named.setdefault(host(key), urlsplit(url).netloc.lower())

    def site(self, site_id: str, url: str) -> Site:
        """The site as the archive has it, or as its spider declares it; ``url``: a list page of one that is new."""
        row = self.archive.execute(
            "SELECT id, name, url, family, region FROM sites WHERE id = ?", (site_id,)
        ).fetchone()
        if row is not None:
            return Site(*row)
        if spider := self.spiders.get(site_id):
            first = next(iter(spider.channels.values()), None)
            return Site(site_id, spider.site_name, first, spider.family, spider.region)
        return Site(site_id, None, url, "auto")

    def names(self, site_id: str, urls: Iterable[str]) -> dict[str, str]:
        """Columns by the names that a spider has for them; by their addresses where none has."""
        spider = self.spiders.get(site_id)
        declared = {url: name for name, url in spider.channels.items()} if spider else {}
        return {declared.get(url, url): url for url in sorted(urls)}

    def channels(self, site_id: str) -> dict[str, str]:
        """Each column's first list page, by its key."""
        spider = self.spiders.get(site_id)
        urls = list(spider.channels.values()) if spider else []
        found = self.archive.execute("SELECT url FROM channels WHERE site_id = ? ORDER BY id", (site_id,))
        return {url_key(url): url for url in [*urls, *(url for (url,) in found)]}


def host(key: str) -> str:
    return key.partition("/")[0]


def shared(folder: str, key: str) -> int:
    """How many leading segments two addresses share."""
    count = 0
    for one, other in zip(folder.split("/"), key.split("/"), strict=False):
        if one != other:
            break
        count += 1
    return count
