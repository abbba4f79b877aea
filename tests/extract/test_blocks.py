"""A site's no has a name; an ordinary answer has none."""

from __future__ import annotations

import pytest

from lawcrawl.extract.blocks import block
from lawcrawl.extract.document import Page

ARTICLE = (
    "<h1>关于防火墙与验证码使用的通知</h1><p>" + "各单位应当按照要求安装防火墙并启用安全验证。" * 40 + "</p>"
)


@pytest.mark.parametrize(
    ("status", "html", "expected"),
    [
        (521, "<script>document.cookie='__jsl_clearance_s=1'</script>", "加速乐 (521, __jsl_clearance)"),
        (412, "<script>$_ts=window['$_ts'];</script>", "瑞数 (412, obfuscated script)"),
        (412, "<script src='/a.js'></script>", "a challenge (412, script)"),
        (202, "<html><script>$_ts={}</script></html>", "瑞数 (202, obfuscated script)"),
        (202, "<h1>Accepted</h1><p>已受理</p>", None),
        (403, "<title>创宇盾</title>您的请求被拦截", "创宇盾 (403)"),
        (403, "<p>当前访问被拦截</p>", "a firewall (403)"),
        (403, "<h1>Forbidden</h1>", "forbidden (403)"),
        (401, "", "asks for a login (401)"),
        (429, "", "too many requests (429)"),
        (200, "<title>提示</title><p>请完成安全验证后继续访问</p>", "a captcha page"),
        (200, ARTICLE, None),
        (404, "<h1>404</h1>", None),
        (500, "<h1>500</h1>", None),
    ],
)
def test_an_answer_is_told_apart(status: int, html: str, expected: str | None) -> None:
    assert block(status, Page.from_text(html, "http://sfj.example/a.html")) == expected


def test_a_redirect_to_a_password_is_a_login_page() -> None:
    page = Page.from_text("<form><input type='password'></form>", "http://sfj.example/sso/login?back=1")
    assert block(200, page, asked="http://sfj.example/tzgg/") == "a login page"


def test_a_login_form_in_a_page_that_was_asked_for_is_none() -> None:
    page = Page.from_text(ARTICLE + "<form><input type='password'></form>", "http://sfj.example/a.html")
    assert block(200, page, asked="http://sfj.example/a.html") is None
