"""How much running text stands where in a page: what may be the article's, and what cannot be."""

from __future__ import annotations

import re

from lawcrawl.extract.attachments import is_file
from lawcrawl.extract.document import UNSEEN, Element, classes, hidden, holding, lines
from lawcrawl.extract.furniture import (
    HEADING,
    heads_others,
    is_dated,
    is_furniture,
    is_information,
    is_subtitle,
    names_next_article,
    opens_answers,
)

FRAME = re.compile(
    r"(?<![a-z])(?:nav|foot|head(?!line)|menu|crumb|bread|position|location|share|bshare|relat|recommend|side|aside|"
    r"search|login|copyright|links?|toolbar|comment|banner|pager|page_?bar|logo|friend|hot|rank|xgxw|xgyd|xgwz|"
    r"daohang|weizhi|fenxiang|tuijian|xiangguan|paihang|pinglun|dibu)"
)
_SENTENCE = re.compile("[，。；：、！？]")
_OUTSIDE = frozenset(("footer", "nav"))
_LINES = frozenset(("p", "div", "li", "td"))
_PIECES = frozenset("span font b strong em i u s sub sup big small o:p".split())
A_FILE, A_PICTURE = 0.4, 0.3
"""What a link to a document and a picture count: less than the shortest sentence."""


def read(root: Element, headings: list[Element]) -> Running:
    """What of a page may be the text under one of these headings."""
    found = Running(headings)
    found.walk(root)
    return found


class Running:
    """A page met in its order, from the title on.

    Left out are title, links, furniture and frame; boxes whose own first words tell that they are something else
    (相关阅读, 友情链接); and all that follows once readers answer (网友评论).
    """

    def __init__(self, headings: list[Element]) -> None:
        self.headings = frozenset(headings)
        self.starts = _out_of_trails(headings) or set(headings)
        self.trails = self.headings - self.starts
        self.titled = holding(headings)
        self.open = not headings
        self.closed = False
        self.labelled = False
        """Whether the last piece of text was a label alone (来源：), so that the next one is its value."""
        self.own: dict[Element, float] = {}
        self.scores: dict[Element, float] = {}
        """How much of the text stands inside each element; those without any are not in it."""
        self.filled: set[Element] = set()
        """Elements that hold some of the text."""
        self.solid: set[Element] = set()
        """Elements with a whole sentence or a file inside: what may be little, but is surely text."""
        self.left: set[Element] = set()
        """Elements of which nothing more is taken."""

    def boxes(self) -> list[Element]:
        """The outermost of the elements left out; not a heading that stands alone before what it heads."""
        outer = (element for element in self.left if element.getparent() not in self.left)
        return [box for box in outer if _is_more_than_heading(box)]

    def walk(self, root: Element) -> None:
        order: list[Element] = []
        waiting: list[tuple[Element, str | None]] = [(root, None)]
        while waiting and not self.closed:
            element, tail = waiting.pop()
            if tail is not None:
                self.meet(tail, element)
                continue
            if element.getparent() in self.left:
                self.left.add(element)
            order.append(element)
            if _is_run(element) and element not in self.titled:
                self.meet("".join(element.itertext("*")), element)
                continue
            self.enter(element)
            for child in reversed(element):
                if child.tail and not child.tail.isspace():
                    waiting.append((element, child.tail))
                if isinstance(child.tag, str) and not self.passes_over(child):
                    waiting.append((child, None))
        self.sum(root, order)

    def enter(self, element: Element) -> None:
        if element in self.starts:
            self.open = True
        elif element.tag == "img":
            self.take(element, A_PICTURE)
        elif element.tag == "a":
            if is_file(element.get("href") or ""):
                self.take(element, A_FILE, solid=True)
        elif element.text and element not in self.headings:
            self.meet(element.text, element)

    def passes_over(self, child: Element) -> bool:
        if child.tag in UNSEEN or child.tag in _OUTSIDE or child in self.trails:
            return True
        return child not in self.titled and (
            child.tag == "header" or hidden(child) or bool(child.attrib and FRAME.search(classes(child)))
        )

    def meet(self, text: str, element: Element) -> None:
        """Take a piece of text, or what it tells of the box around it."""
        text = text.strip()
        if (
            not text
            or not self.open
            or element in self.left
            or element in self.headings
            or element.tag == "a"
        ):
            return
        labelled, self.labelled = self.labelled, text[-1] in ":：" and is_information(text)
        if labelled and len(text) < HEADING and not is_whole(text):
            return
        if (self.filled and opens_answers(text)) or (self.solid and names_next_article(text)):
            self.closed = True
        elif heads_others(text):
            self.leave(element)
        elif not self.filled and (is_dated(text) or is_subtitle(text)):
            return
        else:
            self.take(element, value(text), solid=is_whole(text))

    def take(self, element: Element, worth: float, *, solid: bool = False) -> None:
        if not worth or not self.open or element in self.left:
            return
        self.own[element] = self.own.get(element, 0.0) + worth
        for known in (self.filled, self.solid) if solid else (self.filled,):
            above: Element | None = element
            while above is not None and above not in known:
                known.add(above)
                above = above.getparent()

    def leave(self, element: Element) -> None:
        """Leave out the largest box around a heading that holds nothing of the text and not the title."""
        box: Element | None = element
        while box is not None and box not in self.filled and box not in self.titled and box.tag != "body":
            self.left.add(box)
            box = box.getparent()

    def sum(self, root: Element, order: list[Element]) -> None:
        for element in reversed(order):
            total = self.scores.get(element, 0.0) + self.own.get(element, 0.0)
            if not total:
                continue
            self.scores[element] = total
            if element is not root and (parent := element.getparent()) is not None:
                self.scores[parent] = self.scores.get(parent, 0.0) + total


def _is_run(element: Element) -> bool:
    """Whether a paragraph, a line or a cell is one run of text, however many elements cut it into pieces."""
    return (
        element.tag in _LINES
        and len(element) > 0
        and all(e.tag in _PIECES for e in element.iterdescendants())
    )


def _is_more_than_heading(box: Element) -> bool:
    return sum(len(text.strip()) for text in box.itertext("*")) > HEADING or len(lines(box)) > 1


def _out_of_trails(headings: list[Element]) -> set[Element]:
    """Those that are not the end of a trail (首页 > 通知公告 > the title)."""
    holders = {heading: heading.getparent() for heading in headings}
    trails = {
        holder
        for holder in set(holders.values())
        if holder is not None and (holder.find("a") is not None or _is_framed(holder))
    }
    return {heading for heading, holder in holders.items() if holder not in trails}


def _is_framed(holder: Element) -> bool:
    around = (holder, *holder.iterancestors())
    return any(FRAME.search(classes(above)) for above in around if above.tag not in ("body", "html"))


def is_whole(text: str) -> bool:
    """Whether a text has a sentence's end and a sentence's length."""
    return len(text) >= 8 and re.search("[。！？；]", text) is not None


def value(text: str) -> float:
    """What a piece of text counts: its length and its punctuation; nothing where it is furniture."""
    text = text.strip()
    if len(text) < 2 or (len(text) < 200 and is_furniture(text)):
        return 0.0
    return len(text) / 10 + 3 * len(_SENTENCE.findall(text))
