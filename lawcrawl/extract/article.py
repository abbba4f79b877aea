"""An article page's facts, each from an ordered list of places to look.

What a reader sees comes first: the information line and the labelled table, then the metadata
(《政府网站发展指引》, 国办发〔2017〕47号), then the address. The first place that gives a valid value wins and its
name stands in ``Article.evidence``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lawcrawl.extract.attachments import find_attachments, find_images
from lawcrawl.extract.body import sanitized
from lawcrawl.extract.channel import CHANNEL
from lawcrawl.extract.document import Element, Page, inner_text
from lawcrawl.extract.facts import Facts
from lawcrawl.extract.furniture import is_colophon, is_information, is_widget
from lawcrawl.extract.labels import AUTHOR_LABELS, COUNT_LABEL, DATE_LABEL, SOURCE_LABEL
from lawcrawl.items import Article
from lawcrawl.normalize import bare, parse_count, parse_date, parse_doc_number, squeeze

_SITE_WIDE = re.compile("总访问|本站|网站访问|您是第|今日访问|累计访问|总浏览")
_SHOWN = re.compile(
    r"(?P<open>[\[【(（]?)\s*(?P<number>[\d０-９][\d０-９,，.]*\s*[万千亿]?)(?![\d:：年月/-])\s?(?P<unit>次?)"
)
_BEHIND = re.compile(
    r"(?<![\d.-])(?P<number>\d[\d,，.]*\s*[万千亿]?)\s?(?:次|人次?)\s?(?:浏览|阅读|点击|访问)"
)
# Where a value of the information line ends: at the next label, at a button set apart from it, at a date.
_LABELS = (
    r"(?:发布|发表|公布|更新|录入|添加|发文|信息)?(?:时\s*间|日\s*期)|发布(?:者|人|单位|机构)?|来\s*源|(?:信息|稿件|文章)来源|稿源|作\s*者|"
    r"责任编辑|责编|编\s*辑|记\s*者|审\s*核|校\s*对|撰\s*稿|供\s*稿|通讯员|摄影|浏览(?:次数|量|数)?|阅读(?:次数|量|数)?|点击(?:次数|率|数|量)?|"
    r"访问(?:次数|量)?|人气|字体|字号|字数|文章类型|关键[字词]|录入|签发|分类|栏目|评论(?:数)?|保护视力色|视力保护色|Date|Time|Source|Author|Views?|Hits"
)
_VALUE_END = re.compile(
    rf"\s*[|｜]|\s*[【\[]\s*(?:字|打|大|关|分|收|浏)|(?:^|[\s(（])(?:{_LABELS})(?=\s*[:：\d\[(（【]|\s*$|\s)|(?:{_LABELS})\s{{0,2}}[:：]|"
    r"(?:^|[\s(（])(?:打印|下载|收藏|分享|关闭|扫一扫|字体|大\s中\s小|我要)|\d{4}[-/年.]\d{1,2}[-/月.]|[（(]?\s*$|\s\d[\d,.]*\s?(?:次|人次?)\s?(?:浏览|阅读|点击|访问)"
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

_DOC_LABELS = ("发文字号", "文号", "文件编号", "公文编号")
_ISSUER_LABELS = ("发布机构", "发文机关", "发文机构", "发文单位", "发布单位", "制发机关", "公开主体")
_DATE_LABELS = ("发布日期", "发布时间", "公开日期")
_ADOPTED = re.compile(r"会议.{0,12}(?:通过|批准)|日起?施行|(?:通过|施行|修[正订])[)）]?$")
"""Under the title of a law: when it was adopted or came into force, which is no date of publication."""
Finder = Callable[[Facts], str | None]

# Published


def date_beside_label(facts: Facts) -> str | None:
    """The first; where the same day stands again with its time of day, that."""
    found = [value for text in facts.after(DATE_LABEL) if (value := parse_date(text[:40]))]
    same = [value for value in found if value.startswith(found[0])]
    return max(same, key=len) if same else None


def date_near_title(facts: Facts) -> str | None:
    """A date alone, or with a source, behind the title or in the lines under it."""
    title = bare(facts.title or "")
    for text in map(bare, map(inner_text, facts.headings)):
        if text.startswith(title) and (value := parse_date(text[len(title) :])):
            return value
    for line in facts.near_title:
        if len(line) < 120 and "\t" not in line and not _ADOPTED.search(line) and (value := parse_date(line)):
            return value
    for line in facts.around[:60]:
        if len(line) < 90 and SOURCE_LABEL.search(line) and (value := parse_date(line)):
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
    if value and value[-1] in ")）" and not re.search("[（(]", value):
        value = value[:-1].strip()
    if (
        not value
        or len(value) > limit
        or "。" in value
        or _ONLY_MARKS.match(value)
        or is_widget(value)
        or value in ("无", "暂无", "未知", "null", "undefined")
    ):
        return None
    return value


def source_beside_label(facts: Facts) -> str | None:
    return next((value for text in facts.after(SOURCE_LABEL) if (value := _value(text))), None)


def source_in_table(facts: Facts) -> str | None:
    return next((facts.labels[name] for name in _ISSUER_LABELS[:1] if name in facts.labels), None)


SOURCE: tuple[tuple[str, Finder], ...] = (
    ("shown beside its label", source_beside_label),
    ("labelled table", source_in_table),
)


def author_beside_label(facts: Facts) -> str | None:
    for label in AUTHOR_LABELS:
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
        if len(line) <= 32 and (value := parse_doc_number(line)) and len(bare(line)) <= len(value) + 2:
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


def views_shown(facts: Facts) -> int | None:
    """A number that stands behind its label; what a script is to fill in is not known."""
    for number, line in enumerate(facts.around):
        if len(line) > 300 or not ("次" in line or COUNT_LABEL.search(line)) or _SITE_WIDE.search(line):
            continue
        if any(map(is_colophon, facts.around[max(0, number - 1) : number + 1])):
            continue
        if (value := _count(line)) is not None:
            return value
    return None


def _count(line: str) -> int | None:
    """The count that a line tells: behind a label with its colon, in brackets, or with its unit."""
    for label in COUNT_LABEL.finditer(line):
        shown = _SHOWN.match(line, label.end())
        colon = label[0].rstrip().endswith((":", "：")) or re.search("[次数量率]", label[0])
        if shown and (colon or shown["open"] or shown["unit"] or _closes(line, label, shown)):
            return parse_count(shown["number"])
    behind = _BEHIND.search(line)
    return parse_count(behind["number"]) if behind else None


def _closes(line: str, label: re.Match[str], shown: re.Match[str]) -> bool:
    """Whether label and number are the last part of an information line: "来源：市局 2024-01-04 阅读 37"."""
    rest = line[shown.end() :].strip()
    return (not rest or rest[0] in "|｜【[") and is_information(line[: label.start()] + "：")


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
    if facts.body is not None and facts.content is not None:
        article.text = "\n".join(facts.paragraphs) or None
        article.html = sanitized(facts.content, page)
        article.images = find_images(facts.content, page)
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
