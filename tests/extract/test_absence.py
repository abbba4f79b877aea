"""A page that stands for an article that is not there is told from an article, whatever it is about."""

from __future__ import annotations

import pytest

from lawcrawl.extract.absence import HOME_PAGE, SOFT_404, absence
from lawcrawl.extract.document import Page
from tests.extract.pages import BODY, HOST, PARAGRAPHS, TITLE, article, page

ASKED = f"{HOST}/zwgk/202401/t20240104_1.html"
NAV = "<div class='nav'><a href='/'>首页</a> <a href='/zwgk/'>政务公开</a> 今天是2024年1月5日 星期五</div>"
FOOTER = (
    "<div class='footer'><p>主办单位：临溪市交通局　承办：临溪市交通局办公室</p><p>网站标识码：0000000000　"
    "临ICP备00000000号</p><p>联系电话：000-0000000</p></div>"
)
INFO = "<p>发布时间：2024-01-04　来源：临溪市交通局</p>"
MESSAGES = (
    "页面不存在",
    "您访问的页面不存在或已删除",
    "您访问的页面不存在或已被删除！",
    "很抱歉，您要访问的页面不存在。",
    "对不起，您访问的页面已被删除、更名或暂时不可用",
    "抱歉！您所访问的页面不存在...",
    "对不起 您查找的页面可能已被移除",
    "找不到您要访问的页面",
    "抱歉，没有找到相关的页面",
    "无法找到该页",
    "该信息不存在",
    "文章不存在或已被删除",
    "该文章已下线",
    "该稿件已撤销",
    "系统找不到指定的文件",
    "该链接已失效",
    "404",
    "404 Not Found",
    "404 页面未找到",
    "404错误页面",
    "HTTP Status 404 – Not Found",
    "Page Not Found",
    "The requested URL /zwgk/1.html was not found on this server.",
    "The page you requested cannot be found.",
)


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_that_is_the_only_text_is_absence(message: str) -> None:
    assert absence(page(f"<div><p>{message}</p></div>"), ASKED) == SOFT_404


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_inside_the_sites_own_frame_is_absence(message: str) -> None:
    inner = f"{NAV}<div class='box'><p>{message}</p><p>5秒后<a href='/'>返回首页</a></p></div>{FOOTER}"
    assert absence(page(inner, head="<title>临溪市交通局</title>"), ASKED) == SOFT_404


@pytest.mark.parametrize(
    "name",
    [
        "404 Not Found",
        "页面不存在",
        "页面不存在_临溪市交通局",
        "临溪市交通局 - 404",
        "404-您访问的页面不存在",
    ],
)
def test_a_message_in_the_title_alone_is_absence(name: str) -> None:
    shown = page("<img src='/404.png'><a href='/'>返回首页</a>", head=f"<title>{name}</title>")
    assert absence(shown, ASKED) == SOFT_404


@pytest.mark.parametrize(
    "advice",
    [
        "您可以：1、检查网址是否正确；2、返回上一页；3、访问网站首页。",
        "可能的原因：输入的网址有误；网页已被删除、更名或移动。",
        "nginx/1.24.0",
        "Apache Tomcat/9.0.1",
    ],
)
def test_advice_beside_the_message_changes_nothing(advice: str) -> None:
    shown = page(f"<h1>404</h1><p>您访问的页面不存在</p><div>{advice}</div>{FOOTER}")
    assert absence(shown, ASKED) == SOFT_404


@pytest.mark.parametrize(
    "shown",
    [
        article(),
        article(INFO, body="<div class='TRS_Editor'><p>特此公告。</p></div>"),
        article(INFO, heading="<h1>页面不存在</h1>", head="<title>页面不存在</title>"),
        article(INFO, heading="<h1>404 Not Found</h1>", head="<title>404 Not Found_临溪市交通局</title>"),
        page(
            "<h1>关于网站部分页面不存在的说明</h1>"
            + INFO
            + "<p>近期有群众反映，点击我局网站链接后提示：您访问的页面不存在。经检查，原因是服务器升级、网址变化，"
            "请返回首页重新查找。</p>",
            head="<title>关于网站部分页面不存在的说明_临溪市交通局</title>",
        ),
        page(
            "<h1>关于网站改版的公告</h1><p>改版期间，部分页面不存在，请谅解。</p>",
            head="<title>关于网站改版的公告</title>",
        ),
        page(NAV + BODY.replace(PARAGRAPHS[1], "页面不存在") + FOOTER, head="<title>页面不存在</title>"),
        page("<p>第404号公告</p>" + BODY, head="<title>临溪市人民政府公告（第404号）</title>"),
        page(
            "<h1>404</h1><p><a href='./P020240104.pdf'>附件：404路公交线路图.pdf</a></p>",
            head="<title>404</title>",
        ),
        page("<p>系统繁忙，请稍后再试</p>", head="<title>提示信息</title>"),
        page("<p>您的访问已被拦截，页面无法访问</p>", head="<title>403 Forbidden</title>"),
        page("<p>页面已失效，请重新登录</p>"),
        page(""),
        Page.from_text("", ASKED),
    ],
    ids=[
        "an article",
        "a very short article",
        "an article named like the message",
        "an article named 404",
        "an article that quotes the message",
        "a short notice of missing pages",
        "a message among paragraphs",
        "a number in a title",
        "a page that links a file",
        "a busy server",
        "a firewall",
        "a session that ran out",
        "an empty page",
        "nothing at all",
    ],
)
def test_what_is_no_message_of_absence_is_left_alone(shown: Page) -> None:
    assert absence(shown, shown.url) is None


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/zwgk/1.html", "/"),
        ("/zwgk/1.html", ""),
        ("/zwgk/1.html", "/index.html"),
        ("/zwgk/1.html", "/index.shtml"),
        ("/zwgk/1.html", "/default.aspx"),
        ("/zwgk/1.html", "/#top"),
        ("/index.php?id=7", "/index.php"),
    ],
)
def test_being_led_to_the_home_page_is_absence(asked: str, answered: str) -> None:
    assert absence(page(NAV + BODY, url=HOST + answered), HOST + asked) == HOME_PAGE


def test_the_home_page_may_answer_under_another_scheme_or_www() -> None:
    assert absence(page(NAV, url="https://linxi.example/"), f"{HOST}/zwgk/1.html") == HOME_PAGE


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (f"{HOST}/", f"{HOST}/index.html"),
        (f"{HOST}/zwgk/1.html", f"{HOST}/zwgk/1.html"),
        (f"{HOST}/zwgk/1.html", f"{HOST}/zwgk/202401/1.html"),
        (f"{HOST}/zwgk/1.html", f"{HOST}/zwgk/index.html"),
        (f"{HOST}/zwgk/1.html", f"{HOST}/index.html?id=1"),
        (f"{HOST}/zwgk/1.html", f"{HOST}/home/content/1.html"),
        (f"{HOST}/zwgk/1.html", "http://login.other.example/"),
    ],
)
def test_another_way_to_an_article_is_no_absence(asked: str, answered: str) -> None:
    assert absence(page(f"<h1>{TITLE}</h1>{BODY}", url=answered), asked) is None


@pytest.mark.parametrize("path", ["/404.html", "/error/404.htm", "/404", "/notfound.html"])
def test_being_led_to_a_page_of_errors_is_absence(path: str) -> None:
    assert absence(page("<p>出错了</p>", url=HOST + path), ASKED) == SOFT_404


def test_an_article_whose_own_address_ends_in_404_is_one() -> None:
    assert absence(article(url=f"{HOST}/zwgk/404.html"), f"{HOST}/zwgk/404.html") is None
    assert absence(article(url="https://www.linxi.example/zwgk/404.html"), f"{HOST}/zwgk/404.html") is None
