"""织梦 DedeCMS: small offices and schools, often GBK tables.

Lists are ``list_3_1.html``, ``list_3_2.html`` ... or ``/plus/list.php?tid=3&PageNo=2``; articles
``/a/tzgg/20240104/123.html`` or ``/plus/view.php?aid=123``. The count is a script's answer:
``/plus/count.php?view=yes&aid=123&mid=1``. Known from experience with the system and pages that others stored.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from lawcrawl.extract.document import Page
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, Counter, ListPage

HEAD_MARKS = ("/templets/", "dedeajax2.js")
HEAD = 4000
"""Characters within which a page links its styles and scripts."""
PATH = re.compile(r"/plus/(?:list|view)\.php\?|/list_\d+_\d+\.html$")
FILLERS = {"未知", "admin", "佚名"}
"""What the system itself writes where nobody has named a source or an author."""
_ARTICLE_FILE = re.compile(r"/(\d+)(?:_\d+)?\.html$")
_INFO = re.compile(
    r"class=[\"']?pageinfo[\"']?>\s*共\s*<strong>\s*(\d+)\s*</strong>\s*页\s*<strong>\s*(\d+)\s*</strong>\s*条"
)


class DedeSpider(NoticeSpider):
    """A site published by DedeCMS."""

    family = "dedecms"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By the system's own folders, which pages link, or by a list's address or pager."""
        if "/plus/count.php" in page.html or any(page.html.find(mark, 0, HEAD) >= 0 for mark in HEAD_MARKS):
            return 0.9
        return 0.7 if PATH.search(page.url) or 'class="pageinfo"' in page.html else 0.0

    def read_list(self, page: Page) -> ListPage:
        listed = super().read_list(page)
        if info := _INFO.search(page.html):
            listed.pages, listed.claimed = int(info[1]), int(info[2])
        return listed

    def counter(self, page: Page) -> Counter | None:
        """The call that answers (``view=yes``) for this very article; others only add to a count."""
        if "/count.php?" not in page.html:
            return super().counter(page)
        own = article_id(page.url)
        found = []
        for script in page.tree.iter("script"):
            url = page.absolute(script.get("src"))
            if url is None or "/count.php?" not in url:
                continue
            asked = parse_qs(urlsplit(url).query)
            if asked.get("view") == ["yes"] and "aid" in asked:
                found.append((asked["aid"][0] != own, url))
        return Counter(min(found)[1]) if found else None

    def read_article(self, page: Page) -> Article:
        """As everywhere; a source or an author that nobody entered is none."""
        article = super().read_article(page)
        if article.source in FILLERS:
            article.source = None
            del article.evidence["source"]
        if article.author in FILLERS:
            article.author = None
            del article.evidence["author"]
        return article


def article_id(url: str) -> str | None:
    parts = urlsplit(url)
    if asked := parse_qs(parts.query).get("aid"):
        return asked[0]
    found = _ARTICLE_FILE.search(parts.path)
    return found[1] if found else None
