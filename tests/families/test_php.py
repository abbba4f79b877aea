"""DedeCMS, PHPCMS and 帝国CMS: three systems of small offices."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.extract.counts import read_count
from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.base import NoticeSpider
from lawcrawl.families.dedecms import DedeSpider
from lawcrawl.families.empire import EmpireSpider
from lawcrawl.families.phpcms import PhpcmsSpider
from lawcrawl.families.sitefactory import SiteFactorySpider
from lawcrawl.families.vsb import VsbSpider
from lawcrawl.families.webplus import WebplusSpider
from lawcrawl.items import Article, ListPage, Row
from tests.command import crawl, rows
from tests.server import Site, list_page, row, serving

HOST = "http://nyj.linxi.example.cn"
PHPCMS_LIST = "/index.php?m=content&c=index&a=lists&catid=9"


def item(number: int, address: str = "/a/tzgg/20240104/{}.html") -> str:
    return f'<li><a href="{address.format(number)}">关于发放第{number}批种粮补贴的公示</a><span>2024-01-{30 - number % 28:02}</span></li>'


def column_page(pager: str, numbers: range = range(1, 4), head: str = "") -> str:
    return f"""<html><head><title>通知公告</title>{head}</head><body><div class="nav"><a href="/">首页</a></div>
<ul class="list">{"".join(map(item, numbers))}</ul><div class="pager">{pager}</div></body></html>"""


def read(family: type[NoticeSpider], html: str, path: str) -> ListPage:
    return family(name="t").read_list(Page.from_text(html, HOST + path))


def counter(family: type[NoticeSpider], html: str, path: str) -> str | None:
    found = family(name="t").counter(Page.from_text(html, HOST + path))
    return found.url.removeprefix(HOST) if found else None


@pytest.mark.parametrize(
    ("family", "path", "html"),
    [
        (DedeSpider, "/a/tzgg/20240104/1.html", '<script src="/plus/count.php?view=yes&aid=1&mid=1"></script>'),
        (DedeSpider, "/plus/list.php?tid=3", "<ul></ul>"),
        (DedeSpider, "/a/tzgg/", '<link href="/templets/default/style/dedecms.css">'),
        (DedeSpider, "/a/tzgg/", '<span class="pageinfo">共 <strong>3</strong>页<strong>7</strong>条</span>'),
        (PhpcmsSpider, PHPCMS_LIST, "<ul></ul>"),
        (PhpcmsSpider, "/html/tzgg/12.html", '<script src="/api.php?op=count&id=12&modelid=1"></script>'),
        (PhpcmsSpider, "/html/tzgg/", '<div id="pages" class="text-c"></div>'),
        (EmpireSpider, "/tzgg/12.html", "<script src=/e/public/ViewClick/?classid=1&id=12&addclick=1></script>"),
        (EmpireSpider, "/tzgg/", '<a title="总数">&nbsp;<b>12</b></a>'),
        (EmpireSpider, "/e/action/ListInfo/?classid=3&page=1", "<ul></ul>"),
    ],
)  # fmt: skip
def test_their_own_pages_are_recognised(family: type[NoticeSpider], path: str, html: str) -> None:
    assert recognise(Page.from_text(html, HOST + path))[0] is family


@pytest.mark.parametrize("family", [DedeSpider, PhpcmsSpider, EmpireSpider])
@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg/", list_page([row(1)], 3)),
        ("/123/list.htm", "<div portletmode='simpleList'></div>"),
        ("/info/1021/3456.htm", '<div id="vsb_content"></div>'),
        ("/list.aspx", '<input name="__VIEWSTATE"><a href="javascript:__doPostBack()">2</a>'),
        ("/col/col314/index.html", "<datastore></datastore>"),
    ],
)
def test_pages_of_others_are_not(family: type[NoticeSpider], path: str, html: str) -> None:
    assert family.recognises(Page.from_text(html, HOST + path)) < 0.6


@pytest.mark.parametrize(
    "family", [DedeSpider, PhpcmsSpider, EmpireSpider, VsbSpider, WebplusSpider, SiteFactorySpider]
)
def test_a_counter_of_the_sites_own_making_is_asked_too(family: type[NoticeSpider]) -> None:
    html = '<p>浏览次数：<script src="/tools/hits.php?id=12"></script></p>'
    assert counter(family, html, "/tzgg/12.html") == "/tools/hits.php?id=12"


# DedeCMS


def dede_pager(current: int, pages: int, total: int) -> str:
    turn = f"<li><a href='list_3_{current + 1}.html'>下一页</a></li>" if current < pages else "<li>末页</li>"
    return (
        f'<li class="thisclass">{current}</li>{turn}<li><span class="pageinfo">共 <strong>{pages}</strong>页'
        f"<strong>{total}</strong>条记录</span></li>"
    )


def dede_article(number: int, source: str = "未知", author: str = "admin") -> str:
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>公示</title></head><body>
<h2>关于发放第{number}批种粮补贴的公示</h2><div class="info"><small>时间:</small>2024-01-04 17:18<small>来源:</small>{source}
<small>作者:</small>{author}<small>点击:</small><script src="/plus/count.php?view=yes&aid={number}&mid=1"></script>次</div>
<div class="content"><p>根据补贴发放办法的规定，现将本批种粮补贴名单予以公示，公示期七天，请监督。</p></div>
<script src="/plus/count.php?aid={number}&mid=1"></script></body></html>"""


@pytest.mark.parametrize(
    ("path", "current", "following"),
    [("/a/tzgg/", 1, "/a/tzgg/list_3_2.html"), ("/a/tzgg/list_3_3.html", 3, None)],
)
def test_a_dede_list_is_read(path: str, current: int, following: str | None) -> None:
    listed = read(DedeSpider, column_page(dede_pager(current, 3, 7)), path)
    assert listed.items[0] == Row(
        f"{HOST}/a/tzgg/20240104/1.html", "关于发放第1批种粮补贴的公示", "2024-01-29"
    )
    assert (listed.pages, listed.claimed) == (3, 7)
    assert listed.next == (HOST + following if following else None)


@pytest.mark.parametrize(
    ("scripts", "asked"),
    [
        (["aid=12&mid=1", "view=yes&aid=12&mid=1"], "view=yes&aid=12&mid=1"),
        (["view=yes&aid=9&mid=1", "view=yes&aid=12&mid=1"], "view=yes&aid=12&mid=1"),
        (["aid=12&mid=1"], None),
    ],
    ids=["beside one that only adds", "beside another's", "only one that adds"],
)
def test_the_dede_count_that_answers_is_asked_for(scripts: list[str], asked: str | None) -> None:
    html = "".join(f'<script src="/plus/count.php?{query}"></script>' for query in scripts)
    found = counter(DedeSpider, html, "/a/tzgg/20240104/12.html")
    assert found == (f"/plus/count.php?{asked}" if asked else None)


@pytest.mark.parametrize(
    ("source", "author", "expected"),
    [("未知", "admin", (None, None)), ("临溪市农业局", "李小河", ("临溪市农业局", "李小河"))],
)
def test_what_dede_fills_in_itself_is_no_value(
    source: str, author: str, expected: tuple[str | None, str | None]
) -> None:
    page = Page.from_text(dede_article(1, source, author), f"{HOST}/a/tzgg/20240104/1.html")
    article: Article = DedeSpider(name="t").read_article(page)
    assert (article.source, article.author) == expected
    assert {"source", "author"} & article.evidence.keys() == ({"source", "author"} if expected[0] else set())


def test_a_whole_dede_column_in_gbk_is_crawled(tmp_path: Path) -> None:
    site = Site()
    plain = {"Content-Type": "text/html"}
    declared = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
    for page in (1, 2, 3):
        html = column_page(dede_pager(page, 3, 7), range(page * 3 - 2, min(page * 3, 7) + 1), declared)
        site.page(f"/a/tzgg/{f'list_3_{page}.html' if page > 1 else ''}", html.encode("gbk"), **plain)
    for n in range(1, 8):
        site.page(f"/a/tzgg/20240104/{n}.html", dede_article(n).encode("gbk"), **plain)
        site.page(f"/plus/count.php?view=yes&aid={n}&mid=1", f"document.write('{300 + n}');\r\n", **plain)
    with serving(site):
        run = crawl(tmp_path / "a", f"{site.url}/a/tzgg/")
    assert run.status == 0, run.err
    assert rows(tmp_path / "a", "SELECT views FROM articles ORDER BY views") == list(range(301, 308))
    found = rows(tmp_path / "a", "SELECT title, published, source FROM articles WHERE views = 301")
    assert found == [("关于发放第1批种粮补贴的公示", "2024-01-04T17:18", None)]


# PHPCMS


def phpcms_pager(current: int, pages: int, total: int) -> str:
    def link(number: int, text: object) -> str:
        return f'<a href="{PHPCMS_LIST.replace("&", "&amp;")}&amp;page={number}">{text}</a>'

    shown = " ".join(f"<span>{n}</span>" if n == current else link(n, n) for n in range(1, pages + 1))
    return f'<div id="pages" class="text-c"><a class="a1">{total}条</a> {shown} {link(min(current + 1, pages), "下一页")}</div>'


@pytest.mark.parametrize(("current", "following"), [(1, 2), (2, 3), (3, None)])
def test_a_phpcms_list_ends_where_its_pager_links_itself(current: int, following: int | None) -> None:
    path = PHPCMS_LIST + (f"&page={current}" if current > 1 else "")
    listed = read(PhpcmsSpider, column_page(phpcms_pager(current, 3, 7)), path)
    assert (len(listed.items), listed.pages, listed.claimed) == (3, 3, 7)
    assert listed.next == (f"{HOST}{PHPCMS_LIST}&page={following}" if following else None)


def test_the_phpcms_count_of_articles_is_asked_for() -> None:
    html = '<script src="/api.php?op=count&module=special&id=3"></script><script src="/api.php?op=count&id=12&modelid=1"></script>'
    assert counter(PhpcmsSpider, html, "/html/tzgg/12.html") == "/api.php?op=count&id=12&modelid=1"


def test_a_phpcms_answer_of_one_number_is_read() -> None:
    assert read_count("$('#hits').html('123');") == 123


def test_of_a_phpcms_answer_the_count_of_all_time_is_read() -> None:
    answer = "$('#todaydowns').html('1');$('#weekdowns').html('2');$('#monthdowns').html('3');$('#hits').html('123');"
    assert read_count(answer) == 123


# 帝国CMS


def empire_pager(turn: str) -> str:
    return f'<a title="总数">&nbsp;<b>7</b> </a>&nbsp;&nbsp;{turn}'


@pytest.mark.parametrize(
    ("path", "turn", "following", "pages"),
    [
        ("/tzgg/", '<b>1</b> <a href="/tzgg/index_2.html">下一页</a> <a href="/tzgg/index_3.html">尾页</a>', "/tzgg/index_2.html", 3),
        ("/tzgg/index_3.html", '<a href="/tzgg/">1</a> <b>3</b>', None, 3),
        ("/e/action/ListInfo/?classid=3", '<a href="?classid=3&page=1">下一页</a> <a href="?classid=3&page=2">尾页</a>', "/e/action/ListInfo/?classid=3&page=1", 3),
        ("/e/action/ListInfo/?classid=3&page=2", '<a href="?classid=3&page=1">上一页</a>', None, 3),
    ],
    ids=["static", "last static", "dynamic", "last dynamic"],
)  # fmt: skip
def test_an_empire_list_is_walked_to_its_end(path: str, turn: str, following: str | None, pages: int) -> None:
    listed = read(EmpireSpider, column_page(empire_pager(turn)), path)
    assert (len(listed.items), listed.pages, listed.claimed) == (3, pages, 7)
    assert listed.next == (HOST + following if following else None)


@pytest.mark.parametrize(
    ("queries", "asked"),
    [
        (["classid=1&id=12&down=2", "classid=1&id=12&addclick=1"], "classid=1&id=12&addclick=1"),
        (["classid=1&id=9&addclick=1", "classid=1&id=12"], "classid=1&id=12"),
        (["classid=1&id=12", "classid=1&id=12&addclick=1"], "classid=1&id=12&addclick=1"),
        (["classid=1&id=12&down=5"], None),
    ],
    ids=["comments beside it", "another's beside it", "both ways", "votes only"],
)
def test_the_empire_count_of_views_is_asked_for(queries: list[str], asked: str | None) -> None:
    html = "".join(f"<script src=/e/public/ViewClick/?{query}></script>" for query in queries)
    expected = f"/e/public/ViewClick/?{asked}" if asked else None
    assert counter(EmpireSpider, html, "/tzgg/2024/12.html") == expected
