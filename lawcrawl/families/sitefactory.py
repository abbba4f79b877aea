"""动易 SiteFactory: county governments and schools.

Lists are ``/Category_12/Index.aspx``, ``Index_2.aspx`` ...; articles ``/Item/123.aspx``; the count is a script's answer
at ``/Common/GetHits.aspx?id=123``. A row's link bears title, count and date together in its ``title``
attribute. Read from pages that others stored; no live site was asked.
"""

from __future__ import annotations

import re

from lawcrawl.extract.document import Page, text_of
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, Counter, ListPage

# Long strings, and few: every page of every site is searched for them.
MARKS = ("{pe.begin.pagination}", "/Common/GetHits.aspx")
HEAD = 4000
"""Characters within which a page links its scripts."""
PATH = re.compile(r"/Category_\d+/|/Item/\d+\.aspx|/Item/Show\.asp\?", re.I)
ITEM_PATH = re.compile(r"/Item/(\d+)(?:_\d+)?\.aspx", re.I)
LIST_FILE = re.compile(r"/Index(?:_(\d+))?\.aspx$", re.I)
_HITS = re.compile(r"/Common/GetHits\.aspx\?id=(\d+)", re.I)


class SiteFactorySpider(NoticeSpider):
    """A site published by SiteFactory."""

    family = "sitefactory"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By the address of a list or an article, or by what its labels leave in a page."""
        if PATH.search(page.url) or page.html.find("jquery.peex.js", 0, HEAD) >= 0:
            return 0.95
        return 0.95 if any(mark in page.html for mark in MARKS) else 0.0

    def read_list(self, page: Page) -> ListPage:
        listed = super().read_list(page)
        if listed.pages is None and "{pe.begin.pagination}" in page.html:
            listed.pages = last_number(page)
        return listed

    def counter(self, page: Page) -> Counter | None:
        """The script that asks for this very article."""
        if not _HITS.search(page.html):
            return super().counter(page)
        own = ITEM_PATH.search(page.url)
        for script in page.tree.iter("script"):
            address = script.get("src") or ""
            asked = _HITS.search(address)
            if asked and (own is None or own[1] == asked[1]):
                url = page.absolute(address)
                return Counter(url) if url else None
        return None

    def read_article(self, page: Page) -> Article:
        """As everywhere; 佚名, which the system writes where nobody is named, is no author."""
        article = super().read_article(page)
        if article.author == "佚名":
            article.author = None
            del article.evidence["author"]
        return article


def last_number(page: Page) -> int | None:
    """How many pages there are: the number of the link 尾页."""
    for link in page.tree.iter("a"):
        if text_of(link) == "尾页" and (found := LIST_FILE.search(page.absolute(link.get("href")) or "")):
            return int(found[1] or 1)
    return None
