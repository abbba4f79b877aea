"""动易 SiteFactory: lists by category, link titles that say more than the title."""

from __future__ import annotations

import pytest

from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.sitefactory import SiteFactorySpider
from lawcrawl.items import ListPage, Row
from tests.server import list_page, row

HOST = "http://www.linxi.example.cn"


def item(number: int, *, date: str = "", cut: bool = False) -> str:
    title = f"临溪县召开第{number}次防汛抗旱工作会议部署安排"
    tip = f"标题：{title}&#xD;点击数：{number}&#xD;发表时间：2024年01月{30 - number % 28:02}日"
    shown = title[:12] + "…" if cut else title
    return f'<li><span class="date">{date}</span><a href="/Item/{number}.aspx" title="{tip}">{shown}</a></li>'


def column_page(items: str, pager: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><title>政务要闻</title></head><body><div class="nav"><a href="/">首页</a></div>
<ul class="newsList">{items}</ul><div class="page"><span id="pe100_page_list" class="pagecss"><!--{{pe.begin.pagination}}-->
{pager}<!--{{pe.end.pagination}}--></span></div></body></html>"""


def read(html: str, path: str = "/Category_12/Index.aspx") -> ListPage:
    return SiteFactorySpider(name="t").read_list(Page.from_text(html, HOST + path))


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/Category_12/Index.aspx", "<ul></ul>"),
        ("/linxi/Category_12/Index_2.aspx", "<ul></ul>"),
        ("/Item/123.aspx", "<p>正文</p>"),
        ("/", '<script src="/js/jquery.peex.js"></script><input name="__VIEWSTATE">'),
    ],
)
def test_its_own_pages_are_recognised(path: str, html: str) -> None:
    assert recognise(Page.from_text(html, HOST + path))[0] is SiteFactorySpider


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg/", list_page([row(1)], 3)),
        ("/list.aspx", '<input name="__VIEWSTATE"><a href="javascript:__doPostBack()">2</a>'),
        ("/index.php?m=content&c=index", "<ul></ul>"),
    ],
)
def test_pages_of_others_are_not(path: str, html: str) -> None:
    assert SiteFactorySpider.recognises(Page.from_text(html, HOST + path)) < 0.6


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("shown", ["", "2024-01-29"])
def test_the_title_and_date_come_out_of_the_links_title(shown: str, cut: bool) -> None:
    listed = read(column_page("".join(item(n, date=shown, cut=cut) for n in range(1, 6))))
    title = "临溪县召开第1次防汛抗旱工作会议部署安排"
    assert listed.items[0] == Row(f"{HOST}/Item/1.aspx", title, "2024-01-29")


@pytest.mark.parametrize(
    ("path", "pager", "following", "pages"),
    [
        ("Index.aspx", '<a href="Index_2.aspx">下一页</a> <a href="Index_3.aspx">尾页</a>', "Index_2.aspx", 3),
        ("Index_2.aspx", '<b><a href="Index_2.aspx">2</a></b><a href="Index_3.aspx">下一页</a> <a href="Index_3.aspx">尾页</a>', "Index_3.aspx", 3),
        ("Index_3.aspx", '<b><a href="Index_3.aspx">3</a></b><a href="Index_3.aspx">下一页</a> <a href="Index_3.aspx">尾页</a>', None, 3),
        ("Index.aspx", '<a href="Index_2.aspx">下一页</a><span>共7篇文章/共2页</span>', "Index_2.aspx", 2),
        ("Index.aspx", "", None, None),
    ],
)  # fmt: skip
def test_pages_are_walked_to_the_last(
    path: str, pager: str, following: str | None, pages: int | None
) -> None:
    listed = read(column_page("".join(map(item, range(1, 6))), pager), f"/Category_12/{path}")
    assert (len(listed.items), listed.pages) == (5, pages)
    assert listed.next == (f"{HOST}/Category_12/{following}" if following else None)


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/linxi/Item/12.aspx", "id=12"), ("/linxi/Item/12_2.aspx", "id=12"), ("/linxi/Item/13.aspx", None)],
)
def test_the_count_of_this_article_is_asked_for(path: str, asked: str | None) -> None:
    html = "".join(f'<script src="/linxi/Common/GetHits.aspx?id={n}"></script>' for n in (9, 12))
    counter = SiteFactorySpider(name="t").counter(Page.from_text(html, HOST + path))
    assert (counter and counter.url) == (f"{HOST}/linxi/Common/GetHits.aspx?{asked}" if asked else None)


@pytest.mark.parametrize(("shown", "author"), [("佚名", None), ("李小河", "李小河")])
def test_nobody_is_no_author(shown: str, author: str | None) -> None:
    html = f"""<h2>临溪县召开防汛抗旱工作会议</h2><div><span>文章来源：县水利局</span> <span>作者：{shown}</span>
<span>发布时间：2024年01月04日</span></div><div class="conTxt"><p>昨日，我县召开防汛抗旱工作会议，安排部署今年的防汛抗旱工作，各乡镇参加。</p></div>"""
    article = SiteFactorySpider(name="t").read_article(Page.from_text(html, f"{HOST}/Item/1.aspx"))
    assert (article.source, article.author) == ("县水利局", author)
    assert ("author" in article.evidence) is bool(author)
