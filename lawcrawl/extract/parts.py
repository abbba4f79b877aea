"""The parts of an article that is split over pages."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lawcrawl.extract.document import Page
from lawcrawl.extract.pagers import next_page

_PART = re.compile(r"^(?P<stem>.+?)(?:[_-](?P<number>\d{1,2}))?$")
_PAGE_PARAMETER = re.compile(r"^(?:page|p|pageno|pageindex|currentpage|cpage)=\d{1,2}$", re.I)


def next_part(page: Page) -> str | None:
    """The next part of an article that is split over pages: its own address, counted on.

    ``t1_2.html`` goes on as ``t1_2_1.html``, ``12.html`` as ``12_2.html``, ``show.php?id=12`` as ``...&page=2``. A next
    page under any other address is another article.
    """
    if not page.url or not any(word in page.html for word in ("next", "createPageHTML", "下一页", "下页")):
        return None
    found = next_page(page)
    return found if found and is_next_part(page.url, found) else None


def is_next_part(url: str, following: str) -> bool:
    """
    >>> is_next_part("http://a.cn/t20240104_77.html", "http://a.cn/t20240104_77_1.html")
    True
    >>> is_next_part("http://a.cn/t20240104_771.html", "http://a.cn/t20240104_772.html")
    False
    """
    here, there = urlsplit(url), urlsplit(following)
    if here.netloc != there.netloc:
        return False
    if here.path == there.path:
        return _unpaged(here.query) == _unpaged(there.query) and here.query != there.query
    folder, _, name = here.path.rpartition("/")
    folder_there, _, name_there = there.path.rpartition("/")
    stem, _, ending = name.rpartition(".")
    stem_there, _, ending_there = name_there.rpartition(".")
    if (folder, ending, here.query) != (folder_there, ending_there, there.query) or not stem:
        return False
    now, then = _PART.match(stem), _PART.match(stem_there)
    if now is None or then is None or then["number"] is None:
        return False
    if then["stem"] == stem:
        return int(then["number"]) <= 2
    return now["stem"] == then["stem"] and int(now["number"] or -1) + 1 == int(then["number"])


def _unpaged(query: str) -> list[str]:
    return [part for part in query.split("&") if part and not _PAGE_PARAMETER.match(part)]
