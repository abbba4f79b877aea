"""gkmlpt and NFCMS: a page without rows, its JSON until empty, articles with a labelled table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lawcrawl.extract.counts import read_count
from lawcrawl.extract.document import Page
from lawcrawl.families import recognise
from lawcrawl.families.gkmlpt import GkmlptSpider
from lawcrawl.items import ListPage, Row
from tests.command import FAST, crawl, lawcrawl, rows
from tests.server import Site, list_page, row, serving

HOST = "http://www.linxi.example.cn"
FOLDER = "/sfj/gkmlpt"
DAY = 86_400
# 2024-01-04 00:30 in Beijing, still 3 January in UTC.
MOMENT = 1_704_299_400
INDEX = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>临溪市司法局政府信息公开平台</title></head><body>
<div id="app"></div><script>window._CONFIG = {SITE: "临溪", SID: '755001', TREE: [{"id":88,"name":"政策","post_count":9,
"children":[{"id":8812,"name":"\\u901a\\u77e5\\u516c\\u544a","post_count":250,"children":[]}]}]}</script></body></html>"""


def post(number: int) -> dict[str, object]:
    return {
        "id": number,
        "title": f"关于第{number}次听证会的公告",
        "url": f"{FOLDER}/content/8/8123/post_{number}.html",
        "date": MOMENT - number * DAY,
        "created_at": "2024-02-02 10:00:00",
        "publisher": "临溪市司法局",
    }


def answer(numbers: range, total: int | None = None) -> str:
    classify = {"id": 8812, "name": "通知公告"} | ({} if total is None else {"post_count": total})
    return json.dumps({"classify": classify, "articles": [post(n) for n in numbers]})


def api(page: int) -> str:
    return f"{FOLDER}/api/all/8812?page={page}&sid=755001"


def read(html: str, path: str) -> ListPage:
    return GkmlptSpider(name="t").read_list(Page.from_text(html, HOST + path))


@pytest.mark.parametrize(
    ("path", "html"),
    [
        (f"{FOLDER}/index#8812", INDEX),
        ("/gkmlpt/policy", "<p></p>"),
        (api(1), answer(range(3))),
        (f"{FOLDER}/content/8/8123/post_8123456.html", "<p></p>"),
        ("/zwgk/content/post_9360641.html", "<script>window.NFCMS_SITE_ID=200001;window.NFCMS_POST_ID='1'</script>"),
    ],
)  # fmt: skip
def test_its_own_pages_are_recognised(path: str, html: str) -> None:
    assert recognise(Page.from_text(html, HOST + path))[0] is GkmlptSpider


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tzgg/", list_page([row(1)], 3)),
        ("/tzgg/common_list.shtml", "<ul></ul>"),
        ("/col/col314/index.html", "<datastore></datastore>"),
        ("/tzgg/", "<a href='http://www.linxi.example.cn/gkmlpt/index'>政府信息公开平台</a>"),
    ],
)
def test_pages_of_others_are_not(path: str, html: str) -> None:
    assert GkmlptSpider.recognises(Page.from_text(html, HOST + path)) < 0.6


def test_the_columns_page_says_whom_to_ask() -> None:
    listed = read(INDEX, f"{FOLDER}/index#8812")
    assert (listed.items, listed.next) == ([], HOST + api(1))
    assert (listed.name, listed.claimed, listed.certainty) == ("通知公告", 250, 1.0)


def test_a_platform_without_a_column_named_lists_all() -> None:
    listed = read(INDEX, "/gkmlpt/index")
    assert listed.next == f"{HOST}/gkmlpt/api/all/0?page=1&sid=755001"
    assert (listed.name, listed.claimed) == (None, None)


def test_rows_of_an_answer_are_dated_in_beijing() -> None:
    listed = read(answer(range(2), 250), api(1))
    assert listed.items == [
        Row(f"{HOST}{FOLDER}/content/8/8123/post_0.html", "关于第0次听证会的公告", "2024-01-04"),
        Row(f"{HOST}{FOLDER}/content/8/8123/post_1.html", "关于第1次听证会的公告", "2024-01-03"),
    ]
    assert (listed.claimed, listed.pages, listed.name) == (250, 3, "通知公告")


@pytest.mark.parametrize(
    ("changed", "date"),
    [({"date": None}, "2024-02-02"), ({"date": 0}, "2024-02-02"), ({"date": None, "created_at": None}, None)],
)
def test_without_a_date_the_time_of_creation_stands(changed: dict[str, object], date: str | None) -> None:
    assert read(json.dumps({"articles": [post(1) | changed]}), api(1)).items[0].date == date


def test_a_post_elsewhere_is_external() -> None:
    html = json.dumps({"articles": [post(1) | {"url": "", "post_url": "http://paper.example.com/1.html"}]})
    listed = read(html, api(1))
    assert [(item.url, item.external) for item in listed.items] == [("http://paper.example.com/1.html", True)]


@pytest.mark.parametrize(
    ("page", "html", "more"),
    [
        (1, answer(range(100), 250), True),
        (2, answer(range(98), 250), True),
        (3, answer(range(50), 250), False),
        (3, answer(range(20), 250), True),
        (4, answer(range(0), 250), False),
        (1, answer(range(5)), True),
    ],
    ids=["full", "two withheld", "counted out", "fewer than counted", "empty", "not counted"],
)
def test_pages_are_asked_for_until_none_is_left(page: int, html: str, more: bool) -> None:
    assert read(html, api(page)).next == (HOST + api(page + 1) if more else None)


@pytest.mark.parametrize("text", ["{", "[]", '{"articles": 5}', '{"code": 500}', "<html>denied</html>"])
def test_what_is_no_answer_has_no_rows(text: str) -> None:
    listed = read(text, api(1))
    assert (listed.items, listed.next, listed.certainty) == ([], None, 0.0)


def nfcms_page(post_id: str, *asked: str) -> str:
    scripts = "".join(
        f"""<script>s.src = "//statistics.linxi.example.cn/jsonp/post/sum?post={one}&site=200001&callback=CB_2&t=" + t;</script>"""
        for one in asked
    )
    return f"""<html><body>{scripts}<span id="NFCMS-POST-VISIT-2">-</span>
<script>window.NFCMS_SITE_ID=200001;window.NFCMS_POST_ID="{post_id}";</script></body></html>"""


def test_views_are_asked_as_the_pages_script_does() -> None:
    page = Page.from_text(nfcms_page("9360641", "77", "9360641"), HOST + "/content/post_9360641.html")
    counter = GkmlptSpider(name="t").counter(page)
    assert counter is not None
    assert counter.url == (
        "http://statistics.linxi.example.cn/jsonp/post/sum?post=9360641&site=200001&callback=CB_2"
    )
    assert read_count('CB_2({"count":321})', counter.reader) == 321


def test_a_page_that_asks_no_statistics_has_no_counter() -> None:
    page = Page.from_text(nfcms_page("9360641"), HOST + "/content/post_9360641.html")
    assert GkmlptSpider(name="t").counter(page) is None


def article(number: int) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>关于第{number}次听证会的公告</title></head><body>
<table><tr><td>索引号：</td><td>0073-{number}</td><td>分类：</td><td>公告</td></tr>
<tr><td>发布机构：</td><td>临溪市司法局</td><td>成文日期：</td><td>2023-12-{31 - number:02}</td></tr>
<tr><td>名称：</td><td>关于第{number}次听证会的公告</td><td>文号：</td><td>临司〔2023〕{number}号</td></tr>
<tr><td>发布日期：</td><td>2024-01-03</td><td></td><td></td></tr></table>
<h1>关于第{number}次听证会的公告</h1><div class="article-content"><p>我局定于下周三召开听证会，现将有关事项公告如下，欢迎报名参加。</p>
<p>报名者请于三日内提交书面申请，并附身份证明材料。</p></div></body></html>"""


def test_an_article_is_read_from_its_labelled_table() -> None:
    read_article = GkmlptSpider(name="t").read_article(
        Page.from_text(article(5), f"{HOST}{FOLDER}/content/8/8123/post_5.html")
    )
    assert (read_article.title, read_article.published) == ("关于第5次听证会的公告", "2024-01-03")
    assert (read_article.doc_number, read_article.issuer) == ("临司〔2023〕5号", "临溪市司法局")
    assert read_article.labels["索引号"] == "0073-5"


def platform(counted: int) -> Site:
    site = Site()
    site.page(f"{FOLDER}/index", INDEX)
    for page, numbers in ((1, range(1, 6)), (2, range(6, 8)), (3, range(0))):
        site.page(api(page), answer(numbers, counted), **{"Content-Type": "application/json"})
    for n in range(1, 8):
        site.page(f"{FOLDER}/content/8/8123/post_{n}.html", article(n))
    return site


def test_a_whole_column_is_crawled(tmp_path: Path) -> None:
    site = platform(counted=102)
    with serving(site):
        run = crawl(tmp_path / "a", site.url + api(1))
    assert run.status == 0, run.err
    assert "7 new" in run.out
    assert rows(tmp_path / "a", "SELECT doc_number FROM articles ORDER BY url") == [
        f"临司〔2023〕{n}号" for n in range(1, 8)
    ]
    assert api(3) not in site.asked


def test_a_column_is_crawled_from_its_page(tmp_path: Path) -> None:
    with serving(platform(counted=102)) as site:
        run = crawl(tmp_path / "a", f"{site.url}{FOLDER}/index#8812")
    assert run.status == 0, run.err
    assert "7 new" in run.out


def test_an_empty_page_ends_a_column_and_is_no_failure(tmp_path: Path) -> None:
    with serving(platform(counted=250)) as site:
        run = crawl(tmp_path / "a", site.url + api(1))
    assert "7 new" in run.out
    assert run.status == 0, run.err


@pytest.mark.parametrize("options", [(), ("--since", "2023-12-01")], ids=["plain", "since"])
def test_a_later_crawl_finds_what_is_new_behind_a_page_without_rows(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    with serving(platform(counted=102)) as site:
        crawl(tmp_path / "a", f"{site.url}{FOLDER}/index#8812")
        site.page(api(1), answer(range(6), 102), **{"Content-Type": "application/json"})
        site.page(f"{FOLDER}/content/8/8123/post_0.html", article(0))
        run = lawcrawl(
            "crawl", f"{site.url}{FOLDER}/index#8812", "--archive", tmp_path / "a", *options, *FAST
        )
    assert "1 new" in run.out
