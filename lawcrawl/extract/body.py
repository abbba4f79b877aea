"""The body of an article: which element holds it, its paragraphs, its sanitized markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import nh3
from lxml import etree

from lawcrawl.extract.document import UNSEEN, Element, Page, classes, hidden

# Marks that content systems set on the body, the most specific first (field notes of the families).
MARKS = tuple(
    """
    trs_editor trs_ueditor trs_editor_view ucap-content ucapcontent vsb_content vsb_content_2 v_news_content
    wp_articlecontent j-fontcontent ivs_content zoomcon zoom info_content js_content article_content
    article-content artcontent pages_content news_content newscontent content_article con_text
    detail-content detail_content view_content wenzhang-content
    """.split()
)
_LINES_OF_NO_TEXT = re.compile(
    r"^(?:[\[【(（]?\s*(?:打印|关闭|关闭窗口|打印本页|打印文章|返回顶部|分享到?|收藏|下载|扫一扫.{0,20}|"
    r"上一[篇条].{0,80}|下一[篇条].{0,80}|相关(?:链接|阅读|附件|新闻)|附件下载|打印\s*关闭|字体.{0,10}|"
    r"视力保护色.{0,6}|用微信.{0,40}|返回列表)\s*[:：]?\s*[\]】)）]?)+$"
)
_TAIL = re.compile(
    r"^[（(【\[]?\s*(?:责任编辑|编\s*辑|来\s*源|稿源|审\s*核|作\s*者|信息来源|发布(?:日期|时间)|附\s*件|相关(?:附件|文章|链接|阅读|稿件|文件)|"
    r"上一[篇条]|下一[篇条])\s*[:：]?(?!.{41})|扫一扫|分享(?:到|本页|至)|点击右上角|选择在浏览器中打开|打印本|关闭窗口|我要纠错|【打印|【关闭"
)
_SENTENCE = re.compile("[，。；：、！？]")
_NOT_BODY = re.compile(
    r"nav|foot|head|menu|crumb|position|share|relat|recommend|sidebar|aside|search|login|copyright|links|toolbar|"
    r"comment|banner|pager|page_?bar|logo"
)
_COMMENT_START = re.compile(r"content\.begin|ContentStart|正文开始|begin-->", re.I)
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


def find_body(page: Page) -> Element | None:
    """The element that holds the article's text; None where the page has none."""
    marked = _marked(page)
    return marked if marked is not None else _densest(page)


def _marked(page: Page) -> Element | None:
    """The element with the best of the known marks; of two copies the first that is seen."""
    found: dict[str, list[Element]] = {}
    for element in page.tree.iter("div", "td", "section", "article", "ucapcontent"):
        if element.tag == "ucapcontent":
            found.setdefault("ucapcontent", []).append(element)
            continue
        names = classes(element).split()
        for name in names:
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
    return sum(len(text) - text.count(" ") for text in map(str.strip, element.itertext("*")) if text)


def _densest(page: Page) -> Element | None:
    """The block with the most running text for its links, found in one pass over the page's texts."""
    scores: dict[Element, float] = {}
    for node, text in _texts(page.tree):
        value = len(text) / 10 + 3 * len(_SENTENCE.findall(text))
        block: Element | None = node
        for share in (1.0, 1.0, 0.6, 0.3):
            block = _block_above(block)
            if block is None:
                break
            scores[block] = scores.get(block, 0.0) + value * share
    best: Element | None = None
    best_score = 0.0
    for block, score in scores.items():
        if _NOT_BODY.search(classes(block)) or block.tag == "body":
            score *= 0.3
        if score > best_score * 1.05:
            best, best_score = block, score
    return best if best_score >= 6 else None


def _block_above(node: Element | None) -> Element | None:
    node = node.getparent() if node is not None else None
    while node is not None and node.tag in ("p", "span", "font", "strong", "b", "a", "em", "tr", "tbody"):
        node = node.getparent()
    return node


def _texts(root: Element) -> Iterator[tuple[Element, str]]:
    """Running text and the element it stands in; links and what is not shown are passed over."""
    for node in root.iter(etree.Element):
        tag = node.tag
        if tag not in UNSEEN and tag != "a" and node.text and len(text := node.text.strip()) > 1:
            yield (node if tag in ("p", "span") else _Inside(node)), text  # type: ignore[misc]
        parent = node.getparent()
        if not node.tail or parent is None or parent.tag in UNSEEN or parent.tag == "a":
            continue
        if len(tail := node.tail.strip()) > 1:
            yield (parent if parent.tag in ("p", "span") else _Inside(parent)), tail  # type: ignore[misc]


class _Inside:
    """Text that stands directly in a block counts for the block itself."""

    __slots__ = ("block",)

    def __init__(self, block: Element) -> None:
        self.block = block

    def getparent(self) -> Element:
        return self.block


def paragraphs(found: list[str]) -> list[str]:
    """The lines of a body without print links and the like; a body printed twice is one."""
    return _once([line for line in found if not _LINES_OF_NO_TEXT.match(line)])


def trimmed(found: list[str], is_head: Callable[[list[str], int], bool]) -> tuple[list[str], list[str]]:
    """A body's own paragraphs, and what stands around them inside the same element.

    Sites put the labelled table, the heading and the information line over the text, and labels, share boxes
    and related links under it; ``is_head`` tells whether the line of an index may stand over a text.
    """
    start, end = 0, len(found)
    while start < end and is_head(found, start):
        start += 1
    while end > start and _TAIL.search(found[end - 1]) and len(found[end - 1]) < 120:
        end -= 1
    return found[start:end], [*found[:start], *found[end:]]


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _once(found: list[str]) -> list[str]:
    """A body printed twice is one body."""
    half = len(found) // 2
    if half and len(found) % 2 == 0 and found[:half] == found[half:] and sum(map(len, found)) > 80:
        return found[:half]
    return found


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
