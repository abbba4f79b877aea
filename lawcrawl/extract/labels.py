"""The labels that sites set before a page's facts: on the information line and in the disclosure table."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

from lawcrawl.extract.document import Element, inner_text
from lawcrawl.normalize import clean_label

NOT_AFTER_HAN = r"(?<![\u4e00-\u9fff])"
COLON = r"\s{0,2}[:：∶]"
DATE_LABEL = re.compile(
    NOT_AFTER_HAN
    + r"(?:(?:发布|发表|公布|发文|添加|录入|更新|信息|上传|上网|发稿)(?:时\s?间|日\s?期)|(?:时间|日期)发布|发布于|时\s{0,4}间|日\s{0,4}期|\b(?:Publish(?:ed)?\s)?(?:Date|Time))"
    + COLON
)
SOURCE_LABEL = re.compile(
    NOT_AFTER_HAN
    + r"(?:(?:信息|稿件|文章|新闻|内容)\s?来\s{0,2}源|稿\s?源|来\s{0,4}源[于自]?|出\s{0,2}处|(?:供\s{0,2}稿|来稿)(?:单位|部门)?|\bSource)"
    + COLON
)
AUTHOR_LABELS = tuple(
    re.compile(rf"{NOT_AFTER_HAN}(?:{label}){COLON}")
    for label in (
        r"作\s{0,4}者|\bAuthor",
        r"(?:责任编辑|责\s?编)",
        r"编\s{0,4}辑",
        r"撰\s{0,2}稿人?",
        r"记\s{0,2}者",
        r"通讯员",
        r"审\s{0,2}核",
    )
)
AUTHOR_LABEL = re.compile("|".join(label.pattern for label in AUTHOR_LABELS))
COUNT_LABEL = re.compile(
    r"(?:浏览次数|浏览量|浏览数|浏览|点击次数|点击数|点击量|点击率|点击|阅读次数|阅读量|阅读数|阅读|访问次数|访问量|人气|已阅|已浏览|V(?<!\wV)iews?\b(?=\s?[:：])|H(?<!\wH)its\b(?=\s?[:：])|C(?<!\wC)licks\b(?=\s?[:：])|R(?<!\wR)eads?\b(?=\s?[:：]))"
    r"\s{0,2}[:：∶]?\s{0,2}"
)
TRAIL_LABEL = re.compile(
    r"^\W{0,2}(?:您|你)?(?:现在|当前|目前)?(?:所在|所处)?的?位\s?置\s?(?:是|为|在)?\s*(?:[:：∶]|$|(?=首页|主页|网站))"
)
INFORMATION = re.compile(
    r"^\W{0,2}(?:发布|公布|发表|更新|签署|录入|添加)(?:时间|日期)\s*[:：∶]|(?:时间|日期)发布\s*[:：∶]|"
    r"(?:信息|稿件|文章)?来\s*源\s*[:：∶].*(?:时间|日期|浏览|\d{4})|^\W{0,2}(?:信息|文章|稿件)?来\s{0,2}源[于自]?\s?[:：∶]"
)

# Labels of the disclosure table that heads a document (field notes).
TABLE_LABELS = frozenset(
    """
    索引号 索取号 信息索引 信息索引号 主题分类 体裁分类 信息分类 分类 发文机关 发文机构 发文单位
    发布机构 发布单位 公开主体 制发机关 发文字号 文号 文件编号 公文编号 标题 名称 信息名称 公文名称 文件名称
    成文日期 生成日期 发文日期 发布日期 发布时间 公开日期 生效日期 实施日期 施行日期 废止日期
    失效日期 有效性 时效性 效力状态 公开方式 公开形式 公开时限 公开范围 公开责任部门 责任部门
    关键词 主题词 服务对象 组配分类 办文部门 备注
    """.split()
)


def read_labels(found: list[str]) -> dict[str, str]:
    """The labelled table of a page's lines: label and value side by side, or values under their labels.

    A lone date beside its label is the information line, not a table.
    """
    labels: dict[str, str] = {}
    stacked: dict[str, str] = {}
    lined: dict[str, str] = {}
    for index, line in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else ""
        if "\t" not in line:
            _read_line(line, following, lined, stacked)
            continue
        cells = line.split("\t")
        if len(cells) > 2 and all(is_label(cell) for cell in cells if cell) and following:
            values = following.split("\t")
            labels |= {
                clean_label(c) or "": v for c, v in zip(cells, values, strict=False) if v and not is_label(v)
            }
            continue
        for cell, value in itertools.pairwise(cells):
            if is_label(cell) and value and not is_label(value) and (name := clean_label(cell)):
                labels.setdefault(name, value)
    if len(stacked) > 1:
        labels = stacked | labels
    return lined | labels if labels or lined.keys() - _DATES else {}


_DATES = {"发布日期", "发布时间", "公开日期"}
_LABEL_INSIDE = re.compile(
    r"(?:^|(?<=[\s|｜\]】)）]))\W?([\u4e00-\u9fff]{1,8}(?:\s?[\u4e00-\u9fff]){1,3}?)\s?[:：∶]\s*"
)
_SIGN = re.compile(r"[:：∶\]】]")
_PAIR = re.compile(r"^(\W?.{2,12}?)\s*[:：∶\]】]\s*[:：∶]?\s*(.{1,200})$")


def _read_line(line: str, following: str, lined: dict[str, str], stacked: dict[str, str]) -> None:
    """Label and value on one line (``lined``), or a line each (``stacked``)."""
    if not _SIGN.search(line) and not is_label(line):
        return
    several = list(_pairs(line))
    if len(several) > 1:
        for name, value in several:
            lined.setdefault(name, value)
        return
    if is_label(line):
        if (
            following
            and "\t" not in following
            and len(following) <= 120
            and not _begins_with_label(following)
        ):
            stacked.setdefault(clean_label(line) or "", following)
        return
    pair = _PAIR.match(line)
    if (
        pair
        and is_label(pair[1])
        and not _begins_with_label(pair[2])
        and not SOURCE_LABEL.search(line)
        and not COUNT_LABEL.search(line)
    ):
        lined.setdefault(clean_label(pair[1]) or "", pair[2].strip())


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """Labels of the table and their values where a line holds several."""
    marks = list(_LABEL_INSIDE.finditer(line)) if len(line) < 400 else []
    for mark, following in itertools.zip_longest(marks, marks[1:]):
        value = line[mark.end() : following.start() if following else None].strip(" |｜[]【】")
        if is_label(mark[1]) and value and (name := clean_label(mark[1])):
            yield name, value


def _begins_with_label(text: str) -> bool:
    return is_label(re.split("[:：∶]", text, maxsplit=1)[0])


def is_labelled(table: Element) -> bool:
    """Whether a table's cells name at least two of the disclosure labels, in its first rows."""
    named = 0
    for index, cell in enumerate(table.iter("td", "th")):
        if index > 12:
            break
        text = inner_text(cell)
        named += len(text) < 12 and is_label(text)
    return named >= 2


def is_label(cell: str) -> bool:
    return len(cell) <= 60 and _is_label(cell)


@lru_cache(4096)  # a site's navigation is asked about on each of its pages
def _is_label(cell: str) -> bool:
    return clean_label(cell) in TABLE_LABELS
