"""Lists in any dress beside boxes that look like lists; articles that bear such boxes are no lists."""

from __future__ import annotations

import pytest

from lawcrawl.extract.listing import read_list
from lawcrawl.families.reading import LIST_SURE
from lawcrawl.items import ListPage
from tests.extract.pages import HOST, PARAGRAPHS, TITLE, page

TOP = "<div><h1>临溪市交通局</h1><ul><li><a href='/a/'>机构职能</a></li><li><a href='/b/'>政务公开</a></li></ul></div>"
FOOT = "<div><p>版权所有：临溪市交通局</p></div>"
HOT = (
    "<div><h3>{}</h3><ul>"
    + "".join(
        f"<li><a href='/hot/{n}.html'>柳湾渡口第{n}次停航，请过往群众留意</a><em>2024-03-2{n}</em></li>"
        for n in range(6)
    )
    + "</ul></div>"
)
HOT_LIST = HOT.format("热点文章")
ROWS = {
    "li": "<ul>{}</ul>|<li><a href='{url}'>{title}</a><span>{day}</span></li>",
    "date first": "<ul>{}</ul>|<li><span>[{day}]</span><a href='{url}'>{title}</a></li>",
    "all in the link": "<ul>{}</ul>|<li><a href='{url}'><span>{title}</span><span>{day}</span></a></li>",
    "cells": "<table>{}</table>|<tr><td><img src='/dot.gif'></td><td><a href='{url}'>{title}</a></td><td>{day}</td></tr>",
    "head and cells": "<table><tr><th>标题</th><th>成文日期</th><th>发布日期</th></tr>{}</table>|<tr><td><a href='{url}'>{title}</a></td><td>2023-01-02</td><td>{day}</td></tr>",
    "a table a row": "<div>{}</div>|<table><tr><td><a href='{url}'>{title}</a></td><td>{day}</td></tr></table>",
    "a table in a cell": "<table>{}</table>|<tr><td><table><tr><td>·</td><td><a href='{url}'>{title}</a></td><td>{day}</td></tr></table></td></tr>",
    "dl": "<div>{}</div>|<dl><dt><a href='{url}'>{title}</a></dt><dd>{day}</dd></dl>",
    "div": "<div>{}</div>|<div><div><a href='{url}'>{title}</a></div><div>{day}</div></div>",
    "p": "<div>{}</div>|<p>·<a href='{url}'>{title}</a>　{day}</p>",
    "loose": "<div>{}</div>|<a href='{url}'>{title}</a> <span>{day}</span><br>",
    "day over month": "<ul>{}</ul>|<li><div><b>{d}</b><i>2024-02</i></div><h3><a href='{url}'>{title}</a></h3><p>近日，渡口检查全面展开，要求各地落实。</p></li>",
    "year beside day": "<ul>{}</ul>|<li><a href='{url}'>{title}</a><span>2024</span><span>02-{d}</span></li>",
    "opened by script": "<div>{}</div>|<div><a href='javascript:void(0)' onclick=\"window.open('{url}')\">{title}</a><span>{day}</span></div>",
    "opened by a function": "<ul>{}</ul><script>function view(u){{window.open(u)}}</script>|<li><a href=\"javascript:view('{url}')\">{title}</a><span>{day}</span></li>",
    "opened by a click on the row": "<ul>{}</ul>|<li onclick=\"location.href='{url}'\"><p>{title}</p><span>{day}</span></li>",
    "address in data": "<ul>{}</ul>|<li><a data-href='{url}'>{title}</a><span>{day}</span></li>",
    "year as a heading": "<h3>2024年</h3><ul>{}</ul>|<li><a href='{url}'>{title}</a><span>02-{d}</span></li>",
}  # fmt: skip


def listed(inner: str, url: str = f"{HOST}/tz/") -> ListPage:
    return read_list(page(TOP + inner + FOOT, head="<title>通知公告-临溪市交通局</title>", url=url))


def rows(form: str, count: int) -> str:
    """``count`` rows of a form; the day of some is a part of their titles."""
    around, row = form.split("|")
    made = (
        row.format(url=f"/tz/{n}.html", title=f"2024年第{n}号渡口检查的通知", day=f"2024-02-{n}", d=n)
        for n in range(24, 24 - count, -1)
    )
    return around.format("".join(made))


@pytest.mark.parametrize("form", ROWS.values(), ids=ROWS.keys())
@pytest.mark.parametrize("count", [3, 12])
@pytest.mark.parametrize("frame", ["{hot}{rows}", "<div>{rows}</div>{hot}", "<table><tr><td>{hot}</td><td>{rows}</td><td>{hot}</td></tr></table>"])  # fmt: skip
def test_the_rows_beside_a_box_of_dated_links(form: str, count: int, frame: str) -> None:
    found = listed(frame.format(hot=HOT_LIST, rows=rows(form, count)))
    assert found.certainty >= LIST_SURE
    assert [(row.url, row.title, row.date) for row in found.items] == [
        (f"{HOST}/tz/{n}.html", f"2024年第{n}号渡口检查的通知", f"2024-02-{n}")
        for n in range(24, 24 - count, -1)
    ]


@pytest.mark.parametrize("day", ["02-{d}", "({d}日)", ""])
def test_rows_without_a_whole_date_win_over_a_box_with_dates(day: str) -> None:
    form = "<ul>{}</ul>|<li><a href='{url}'>{title}</a><span>" + day + "</span></li>"
    found = listed(rows(form, 5) + HOT_LIST)
    assert [row.url for row in found.items] == [f"{HOST}/tz/{n}.html" for n in range(24, 19, -1)]
    assert {row.date for row in found.items} == {None}


def test_a_day_without_its_year_speaks_for_a_list() -> None:
    form = "<ul>{}</ul>|<li><a href='{url}'>{title}</a><span>02-{d}</span></li>"
    assert listed(rows(form, 5)).certainty >= LIST_SURE


@pytest.mark.parametrize("name", ["热点文章", "相关阅读", "最新信息", "推荐阅读"])
@pytest.mark.parametrize("info", ["发布时间：2024-01-04　来源：市交通局", "2024-01-04 17:18", "市交通局 2024年1月4日"])  # fmt: skip
@pytest.mark.parametrize("text", [PARAGRAPHS[0], "渡口停航一天。"], ids=["a text", "a short text"])
def test_an_article_with_dated_links_beside_it_is_no_list(name: str, info: str, text: str) -> None:
    article = f"<div><h1>{TITLE}</h1><p>{info}</p><div><p>{text}</p></div></div>"
    assert listed(article + HOT.format(name), f"{HOST}/tz/1.html").certainty < LIST_SURE


@pytest.mark.parametrize(
    "line", ["今天是2024年3月29日 星期五", "最后更新：2024-03-29", "标题：<input> 发布时间：<input>"]
)
def test_a_date_of_the_site_s_own_does_not_speak_against_a_list(line: str) -> None:
    assert listed(f"<p>{line}</p>" + rows(ROWS["li"], 5)).certainty >= LIST_SURE


def test_a_last_page_of_one_row_is_dated_by_the_row() -> None:
    shape = listed("<p>最后更新：2024-03-29</p>" + rows(ROWS["div"], 5)).shape
    last = page(TOP + "<p>最后更新：2024-03-29</p>" + rows(ROWS["div"], 1) + FOOT, url=f"{HOST}/tz/?page=2")
    last.shape = shape
    assert [row.date for row in read_list(last).items] == ["2024-02-24"]
