"""What a pager claims: how many pages and articles there are, and which page this is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lawcrawl.extract.document import Element, Page, inner_text, lines, once_a_page
from lawcrawl.extract.script_pagers import calls, pages_of, plugin_numbers, plugin_options, variable
from lawcrawl.extract.turns import code_of

LONG_LINK = 12
"""Characters: a link's text from here on is a title, and what it counts is no page."""
LONG_LINE = 300
_DIGIT = re.compile(r"\d")
_TELLING = ("页", "条", "篇", "记录", "总数")
_TURNS = re.compile(r"上\s?一?\s?页|下\s?一?\s?页|首\s?页|尾\s?页|末\s?页")
_POSITIONS = (
    re.compile(r"第\s*(\d{1,6})\s*页?\s*[/／,，|]?\s*共\s*(\d{1,6})\s*页"),
    re.compile(r"第\s*(\d{1,6})\s*[/／]\s*(?:共\s*)?(\d{1,6})\s*页?"),
    re.compile(r"(?:页次|页码|当前页?)\s*[:：]?\s*(?:第\s*)?(\d{1,6})\s*页?\s*[/／]\s*(?:共\s*)?(\d{1,6})"),
    re.compile(r"(?<![\d/.\-])(\d{1,6})\s*[/／]\s*(\d{1,6})\s*页"),
)
_REVERSED = re.compile(r"共\s*(\d{1,6})\s*页\s*[,，/／|]?\s*(?:当前)?\s*第\s*(\d{1,6})\s*页")
_BARE = re.compile(r"(?<![\d/.\-])(\d{1,6})\s*[/／]\s*(\d{1,6})(?![\d/.\-])")
_PAGES = re.compile(r"(?:共|分|分为)\s*(?:有|计)?\s*(\d{1,6})\s*页|总页数\s*[:：]?\s*(\d{1,6})")
_RECORDS = re.compile(
    r"共\s*(?:有|计|找到)?\s*(?:\d{1,6}\s*页\s*)?(\d{1,8})\s*(?:条|篇|则)"
    r"|(?:总记录数?|记录总数|总条数|总数|记录数)\s*[:：]\s*(\d{1,8})"
    r"|(?<!\d)(?<!每页)(?<!每页 )(?<!显示)(?<!显示 )(\d{1,8})\s*条(?:记录|信息|数据)"
)
_MARK = re.compile(
    r"^[\[【<(\s]*(?:上\s?一?\s?页|下\s?一?\s?页|前一页|后一页|尾\s?页|末\s?页|最后一?页)[^一-鿿]*$"
)
_TOTAL_MARK = re.compile(r"共\s*(?:有|计)?\s*\d+\s*(?:页|条)|第\s*\d+\s*/\s*\d+\s*页|\d+\s*/\s*\d+\s*页")
_PAGES_NAMED = re.compile("total_?pages?|page_?count|n?PageCount|countPage|pages_?total", re.I)
_RECORDS_NAMED = re.compile("total_?records?|(?:m_n|n)?record_?count|total_?(?:count|num|rows)", re.I)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a pager says; None for what it does not."""

    current: int | None = None
    """This page's number, from 1."""
    pages: int | None = None
    records: int | None = None


@once_a_page
def claims(page: Page) -> Claims:
    """What a reader sees, else what the page's script says."""
    said = said_in(shown(page))
    pages, records = said.pages, said.records
    if call := next(iter(calls(page)), None):
        pages, records = call.pages or pages, call.records if call.records is not None else records
    drawn = plugin_numbers(plugin_options(code_of(page)))
    records = records if records is not None else drawn.get("count")
    if pages is None and drawn:
        pages = pages_of(drawn)
    return Claims(
        said.current,
        pages if pages is not None else variable(page, _PAGES_NAMED),
        records if records is not None else variable(page, _RECORDS_NAMED),
    )


def shown(page: Page) -> list[str]:
    """Lines that may be a pager's, without titles."""
    if not any(word in page.html for word in _TELLING):
        return []
    titles = frozenset(link for link in page.tree.iter("a") if len(inner_text(link).strip()) >= LONG_LINK)
    return [line for line in lines(page.tree, skip=titles) if len(line) < LONG_LINE and _DIGIT.search(line)]


def said_in(shown_lines: list[str]) -> Claims:
    current = pages = records = None
    for line in shown_lines:
        if pages is None and (found := position(line)):
            current, pages = found
        if pages is None and (told := _PAGES.search(line)):
            pages = int(told[1] or told[2])
        if records is None and (counted := _RECORDS.search(line)):
            records = int(counted[1] or counted[2] or counted[3])
    return Claims(current, pages, records)


def position(line: str) -> tuple[int, int] | None:
    """This page's number and how many there are.

    >>> position("页次：3/12页 共231条"), position("共12页 当前第3页"), position("2024/12/31")
    ((3, 12), (3, 12), None)
    """
    if told := _REVERSED.search(line):
        return int(told[2]), int(told[1])
    for form in _POSITIONS:
        if told := form.search(line):
            return int(told[1]), int(told[2])
    if _TURNS.search(line) and (told := _BARE.search(line)):
        return int(told[1]), int(told[2])
    return None


def pager_marks(page: Page) -> list[Element]:
    """Elements that turn the page or tell how many there are."""
    found = [call.script for call in calls(page) if call.script is not None]
    for node in page.tree.iter("a", "span", "div", "p", "td", "li", "font", "em", "button", "input"):
        text = node.text or node.get("value")
        if text and len(text) < 200 and (_MARK.match(text) or _TOTAL_MARK.search(text)):
            found.append(node)
    return found
