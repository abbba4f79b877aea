"""One page while its article is read: the parts that several fields look at, each found once."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import cached_property

from lawcrawl.extract.body import find_body, once, pruned
from lawcrawl.extract.document import BLOCKS, Element, Page, inner_text, lines, lines_of, marked_text
from lawcrawl.extract.furniture import end_of_text, start_of_text
from lawcrawl.extract.labels import is_label, is_labelled, read_labels
from lawcrawl.extract.title import TITLE, caption, headings, without_number
from lawcrawl.normalize import bare, clean_title, squeeze

MANY = 50
"""Elements that show a title; more is a list of it."""


class Facts:
    """One page while its article is read: the parts that several fields look at, each found once."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def root(self) -> Element:
        found = self.page.tree.find("body")
        return found if found is not None else self.page.tree

    @cached_property
    def shown(self) -> list[str]:
        """Every line of the page."""
        return lines(self.root, apart=True)

    @cached_property
    def named(self) -> tuple[str | None, str]:
        """The title and the place it was found in."""
        for place, find in TITLE:
            if value := clean_title(find(self)):
                return value, place
        return None, ""

    @property
    def title(self) -> str | None:
        return self.named[0]

    def is_title(self, text: str) -> bool:
        """Whether the text is the title, white space aside."""
        return self.title is not None and bare(text) == bare(self.title)

    @cached_property
    def headings(self) -> list[Element]:
        """The elements that show the title and nothing else; it may lack its number there."""
        return headings(self.page, self.title) or headings(self.page, without_number(self.title or ""))

    @property
    def shown_as(self) -> list[list[str]]:
        """The lines in which headings show the title, each way once."""
        return _forms(self.headings)

    @cached_property
    def _found(self) -> tuple[Element | None, list[Element]]:
        return find_body(self.page, self.headings)

    @property
    def body(self) -> Element | None:
        return self._found[0]

    @cached_property
    def outside(self) -> list[str]:
        """Every line of the page outside the element that holds the body."""
        skip = frozenset((self.body,)) if self.body is not None else frozenset()
        return lines(self.root, skip=skip, apart=True)

    @cached_property
    def tables(self) -> list[Element]:
        """The labelled tables inside the body's element: they tell of the text and are none of it."""
        if self.body is None:
            return []
        return [table for table in self.body.iter("table") if is_labelled(table)]

    @cached_property
    def aside(self) -> frozenset[Element]:
        """What stands inside the body's element and is none of the text: labelled tables, boxes."""
        body, boxes = self._found
        inside = (box for box in boxes if any(above is body for above in box.iterancestors()))
        return frozenset(self.tables).union(inside)

    @cached_property
    def _shown_inside(self) -> str:
        return marked_text(self.body, self.aside) if self.body is not None else ""

    @cached_property
    def inside(self) -> list[str]:
        """Every line of the element that holds the body, what is ``aside`` left out."""
        return once(lines_of(self._shown_inside))

    @cached_property
    def _span(self) -> tuple[int, int]:
        """The lines of ``inside`` that are the text: from the first, up to the second."""
        if self.body is None:
            return 0, 0
        own = [h for h in self.headings if self.body in h.iterancestors()]
        inside = _forms(h for h in own if h.tag in BLOCKS)
        outside = [[self.title or ""], *_forms(h for h in self.headings if h.tag in BLOCKS)]
        start = start_of_text(self.inside, inside, outside)
        while start < len(self.inside) and self._labels(start):
            start += 1
        text = self.inside[start:]
        links = (squeeze(inner_text(link)) for link in self.body.iter("a"))
        return start, start + end_of_text(text, frozenset(link for link in links if link))

    def _labels(self, index: int) -> bool:
        """Whether a line inside the body's element is of the labelled table."""
        line = self.inside[index]
        if index and "\t" in line and all(is_label(cell) for cell in self.inside[index - 1].split("\t")):
            return True  # values under a row of labels
        cells = [cell for cell in re.split(r"\t|(?<=[:：])", line) if cell]
        return len(cells) > 1 and any(is_label(cell) for cell in cells) and len(line) < 400

    @cached_property
    def paragraphs(self) -> list[str]:
        """The body's own text, under its caption where it is a table."""
        start, end = self._span
        text = self.inside[start:end]
        return caption(self) + text if text and "\t" in text[0] else text

    @cached_property
    def content(self) -> Element | None:
        """The body without what stands around its text in the same element."""
        if self.body is None:
            return None
        start, end = self._span
        after = len(self.inside) - end
        if not (start or after or self.aside):
            return self.body
        places = (place for place, element in enumerate(self.body.iter()) if element in self.aside)
        return pruned(self.body, start, after, frozenset(places))

    @cached_property
    def around(self) -> list[str]:
        """Every line that is not the body's text, those of its own element first; U+2236 read as the colon it is for."""
        found: list[str] = []
        if self.body is not None:
            start, end = self._span
            if start or end < len(self.inside):
                inner = lines_of(self._shown_inside, apart=True)
                found += inner[:start] + inner[end : len(self.inside)]
            for table in self.tables:
                found += lines(table)
        return [line.replace("∶", "：") for line in found + self.outside]

    @cached_property
    def labels(self) -> dict[str, str]:
        return read_labels(self.around)

    @cached_property
    def near_title(self) -> list[str]:
        """The lines that follow the title, where the information line stands."""
        shown = [[self.title or ""], *map(lines, self.headings)]
        forms = [form for texts in shown if (form := list(map(bare, texts))) and form[0]]
        firsts = tuple({form[0][0] for form in forms})
        for index, line in enumerate(self.around):
            if not line.startswith(firsts):
                continue
            for form in forms:
                end = index + len(form)
                if list(map(bare, self.around[index:end])) == form:
                    return self.around[end : end + 15]
        return []

    @cached_property
    def with_colons(self) -> list[tuple[int, str]]:
        """The lines that may bear a label, with their places in ``around``."""
        return [
            (i, line)
            for i, line in enumerate(self.around)
            if (":" in line or "：" in line) and len(line) <= 600
        ]

    def after(self, label: re.Pattern[str]) -> list[str]:
        """What stands behind a label, in the page's order: the rest of its line, or the line after a lone label."""
        found = []
        for index, line in self.with_colons:
            for match in label.finditer(line):
                rest = line[match.end() :].strip()
                if not rest and index + 1 < len(self.around) and len(line) <= match.end() - match.start() + 2:
                    rest = self.around[index + 1]
                found.append(rest)
        return found


def _forms(headings: Iterable[Element]) -> list[list[str]]:
    """The lines of headings, each way once; of bounded number."""
    return [[*form] for form in dict.fromkeys(tuple(lines(h)) for h in itertools.islice(headings, MANY))]
