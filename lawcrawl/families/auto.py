"""Any list page by its address, with nothing configured.

Each page is read by the family that recognises it; where none does, by structure and evidence alone.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, Counter, ListPage


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
        self._last: type[NoticeSpider] | None = None
        self._families: dict[type[NoticeSpider], NoticeSpider] = {}

    def reader(self, page: Page) -> NoticeSpider:
        """The family that reads ``page``, or the shared base."""
        family, _ = recognise(page, self._last)
        self._last = family
        family = family or NoticeSpider
        if family not in self._families:
            self._families[family] = family(name=self.name)
        return self._families[family]

    def read_list(self, page: Page) -> ListPage:
        return self.reader(page).read_list(page)

    def read_article(self, page: Page) -> Article:
        return self.reader(page).read_article(page)

    def counter(self, page: Page) -> Counter | None:
        return self.reader(page).counter(page)
