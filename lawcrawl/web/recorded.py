"""The sentences that crawls leave in the archive, in English there, in Chinese on a Chinese page."""

from __future__ import annotations

import re
from collections.abc import Callable

from lawcrawl.web.language import Language

STAGES = {
    "robots": "robots.txt",
    "fetch": "取得",
    "blocked": "拒绝",
    "parse": "解析",
    "validate": "核验",
    "attachment": "附件",
    "views": "浏览次数",
    "store": "入库",
}
"""Where something failed."""
RECORDED = {
    **STAGES,
    **{f"{stage}: {{why}}": f"{chinese}：{{why}}" for stage, chinese in STAGES.items()},
    # how a crawl ended
    "its last crawl was killed; the next goes on": "上次采集被强行终止；下次采集会接着进行",
    "stopped by the user": "由使用者停止",
    "the hours in which it may be asked are over; the next crawl goes on": "允许采集的时段已过；下次采集会接着进行",
    "{n} failures": "{n} 项失败",
    "blocked: {why}": "站点拒绝采集：{why}",
    "asks for a login (401)": "要求登录（401）",
    "forbidden (403)": "禁止访问（403）",
    "too many requests (429)": "请求过于频繁（429）",
    "a captcha page": "验证码页面",
    "a login page": "登录页面",
    "a challenge ({code}, script)": "质询页面（{code}，脚本）",
    "{name} ({code}, obfuscated script)": "{name}（{code}，混淆脚本）",
    # what monitors find
    "the list {url} shows no rows any more": "列表 {url} 不再列出任何文章",
    "the list {url} cannot be read any more": "列表 {url} 已无法读取",
    "the {field} could not be read any more on {lost} of {read} articles looked at again; the archive keeps what it had":
    "复查的 {read} 篇文章中，有 {lost} 篇已读不出{field}；存档保留原值",
    "{field} is known of {now} of {n} new articles; before it was {before}":
    "新文章 {n} 篇，其中 {now} 有{field}；以往为 {before}",
    "the texts of {n} new articles have {now} characters in the middle; before it was {before}":
    "{n} 篇新文章的正文字数中位数为 {now}；以往为 {before}",
    "nothing is newer than {day}, {quiet} days ago; the longest pause before was {longest} days":
    "{day} 以来再无新文章，已 {quiet} 天；以往最长间隔为 {longest} 天",
    "{failed} of {tried} failed; usually it is {usual}": "{tried} 项中有 {failed} 项失败；通常为 {usual}",
    "the site's certificate ends in {left} days, on {day}": "站点证书将于 {left} 天后（{day}）到期",
    # why something failed
    "status {code}": "状态码 {code}",
    "the host's name cannot be resolved": "域名无法解析",
    "too large: more bytes than DOWNLOAD_MAXSIZE": "过大：超过 DOWNLOAD_MAXSIZE 所限字节数",
    "the connection was refused": "连接被拒绝",
    "timeout: no whole answer in DOWNLOAD_TIMEOUT seconds": "超时：在 DOWNLOAD_TIMEOUT 秒内未收到完整应答",
    "the answer broke off, or its length or chunks are not as it says": "应答中断，或其长度、分块与所称不符",
    "soft 404": "以正常状态返回的“页面不存在”",
    "home page": "转到了首页",
    "another site": "转到了其他站点",
    "{what}: the page says that it is not there": "{what}：网页自称不存在",
    "part {n} of an article: {why}": "文章的第 {n} 部分：{why}",
    "the counter answered no number (status {code}, {said})": "计数器未返回数字（状态码 {code}，{said}）",
    "doubtful: {fields} cannot be read any more; version {n} stays": "存疑：已读不出{fields}；保留第 {n} 版",
    "the list claims {n} pages and ended after {found}; the rest was not found":
    "列表自称 {n} 页，读到第 {found} 页即止；其余未找到",
    "the list claims {n} articles and ended after {found}; the rest was not found":
    "列表自称 {n} 篇，读到 {found} 篇即止；其余未找到",
    "its pager led over {n} pages without a row and is not followed further": "翻页后连续 {n} 页没有条目，不再继续",
    "its pager leads on after {n} pages, LAWCRAWL_LIST_PAGES, and is not followed further":
    "翻过 {n} 页（LAWCRAWL_LIST_PAGES）后仍有下一页，不再继续",
    "{one} and {other}": "{one}、{other}",
    # fields
    "title": "标题",
    "date": "日期",
    "source": "来源",
    "author": "作者",
    "document number": "文号",
    "issuer": "发文机关",
    "text": "正文",
}  # fmt: skip
"""What is told of in the archive, and the same in Chinese; ``{names}`` stand for what differs."""


def pattern(sentence: str) -> re.Pattern[str]:
    """
    >>> pattern("{n} failures").fullmatch("3 failures")["n"]
    '3'
    """
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.S)


PATTERNS = [(pattern(sentence), chinese) for sentence, chinese in RECORDED.items()]


def in_chinese(sentence: str) -> str:
    """A sentence of the archive in Chinese, and what stands in it; as it is, where it is none of :data:`RECORDED`.

    >>> in_chinese("blocked: forbidden (403)"), in_chinese("OSError: no such device")
    ('站点拒绝采集：禁止访问（403）', 'OSError: no such device')
    """
    for known, chinese in PATTERNS:
        if found := known.fullmatch(sentence):
            return chinese.format(**{name: in_chinese(part) for name, part in found.groupdict().items()})
    return sentence


def teller(language: Language) -> Callable[[str], str]:
    """What gives a sentence that is in the archive in a language."""
    return in_chinese if language == "zh" else str
