"""Pagers that a page's own script draws: ``createPageHTML`` in its forms, bare variables, plugins such as laypage."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from lawcrawl.extract.document import Element, Page, once_a_page
from lawcrawl.extract.turns import body_of, code_of, evaluated, number_in_url

_CALL = re.compile(r"createPageHTML(?<!function createPageHTML)(?<!\wcreatePageHTML)\s*\(([^()]{3,200})\)")
# Names for the number of pages and, from 0, this page's.
_STATIC_PAGES = (("countPage", "currentPage"), ("nPageCount", "nCurrIndex"))
_RECORD_COUNT = re.compile("(?:m_n|n)?RecordCount", re.I)
_GIVEN = re.compile(r"[:=]\s*[\"']?(\d{1,8})\b")
_GIVEN_TO = re.compile(r"([\w$]+)[\"']?\s*$")
_PER_PAGE = re.compile(
    r"Math\.ceil\(\s*\w+\s*/\s*(\d+)\s*\)|p(?<!\wp)(?:erPage|ageSize|repage|erpage)\s*[=:]\s*[\"']?(\d+)"
)
_INDEX_FILE = re.compile(r"^(?P<stem>[\w-]+?)(?:_(?P<number>\d+))?\.(?P<ending>\w+)$")
_NAME = re.compile(r"^[A-Za-z_$][\w$]*$")
_PLUGIN = re.compile(
    r"(?:\blaypage(?:\.render)?|\bjqPaginator|\.(?:pagination|createPage|twbsPagination|bootstrapPaginator|paging))"
    r"\s*\((?:[^(){}]{0,60},)?\s*\{"
)
_OPTIONS = {
    name: re.compile(rf"\b(?:{names})[\"']?\s*:\s*[\"']?(\d{{1,8}})\b")
    for name, names in {
        "current": "curr|current|currentPage|pageNo|pageIndex|startPage",
        "pages": "pages|pageCount|totalPages?",
        "count": "count|total|totalCount|totalData",
        "limit": "limit|pageSize|showData",
    }.items()
}
_TURNED_TO = re.compile(r"\b\w+\.(?:curr\b|getCurrent\(\))")
_GIVEN_TO_JUMP = re.compile(r"function\s*\w*\s*\(\s*(?:e(?:vent)?\s*,\s*)?(\w+)")
_JUMP = re.compile(r"location(?:\.href)?\s*=\s*([^;\n}]{3,200})")


class Last:
    """A pager that says plainly: there is no further page."""


LAST = Last()


@once_a_page
def given(page: Page) -> list[tuple[str, int]]:
    """Every number that the page's script gives to a variable or an option, with its name."""
    code = code_of(page)
    return [
        (name[1], int(number[1]))
        for number in _GIVEN.finditer(code)
        if (name := _GIVEN_TO.search(code, max(0, number.start() - 60), number.start()))
    ]


def variable(page: Page, name: re.Pattern[str]) -> int | None:
    """The first number that a script gives to what is called so."""
    return next((number for called, number in given(page) if name.fullmatch(called)), None)


@dataclass(frozen=True, slots=True)
class Call:
    """``createPageHTML(total, current, "index", "html"[, records])``; with an element's id first (Ucap's copy)
    pages count from 1."""

    pages: int
    current: int
    first: int
    """The first page's number: 0, or 1."""
    stem: str
    ending: str
    records: int | None
    script: Element | None


@once_a_page
def calls(page: Page) -> list[Call]:
    """Every call that is not commented out and tells two numbers."""
    if "createPageHTML" not in page.html:
        return []
    code = code_of(page)
    scripts = [s for s in page.tree.iter("script") if s.text and "createPageHTML" in s.text]
    found = []
    for arguments in _CALL.findall(code):
        values = [valued(part.strip(), page) for part in arguments.split(",")]
        led = not values[0].isdecimal()
        numbers, names = (values[1:3], values[3:]) if led else (values[:2], values[2:])
        if len(numbers) < 2 or not all(n.isdecimal() and len(n) < 9 for n in numbers):
            continue
        records = int(names[2]) if len(names) > 2 and names[2].isdecimal() and len(names[2]) < 9 else None
        if records is None:
            records = variable(page, _RECORD_COUNT)
        pages = int(numbers[0]) if led else recounted(code, int(numbers[0]), records)
        stem, ending = (*names, "", "")[:2]
        found.append(
            Call(pages, int(numbers[1]), int(led), stem, ending, records, scripts[-1] if scripts else None)
        )
    return found


def valued(token: str, page: Page) -> str:
    """An argument's value: a literal, or what the script has given to the variable."""
    if _NAME.match(token) and (number := variable(page, re.compile(re.escape(token)))) is not None:
        return str(number)
    return token.strip("\"'")


def recounted(code: str, total: int, records: int | None) -> int:
    """Pages by the page's own script where it divides the record count."""
    per_page = _PER_PAGE.search(code) if records is not None else None
    size = int(per_page[1] or per_page[2]) if per_page else 0
    return math.ceil(records / size) if size and records is not None else total


def trs_call(page: Page) -> str | Last | None:
    """The next page of the first call that names its files."""
    for call in calls(page):
        if not call.ending or not re.fullmatch(r"[\w./-]+", call.stem):
            continue
        following = call.current + 1
        if following >= call.pages + call.first:
            return LAST
        return page.absolute(f"{call.stem}_{following}.{call.ending}")
    return None


def script_variables(page: Page) -> str | Last | None:
    """``var countPage = 125; var currentPage = 0`` beside static ``index_N`` pages."""
    named = next((names for names in _STATIC_PAGES if names[0] in page.html), None)
    if named is None:
        return None
    count, current = (variable(page, re.compile(name)) for name in named)
    if count is None or current is None:
        return None
    following = current + 1
    if following >= count:
        return LAST
    parts = _INDEX_FILE.match(page.url.rpartition("/")[2])
    stem, ending = (parts["stem"], parts["ending"]) if parts else ("index", "html")
    return page.absolute(f"{stem}_{following}.{ending}")


def plugin(page: Page) -> str | Last | None:
    """``laypage.render({count: 123, limit: 10, curr: 1, jump: function (o) { location.href = "?page=" + o.curr }})`` and
    its like: the page's numbers, and a function that is given the next one."""
    code = code_of(page)
    options = plugin_options(code)
    if not options:
        return None
    numbers = plugin_numbers(options)
    current = numbers.get("current") or number_in_url(page.url) or 1
    pages = pages_of(numbers)
    if pages is not None and current >= pages:
        return LAST
    for jump in _JUMP.findall(options):
        expression, turned = _TURNED_TO.subn("CURRENT", jump)
        for given in [] if turned else dict.fromkeys(_GIVEN_TO_JUMP.findall(options)):
            expression = re.sub(rf"\b{re.escape(given)}\b", "CURRENT", expression)
        if "CURRENT" in expression:
            made = evaluated(expression, {"CURRENT": str(current + 1)}, code)
            return page.absolute(made) if made else None
    return None


def plugin_options(code: str) -> str:
    """The options of the pager that a script draws; "" where it draws none."""
    start = _PLUGIN.search(code)
    return body_of(code, start.end()) if start else ""


def plugin_numbers(options: str) -> dict[str, int]:
    told = {name: form.search(options) for name, form in _OPTIONS.items()}
    return {name: int(found[1]) for name, found in told.items() if found}


def pages_of(numbers: dict[str, int]) -> int | None:
    if "count" not in numbers:
        return numbers.get("pages")
    return numbers.get("pages") or math.ceil(numbers["count"] / (numbers.get("limit") or 10))
