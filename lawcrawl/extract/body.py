"""The body of an article: which element holds it, its paragraphs, its sanitized markup."""

from __future__ import annotations

import copy
import re

import nh3
from lxml import etree

from lawcrawl.extract import running
from lawcrawl.extract.document import BLOCKS, Element, Page, classes, hidden, holding, inner_text, lines
from lawcrawl.normalize import bare

# Marks that content systems set on the body, the most specific first (field notes of the families).
MARKS = tuple(
    """
    trs_editor trs_ueditor trs_editor_view ucap-content ucapcontent vsb_content vsb_content_2 v_news_content
    wp_articlecontent j-fontcontent ivs_content zoomcon zoom info_content js_content article_content
    article-content artcontent pages_content news_content newscontent content_article con_text
    detail-content detail_content view_content wenzhang-content
    """.split()
)
_TEXTS = frozenset(
    "p span font strong b em i u a h1 h2 h3 h4 h5 h6 li dt dd center pre blockquote label".split()
)
_LEAST = 6.0
TAGS = set(
    """
    p br div span b strong i em u s sub sup h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre hr a img
    table thead tbody tfoot tr td th caption figure figcaption
    """.split()
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}


def find_body(page: Page, headings: list[Element]) -> tuple[Element | None, list[Element]]:
    """The element that holds the article's text, None where the page has none; and boxes that are none of the text.

    ``headings`` are the elements that show the title: the text stands below one of them.
    """
    marked = _marked(page)
    if marked is not None:
        return marked, []
    found = running.read(page.tree, headings)
    return _below(page.tree, headings, found), found.boxes()


def _marked(page: Page) -> Element | None:
    """The element with the best of the known marks; of two copies the first that is seen."""
    found: dict[str, list[Element]] = {}
    for element in page.tree.iter("div", "td", "section", "article", "ucapcontent"):
        if element.tag == "ucapcontent":
            found.setdefault("ucapcontent", []).append(element)
            continue
        for name in page.marks[element].split():
            if name in _MARK_SET:
                found.setdefault(name, []).append(element)
    for mark in MARKS:
        for element in found.get(mark, ()):
            if not _hidden_anywhere(element) and (
                _weight(element) >= 20 or element.find(".//img") is not None
            ):
                return element
    return None


_MARK_SET = frozenset(MARKS)


def _hidden_anywhere(element: Element) -> bool:
    return hidden(element) or any(hidden(above) for above in element.iterancestors())


def _weight(element: Element) -> int:
    """Characters inside, white space aside."""
    return len(bare(inner_text(element)))


def _below(root: Element, headings: list[Element], found: running.Running) -> Element | None:
    """The element with the running text, found from the root downwards.

    Each step goes to the child with the most text. What it leaves behind decides whether it is taken: over the
    title anything may be left; where the title stands beside the child, a smaller part; under it, nothing.
    """
    titled = holding(headings)
    scores, solid = found.scores, found.solid
    here = root
    if scores.get(root, 0.0) < (0.1 if headings else _LEAST):
        return None
    split = not titled
    while True:
        inner = [child for child in here if child in scores]
        if not inner:
            return here
        best = max(inner, key=scores.__getitem__)
        with_title = [child for child in inner if child in titled and child not in headings]
        near = next(
            (child for child in with_title if child in solid or scores[child] >= 0.3 * scores[best]), None
        )
        if near is not None:
            here = near
            continue
        left = scores[here] - scores[best]
        if left > 0.01:
            leaf = best.tag in _TEXTS or not any(
                child in scores and child.tag not in _TEXTS for child in best
            )
            allowed = 0.4 if (split or here in titled) and not (leaf and _is_paragraph(best)) else 0.0
            if left > allowed * scores[here] or _goes_on(best, scores):
                return here
        elif best.tag in _TEXTS and here not in titled and here.tag not in ("html", "body"):
            return here
        here = best


def _goes_on(element: Element, scores: dict[Element, float]) -> bool:
    """Whether the element is one of several sections of a kind."""
    kind = re.sub(r"\d", "", classes(element))
    beside = (
        next((e for e in element.itersiblings(preceding=way) if e in scores), None) for way in (True, False)
    )
    return any(
        e is not None and e.tag == element.tag and re.sub(r"\d", "", classes(e)) == kind for e in beside
    )


def _is_paragraph(element: Element) -> bool:
    """One paragraph among others: its text has no breaks of its own."""
    return element.tag in _TEXTS or next(element.iter("p", "br", "table"), None) is None


def once(found: list[str]) -> list[str]:
    """A body printed twice is one body."""
    half = len(found) // 2
    if half and len(found) % 2 == 0 and found[:half] == found[half:] and sum(map(len, found)) > 80:
        return found[:half]
    return found


def pruned(body: Element, before: int, after: int, aside: frozenset[int]) -> Element:
    """A copy of the body without its first and last lines, and without what is none of the text (by its place)."""
    clean = copy.deepcopy(body)
    clean.tail = None
    for place, element in enumerate(list(clean.iter())):
        if place in aside:
            _cut(element)
    _drop(clean, before, forwards=True)
    _drop(clean, after, forwards=False)
    return clean


def _drop(element: Element, count: int, *, forwards: bool) -> int:
    """Take ``count`` lines from one end of the element; how many of them are left to take."""
    for child in list(element) if forwards else list(reversed(element)):
        if count <= 0:
            break
        if not isinstance(child.tag, str):
            continue
        inside = len(lines(child))
        if inside <= count:
            count -= inside
            if inside or child.tag in BLOCKS:
                _cut(child)
        elif len(child):
            count = _drop(child, count, forwards=forwards)
        else:
            break
    return count


def _cut(element: Element) -> None:
    """Remove the element and keep the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def sanitized(body: Element, page: Page) -> str | None:
    """The body's markup with nothing that acts: no script, style or handler; addresses absolute."""
    markup = etree.tostring(body, encoding="unicode", method="html", with_tail=False)
    clean = nh3.clean(
        markup,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel=None,
        clean_content_tags={"script", "style", "iframe", "object", "noscript", "textarea", "select"},
        attribute_filter=lambda tag, name, value: page.absolute(value) if name in ("href", "src") else value,
    )
    return clean.strip() or None
