"""The whole title, from an ordered list of places to look."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from lawcrawl.extract.document import Element, classes, lines, text_of
from lawcrawl.extract.labels import DATE_LABEL, SOURCE_LABEL
from lawcrawl.normalize import parse_date, squeeze

if TYPE_CHECKING:
    from lawcrawl.extract.facts import Facts

_TITLE_CUT = re.compile(r"\s*(?:_{1,3}|\s-+\s|-{1,2}(?=[^-]*$)|\||｜|—{2}(?=[^—]*$))\s*")
_HEADING = re.compile(r"title|\bbt\b|tit\b|arti_|headline|biaoti")


def bare(text: str) -> str:
    """Without white space: how titles are held against each other."""
    return re.sub(r"\s", "", text)


def heading(facts: Facts) -> str | None:
    """A heading that the page's own name or metadata confirms."""
    meta = bare(facts.page.meta.get("articletitle", ""))
    name = bare(facts.page.tree.findtext(".//title") or "")
    site = bare(facts.page.meta.get("sitename", ""))
    best = None
    for element in facts.page.tree.iter("h1", "h2", "h3", "div", "p", "td", "span", "ucaptitle", "li"):
        simple = element.tag in ("h1", "h2", "h3", "ucaptitle")
        if not simple and not _HEADING.search(classes(element)):
            continue
        text = squeeze(" ".join(element.itertext("*"))) if simple or len(element) < 12 else None
        plain = bare(text or "")
        if not 6 <= len(plain) <= 200:
            continue
        if plain == site:
            continue
        if plain == meta or (
            len(plain) > 8 and plain in name and (best is None or len(plain) > len(bare(best)))
        ):
            best = _joined(element)
            if plain == meta:
                break
    return best


def _joined(element: Element) -> str:
    """A heading broken over lines is one: Chinese needs no space between."""
    if not len(element):
        return element.text or ""
    return re.sub(r"(?<=[\u4e00-\u9fff，、：；])\n+(?=[\u4e00-\u9fff“《（])", "", "\n".join(lines(element)))


def title_metadata(facts: Facts) -> str | None:
    return facts.page.meta.get("articletitle") or facts.page.meta.get("og:title")


def document_title(facts: Facts) -> str | None:
    """``<title>`` without the names of site and column."""
    name = squeeze(facts.page.tree.findtext(".//title"))
    if not name:
        return None
    part = _TITLE_CUT.split(name)[0].strip()
    site = facts.page.meta.get("sitename", "")
    known = {bare(site), bare(facts.page.meta.get("columnname", ""))}
    if not part or bare(part) in known or len(part) < 6 or not _shown(facts, part):
        return None
    return part


def _shown(facts: Facts, text: str) -> bool:
    plain = bare(text)
    return any(plain in bare(line) for line in facts.outside) or bool(
        facts.body is not None and plain in bare("".join(facts.inside)[:600])
    )


def first_heading(facts: Facts) -> str | None:
    """The only ``<h1>`` of the page."""
    found = [text for h in facts.page.tree.iter("h1") if (text := squeeze(text_of(h)))]
    site = bare(facts.page.meta.get("sitename", ""))
    found = [text for text in found if len(text) >= 4 and bare(text) != site]
    return found[0] if len(found) == 1 and facts.body is not None else None


def line_above_information(facts: Facts) -> str | None:
    """The line over the one that tells date and source."""
    shown = facts.outside[:40] or facts.inside[:12]
    for index, line in enumerate(shown[1:], 1):
        if len(line) < 200 and parse_date(line) and (SOURCE_LABEL.search(line) or DATE_LABEL.search(line)):
            above = shown[index - 1]
            return above if 6 <= len(above) <= 120 else None
    return None


TITLE: tuple[tuple[str, Callable[[Facts], str | None]], ...] = (
    ("heading", heading),
    ("metadata ArticleTitle", title_metadata),
    ("document title", document_title),
    ("first heading", first_heading),
    ("line above the information line", line_above_information),
)
