"""The column that an article's page names: its breadcrumb, or the metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lawcrawl.extract.document import Element, inner_text, lines
from lawcrawl.extract.furniture import is_widget
from lawcrawl.extract.labels import TRAIL_LABEL

if TYPE_CHECKING:
    from lawcrawl.extract.facts import Facts

_MARK = re.compile(
    r"crumb|bread|position|location|dqwz|c(?<![a-z]c)ur_?pos(?![a-z])|w(?<![a-z]w)(?:eizhi|z_?(?:top|nav))(?![a-z])|"
    r"p(?<![a-z]p)(?:ath|lace)(?![a-z])|l(?<![a-z]l)oca(?![a-z])"
)
_BREAKS = re.compile(r"(?:\s*(?:->|=>|>>|--|[>›»→＞/\\|]|·|＞＞)\s*)+")
_HOME = re.compile(r"^(?:网站|本站)?(?:首页|主页)$")
_LONGEST = 30


def breadcrumb(facts: Facts) -> str | None:
    """The way from the home page to the column, joined by ``>``; the title at its end is no part of it."""
    for element in _candidates(facts):
        parts = _parts(facts, lines(element, apart=True))
        if parts and (len(parts) > 1 or not _HOME.match(parts[0])):
            return ">".join(parts)
    return None


def _candidates(facts: Facts) -> Iterator[Element]:
    """Elements that a site names so or that begin with the label; then those that hold the label's line."""
    labelled, body, marks = [], facts.body, facts.page.marks
    for element in facts.page.tree.iter(
        "div", "p", "td", "ul", "ol", "span", "nav", "section", "dt", "li", "font"
    ):
        if element is body:
            continue
        own = element.text
        if own and "位" in own and len(own := own.strip()) < 60 and TRAIL_LABEL.match(own):
            labelled.append(element)
        elif (named := marks[element]) and _MARK.search(named) and len(inner_text(element)) < 1500:
            yield element
    for element in labelled:
        around = element
        while _is_label_alone(around) and (above := around.getparent()) is not None:
            around = above
        yield around
    yield from dict.fromkeys(_around_home(facts.page.tree))


def _around_home(tree: Element) -> Iterator[Element]:
    """What holds a link home that another step follows."""
    for link in tree.iter("a"):
        home = len(link) == 0 and _HOME.match((link.text or "").strip())
        if home and (above := link.getparent()) is not None:
            beside = link.getnext()
            if _BREAKS.match(link.tail or "") or (beside is not None and _BREAKS.match(inner_text(beside))):
                yield above


def _is_label_alone(element: Element) -> bool:
    text = inner_text(element).strip()
    found = TRAIL_LABEL.match(text)
    return len(text) < 60 and found is not None and found.end() == len(text)


def _parts(facts: Facts, found: list[str]) -> list[str]:
    """The steps of a trail, up to the first line that belongs to something else."""
    found = [cell for line in found for cell in line.split("\t") if cell]
    start = next((i for i, line in enumerate(found[:4]) if TRAIL_LABEL.match(line)), None)
    if start is None:
        trail = [line for line in found[:1] if _HOME.match(_BREAKS.split(line.strip())[0])]
        if not trail:
            return []
        start, label = 0, False
    else:
        label = True
        found[start] = found[start][TRAIL_LABEL.match(found[start]).end() :]  # type: ignore[union-attr]
    parts: list[str] = []
    joined = True
    marked = False
    for line in found[start:]:
        begins, ends = bool(_BREAKS.match(line)), bool(re.search(r"(?:[>›»→＞/\\|·-])\s*$", line))
        steps = [step.strip() for step in _BREAKS.split(line) if step.strip()]
        if parts and marked and not (joined or begins):
            break
        if any(len(step) > _LONGEST or is_widget(step) for step in steps):
            break
        marked = marked or begins or ends or len(steps) > 1
        joined = ends or not steps
        for step in steps:
            if facts.is_title(step):
                return parts
            parts.append(step)
    return parts if label or marked or len(parts) > 1 else []


def column_metadata(facts: Facts) -> str | None:
    return facts.page.meta.get("columnname")


CHANNEL = (("breadcrumb", breadcrumb), ("metadata ColumnName", column_metadata))
