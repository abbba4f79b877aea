"""An article's facts: the first place that gives a valid value wins, and its name is told."""

from __future__ import annotations

import pytest

from lawcrawl.extract.article import read_article
from lawcrawl.extract.counters import find_counter
from lawcrawl.items import Article
from tests.extract.pages import BODY, HOST, TITLE, article


def info(line: str) -> str:
    return f"<div class='info'>{line}</div>"


def read(line: str = "", **parts: str) -> Article:
    """The article whose information line is ``line``."""
    return read_article(article(info(line) if line else "", **parts))


# Published


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("发布时间：2024-01-04 17:18", "2024-01-04T17:18"),
        ("发布时间:2024-01-04 17:18:30", "2024-01-04T17:18:30"),
        ("发布日期：2024年1月4日", "2024-01-04"),
        ("发布时间：2024年01月04日17时18分", "2024-01-04T17:18"),
        ("发布时间：2024-01-04 17∶18", "2024-01-04T17:18"),
        ("发布时间 ： 2024/1/4", "2024-01-04"),
        ("发布时间：[2024.01.04]", "2024-01-04"),
        ("发布时间：２０２４-０１-０４", "2024-01-04"),
        ("<span>发布时间：</span><span>2024-01-04</span>", "2024-01-04"),
        ("<p>发布时间：</p><p>2024-01-04 09:05</p>", "2024-01-04T09:05"),
        ("<table><tr><td>发布时间：</td><td>2024-01-04</td></tr></table>", "2024-01-04"),
        ("日　期：2024-01-04", "2024-01-04"),
        ("时间：2024-01-04 | 来源：市交通局", "2024-01-04"),
        ("更新时间：2024-01-04", "2024-01-04"),
        ("发布日期：二〇二四年一月四日", "2024-01-04"),
        ("【发布时间：2024-01-04】【字体：大 中 小】", "2024-01-04"),
        ("信息来源：市交通局　发布日期：2024-01-04　浏览次数：12", "2024-01-04"),
    ],
)
def test_the_date_beside_its_label(line: str, published: str) -> None:
    found = read(line)
    assert (found.published, found.evidence["published"]) == (published, "shown beside its label")


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("发布时间∶2024-01-04", "published", "2024-01-04"),
        ("来源∶临溪市交通局", "source", "临溪市交通局"),
        ("作者∶林渡", "author", "林渡"),
        ("浏览次数∶12", "views", 12),
    ],
)
def test_a_ratio_sign_is_a_colon_beside_a_label(line: str, field: str, value: object) -> None:
    found = read(line)
    assert (getattr(found, field), found.evidence.get(field)) == (value, "shown beside its label")


@pytest.mark.parametrize(
    ("line", "head", "url", "published", "place"),
    [
        ("2024-01-04 来源：市交通局", "", "/a/1.html", "2024-01-04", "shown near the title"),
        ("2024-01-04 17:18", "", "/a/1.html", "2024-01-04T17:18", "shown near the title"),
        (
            "<table><tr><td>公开日期</td><td>2024-01-04</td></tr></table>",
            "",
            "/a/1.html",
            "2024-01-04",
            "labelled table",
        ),
        ("", "<meta name='PubDate' content='2024-01-04 17:18'>", "/a/1.html", "2024-01-04T17:18", "metadata"),
        ("", "<meta name='PubDate' content='2024-01-04 23:59:59'>", "/a/1.html", "2024-01-04", "metadata"),
        (
            "",
            "<meta name='firstpublishedtime' content='2024-01-04-17:18:30'>",
            "/a/1.html",
            "2024-01-04T17:18:30",
            "metadata",
        ),
        ("", "", "/a/202401/t20240104_1.html", "2024-01-04", "address"),
        ("", "", "/art/2024/1/4/art_1_2.html", "2024-01-04", "address"),
        ("", "", "/c/2024-01-04/1.html", "2024-01-04", "address"),
        ("", "", "/n/2024/0104/c1.html", "2024-01-04", "address"),
        ("", "", "/a/1.html", None, None),
        (
            "发布时间：待定",
            "<meta name='PubDate' content='2024-01-04'>",
            "/a/1.html",
            "2024-01-04",
            "metadata",
        ),
        (
            "发布时间：2024-13-40",
            "<meta name='PubDate' content='2024-01-04'>",
            "/a/1.html",
            "2024-01-04",
            "metadata",
        ),
    ],
)
def test_the_date_elsewhere(line: str, head: str, url: str, published: str | None, place: str | None) -> None:
    found = read(line, head=f"<title>{TITLE}</title>{head}", url=HOST + url)
    assert (found.published, found.evidence.get("published")) == (published, place)


def test_the_shown_date_wins_over_metadata_and_address() -> None:
    found = read(
        "发布时间：2024-01-04",
        head=f"<title>{TITLE}</title><meta name='PubDate' content='2024-02-05 10:00'>",
        url=f"{HOST}/a/t20240306_1.html",
    )
    assert (found.published, found.evidence["published"]) == ("2024-01-04", "shown beside its label")


def test_a_date_of_the_text_is_not_the_date_of_publishing() -> None:
    body = BODY.replace("现予公布", "自2023年5月1日起施行，现予公布")
    assert read(body=body).published is None


def test_a_date_of_another_kind_is_not_the_date_of_publishing() -> None:
    assert read("<table><tr><td>成文日期：</td><td>2023-05-01</td></tr></table>").published is None


# Source and author


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("来源：临溪市交通局", "临溪市交通局"),
        ("来 源:临溪市交通局 发布时间:2024-01-04", "临溪市交通局"),
        ("来源：临溪市交通局|2024-01-04", "临溪市交通局"),
        ("来源：临溪市交通局｜浏览：12", "临溪市交通局"),
        ("来源：临溪市交通局　　作者：林渡", "临溪市交通局"),
        ("【来源：临溪市交通局】【字体：大 中 小】", "临溪市交通局"),
        ("信息来源：临溪市交通局 点击数：3", "临溪市交通局"),
        ("稿件来源：临溪日报 责任编辑：林渡", "临溪日报"),
        ("文章来源：临溪市交通局 [ 字体：大 ]", "临溪市交通局"),
        ("<span>来源：</span><span>临溪市交通局</span>", "临溪市交通局"),
        ("<p>来源：</p><p>临溪市交通局</p>", "临溪市交通局"),
        ("出处：临溪市交通局", "临溪市交通局"),
        ("来源： 发布时间：2024-01-04", None),
        ("来源：-- 发布时间：2024-01-04", None),
        ("来源：无", None),
        ("发布时间：2024-01-04 来源：【 字体：大 】", None),
        ("发布时间：2024-01-04", None),
    ],
)
def test_the_source_ends_where_the_next_label_begins(line: str, source: str | None) -> None:
    found = read(line)
    assert (found.source, found.evidence.get("source")) == (
        source,
        "shown beside its label" if source else None,
    )


@pytest.mark.parametrize(
    "name", ["临溪发布", "临溪市发布中心", "临溪时间银行", "临溪关键词工作室", "临溪浏览网"]
)
def test_a_label_s_word_inside_a_name_does_not_cut_it(name: str) -> None:
    assert read(f"来源：{name}").source == name


def test_the_source_of_the_labelled_table_is_the_publisher() -> None:
    found = read("<table><tr><td>发布机构</td><td>临溪市交通局</td><td>文号</td><td>无</td></tr></table>")
    assert (found.source, found.evidence["source"]) == ("临溪市交通局", "labelled table")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("作者：林渡 来源：市交通局", "林渡"),
        ("来源：市交通局 作 者：林渡|2024-01-04", "林渡"),
        ("【作者：林渡】", "林渡"),
        ("责任编辑：林渡　浏览：3", "林渡"),
        ("编辑:（林渡）", "林渡"),
        ("作者：林渡 责任编辑：范舟", "林渡"),
        ("责任编辑：范舟 作者：林渡", "林渡"),
        ("作者： 来源：市交通局", None),
        ("来源：市交通局", None),
    ],
)
def test_the_author_beside_a_label(line: str, author: str | None) -> None:
    found = read(line)
    assert (found.author, found.evidence.get("author")) == (
        author,
        "shown beside its label" if author else None,
    )


@pytest.mark.parametrize(
    ("closing", "head", "author", "place"),
    [
        ("<p>（林渡）</p>", "", "林渡", "byline"),
        ("<p>渡口已恢复通航。（通讯员 林渡）</p>", "", "林渡", "byline"),
        ("<p>责任编辑：林渡</p>", "", "林渡", "shown beside its label"),
        ("<p>（交通局）</p>", "", None, None),
        ("<p>（试行）</p>", "", None, None),
        ("", "<meta name='Author' content='林渡'>", "林渡", "metadata Author"),
        ("", "<meta name='Author' content='临溪市交通局'>", None, None),
        ("", "<meta name='Author' content='高新区网'>", None, None),
        ("", "<meta name='Author' content='管理员'>", None, None),
    ],
)
def test_the_author_elsewhere(closing: str, head: str, author: str | None, place: str | None) -> None:
    body = BODY.removesuffix("</div>") + closing + "</div>"
    found = read(body=body, head=f"<title>{TITLE}</title>{head}")
    assert (found.author, found.evidence.get("author")) == (author, place)


# Views


@pytest.mark.parametrize(
    ("line", "views"),
    [
        ("浏览次数：1,234次", 1234),
        ("浏览量:56", 56),
        ("点击：【7】", 7),
        ("阅读：1.2万", 12000),
        ("访问量：３４", 34),
        ("浏览次数：<span>89</span>", 89),
        ("发布时间：2024-01-04 阅读次数：0", 0),
        ("来源：市交通局 | 点击数：12 | 字体：大", 12),
        ("浏览次数：<script src='/hits.asp?id=3'></script>次", None),
        ("浏览次数：<span id='hits'></span>", None),
        ("浏览次数：<span>-</span>", None),
        ("浏览次数： 发布时间：2024-01-04", None),
        ("点击：2024-01-04", None),
        ("本站总访问量：998877", None),
        ("您是第 998877 位访问者 访问：998877", None),
        ("总浏览量：998877 今日访问：12", None),
        ("", None),
    ],
)
def test_views_are_what_is_shown_beside_the_label(line: str, views: int | None) -> None:
    found = read(line)
    assert found.views == views
    assert found.evidence.get("views") == (None if views is None else "shown beside its label")


@pytest.mark.parametrize("line", ["阅读 2024年工作要点", "点击 12345 热线"])
def test_a_number_of_another_kind_behind_the_word_is_no_count(line: str) -> None:
    assert read(line).views is None


def test_views_that_a_script_fills_in_are_asked_of_its_counter() -> None:
    shown = article(info("浏览次数：<script src='/module/visitcount/articlehits.jsp?id=3'></script>"))
    counter = find_counter(shown)
    assert read_article(shown).views is None
    assert counter is not None
    assert counter.url == f"{HOST}/module/visitcount/articlehits.jsp?id=3"


# Document number


@pytest.mark.parametrize(
    ("line", "closing", "title", "number", "place"),
    [
        (
            "<table><tr><td>文号</td><td>临交发[2024]05号</td><td>索引号</td><td>1</td></tr></table>",
            "",
            TITLE,
            "临交发〔2024〕5号",
            "labelled table",
        ),
        (
            "<table><tr><td>发文字号：</td><td>2024年第3号</td></tr></table>",
            "",
            TITLE,
            "2024年第3号",
            "labelled table",
        ),
        ("", "<p>临交发〔2024〕5号</p>", TITLE, "临交发〔2024〕5号", "first lines of the body"),
        ("", "", f"{TITLE}（临交发〔2024〕5号）", "临交发〔2024〕5号", "title"),
        ("<table><tr><td>文号</td><td>无</td><td>索引号</td><td>1</td></tr></table>", "", TITLE, None, None),
        (
            "",
            "<p>根据《关于渡口的通知》（临交发〔2023〕1号），作如下规定：渡口一律登记。</p>",
            TITLE,
            None,
            None,
        ),
        ("", "", TITLE, None, None),
    ],
)
def test_the_document_number(
    line: str, closing: str, title: str, number: str | None, place: str | None
) -> None:
    body = BODY.replace("<p>", closing + "<p>", 1)
    found = read(line, heading=f"<h1>{title}</h1>", head=f"<title>{title}</title>", body=body)
    assert (found.doc_number, found.evidence.get("doc_number")) == (number, place)


# Channel


@pytest.mark.parametrize(
    ("line", "channel"),
    [
        ("您当前的位置：首页 > 政务公开 > 通知公告", "首页>政务公开>通知公告"),
        ("当前位置：<a href='/'>首页</a> &gt;&gt; <a href='/tz/'>通知公告</a>", "首页>通知公告"),
        ("您现在的位置是：首页 › 通知公告", "首页>通知公告"),
        ("位置：首页 / 通知公告", "首页>通知公告"),
        ("位于临溪市的渡口", None),
        ("首页 通知公告", None),
    ],
)
def test_the_breadcrumb_is_the_channel(line: str, channel: str | None) -> None:
    found = read_article(article(heading=f"<div class='crumb'>{line}</div><h1>{TITLE}</h1>"))
    if channel is not None:
        assert (found.channel, found.evidence["channel"]) == (channel, "breadcrumb")
    else:
        assert found.channel is None


def test_the_title_is_no_part_of_the_channel() -> None:
    line = "<p>当前位置：</p><p>首页</p><p>通知公告</p>"
    assert read_article(article(heading=f"{line}<h1>{TITLE}</h1>")).channel == "首页>通知公告"


@pytest.mark.parametrize("line", ["位置导航", "当前位置图见附件"])
def test_a_line_that_only_begins_like_a_breadcrumb_is_none(line: str) -> None:
    assert read_article(article(heading=f"<p>{line}</p><h1>{TITLE}</h1>")).channel is None


def test_a_breadcrumb_of_an_element_each_is_the_channel() -> None:
    title = "关于印发《临溪市渡口码头安全管理暂行办法》的通知"
    line = "<p>当前位置：</p><p>首页</p><p>通知公告</p>"
    found = read_article(article(heading=f"{line}<h1>{title}</h1>", head=f"<title>{title}</title>"))
    assert found.channel == "首页>通知公告"


def test_the_column_s_name_in_metadata_is_the_channel_where_no_breadcrumb_is_shown() -> None:
    found = read(head=f"<title>{TITLE}</title><meta name='ColumnName' content='通知公告'>")
    assert (found.channel, found.evidence["channel"]) == ("通知公告", "metadata ColumnName")
