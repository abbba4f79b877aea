"""Why a page is read as it is, and what of the reading is doubtful: facts for ``probe`` and ``new``."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from lawcrawl.extract.document import Page
from lawcrawl.extract.pagers import LAST, READERS
from lawcrawl.families import SURE, NoticeSpider
from lawcrawl.items import Article, ListPage

LIST_SURE = 0.5
"""From this certainty on a page is taken for a list."""
TURNED_BY = {
    "trs_call": "createPageHTML(...) in a script",
    "script_variables": "countPage and currentPage in a script",
    "link_rel": 'a link with rel="next"',
    "next_words": "a link that says 下一页",
    "hidden_pager": "a pager kept as base64",
    "numbered": "the number after the highlighted one",
    "select_box": "a box of page addresses",
}
SHORT_TEXT = 20


def mark_seen(page: Page, family: type[NoticeSpider]) -> str | None:
    """The piece of the page or of its address that alone makes ``family`` recognise it.

    Found by taking away all else, so it holds for any family, however it recognises. None where it takes several
    pieces together.
    """
    if page.url and family.recognises(Page("", page.url)) >= SURE:
        parts = urlsplit(page.url)
        return "its address " + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for line in page.html.splitlines():
        if family.recognises(Page(line)) >= SURE:
            return shortened(line, family)
    return None


def shortened(line: str, family: type[NoticeSpider]) -> str:
    """The shortest piece of ``line`` that is still recognised, up to the end of its last word."""
    end = least(len(line), lambda n: family.recognises(Page(line[:n])) >= SURE)
    size = least(end, lambda n: family.recognises(Page(line[end - n : end])) >= SURE)
    start = end - size
    while end < len(line) and line[end].isalnum() and line[end - 1].isalnum():
        end += 1
    return line[start:end]


def least(high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number up to ``high`` for which ``holds``; ``high`` where none before it does."""
    low = 0
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


def turned_by(page: Page, listed: ListPage, family: type[NoticeSpider]) -> str:
    """How the next page is found, or why there is none."""
    for find in READERS:
        found = find(page)
        if found is LAST and listed.next is None:
            return f"{TURNED_BY[find.__name__]} says that this is the last page"
        if found is not None and found == listed.next:
            return TURNED_BY[find.__name__]
    if listed.next is None:
        return "no pager was seen"
    return "a form that the pager posts" if listed.form else f"as {family.family} asks for its rows"


def doubts_of_list(listed: ListPage) -> list[str]:
    """What a reader should look at before believing the rows."""
    found = []
    if listed.items and listed.certainty < LIST_SURE:
        found.append(f"the rows are only {listed.certainty:.0%} sure to be a list")
    undated = sum(row.date is None for row in listed.items)
    if undated:
        found.append(f"{undated} of {len(listed.items)} rows have no date")
    cut = sum((row.title or "").endswith(("…", "...")) for row in listed.items)
    if cut:
        found.append(f"{cut} row titles are cut short; the articles have to tell them whole")
    outside = sum(row.external for row in listed.items)
    if outside:
        found.append(
            f"{outside} of {len(listed.items)} rows lead to other hosts (--follow-external fetches them)"
        )
    if listed.items and listed.next is None and (listed.pages or 1) > 1:
        found.append(f"{listed.pages} pages are claimed, and no way to the next one was seen")
    if listed.items and not listed.name:
        found.append("the column is not named")
    return found


def doubts_of_article(article: Article, *, listed_title: str | None = None) -> list[str]:
    """What of an article's reading is lacking or weak."""
    found = []
    if article.title is None:
        only = f"; only the list tells it: {listed_title}" if listed_title else ""
        found.append("no title on the page" + only)
    if article.published is None:
        found.append("no date on the page")
    elif article.evidence.get("published") in ("metadata", "address"):
        found.append(f"the date is only in the {article.evidence['published']}; a reader does not see it")
    if not article.text:
        has = "; what it says is in its files" if article.attachments else ""
        found.append("the body is empty" + has)
    elif len(article.text) < SHORT_TEXT:
        found.append(f"the body has only {len(article.text)} characters")
    if article.source is None:
        found.append("no source (来源) on the page")
    return found
