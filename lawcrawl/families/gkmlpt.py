"""gkmlpt, Guangdong's disclosure platform, and NFCMS, the system its sites are published with.

The column's page ``/gkmlpt/index#8812`` holds ``window._CONFIG`` and no rows; rows are answered as JSON by
``/gkmlpt/api/all/8812?page=1&sid=755001``, a hundred a page, until a page is empty. A site may sit in a folder.
Articles are ``/gkmlpt/content/8/8123/post_8123456.html`` with a labelled table, on NFCMS ``content/post_9360641.html``.
Read from public crawlers of such sites; no live site was asked.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lawcrawl.extract.document import Page
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Counter, ListPage, Row
from lawcrawl.normalize import BEIJING, clean_title, parse_date, same_site

API_PATH = re.compile(r"/gkmlpt/api/all/(\d+)$")
_SITE_ID = re.compile(r"\b(?:SID|SITE_ID)[\"']?\s*[:=]\s*[\"']?(\d+)")
_NAME = re.compile(r"\bname[\"']?\s*:\s*\"((?:[^\"\\]|\\.)*)\"")
_POSTS = re.compile(r"\bpost_count[\"']?\s*:\s*[\"']?(\d+)")
_POST_ID = re.compile(r"NFCMS_POST_ID\s*=\s*[\"']?(\d+)")
_STATISTICS = re.compile(
    r"[\"']((?:https?:)?//[^\"'\s]+/jsonp/post/sum\?post=(\d+)&site=\d+(?:&callback=\w+)?)"
)
PER_PAGE = 100


class GkmlptSpider(NoticeSpider):
    """A site of Guangdong's disclosure platform or of NFCMS."""

    family = "gkmlpt"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By the platform's folder in the address, else by NFCMS's script variables."""
        if "/gkmlpt/" in page.url:
            return 0.97
        return 0.95 if "NFCMS_SITE_ID" in page.html else 0.0

    def read_list(self, page: Page) -> ListPage:
        if API_PATH.search(urlsplit(page.url).path):
            return read_answer(page)
        if "_CONFIG" in page.html and "/gkmlpt" in page.url and (listed := read_index(page)):
            return listed
        return super().read_list(page)

    def counter(self, page: Page) -> Counter | None:
        """The statistics that the page's script asks for its own post, JSONP ``{"count": ...}``."""
        own = _POST_ID.search(page.html)
        for url, post in _STATISTICS.findall(page.html):
            if (own is None or post == own[1]) and (asked := page.absolute(url)):
                return Counter(asked)
        return super().counter(page)


def read_index(page: Page) -> ListPage | None:
    """No rows, but where they are: the column of the address's fragment; without one, all columns (number 0)."""
    parts = urlsplit(page.url)
    if (site := _SITE_ID.search(page.html)) is None:
        return None
    column = parts.fragment if parts.fragment.isdecimal() else "0"
    folder = parts.path.partition("/gkmlpt")[0]
    node = re.search(rf"\{{[^{{}}\[\]]*?\bid[\"']?\s*:\s*[\"']?{column}\b[^{{}}\[\]]*", page.html)
    name, posts = (_NAME.search(node[0]), _POSTS.search(node[0])) if node else (None, None)
    return ListPage(
        next=page.absolute(f"{folder}/gkmlpt/api/all/{column}?page=1&sid={site[1]}"),
        claimed=int(posts[1]) if posts else None,
        name=clean_title(json.loads(f'"{name[1]}"', strict=False)) if name else None,
        certainty=1.0,
    )


def read_answer(page: Page) -> ListPage:
    """``{"classify": {...}, "articles": [...]}``; an empty page ends the column."""
    try:
        answer = json.loads(page.html)
        articles = [one for one in answer["articles"] or [] if one.get("url") or one.get("post_url")]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ListPage()  # not what a list answers: no rows seen, and the crawl says so
    classify = answer.get("classify") or {}
    counts = (answer.get("total"), classify.get("post_count"))
    total = next((int(str(count)) for count in counts if str(count).isdecimal()), None)
    return ListPage(
        [row_of(article, page) for article in articles],
        next=next_address(page.url, len(articles), total),
        pages=math.ceil(total / PER_PAGE) if total is not None else None,
        claimed=total,
        name=clean_title(classify.get("name")),
        certainty=1.0,
    )


def next_address(url: str, rows: int, total: int | None) -> str | None:
    """The next page, unless this one is empty or ends exactly where the column's count does.

    Fewer posts can be listed than are counted, and pages can be short: neither ends a column.
    """
    parts = urlsplit(url)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    number = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    if not rows or (total is not None and (number - 1) * PER_PAGE + rows == total):
        return None
    others = [part for part in parts.query.split("&") if part and not part.startswith("page=")]
    return parts._replace(query="&".join([f"page={number + 1}", *others])).geturl()


def row_of(article: dict[str, Any], page: Page) -> Row:
    link = str(article.get("url") or article["post_url"])
    url = page.absolute(link) or link
    external = bool(page.url) and not same_site(url, page.url)
    return Row(url, clean_title(article.get("title")), date_of(article), external=external)


def date_of(article: dict[str, Any]) -> str | None:
    """The day shown: ``date`` in seconds since 1970, a day of Beijing; else the time of creation."""
    seconds = article.get("date")
    if isinstance(seconds, int | float) and seconds > 0:
        return datetime.fromtimestamp(seconds, BEIJING).date().isoformat()
    shown = parse_date(str(seconds or "")) or parse_date(article.get("created_at"))
    return shown[:10] if shown else None
