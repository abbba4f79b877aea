"""The rows of a list page."""

from __future__ import annotations

import pytest

from lawcrawl.extract.document import Page
from lawcrawl.extract.listing import read_list
from lawcrawl.items import Row
from tests.extract.pages import HOST, TITLE, page, rows

LIST = f"{HOST}/tz/"
TITLES = ("关于公布渡口名录的公告", "关于汛期停航的紧急通知", "关于征求码头规划意见的函")
DATES = ("2024-03-08", "2024-02-20", "2024-01-04")


def listed(markup: str, *, url: str = LIST, head: str = "<title>通知公告_临溪市</title>") -> list[Row]:
    return read_list(page(markup, url=url, head=head)).items


def link(number: int, title: str | None = None) -> str:
    return f"<a href='t{number}.html'>{title or TITLES[number]}</a>"


EXPECTED = [(f"{LIST}t{n}.html", TITLES[n], DATES[n]) for n in range(3)]


def facts(found: list[Row]) -> list[tuple[str, str | None, str | None]]:
    return [(row.url, row.title, row.date) for row in found]


# Forms of rows


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3))), id="li, date after"),
        pytest.param(rows(*(f"<span>{DATES[n]}</span>{link(n)}" for n in range(3))), id="li, date before"),
        pytest.param(rows(*(f"{link(n)} [{DATES[n]}]" for n in range(3))), id="li, date as bare text"),
        pytest.param(
            rows(*(f"<a href='t{n}.html'>{TITLES[n]}<span>{DATES[n]}</span></a>" for n in range(3))),
            id="date in the link",
        ),
        pytest.param(
            "".join(f"<dl><dt>{link(n)}</dt><dd>{DATES[n]}</dd></dl>" for n in range(3)), id="dl a row"
        ),
        pytest.param(rows(*(f"<h3>{link(n)}</h3><p>{DATES[n]}</p>" for n in range(3)), tag="div"), id="div"),
        pytest.param(
            "<table><tr><th>标题</th><th>日期</th></tr>"
            + "".join(f"<tr><td>{n + 1}</td><td>{link(n)}</td><td>{DATES[n]}</td></tr>" for n in range(3))
            + "</table>",
            id="tr",
        ),
        pytest.param("".join(f"<p>{link(n)}{DATES[n]}</p>" for n in range(3)), id="p"),
        pytest.param(
            "<div>" + "<br>".join(f"{link(n)} {DATES[n]}" for n in range(3)) + "</div>",
            id="one element, br between",
        ),
        pytest.param(
            "<datastore><recordset>"
            + "".join(
                f"<record><![CDATA[<li>{link(n)}<span>{DATES[n]}</span></li>]]></record>" for n in range(3)
            )
            + "</recordset></datastore>",
            id="records in XML",
        ),
        pytest.param(
            "<script type='text/xml'><datastore>"
            + "".join(
                f"<record><![CDATA[<li>{link(n)}<span>{DATES[n]}</span></li>]]></record>" for n in range(3)
            )
            + "</datastore></script>",
            id="records in a script",
        ),
    ],
)
def test_rows_by_repeated_structure(markup: str) -> None:
    assert facts(listed(markup)) == EXPECTED


# Dates


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param("<span>{y}-{m}-{d}</span>", id="ISO"),
        pytest.param("<span>{y}/{m}/{d}</span>", id="slashes"),
        pytest.param("<span>{y}.{m}.{d}</span>", id="dots"),
        pytest.param("<span>（{y}年{m}月{d}日）</span>", id="Chinese"),
        pytest.param("<span>{y}-{m}-{d} 09:30:00</span>", id="with a time"),
        pytest.param("<div><b>{d}</b><i>{y}-{m}</i></div>", id="day over year and month"),
        pytest.param("<div><b>{d}</b><i>{y}年{m}月</i></div>", id="day over Chinese year and month"),
        pytest.param("<div><i>{y}.{m}</i><b>{d}</b></div>", id="year and month over day"),
        pytest.param(
            "<div><i>{y}</i><b>{m}-{d}</b></div>",
            id="year over month and day",
        ),
    ],
)
@pytest.mark.parametrize("before", [True, False], ids=["before the title", "after the title"])
def test_the_date_of_a_row(shape: str, before: bool) -> None:
    shown = [shape.format(y=day[:4], m=day[5:7], d=day[8:]) for day in DATES]
    markup = rows(*(shown[n] + link(n) if before else link(n) + shown[n] for n in range(3)))
    assert facts(listed(markup)) == EXPECTED


def test_a_date_without_a_year_takes_the_year_of_the_address() -> None:
    markup = rows(
        *(
            f"<a href='/tz/{d[:4]}{d[5:7]}/t{d.replace('-', '')}_{n}.html'>{TITLES[n]}</a><span>{d[5:]}</span>"
            for n, d in enumerate(DATES)
        )
    )
    assert [row.date for row in listed(markup)] == list(DATES)


def test_a_date_without_a_year_that_nothing_completes_is_none() -> None:
    markup = rows(
        *(f"{link(n)}<span>{DATES[n][5:]}</span>" for n in range(3)),
        f"<a href='t9.html'>{TITLE}</a><span>2024-01-02</span>",
    )
    assert [row.date for row in listed(markup)][:3] == [None, None, None]


def test_a_row_without_a_date_has_none() -> None:
    markup = rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3)), f"<a href='t9.html'>{TITLE}</a>")
    assert listed(markup)[3] == Row(f"{LIST}t9.html", TITLE, None)


def test_a_date_in_the_title_is_not_the_row_s() -> None:
    titles = [f"关于2021年5月{n + 1}日停航的公告" for n in range(3)]
    markup = rows(*(f"<a href='t{n}.html'>{titles[n]}</a><span>{DATES[n]}</span>" for n in range(3)))
    assert facts(listed(markup)) == [(f"{LIST}t{n}.html", titles[n], DATES[n]) for n in range(3)]


# Titles


@pytest.mark.parametrize(
    ("text", "attribute", "title"),
    [
        (f"{TITLE[:8]}...", TITLE, TITLE),
        (f"{TITLE[:8]}…", TITLE, TITLE),
        (f"{TITLE[:8]}……", TITLE, TITLE),
        (TITLE[:8], TITLE, TITLE),
        (f"{TITLE[:8]}...", None, f"{TITLE[:8]}..."),
        (TITLE, "点击查看详情", TITLE),
        (TITLE, "", TITLE),
        (f"·{TITLE}", None, TITLE),
        (f"[图文]{TITLE}", None, TITLE),
        (f"{TITLE}<img src='/new.gif'>", None, TITLE),
        (f"<font color='red'>{TITLE}</font>", None, TITLE),
        (f"<h4>{TITLE}</h4><p>为规范渡口管理，制定本办法。</p>", None, TITLE),
        (f"{TITLE} <em>2024-01-04</em>", None, TITLE),
        (f"\n　{TITLE}&nbsp;\n", None, TITLE),
    ],
)
def test_the_title_of_a_row_is_whole(text: str, attribute: str | None, title: str) -> None:
    named = "" if attribute is None else f" title='{attribute}'"
    markup = rows(
        f"<a href='t9.html'{named}>{text}</a><span>2024-03-09</span>",
        *(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3)),
    )
    assert listed(markup)[0].title == title


def test_one_title_at_two_addresses_is_two_rows() -> None:
    markup = rows(
        f"{link(0)}<span>2024-03-08</span>",
        f"{link(1, TITLES[0])}<span>2024-02-20</span>",
        f"{link(2)}<span>2024-01-04</span>",
    )
    assert [(row.url, row.title) for row in listed(markup)][:2] == [
        (f"{LIST}t0.html", TITLES[0]),
        (f"{LIST}t1.html", TITLES[0]),
    ]


def test_a_link_of_image_and_a_link_of_text_are_one_row() -> None:
    markup = rows(
        *(f"<a href='t{n}.html'><img src='/p{n}.jpg'></a>{link(n)}<span>{DATES[n]}</span>" for n in range(3))
    )
    assert facts(listed(markup)) == EXPECTED


def test_title_and_summary_linked_to_one_address_are_one_row() -> None:
    markup = rows(
        *(
            f"<h4>{link(n)}</h4><p><a href='t{n}.html'>现将有关事项公告如下，请遵照执行</a></p><span>{DATES[n]}</span>"
            for n in range(3)
        )
    )
    assert facts(listed(markup)) == EXPECTED


def test_a_category_link_before_each_title_is_no_row() -> None:
    markup = rows(*(f"<a href='/c/{n}/'>[政策文件]</a>{link(n)}<span>{DATES[n]}</span>" for n in range(3)))
    assert facts(listed(markup)) == EXPECTED


# Marks


@pytest.mark.parametrize(
    "row",
    [
        f"<span>[置顶]</span>{link(0)}<span>2024-03-08</span>",
        f"<a href='t0.html'>【置顶】{TITLES[0]}</a><span>2024-03-08</span>",
        f"{link(0)}<i class='zhiding'></i><span>2024-03-08</span>",
        f"{link(0)}<img class='icon-top' src='/top.gif'><span>2024-03-08</span>",
    ],
)
def test_a_pinned_row_is_marked(row: str) -> None:
    found = listed(rows(row, f"{link(1)}<span>{DATES[1]}</span>", f"{link(2)}<span>{DATES[2]}</span>"))
    assert facts(found) == EXPECTED
    assert [row.pinned for row in found] == [True, False, False]


@pytest.mark.parametrize(
    ("href", "external"),
    [
        ("http://news.other.example/1.html", True),
        ("//other.example/1.html", True),
        ("https://linxi.example/1.html", False),
        ("/1.html", False),
    ],
)
def test_a_row_that_leaves_the_site_is_marked(href: str, external: bool) -> None:
    markup = rows(
        f"<a href='{href}'>{TITLE}</a><span>2024-03-09</span>",
        *(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3)),
    )
    assert [row.external for row in listed(markup)] == [external, False, False, False]


# The list itself


def test_the_list_tells_its_name_its_pages_and_the_next() -> None:
    pager = "<div class='page'>共 60 条 共3页 <a href='index_1.html'>下一页</a></div>"
    found = read_list(
        page(
            rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in range(3))) + pager,
            url=LIST,
            head="<title>通知公告_临溪市</title>",
        )
    )
    assert (found.name, found.claimed, found.pages, found.next) == ("通知公告", 60, 3, f"{LIST}index_1.html")
    assert 0.2 < found.certainty <= 1


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<meta name='ColumnName' content='通知公告'><title>临溪市</title>", "通知公告"),
        ("<title>通知公告 - 临溪市</title>", "通知公告"),
        ("<title>通知公告|临溪市</title>", "通知公告"),
        ("<title> </title>", None),
        ("", None),
    ],
)
def test_the_column_s_name(head: str, name: str | None) -> None:
    assert read_list(page("", head=head)).name == name


def test_rows_stay_in_the_order_of_the_page() -> None:
    order = (1, 0, 2)
    assert [row.url for row in listed(rows(*(f"{link(n)}<span>{DATES[n]}</span>" for n in order)))] == [
        f"{LIST}t{n}.html" for n in order
    ]


@pytest.mark.parametrize(
    ("between", "marked"),
    [
        pytest.param("\n", (0, 2), id="two of four, a line each"),
        pytest.param(
            "",
            (0, 2),
            id="two of four, all on one line",
        ),
        pytest.param(
            "\n",
            (1,),
            id="one of four",
        ),
    ],
)
def test_rows_of_another_class_are_read_with_the_others(between: str, marked: tuple[int, ...]) -> None:
    expected = [(f"{LIST}t{n}.html", f"渡口检查情况通报之{n}", f"2024-03-0{9 - n}") for n in range(4)]
    shown = (
        f"<div class='row{' hot' if n in marked else ''}'><a href='{url}'>{title}</a><span>{day}</span></div>"
        for n, (url, title, day) in enumerate(expected)
    )
    assert facts(listed(f"<div class='list'>{between.join(shown)}</div>")) == expected


def test_without_the_page_s_address_rows_are_as_the_links_have_them() -> None:
    read = Page.from_text(
        f"<html><body>{rows(*(f'{link(n)}<span>{DATES[n]}</span>' for n in range(3)))}</body></html>"
    )
    assert facts(read_list(read).items) == [(f"t{n}.html", TITLES[n], DATES[n]) for n in range(3)]
    assert not any(row.external for row in read_list(read).items)
