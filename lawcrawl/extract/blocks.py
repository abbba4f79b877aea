"""Whether an answer is a site's no: a challenge, a captcha, a refusal. It is named and never got around.

The products are told by what they leave in the page: 加速乐 answers 521 and sets ``__jsl_clearance``; 瑞数 answers 412 or
202 with nothing but an obfuscated script; 创宇盾 and other firewalls answer 403 with a page of their own.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lawcrawl.extract.document import Page, text_of

SMALL = 40_000
"""Characters: no challenge page seen was larger, and no larger page is looked through."""
SMALL_SUCCESS = 12_000
"""Bytes of a page with status 200 below which it may be a captcha."""
_JSL = re.compile(r"__jsl_?clearance|__jsluid", re.I)
_RUISHU = re.compile(
    r"\$_ts\s*[=.\[]|<meta[^>]+content=\"\{qqlA|_\$[\w$]{2,4}\(\)|/[\w.]{6,}\.[0-9a-f]{7}\.js", re.I
)
_FIREWALL = (
    ("创宇盾", re.compile(r"创宇盾|知道创宇|yunaq\.com|365cyd", re.I)),
    ("安全狗", re.compile(r"安全狗|safedog", re.I)),
    ("云锁", re.compile(r"云锁|yunsuo", re.I)),
    (
        "a firewall",
        re.compile(
            r"请求(?:已)?被(?:拦截|阻断)|访问(?:已)?被(?:拦截|阻断|禁止)|Web应用防火墙|WAF|防火墙|恶意请求|非法请求",
            re.I,
        ),
    ),
)
_CAPTCHA = re.compile(
    r"(?:请|需)(?:先)?(?:完成|输入|进行)(?:安全|人机|滑动)?验证|人机验证|滑动验证|安全验证|拖动滑块|captcha|verify you are human",
    re.I,
)
_CAPTCHA_WORDS = ("验证", "滑块", "aptcha", "APTCHA", "you are human")
_LOGIN_PATH = re.compile(r"/(?:login|signin|sso|cas|oauth2?|passport)\b", re.I)
_PASSWORD = re.compile(r"<input[^>]+type=[\"']?password", re.I)
REFUSALS = {401: "asks for a login (401)", 403: "forbidden (403)", 429: "too many requests (429)"}


def block(status: int, page: Page, asked: str = "", cookies: str = "") -> str | None:
    """The name of what bars the way; None for an ordinary answer, an ordinary error among them.

    ``asked`` is the address asked for, where it is another than ``page.url`` a redirect led here; ``cookies`` is the
    ``Set-Cookie`` header.
    """
    html = page.html if len(page.html) <= SMALL else ""
    if status == 521 or (_JSL.search(cookies) and status != 200 and html):
        return f"加速乐 ({status}, __jsl_clearance)"
    if status == 412 or (status == 202 and _only_script(page)):
        return (
            f"瑞数 ({status}, obfuscated script)"
            if _RUISHU.search(html)
            else f"a challenge ({status}, script)"
        )
    if status in (403, 405, 418, 493, 503) and html:
        for name, mark in _FIREWALL:
            if mark.search(html):
                return f"{name} ({status})"
    if status == 200 and html and len(html) < SMALL:
        if (
            any(word in html for word in _CAPTCHA_WORDS)
            and _CAPTCHA.search(html)
            and len(text_of(page.tree)) < 400
        ):
            return "a captcha page"
        if _login(page, asked):
            return "a login page"
    return REFUSALS.get(status)


def _only_script(page: Page) -> bool:
    return "<script" in page.html and len(text_of(page.tree)) < 40


def _login(page: Page, asked: str) -> bool:
    """A redirect to where a password is asked for."""
    return bool(
        asked
        and page.url != asked
        and _LOGIN_PATH.search(urlsplit(page.url).path)
        and not _LOGIN_PATH.search(urlsplit(asked).path)
        and _PASSWORD.search(page.html)
    )
