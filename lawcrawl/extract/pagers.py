"""The next page of a list, by whatever means the page turns."""

from __future__ import annotations

import base64
import binascii
import itertools
import math
import re
from collections.abc import Callable
from urllib.parse import unquote_plus, urlsplit

from lawcrawl.extract.document import Element, Page, classes
from lawcrawl.normalize import squeeze, url_key

_COMMENTED = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*|<!--[^\n]*", re.S)
_CALL = re.compile(r"(?<!function )\bcreatePageHTML\s*\(([^()]{3,200})\)")
_COUNT_PAGE = re.compile(r"\bcountPage\s*=\s*[\"']?(\d+)")
_CURRENT_PAGE = re.compile(r"\bcurrentPage\s*=\s*[\"']?(\d+)")
_PER_PAGE = re.compile(
    r"Math\.ceil\(\s*\w+\s*/\s*(\d+)\s*\)|\b(?:perPage|pageSize|prepage|perpage)\s*[=:]\s*[\"']?(\d+)"
)
_NEXT_WORDS = re.compile(
    r"^[\[【<(]?\s*(?:下\s?一?\s?页|后\s?一?\s?页|next(?: page)?|›|»|>|>>|＞|下页)\s*(?:›|»|>|>>|＞)?\s*[\]】>)]?$",
    re.I,
)
_CURRENT = re.compile(r"\b(?:current|active|cur|on|now|selected|thisclass|page-?on|hover|this)\b", re.I)
_TOTALS = re.compile(
    r"共\s*(?:有|计)?\s*(\d{1,7})\s*(?:条|篇|个|项)|totalRecord[s]?\s*[:=]\s*[\"']?(\d{1,7})|总(?:记录|条)数?\s*[:：]\s*(\d{1,7})"
)
_PAGES = re.compile(
    r"共\s*(?:有|计)?\s*(\d{1,6})\s*页|\d+\s*/\s*(\d{1,6})\s*页|第\s*\d+\s*/\s*(\d{1,6})|totalpages?\s*[:=]\s*[\"']?(\d{1,6})",
    re.I,
)
_INDEX_FILE = re.compile(r"^(?P<stem>[\w-]+?)(?:_(?P<number>\d+))?\.(?P<ending>\w+)$")


def next_page(page: Page) -> str | None:
    """The next list page's address; None on the last page and where only a script can turn it."""
    here = url_key(page.url) if page.url else None
    for find in READERS:
        found = find(page)
        if found is LAST:
            return None
        if isinstance(found, str) and (here is None or url_key(found) != here):
            return found
    return None


class _Last:
    """A pager that says plainly: there is no further page."""


LAST = _Last()


def _calls(page: Page) -> list[list[str]]:
    """Arguments of every ``createPageHTML`` call that is not commented out."""
    if "createPageHTML" not in page.html:
        return []
    code = _COMMENTED.sub("", page.scripts)
    calls = [[part.strip().strip("\"'") for part in call.split(",")] for call in _CALL.findall(code)]
    return [call for call in calls if _integers(call)]


def _integers(call: list[str]) -> tuple[int, int] | None:
    """Total pages and the current one, wherever an element's id leads the arguments."""
    numbers = call[1:3] if not call[0].isdigit() else call[:2]
    return (
        (int(numbers[0]), int(numbers[1]))
        if len(numbers) == 2 and all(n.isdigit() for n in numbers)
        else None
    )


def trs_call(page: Page) -> str | _Last | None:
    """``createPageHTML(total, current, "index", "html"[, records])``, or with an element's id first."""
    for call in _calls(page):
        numbers = _integers(call)
        assert numbers is not None
        led = not call[0].isdigit()
        total, current = _recounted(page, call, numbers[0]), numbers[1]
        names = call[3 if led else 2 :]
        if len(names) < 2 or not re.fullmatch(r"[\w./-]+", names[0]):
            continue
        first = 1 if led else 0  # with an id first (Ucap's copy) pages count from 1
        following = current + 1
        if following >= total + first:
            return LAST
        return page.absolute(f"{names[0]}_{following}.{names[1]}")
    return None


def _recounted(page: Page, call: list[str], total: int) -> int:
    """Pages by the page's own script where it divides a fifth argument, the record count."""
    if call[0].isdigit() and len(call) > 4 and call[4].isdigit():
        per_page = _PER_PAGE.search(_COMMENTED.sub("", page.scripts))
        size = int(per_page[1] or per_page[2]) if per_page else 0
        if size:
            return math.ceil(int(call[4]) / size)
    return total


def script_variables(page: Page) -> str | _Last | None:
    """``var countPage = 125; var currentPage = 0`` beside static ``index_N`` pages."""
    if "countPage" not in page.scripts:
        return None
    code = _COMMENTED.sub("", page.scripts)
    count, current = _COUNT_PAGE.search(code), _CURRENT_PAGE.search(code)
    if not count or not current:
        return None
    following = int(current[1]) + 1
    if following >= int(count[1]):
        return LAST
    name = page.url.rpartition("/")[2]
    parts = _INDEX_FILE.match(name)
    stem, ending = (parts["stem"], parts["ending"]) if parts else ("index", "html")
    return page.absolute(f"{stem}_{following}.{ending}")


def link_rel(page: Page) -> str | None:
    for link in page.tree.iter("link", "a"):
        if (link.get("rel") or "").lower() == "next" and (url := page.absolute(link.get("href"))):
            return url
    return None


def next_words(page: Page) -> str | None:
    """A link that says 下一页 or the like."""
    for link in page.tree.iter("a"):
        text = squeeze("".join(link.itertext("*"))) or squeeze(link.get("title"))
        marked = "next" in classes(link).split()
        if (text and len(text) < 12 and _NEXT_WORDS.match(text)) or (marked and not text):
            url = page.absolute(link.get("href"))
            if url:
                return url
    return None


def numbered(page: Page) -> str | None:
    """The link of the number that follows the highlighted one."""
    for node in page.tree.iter("span", "a", "b", "strong", "em", "li", "font"):
        text = (node.text or "").strip()
        if (
            not text.isdigit()
            or len(text) > 5
            or not (_CURRENT.search(classes(node)) or node.tag in ("b", "strong"))
        ):
            continue
        pager = node.getparent()
        for above in (pager, pager.getparent() if pager is not None else None):
            if above is None:
                continue
            for link in above.iter("a"):
                if (link.text or "").strip() == str(int(text) + 1) and (
                    url := page.absolute(link.get("href"))
                ):
                    return url
    return None


def select_box(page: Page) -> str | None:
    """A box whose options are addresses."""
    for select in page.tree.iter("select"):
        options = list(select.iter("option"))
        for here, following in itertools.pairwise(options):
            value = following.get("value") or ""
            if here.get("selected") is not None and re.search(r"[/.?]", value):
                return page.absolute(value)
    return None


def hidden_pager(page: Page) -> str | None:
    """A pager kept as base64 of url-encoded HTML in an element."""
    for node in page.tree.iter("div", "span", "input", "textarea"):
        text = (node.get("value") or node.text or "").strip()
        if len(text) < 60 or not re.fullmatch(r"[A-Za-z0-9+/=\s]+", text):
            continue
        try:
            markup = unquote_plus(base64.b64decode(text, validate=False).decode("ascii", "replace"))
        except (binascii.Error, ValueError):
            continue
        if "<a" in markup:
            pager = Page.from_text(f"<html><body>{markup}</body></html>", page.url)
            return next_words(pager) or numbered(pager)
    return None


READERS: tuple[Callable[[Page], str | _Last | None], ...] = (
    trs_call,
    script_variables,
    link_rel,
    next_words,
    hidden_pager,
    numbered,
    select_box,
)


def page_count(page: Page) -> int | None:
    """How many pages the pager claims."""
    for call in _calls(page):
        numbers = _integers(call)
        if numbers and numbers[0]:
            return _recounted(page, call, numbers[0])
    if "countPage" in page.scripts and (count := _COUNT_PAGE.search(_COMMENTED.sub("", page.scripts))):
        return int(count[1])
    found = _PAGES.search(page.html)
    return int(next(group for group in found.groups() if group)) if found else None


def record_count(page: Page) -> int | None:
    """How many articles the list claims."""
    for call in _calls(page):
        if call[0].isdigit() and len(call) > 4 and call[4].isdigit():
            return int(call[4])
    found = _TOTALS.search(page.html)
    return int(next(group for group in found.groups() if group)) if found else None


_PART = re.compile(r"^(?P<stem>.+?)(?:[_-](?P<number>\d{1,2}))?$")
_PAGE_PARAMETER = re.compile(r"^(?:page|p|pageno|pageindex|currentpage|cpage)=\d{1,2}$", re.I)


def next_part(page: Page) -> str | None:
    """The next part of an article that is split over pages: its own address, counted on.

    ``t1_2.html`` goes on as ``t1_2_1.html``, ``12.html`` as ``12_2.html``, ``show.php?id=12`` as ``...&page=2``. A next
    page under any other address is another article.
    """
    if not page.url or not any(word in page.html for word in ("createPageHTML", "下一页", "下页", "next")):
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


_MARKS = re.compile(
    r"^[\[【<(\s]*(?:上\s?一?\s?页|下\s?一?\s?页|前一页|后一页|尾\s?页|末\s?页|最后一?页)[^一-鿿]*$"
)
_TOTAL_MARK = re.compile(r"共\s*(?:有|计)?\s*\d+\s*(?:页|条)|第\s*\d+\s*/\s*\d+\s*页|\d+\s*/\s*\d+\s*页")


def pager_marks(page: Page) -> list[Element]:
    """Elements that turn the page or tell how many there are."""
    found = []
    for node in page.tree.iter(
        "a", "span", "div", "p", "td", "li", "font", "em", "button", "input", "script"
    ):
        text = node.text or node.get("value") or ""
        if node.tag == "script":
            if "createPageHTML(" in text and "function createPageHTML" not in text:
                found.append(node)
        elif len(text) < 200 and (_MARKS.match(text) or _TOTAL_MARK.search(text)):
            found.append(node)
    return found
