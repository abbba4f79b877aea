"""Whatever the bytes, reading them never fails, and what is read is well formed."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lawcrawl.extract.article import read_article
from lawcrawl.extract.counters import find_counter
from lawcrawl.extract.counts import read_count
from lawcrawl.extract.document import Page, lines
from lawcrawl.extract.listing import read_list
from tests.extract.pages import BODY, HOST, TITLE, rows

ROWS = rows(
    *(f"<a href='t{n}.html'>关于渡口管理的第{n}号公告</a><span>2024-03-0{n}</span>" for n in range(1, 4))
)
GOOD = (
    "<html><head><meta charset='gb2312'><meta name='PubDate' content='2024-01-04'>"
    f"<title>{TITLE}_临溪市</title><base href='/a/'></head><body><div class='nav'><a href='/'>首页</a></div>"
    f"<h1>{TITLE}</h1><table><tr><td>文号</td><td>临交发〔2024〕5号</td><td>索引号</td><td>1</td></tr></table>"
    "<p>发布时间：2024-01-04 17:18 来源：市交通局 浏览：<script src='/hits.asp?id=1'></script></p>"
    f"{BODY}<a href='a.pdf'>附件</a>{ROWS}<script>createPageHTML(5, 0, 'index', 'html');</script></body></html>"
)
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?")
# The same examples each time: a run tells of the change made, not of its luck.
QUICK = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def check(read: Page) -> None:
    """Read everything from the page; what it does not say is None, never "" or a broken value."""
    article, listed, counter = read_article(read), read_list(read), find_counter(read)
    for name in ("title", "published", "source", "author", "doc_number", "issuer", "channel", "text", "html"):
        value = getattr(article, name)
        assert value is None or value.strip(), name
        if name != "html":
            assert (value is None) == (name not in article.evidence), name
    assert article.views is None or article.views >= 0
    assert article.published is None or DATE.fullmatch(article.published)
    assert "<script" not in (article.html or "").lower()
    assert all(line.strip() for line in lines(read.tree))
    for row in listed.items:
        assert row.url
        assert row.title is None or row.title.strip()
        assert row.date is None or DATE.fullmatch(row.date)
    assert 0 <= listed.certainty <= 1
    assert listed.next != ""
    assert counter is None or counter.url


MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<div class='nav'>",
                "</div>",
                "<div id='zoom'>",
                "<table><tr><td>",
                "</td><td>",
                "</table>",
                "<ul><li>",
            ),
            *(
                "</html>",
                "</body>",
                "<body>",
                "<!--",
                "-->",
                "<script>",
                "</script>",
                "<![CDATA[",
                "]]>",
                "<datastore>",
            ),
            *(
                "<record>",
                "</record>",
                "<a href='http://[x/'>",
                "<a href='1.html'>",
                "</a>",
                "<h1>",
                "</h1>",
                "<base href='//['>",
            ),
            *(
                "发布时间：",
                "来源：",
                "作者：",
                "浏览次数：",
                "2024-01-04",
                "2024年13月",
                "文号",
                "当前位置：",
                ">",
                "公告内容，如下。",
            ),
            *(
                "<meta charset='",
                "gb2312",
                "'>",
                "createPageHTML(",
                "1,0,'a','b')",
                "countPage=3;currentPage=0",
                "\x00",
                "\ud800",
                "&#0;",
            ),
            *(
                "<svg><title>",
                "<select><option value='/a' selected>",
                "<option value='http://['>",
                "<p style='display:none'>",
                "\ufdd0",
                "\ufdd1",
            ),
        ]
    ),
    max_size=40,
).map("".join)


@QUICK
@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/html", "text/html; charset=gb2312", "; charset=utf-16"]),
)
def test_any_bytes_are_read(body: bytes, content_type: str | None) -> None:
    check(Page.from_bytes(body, f"{HOST}/a/1.html", content_type))


@QUICK
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    check(Page.from_text(text, f"{HOST}/a/1.html"))


@settings(QUICK, max_examples=250)
@given(MARKUP, st.sampled_from(["", f"{HOST}/a/1.html", "http://[broken/"]))
def test_any_mixture_of_markup_is_read(markup: str, url: str) -> None:
    check(Page.from_text(markup, url))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@QUICK
@given(data=st.data())
def test_a_page_cut_anywhere_is_read(encoding: str, data: st.DataObject) -> None:
    body = GOOD.encode(encoding)
    check(Page.from_bytes(body[: data.draw(st.integers(0, len(body)))], f"{HOST}/a/1.html"))


BEFORE_CLASS = GOOD.encode().index(b"<div class='TRS_Editor'") + len("<div")
EDITS = st.lists(
    st.tuples(st.integers(0, len(GOOD.encode()) - 1), st.integers(0, 255)), min_size=1, max_size=20
)


@settings(QUICK, max_examples=200)
@given(st.sampled_from(["utf-8", "gb18030"]), EDITS)
@example("utf-8", [(BEFORE_CLASS, ord("'"))])
def test_a_page_corrupted_anywhere_is_read(encoding: str, edits: list[tuple[int, int]]) -> None:
    body = bytearray(GOOD.encode(encoding))
    for place, value in edits:
        body[place % len(body)] = value
    check(Page.from_bytes(bytes(body), f"{HOST}/a/1.html"))


@QUICK
@given(st.text(max_size=100) | st.from_regex(r"cb\([\[{].{0,40}[\]}]\);", fullmatch=True))
def test_any_answer_of_a_counter_is_a_count_or_none(answer: str) -> None:
    count = read_count(answer)
    assert count is None or count >= 0
