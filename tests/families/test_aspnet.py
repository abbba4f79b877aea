"""ASP.NET: pagers that post the page back to itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.aspnet import AspNetSpider
from lawcrawl.items import ListPage, Row
from tests.command import crawl, rows
from tests.server import Answer, Site, article_page, list_page, row, serving

HOST = "http://jtj.linxi.example.cn"
PATH = "/news/list.aspx?type=3"


def item(number: int) -> str:
    return f'<li><a href="show.aspx?id={number}">关于封闭施工第{number}号路段的通告</a><span>2024-01-{30 - number % 28:02}</span></li>'


def column_page(pager: str, numbers: range = range(1, 4), state: str = "c3RhdGU=", fields: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告</title></head><body>
<form action="/search.aspx"><input type="hidden" name="from" value="list"></form>
<form method="post" action="./list.aspx?type=3" id="form1"><input type="hidden" name="__EVENTTARGET" value="">
<input type="hidden" name="__EVENTARGUMENT" value=""><input type="hidden" name="__VIEWSTATE" value="{state}">
<input type="hidden" name="__EVENTVALIDATION" value="dg=="><div class="nav"><a href="/">首页</a></div>
<ul class="list">{"".join(map(item, numbers))}</ul><div class="pager">{pager}</div>{fields}</form></body></html>"""


def post(target: str, argument: str, text: object) -> str:
    return f"<a href=\"javascript:__doPostBack('{target}','{argument}')\">{text}</a>"


def read(html: str, path: str = PATH) -> ListPage:
    return AspNetSpider(name="t").read_list(Page.from_text(html, HOST + path))


def event(listed: ListPage) -> tuple[str, str] | None:
    return (listed.form["__EVENTTARGET"], listed.form["__EVENTARGUMENT"]) if listed.form else None


@pytest.mark.parametrize("pager", [post("AspNetPager1", "2", "下一页"), ""])
def test_its_own_pages_are_recognised(pager: str) -> None:
    assert recognise(Page.from_text(column_page(pager), HOST + PATH))[0] is AspNetSpider


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg/", list_page([row(1)], 3)),
        ("/tzgg.htm", '<li id="line_u8_0"></li>'),
        ("/list.aspx?page=2", "<ul></ul>"),
    ],
)
def test_pages_of_others_are_not(path: str, html: str) -> None:
    assert AspNetSpider.recognises(Page.from_text(html, HOST + path)) < 0.6


def test_systems_built_on_it_are_named_first() -> None:
    html = column_page(post("p", "2", "下一页")) + "<!--{pe.begin.pagination}-->"
    family, _ = recognise(Page.from_text(html, HOST + PATH))
    assert family is not None
    assert family.family == "sitefactory"


def test_the_page_is_posted_back_with_its_hidden_fields() -> None:
    listed = read(column_page(post("ctl00$AspNetPager1", "2", "下一页")))
    assert listed.items[0] == Row(f"{HOST}/news/show.aspx?id=1", "关于封闭施工第1号路段的通告", "2024-01-29")
    assert listed.next == HOST + PATH
    assert listed.form == {
        "__EVENTTARGET": "ctl00$AspNetPager1",
        "__EVENTARGUMENT": "2",
        "__VIEWSTATE": "c3RhdGU=",
        "__EVENTVALIDATION": "dg==",
    }


def test_what_a_browser_would_send_is_sent_too() -> None:
    fields = """<select name="year"><option value="2023">2023</option><option value="2024" selected>2024</option></select>
<input name="key" value="施工"><input type="checkbox" name="old"><input type="checkbox" name="all" checked>
<input type="submit" name="go" value="查询"><input name="off" value="1" disabled>"""
    form = read(column_page(post("p", "2", "下一页"), fields=fields)).form or {}
    assert {name: form[name] for name in form if not name.startswith("__")} == {
        "year": "2024",
        "key": "施工",
        "all": "on",
    }


@pytest.mark.parametrize(
    ("pager", "expected"),
    [
        (post("p", "1", "首页") + post("p", "3", "下一页") + post("p", "9", "尾页"), ("p", "3")),
        (post("lbtnNext", "", "下一页"), ("lbtnNext", "")),
        (f"<table><tr><td><span>1</span></td><td>{post('Grid', 'Page$2', 2)}</td></tr></table>", ("Grid", "Page$2")),
        (f"<span>10</span>{post('Grid', 'Page$9', 9)}{post('Grid', 'Page$11', '...')}", ("Grid", "Page$11")),
        (f"{post('Grid', 'Page$10', '...')}<span>11</span>{post('Grid', 'Page$12', 12)}", ("Grid", "Page$12")),
        ("<a href='javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions(&quot;Next&quot;, &quot;&quot;, true))'>下页</a>", ("Next", "")),
        (f"第<b>2</b>页 共<b>7</b>页 {post('n', '', '下一页')}", ("n", "")),
        ("<a onclick=\"__doPostBack('n','')\" href='#'>下一页</a>", ("n", "")),
    ],
    ids=["next in words", "button link", "numbers", "dots ahead", "dots behind", "with options", "position", "onclick"],
)  # fmt: skip
def test_the_next_page_is_found(pager: str, expected: tuple[str, str]) -> None:
    assert event(read(column_page(pager))) == expected


@pytest.mark.parametrize(
    "pager",
    [
        post("p", "6", "上一页") + '<a disabled="disabled">下一页</a>',
        f"{post('Grid', 'Page$6', 6)}<span>7</span>",
        f'<a class="aspNetDisabled">下一页</a>{post("p", "", "上一页")}',
        f"第<b>7</b>页/共<b>7</b>页 {post('n', '', '下一页')}",
        f"7/7 {post('n', '', '下一页')}",
        '<input type="submit" name="btnNext" value="下一页" disabled="disabled">',
        "",
    ],
    ids=["disabled", "numbers", "disabled link", "position", "fraction", "disabled button", "no pager"],
)
def test_the_last_page_posts_nothing(pager: str) -> None:
    listed = read(column_page(pager))
    assert (len(listed.items), listed.next, listed.form) == (3, None, None)


def test_a_submit_button_posts_its_own_name() -> None:
    listed = read(column_page('<input type="submit" name="btnNext" value="下一页">'))
    assert (listed.form or {}).get("btnNext") == "下一页"
    assert event(listed) == ("", "")


def test_a_pager_of_plain_links_is_asked_plainly() -> None:
    listed = read(column_page('<a href="list.aspx?type=3&page=2">下一页</a>' + post("login", "", "登录")))
    assert (listed.next, listed.form) == (f"{HOST}{PATH}&page=2", None)


def test_a_form_without_action_goes_to_the_page_itself() -> None:
    html = column_page(post("p", "2", "下一页")).replace('action="./list.aspx?type=3"', "")
    assert read(html).next == HOST + PATH


def posting_site() -> Site:
    """A list of three pages that answers only a form with the state of the page before."""

    def page(number: int) -> Answer:
        links = post("Pager", str(number + 1), "下一页") if number < 3 else "<a disabled>下一页</a>"
        html = column_page(links, range(number * 3 - 2, min(number * 3, 8) + 1), state=f"state{number}+/=")
        return Answer(html, headers={"Content-Type": "text/html; charset=utf-8"}, form=answer)

    def answer(form: dict[str, str]) -> Answer:
        number = int(form["__EVENTARGUMENT"])
        if form["__EVENTTARGET"] == "Pager" and form["__VIEWSTATE"] == f"state{number - 1}+/=":
            return page(number)
        return Answer("<h1>Validation of viewstate failed</h1>", 500)

    site = Site()
    site.pages[PATH] = page(1)
    for n in range(1, 9):
        site.page(f"/news/show.aspx?id={n}", article_page(f"关于封闭施工第{n}号路段的通告"))
    return site


def test_a_whole_column_is_crawled_by_posting(tmp_path: Path) -> None:
    site = posting_site()
    with serving(site):
        run = crawl(tmp_path / "a", site.url + PATH)
    assert run.status == 0, run.err
    assert rows(tmp_path / "a", "SELECT count(*) FROM articles") == [8]
    assert [path for path in site.asked if "list" in path] == [PATH, f"POST {PATH}", f"POST {PATH}"]
