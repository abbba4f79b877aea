"""Whether a page that was answered with success says that the article asked for is not there.

Sites answer for what they took down with a page of their own (a soft 404) or with their home page; neither is the
article. A page *about* missing pages has a text of its own and is left alone.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lawcrawl.extract.attachments import is_file
from lawcrawl.extract.document import Page, lines
from lawcrawl.extract.facts import Facts
from lawcrawl.normalize import parse_date, squeeze

SOFT_404, HOME_PAGE = "soft 404", "home page"
LONG = 300
"""Characters: more than any such page says."""
REST = 40
"""Characters that such a page may show beside its message, its advice and the site's own particulars."""

# Cheap enough for every page; only one that holds such a word, or hardly anything, is looked at closely.
# Every alternative begins with a letter as it is: a long page is passed over by its first letters alone.
_HINT = re.compile(
    r"4(?<!\d4)04(?!\d)|n(?i:ot\s+found)|N(?i:ot\s+found)|c(?i:annot be found)|C(?i:annot be found)|"
    r"不存在|找不到|找到|删除|移除|撤|下线|下架|失效|走丢|丢失"
)
_SMALL = 4_000
_HOME = re.compile(r"/?(?:(?:index|default|home|main)\.\w{2,5})?", re.I)
_ERROR_PATH = re.compile(
    r"/(?:error[-_/]?|page[-_]?|err[-_/]?)?404(?:\.\w{2,5}|/)?$|/not-?_?found(?:\.\w{2,5}|/)?$", re.I
)

_PAGE = (
    r"(?:(?:您|你|用户)?(?:所|想|需)?要?(?:正在|当前|刚才)?(?:访问|查找|查看|查询|请求|浏览|打开|寻找|找|输入|点击|阅读)的?|"
    r"该|此|本|这个|这篇|当前|所属|(?:相关|指定|请求)的?)?(?:网站)?"
    r"(?:页面|网页|文章|内容|信息|资源|文件|文档|稿件|栏目|地址|链接|网址|新闻|页|url)(?:内容|信息|地址)?"
)
_AWAY = (
    r"(?:不存在|不在|找不到|未找到|没有找到|没找到|无法找到|不见|走丢|丢失|删除|移除|移走|移动|移位|转移|撤[稿回下销除]|"
    r"下[线架]|更名|更改|改名|修改名称|重命名)了?"
)
# What stands beside one of these and says nothing alone: a session that ran out, a server that is down.
_OR_SO = rf"(?:{_AWAY}|失效|过期|暂?时?(?:不可用|无法访问))"
_MAYBE = r"(?:可能|或许|也许|似乎|好像|已经|已|被|暂时|目前|暂|并|都|早已)*"
_WHERE = r"(?:404|http\s*404)?\s*[-—:：|]?\s*(?:错误|提示|系统提示|温馨提示)?\s*[:：]?\s*"
_SAYS = re.compile(
    rf"{_WHERE}(?:"
    rf"{_PAGE}{_MAYBE}{_AWAY}(?:(?:或者?|以?及|和|、|/|，){_MAYBE}{_OR_SO})*|"
    rf"(?:该|此|您访问的)?(?:链接|信息|文章|内容){_MAYBE}失效了?|"
    rf"(?:系统)?{_MAYBE}(?:找不到|未找到|没有找到|没找到|无法找到)了?(?:您|你)?{_PAGE}|"
    r"(?:http\s*)?(?:status|error|错误|状态码?|代码)?\s*[:：]?\s*404\s*[-–—:：|]?\s*"
    r"(?:错误|页面?|error|提示|(?:(?:page|file|object)\s+)?not\s*found(?:\s*page)?|file or directory not found)*|"
    r"(?:the\s+)?(?:page|file|object|resource)?\s*not\s*found|"
    r"(?:the|this)\s+(?:requested\s+)?(?:url|page|resource|document|file).{0,160}"
    r"(?:not found|cannot be found|can.?t be found|does not exist|no longer exists?|could not be found).{0,30}"
    r")\s*(?:的?页面|错误)?[~～…啦哦呢\s]*",
    re.I,
)
_CLAUSE = re.compile(r"[，。！？；,;!?\t\n]+|\.(?=\s|$)|(?<=歉)\s+|(?<=起)\s+")
_ADVICE = re.compile(
    r"抱歉|对不起|遗憾|sorry|oops|返回|回到|首页|主页|上一[页级]|刷新|网址|地址栏|输入|稍后|秒|跳转|管理员|原因|检查|拼写|"
    r"大小写|[您你]可以|尝试|点击|反馈|错误|出错|提示|apache|nginx|tomcat|iis|server|go\s*back|home",
    re.I,
)
_PARTICULARS = re.compile(
    r"版权所有|主办|承办|协办|维护|icp|备案|公网安备|网站标识码|联系(?:我们|电话|地址)|技术支持|分辨率|浏览器|网站地图|copyright|"
    r"©|今天是|星期|当前位置|所在位置|无障碍|繁体|长者|邮编|传真|ipv6|all rights",
    re.I,
)
_TITLE_PARTS = re.compile(r"\s*[_|｜\-—–·]+\s*")


def absence(page: Page, asked: str, text: str | None = None) -> str | None:
    """``soft 404`` or ``home page`` where the page stands for an article that is not there; else None.

    ``asked`` is the address that was asked for, ``page.url`` the one that answered; ``text`` what was read as the
    article's text, where it has been: a long one settles the question.
    """
    if page.url and page.url != asked:
        if leads_home(asked, page.url):
            return HOME_PAGE
        if _ERROR_PATH.search(urlsplit(page.url).path) and not _ERROR_PATH.search(urlsplit(asked).path):
            return SOFT_404
    if text and len(text) > LONG:
        return None
    if len(page.html) > _SMALL and not _HINT.search(page.html):
        return None
    return SOFT_404 if says_absent(page, text) else None


def leads_home(asked: str, answered: str) -> bool:
    """Whether what was asked for inside a site was answered by the site's home page."""
    before, after = urlsplit(asked), urlsplit(answered)
    if host(before.hostname) != host(after.hostname) or after.query or not _HOME.fullmatch(after.path):
        return False
    return bool(before.query) or not _HOME.fullmatch(before.path)


def host(name: str | None) -> str:
    return (name or "").lower().removeprefix("www.")


def says_absent(page: Page, text: str | None) -> bool:
    """Whether the message is the page's name or stands in it, and is nearly all that there is to read.

    ``text`` is the article's, None where it has not been read.
    """
    titled = title_says(page)
    root = page.tree.find("body")
    if root is None:
        return titled
    if any(is_file(href) for link in root.iter("a") if (href := page.absolute(link.get("href")))):
        return False
    shown = lines(root, skip=frozenset(root.iter("a")))
    if only_says(shown, titled):
        return True
    if not titled and not any(map(says, clauses(shown))):
        return False
    return only_says(Facts(page).paragraphs if text is None else text.split("\n"), titled)


def title_says(page: Page) -> bool:
    name = squeeze(page.name) or ""
    return says(name) or any(map(says, _TITLE_PARTS.split(name)))


def only_says(shown: list[str], titled: bool) -> bool:
    """Whether the lines tell that the page is not there and little else. Where they are dated, advice counts too."""
    dated = any(len(line) < 120 and parse_date(line) and not _PARTICULARS.search(line) for line in shown)
    said, rest = titled, 0
    for line in shown:
        if _PARTICULARS.search(line):
            continue
        for clause in clauses([line]):
            if says(clause):
                said = True
            elif dated or not _ADVICE.search(clause):
                rest += len(clause)
    return said and rest <= REST


def clauses(shown: list[str]) -> list[str]:
    return [
        part
        for line in shown
        for piece in _CLAUSE.split(line)
        if (part := piece.strip(" .:：“”\"'【】[]()（）"))
    ]


def says(clause: str) -> bool:
    return bool(clause) and len(clause) <= 240 and _SAYS.fullmatch(clause) is not None
