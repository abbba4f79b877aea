"""Links that are no rows, and pages that are no lists."""

from __future__ import annotations

import pytest

from lawcrawl.extract.listing import read_list
from tests.extract.pages import BODY, TITLE, article, page, rows
from tests.extract.test_listing import DATES, EXPECTED, LIST, facts, link, listed


@pytest.mark.parametrize(
    "frame",
    [
        "<div class='nav'>{}</div>",
        "<nav>{}</nav>",
        "<div id='footer'>{}</div>",
        "<footer>{}</footer>",
        "<div class='friendlink'>{}</div>",
        "<div class='crumb'>{}</div>",
        "<div class='page'>{}</div>",
    ],
)
def test_links_of_the_frame_are_no_rows(frame: str) -> None:
    menu = frame.format(
        "".join(
            f"<li><a href='/m{n}/'>{name}</a></li>"
            for n, name in enumerate(
                (
                    "网站首页",
                    "政务公开",
                    "办事服务大厅",
                    "临溪市人民政府",
                    "互动交流专栏",
                    "数据开放平台",
                    "走进临溪渡口",
                )
            )
        )
    )
    list_rows = rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3)))
    assert facts(listed(menu + f"<div class='list'>{list_rows}</div>" + menu)) == EXPECTED


def test_news_in_the_page_s_frame_are_no_rows_though_more_than_the_list_s() -> None:
    news = "".join(
        f"<li><a href='/n{n}.html'>{TITLE}之{n}</a><span>2024-03-0{n}</span></li>" for n in range(1, 8)
    )
    list_rows = rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3)))
    assert facts(listed(f"<div class='header'>{news}</div><div class='list'>{list_rows}</div>")) == EXPECTED


def test_pager_links_are_no_rows() -> None:
    pager = "<div><a href='1.html'>首页</a><a href='2.html'>下一页</a><a href='2.html'>2</a><a href='9.html'>尾页</a><a href='/x'>更多&gt;&gt;</a></div>"
    assert facts(listed(rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3))) + pager)) == EXPECTED


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "#a", "mailto:a@linxi.example", "", "index.html", "http://[x/"]
)
def test_a_link_to_no_other_page_is_no_row(href: str) -> None:
    markup = rows(
        *(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3)),
        f"<a href='{href}'>{TITLE}</a><span>2024-01-02</span>",
    )
    assert facts(listed(markup)) == EXPECTED


def test_an_article_with_related_links_is_no_list() -> None:
    related = "<div class='x'>" + rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3))) + "</div>"
    long = BODY.replace(
        "</div>",
        "".join(
            f"<p>第{n}条　渡口经营人应当每日检查船舶和救生设备，做好记录，并接受主管部门的监督检查，不得拒绝或者阻碍。</p>"
            for n in range(12)
        )
        + "</div>",
    )
    found = read_list(
        article(
            body=long + related, head=f"<title>{TITLE}</title><meta name='ArticleTitle' content='{TITLE}'>"
        )
    )
    assert (found.items, found.next) == ([], None)
    assert found.certainty <= 0.2


def test_metadata_of_an_article_make_a_list_less_certain() -> None:
    markup = rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3)))
    plain, marked = (
        read_list(page(markup, url=LIST, head=head))
        for head in ("", "<meta name='ArticleTitle' content='渡口公告'>")
    )
    assert marked.certainty < plain.certainty


@pytest.mark.parametrize("markup", ["", "<p>渡口</p>", "<a href='/1.html'>临溪市渡口公告</a>", BODY])
def test_a_page_without_rows_is_no_list(markup: str) -> None:
    found = read_list(page(markup, url=LIST))
    assert found.items == []
    assert found.certainty <= 0.2
