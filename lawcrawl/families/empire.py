"""帝国CMS (EmpireCMS): lists ``index.html``, ``index_2.html`` ... or ``/e/action/ListInfo/?classid=3&page=1``.

Dynamic pages are numbered from 0. The pager opens with the number of articles, ``<a title="总数"><b>123</b></a>``.
The count is a script's answer at ``/e/public/ViewClick/?classid=1&id=2&addclick=1``; the same address with ``down``
answers downloads, comments or votes. Known from pages and templates that others stored.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from lawcrawl.extract.document import Page, text_of
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Counter, ListPage

# Long strings, and few: every page of every site is searched for them.
MARKS = ("/e/public/ViewClick", '<a title="总数">')
HEAD_MARKS = ("/e/search/index.php", "/e/data/js/ajax.js")
HEAD = 8000
"""Characters within which a page has its scripts and its search box."""
VIEWS = "/e/public/ViewClick"
_TOTAL = re.compile(r"<a title=\"(?:总数|Total record)\">(?:&nbsp;|\s)*<b>(\d+)</b>")
_NUMBERED = re.compile(r"_(\d+)\.html?$")
_ARTICLE_FILE = re.compile(r"/(\d+)(?:_\d+)?\.html?$")


class EmpireSpider(NoticeSpider):
    """A site published by EmpireCMS."""

    family = "empire"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By the system's own folders, which pages link, or by its pager."""
        if "/e/action/" in page.url or any(page.html.find(mark, 0, HEAD) >= 0 for mark in HEAD_MARKS):
            return 0.9
        return 0.9 if any(mark in page.html for mark in MARKS) else 0.0

    def read_list(self, page: Page) -> ListPage:
        listed = super().read_list(page)
        if total := _TOTAL.search(page.html):
            listed.claimed = int(total[1])
            listed.pages = last_number(page, listed.next) or listed.pages
        return listed

    def counter(self, page: Page) -> Counter | None:
        """The call that answers views, of this article where its number is in the address."""
        if VIEWS not in page.html:
            return super().counter(page)
        own = _ARTICLE_FILE.search(urlsplit(page.url).path)
        found = []
        for script in page.tree.iter("script"):
            url = page.absolute(script.get("src"))
            if url is None or VIEWS not in url:
                continue
            asked = parse_qs(urlsplit(url).query)
            if asked.get("down", ["0"]) == ["0"]:
                other = own is not None and asked.get("id") != [own[1]]
                found.append((other, "addclick" not in asked, url))
        return Counter(min(found)[2]) if found else None


def last_number(page: Page, following: str | None) -> int | None:
    """How many pages there are: the number of the link 尾页, on the last page its own."""
    if following is None:
        return number_of(page.url)
    for link in page.tree.iter("a"):
        if text_of(link) == "尾页" and (url := page.absolute(link.get("href"))):
            return number_of(url)
    return None


def number_of(url: str) -> int:
    """The number of a list page, from 1."""
    parts = urlsplit(url)
    if found := _NUMBERED.search(parts.path):
        return int(found[1])
    asked = parse_qs(parts.query).get("page", ["0"])[0]
    return int(asked) + 1 if asked.isdecimal() else 1
