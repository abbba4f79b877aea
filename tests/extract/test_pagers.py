"""The next page of a list, by every way that a pager turns."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from lawcrawl.extract.claims import claims
from lawcrawl.extract.document import Page
from lawcrawl.extract.listing import read_list
from lawcrawl.extract.pagers import next_page
from tests.extract.pages import HOST, page

LIST = f"{HOST}/tz/"


def shown(markup: str, url: str = LIST, head: str = "") -> Page:
    return page("<ul><li><a href='t1.html'>临溪市渡口公告</a></li></ul>" + markup, url=url, head=head)


def script(code: str, url: str = LIST) -> Page:
    return shown(f"<script>{code}</script>", url)


# createPageHTML


@pytest.mark.parametrize(
    ("code", "following", "pages"),
    [
        ('createPageHTML(5, 0, "index", "html");', "index_1.html", 5),
        ("createPageHTML(5,3,'index','shtml')", "index_4.shtml", 5),
        ('createPageHTML("5", "1", "list", "htm");', "list_2.htm", 5),
        ('createPageHTML (5 , 0 , "index" , "html") ;', "index_1.html", 5),
        ('createPageHTML(5, 4, "index", "html");', None, 5),
        ('createPageHTML(1, 0, "index", "html");', None, 1),
        ('createPageHTML(0, 0, "index", "html");', None, None),
        (
            '// createPageHTML(9, 0, "old", "html");\ncreatePageHTML(5, 0, "index", "html");',
            "index_1.html",
            5,
        ),
        (
            '/* createPageHTML(9, 0, "old", "html"); */createPageHTML(5, 0, "index", "html");',
            "index_1.html",
            5,
        ),
        ('//createPageHTML(9, 0, "index", "html");', None, None),
        (
            'function createPageHTML(_nPageCount, _nCurrIndex, _sName, _sExt) {}\ncreatePageHTML(5, 0, "index", "html");',
            "index_1.html",
            5,
        ),
        ("function createPageHTML(total, now, name, ext) {}", None, None),
        ('createPageHTML(5, 0, "index", "html", 98);', "index_1.html", 5),
        (
            'function f(n) { return Math.ceil(n / 10) }\ncreatePageHTML(5, 4, "index", "html", 98);',
            "index_5.html",
            10,
        ),
        ('var perPage = 20;\ncreatePageHTML(5, 4, "index", "html", 98);', None, 5),
        ("createPageHTML('page-div',34,1,'common_list','shtml',500);", "common_list_2.shtml", 34),
        ("createPageHTML('page-div',34,33,'common_list','shtml',500);", "common_list_34.shtml", 34),
        ("createPageHTML('page-div',34,34,'common_list','shtml',500);", None, 34),
        ('var home = "http://www.linxi.example/"; createPageHTML(5, 0, "index", "html");', "index_1.html", 5),
        ("createPageHTML(${pages}, 0, 'index', 'html');", None, None),
        ("createPageHTML();", None, None),
    ],
)
def test_create_page_html(code: str, following: str | None, pages: int | None) -> None:
    read = script(code)
    assert next_page(read) == (following and LIST + following)
    assert claims(read).pages == pages


def test_a_script_that_tells_the_last_page_is_believed_over_a_link() -> None:
    code = "<script>createPageHTML(5, 4, 'index', 'html')</script>"
    assert next_page(shown(f"{code}<a href='index_9.html'>下一页</a>")) is None


def test_the_fifth_argument_is_the_number_of_articles() -> None:
    assert claims(script('createPageHTML(5, 0, "index", "html", 98);')).records == 98
    assert claims(script('createPageHTML(5, 0, "index", "html");')).records is None


# Other scripts


@pytest.mark.parametrize(
    ("code", "url", "following"),
    [
        ("var countPage = 125;\nvar currentPage = 0;", LIST, "index_1.html"),
        ("var countPage = 125; var currentPage = 7", f"{LIST}index_7.html", "index_8.html"),
        ("var currentPage='0'; var countPage='3'", f"{LIST}list.shtml", "list_1.shtml"),
        ("var countPage = 3; var currentPage = 2", f"{LIST}index_2.html", None),
        ("// var countPage = 9; \n var currentPage = 0", LIST, None),
        ("var countPage = 3;", LIST, None),
    ],
)
def test_script_variables(code: str, url: str, following: str | None) -> None:
    assert next_page(script(code, url)) == (following and LIST + following)


# Links


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ("<a href='index_1.html'>下一页</a>", "index_1.html"),
        ("<a href='?page=2'>下一页 &gt;</a>", "?page=2"),
        ("<a href='?page=2'>[下页]</a>", "?page=2"),
        ("<a href='?page=2'>下 页</a>", "?page=2"),
        ("<a href='?page=2'>后一页</a>", "?page=2"),
        ("<a href='?page=2'><span>下一</span>页</a>", "?page=2"),
        ("<a href='?page=2'>Next</a>", "?page=2"),
        ("<a href='?page=2'>&gt;</a>", "?page=2"),
        ("<a href='?page=2'>»</a>", "?page=2"),
        ("<a href='?page=2' title='下一页'><img src='/r.gif'></a>", "?page=2"),
        ("<a class='next' href='?page=2'></a>", "?page=2"),
        ("<a rel='next' href='?page=2'>2</a>", "?page=2"),
        ("<a href='?page=9'>下一篇：渡口检查</a>", None),
        ("<a href='?page=9'>尾页</a>", None),
        ("<a href='?page=9'>上一页</a>", None),
        ("<a>下一页</a>", None),
        ("<a href='javascript:void(0)'>下一页</a>", None),
        ("<a href='#'>下一页</a>", None),
        ("<span>下一页</span>", None),
        ("", None),
    ],
)
def test_a_link_to_the_next_page(link: str, following: str | None) -> None:
    assert next_page(shown(f"<div class='page'>{link}</div>")) == (following and LIST + following)


def test_a_link_of_the_head_names_the_next_page() -> None:
    assert next_page(shown("", head="<link rel='next' href='2.html'>")) == f"{LIST}2.html"


@pytest.mark.parametrize(
    "href", ["?page=3", "http://www.linxi.example/tz/?page=3", "https://linxi.example/tz/?page=3#list"]
)
def test_a_next_page_that_is_the_page_itself_is_none(href: str) -> None:
    assert next_page(shown(f"<a href='{href}'>下一页</a>", f"{LIST}?page=3")) is None


@pytest.mark.parametrize(
    ("pager", "following"),
    [
        ("<span class='current'>1</span><a href='?page=2'>2</a><a href='?page=3'>3</a>", "?page=2"),
        ("<a href='?page=1'>1</a><a class='on' href='?page=2'>2</a><a href='?page=3'>3</a>", "?page=3"),
        ("<b>2</b><a href='?page=1'>1</a><a href='?page=3'>3</a>", "?page=3"),
        ("<ul><li class='active'>1</li><li><a href='?page=2'>2</a></li></ul>", "?page=2"),
        pytest.param(
            "<ul><li class='active'><a>1</a></li><li><a href='?page=2'>2</a></li></ul>",
            "?page=2",
        ),
        ("<ul><li><a class='cur'>1</a></li><li><a href='?page=2'>2</a></li></ul>", "?page=2"),
        ("<a href='?page=1'>1</a><a href='?page=2'>2</a><span class='current'>3</span>", None),
        ("<a href='?page=1'>1</a><a href='?page=2'>2</a>", "?page=2"),
    ],
)
def test_the_number_behind_the_highlighted_one(pager: str, following: str | None) -> None:
    assert next_page(shown(f"<div class='page'>{pager}</div>")) == (following and LIST + following)


@pytest.mark.parametrize(
    ("options", "following"),
    [
        ("<option value='index.html' selected>1<option value='index_1.html'>2", "index_1.html"),
        ("<option value='?page=1'>1<option value='?page=2' selected>2<option value='?page=3'>3", "?page=3"),
        ("<option value='?page=1'>1<option value='?page=2' selected>2", None),
        ("<option value='1' selected>1<option value='2'>2", None),
        pytest.param(
            "<option selected>友情链接<option value='http://other.example/'>临江市",
            None,
        ),
    ],
)
def test_a_box_of_pages(options: str, following: str | None) -> None:
    assert next_page(shown(f"<select>{options}</select>")) == (following and LIST + following)


def hidden(markup: str) -> str:
    return base64.b64encode(quote(markup).encode()).decode()


PAGER = "<span class='current'>1</span><a href='index_1.html'>2</a><a href='index_1.html'>下一页</a>"


@pytest.mark.parametrize(
    "holder",
    ["<div style='display:none'>{}</div>", "<input type='hidden' value='{}'>", "<textarea>{}</textarea>"],
)
def test_a_pager_kept_as_base64(holder: str) -> None:
    assert next_page(shown(holder.format(hidden(PAGER)))) == f"{LIST}index_1.html"


@pytest.mark.parametrize(
    "text",
    [
        "A" * 61,
        "A" * 64,
        hidden("<p>" + "x" * 80),
        hidden("<a href='javascript:go(2)'>下一页</a>" + "x" * 60),
    ],
)
def test_base64_that_is_no_pager_turns_no_page(text: str) -> None:
    assert next_page(shown(f"<div>{text}</div>")) is None


@pytest.mark.parametrize("href", ["javascript:go(2)", "javascript:__doPostBack('pager','2')", "javascript:;"])
def test_a_pager_that_only_a_script_turns_gives_no_address(href: str) -> None:
    pager = f'<span class="current">1</span><a href="{href}">2</a><a href="{href}">下一页</a>'
    assert next_page(shown(pager)) is None


# What the pager claims


@pytest.mark.parametrize(
    ("text", "pages", "records"),
    [
        ("共12页", 12, None),
        ("共有 12 页 共 230 条", 12, 230),
        ("第1/12页", 12, None),
        ("1/12页", 12, None),
        ("<script>var totalPages = '12', totalRecords: 230</script>", 12, 230),
        ("总记录数：230", None, 230),
        ("共计230篇", None, 230),
        ("渡口", None, None),
    ],
)
def test_what_the_pager_claims(text: str, pages: int | None, records: int | None) -> None:
    read = shown(text)
    assert (claims(read).pages, claims(read).records) == (pages, records)


def test_script_variables_tell_the_pages() -> None:
    assert claims(script("var countPage = 125; var currentPage = 0")).pages == 125


@pytest.mark.parametrize(
    ("code", "following", "pages"),
    [
        ("laypage.render({count: 57, limit: 10, curr: 1, jump: function (o) { location.href = '?page=' + o.curr }})", "?page=2", 6),
        ("laypage({pages: 22, curr: 22, jump: function (e, first) { if (!first) location.href = '?page=' + e.curr }})", None, 22),
        ("$('.m').pagination({pageCount: 12, current: 1, callback: function (api) { location.href = 'list.html?p=' + api.getCurrent(); }});", "list.html?p=2", 12),
        ("$.jqPaginator('#m', {totalPages: 7, currentPage: 3, onPageChange: function (num, type) { location.href = 'index_' + num + '.html'; }});", "index_4.html", 7),
        ("$('.m').createPage({pageCount: 6, current: 1, backFn: function (p) { location.href = '?page=' + p; }});", "?page=2", 6),
        ("$('.m').createPage({pageCount: 6, current: 1, backFn: function (p) { load(p); }});", None, 6),
        ("var nPageCount = 9; var nCurrIndex = 0;", "index_1.html", 9),
    ],
)  # fmt: skip
def test_a_pager_that_a_script_draws(code: str, following: str | None, pages: int) -> None:
    read = script(code)
    assert next_page(read) == (f"{LIST}{following}" if following else None)
    assert claims(read).pages == pages


@pytest.mark.parametrize(
    "control",
    [
        "<input type='button' value='下一页' onclick='this.form.p.value=2;this.form.submit();'>",
        "<a href='javascript:go(2)'>下一页</a><script>function go(n) { $('#p').val(n); $('#f').submit(); }</script>",
        "<a href='javascript:;' onclick='go(2)'>下一页</a><script>var go = function (n) { document.getElementById('p').value = n; document.f.submit() }</script>",
        "<a href='javascript:list.go(2)'>下一页</a><script>var list = {go: function (n) { document.f.p.value = n; document.f.submit() }}</script>",
    ],
)  # fmt: skip
def test_a_form_that_the_pager_posts(control: str) -> None:
    form = "<form id='f' name='f' method='post' action='/list.do'><input type='hidden' name='cid' value='3'>"
    rows = "".join(
        f"<li><a href='t{n}.html'>临溪市第{n}期渡口公告</a><em>2024-03-1{n}</em></li>" for n in range(5)
    )
    listed = read_list(
        page(f"<ul>{rows}</ul>{form}<input type='hidden' id='p' name='p'>{control}</form>", url=LIST)
    )
    assert (listed.next, listed.form) == (f"{HOST}/list.do", {"cid": "3", "p": "2"})


@pytest.mark.parametrize(
    ("link", "following"),
    [("<a href='?page=2'>加载更多</a>", "?page=2"), ("<a href='/xw/'>查看更多</a>", None), ("<a href='javascript:;'>加载更多</a>", None)],
)  # fmt: skip
def test_a_link_that_loads_more(link: str, following: str | None) -> None:
    assert next_page(shown(link)) == (f"{LIST}{following}" if following else None)
