"""Any list page by its address, with nothing configured.

Each page is read by the family that recognises it; where none does, by structure and evidence alone.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from lawcrawl.extract.document import Page
from lawcrawl.extract.records import read_list
from lawcrawl.families import recognise
from lawcrawl.families.base import NoticeSpider
from lawcrawl.families.reading import no_list
from lawcrawl.items import Article, Counter, ListPage


def read_as(reader: NoticeSpider, page: Page) -> tuple[ListPage, bool]:
    """What a family sees of a list, and True; where it sees none and the structure alone shows one, that, and False."""
    listed = reader.read_list(page)
    if type(reader) is not NoticeSpider and (no_list(listed) or not (listed.items or listed.next)):
        plain = read_list(page)
        if no_list(plain) is None and plain.items:
            return plain, False
    return listed, True


class AutoSpider(NoticeSpider):
    """``lawcrawl crawl URL``, ``scrapy crawl auto -a url=URL``; several addresses of one site, space between.

    The site's name in the archive is its host.
    """

    name = "auto"
    family = "auto"

    def __init__(self, url: str = "", **kwargs: Any) -> None:
        urls = url.split()
        if not urls:
            raise ValueError("auto needs the address of a list page: -a url=https://...")
        self.channels = {address: address for address in urls}
        kwargs.setdefault("name", urlsplit(urls[0]).netloc.lower())
        super().__init__(**kwargs)
        self._told: set[str] = set()
        self._last: type[NoticeSpider] | None = None
        self._families: dict[type[NoticeSpider], NoticeSpider] = {}

    def reader(self, page: Page) -> NoticeSpider:
        """The family that reads ``page``, or the shared base."""
        if self not in page.known:
            page.known[self] = self.recognised(page)
        reader: NoticeSpider = page.known[self]
        return reader

    def recognised(self, page: Page) -> NoticeSpider:
        family, certainty = recognise(page, self._last)
        self._last = family
        if family is None and certainty:
            self.tell(
                "%s is only a little like a page of a known family: read by its structure alone", page.url
            )
        family = family or NoticeSpider
        if family not in self._families:
            self._families[family] = family(name=self.name)
        return self._families[family]

    def tell(self, message: str, *values: str) -> None:
        """Say once in a crawl how its pages are read."""
        if message not in self._told:
            self._told.add(message)
            self.logger.warning(message, *values)

    def read_list(self, page: Page) -> ListPage:
        reader = self.reader(page)
        listed, fits = read_as(reader, page)
        if not fits:
            said = "%s looks like %s, whose way finds no rows: read by its structure alone"
            self.tell(said, page.url, reader.family)
        return listed

    def read_article(self, page: Page) -> Article:
        return self.reader(page).read_article(page)

    def counter(self, page: Page) -> Counter | None:
        return self.reader(page).counter(page)
