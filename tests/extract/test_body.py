"""What belongs to an article's body, and what around it: the labelled table, boxes, markup, images."""

from __future__ import annotations

import re

import pytest

from lawcrawl.extract.article import read_article
from lawcrawl.items import Article
from tests.extract.pages import BODY, HOST, PARAGRAPHS, TEXT, TITLE, article, page


def read(line: str = "", **parts: str) -> Article:
    """The article with ``line`` between its heading and its body."""
    return read_article(article(line, **parts))


# The labelled table

TABLE = {"索引号": "LX-2024-7", "发文机关": "临溪市交通局", "成文日期": "2023-12-29"}


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(
            "<table>"
            + "".join(f"<tr><td>{k}：</td><td>{v}</td></tr>" for k, v in TABLE.items())
            + "</table>",
            id="label and value in a row",
        ),
        pytest.param(
            "<table><tr>" + "".join(f"<th>{k}</th><td>{v}</td>" for k, v in TABLE.items()) + "</tr></table>",
            id="all in one row",
        ),
        pytest.param(
            "<table><tr>"
            + "".join(f"<th>{k}</th>" for k in TABLE)
            + "</tr><tr>"
            + "".join(f"<td>{v}</td>" for v in TABLE.values())
            + "</tr></table>",
            id="a row of labels over a row of values",
        ),
        pytest.param(
            "<dl>" + "".join(f"<dd><b>{k}：</b>{v}</dd>" for k, v in TABLE.items()) + "</dl>", id="dl"
        ),
        pytest.param("<ul>" + "".join(f"<li>{k}: {v}</li>" for k, v in TABLE.items()) + "</ul>", id="li"),
        pytest.param(
            "<table>"
            + "".join(f"<tr><td>【{' '.join(k)}】</td><td>{v}</td></tr>" for k, v in TABLE.items())
            + "</table>",
            id="labels spaced and in brackets",
        ),
    ],
)
@pytest.mark.parametrize("inside", [False, True], ids=["above the body", "inside the body's element"])
def test_the_labelled_table(markup: str, inside: bool) -> None:
    body = BODY.replace("'>", f"'>{markup}", 1) if inside else BODY
    found = read_article(article("" if inside else markup, body=body))
    assert found.labels == TABLE
    assert (found.issuer, found.evidence["issuer"]) == ("临溪市交通局", "labelled table")
    assert found.text == TEXT


def test_a_label_without_a_value_is_not_in_the_table() -> None:
    found = read("<table><tr><td>索引号</td><td></td><td>文号</td><td>临交发〔2024〕5号</td></tr></table>")
    assert found.labels == {"文号": "临交发〔2024〕5号"}


# Body


@pytest.mark.parametrize(
    ("mark", "place"),
    [
        ("class='TRS_Editor'", "div.TRS_Editor"),
        ("id='zoom'", "div#zoom"),
        ("class='trs_editor_view TRS_UEDITOR'", "div.trs_editor_view.TRS_UEDITOR"),
        ("id='vsb_content'", "div#vsb_content"),
        ("class='wp_articlecontent'", "div.wp_articlecontent"),
        ("class='v_news_content'", "div.v_news_content"),
        ("id='UCAP-CONTENT'", "div#UCAP-CONTENT"),
        ("class='pages_content'", "div.pages_content"),
        ("class='x17'", "div.x17"),
        ("", "div"),
    ],
)
def test_the_body_by_a_known_mark_or_by_its_running_text(mark: str, place: str) -> None:
    body = f"<div {mark}>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</div>"
    links = "".join(f"<li><a href='/{n}.html'>临溪市第{n}次渡口检查，情况通报。</a></li>" for n in range(30))
    found = read_article(article(body=f"<div class='left'><ul>{links}</ul></div>{body}"))
    assert (found.text, found.evidence["text"]) == (TEXT, place)


def test_the_inner_mark_wins_over_the_outer() -> None:
    found = read(body=f"<div id='zoom'><p>责任声明：本页仅供参阅，以原件为准，欢迎核对。</p>{BODY}</div>")
    assert found.text == TEXT


def test_a_marked_element_without_text_is_not_the_body() -> None:
    assert (
        read(body=f"<div id='zoom'> </div><div class='x'>{BODY.replace('TRS_Editor', 'y')}</div>").text
        == TEXT
    )


def test_a_hidden_copy_is_not_the_body() -> None:
    copy = BODY.replace("交通局", "旧局").replace("<div", "<div style='display:none'", 1)
    assert read(body=copy + BODY).text == TEXT


def test_a_body_printed_twice_is_one() -> None:
    twice = BODY.removesuffix("</div>") + BODY.partition(">")[2]
    assert read(body=twice).text == TEXT


def test_a_page_without_an_article_has_no_text() -> None:
    found = read_article(page("<h1>临溪</h1><a href='/1.html'>渡口</a>", url=f"{HOST}/"))
    assert (found.text, found.html, found.images, found.published) == (None, None, [], None)
    assert "text" not in found.evidence


@pytest.mark.parametrize(
    "closing",
    [
        "<p>【打印本页】【关闭窗口】</p>",
        "<p>分享到：</p>",
        "<p>扫一扫在手机打开当前页</p>",
        "<p>上一篇：渡口名录公示</p><p>下一篇：渡口检查通报</p>",
        "<p>责任编辑：林渡</p>",
        "<p>相关链接：</p><p>相关阅读</p>",
        "<p>相关附件：渡口名录.doc</p>",
        "<div>返回顶部</div>",
        "<p>我要打印　保存本页　关闭</p><p>点赞 12</p>",
        "<p>打开微信，点击底部的“发现”，</p><p>使用“扫一扫”即可将网页分享至朋友圈。</p>",
        "<div>手机扫码阅读</div>",
        "<p><span>上一篇</span><a href='/1.html'>渡口名录公示</a></p><p>下一信息：暂无</p>",
        "<h3>政策解读</h3><ul><li><a href='/2.html'>一图读懂渡口办法</a></li></ul>",
        "<p>政策解读：<a href='/2.html'>《渡口办法》解读</a></p>",
        "<p>标签：<a href='/t/1/'>渡口</a> <a href='/t/2/'>安全</a></p>",
        "<div>同类文章</div><div><a href='/3.html'>渡口检查通报</a></div>",
        "<p>网站编辑：林渡</p><p>编辑/林渡 审核/张小溪</p>",
        "<p>本文已被浏览 12 次</p>",
        "<div>共3页 <a href='#'>首页</a> 上一页 <b>1</b> 2 3 下一页</div>",
        "<video src='/a.mp4'>您的浏览器不支持视频。</video>",
        "<script>var share = '分享';</script>",
        "<p style='display:none'>隐藏的字。</p>",
    ],
)
def test_what_closes_the_body_s_element_is_not_its_text(closing: str) -> None:
    assert read(body=BODY.removesuffix("</div>") + closing + "</div>").text == TEXT


@pytest.mark.parametrize(
    "opening",
    [
        "<p>来源于：临溪市交通局</p>",
        "<p>当前位置：首页 &gt; 通知公告</p>",
        "<p>浏览：12</p>",
        "<p>语音播报　收听全文</p>",
        "<p>背景色：默认 白色 淡黄</p>",
    ],
)
def test_what_opens_the_body_s_element_is_not_its_text(opening: str) -> None:
    assert read(body=BODY.replace("'>", f"'>{opening}", 1)).text == TEXT


@pytest.mark.parametrize(
    "line",
    [
        "<p>政策解读</p><p>渡口办法自三月起施行，共二十条。</p>",
        "<p>图解：渡口的一天</p>",
        "<p>微信搜索“临溪渡口”小程序，用手机号登录。</p>",
    ],
)
def test_words_of_furniture_in_a_line_of_the_text_stay(line: str) -> None:
    text = read(body=BODY.removesuffix("</div>") + line + "</div>").text
    assert text is not None
    assert text.replace("\n", "").endswith(line.replace("<p>", "").replace("</p>", ""))


@pytest.mark.parametrize("name", ["relates", "share-box", "footer"])
def test_boxes_beside_the_body_are_not_its_text(name: str) -> None:
    box = f"<div class='{name}'><p>欢迎关注临溪市渡口，更多消息，请看专栏。</p></div>"
    plain = BODY.replace("TRS_Editor", "x17")
    assert read(body=plain + box).text == TEXT


def test_heading_and_information_line_inside_the_body_s_element_are_not_its_text() -> None:
    line = f"<p>{TITLE}</p><p>发布时间：2024-01-04　来源：临溪市交通局</p>"
    found = read(heading="", body=BODY.replace("'>", f"'>{line}", 1))
    assert (found.title, found.published, found.source, found.text) == (
        TITLE,
        "2024-01-04",
        "临溪市交通局",
        TEXT,
    )


def test_a_table_of_the_text_stays_in_it() -> None:
    table = "<table><tr><td>渡口</td><td>载客</td></tr><tr><td>柳湾</td><td>20</td></tr></table>"
    found = read(body=BODY.removesuffix("</div>") + table + "</div>")
    assert found.text == f"{TEXT}\n渡口\t载客\n柳湾\t20"


# Markup

ACTING = (
    "<script>alert(1)</script><style>p{color:red}</style><iframe src='http://x.example/'></iframe>"
    "<p onclick='go()' style='color:red' class='c'>渡口</p><a href='javascript:go()'>甲</a>"
    "<a href=' JAVA&#10;SCRIPT:go()'>乙</a><a href='data:text/html,x'>丙</a><img src='x' onerror='go()'>"
    "<form action='/x'><input name='a'></form><object data='x'></object><a href='./files/1.html' target='_blank'>丁</a>"
    "<svg><script>alert(2)</script></svg><!-- note -->"
)


def test_the_markup_holds_nothing_that_acts() -> None:
    html = read(body=BODY.removesuffix("</div>") + ACTING + "</div>").html or ""
    for part in (
        "<script",
        "alert",
        "onclick",
        "onerror",
        "style",
        "<iframe",
        "data:",
        "<form",
        "<object",
        "<!--",
    ):
        assert part not in html.lower(), part
    assert all(address.startswith(HOST) for address in re.findall(r'(?:href|src)="([^"]*)"', html))
    assert "<p>渡口</p>" in html
    assert all(word in html for word in "甲乙丙")


def test_addresses_in_the_markup_are_absolute() -> None:
    html = read(body=BODY.removesuffix("</div>") + ACTING + "</div>", url=f"{HOST}/a/b/1.html").html or ""
    assert f'<a href="{HOST}/a/b/files/1.html">丁</a>' in html
    assert f'<img src="{HOST}/a/b/x">' in html


def test_the_markup_keeps_a_table_s_spans() -> None:
    body = BODY.replace("</div>", "<table><tr><td colspan='2' bgcolor='red'>渡口</td></tr></table></div>")
    assert '<td colspan="2">渡口</td>' in (read(body=body).html or "")


def test_images_are_those_of_the_body_without_icons() -> None:
    shown = "<img src='./p1.jpg'><img src='/p2.png'><img src='p1.jpg'><img src='/icons/doc.gif'><img src='data:image/png;base64,AA'><img>"
    found = read_article(article("<img src='/logo.png'>", body=BODY.replace("</div>", shown + "</div>")))
    assert found.images == [f"{HOST}/a/p1.jpg", f"{HOST}/p2.png"]


def test_a_body_of_images_alone_has_markup_and_no_text() -> None:
    found = read(body="<div id='zoom'><p><img src='/scan1.jpg'></p></div>")
    assert (found.text, found.images) == (None, [f"{HOST}/scan1.jpg"])
    assert found.html is not None


# Evidence


def test_evidence_names_every_field_that_has_a_value() -> None:
    labelled = "".join(f"<td>{k}</td><td>{v}</td>" for k, v in {**TABLE, "文号": "临交发〔2024〕5号"}.items())
    found = read_article(
        article(
            f"<p>当前位置：首页 > 通知</p><h1>{TITLE}</h1><table><tr>{labelled}</tr></table>"
            "<p>发布时间：2024-01-04 来源：临溪市交通局 作者：林渡 浏览次数：12</p>",
            heading="",
        )
    )
    fields = ("title", "published", "source", "author", "doc_number", "issuer", "channel", "views", "text")
    assert all(getattr(found, field) is not None for field in fields)
    assert set(found.evidence) == set(fields)
    assert all(found.evidence.values())


def test_evidence_names_no_field_without_a_value() -> None:
    found = read()
    assert {name for name in found.evidence if getattr(found, name) is None} == set()
    assert set(found.evidence) == {"title", "text"}
