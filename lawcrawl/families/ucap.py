"""Ucap (开普): csrc, nhc, Heilongjiang, Xinjiang, Sichuan, Gansu.

Lists are static (``common_list.shtml``, ``common_list_2.shtml`` ... by ``createPageHTML('page-div', ...)``), or asked
for as JSON at ``/searchList/``, ``/search/`` or ``/common/search/`` and the channel's 32-digit id. Read from public
crawlers of such sites; no live site was asked. Some sites let their list be asked only with a token that a
script makes in the browser: those refuse the plain address, and the crawl reports what they answer.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from lawcrawl.extract.document import Page, text_of
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, ListPage, Row
from lawcrawl.normalize import clean_title, parse_date, same_site

MARKS = ("_isJson=true", "UCAP")
ARTICLE_PATH = re.compile(r"/[0-9a-f]{32}(?:\.shtml|/content\.shtml)$")
COLUMN_PATH = re.compile(r"/\w+_list(?:_\d+)?\.shtml$")
LIST_PATH = re.compile(r"/(?:searchList|common/search|search)/[0-9a-f]{32}$")
_SEARCH = re.compile(r"(?<=[\"'(/])/?(?:searchList|common/search|search)/(?=[\"'0-9a-f])")
_CHANNEL = re.compile(r"(?:channel_?id[\"']?\s*[:=]\s*[\"']|/(?:searchList|search)/)([0-9a-f]{32})\b", re.I)
_AGGREGATED = re.compile(r"_isAgg=(true|false)")
_SIZE = re.compile(r"_pageSize=(\d+)|id=[\"']pageSize[\"'][^>]*value=[\"'](\d+)")
REFUSED = (
    "the list's address answers no rows: this site may let it be asked only with a token that a script makes in the "
    "browser, and then its lists cannot be crawled"
)
SEARCH = "/common/search/"
SIZE = 20
HEAD = 5000
"""Characters within which a page names its column."""


class UcapSpider(NoticeSpider):
    """A site published by Ucap."""

    family = "ucap"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By the address of an article, a column or a list's answer, else by Ucap's tags and the channel's id."""
        path = urlsplit(page.url).path
        if ARTICLE_PATH.search(path) or LIST_PATH.search(path):
            return 0.95
        if path and not path.endswith((".shtml", "/")):
            return 0.0
        if page.html.find("channelId=", 0, HEAD) >= 0 or any(mark in page.html for mark in MARKS):
            return 0.9
        return 0.8 if COLUMN_PATH.search(path) else 0.0

    def read_list(self, page: Page) -> ListPage:
        if page.html.lstrip().startswith("{"):
            return read_answer(page)
        if LIST_PATH.search(urlsplit(page.url).path):
            return ListPage(reason=REFUSED)
        listed = super().read_list(page)
        if listed.next or (listed.pages or 0) > 0:
            return listed
        asked = search_address(page, bool(listed.items))
        if asked is None:
            return listed
        url, size = asked
        if listed.certainty >= 0.5 and len(listed.items) == size:
            listed.next = f"{url}&page=2"  # the page shows the first answer's rows itself
            return listed
        return ListPage(next=f"{url}&page=1", name=listed.name, certainty=listed.certainty)

    def read_article(self, page: Page) -> Article:
        """As everywhere; a date that only Ucap's own tag bears is taken from there."""
        article = super().read_article(page)
        if article.evidence.get("published") in (None, "metadata", "address"):
            for tag in page.tree.iter("publishtime"):
                if shown := parse_date(text_of(tag)):
                    article.published = shown
                    article.evidence["published"] = "tag PUBLISHTIME"
                    break
        return article


def search_address(page: Page, has_rows: bool) -> tuple[str, int] | None:
    """Whom the page's script asks for rows, up to the page's number, and how many rows at a time.

    Where the script is a file of its own, only the channel's id is in the page: then the place that most sites
    use is asked, if the page shows no rows itself.
    """
    channel = _CHANNEL.search(page.html)
    place = _SEARCH.search(page.html)
    if channel is None or (place is None and has_rows):
        return None
    size = _SIZE.search(page.html)
    rows = int(size[1] or size[2]) if size else SIZE
    aggregated = found[1] if (found := _AGGREGATED.search(page.html)) else "true"
    query = {
        "_isAgg": aggregated,
        "_isJson": "true",
        "_pageSize": rows,
        "_template": "index",
        "_rangeTimeGte": "",
        "_channelName": "",
    }
    folder = "/" + place[0].lstrip("/") if place else SEARCH
    url = page.absolute(f"{folder}{channel[1]}?{urlencode(query)}")
    return (url, rows) if url else None


def read_answer(page: Page) -> ListPage:
    """``{"data": {"page", "rows", "total", "results": [...]}}``; ``rows`` is the size of a page."""
    try:
        data = json.loads(page.html)["data"]
        results = [result for result in data["results"] or [] if result.get("url")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ListPage(reason=REFUSED)
    size, total = _number(data.get("rows")), _number(data.get("total"))
    number = _number(parse_qs(urlsplit(page.url).query).get("page", ["1"])[0]) or 1
    pages = math.ceil(total / size) if size and total is not None else None
    more = bool(results) and (pages is None or number < pages)
    names = {result.get("channelName") for result in results}
    return ListPage(
        [row_of(result, page) for result in results],
        next=with_page(page.url, number + 1) if more else None,
        pages=pages,
        claimed=total,
        name=clean_title(names.pop()) if len(names) == 1 else None,
        certainty=1.0,
    )


def row_of(result: dict[str, Any], page: Page) -> Row:
    url = page.absolute(str(result["url"])) or str(result["url"])
    shown = parse_date(result.get("publishedTimeStr"))
    external = bool(page.url) and not same_site(url, page.url)
    return Row(url, clean_title(result.get("title")), shown[:10] if shown else None, external=external)


def _number(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() else None


def with_page(url: str, number: int) -> str:
    """The address with another page number and all else as it stands."""
    parts = urlsplit(url)
    others = [part for part in parts.query.split("&") if part and not part.startswith("page=")]
    return parts._replace(query="&".join([*others, f"page={number}"])).geturl()
