"""The lines of a page that are nobody's text: information line, widgets, neighbours, colophon."""

from __future__ import annotations

import re
from functools import cached_property

from lawcrawl.extract.labels import (
    AUTHOR_LABEL,
    COUNT_LABEL,
    DATE_LABEL,
    INFORMATION,
    SOURCE_LABEL,
    TRAIL_LABEL,
)
from lawcrawl.normalize import parse_date

_LABELLED = re.compile("[:：∶次]")
"""What no information line is without."""
_SELF = r"(?:本页|此页|本文|此文|文章|页面|网页)"
_WIDGET_WORDS = (
    rf"我?要?打印{_SELF}?|关闭(?:窗口|本页|本文|页面)?|返回(?:顶部|列表|首页|上一?[页级])|回到?顶部|顶部|TOP|(?:加入)?收藏(?:夹|{_SELF})|保存{_SELF}?|"
    r"一键分享|分享(?:到|至|给)?|下载(?:文字版|图片版)?|微信(?:好友|朋友圈)?|朋友圈|(?:新浪|腾讯)?微博|QQ(?:空间|好友)?|人人网|"
    r"字\s*(?:体|号)(?:大小)?|大|中|小|默认|超大|特大|放大|缩小|我要纠错|网站纠错|(?:视力保护|保护视力|背景)色(?:[:：\s]+[\u4e00-\u9fff]{2,3}){0,9}|"
    r"(?:请?(?:打开|使用|用)?(?:微信|手机))?扫一扫.{0,24}|语音(?:播报|播放|朗读)|智能(?:播报|朗读)|收?听(?:本文|全文|新闻)|朗读(?:全文)?|播放|暂停|"
    r"繁[体體]|简[体體]|无障碍(?:浏览|模式|阅读)?|(?:长者|适老|关怀)(?:模式|版)|手机(?:版|阅读)|点击右上角|选择在浏览器中打开|"
    r"(?:点?赞|收藏|转发|顶一下|踩一下)(?:\s?[（(]?\d{1,6}[)）]?)?"
)
_BETWEEN = r"[\s\[\]【】()（）|｜/+\-－:：×]*"
_WIDGETS = re.compile(rf"{_BETWEEN}(?:(?:{_WIDGET_WORDS}){_BETWEEN})+")
# How a page asks to be opened on a telephone or passed on: with what, and what is to become of it.
_TELEPHONE = re.compile(
    r"^\W{0,2}(?:请|即?可)?(?:打开|使用|用|将网页|将本文)?\W?(?:微信|手机|扫一扫|扫码|扫描|二维码|分享)"
)
_PASSED_ON = re.compile(
    r"朋友圈|微信好友|本页|本文|当前页|网页|“发现”|[到在]手机|手机(?:扫码|查看|阅读|浏览)|扫码(?:查看|阅读|浏览)"
)
# The turns of a page, be they of its list or its parts.
_TURNS = re.compile(
    r"[\s\d\[\]|.…<>«»‹›]*(?:(?:首页|末页|尾页|上一?页|下一?页|[共第]\s?\d+\s?页)[\s\d\[\]|.…<>«»‹›/]*)+"
)
_NEIGHBOUR = re.compile(
    r"^[\[【(（<«‹←]?\s*(?:(?:上|下|前|后)一?[篇条页则]\s*(?:[:：]|$|[\]】]|文章|新闻|信息)|[上下]一(?:篇|条|则|文章|新闻|信息)\s?[:：]?[^，。；！？]{0,60}$|"
    r"(?:PREV|NEXT|prev|next|Prev|Next)\s?[:：])|^没有了$|"
    r"^[\[【(（]?\s*(?:相关|延伸|推荐|热门|猜你|更多|往期|最新|同类|关联)(?:附件|文档|文章|链接|阅读|稿件|文件|新闻|信息|推荐|解读|内容|报道|资讯|政策|喜欢)"
    r"[^。；]{0,12}$"
)
_NEXT_ARTICLE = re.compile(r"^[\[【(（<«‹←]?\s*[上下]一[篇条]\s*(?:[:：]|$|[\]】])")
_SUBTITLE = re.compile(r"^[—–―─]{1,2}\s*[^—–―─]{4,40}$")
# Every alternative begins with a letter as it is: a long text is passed over by its first letters alone.
_COLOPHON = re.compile(
    r"版权所有|I[Cc][Pp]备|i[Cc][Pp]备|网站标识码|公网安备|c(?i:opyright)|C(?i:opyright)|a(?i:ll rights reserved)|"
    r"A(?i:ll rights reserved)|您是第.{0,12}(?:位|名)|今天是|最佳(?:浏览|分辨)|建议使用.{0,20}浏览"
)
_ORGANISER = re.compile(r"(?:主办|承办|建设|维护|技术支持)(?:单位)?\s?[:：]")
_CONTACT = re.compile(r"^(?:联系)?(?:地\s*址|电\s*话|邮\s*编)\s*[:：].*(?:电话|邮编|传真|邮箱)")
_DISCLAIMER = re.compile(
    r"^\W{0,2}(?:(?:(?:版权[与及和]?)?免责|版权|特别|郑重)?声\s*明|免责条款|特别说明|版权说明)\s*[:：]?.{0,80}(?:本网|本站|本文|转载|版权)|^\W{0,2}(?:(?:版权[与及和]?)?免责|版权)声\s*明\W{0,3}$"
)
_ANSWERS = re.compile(
    r"^\W{0,3}(?:(?:网友|最新|全部|用户|读者|热门|发表|我要|我来|提交|写|添加|相关)\s?(?:评论|留言|跟帖|点评|说两句)|评论列表|评论区|留言板|暂无评论|还没有评论)[^，。；]{0,14}$|"
    r"^\W{0,3}(?:请?您?对本?(?:页面|网页|条?信息|文|内容)[^，。；]{0,12}(?:评价|打分|满意|帮助)|(?:页面|信息|内容)?满意度(?:评价|调查)|"
    r"(?:本页面|该信息|以上内容)[^，。；]{0,10}(?:是否|有没有)[^，。；]{0,6}帮助|我要纠错)[^，。；]{0,12}$"
)
_BOX = re.compile(
    r"^\W{0,3}(?:友情链接|相关链接|网站导航|网站地图|联系我们|联系方式|扫一扫|关注我们|官方微信|热点(?:文章|新闻|信息|专题|推荐)?|"
    r"(?:点击|阅读|本周|本月|浏览)?排行榜?|热门(?:点击|排行)|图片新闻|(?:为[您你])?推荐(?:阅读|文章|信息|新闻)?|(?:精彩|今日|编辑|本栏|栏目)推荐|大家都在看|专题专栏|快速通道|信息检索)\W{0,3}(?:更多\W{0,3})?$"
)
_CLOSING = re.compile(
    r"^[（(【\[]?\s*(?:责任编辑|责编|(?:本文|网络|网站|文字|本期)?编\s*辑|(?:信息|文章|稿件)?来\s*源|稿源|[初复终一二三]?审\s*[核稿]?|校\s*对|作\s*者|撰\s*稿人?|供\s*稿|"
    r"(?:文章|信息)?录\s*入|发布(?:日期|时间|者|人)|(?:更新|发表)(?:日期|时间)|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:次数|数|量)?)\s*[:：∶/／丨](?!.{41})"
)
_COUNT = re.compile(
    r"^[（(【\[]?\s*(?:[本该此]文|文章)?已?[被共]?(?:浏览|阅读|点击|访问|热度|人气)(?:次数|量|数)?\s?[:：]?\s*\d{1,9}\s*次?\s*[)）】\]]?"
    r"(?:\s*点?赞\s?[:：]\s?\d+)?$"
)
# A heading or a label of what explains the document or goes with it, where only links stand behind it.
_POINTER = re.compile(
    r"^\W{0,3}(?:(?:政策|文件|部门|专家|媒体|图文|图片|文字|视频|相关|关联)?解读(?:材料|文章|信息|稿)?|图解|相关(?:链接|文件|政策)|政策(?:原文|链接)|"
    r"您可能(?:对以下文章|还?会?)感兴趣|标\s?签|关键[词字]|[Tt]ags?)[\s:：】\]]*"
)
_ATTACHMENT_HEAD = re.compile(
    r"^[\[【(（]?\s*(?:相关|文档|文件|资料)?(?:附件|下载)(?:下载|列表|信息)?\s*[\]】)）]?\s*[:：]?$"
)
_FILE_HEAD = re.compile(
    r"^(?:[\[【(（]?(?:相关)?附件\s?[一二三四五六七八九十\d]{0,2}\s?[\]】)）]?\s?[:：.、]?\s?)?(?:[(（]?\d{1,2}[)）]?\s?[.、．:：]\s?)?"
)
LONGEST_FILE_HEAD = 24
LONGEST_LINKS, MANY_LINKS = 300, 200
LONGEST_DATE = 40
_FILE_SIZE = re.compile(r"\s*[(（][^()（）]{0,20}[)）]$")
_FILE_NAME = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|zip|rar|7z)\s*(?:[(（].{0,20})?$", re.I)
_ATTACHED = re.compile(r"^(?:相关附件|附件下载)\s*[:：].{1,80}$|^附件【.{1,80}】")
_TIME_OF_EVENT = re.compile(r"^\W{0,2}(?:时\s*间|日\s*期)\s*[:：∶]")
_PUBLISHED_AT = re.compile(r"(?:发布|更新|发表|录入|添加)(?:时间|日期)\s*[:：∶]\s*\d{4}")
_LABEL_ALONE = re.compile(r"^\W{0,2}[\u4e00-\u9fff\s]{2,8}[:：∶]$")
HEADING = 60
"""Characters: a heading over what is not the article's has no more."""
DEEP, NEAR = 200, 15
"""Lines among which the title is looked for, where an element of the text's shows it and where none does."""
_SENTENCE = re.compile("[，。；：！？]")
_ALONE = re.compile(r"^[\[(（【\s]*(?:\d{4}|[〇○零一二三四五六七八九]{4})[^，。；]{4,30}$")


def is_widget(line: str) -> bool:
    """Print, close, share and font-size buttons, whatever stands between them; how to open the page elsewhere."""
    return len(line) < 80 and (
        _WIDGETS.fullmatch(line) is not None
        or (_TELEPHONE.match(line) is not None and _PASSED_ON.search(line) is not None)
    )


def is_colophon(line: str) -> bool:
    """What the foot of every page of a site says."""
    return _ORGANISER.match(line) is not None or _COLOPHON.search(line) is not None


def is_information(line: str) -> bool:
    """The line of date, source, author and views under a title."""
    if len(line) > 200 or "。" in line or not _LABELLED.search(line):
        return False
    if INFORMATION.search(line):
        return True
    labels = [form for form in (DATE_LABEL, SOURCE_LABEL, AUTHOR_LABEL) if form.search(line)]
    if COUNT_LABEL.search(line) and (":" in line or "：" in line or "次" in line):
        labels.append(COUNT_LABEL)
    return len(labels) > 1 or (bool(labels) and (parse_date(line) is not None or len(line) < 40))


def is_date(line: str) -> bool:
    """A date and hardly anything else."""
    return len(line) < LONGEST_DATE and _ALONE.match(line) is not None and parse_date(line) is not None


def heads_others(line: str) -> bool:
    """A heading over what is not the article's: its neighbours, links, the site's own words."""
    if len(line) <= HEADING and (_NEIGHBOUR.match(line) or _BOX.match(line)):
        return True
    return ("声" in line[:12] or "免责" in line[:6]) and _DISCLAIMER.match(line[:200]) is not None


def opens_answers(line: str) -> bool:
    """A heading over what readers say to the article: no text of its own comes after that."""
    return len(line) <= HEADING and _ANSWERS.match(line) is not None


def names_next_article(line: str) -> bool:
    """The way to the article before or after this one (上一篇：): nothing of this one's text comes after it."""
    return len(line) <= HEADING and _NEXT_ARTICLE.match(line) is not None


def is_subtitle(line: str) -> bool:
    """A second line of a title, set off by a dash."""
    return len(line) <= HEADING and _SUBTITLE.match(line) is not None


def is_dated(line: str) -> bool:
    """A date with a few words, such as who published: an information line without labels."""
    return len(line) < 60 and parse_date(line) is not None and re.search("[，。；！？]", line) is None


def is_sentence(line: str) -> bool:
    """Running text: a reader's line, not a label, a name or a button."""
    return (
        len(line) > 15
        and _SENTENCE.search(line) is not None
        and not is_information(line)
        and TRAIL_LABEL.match(line) is None
    )


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
    """Where the text ends among the lines of its element; ``linked`` are the texts of its links.

    What readers say to it ends it, and so does the way to the next article; a heading of neighbours (相关阅读) does
    where nothing but links and furniture follows. From the end upwards so does every line of furniture and every list
    of files that repeats what the text says.
    """
    text = _Lines(found, linked)
    end = next((index for index, line in enumerate(found) if text.ends_before(index, line)), len(found))
    foot = any(map(is_colophon, found))
    while end and (
        _closes(found[end - 1])
        or _points(found[end - 1], linked)
        or (foot and _CONTACT.match(found[end - 1]))
    ):
        end -= 1
    return _without_file_list(found, end, linked)


class _Lines:
    """Lines of an element and what is asked of them as a whole, each found once."""

    def __init__(self, found: list[str], linked: frozenset[str]) -> None:
        self.found, self.linked = found, linked

    def ends_before(self, index: int, line: str) -> bool:
        if opens_answers(line) or (names_next_article(line) and self.first_sentence < index):
            return True
        if heads_others(line) and self.last_running <= index:
            return True
        last = len(self.found) - 1
        return 0 < index < last and _POINTER.fullmatch(line) is not None and self.last_own <= index

    @cached_property
    def first_sentence(self) -> int:
        return next((at for at, line in enumerate(self.found) if is_sentence(line)), len(self.found))

    @cached_property
    def last_running(self) -> int:
        ends = reversed(range(len(self.found)))
        return next((at for at in ends if _goes_on(self.found[at], self.linked)), -1)

    @cached_property
    def last_own(self) -> int:
        """The last line that is more than links and furniture."""
        ends = reversed(range(len(self.found)))
        return next((at for at in ends if not self._is_aside(self.found[at])), -1)

    def _is_aside(self, line: str) -> bool:
        return _only_links(line, self.linked) or _closes(line) or _POINTER.fullmatch(line) is not None


def _goes_on(line: str, linked: frozenset[str]) -> bool:
    """Whether a line is running text, and no row of a list: a link and its date."""
    if not is_sentence(line) or heads_others(line) or is_colophon(line) or _CONTACT.match(line):
        return False
    ends = range(max(4, len(line) - LONGEST_DATE), len(line) + 1)
    return not any(line[:at] in linked and (at == len(line) or is_date(line[at:].strip())) for at in ends)


def _points(line: str, linked: frozenset[str]) -> bool:
    """Whether a line is a label (政策解读：) and links alone."""
    label = _POINTER.match(line)
    return label is not None and label.end() < len(line) and _only_links(line[label.end() :], linked)


def _only_links(text: str, linked: frozenset[str]) -> bool:
    if text in linked:
        return True
    if len(text) > LONGEST_LINKS or len(linked) > MANY_LINKS:
        return False
    for link in sorted(linked, key=len, reverse=True):
        text = text.replace(link, "")
    return not text.strip(" 、，,;；|·")


def _closes(line: str) -> bool:
    return len(line) < 120 and (
        is_widget(line)
        or _TURNS.fullmatch(line) is not None
        or _COUNT.match(line) is not None
        or is_colophon(line)
        or _CLOSING.match(line) is not None
        or _NEIGHBOUR.match(line) is not None
        or _ATTACHED.match(line) is not None
        or _ATTACHMENT_HEAD.match(line) is not None
    )


def _without_file_list(found: list[str], end: int, linked: frozenset[str]) -> int:
    """The system's own list of files under a text names them with their endings; one of the text's own stays."""
    start = end
    while start and _names_file(found[start - 1], linked):
        start -= 1
    if start < end:
        while start and _closes(found[start - 1]):
            start -= 1
        return start
    return end


def _names_file(line: str, linked: frozenset[str]) -> bool:
    """Whether a line is a linked file's name, with no more than its number or its size beside it."""
    if not _FILE_NAME.search(line):
        return False
    shown = _FILE_SIZE.sub("", line)
    heads = range(min(len(shown), LONGEST_FILE_HEAD))
    return any(shown[at:] in linked and _FILE_HEAD.fullmatch(shown[:at]) for at in heads)


def start_of_text(found: list[str], inside: list[list[str]], outside: list[list[str]]) -> int:
    """Where the text begins: behind the title, the information line and the buttons that stand over it.

    ``inside`` are the lines of each element that shows the title within the text's element, ``outside`` those of
    the others: the text may begin with the title once more.
    """
    start = _behind_heading(found, inside, DEEP) or _behind_heading(found, outside, NEAR)
    titled = start > 0
    informed = False
    for index in range(start, min(len(found), start + 5)) if titled else ():
        if is_information(found[index]) or is_dated(found[index]):
            start, informed = index + (_LABEL_ALONE.match(found[index]) is None), True
            break
        if is_sentence(found[index]):
            break
    while start < len(found) and _stands_over(found[start], titled, informed):
        start += (
            2 if _lacks_value(found[start]) and not any(map(is_sentence, found[start + 1 : start + 2])) else 1
        )
    return min(start, len(found))


def _lacks_value(line: str) -> bool:
    """Whether a line is a label alone (来源：), its value on the next; what stands behind buttons (分享：) is none."""
    return _LABEL_ALONE.match(line) is not None and not is_widget(line)


def _behind_heading(found: list[str], headings: list[list[str]], deep: int) -> int:
    """Where the first run of headings among the lines ends; 0 for none."""
    start = 0
    for index in range(min(len(found), deep)):
        if matching := next((h for h in headings if h and found[index : index + len(h)] == h), None):
            start = index + len(matching)
        elif (start or deep == NEAR) and index >= start and is_sentence(found[index]):
            break
    return start


def _stands_over(line: str, titled: bool, informed: bool) -> bool:
    strict = len(line) < 200 and (INFORMATION.search(line) or _PUBLISHED_AT.search(line)) is not None
    if strict or is_widget(line) or TRAIL_LABEL.match(line) or _COUNT.match(line):
        return True
    if informed and _TIME_OF_EVENT.match(line):
        return False
    return titled and (is_information(line) or is_date(line))
