"""博达 VSB: lists that count down, counts and files that scripts know."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.vsb import VsbSpider
from lawcrawl.items import Article, ListPage, Row
from tests.command import crawl, rows
from tests.server import Site, list_page, row, serving

HOST = "http://jy.linxi.example.cn"
CLICKS = "/system/resource/code/news/click/dynclicks.jsp"


def line(number: int, *, up: str = "", component: str = "u8", shown: str = "", date: str = "") -> str:
    title = f"关于做好第{number}期教师培训报名工作的通知"
    date = date or f"2024-01-{30 - number % 28:02}"
    return (
        f'<li id="line_{component}_{number}"><a href="{up}info/1021/{3000 + number}.htm" title="{title}">'
        f"{shown or title}</a><span>{date}</span></li>"
    )


def column_page(lines: str, pager: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告-临溪市教育局</title></head><body>
<div class="nav"><a href="index.htm">首页</a></div><ul>{lines}</ul><div class="pb_sys_common">{pager}</div>
<script src="/system/resource/js/dynclicks.js"></script></body></html>"""


def pager(current: int, pages: int, following: str | None, total: int = 9) -> str:
    turn = f'<span class="p_next p_fun"><a href="{following}">下页</a></span>' if following else ""
    return (
        f'<span class="p_t">共{total}条</span><span class="p_no_d">{current}</span>{turn}'
        f'<span class="p_t">{current}/{pages}</span>'
    )


def article(number: int, *, body: str = "", extra: str = "") -> str:
    body = body or "<p>各县区教育部门：现就做好本期教师培训报名工作有关事项通知如下，请认真组织。</p>"
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知</title></head><body>
<form name="_newscontent_fromname"><h1>关于做好第{number}期教师培训报名工作的通知</h1>
<p>发布时间：2024-01-04　点击：<script>_showDynClicks("wbnews", 1483, {3000 + number})</script></p>
<div id="vsb_content"><div class="v_news_content">{body}</div></div>{extra}</form></body></html>"""


def read(html: str, path: str = "/tzgg.htm") -> ListPage:
    return VsbSpider(name="t").read_list(Page.from_text(html, HOST + path))


def read_article(html: str, path: str = "/info/1021/3001.htm") -> Article:
    return VsbSpider(name="t").read_article(Page.from_text(html, HOST + path))


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg.htm", column_page(line(1))),
        ("/info/1021/3001.htm", article(1)),
        ("/info/1021/3001.htm", "<p>正文</p>"),
        ("/", "<!-- Announced by Visual SiteBuilder 9 -->"),
    ],
)
def test_its_own_pages_are_recognised(path: str, html: str) -> None:
    assert recognise(Page.from_text(html, HOST + path))[0] is VsbSpider


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg/", list_page([row(1)], 3)),
        ("/123/list.htm", "<div portletmode='simpleList'></div>"),
        ("/a/tzgg/list_3_1.html", "<script src='/plus/count.php?view=yes'></script>"),
        ("/Item/12.aspx", "<p></p>"),
    ],
)
def test_pages_of_others_are_not(path: str, html: str) -> None:
    assert VsbSpider.recognises(Page.from_text(html, HOST + path)) < 0.6


def test_rows_are_the_numbered_lines() -> None:
    listed = read(column_page(line(1, shown="关于做好第1期教师培训...") + line(2)))
    title = "关于做好第1期教师培训报名工作的通知"
    assert listed.items[0] == Row(f"{HOST}/info/1021/3001.htm", title, "2024-01-29")
    assert (len(listed.items), listed.certainty) == (2, 1.0)


def test_lines_without_dates_and_long_titles_are_rows_too() -> None:
    lines = "".join(
        f'<li id="line_u8_{n}"><a href="info/1021/{n}.htm">第{n}期公告</a></li>' for n in range(3)
    )
    assert [item.title for item in read(column_page(lines)).items] == ["第0期公告", "第1期公告", "第2期公告"]


def test_of_two_numbered_lists_the_one_most_like_a_list_is_read() -> None:
    beside = "".join(
        f'<li id="line_u5_{n}"><a href="info/1009/{n}.htm">专题链接{n}</a></li>' for n in range(3)
    )
    listed = read(column_page(beside + "".join(line(n) for n in range(3))))
    assert {item.url.split("/")[-2] for item in listed.items} == {"1021"}


@pytest.mark.parametrize(
    ("path", "bar", "following"),
    [
        ("/tzgg.htm", pager(1, 3, "tzgg/2.htm"), "/tzgg/2.htm"),
        ("/tzgg/2.htm", pager(2, 3, "1.htm"), "/tzgg/1.htm"),
        ("/tzgg/1.htm", pager(3, 3, None), None),
        ("/tzgg.htm", '<span class="p_next"><a href="tzgg/2.htm"><img src="n.gif"></a></span>', "/tzgg/2.htm"),
        ("/tzgg.htm", pager(1, 3, "javascript:void(0)"), "/tzgg/2.htm"),
        ("/tzgg/2.htm", pager(2, 3, "javascript:void(0)"), "/tzgg/1.htm"),
        ("/tzgg/1.htm", pager(3, 3, "javascript:void(0)"), None),
        ("/tzgg.htm", "<table><td id=fanye53190 nowrap>共9条&nbsp;&nbsp;1/3&nbsp;</td></table>", "/tzgg/2.htm"),
        ("/tzgg.htm", "", None),
    ],
)  # fmt: skip
def test_pages_count_down_to_the_oldest(path: str, bar: str, following: str | None) -> None:
    listed = read(column_page(line(1) + line(2), bar), path)
    assert listed.next == (HOST + following if following else None)


def test_what_the_pager_claims_is_read() -> None:
    listed = read(column_page(line(1), pager(1, 3, "tzgg/2.htm", total=7)))
    assert (listed.claimed, listed.pages) == (7, 3)


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        ('_showDynClicks("wbnews", 1483, 3001)', "clickid=3001&owner=1483&clicktype=wbnews"),
        ("_showDynClicks('wbnews',1483,9);_showDynClicks('wbnews',1483,3001)", "clickid=3001&owner=1483&clicktype=wbnews"),
        ("_showDynClickBatch(['d_9','d_3001'],[9,3001],\"wbnews\", 1483)", "clickid=3001&owner=1483&clicktype=wbnews"),
        ("_showDynClickBatch(['d_9'],[9],\"wbnews\", 1483)", None),
        ("var clicks = 3001", None),
    ],
)  # fmt: skip
def test_the_count_of_this_article_is_asked_for(script: str, asked: str | None) -> None:
    page = Page.from_text(f"<script>{script}</script>", f"{HOST}/info/1021/3001.htm")
    counter = VsbSpider(name="t").counter(page)
    assert (counter and counter.url) == (f"{HOST}{CLICKS}?{asked}" if asked else None)


def test_files_bear_the_name_of_their_link() -> None:
    href = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1483&wbfileid="
    extra = (
        f'附件【<a href="{href}1">培训名额分配表.xls</a>】已下载<span>5</span>次 <a href="{href}2">下载</a>'
    )
    files = read_article(article(1, extra=f"<p>{extra}</p>")).attachments
    assert [(file.url[-1], file.name) for file in files] == [("1", "培训名额分配表.xls"), ("2", None)]


def test_a_pdf_that_a_script_shows_is_a_file() -> None:
    body = '<p><script>showVsbpdfIframe("/__local/1/A2/notice.pdf","100%","600","0")</script></p>'
    files = read_article(article(1, body=body)).attachments
    assert [(file.url, file.name) for file in files] == [(f"{HOST}/__local/1/A2/notice.pdf", None)]


def test_a_whole_column_is_crawled(tmp_path: Path) -> None:
    site = Site()
    site.page("/tzgg.htm", column_page(line(1) + line(2) + line(3), pager(1, 3, "tzgg/2.htm", 7)))
    for page, first in ((2, 4), (1, 7)):
        lines = "".join(line(n, up="../") for n in range(first, min(first + 3, 8)))
        following = "1.htm" if page == 2 else None
        site.page(f"/tzgg/{page}.htm", column_page(lines, pager(4 - page, 3, following, 7)))
    for n in range(1, 8):
        site.page(f"/info/1021/{3000 + n}.htm", article(n))
        query = f"clickid={3000 + n}&owner=1483&clicktype=wbnews"
        site.page(f"{CLICKS}?{query}", str(100 + n))
    with serving(site):
        run = crawl(tmp_path / "a", f"{site.url}/tzgg.htm")
    assert run.status == 0, run.err
    assert rows(tmp_path / "a", "SELECT views FROM articles ORDER BY views") == list(range(101, 108))
    assert [path for path in site.asked if "tzgg" in path] == ["/tzgg.htm", "/tzgg/2.htm", "/tzgg/1.htm"]
