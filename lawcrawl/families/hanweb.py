"""Hanweb (大汉: jcms with jpage, and the newer jpaas): Jiangsu, Zhejiang, Shandong, Jiangxi, several ministries.

Column ``/col/col314/index.html``, article ``/art/2024/1/4/art_314_10567890.html``. A jpage column keeps its first
batch of rows (three shown pages) as XML in a script and asks ``dataproxy.jsp`` for the next ones; a jpaas column
names in ``<script url queryData>`` whom to ask, and is answered JSON with a piece of HTML. Read from public
crawlers of such sites; no live site was asked.
"""

from __future__ import annotations

import json
import math
import re
from html import unescape
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from lawcrawl.extract import listing
from lawcrawl.extract.document import Page, parse
from lawcrawl.extract.names import column_name
from lawcrawl.extract.rows import is_pinned, row_in
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import ListPage, Row
from lawcrawl.normalize import same_site

# Long strings: a page is searched for each, and the longer it is the faster that goes.
MARKS = ("/jpage/dataproxy.jsp", "jpaas-publish-server", "ZJEG_RSS.content")
OWN_PATH = re.compile(r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_\w+\.html$|/col/col\d+/(?:index\.html)?$")
_STORE = re.compile(r"<datastore>(.*?)</datastore>", re.S)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.S)
_NEXT_GROUP = re.compile(
    r"<nextgroup>.*?href\s*=\s*[\"']([^\"']*dataproxy\.jsp[^\"']*)[\"'].*?</nextgroup>", re.S
)
_TOTAL = re.compile(r"<totalrecord>\s*(\d+)|totalRecord[\"']?\s*[:=]\s*[\"']?(\d+)", re.I)
_TOTAL_PAGES = re.compile(r"<totalpage>\s*(\d+)", re.I)
_PER_PAGE = re.compile(r"\bperpage[\"']?\s*[:=]\s*[\"']?(\d+)", re.I)
_PROXY = re.compile(r"[\w./:-]*/jpage/dataproxy\.jsp")
PROXY = "/module/web/jpage/dataproxy.jsp"
# What jpage sends along, with what stands for a parameter that the page does not name; "" for those it must name.
PARAMETERS = {
    "col": "1", "appid": "1", "webid": "", "path": "/", "columnid": "", "sourceContentType": "1", "unitid": "",
    "webname": None, "permissiontype": "0",
}  # fmt: skip
_PAIR = re.compile(r"[\"'](\w+)[\"']\s*:\s*[\"']([^\"']*)[\"']")
_ROWS_UNIT = re.compile("列表|分页|list|内容|栏目", re.I)
_COUNT = re.compile(r"\bcount[\"']?\s*[=:]\s*[\"']?(\d+)")
UNIT = "/jpaas-publish-server/front/page/build/unit"
UNIT_SIZE = 15


class HanwebSpider(NoticeSpider):
    """A site published by Hanweb's jcms or jpaas."""

    family = "hanweb"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """By the address of an article, a column or a list's answer, else by Hanweb's marks in the page."""
        path = urlsplit(page.url).path
        if path.endswith("/jpage/dataproxy.jsp") or UNIT in path or OWN_PATH.search(path):
            return 0.95
        return 0.9 if any(mark in page.html for mark in MARKS) else 0.0

    def read_list(self, page: Page) -> ListPage:
        if UNIT in urlsplit(page.url).path:
            return read_unit(page)
        if "<record>" in page.html or "dataproxy.jsp" in page.url:
            return read_store(page)
        listed = super().read_list(page)
        unit = None if listed.next else unit_address(page)
        if unit is None:
            return listed
        # The answer lists from the first row on: rows that the page shows itself would come twice.
        return ListPage(next=unit, name=listed.name, certainty=listed.certainty)


def read_store(page: Page) -> ListPage:
    """Rows that stand as ``<record>``: in a column page, or in the answer of ``dataproxy.jsp``."""
    store = max(_STORE.findall(page.html), key=lambda text: text.count("<record>"), default=page.html)
    column = page if "<html" in page.html[:2000].lower() else None
    home = Page("", page.url if column else column_of(page.url))
    rows = [row for text in _RECORD.findall(store) if (row := read_record(text, home, page.url))]
    totals = {int(a or b) for a, b in _TOTAL.findall(page.html)}
    total = totals.pop() if len(totals) == 1 else None
    per_page = int(found[1]) if (found := _PER_PAGE.search(page.html)) else _parameter(page.url, "perpage")
    pages = int(found[1]) if (found := _TOTAL_PAGES.search(page.html)) else None
    if pages is None and total is not None and per_page:
        pages = math.ceil(total / per_page)
    return ListPage(
        rows,
        next=next_batch(page, store, len(rows), total, per_page),
        pages=pages,
        claimed=total,
        name=column_name(column) if column else None,
        certainty=1.0,
    )


def column_of(url: str) -> str:
    """The column page that a ``dataproxy.jsp`` address lists, against which its links are relative."""
    asked = parse_qs(urlsplit(url).query)
    path, column = asked.get("path", ["/"])[0], asked.get("columnid", ["0"])[0]
    return urljoin(url, f"{path.rstrip('/')}/col/col{column}/index.html")


def read_record(text: str, home: Page, url: str) -> Row | None:
    """One record's row: its link of the longest title; None for the rest of a template, without a link."""
    element = parse(f"<div>{text}</div>")
    row = row_in(element, home)
    if row is None:
        return None
    external = bool(url) and not same_site(row.url, url)
    return Row(row.url, row.title, row.date, is_pinned(row), external)


def next_batch(page: Page, store: str, rows: int, total: int | None, per_page: int | None) -> str | None:
    """Where the rows after those of ``page`` are: its own ``<nextgroup>`` link, else asked for by their numbers."""
    if not rows and "dataproxy.jsp" in page.url:
        return None
    group, end = _parameter(page.url, "page"), _parameter(page.url, "endrecord")
    # A group's number times its rows is never more than what the groups so far held.
    seen = end or (group or 1) * rows
    if total is not None and seen >= total:
        return None
    if link := _NEXT_GROUP.search(store):
        url = page.absolute(unescape(link[1]))
        return url if url and (group is None or (_parameter(url, "page") or 0) > group) else None
    if end is not None:
        start = _parameter(page.url, "startrecord") or 1
        return with_parameters(page.url, startrecord=str(end + 1), endrecord=str(end + end - start + 1))
    return None if group is not None or not per_page else asked_by_number(page, rows, per_page)


def asked_by_number(page: Page, rows: int, per_page: int) -> str | None:
    """The address of the batch behind the first ``rows``, from the page's inline configuration."""
    values = {}
    middle = page.scripts.find("unitid")
    nearby = page.scripts[max(0, middle - 800) : middle + 800]  # other scripts have a "path" and "col" too
    for name, default in PARAMETERS.items():
        found = re.search(rf"\b{name}[\"']?\s*[:=]\s*(?:\"([^\"]*)\"|'([^']*)'|([\w/]+))", nearby)
        value = next((group for group in found.groups() if group), default) if found else default
        if value == "":
            return None
        if value is not None:
            values[name] = value
    proxy = _PROXY.search(page.html)
    url = page.absolute(proxy[0] if proxy else PROXY)
    batch = {"startrecord": rows + 1, "endrecord": rows + 3 * per_page, "perpage": per_page}
    return f"{url}?{urlencode(batch | values)}" if url else None


def _parameter(url: str, name: str) -> int | None:
    value = parse_qs(urlsplit(url).query).get(name, [""])[0]
    return int(value) if value.isdecimal() else None


def with_parameters(url: str, **values: str) -> str:
    """The address with these query parameters in place of its own."""
    parts = urlsplit(url)
    asked = {name: each[0] for name, each in parse_qs(parts.query, keep_blank_values=True).items()}
    return parts._replace(query=urlencode(asked | values)).geturl()


def unit_address(page: Page) -> str | None:
    """Whom a jpaas column asks for its rows: the ``<script url queryData>`` whose tag names a list."""
    units = [s for s in page.tree.iter("script") if UNIT in (s.get("url") or "") and s.get("querydata")]
    asked = [(s.get("url"), dict(_PAIR.findall(s.get("querydata") or ""))) for s in units]
    asked.sort(key=lambda unit: not _ROWS_UNIT.search(unit[1].get("tagId", "")))
    if not asked or not (url := page.absolute(asked[0][0])):
        return None
    return f"{url}?{urlencode({**asked[0][1], 'paramJson': unit_page(1, UNIT_SIZE)})}"


def unit_page(number: int, size: int) -> str:
    return json.dumps({"pageNo": number, "pageSize": str(size)}, separators=(",", ":"))


def read_unit(page: Page) -> ListPage:
    """jpaas's answer: ``data.html`` holds the rows and, in its pager's ``count``, how many there are."""
    try:
        answer = json.loads(page.html)
        fragment = Page(answer["data"]["html"] or "", page.url)
        asked = json.loads(parse_qs(urlsplit(page.url).query)["paramJson"][0])
        number, size = int(asked["pageNo"]), int(asked["pageSize"])
    except (ValueError, KeyError, TypeError):
        return ListPage(reason="the unit of the page that is to list its rows (jpaas) answers none")
    rows = listing.rows_in(fragment)
    total = int(found[1]) if (found := _COUNT.search(fragment.html)) else None
    more = bool(rows) and (total is None or number * size < total)
    return ListPage(
        rows,
        next=with_parameters(page.url, paramJson=unit_page(number + 1, size)) if more else None,
        pages=math.ceil(total / size) if total is not None else None,
        claimed=total,
        certainty=1.0,
    )
