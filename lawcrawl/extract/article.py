"""An article page's facts, each from an ordered list of places to look.

What a reader sees comes first: the information line and the labelled table, then the metadata
(《政府网站发展指引》, 国办发〔2017〕47号), then the address. The first place that gives a valid value wins and its
name stands in ``Article.evidence``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cached_property

from lawcrawl.extract.attachments import find_attachments, find_images
from lawcrawl.extract.body import find_body, paragraphs, sanitized, trimmed
from lawcrawl.extract.document import Element, Page, classes, lines, text_of
from lawcrawl.items import Article
from lawcrawl.normalize import clean_label, clean_title, parse_count, parse_date, parse_doc_number, squeeze

_NOT_AFTER_HAN = r"(?<![\u4e00-\u9fff])"
_DATE_LABEL = re.compile(
    _NOT_AFTER_HAN
    + r"(?:发布时间|发布日期|时间发布|发表时间|发表日期|公布日期|发文时间|添加时间|录入时间|更新时间|更新日期|信息时间|时\s?间|日\s?期)"
    r"\s{0,2}[:：]"
)
_SOURCE_LABEL = re.compile(
    _NOT_AFTER_HAN
    + r"(?:信息来源|稿件来源|文章来源|新闻来源|稿源|来\s{0,4}源|出\s{0,2}处|供\s{0,2}稿)\s{0,2}[:：]"
)
_AUTHOR_LABELS = tuple(
    re.compile(_NOT_AFTER_HAN + label + r"\s{0,2}[:：]")
    for label in (
        r"作\s{0,4}者",
        r"责任编辑",
        r"编\s{0,4}辑",
        r"撰\s{0,2}稿人?",
        r"记\s{0,2}者",
        r"通讯员",
        r"审\s{0,2}核",
    )
)
_COUNT_LABEL = re.compile(
    r"(?:浏览次数|浏览量|浏览|点击次数|点击数|点击量|点击率|点击|阅读次数|阅读量|阅读数|阅读|访问次数|访问量|人气|已阅|已浏览)\s{0,2}[:：]?\s{0,2}"
)
_COUNTED = re.compile(r"(?:[览击率量数气问读]|已阅|次数)\s{0,2}[:：]?\s{0,2}[\[【(（]?\s*[\d０-９]")
_SITE_WIDE = re.compile("总访问|本站|网站访问|您是第|今日访问|累计访问|总浏览")
_LABELLED = re.compile(
    r"^(?:发布|公布|发表|更新|签署)(?:时间|日期)\s*[:：]|时间发布\s*[:：]|(?:信息|稿件|文章)?来\s*源\s*[:：].*(?:时间|日期|浏览|\d{4})|^(?:信息|文章)?来源[:：]"
)
# Where a value of the information line ends.
_VALUE_END = re.compile(
    r"\s*(?:[|｜]|[【\[]\s*(?:字|打|大|关|分|收|浏)|(?:字体|字号|浏览|阅读|点击|访问|打印|下载|收藏|分享|文章类型|责任编辑|责编|作\s*者|编\s*辑|记\s*者|审\s*核|"
    r"撰\s*稿|发布|时\s*间|日\s*期|来\s*源|信息来源|人气|字数|录入|更新|关键字|关键词|扫一扫)|\d{4}[-/年.]\d{1,2}[-/月.]|[（(]?\s*$)"
)
_ONLY_MARKS = re.compile(r"^[\W_]+$")
_ORGANISATION = re.compile(r"[局厅部委网办处院所会社报台中心政府]$")
_BYLINE = re.compile(r"[（(](?:记者|通讯员|作者|撰稿|供稿)?[:：\s]{0,2}([\u4e00-\u9fff]{2,3})[)）]\s*$")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方"
    "白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧阳欧"
)
_URL_DATES = (
    re.compile(r"/t(20\d{2})(\d{2})(\d{2})_"),
    re.compile(r"/(20\d{2})[-/](\d{1,2})[-/](\d{1,2})/"),
    re.compile(r"/(20\d{2})(\d{2})(\d{2})/"),
    re.compile(r"/(20\d{2})/(\d{2})(\d{2})/"),
)

# Labels of the disclosure table that heads a document (field notes).
TABLE_LABELS = frozenset(
    [
        "索引号",
        "索取号",
        "信息索引",
        "信息索引号",
        "主题分类",
        "体裁分类",
        "信息分类",
        "分类",
        "发文机关",
        "发文机构",
        "发文单位",
        "发布机构",
        "发布单位",
        "公开主体",
        "制发机关",
        "发文字号",
        "文号",
        "文件编号",
        "公文编号",
        "标题",
        "名称",
        "信息名称",
        "成文日期",
        "生成日期",
        "发文日期",
        "发布日期",
        "发布时间",
        "公开日期",
        "生效日期",
        "实施日期",
        "施行日期",
        "废止日期",
        "失效日期",
        "有效性",
        "时效性",
        "效力状态",
        "公开方式",
        "公开形式",
        "公开时限",
        "公开范围",
        "公开责任部门",
        "责任部门",
        "关键词",
        "主题词",
        "服务对象",
        "组配分类",
        "办文部门",
        "备注",
    ]
)
_DOC_LABELS = ("发文字号", "文号", "文件编号", "公文编号")
_ISSUER_LABELS = ("发布机构", "发文机关", "发文机构", "发文单位", "发布单位", "制发机关", "公开主体")
_DATE_LABELS = ("发布日期", "发布时间", "公开日期")
_BREADCRUMB = re.compile(
    r"^\s*(?:您)?(?:现在|当前)?(?:所在)?(?:的)?(?:位\s?置|当前位置|栏目)\s*(?:是|为)?\s*[:：]?\s*"
)
_SEPARATORS = re.compile(r"\s*(?:>>|>|›|»|→|＞|/|-&gt;)\s*")
_TITLE_CUT = re.compile(r"\s*(?:_{1,3}|\s-+\s|-{1,2}(?=[^-]*$)|\||｜|—{2}(?=[^—]*$))\s*")
_HEADING = re.compile(r"title|\bbt\b|tit\b|arti_|headline|biaoti")


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
        if _bare(line) == _bare(self.title or "") or (len(line) < 200 and _LABELLED.search(line)):
            return True
        if index and "\t" in line and all(_known(cell) for cell in found[index - 1].split("\t")):
            return True  # values under a row of labels
        cells = [cell for cell in re.split(r"\t|(?<=[:：])", line) if cell]
        return len(cells) > 1 and any(_known(cell) for cell in cells) and len(line) < 400

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
        bare = _bare(self.title or "")
        for index, line in enumerate(self.around):
            if bare and _bare(line) == bare:
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


Finder = Callable[[Facts], str | None]


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


# Title


def heading(facts: Facts) -> str | None:
    """A heading that the page's own name or metadata confirms."""
    meta = _bare(facts.page.meta.get("articletitle", ""))
    name = _bare(facts.page.tree.findtext(".//title") or "")
    site = _bare(facts.page.meta.get("sitename", ""))
    best = None
    for element in facts.page.tree.iter("h1", "h2", "h3", "div", "p", "td", "span", "ucaptitle", "li"):
        simple = element.tag in ("h1", "h2", "h3", "ucaptitle")
        if not simple and not _HEADING.search(classes(element)):
            continue
        text = squeeze(" ".join(element.itertext("*"))) if simple or len(element) < 12 else None
        bare = _bare(text or "")
        if not 6 <= len(bare) <= 200:
            continue
        if bare == site:
            continue
        if bare == meta or (
            len(bare) > 8 and bare in name and (best is None or len(bare) > len(_bare(best)))
        ):
            best = _joined(element)
            if bare == meta:
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
    known = {_bare(site), _bare(facts.page.meta.get("columnname", ""))}
    if not part or _bare(part) in known or len(part) < 6 or not _shown(facts, part):
        return None
    return part


def _shown(facts: Facts, text: str) -> bool:
    bare = _bare(text)
    return any(bare in _bare(line) for line in facts.outside) or bool(
        facts.body is not None and bare in _bare("".join(facts.inside)[:600])
    )


def first_heading(facts: Facts) -> str | None:
    """The only ``<h1>`` of the page."""
    found = [text for h in facts.page.tree.iter("h1") if (text := squeeze(text_of(h)))]
    site = _bare(facts.page.meta.get("sitename", ""))
    found = [text for text in found if len(text) >= 4 and _bare(text) != site]
    return found[0] if len(found) == 1 and facts.body is not None else None


def line_above_information(facts: Facts) -> str | None:
    """The line over the one that tells date and source."""
    shown = facts.outside[:40] or facts.inside[:12]
    for index, line in enumerate(shown[1:], 1):
        if len(line) < 200 and parse_date(line) and (_SOURCE_LABEL.search(line) or _DATE_LABEL.search(line)):
            above = shown[index - 1]
            return above if 6 <= len(above) <= 120 else None
    return None


TITLE: tuple[tuple[str, Finder], ...] = (
    ("heading", heading),
    ("metadata ArticleTitle", title_metadata),
    ("document title", document_title),
    ("first heading", first_heading),
    ("line above the information line", line_above_information),
)

# Published


def date_beside_label(facts: Facts) -> str | None:
    for text in facts.after(_DATE_LABEL):
        if value := parse_date(text[:40]):
            return value
    return None


def date_near_title(facts: Facts) -> str | None:
    """A date alone, or with a source, in the lines under the title."""
    for line in facts.near_title:
        if len(line) < 120 and "\t" not in line and (value := parse_date(line)):
            return value
    for line in facts.around[:60]:
        if len(line) < 90 and _SOURCE_LABEL.search(line) and (value := parse_date(line)):
            return value
    return None


def date_in_table(facts: Facts) -> str | None:
    return next((value for name in _DATE_LABELS if (value := parse_date(facts.labels.get(name)))), None)


def date_metadata(facts: Facts) -> str | None:
    for name in (
        "pubdate",
        "publishdate",
        "firstpublishedtime",
        "publishtime",
        "article:published_time",
        "maketime",
    ):
        if value := parse_date(facts.page.meta.get(name)):
            return value.removesuffix("T23:59:59")  # a filler of some systems
    return None


def date_in_url(facts: Facts) -> str | None:
    for form in _URL_DATES:
        if found := form.search(facts.page.url):
            return parse_date("-".join(found.groups()))
    return None


PUBLISHED: tuple[tuple[str, Finder], ...] = (
    ("shown beside its label", date_beside_label),
    ("shown near the title", date_near_title),
    ("labelled table", date_in_table),
    ("metadata", date_metadata),
    ("address", date_in_url),
)

# Source, author, issuer, document number


def _value(text: str, limit: int = 60) -> str | None:
    """The value at the head of ``text``, up to the next label."""
    end = _VALUE_END.search(text)
    value = squeeze(text[: end.start()] if end else text)
    value = value.strip("：:;；,，|[]【】 ") if value else None
    if (
        not value
        or len(value) > limit
        or _ONLY_MARKS.match(value)
        or value in ("无", "暂无", "null", "undefined")
    ):
        return None
    return value


def source_beside_label(facts: Facts) -> str | None:
    return next((value for text in facts.after(_SOURCE_LABEL) if (value := _value(text))), None)


def source_in_table(facts: Facts) -> str | None:
    return next((facts.labels[name] for name in _ISSUER_LABELS[:1] if name in facts.labels), None)


SOURCE: tuple[tuple[str, Finder], ...] = (
    ("shown beside its label", source_beside_label),
    ("labelled table", source_in_table),
)


def author_beside_label(facts: Facts) -> str | None:
    for label in _AUTHOR_LABELS:
        texts = facts.after(label)
        texts += [
            line[m.end() :] for line in facts.inside[-4:] if len(line) < 60 and (m := label.search(line))
        ]
        for text in texts:
            if value := _value(text.strip(), 30):
                value = value.strip("（）() ")
                if value and not re.search(r"\d", value):
                    return value
    return None


def author_byline(facts: Facts) -> str | None:
    """A person's name in brackets that closes the text."""
    for line in reversed(facts.paragraphs[-2:]):
        if (
            (found := _BYLINE.search(line))
            and found[1][0] in _SURNAMES
            and not _ORGANISATION.search(found[1])
        ):
            return found[1]
    return None


def author_metadata(facts: Facts) -> str | None:
    """Metadata ``Author`` where it names a person; most sites put their own name there."""
    name = facts.page.meta.get("author", "")
    person = re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name)
    return name if person and name[0] in _SURNAMES and not _ORGANISATION.search(name) else None


AUTHOR: tuple[tuple[str, Finder], ...] = (
    ("shown beside its label", author_beside_label),
    ("byline", author_byline),
    ("metadata Author", author_metadata),
)


def number_in_table(facts: Facts) -> str | None:
    return next((value for name in _DOC_LABELS if (value := parse_doc_number(facts.labels.get(name)))), None)


def number_in_first_lines(facts: Facts) -> str | None:
    """A line of its own among the first of the body."""
    for line in facts.paragraphs[:4]:
        if len(line) <= 32 and (value := parse_doc_number(line)) and len(_bare(line)) <= len(value) + 2:
            return value
    return None


def number_in_title(facts: Facts) -> str | None:
    found = re.search(
        r"[（(]([^（()）]{2,20}[〔\[（(]\d{4}[〕\])）]\s*第?\d+号)[)）]?\s*$", facts.title or ""
    )
    return parse_doc_number(found[1]) if found else None


DOC_NUMBER: tuple[tuple[str, Finder], ...] = (
    ("labelled table", number_in_table),
    ("title", number_in_title),
    ("first lines of the body", number_in_first_lines),
)


def issuer_in_table(facts: Facts) -> str | None:
    return next((facts.labels[name] for name in _ISSUER_LABELS if name in facts.labels), None)


ISSUER: tuple[tuple[str, Finder], ...] = (("labelled table", issuer_in_table),)


def breadcrumb(facts: Facts) -> str | None:
    for index, line in enumerate(facts.around[:120]):
        found = _BREADCRUMB.match(line) if "位" in line else None
        if not found or len(line) > 200 or not re.match(r"\s*(?:您|当前|现在|所在|位)", line):
            continue
        rest = line[found.end() :].replace("\t", " ")
        if not rest:
            rest = ">".join(part for part in facts.around[index + 1 : index + 6] if len(part) < 20)
        parts = [part for part in _SEPARATORS.split(rest) if part.strip()]
        return ">".join(part.strip() for part in parts) or None
    return None


def column_metadata(facts: Facts) -> str | None:
    return facts.page.meta.get("columnname")


CHANNEL: tuple[tuple[str, Finder], ...] = (
    ("breadcrumb", breadcrumb),
    ("metadata ColumnName", column_metadata),
)


def views_shown(facts: Facts) -> int | None:
    """A number that stands behind its label; what a script is to fill in is not known."""
    for line in facts.around:
        if len(line) > 300 or not _COUNTED.search(line) or _SITE_WIDE.search(line):
            continue
        for label in _COUNT_LABEL.finditer(line):
            shown = re.match(r"[\[【(（]?\s*([\d,，.]+\s*[万千亿]?)(?![\d:：-])", line[label.end() :])
            if shown and (value := parse_count(shown[1])) is not None:
                return value
    return None


def read_labels(found: list[str]) -> dict[str, str]:
    """The labelled table of a page's lines: label and value side by side, or values under their labels."""
    labels: dict[str, str] = {}
    for index, line in enumerate(found):
        if "\t" not in line:
            pair = re.match(r"^(.{2,9}?)\s*[:：]\s*(.{1,120})$", line)
            if pair and _known(pair[1]) and not _SOURCE_LABEL.search(line) and not _COUNT_LABEL.search(line):
                labels.setdefault(clean_label(pair[1]) or "", pair[2].strip())
            continue
        cells = line.split("\t")
        if len(cells) > 2 and all(_known(cell) for cell in cells if cell) and index + 1 < len(found):
            values = found[index + 1].split("\t")
            labels |= {
                clean_label(c) or "": v for c, v in zip(cells, values, strict=False) if v and not _known(v)
            }
            continue
        for cell, value in itertools.pairwise(cells):
            if _known(cell) and value and not _known(value) and (name := clean_label(cell)):
                labels.setdefault(name, value)
    return labels


def is_labelled(table: Element) -> bool:
    """Whether a table's cells name at least two of the disclosure labels, in its first rows."""
    named = 0
    for index, cell in enumerate(table.iter("td", "th")):
        if index > 12:
            break
        text = "".join(cell.itertext("*"))
        named += len(text) < 12 and _known(text)
    return named >= 2


def _known(cell: str) -> bool:
    return clean_label(cell) in TABLE_LABELS


def read_article(page: Page) -> Article:
    """Everything that ``page`` tells of its article; ``evidence`` names where each value came from."""
    facts = Facts(page)
    article = Article(page.url)
    article.title, place = facts.named
    if article.title:
        article.evidence["title"] = place
    for field, places in FIELDS.items():
        for name, find in places:
            if value := find(facts):
                setattr(article, field, value)
                article.evidence[field] = name
                break
    article.views = views_shown(facts)
    if article.views is not None:
        article.evidence["views"] = "shown beside its label"
    article.labels = facts.labels
    if facts.body is not None:
        article.text = "\n".join(facts.paragraphs) or None
        article.html = sanitized(facts.body, page)
        article.images = find_images(facts.body, page)
        if article.text:
            article.evidence["text"] = _described(facts.body)
    article.attachments = find_attachments(page, facts.body)
    return article


FIELDS = {
    "published": PUBLISHED,
    "source": SOURCE,
    "author": AUTHOR,
    "doc_number": DOC_NUMBER,
    "issuer": ISSUER,
    "channel": CHANNEL,
}


def _described(element: Element) -> str:
    """An element as a selector a person recognises: ``div#zoom.content``."""
    name = str(element.tag)
    if element.get("id"):
        name += f"#{element.get('id')}"
    return name + "".join(f".{part}" for part in (element.get("class") or "").split())
