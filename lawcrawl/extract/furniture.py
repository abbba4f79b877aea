"""The lines of a page that are nobody's text: information line, widgets, neighbours, colophon."""

from __future__ import annotations

import re

from lawcrawl.extract.labels import (
    AUTHOR_LABEL,
    COUNT_LABEL,
    DATE_LABEL,
    INFORMATION,
    SOURCE_LABEL,
    TRAIL_LABEL,
)
from lawcrawl.normalize import parse_date

_WIDGET_WORDS = (
    r"打印(?:本页|文章|此文|此页)?|关闭(?:窗口|本页|页面)?|返回(?:顶部|列表|首页)|分享(?:到|至)?|收藏(?:本页)?|下载|"
    r"微信|微博|新浪微博|腾讯微博|QQ空间|字\s*(?:体|号)(?:大小)?|大|中|小|默认|超大|特大|我要纠错|视力保护色|"
    r"(?:用微信)?扫一扫.{0,24}|一键分享|语音播报|朗读|繁体|简体|无障碍(?:浏览)?|手机(?:版|阅读)|点击右上角|选择在浏览器中打开"
)
_WIDGETS = re.compile(rf"(?:[\s\t\[【(（|｜/+\-－]*(?:{_WIDGET_WORDS})[\s\t:：\]】)）|｜/+\-－]*)+")
_NEIGHBOUR = re.compile(
    r"^[\[【(（]?\s*(?:上|下|前|后)一?[篇条页则]\s*(?:[:：]|$|[\]】]|文章|新闻|信息)|^没有了$|"
    r"^[\[【(（]?\s*(?:相关|延伸|推荐|热门|猜你|更多|往期|最新)(?:附件|文章|链接|阅读|稿件|文件|新闻|信息|推荐|解读|内容|报道|资讯|政策|喜欢)"
    r"[^。；]{0,12}$"
)
_COLOPHON = re.compile(
    r"版权所有|ICP备|网站标识码|公网安备|^(?:主办|承办|技术支持)(?:单位)?\s?[:：]|copyright|all rights reserved|"
    r"您是第.{0,12}(?:位|名)|今天是|最佳(?:浏览|分辨)|建议使用.{0,20}浏览",
    re.I,
)
_CONTACT = re.compile(r"^(?:联系)?(?:地\s*址|电\s*话|邮\s*编)\s*[:：].*(?:电话|邮编|传真|邮箱)")
_DISCLAIMER = re.compile(r"^\W?(?:免责)?声\s*明\s*[:：].*(?:本网|本站|转载|版权)")
_CLOSING = re.compile(
    r"^[（(【\[]?\s*(?:责任编辑|责编|(?:本文|网络)?编\s*辑|(?:信息|文章|稿件)?来\s*源|稿源|[初复终]?审\s*核?|校\s*对|作\s*者|撰\s*稿人?|供\s*稿|"
    r"录\s*入|发布(?:日期|时间|者|人)|(?:更新|发表)(?:日期|时间)|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:次数|数|量)?)\s*[:：∶](?!.{41})"
)
_ATTACHMENT_HEAD = re.compile(
    r"^[\[【(（]?\s*(?:相关|文档|资料)?(?:附件|下载)(?:下载|列表|信息)?\s*[\]】)）]?\s*[:：]?$"
)
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|zip|rar|7z)\s*(?:[(（].{0,20})?$", re.I)
_ATTACHED = re.compile(r"^(?:相关附件|附件下载)\s*[:：].{1,80}$|^附件【.{1,80}】")
_SENTENCE = re.compile("[，。；：！？]")
_ALONE = re.compile(r"^[\[(（【\s]*(?:\d{4}|[〇○零一二三四五六七八九]{4})[^，。；]{4,30}$")


def is_widget(line: str) -> bool:
    """Print, close, share and font-size buttons, whatever stands between them."""
    return len(line) < 80 and _WIDGETS.fullmatch(line) is not None


def is_colophon(line: str) -> bool:
    """What the foot of every page of a site says."""
    return _COLOPHON.search(line) is not None


def is_information(line: str) -> bool:
    """The line of date, source, author and views under a title."""
    if len(line) > 200 or "。" in line:
        return False
    if INFORMATION.search(line):
        return True
    labels = [form for form in (DATE_LABEL, SOURCE_LABEL, AUTHOR_LABEL) if form.search(line)]
    if COUNT_LABEL.search(line) and (":" in line or "：" in line or "次" in line):
        labels.append(COUNT_LABEL)
    return len(labels) > 1 or (bool(labels) and (parse_date(line) is not None or len(line) < 40))


def is_date(line: str) -> bool:
    """A date and hardly anything else."""
    return len(line) < 40 and _ALONE.match(line) is not None and parse_date(line) is not None


def is_sentence(line: str) -> bool:
    """Running text: a reader's line, not a label, a name or a button."""
    return len(line) > 15 and _SENTENCE.search(line) is not None and not is_information(line)


def is_furniture(line: str) -> bool:
    """Whether a text counts nothing in the search for the body."""
    return (
        is_widget(line)
        or is_colophon(line)
        or is_information(line)
        or _NEIGHBOUR.match(line) is not None
        or is_date(line)
        or TRAIL_LABEL.match(line) is not None
        or _CONTACT.match(line) is not None
    )


def end_of_text(found: list[str], linked: frozenset[str]) -> int:
    """Where the text ends among the lines of its element; ``linked`` are the lines that are links alone.

    A heading of neighbours (上一篇, 相关阅读) ends it where nothing but links and furniture follows; from the
    end upwards so does every line of furniture and every list of files that repeats what the text says.
    """
    end = len(found)
    for index, line in enumerate(found):
        if (_NEIGHBOUR.match(line) or _DISCLAIMER.match(line)) and not any(
            is_sentence(rest) and rest not in linked for rest in found[index + 1 :]
        ):
            end = index
            break
    foot = any(map(is_colophon, found))
    while end and (_closes(found[end - 1]) or (foot and _CONTACT.match(found[end - 1]))):
        end -= 1
    return _without_file_list(found, end, linked)


def _closes(line: str) -> bool:
    return len(line) < 120 and (
        is_widget(line)
        or is_colophon(line)
        or _CLOSING.match(line) is not None
        or _NEIGHBOUR.match(line) is not None
        or _ATTACHED.match(line) is not None
        or _ATTACHMENT_HEAD.match(line) is not None
    )


def _without_file_list(found: list[str], end: int, linked: frozenset[str]) -> int:
    """The system's own list of files under a text names them with their endings; one of the text's own stays."""
    start = end
    while start and found[start - 1] in linked and _FILE_NAME.search(found[start - 1]):
        start -= 1
    if start < end:
        while start and _closes(found[start - 1]):
            start -= 1
        return start
    return end


def start_of_text(found: list[str], headings: list[list[str]]) -> int:
    """Where the text begins: behind the title, the information line and the buttons that stand over it.

    ``headings`` are the lines of each element that shows the title.
    """
    start = 0
    titled = False
    for index in range(min(len(found), 15)):
        if any(found[index : index + len(lines)] == lines for lines in headings):
            start = index + next(len(h) for h in headings if found[index : index + len(h)] == h)
            titled = True
        elif index >= start and is_sentence(found[index]):
            break
    if titled:
        for index in range(start, min(len(found), start + 5)):
            if is_information(found[index]):
                start = index + 1
                break
            if is_sentence(found[index]):
                break
    while start < len(found) and _stands_over(found[start], titled):
        start += 1
    return start


def _stands_over(line: str, titled: bool) -> bool:
    strict = len(line) < 200 and INFORMATION.search(line) is not None
    return strict or is_widget(line) or (titled and (is_information(line) or is_date(line)))
