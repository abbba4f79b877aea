"""The whole title, from an ordered list of places to look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lawcrawl.extract.document import Element, Page, hidden, holding, inner_text, lines, text_of
from lawcrawl.extract.furniture import LONGEST_DATE, is_colophon, is_date, is_information
from lawcrawl.extract.headline import HEADING, joined, prominent
from lawcrawl.extract.labels import read_labels
from lawcrawl.extract.names import is_site_name
from lawcrawl.normalize import bare, parse_doc_number, squeeze

if TYPE_CHECKING:
    from lawcrawl.extract.facts import Facts

_TITLE_CUT = re.compile(r"\s*(?:_{1,3}|\s-+\s|-{1,2}(?=[^-]*$)|\||｜|—{2}(?=[^—]*$))\s*")
_PART_END = re.compile(r"\s*(?:_+|-+|—{1,2}|[|｜·•])\s*|\s+")
_NO_TITLE = re.compile(r"^(?:首页|网站首页|主页|正文|详细内容|详情|信息详情|内容页|当前位置.*)$")
_BRACKETED_END = re.compile(r"\s*[（(【\[〔].{4,40}[)）】\]〕]$")
_TITLE_LABELS = ("标题", "信息名称", "公文名称", "文件名称")
SHORT_NAME = 8
_BLOCKS = (
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "div",
    "p",
    "td",
    "ucaptitle",
    "li",
    "center",
    "span",
    "strong",
    "b",
    "font",
)


def heading(facts: Facts) -> str | None:
    """A heading that the page's own name or metadata confirms."""
    meta = bare(facts.page.meta.get("articletitle", ""))
    name = bare(facts.page.name)
    site = bare(facts.page.meta.get("sitename", ""))
    best = None
    marks = facts.page.marks
    for element in facts.page.tree.iter("h1", "h2", "h3", "div", "p", "td", "span", "ucaptitle", "li"):
        simple = element.tag in ("h1", "h2", "h3", "ucaptitle")
        if not simple and not ((named := marks[element]) and HEADING.search(named)):
            continue
        text = squeeze(inner_text(element)) if simple or len(element) < 12 else None
        plain = bare(text or "")
        if not 2 <= len(plain) <= 200 or plain == site or _in_link(element):
            continue
        if plain == meta:
            return joined(element)
        if _may_name_more(plain):
            continue
        if simple and plain == name:
            return joined(element)
        if plain in name and (best is None or len(plain) > len(bare(best))):
            best = joined(element)
        elif element.tag == "h1" and best is None and name and (longer := _longer(element, name)):
            best = longer
    return best


def _may_name_more(plain: str) -> bool:
    """Whether a name is as short as a column's or like a site's: its looks must tell whether it is the article's."""
    return len(plain) <= SHORT_NAME or is_site_name(plain)


def _longer(element: Element, name: str) -> str | None:
    """The heading's own first line where the page's name is a part of it, or it is the name's first part."""
    first = next(iter(lines(element)), "")
    plain = bare(first)
    part = bare(_TITLE_CUT.split(name)[0])
    whole = len(part) > 8 and plain.startswith(part) and len(plain) <= len(part) + 40
    return first if (whole and not is_information(first)) or (len(plain) > 8 and plain == part) else None


def title_metadata(facts: Facts) -> str | None:
    return facts.page.meta.get("articletitle") or facts.page.meta.get("og:title")


def document_title(facts: Facts) -> str | None:
    """``<title>`` without the names of site and column: its longest part that is a line of the page."""
    name = squeeze(facts.page.name)
    if not name:
        return None
    known = {bare(facts.page.meta.get(key, "")) for key in ("sitename", "columnname")}
    seen = {bare(line): line for line in reversed(facts.shown) if len(line) <= 200}
    for part in _parts(name):
        plain = bare(part)
        if plain not in seen or plain in known or _may_name_more(plain) or _NO_TITLE.match(plain):
            continue
        if _is_heading(facts, plain):
            return part
    first = _TITLE_CUT.split(name)[0].strip()
    if not first or bare(first) in known or _may_name_more(bare(first)):
        return None
    return first if _stands_in(facts, bare(first)) else None


def title_in_table(facts: Facts) -> str | None:
    """What the disclosure table gives as the document's name, where that is more than a word."""
    labels = read_labels(facts.shown)
    return next(
        (labels[name] for name in _TITLE_LABELS if len(bare(labels.get(name, ""))) > SHORT_NAME), None
    )


def _stands_in(facts: Facts, plain: str) -> bool:
    """Whether the text is most of a line of the page, or stands over several; links do not count."""
    if any(bare(inner_text(link)) == plain for link in facts.page.tree.iter("a")):
        return False
    found = [bare(line) for line in facts.shown if len(line) <= 200 and not is_colophon(line)]
    if any(plain in line and len(plain) >= 0.6 * len(line) for line in found):
        return True
    return len(plain) >= 12 and plain in "".join(found)


def _is_heading(facts: Facts, plain: str) -> bool:
    """Whether the line with that text is more than a link of the navigation or the site's own name."""
    return any(bare(text_of(e)) == plain for e in headings(facts.page, plain))


def _parts(name: str) -> Iterator[str]:
    """Runs of the name's parts, the longest first."""
    cuts = [(0, 0), *((m.start(), m.end()) for m in _PART_END.finditer(name)), (len(name), len(name))][:12]
    runs = {
        name[begin[1] : end[0]]
        for i, begin in enumerate(cuts)
        for end in cuts[i + 1 :]
        if end[0] - begin[1] >= 4
    }
    yield from sorted(runs, key=lambda run: (-len(run), name.index(run)))


def _in_link(element: Element) -> bool:
    """Whether all of the heading is a link: the site's name over its page."""
    return next(element.iterancestors("a"), None) is not None or (
        len(element) == 1 and element[0].tag == "a" and not (element.text or "").strip()
    )


TITLE: tuple[tuple[str, Callable[[Facts], str | None]], ...] = (
    ("heading", heading),
    ("metadata ArticleTitle", title_metadata),
    ("document title", document_title),
    ("labelled table", title_in_table),
    ("prominent line", prominent),
)


def headings(page: Page, title: str | None) -> list[Element]:
    """The elements whose whole text is ``title``, be it with a date behind it; links and hidden copies aside."""
    wanted = bare(title or "")
    if not wanted:
        return []
    around = holding(_holders(page, wanted[0]))
    return [
        element
        for element in page.tree.iter(*_BLOCKS)
        if element in around and _is_text(element, wanted) and not _of_list(element)
    ]


def _holders(page: Page, letter: str) -> Iterator[Element]:
    """The elements in which a letter stands."""
    for element in page.elements:
        if letter in (element.text or ""):
            yield element
        elif letter in (element.tail or "") and (holder := element.getparent()) is not None:
            yield holder


def _is_text(element: Element, wanted: str) -> bool:
    """Whether the element's text is ``wanted``, or that and a date; the first piece that differs decides."""
    seen, behind = 0, ""
    for piece in element.itertext("*"):
        plain = bare(piece)
        if seen < len(wanted):
            if not wanted.startswith(plain, seen):
                return False
            seen += len(plain)
        else:
            behind += plain
            if len(behind) > LONGEST_DATE:
                return False
    return seen == len(wanted) and (not behind or is_date(behind))


def _of_list(element: Element) -> bool:
    """Whether the element is or holds a link, or is a hidden copy."""
    around = (element, *element.iterancestors())
    return next(element.iter("a"), None) is not None or any(
        above.tag in ("a", "head") or hidden(above) for above in around
    )


def without_number(title: str) -> str:
    """A title without the bracketed document number at its end."""
    return _BRACKETED_END.sub("", title)


def caption(facts: Facts) -> list[str]:
    """The heading that stands directly over a body which is a table: the table's name, of the text like its rows.

    It may lack the bracketed number that ends the title; nothing but that number may stand between.
    """
    title = facts.title or ""
    if facts.body is None or not title or next(facts.body.iter("table"), None) is None:
        return []
    names = (bare(title), bare(without_number(title)))
    for inner in (facts.body, *facts.body.iterancestors()):
        for above in inner.itersiblings(preceding=True):
            text = text_of(above) if isinstance(above.tag, str) else ""
            if bare(text) in names:
                return lines(above)
            if text and not (len(text) < 40 and parse_doc_number(text)):
                return []
    return []
