"""The labels that sites set before a page's facts: on the information line and in the disclosure table."""

from __future__ import annotations

import itertools
import re

from lawcrawl.extract.document import Element
from lawcrawl.normalize import clean_label

NOT_AFTER_HAN = r"(?<![\u4e00-\u9fff])"
DATE_LABEL = re.compile(
    NOT_AFTER_HAN
    + r"(?:发布时间|发布日期|时间发布|发表时间|发表日期|公布日期|发文时间|添加时间|录入时间|更新时间|更新日期|信息时间|时\s?间|日\s?期)"
    r"\s{0,2}[:：]"
)
SOURCE_LABEL = re.compile(
    NOT_AFTER_HAN
    + r"(?:信息来源|稿件来源|文章来源|新闻来源|稿源|来\s{0,4}源|出\s{0,2}处|供\s{0,2}稿)\s{0,2}[:：]"
)
COUNT_LABEL = re.compile(
    r"(?:浏览次数|浏览量|浏览|点击次数|点击数|点击量|点击率|点击|阅读次数|阅读量|阅读数|阅读|访问次数|访问量|人气|已阅|已浏览)\s{0,2}[:：]?\s{0,2}"
)
INFORMATION = re.compile(
    r"^(?:发布|公布|发表|更新|签署)(?:时间|日期)\s*[:：]|时间发布\s*[:：]|(?:信息|稿件|文章)?来\s*源\s*[:：].*(?:时间|日期|浏览|\d{4})|^(?:信息|文章)?来源[:：]"
)

# Labels of the disclosure table that heads a document (field notes).
TABLE_LABELS = frozenset(
    """
    索引号 索取号 信息索引 信息索引号 主题分类 体裁分类 信息分类 分类 发文机关 发文机构 发文单位
    发布机构 发布单位 公开主体 制发机关 发文字号 文号 文件编号 公文编号 标题 名称 信息名称
    成文日期 生成日期 发文日期 发布日期 发布时间 公开日期 生效日期 实施日期 施行日期 废止日期
    失效日期 有效性 时效性 效力状态 公开方式 公开形式 公开时限 公开范围 公开责任部门 责任部门
    关键词 主题词 服务对象 组配分类 办文部门 备注
    """.split()
)


def read_labels(found: list[str]) -> dict[str, str]:
    """The labelled table of a page's lines: label and value side by side, or values under their labels."""
    labels: dict[str, str] = {}
    for index, line in enumerate(found):
        if "\t" not in line:
            pair = re.match(r"^(.{2,9}?)\s*[:：]\s*(.{1,120})$", line)
            if pair and is_label(pair[1]) and not SOURCE_LABEL.search(line) and not COUNT_LABEL.search(line):
                labels.setdefault(clean_label(pair[1]) or "", pair[2].strip())
            continue
        cells = line.split("\t")
        if len(cells) > 2 and all(is_label(cell) for cell in cells if cell) and index + 1 < len(found):
            values = found[index + 1].split("\t")
            labels |= {
                clean_label(c) or "": v for c, v in zip(cells, values, strict=False) if v and not is_label(v)
            }
            continue
        for cell, value in itertools.pairwise(cells):
            if is_label(cell) and value and not is_label(value) and (name := clean_label(cell)):
                labels.setdefault(name, value)
    return labels


def is_labelled(table: Element) -> bool:
    """Whether a table's cells name at least two of the disclosure labels, in its first rows."""
    named = 0
    for index, cell in enumerate(table.iter("td", "th")):
        if index > 12:
            break
        text = "".join(cell.itertext("*"))
        named += len(text) < 12 and is_label(text)
    return named >= 2


def is_label(cell: str) -> bool:
    return clean_label(cell) in TABLE_LABELS
