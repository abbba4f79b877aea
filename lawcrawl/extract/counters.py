"""View counts kept behind a script: whom the page asks, and what the answer says."""

from __future__ import annotations

import json
import re
from typing import Any

from lawcrawl.extract.document import Element, Page
from lawcrawl.items import Counter
from lawcrawl.normalize import parse_count

_LABEL = re.compile("浏览|点击|阅读|访问|人气|已阅")
_COUNTS = re.compile(r"hits?\b|click|count|visit|view|\bpv\b|pageview", re.I)
_KNOWN = re.compile(
    r"/module/visitcount/articlehits\.jsp\?|/plus/count\.php\?[^\"']*aid=|/api\.php\?op=count|/e/public/ViewClick/?\?"
    r"|hits\.asp\?|/Common/GetHits\.aspx\?|dynclicks\.jsp\?|_visitcountdisplay\?",
    re.I,
)
_SITE_WIDE = re.compile("总访问|本站|网站访问|您是第|今日访问|累计访问")
_VSB = re.compile(r"_showDynClicks\(\s*[\"'](\w+)[\"']\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")
_WRITE = re.compile(r"document\.write(?:ln)?\(\s*[\"']?\s*([\d,]+)\s*[\"']?\s*\)")
_SET = re.compile(r"\.(?:html|text|innerHTML|innerText|val)\s*(?:\(|=)\s*[\"']?\s*([\d,]+)\s*[\"']?")
_JSON = re.compile(r"^[\w.$]*\(?\s*([\[{].*[\]}])\s*\)?;?\s*$", re.S)
_KEYS = (
    "pv",
    "hits",
    "hit",
    "views",
    "view",
    "count",
    "click",
    "clicks",
    "num",
    "total",
    "visits",
    "data",
    "result",
)


def find_counter(page: Page) -> Counter | None:
    """The counter of this article, found from the page's own script; a site's own counter is never taken."""
    return _webplus(page) or _vsb(page) or _script_at_label(page)


def _webplus(page: Page) -> Counter | None:
    for element in page.tree.iter("span"):
        if "WP_VisitCount" in (element.get("class") or "") and (url := page.absolute(element.get("url"))):
            return Counter(url)
    return None


def _vsb(page: Page) -> Counter | None:
    if not (call := _VSB.search(page.html)):
        return None
    kind, owner, article = call.groups()
    url = page.absolute(
        f"/system/resource/code/news/click/dynclicks.jsp?clickid={article}&owner={owner}&clicktype={kind}"
    )
    return Counter(url) if url else None


def _script_at_label(page: Page) -> Counter | None:
    """A script whose address counts, standing behind a label of views or known as an article's counter."""
    for script in page.tree.iter("script"):
        url = page.absolute(script.get("src"))
        if url is None or "?" not in url:
            continue
        before = _before(script)
        if _SITE_WIDE.search(before):
            continue
        if _KNOWN.search(url) or (_COUNTS.search(url) and _LABEL.search(before)):
            return Counter(url)
    return None


def _before(element: Element) -> str:
    """The text just before an element: in its parent, or before its parent."""
    texts: list[str] = []
    for _ in range(3):
        previous = element.getprevious()
        if previous is not None:
            texts.append((previous.text or "") + (previous.tail or ""))
        parent = element.getparent()
        if parent is None or parent.tag == "body":
            break
        texts.append(parent.text or "")
        element = parent
    return " ".join(texts)[-200:]


def read_count(body: str, reader: str = "auto") -> int | None:
    """The number that a counter answers; None for anything that is not plainly one.

    >>> [read_count(t) for t in ("document.write('123');", " 45 ", 'cb({"data": {"pv": 6}})', "<p>error 7</p>")]
    [123, 45, 6, None]
    """
    text = body.strip().removeprefix("\ufeff")
    if not text or len(text) > 20_000:
        return None
    if re.fullmatch(r"[\d,]+", text):
        return parse_count(text)
    for form in (_WRITE, _SET):
        if found := form.search(text):
            return parse_count(found[1])
    if found := _JSON.match(text):
        try:
            return _number_in(json.loads(found[1]))
        except ValueError:
            return None
    return None


def _number_in(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if value >= 0 else None
    if isinstance(value, str):
        return parse_count(value) if re.fullmatch(r"[\d,]+", value.strip()) else None
    if isinstance(value, list):
        return _number_in(value[0]) if len(value) == 1 else None
    if isinstance(value, dict):
        named = {str(key).lower(): inner for key, inner in value.items()}
        return next((n for key in _KEYS if key in named and (n := _number_in(named[key])) is not None), None)
    return None
