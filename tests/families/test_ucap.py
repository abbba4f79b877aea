"""Ucap: static lists, and lists asked for as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.ucap import UcapSpider
from lawcrawl.items import ListPage, Row
from tests.command import crawl, rows
from tests.server import Site, list_page, row, serving

HOST = "http://sfj.linxi.example.cn"
CHANNEL = "0123456789abcdef0123456789abcdef"
QUERY = "_isAgg=true&_isJson=true&_pageSize=3&_template=index&_rangeTimeGte=&_channelName="
API = f"/searchList/{CHANNEL}?{QUERY}"


def address(number: int) -> str:
    return f"/sfj/c100186/202401/{number:032x}.shtml"


def item(number: int) -> str:
    return f'<li><a href="{address(number)}">关于第{number}批人民调解员名单的公示</a><span>2024-01-{30 - number % 28:02}</span></li>'


def column_page(numbers: range = range(0), script: str = "", head: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告</title>{head}</head><body>
<div class="nav"><a href="/">首页</a></div><ul class="list">{"".join(map(item, numbers))}</ul><div id="page-div"></div>
<script>{script}</script></body></html>"""


def search_script(size: int = 3, place: str = "/searchList/") -> str:
    return f"""var channelId = '{CHANNEL}'; $.ajax({{url: '{place}' + channelId + '?_isAgg=true&_isJson=true&_pageSize={size}'
+ '&_template=index&_rangeTimeGte=&_channelName=&page=' + page}});"""


def answer(numbers: range, total: int | None, page: int = 1, size: int = 3) -> str:
    results = [
        {
            "title": f"关于第{n}批人民调解员名单的公示",
            "url": address(n),
            "publishedTimeStr": f"2024-01-{30 - n % 28:02} 17:18:00",
            "channelName": "通知公告",
        }
        for n in numbers
    ]
    return json.dumps({"data": {"page": page, "rows": size, "total": total, "results": results}})


def read(html: str, path: str = "/sfj/c100186/common_list.shtml") -> ListPage:
    return UcapSpider(name="t").read_list(Page.from_text(html, HOST + path))


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/sfj/c100186/common_list.shtml", column_page(range(3), "createPageHTML('page-div',4,1,'common_list','shtml',12)")),
        (address(1), "<p></p>"),
        ("/sfj/c100186/c7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2/content.shtml", "<p></p>"),
        (API + "&page=1", answer(range(3), 9)),
        ("/sfj/zwgk.shtml", column_page(script=search_script())),
        ("/sfj/zwgk.shtml", column_page(head=f'<meta name="column" channelId="{CHANNEL}">')),
        ("/art.shtml", "<UCAPTITLE>公告</UCAPTITLE>"),
    ],
)  # fmt: skip
def test_its_own_pages_are_recognised(path: str, html: str) -> None:
    assert recognise(Page.from_text(html, HOST + path))[0] is UcapSpider


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg/", list_page([row(1)], 3)),
        ("/tzgg/t20240104_1.shtml", "<div class='TRS_Editor'>正文</div>"),
        ("/col/col314/index.html", "<datastore></datastore>"),
        ("/gkmlpt/index", "<script>window._CONFIG = {}</script>"),
        ("/search/list.html", "<p></p>"),
    ],
)
def test_pages_of_others_are_not(path: str, html: str) -> None:
    assert UcapSpider.recognises(Page.from_text(html, HOST + path)) < 0.6


def test_a_static_list_turns_by_its_own_pager() -> None:
    listed = read(column_page(range(6), "createPageHTML('page-div',4,1,'common_list','shtml',24)"))
    assert (len(listed.items), listed.pages) == (6, 4)
    assert listed.next == f"{HOST}/sfj/c100186/common_list_2.shtml"


def test_the_last_static_page_asks_nobody() -> None:
    script = "createPageHTML('page-div',4,4,'common_list','shtml',24);" + search_script()
    assert read(column_page(range(6), script), "/sfj/c100186/common_list_4.shtml").next is None


@pytest.mark.parametrize("place", ["/searchList/", "/search/", "/common/search/"])
def test_a_page_without_rows_asks_where_its_script_does(place: str) -> None:
    listed = read(column_page(script=search_script(place=place)))
    assert listed.items == []
    assert listed.next == f"{HOST}{place}{CHANNEL}?{QUERY}&page=1"


def test_a_page_that_shows_the_first_answer_asks_for_the_second() -> None:
    listed = read(column_page(range(6), search_script(size=6)))
    assert len(listed.items) == 6
    assert (listed.next or "").endswith("&page=2")


def test_a_page_that_shows_other_rows_asks_for_the_first() -> None:
    listed = read(column_page(range(6), search_script(size=20)))
    assert listed.items == []
    assert (listed.next or "").endswith("&_pageSize=20&_template=index&_rangeTimeGte=&_channelName=&page=1")


def test_where_the_script_is_elsewhere_the_usual_place_is_asked() -> None:
    head = f'<meta name="column" channelId="{CHANNEL}" channelName="公告">'
    html = column_page(head=head).replace("<div", '<input id="pageSize" type="hidden" value="15"><div', 1)
    assert (read(html).next or "").startswith(
        f"{HOST}/common/search/{CHANNEL}?_isAgg=true&_isJson=true&_pageSize=15&"
    )


def test_a_page_with_rows_of_its_own_and_no_pager_is_the_whole_list() -> None:
    listed = read(column_page(range(6), head=f'<meta name="column" channelId="{CHANNEL}">'))
    assert (len(listed.items), listed.next) == (6, None)


def test_rows_of_an_answer() -> None:
    listed = read(answer(range(1, 4), 7), API + "&page=1")
    assert listed.items[0] == Row(HOST + address(1), "关于第1批人民调解员名单的公示", "2024-01-29")
    assert (listed.claimed, listed.pages, listed.name, listed.certainty) == (7, 3, "通知公告", 1.0)


def test_a_row_of_another_host_is_external() -> None:
    html = answer(range(1, 3), 2).replace(address(1), "http://paper.example.com/1.html")
    assert [item.external for item in read(html, API + "&page=1").items] == [True, False]


@pytest.mark.parametrize(
    ("page", "html", "following"),
    [
        (1, answer(range(1, 4), 7), 2),
        (2, answer(range(4, 7), 7, 2), 3),
        (3, answer(range(7, 8), 7, 3), None),
        (1, answer(range(1, 4), 3), None),
        (2, answer(range(0), 7, 2), None),
        (4, answer(range(1, 4), None, 4), 5),
    ],
)
def test_answers_are_walked_to_the_end(page: int, html: str, following: int | None) -> None:
    expected = f"{HOST}{API}&page={following}" if following else None
    assert read(html, f"{API}&page={page}").next == expected


@pytest.mark.parametrize("text", ["{", '{"data": null}', '{"code": 403}', '{"data": {"results": "none"}}'])
def test_what_is_no_answer_has_no_rows(text: str) -> None:
    listed = read(text, API + "&page=1")
    assert (listed.items, listed.next, listed.certainty) == ([], None, 0.0)


def article(number: int, information: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>关于第{number}批人民调解员名单的公示</title>
<meta name="PubDate" content="2024-01-05 00:00"></head><body>
<h1><ucaptitle>关于第{number}批人民调解员名单的公示</ucaptitle></h1><p>{information}</p>
<div><UCAPCONTENT><p>根据人民调解法的有关规定，现将本批人民调解员名单予以公示，请社会各界监督。</p></UCAPCONTENT></div></body></html>"""


@pytest.mark.parametrize(
    ("information", "published"),
    [
        ("<span><PublishTime>2024-01-04 17:18</PublishTime></span>", "2024-01-04T17:18"),
        ("发布时间：2024-01-03 <i hidden><publishtime>2024-01-04 17:18</publishtime></i>", "2024-01-03"),
    ],
    ids=["only the tag", "shown first"],
)
def test_a_date_that_only_its_tag_bears_is_read(information: str, published: str) -> None:
    read_article = UcapSpider(name="t").read_article(
        Page.from_text(article(1, information), HOST + address(1))
    )
    assert read_article.published == published


def test_a_whole_column_is_crawled(tmp_path: Path) -> None:
    site = Site()
    site.page("/sfj/c100186/xxgk_list.shtml", column_page(script=search_script()))
    for page in (1, 2, 3):
        numbers = range(page * 3 - 2, min(page * 3, 8) + 1)
        body = answer(numbers, 8, page)
        site.page(f"{API}&page={page}", body, **{"Content-Type": "application/json;charset=UTF-8"})
    for n in range(1, 9):
        site.page(address(n), article(n, f"发布时间：2024-01-{30 - n % 28:02} 来源：临溪市司法局"))
    with serving(site):
        run = crawl(tmp_path / "a", f"{site.url}/sfj/c100186/xxgk_list.shtml")
    assert run.status == 0, run.err
    assert "8 new" in run.out
    assert rows(tmp_path / "a", "SELECT DISTINCT source FROM articles") == ["临溪市司法局"]
    assert len(site.asked) == len(set(site.asked)) == 1 + 1 + 3 + 8
