"""One page while its article is read: the parts that several fields look at, each found once."""

from __future__ import annotations

import re
from functools import cached_property

from lawcrawl.extract.body import find_body, paragraphs, trimmed
from lawcrawl.extract.document import Element, Page, lines
from lawcrawl.extract.labels import INFORMATION, is_label, is_labelled, read_labels
from lawcrawl.extract.title import TITLE, bare
from lawcrawl.normalize import clean_title


class Facts:
    """One page while its article is read: the parts that several fields look at, each found once."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def body(self) -> Element | None:
        return find_body(self.page)

    @cached_property
    def outside(self) -> list[str]:
        """Every line of the page outside the element that holds the body."""
        root = self.page.tree.find("body")
        skip = frozenset((self.body,)) if self.body is not None else frozenset()
        return lines(root if root is not None else self.page.tree, skip=skip)

    @cached_property
    def inside(self) -> list[str]:
        """Every line of the element that holds the body, its labelled tables aside."""
        return lines(self.body, skip=frozenset(self.tables)) if self.body is not None else []

    @cached_property
    def _trimmed(self) -> tuple[list[str], list[str]]:
        if self.body is None:
            return [], []
        text, rest = trimmed(paragraphs(self.inside), self._heads)
        return text, [line for table in self.tables for line in lines(table)] + rest

    @cached_property
    def tables(self) -> list[Element]:
        """The labelled tables inside the body's element: they tell of the text and are none of it."""
        return (
            [table for table in self.body.iter("table") if is_labelled(table)]
            if self.body is not None
            else []
        )

    def _heads(self, found: list[str], index: int) -> bool:
        """Whether a line inside the body's element is its heading, information line or labelled table."""
        line = found[index]
        if bare(line) == bare(self.title or "") or (len(line) < 200 and INFORMATION.search(line)):
            return True
        if index and "\t" in line and all(is_label(cell) for cell in found[index - 1].split("\t")):
            return True  # values under a row of labels
        cells = [cell for cell in re.split(r"\t|(?<=[:：])", line) if cell]
        return len(cells) > 1 and any(is_label(cell) for cell in cells) and len(line) < 400

    @property
    def paragraphs(self) -> list[str]:
        """The body's own text."""
        return self._trimmed[0]

    @cached_property
    def around(self) -> list[str]:
        """Every line that is not the body's text."""
        return self.outside + self._trimmed[1]

    @cached_property
    def labels(self) -> dict[str, str]:
        return read_labels(self.around)

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

    @cached_property
    def near_title(self) -> list[str]:
        """The lines that follow the title, where the information line stands."""
        wanted = bare(self.title or "")
        for index, line in enumerate(self.around):
            if wanted and bare(line) == wanted:
                return self.around[index + 1 : index + 16]
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
        """What stands behind a label, in the page's order: the rest of its line, or the next line."""
        found = []
        for index, line in self.with_colons:
            for match in label.finditer(line):
                rest = line[match.end() :].strip()
                if not rest and index + 1 < len(self.around):
                    rest = self.around[index + 1]
                found.append(rest)
        return found
