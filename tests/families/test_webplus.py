"""苏迪 webplus: numbered lists, a template's number of views, files in a viewer."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.webplus import WebplusSpider
from lawcrawl.items import Article, ListPage, Row
from tests.command import crawl, rows
from tests.server import Site, list_page, row, serving

HOST = "http://wsj.linxi.example.cn"
COUNT = "/_visitcountdisplay?siteId=18&type=3&articleId="


def address(number: int) -> str:
    return f"/2024/01{30 - number % 28:02}/c123a{4000 + number}/page.htm"


def item(number: int) -> str:
    title = f"关于开展第{number}轮卫生监督检查的通知"
    return (
        f'<li class="news n{number} clearfix"><span class="news_title"><a href="{address(number)}" title="{title}">{title}</a>'
        f'</span><span class="news_meta">2024-01-{30 - number % 28:02}</span></li>'
    )


def pager(current: int, pages: int, following: str | None, total: int = 9) -> str:
    return f"""<div id="wp_paging_w6"><ul class="wp_paging clearfix"><li class="pages_count">
<span class="per_page">每页 <em class="per_count">3</em> 记录</span> <span class="all_count">总共 <em class="all_count">{total}</em> 记录</span></li>
<li class="page_nav"><a class="next" href="{following or "javascript:void(0);"}"><span>下一页&gt;&gt;</span></a></li>
<li class="page_jump"><span class="pages">页码 <em class="curr_page">{current}</em>/<em class="all_pages">{pages}</em></span></li></ul></div>"""


def column_page(numbers: range, bar: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告</title></head><body>
<div class="nav"><a href="/main.htm">首页</a></div><div frag="窗口6" portletmode="simpleList">
<ul class="news_list">{"".join(map(item, numbers))}</ul>{bar}</div></body></html>"""


def article(number: int, *, publisher: str = "发布者：王小溪", body: str = "", beside: str = "") -> str:
    body = (
        body or "<p>各医疗机构：现将本轮卫生监督检查的有关事项通知如下，请遵照执行，并按时报送自查情况。</p>"
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知</title></head><body>{beside}
<h1 class="arti_title">关于开展第{number}轮卫生监督检查的通知</h1>
<p class="arti_metas"><span class="arti_publisher">{publisher}</span><span class="arti_update">发布时间：2024-01-04</span>
<span class="arti_views">浏览次数：<span class="WP_VisitCount" url="{COUNT.replace("&", "&amp;")}{4000 + number}">10</span></span></p>
<div class="wp_articlecontent">{body}</div></body></html>"""


def read(html: str, path: str = "/123/list.htm") -> ListPage:
    return WebplusSpider(name="t").read_list(Page.from_text(html, HOST + path))


def read_article(html: str, number: int = 1) -> Article:
    return WebplusSpider(name="t").read_article(Page.from_text(html, HOST + address(number)))


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/123/list.htm", column_page(range(1, 4))),
        ("/_s18/123/list2.psp", column_page(range(1, 4), pager(2, 3, None))),
        (address(1), "<p>正文</p>"),
        ("/", '<link href="/_upload/tpl/00/12/18/template18/style.css">'),
    ],
)
def test_its_own_pages_are_recognised(path: str, html: str) -> None:
    assert recognise(Page.from_text(html, HOST + path))[0] is WebplusSpider


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg/", list_page([row(1)], 3)),
        ("/tzgg/list.htm", "<ul></ul>"),
        ("/info/1021/3456.htm", '<div id="vsb_content"></div>'),
        ("/col/col314/index.html", "<datastore></datastore>"),
    ],
)
def test_pages_of_others_are_not(path: str, html: str) -> None:
    assert WebplusSpider.recognises(Page.from_text(html, HOST + path)) < 0.6


def test_rows_and_what_the_pager_claims() -> None:
    listed = read(column_page(range(1, 4), pager(1, 3, "/123/list2.htm", total=8)))
    assert listed.items[0] == Row(HOST + address(1), "关于开展第1轮卫生监督检查的通知", "2024-01-29")
    assert (len(listed.items), listed.pages, listed.claimed) == (3, 3, 8)


@pytest.mark.parametrize(
    ("path", "bar", "following"),
    [
        ("/123/list.htm", pager(1, 3, "/123/list2.htm"), "/123/list2.htm"),
        ("/123/list2.htm", pager(2, 3, "/123/list3.htm"), "/123/list3.htm"),
        ("/123/list3.htm", pager(3, 3, None), None),
        ("/123/list3.htm", pager(3, 3, "/123/list4.htm"), None),
        ("/123/list.htm", pager(1, 3, None), "/123/list2.htm"),
        ("/_s18/123/list2.psp", pager(2, 3, None), "/_s18/123/list3.psp"),
        ("/123/list.htm", "", None),
    ],
)
def test_pages_are_walked_to_the_last(path: str, bar: str, following: str | None) -> None:
    assert read(column_page(range(1, 4), bar), path).next == (HOST + following if following else None)


def test_the_number_of_the_template_is_no_count() -> None:
    assert read_article(article(1)).views is None


def test_a_number_that_no_script_replaces_is_the_count() -> None:
    html = article(1).replace("WP_VisitCount", "count")
    assert read_article(html).views == 10


@pytest.mark.parametrize(
    ("beside", "number", "asked"),
    [
        ("", 1, "4001"),
        ('<span class="WP_VisitCount" url="/_visitcountdisplay?siteId=18&type=1"></span>', 1, "4001"),
        (f'<span class="WP_VisitCount" url="{COUNT}9"></span>', 1, "4001"),
        ("", 2, None),
    ],
    ids=["alone", "beside the site's", "beside another's", "of another article only"],
)
def test_the_count_of_this_article_is_asked_for(beside: str, number: int, asked: str | None) -> None:
    page = Page.from_text(article(1, beside=beside), HOST + address(number))
    counter = WebplusSpider(name="t").counter(page)
    assert (counter and counter.url) == (HOST + COUNT + asked if asked else None)


@pytest.mark.parametrize(
    ("publisher", "author"),
    [
        ("发布者：王小溪", "王小溪"),
        ("发布者：办公室", None),
        ("发布者：系统管理员", None),
        ("发布者：", None),
    ],
)
def test_a_person_who_published_is_the_author(publisher: str, author: str | None) -> None:
    assert read_article(article(1, publisher=publisher)).author == author


def test_an_author_named_as_such_wins() -> None:
    assert read_article(article(1, publisher="发布者：王小溪 作者：李小河")).author == "李小河"


def test_files_in_the_viewer_and_behind_links_bear_their_names() -> None:
    folder = "/_upload/article/files/12/34"
    body = f"""<p>详见附件。</p><div class="wp_pdf_player" pdfsrc="{folder}/a.pdf" sudyfile-attr="{{'title':'检查方案.pdf'}}"></div>
<p><a href="{folder}/b.xls" sudyfile-attr="{{'title':'自查表.xls'}}">下载</a> <a href="{folder}/c.doc">附件2：承诺书.doc</a></p>"""
    files = read_article(article(1, body=body)).attachments
    names = {file.url.removeprefix(HOST + folder): file.name for file in files}
    assert names == {"/a.pdf": "检查方案.pdf", "/b.xls": "自查表.xls", "/c.doc": "附件2：承诺书.doc"}


def test_a_whole_column_is_crawled(tmp_path: Path) -> None:
    site = Site()
    for page in (1, 2, 3):
        numbers = range(page * 3 - 2, min(page * 3, 8) + 1)
        following = f"/123/list{page + 1}.htm" if page < 3 else None
        site.page(
            f"/123/list{page if page > 1 else ''}.htm", column_page(numbers, pager(page, 3, following, 8))
        )
    for n in range(1, 9):
        site.page(address(n), article(n))
        site.page(f"{COUNT}{4000 + n}", str(200 + n))
    with serving(site):
        run = crawl(tmp_path / "a", f"{site.url}/123/list.htm")
    assert run.status == 0, run.err
    assert rows(tmp_path / "a", "SELECT views FROM articles ORDER BY views") == list(range(201, 209))
    assert rows(tmp_path / "a", "SELECT DISTINCT author FROM articles") == ["王小溪"]
    assert len(site.asked) == len(set(site.asked)) == 1 + 3 + 2 * 8
