"""The links of a page that may be rows of a list: where each leads, what its whole title is, what stands beside it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lawcrawl.extract.document import UNSEEN, Element, Page, inner_text, once_a_page, parse
from lawcrawl.extract.turns import turn_of
from lawcrawl.normalize import clean_title, parse_date, squeeze, url_key

MAX_LINKS = 50_000
_NO_ROW = re.compile(
    r"^[\[【(（]?\s*(?:\W*更多\W*|more|首页|尾页|末页|[上下前后]一?页|返回.{0,4}|网站首页|[\d\s]+|\W+|RSS|English|无障碍|登录|注册|打印|关闭)[>》»\]】)）\s]*$",
    re.I,
)
_MORE = re.compile(
    r"^\W*(?:(?:查看|阅读|点击|了解|浏览)?(?:更多|详情|全文|详细|原文|内容|正文|下载|附件|查看|进入)|详细(?:内容|信息)|查看|more|detail)\W*$",
    re.I,
)
_CATEGORY = re.compile(r"^\s*[\[【〔].{1,12}[\]】〕]\s*$")
_LED_BY_CATEGORY = re.compile(r"^\s*[\[【〔].{1,12}[\]】〕]\s*")
_CUT = re.compile(r"(?:\.{2,}|…+)$")
_PRESSED = (
    "descendant::a | descendant::*[self::li or self::tr or self::dl or self::dd or self::div or self::p]"
    "[@onclick][not(descendant::a)]"
)
_DATE_BESIDE = re.compile(
    r"^\(?(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?\)?\s+(?=\D)|\s+(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?$"
)
_TOLD = re.compile(r"^\s*(?:文章|信息)?(?:标题|名称|题目)\s*[:：]\s*")
_TOLD_NEXT = re.compile(
    r"\s*(?:[\r\n]|(?:发布|更新|录入|添加|发表)(?:时间|日期|人|者)\s*[:：]|(?:作者|点击(?:数|次数)?|阅读次数|时间|日期)\s*[:：])"
)
_DAY = re.compile(r"\s*(?:\d{1,2}日?|\d{4}[-/.年]\d{1,2}月?)\s*")
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.S)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
ROW_TAGS = frozenset(("li", "tr", "dl", "article", "section"))
FEW = 8
"""Links in one row, with its category, its office, its related reading; more is no row."""


@dataclass(slots=True)
class Candidate:
    """One link that may be a row, with the element that would be its row."""

    link: Element
    row: Element
    title: str
    url: str
    date: str | None = None
    has_day: bool = False
    """A day without its year is shown, and nothing tells the year."""
    text: str = ""
    order: int = 0
    """Its place among the links of the page."""


def candidates(page: Page) -> list[Candidate]:
    """Every link with a title, in the page's order, but those that only serve another of the same row."""
    found: list[Candidate] = []
    for root in roots(page):
        for link in islice(pressed(root, page), MAX_LINKS):
            if candidate := candidate_of(link, page):
                candidate.order = len(found)
                found.append(candidate)
    return leading(found)


def pressed(root: Element, page: Page) -> Iterable[Element]:
    """The links, and what opens a page when it is clicked without holding any."""
    if "onclick" not in page.html:
        return root.iter("a")
    found: list[Element] = root.xpath(_PRESSED)
    return found


def unread(page: Page) -> str | None:
    """That a page has more links than are looked at; None where it has not."""
    if next(islice(page.tree.iter("a"), MAX_LINKS, None), None) is None:
        return None
    return f"the page has more than {MAX_LINKS} links: those after them were not looked at"


@once_a_page
def roots(page: Page) -> list[Element]:
    """The page, and its rows that stand as XML in a script (Hanweb's ``<datastore>``)."""
    rows = "".join(_RECORD.findall(page.html)) if "<datastore>" in page.html else ""
    return [page.tree, parse(f"<div class='datastore'>{rows}</div>")] if rows else [page.tree]


def candidate_of(link: Element, page: Page) -> Candidate | None:
    url = address_of(link, page)
    if url is None:
        return None
    title = title_of(link)
    if title is None or _NO_ROW.match(title):
        return None
    if page.url and url_key(url) == url_key(page.url):
        return None
    return Candidate(link, link, title, url)


def address_of(link: Element, page: Page) -> str | None:
    """Where a link leads, be it by its ``href`` or by an address that its ``onclick`` opens or a function makes."""
    return page.absolute(link.get("href")) or turn_of(link, page)


def leading(found: list[Candidate]) -> list[Candidate]:
    """Without the links that serve another link of their row: its category, its office, "查看更多"."""
    homes: dict[Element, list[Candidate]] = defaultdict(list)
    places: Counter[str] = Counter()
    for candidate in found:
        home = home_of(candidate.link)
        if home is None:
            continue
        if all(other.url != candidate.url for other in homes[home]):
            places[candidate.url] += 1
        homes[home].append(candidate)
    serving: set[int] = set()
    for links in homes.values():
        if 1 < len(links) <= FEW:
            minor = [serves(candidate, places) for candidate in links]
            if not all(minor):
                serving |= {
                    id(candidate) for candidate, is_minor in zip(links, minor, strict=True) if is_minor
                }
    return [candidate for candidate in found if id(candidate) not in serving]


def home_of(link: Element) -> Element | None:
    for depth, above in enumerate(link.iterancestors()):
        if above.tag in ROW_TAGS:
            return above
        if depth > 6:
            break
    return None


def serves(candidate: Candidate, places: Counter[str]) -> bool:
    """Whether a link looks like one that stands in many rows, or bears a mark instead of a title."""
    before = candidate.link.getprevious()
    text_before = (
        before.tail if before is not None else getattr(candidate.link.getparent(), "text", "")
    ) or ""
    bracketed = text_before.rstrip()[-1:] in ("[", "【", "〔") and (candidate.link.tail or "").lstrip()[
        :1
    ] in (
        "]",
        "】",
        "〕",
    )
    return bool(
        bracketed
        or places[candidate.url] > 1
        or _CATEGORY.match(candidate.title)
        or _MORE.match(candidate.title)
        or (parse_date(candidate.title) and _DAY.sub("", candidate.title) == "")
    )


def title_of(link: Element) -> str | None:
    """The whole title: the ``title`` attribute where it goes on after the text shown, or drops a category before it."""
    shown = clean_title(_DATE_BESIDE.sub("", own_text(link)))
    tip = link.get("title")
    whole = clean_title(_TOLD_NEXT.split(_TOLD.sub("", tip[:2000]), maxsplit=1)[0]) if tip else None
    if whole is None:
        return shown
    if shown is None:
        return whole
    stem = re.sub(r"\s", "", _CUT.sub("", shown).strip())
    bare = re.sub(r"\s", "", whole)
    if _LED_BY_CATEGORY.sub("", stem) == bare:
        return whole
    return whole if len(bare) >= len(stem) and stem[:6] in bare else shown


def own_text(link: Element) -> str:
    """The link's text without a date, a category or a summary that stands in it as an element of its own."""
    heading = next((h for h in link.iter(*_HEADINGS)), None)
    if heading is not None and (named := squeeze(inner_text(heading))):
        return named
    parts = [link.text or ""]
    for child in link:
        said = inner_text(child)
        if child.tag not in UNSEEN and not _is_beside(said):
            parts.append(said)
        parts.append(child.tail or "")
    return " ".join(text for part in parts if (text := squeeze(part)))


def _is_beside(text: str) -> bool:
    if len(text) > 60:
        return False
    bare = text.strip()
    return bool(_CATEGORY.match(bare) or _DAY.fullmatch(bare) or (len(bare) < 24 and parse_date(bare)))


def one_a_row(found: list[Candidate]) -> list[Candidate]:
    """Each address once in a row, under the title that heads it; each row once."""
    kept: dict[tuple[str, Element], Candidate] = {}
    for candidate in found:
        first = kept.setdefault((candidate.url, candidate.row), candidate)
        if first is not candidate and better_title(candidate, first):
            first.title, first.link = candidate.title, candidate.link
    seen: set[str] = set()
    return [c for c in kept.values() if not (c.url in seen or seen.add(c.url))]  # type: ignore[func-returns-value]


def better_title(later: Candidate, first: Candidate) -> bool:
    """Whether a second link to one address names it better: as a heading, or whole where the first is cut or mute."""
    if heads(later.link) != heads(first.link):
        return heads(later.link)
    if _MORE.match(later.title) or _MORE.match(first.title):
        return not _MORE.match(later.title)
    if not squeeze(inner_text(first.link)):
        return bool(squeeze(inner_text(later.link)))
    stem = _CUT.sub("", first.title)
    return stem != first.title and later.title.startswith(stem)


def heads(link: Element) -> bool:
    around: Iterator[Element] = link.iterancestors()
    return any(above.tag in _HEADINGS for _, above in zip(range(3), around, strict=False)) or any(
        link.iter(*_HEADINGS)
    )
