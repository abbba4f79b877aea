"""苏迪 webplus: universities, schools and some county sites.

Lists are ``list.htm``, ``list2.htm`` ... (``.psp`` where they are made on request); articles are
``/2024/0104/c123a456789/page.htm`` (column, article); files lie under ``/_upload/article/files/``. Counts stand
in ``<span class="WP_VisitCount" url="...">``, which holds a number of the template until its script has asked. Read
from pages that others stored; no live site was asked.
"""

from __future__ import annotations

import re

from lawcrawl.extract import pagers
from lawcrawl.extract.document import Element, Page, text_of
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, Attachment, Counter, ListPage
from lawcrawl.normalize import squeeze

HEAD_MARKS = ("/_upload/tpl/", "/_css/_system/")
HEAD = 4000
"""Characters within which a page links its styles."""
ARTICLE_PATH = re.compile(r"/c\d+a(\d+)/page\w*\.(?:htm|psp)$")
LIST_PATH = re.compile(r"/list\d*\.(htm|psp)$")
_PUBLISHER = re.compile(r"^\s*(?:发布者|发布人)\s*[:：]\s*(\S.{0,20})$")
_ORGANISATION = re.compile(r"[局厅部委网办处院所会社台系室心科馆]$|办公室|管理员|admin", re.I)
_FILE_TITLE = re.compile(r"[\"']?title[\"']?\s*:\s*[\"']([^\"']+)[\"']")


class WebplusSpider(NoticeSpider):
    """A site published by webplus."""

    family = "webplus"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By an article's address or what its windows leave in a page."""
        if ARTICLE_PATH.search(page.url) or any(page.html.find(mark, 0, HEAD) >= 0 for mark in HEAD_MARKS):
            return 0.95
        if LIST_PATH.search(page.url):
            return 0.95 if "portletmode=" in page.html else 0.4
        return 0.9 if "wp_articlecontent" in page.html else 0.0

    def read_list(self, page: Page) -> ListPage:
        listed = super().read_list(page)
        current, pages = number_in(page, "curr_page"), number_in(page, "all_pages")
        listed.claimed = number_in(page, "all_count") if listed.claimed is None else listed.claimed
        listed.pages = pages or listed.pages
        if current is not None and pages is not None and listed.items:
            listed.next = None if current >= pages else turned(page, current + 1)
        return listed

    def counter(self, page: Page) -> Counter | None:
        """The count of this very article: rows beside it and the whole site are counted in the same way."""
        own, spans = ARTICLE_PATH.search(page.url), counted(page)
        if not spans:
            return super().counter(page)
        for span in spans:
            address = span.get("url") or ""
            if "articleId=" not in address:
                continue
            if own is None or f"articleId={own[1]}" in address.split("?", 1)[-1].split("&"):
                url = page.absolute(address)
                return Counter(url) if url else None
        return None

    def read_article(self, page: Page) -> Article:
        """As everywhere; without the template's number of views, with the files that a viewer shows."""
        article = super().read_article(page)
        if article.views is not None and self.counter(page) is not None:
            article.views = None
            article.evidence.pop("views", None)
        name_author(article, page)
        titles = {
            url: title[1]
            for element in page.tree.iter("a", "div")
            if (url := page.absolute(element.get("href") or element.get("pdfsrc")))
            and (title := _FILE_TITLE.search(element.get("sudyfile-attr") or ""))
        }
        linked = {file.url for file in article.attachments}
        shown = (page.absolute(player.get("pdfsrc")) for player in page.tree.iter("div"))
        article.attachments += [Attachment(url) for url in dict.fromkeys(shown) if url and url not in linked]
        for file in article.attachments:
            if file.name is None or file.name == file.url.rpartition("/")[2]:
                file.name = titles.get(file.url)
        return article


def counted(page: Page) -> list[Element]:
    if "WP_VisitCount" not in page.html:
        return []
    return [span for span in page.tree.iter("span") if "WP_VisitCount" in (span.get("class") or "").split()]


def number_in(page: Page, name: str) -> int | None:
    """The number of the pager's ``<em class=name>``."""
    if name not in page.html:
        return None
    for element in page.tree.iter("em"):
        if (
            name in (element.get("class") or "").split()
            and (text := squeeze(element.text))
            and text.isdecimal()
        ):
            return int(text)
    return None


def turned(page: Page, number: int) -> str | None:
    """The next page's link; where only a script turns, this page's own address with the next number."""
    if linked := pagers.next_page(page):
        return linked
    found = LIST_PATH.search(page.url)
    return page.absolute(f"list{number}.{found[1]}") if found else None


def name_author(article: Article, page: Page) -> None:
    """发布者 is the author where it names a person and nobody else is named as one."""
    if article.author is not None:
        return
    for span in page.tree.iter("span"):
        if "arti_publisher" in (span.get("class") or "").split() and (
            found := _PUBLISHER.match(text_of(span))
        ):
            if not _ORGANISATION.search(found[1]):
                article.author = found[1].strip()
                article.evidence["author"] = "span.arti_publisher"
            return
