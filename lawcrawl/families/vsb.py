"""博达 VSB (Visual SiteBuilder): many universities and county sites.

Lists are ``tzgg.htm``, then ``tzgg/11.htm`` counting down to ``tzgg/1.htm``, the oldest; rows stand in elements
numbered ``line_u8_0``; articles are ``info/1021/3456.htm`` (column, article). Counts are asked for by
``_showDynClicks``; files are ``/system/_content/download.jsp``, or a PDF that a script shows. Read from pages and
scripts that others stored; no live site was asked.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from lawcrawl.extract import listing, pagers
from lawcrawl.extract.document import Page
from lawcrawl.extract.links import Candidate
from lawcrawl.extract.rows import row_in
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, Attachment, Counter, ListPage, Row

# Long strings, and few: every page of every site is searched for them.
MARKS = ("/system/resource/", "_newscontent_fromname")
HEAD = 4000
"""Characters within which the system names itself."""
ARTICLE_PATH = re.compile(r"/info/\d+/(\d+)\.htm$")
CLICKS = "/system/resource/code/news/click/dynclicks.jsp"
NAMELESS = ("download.jsp", "virtual_attach_file.vsb")
_LINE = re.compile(r"^line_?(u?\d+)_(\d+)$")
_POSITION = re.compile(r"(?:class=\"?p_t\"?|id=\"?fanye\d+\"?)[^>]*>[^<]*?(\d{1,5})/(\d{1,5})")
_NUMBERED = re.compile(r"/\d+\.htm$")
_ONE = re.compile(r"_showDynClicks\(\s*[\"'](\w+)[\"']\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")
_BATCH = re.compile(
    r"_showDynClickBatch\(\s*\[[^\]]*\]\s*,\s*\[([\d,\s'\"]*)\]\s*,\s*[\"'](\w+)[\"']\s*,\s*(\d+)"
)
_PDF = re.compile(r"showVsbpdfIframe\(\s*[\"']([^\"']+)[\"']")


class VsbSpider(NoticeSpider):
    """A site published by VSB."""

    family = "vsb"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By what its components leave in a page; an article's address alone is weaker."""
        if any(mark in page.html for mark in MARKS) or page.html.find("Visual SiteBuilder", 0, HEAD) >= 0:
            return 0.95
        return 0.7 if ARTICLE_PATH.search(page.url) else 0.0

    def read_list(self, page: Page) -> ListPage:
        listed = super().read_list(page)
        rows = numbered_rows(page)
        same = {row.url for row in listed.items} & {row.url for row in rows}
        if rows and (same or listed.certainty < 0.8):
            listed.items, listed.certainty = rows, 1.0
        position = _POSITION.search(page.html)
        if position:
            listed.pages = int(position[2])
        listed.next = next_page(page, position) if listed.items else None
        return listed

    def counter(self, page: Page) -> Counter | None:
        """The call about this very article: lists beside it show the counts of others."""
        own, calls = article_id(page.url), clicks(page.html)
        if not calls:
            return super().counter(page)
        for kind, owner, article in calls:
            if own in (None, article):
                url = page.absolute(f"{CLICKS}?clickid={article}&owner={owner}&clicktype={kind}")
                return Counter(url) if url else None
        return None

    def read_article(self, page: Page) -> Article:
        """As everywhere; with the PDF that a script shows, and no file named after the download page."""
        article = super().read_article(page)
        for file in article.attachments:
            if file.name in NAMELESS:
                file.name = None
        linked = {file.url for file in article.attachments}
        shown = dict.fromkeys(page.absolute(address) for address in _PDF.findall(page.html))
        article.attachments += [Attachment(url) for url in shown if url and url not in linked]
        return article


def numbered_rows(page: Page) -> list[Row]:
    """Rows of the list whose elements bear numbers; of several such lists the one most like a list."""
    lists: dict[str, list[Candidate]] = {}
    if "line" not in page.html:
        return []
    for element in page.tree.iter("li", "tr", "div", "dl", "dd", "p", "td"):
        found = _LINE.match(element.get("id") or "")
        if found and (row := row_in(element, page, last_date(lists.get(found[1], [])))):
            lists.setdefault(found[1], []).append(row)
    groups = [listing.Group("", rows) for rows in lists.values()]
    best = max(groups, key=listing.Group.score, default=None)
    return listing.rows_of(best.rows, page) if best else []


def last_date(rows: list[Candidate]) -> str | None:
    return rows[-1].date if rows else None


def next_page(page: Page, position: re.Match[str] | None) -> str | None:
    """The address that the pager links; where a script turns, one number less than this page's own."""
    for span in page.tree.iter("span"):
        if "p_next" in (span.get("class") or "").split():
            for link in span.iter("a"):
                if url := page.absolute(link.get("href")):
                    return url
    if linked := pagers.next_page(page):
        return linked
    if position is None or int(position[1]) >= int(position[2]):
        return None
    parts = urlsplit(page.url)
    number = int(position[2]) - int(position[1])
    if _NUMBERED.search(parts.path):
        return page.absolute(f"{number}.htm")
    stem = parts.path.rpartition("/")[2].removesuffix(".htm")
    return page.absolute(f"{stem}/{number}.htm") if parts.path.endswith(".htm") else None


def article_id(url: str) -> str | None:
    if found := ARTICLE_PATH.search(urlsplit(url).path):
        return found[1]
    return parse_qs(urlsplit(url).query).get("wbnewsid", [None])[0]


def clicks(html: str) -> list[tuple[str, str, str]]:
    """What the page's scripts count: kind, owner, article."""
    found: list[tuple[str, str, str]] = _ONE.findall(html)
    for articles, kind, owner in _BATCH.findall(html):
        found += [(kind, owner, article) for article in re.findall(r"\d+", articles)]
    return found
