"""ASP.NET pages whose pager posts the page back to itself: ``javascript:__doPostBack('AspNetPager1','2')``.

What is posted is the page's own form with the event's target and argument, as WebForms writes them: ``__VIEWSTATE`` and
its kin are only valid for the page they stand in, so a list can be walked but not entered in the middle. Rows that
are themselves post-backs have no address and are not seen.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lawcrawl.extract.document import Element, Page, text_of
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import ListPage

_POST = re.compile(
    r"(?:__doPostBack|WebForm_PostBackOptions)\(\s*\\?[\"']([^\"'\\]*)\\?[\"']\s*,\s*\\?[\"']([^\"'\\]*)\\?[\"']"
)
_NEXT = re.compile(
    r"^[\[【<(]?\s*(?:下\s?一?\s?页|后\s?一?\s?页|next(?: page)?|>|›|»)\s*[>›»]*\s*[\]】>)]?$", re.I
)
_NUMBER = re.compile(r"^(?:Page\$)?(\d{1,5})$")
_POSITION = re.compile(
    r"第\s*(\d+)\s*页.{0,12}?共\s*(\d+)\s*页|(?<![\d/-])(\d{1,5})\s*/\s*(\d{1,5})\s*页?(?![\d/-])"
)
_TYPED = frozenset(("hidden", "text", "search", "number", ""))


@dataclass(slots=True)
class Turn:
    """What turns the page: the element, the event it posts, and the fields it sends itself."""

    element: Element
    target: str = ""
    argument: str = ""
    fields: tuple[tuple[str, str], ...] = ()


class AspNetSpider(NoticeSpider):
    """A site of ASP.NET WebForms."""

    family = "aspnet"

    @classmethod
    def recognises(cls, page: Page) -> float:
        """WebForms leaves its state in every page; systems built on it are named more surely by their own marks."""
        if "__VIEWSTATE" not in page.html:
            return 0.0
        return 0.7 if "__doPostBack(" in page.html else 0.6

    def read_list(self, page: Page) -> ListPage:
        listed = super().read_list(page)
        if listed.next or not listed.items or (turn := find_turn(page)) is None:
            return listed
        current, pages = position(turn.element)
        listed.pages = pages or listed.pages
        if current is None or pages is None or current < pages:
            listed.next, listed.form = posted(page, turn)
        return listed


def find_turn(page: Page) -> Turn | None:
    """What leads to the next page; None on the last one, whose pager links no further."""
    turns = list(linked(page))
    return next((t for t in turns if says_next(t.element)), None) or numbered(turns) or button(page)


def linked(page: Page) -> Iterator[Turn]:
    for link in page.tree.iter("a"):
        event = _POST.search(link.get("href") or "") or _POST.search(link.get("onclick") or "")
        if event and link.get("disabled") is None and "aspNetDisabled" not in (link.get("class") or ""):
            yield Turn(link, event[1], event[2])


def says_next(element: Element) -> bool:
    texts = (text_of(element), element.get("title"), element.get("value"))
    return any(text and _NEXT.match(text.strip()) for text in texts)


def numbered(turns: list[Turn]) -> Turn | None:
    """The number that follows the only one without a link, be it shown as a number or as "..."."""
    pagers: dict[str, dict[int, Turn]] = {}
    for turn in turns:
        if found := _NUMBER.match(turn.argument):
            pagers.setdefault(turn.target, {}).setdefault(int(found[1]), turn)
    for pager in pagers.values():
        for number in sorted(plain_numbers([turn.element for turn in pager.values()])):
            if number not in pager and number + 1 in pager:
                return pager[number + 1]
    return None


def plain_numbers(links: list[Element]) -> set[int]:
    """Numbers that stand around a pager's links without being links themselves."""
    for around in itertools.islice(links[0].iterancestors(), 6):
        texts = [
            (element.text or "").strip()
            for element in around.iter("span", "b", "strong", "font", "em", "a")
            if element not in links
        ]
        found = {int(text) for text in texts if text.isdecimal() and len(text) < 6}
        if found and set(links) <= set(around.iter("a")):
            return found
    return set()


def button(page: Page) -> Turn | None:
    """A submit button that says 下一页: it posts its own name."""
    for element in page.tree.iter("input"):
        if element.get("type") == "submit" and element.get("disabled") is None and says_next(element):
            return Turn(element, fields=((element.get("name") or "", element.get("value") or ""),))
    return None


def position(element: Element) -> tuple[int | None, int | None]:
    """The page's number and how many there are, as the pager around the element says."""
    for around in itertools.islice(element.iterancestors(), 3):
        if found := _POSITION.search(text_of(around)):
            current, pages = (int(group) for group in found.groups() if group)
            return current, pages
    return None, None


def posted(page: Page, turn: Turn) -> tuple[str, dict[str, str]]:
    """Where the form goes, and what a browser would send with it."""
    form = next(
        (
            a
            for a in turn.element.iterancestors("form")
            if a.find(".//input[@name='__VIEWSTATE']") is not None
        ),
        None,
    )
    fields = dict(controls(page.tree if form is None else form))
    fields |= {"__EVENTTARGET": turn.target, "__EVENTARGUMENT": turn.argument, **dict(turn.fields)}
    action = page.absolute(form.get("action")) if form is not None else None
    return action or page.url, fields


def controls(form: Element) -> Iterator[tuple[str, str]]:
    """Names and values of what a form sends, buttons aside."""
    for element in form.iter("input", "select"):
        name, kind = element.get("name"), (element.get("type") or "").lower()
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "select":
            options = list(element.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options
            if chosen:
                yield name, chosen[0].get("value", text_of(chosen[0]))
        elif kind in _TYPED or element.get("checked") is not None:
            yield name, element.get("value") or ("on" if kind not in _TYPED else "")
