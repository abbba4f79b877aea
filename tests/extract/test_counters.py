"""View counts behind a script: whom the page asks, and what the answer says."""

from __future__ import annotations

import doctest

import pytest

from lawcrawl.extract import counters
from lawcrawl.extract.counters import find_counter
from lawcrawl.extract.counts import read_count
from tests.extract.pages import BODY, HOST, page


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(counters).failed == 0


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        pytest.param(
            "浏览：<script src='/module/visitcount/articlehits.jsp?colid=1&artid=2'></script>",
            "/module/visitcount/articlehits.jsp?colid=1&artid=2",
            id="Hanweb",
        ),
        pytest.param(
            "<span class='WP_VisitCount' url='/_visitcountdisplay?siteId=3&type=3&articleId=2'></span>",
            "/_visitcountdisplay?siteId=3&type=3&articleId=2",
            id="WebPlus",
        ),
        pytest.param(
            "点击：<script>_showDynClicks('wbnews', 1234, 56)</script>",
            "/system/resource/code/news/click/dynclicks.jsp?clickid=56&owner=1234&clicktype=wbnews",
            id="VSB",
        ),
        pytest.param(
            "<script src='/plus/count.php?view=yes&aid=2&mid=1'></script>",
            "/plus/count.php?view=yes&aid=2&mid=1",
            id="DedeCMS",
        ),
        pytest.param(
            "<script src='/api.php?op=count&id=2&modelid=1'></script>",
            "/api.php?op=count&id=2&modelid=1",
            id="PHPCMS",
        ),
        pytest.param(
            "<script src='/e/public/ViewClick/?classid=1&id=2&addclick=1'></script>",
            "/e/public/ViewClick/?classid=1&id=2&addclick=1",
            id="EmpireCMS",
        ),
        pytest.param("<script src='hits.asp?id=2'></script>", "/a/hits.asp?id=2", id="hits.asp"),
        pytest.param(
            "<script src='/Common/GetHits.aspx?id=2'></script>",
            "/Common/GetHits.aspx?id=2",
            id="GetHits.aspx",
        ),
        pytest.param(
            "<p>浏览次数：<b><script src='/s/click.do?id=2'></script></b></p>",
            "/s/click.do?id=2",
            id="unknown script behind a label",
        ),
        pytest.param(
            "<em>阅读</em><script src='/x/pv?id=2'></script>", "/x/pv?id=2", id="label in the element before"
        ),
    ],
)
def test_the_counter_of_an_article(markup: str, address: str) -> None:
    counter = find_counter(page(f"<div>{markup}</div>{BODY}", url=f"{HOST}/a/1.html"))
    assert counter is not None
    assert counter.url == HOST + address


NUM = "<p>浏览：<b id='num'></b></p>"
SHOWN = "function(d){ $('#num').html(d) }"


@pytest.mark.parametrize(
    ("script", "address"),
    [
        (f"$.get('/hits.do?id=12', {SHOWN})", "/hits.do?id=12"),
        (
            f"var aid = '12'; $.get('/hits.do?id=' + aid + '&r=' + Math.random(), {SHOWN});",
            "/hits.do?id=12&r=0",
        ),
        (f"$.get('/getClick?id=' + $('#articleId').val(), {SHOWN});", "/getClick?id=34"),
        (f"$.get('/getClick?id=' + $('meta[name=contentid]').attr('content'), {SHOWN});", "/getClick?id=56"),
        (
            f"$.ajax({{url: '/visit', type: 'get', data: {{articleId: 12}}, success: {SHOWN}}});",
            "/visit?articleId=12",
        ),
        (
            f"$.ajax({{url: '/pv?cid=12', dataType: 'jsonp', success: {SHOWN}}});",
            "/pv?cid=12&callback=callback",
        ),
        (f"$.getJSON('/hits?id=12&callback=?', {SHOWN});", "/hits?id=12&callback=callback"),
        (
            "function add(id, el) { $.get('/hits?infoid=' + id, function(d) { $('#' + el).html(d); }); }\nadd(12, 'num');",
            "/hits?infoid=12",
        ),
        ("$('#num').load('/hits.jsp?id=12');", "/hits.jsp?id=12"),
        (
            "fetch('/view/12').then(r => r.text()).then(t => { document.getElementById('num').innerText = t })",
            "/view/12",
        ),
        (
            "var x = new XMLHttpRequest(); x.open('GET', '/hits?id=12', true);"
            "x.onload = function() { document.getElementById('num').innerHTML = x.responseText };",
            "/hits?id=12",
        ),
        ("$.getScript('/count.js?id=12', function() { $('#num').html(hits) });", "/count.js?id=12"),
    ],
)
def test_a_count_that_a_script_asks_for(script: str, address: str) -> None:
    told = "<meta name='contentid' content='56'><input type='hidden' id='articleId' value='34'>"
    counter = find_counter(page(f"{NUM}{BODY}<script>{script}</script>", head=told))
    assert counter is not None
    assert counter.url == HOST + address


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        (
            "点击：<script>var aid = 12; document.write('<script src=\"/hits.php?aid=' + aid + '\"><\\/script>');</script>",
            "/hits.php?aid=12",
        ),
        ("点击率：<iframe src='/inc/click.asp?id=12'></iframe>", "/inc/click.asp?id=12"),
        ("点击率：<!-- 计数 --><iframe src='/inc/click.asp?id=12'></iframe>", "/inc/click.asp?id=12"),
        ("浏览：<span data-url='/hit/article/12'></span>", "/hit/article/12"),
    ],
)
def test_a_count_whose_address_the_page_writes(markup: str, address: str) -> None:
    counter = find_counter(page(f"<p>{markup}</p>{BODY}"))
    assert counter is not None
    assert counter.url == HOST + address


@pytest.mark.parametrize(
    ("markup", "script"),
    [
        ("<p>本站访问量：<b id='num'></b></p>", f"$.get('/visit?id=12', {SHOWN})"),
        ("<p>点赞：<b id='num'></b></p>", f"$.get('/like?id=12', {SHOWN})"),
        (NUM, f"$.get('/visit?siteId=12', {SHOWN})"),
        (NUM, "$.get('/weather?city=12', function(d) { $('#w').html(d) })"),
        (NUM, f"$.ajax({{type: 'POST', url: '/hits', data: {{id: 12}}, success: {SHOWN}}})"),
        (NUM, f"$.get('/hits?id=' + window.unknown.id, {SHOWN})"),
    ],
    ids=["the site's", "likes", "the site's by its parameters", "weather", "posted", "nobody knows of what"],
)
def test_what_a_script_asks_for_besides_is_not_asked(markup: str, script: str) -> None:
    assert find_counter(page(f"{markup}{BODY}<script>{script}</script>")) is None


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("本站总访问量：<script src='/count.php?id=9'></script>", id="site-wide"),
        pytest.param("您是第<script src='/hits.asp?id=9'></script>位访客", id="visitor number"),
        pytest.param(
            "<p>网站访问：<b><script src='/api.php?op=count&id=9'></script></b></p>", id="the site's"
        ),
        pytest.param("累计访问<span><script src='/x/visit?site=1'></script></span>", id="sum"),
        pytest.param("<script src='/tongji/count.js?id=9'></script>", id="statistics without a label"),
        pytest.param("浏览：<script src='/js/jquery.js?v=1'></script>", id="script that counts nothing"),
        pytest.param("浏览：<script src='/js/click.js'></script>", id="library without a question"),
        pytest.param("浏览：<script src='javascript:hits?x'></script>", id="no address"),
        pytest.param("浏览：<script>var hits = 3;</script>", id="inline"),
        pytest.param("<span class='WP_VisitCount'></span>", id="WebPlus without an address"),
        pytest.param("<script>function _showDynClicks(a, b, c) {}</script>", id="VSB's definition"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_article_s_counter_is_not_asked(markup: str) -> None:
    assert find_counter(page(f"<div>{markup}</div>{BODY}")) is None


def test_the_article_s_counter_is_found_behind_the_site_s() -> None:
    both = "<p>本站访问：<script src='/hits.asp?id=0'></script></p><p>浏览：<script src='/hits.asp?id=2'></script></p>"
    counter = find_counter(page(both))
    assert counter is not None
    assert counter.url.endswith("?id=2")


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ("123", 123),
        (" 1,234\r\n", 1234),
        ("\ufeff45", 45),
        ("0", 0),
        ("document.write('123');", 123),
        ('document.writeln("1,234");', 1234),
        ("document.write(7)", 7),
        ("$('#hits').html('56');", 56),
        ("$('#todaydowns').html('1');$('#hits').html('56');", 56),
        ("document.getElementById('h').innerHTML = '56';", 56),
        ("document.getElementById('h').innerText=56", 56),
        ("var hits = 56;", 56),
        ('<?xml version="1.0"?><string xmlns="http://a/">56</string>', 56),
        ('{"pv": 6}', 6),
        ('cb({"data": {"hits": "1,234"}})', 1234),
        ('jQuery12_3.cb({"count": 6});', 6),
        ('[{"view": 6}]', 6),
        ('{"code": 200, "data": 6}', 6),
        ('{"success": true, "result": {"TOTAL": 6}}', 6),
    ],
)
def test_a_counter_s_answer(answer: str, count: int) -> None:
    assert read_count(answer) == count


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " ",
        "<p>error 7</p>",
        "<html><body>404</body></html>",
        "error",
        "-1",
        "1.5",
        "12 34",
        "document.write('');",
        "document.write('浏览 7 次')",
        "null",
        "true",
        "{}",
        "[]",
        "[1, 2]",
        '{"pv": -1}',
        '{"pv": true}',
        '{"pv": null}',
        '{"pv": "many"}',
        '{"pv": 1.5}',
        '{"code": 500, "msg": "error"}',
        '{"pv": 6',
        "cb({bad: 1})",
        "9" * 30,
        "１２" * 20_000,
    ],
)
def test_an_answer_that_is_plainly_no_count_is_none(answer: str) -> None:
    assert read_count(answer) is None


def test_an_answer_nested_deeply_is_none() -> None:
    assert read_count("[" * 5_000 + "]" * 5_000) is None
