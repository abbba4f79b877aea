"""Hanweb: rows kept as XML in the column page, batches asked of dataproxy.jsp, and jpaas's JSON."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lawcrawl.extract.counts import read_count
from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.hanweb import HanwebSpider
from lawcrawl.items import ListPage, Row
from tests.command import crawl, rows
from tests.server import Site, list_page, row, serving

HOST = "http://sfj.linxi.example.cn"
COLUMN = "/col/col314/index.html"
PROXY = "/module/web/jpage/dataproxy.jsp"
CONFIGURATION = (
    "jQuery('#424388').jpage({perPage:%d, totalRecord:%d, proxyUrl:'/module/jpage/dataproxy.jsp', ajaxParam:"
    "{'col':'1','appid':'1','webid':'3','path':'/','columnid':'314','sourceContentType':'3','unitid':'424388',"
    "'webname':'临溪市司法局','permissiontype':'0'}});"
)
UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


def record(number: int) -> str:
    link = f'<a href="/art/2024/1/{31 - number % 28}/art_314_{number}.html" title="第{number}号公告：法律援助案件公示">'
    return f"<li>{link}第{number}号公告...</a><span>2024-01-{31 - number % 28:02}</span></li>"


def store(numbers: range, group: int | None = None) -> str:
    """``group`` is the number that the link of the next group bears."""
    link = f"{PROXY}?page={group}&amp;webid=3&amp;columnid=314&amp;unitid=424388"
    following = f"<nextgroup><![CDATA[<a href='{link}'></a>]]></nextgroup>" if group is not None else ""
    records = "".join(f"<record><![CDATA[{record(n)}]]></record>" for n in numbers)
    return f"<datastore>{following}<recordset>{records}</recordset></datastore>"


def column_page(kept: str, configuration: str = "") -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告_临溪市司法局</title></head><body>
<div class="nav"><a href="/col/col300/index.html">机构职能设置</a><a href="/col/col301/index.html">政策法规文件</a></div>
<div id="424388"><script type="text/xml">{kept}</script></div><script>{configuration}</script></body></html>"""


def answer(numbers: range, total: int, group: int | None = None, rest: str = "") -> str:
    kept = store(numbers, group).removeprefix("<datastore>").removesuffix("</datastore>")
    kept = kept.replace("</recordset>", rest + "</recordset>")
    return (
        "<?xml version='1.0' encoding='UTF-8'?><datastore>"
        f"<totalrecord>{total}</totalrecord><totalpage>{-(-total // 2)}</totalpage>{kept}</datastore>"
    )


def read(html: str, path: str = COLUMN) -> ListPage:
    return HanwebSpider(name="t").read_list(Page.from_text(html, HOST + path))


def asked(url: str | None) -> dict[str, str]:
    assert url is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.mark.parametrize(
    ("path", "html"),
    [
        (COLUMN, column_page(store(range(1, 4)))),
        ("/jxssthjt/col/col20/", "<p></p>"),
        ("/art/2024/1/4/art_314_10567890.html", "<p></p>"),
        ("/zwgk/tz/art/2024/art_0f3c9a.html", "<p></p>"),
        (PROXY + "?page=1", answer(range(2), 2)),
        (UNIT + "?webId=1", "{}"),
        ("/tzgg/", f'<script url="{UNIT}" queryData="{{}}"></script>'),
        ("/show.html", "<!--ZJEG_RSS.content.begin--><p>正文</p>"),
    ],
)
def test_its_own_pages_are_recognised(path: str, html: str) -> None:
    assert recognise(Page.from_text(html, HOST + path))[0] is HanwebSpider


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg/index.html", list_page([row(1)], 3)),
        ("/tzgg/common_list.shtml", "<ul></ul>"),
        ("/gkmlpt/index", "<script>window._CONFIG = {}</script>"),
        ("/info/1021/3456.htm", "<p>正文</p>"),
    ],
)
def test_pages_of_others_are_not(path: str, html: str) -> None:
    assert HanwebSpider.recognises(Page.from_text(html, HOST + path)) < 0.6


def test_rows_are_those_of_the_xml_in_the_script() -> None:
    listed = read(column_page(store(range(1, 4))))
    assert listed.items[0] == Row(
        f"{HOST}/art/2024/1/30/art_314_1.html", "第1号公告：法律援助案件公示", "2024-01-30"
    )
    assert [item.url[-6:-5] for item in listed.items] == ["1", "2", "3"]
    assert listed.name == "通知公告"


def test_of_several_stores_on_a_page_the_longest_is_the_column() -> None:
    listed = read(column_page(store(range(90, 92)) + store(range(1, 8), 1)))
    assert len(listed.items) == 7
    assert asked(listed.next)["page"] == "1"


def test_the_next_group_is_asked_for_by_its_link() -> None:
    listed = read(column_page(store(range(1, 7), group=1)))
    assert listed.next == f"{HOST}{PROXY}?page=1&webid=3&columnid=314&unitid=424388"


def test_without_such_a_link_the_next_records_are_asked_for_by_number() -> None:
    listed = read(column_page(store(range(1, 7)), CONFIGURATION % (2, 14)))
    assert (listed.claimed, listed.pages) == (14, 7)
    assert urlsplit(listed.next or "").path == "/module/jpage/dataproxy.jsp"
    assert asked(listed.next) == {
        "startrecord": "7", "endrecord": "12", "perpage": "2", "col": "1", "appid": "1", "webid": "3", "path": "/",
        "columnid": "314", "sourceContentType": "3", "unitid": "424388", "webname": "临溪市司法局",
        "permissiontype": "0",
    }  # fmt: skip


def test_a_column_whose_rows_are_all_on_its_page_has_no_next() -> None:
    assert read(column_page(store(range(1, 7), group=1), CONFIGURATION % (2, 6))).next is None


def test_an_answer_by_number_names_the_numbers_that_follow() -> None:
    path = f"{PROXY}?startrecord=7&endrecord=12&perpage=2&columnid=314&path=%2F"
    listed = read(answer(range(7, 13), 14), path)
    assert (listed.claimed, listed.pages, len(listed.items)) == (14, 7, 6)
    assert asked(listed.next) | {"path": "/"} == {
        "startrecord": "13", "endrecord": "18", "perpage": "2", "columnid": "314", "path": "/"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "html"),
    [
        ("?startrecord=13&endrecord=18&perpage=2", answer(range(13, 15), 14)),
        ("?page=2", answer(range(13, 15), 14)),
        ("?page=2", answer(range(13, 15), 14, group=2)),
        ("?page=9", answer(range(0), 14, group=10)),
    ],
    ids=["all numbers asked", "no link", "a link to itself", "no records"],
)
def test_the_last_answer_has_no_next(query: str, html: str) -> None:
    assert read(html, PROXY + query).next is None


def test_an_answer_in_the_middle_follows_its_link() -> None:
    assert asked(read(answer(range(7, 13), 14, group=2), PROXY + "?page=1").next)["page"] == "2"


def test_records_that_are_the_rest_of_a_template_are_no_rows() -> None:
    rest = "<record><![CDATA[</ul><div class='clear'></div>]]></record>"
    assert len(read(answer(range(7, 13), 14, rest=rest), PROXY + "?page=1").items) == 6


def test_relative_links_of_an_answer_are_the_columns() -> None:
    html = answer(range(1), 1).replace('href="/art/', 'href="../../art/')
    listed = read(html, PROXY + "?columnid=314&path=/sthj/&startrecord=1&endrecord=6")
    assert listed.items[0].url == f"{HOST}/sthj/art/2024/1/31/art_314_0.html"


def test_a_row_of_another_host_is_external() -> None:
    html = column_page(store(range(1, 3)).replace('href="/art', 'href="http://paper.example.com/art', 1))
    assert [item.external for item in read(html).items] == [True, False]


def jpaas_column(*units: str) -> str:
    scripts = "".join(
        f"""<script url="{UNIT}" queryData="{{'parseType':'bulidstatic','webId':'52','tagId':'{tag}','pageId':'1638'}}">
</script>"""
        for tag in units
    )
    return f"<html><head><title>通知公告</title></head><body>{scripts}</body></html>"


def unit_answer(numbers: range, total: int | None = None) -> str:
    pager = f'<div class="pagination" count="{total}" rows="15"></div>' if total is not None else ""
    fragment = f"<ul>{''.join(map(record, numbers))}</ul>{pager}"
    return json.dumps({"success": True, "data": {"html": fragment}}, ensure_ascii=False)


def test_a_jpaas_column_asks_the_unit_of_its_list() -> None:
    listed = read(jpaas_column("导航", "信息列表"), "/tzgg/index.html")
    assert listed.items == []
    assert urlsplit(listed.next or "").path == UNIT
    assert asked(listed.next)["tagId"] == "信息列表"
    assert json.loads(asked(listed.next)["paramJson"]) == {"pageNo": 1, "pageSize": "15"}


def test_jpaas_pages_are_walked_to_the_end() -> None:
    first = read(jpaas_column("信息列表"), "/tzgg/index.html").next
    second = read(unit_answer(range(1, 16), 31), (first or "").removeprefix(HOST))
    assert (len(second.items), second.claimed, second.pages) == (15, 31, 3)
    third = read(unit_answer(range(16, 31), 31), (second.next or "").removeprefix(HOST))
    last = read(unit_answer(range(31, 32), 31), (third.next or "").removeprefix(HOST))
    assert json.loads(asked(third.next)["paramJson"])["pageNo"] == 3
    assert (len(last.items), last.next) == (1, None)


@pytest.mark.parametrize("text", ['{"success":false,"data":null}', "{", "<html>denied</html>", "[]"])
def test_what_is_no_answer_of_a_unit_has_no_rows(text: str) -> None:
    listed = read(text, UNIT + "?paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A%2215%22%7D")
    assert (listed.items, listed.next, listed.certainty) == ([], None, 0.0)


def article(number: int) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>第{number}号公告：法律援助案件公示</title></head><body>
<h1>第{number}号公告：法律援助案件公示</h1><p>发布日期：2024-01-04 来源：临溪市司法局
浏览次数：<script src="../../../../module/visitcount/articlehits.jsp?colid=314&amp;artid={number}"></script></p>
<div id="zoom"><!--ZJEG_RSS.content.begin--><p>现将本市法律援助案件予以公示，接受社会监督，公示期为五个工作日。</p>
<p><a href="/module/download/downfile.jsp?classid=0&amp;showname=案件名单.txt&amp;filename=a{number}.txt">案件名单.txt</a></p>
<!--ZJEG_RSS.content.end--></div></body></html>"""


def test_views_are_asked_of_articlehits() -> None:
    counter = HanwebSpider(name="t").counter(
        Page.from_text(article(7), f"{HOST}/art/2024/1/4/art_314_7.html")
    )
    assert counter is not None
    assert counter.url == f"{HOST}/module/visitcount/articlehits.jsp?colid=314&artid=7"
    assert read_count('document.write("128");', counter.reader) == 128


def whole_site(count: int) -> Site:
    """Two rows a page shown, six a batch."""
    site = Site()
    starts = [*range(1, count + 1, 6), count + 1]
    for group, (start, stop) in enumerate(pairwise(starts)):
        link = group + 1 if stop <= count else None
        if group == 0:
            site.page(COLUMN, column_page(store(range(start, stop), link)))
        else:
            path = f"{PROXY}?page={group}&webid=3&columnid=314&unitid=424388"
            site.page(path, answer(range(start, stop), count, link), **{"Content-Type": "text/xml"})
    for n in range(1, count + 1):
        site.page(f"/art/2024/1/{31 - n % 28}/art_314_{n}.html", article(n))
        site.page(f"/module/visitcount/articlehits.jsp?colid=314&artid={n}", f'document.write("{n}");')
        # Names in addresses are asked for as UTF-8.
        name = "%E6%A1%88%E4%BB%B6%E5%90%8D%E5%8D%95.txt"
        site.page(f"/module/download/downfile.jsp?classid=0&showname={name}&filename=a{n}.txt", "名单",
                  **{"Content-Type": "text/plain; charset=utf-8"})  # fmt: skip
    return site


def test_a_whole_column_is_crawled(tmp_path: Path) -> None:
    with serving(whole_site(14)) as site:
        run = crawl(tmp_path / "a", site.url + COLUMN)
    assert run.status == 0, run.err
    assert "14 new" in run.out
    assert rows(tmp_path / "a", "SELECT sum(views) FROM articles") == [sum(range(1, 15))]
    assert rows(tmp_path / "a", "SELECT DISTINCT name, status FROM attachments") == [
        ("案件名单.txt", "stored")
    ]
