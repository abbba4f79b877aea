"""Articles in layouts without a known mark: what a reader takes for the text is the text, and nothing else."""

from __future__ import annotations

import pytest

from lawcrawl.extract.article import read_article
from lawcrawl.items import Article
from tests.extract.pages import HOST, PARAGRAPHS, TEXT, TITLE, page

PLAIN = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
NAV = "<div class='header'><ul class='nav'>" + "<li><a href='/a/'>政务公开</a></li>" * 5 + "</ul></div>"
FOOT = (
    "<div class='foot'><p>主办：临溪市交通局　承办：临溪市大数据中心</p><p>版权所有：临溪市交通局 临ICP备05001234号</p>"
    "<p>地址：临溪市渡口路1号 电话：0999-5551234 邮编：999000</p></div>"
)
INFO = "<div>发布时间：2024-01-04 17:18　来源：市交通局</div>"
LINKS = "".join(f"<li><a href='/{n}.html'>第{n}次渡口检查，情况通报。</a></li>" for n in range(9))


def read(inner: str, head: str = f"<title>{TITLE}_临溪市交通局</title>") -> Article:
    """The article in a page with navigation and foot."""
    return read_article(page(NAV + inner + FOOT, head=head, url=f"{HOST}/a/1.html"))


@pytest.mark.parametrize(
    "inner",
    [
        pytest.param(f"<h1>{TITLE}</h1>{INFO}<div class='x'>{PLAIN}</div>", id="an element of its own"),
        pytest.param(
            f"<div class='x'><h1>{TITLE}</h1>{INFO}{PLAIN}</div>", id="beside heading and information"
        ),
        pytest.param(
            f"<h1>{TITLE}</h1>{INFO}<div class='x'>{PLAIN.replace('p>', 'div>')}</div>",
            id="paragraphs are div",
        ),
        pytest.param(
            f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td>作者：林渡　来源：市交通局　发布时间：2024/1/4　点击数：37</td></tr>"
            f"<tr><td>{'<br>'.join(PARAGRAPHS)}</td></tr><tr><td>【打印本页】【关闭窗口】</td></tr></table>",
            id="cells of a layout table, paragraphs by br",
        ),
        pytest.param(
            f"<h1>{TITLE}</h1>{INFO}<table class='x'>"
            + "".join(f"<tr><td>{text}</td></tr>" for text in PARAGRAPHS)
            + "</table>",
            id="a row a paragraph",
        ),
        pytest.param(
            f"<center><b>{TITLE}</b></center><center>2024-01-04</center>" + "<br><br>".join(PARAGRAPHS),
            id="loose in the page",
        ),
        pytest.param(
            f"<div class='x'><h1>{TITLE}<br><span>2024-01-04 17:18　来源：市交通局　点击：</span></h1>{PLAIN}</div>",
            id="information inside the heading",
        ),
        pytest.param(
            f"<div class='x'><h3>走进柳湾渡口</h3><h1>{TITLE}</h1><h4>——码头检查侧记</h4>{INFO}<div>{PLAIN}</div></div>",
            id="lead-in over and subtitle under the title",
        ),
        pytest.param(
            f"<h1>{TITLE}</h1>{INFO}<div><p>{PARAGRAPHS[0]}</p></div><div>{PLAIN[PLAIN.index('</p>') + 4 :]}</div>",
            id="two sections",
        ),
        pytest.param(
            f"<div class='x'><h1>{TITLE}</h1>{INFO}{PLAIN}<p>上一篇：<a href='1.html'>渡口公告，请参阅。</a></p>"
            "<p>下一篇：没有了</p></div>",
            id="neighbours below",
        ),
        pytest.param(
            f"<div class='x'><h1>{TITLE}</h1>{INFO}<div>{PLAIN}</div><div><p>相关阅读</p><ul>{LINKS}</ul></div></div>",
            id="related reading below",
        ),
        pytest.param(
            f"<div class='x'><h1>{TITLE}</h1>{INFO}<div>{PLAIN}</div><div><img src='q.png'><p>扫一扫在手机打开当前页</p></div>"
            "<p>声明：本网转载内容，仅供参考。</p></div>",
            id="code and disclaimer below",
        ),
        pytest.param(
            f"<div class='pc'><h1>{TITLE}</h1>{INFO}<div>{PLAIN}</div></div>"
            f"<div class='phone'><h1>{TITLE}</h1><p>2024-01-04</p><div>{PLAIN}</div></div>",
            id="a copy for telephones",
        ),
        pytest.param(
            f"<div class='r'><p>临溪市召开会议，部署渡口安全，要求各地认真落实。</p><ul>{LINKS}</ul></div>"
            f"<div class='l'><h1>{TITLE}</h1>{INFO}<div>{PLAIN}</div></div>",
            id="a column beside it",
        ),
        pytest.param(f"<h1>{TITLE}</h1>{INFO}<span>{PLAIN}</span>", id="inside a span"),
    ],
)
def test_the_text_is_the_body_alone(inner: str) -> None:
    found = read(inner)
    assert (found.title, found.text) == (TITLE, TEXT)
    assert (found.published or "")[:10] == "2024-01-04"
    assert all(text in (found.html or "") for text in PARAGRAPHS)
    assert found.images == []


def test_the_markup_is_cut_like_the_text() -> None:
    files = "<p>相关阅读</p><p><a href='/1.html'>渡口公告</a></p>"
    found = read(f"<div class='x'><h1>{TITLE}</h1>{INFO}{PLAIN}{files}</div>")
    assert found.html == f"<div>{PLAIN}</div>"


def test_a_short_text_is_the_body() -> None:
    found = read(f"<h1>{TITLE}</h1>{INFO}<div><p>元旦放假一天，请周知。</p><p>市交通局</p></div>")
    assert found.text == "元旦放假一天，请周知。\n市交通局"


def test_a_table_alone_is_the_body_and_the_heading_on_it_its_caption() -> None:
    table = "<div class='x'><table><tr><td>当事人</td><td>柳湾渡运公司</td></tr><tr><td>内容</td><td>警告</td></tr></table></div>"
    rows = "当事人\t柳湾渡运公司\n内容\t警告"
    head = "<meta name='ArticleTitle' content='渡口行政处罚信息公开表（临交罚〔2024〕5号）'>"
    assert read(f"<h1>{TITLE}</h1>{INFO}{table}").text == rows
    found = read(f"{INFO}<div><h1>渡口行政处罚信息公开表</h1>{table}</div>", head=head)
    assert (found.doc_number, found.text) == ("临交罚〔2024〕5号", f"渡口行政处罚信息公开表\n{rows}")


def test_a_picture_alone_is_the_body() -> None:
    found = read(f"<h1>{TITLE}</h1>{INFO}<div class='x'><p><img src='/scan.jpg'></p></div>")
    assert (found.text, found.images) == (None, [f"{HOST}/scan.jpg"])


def test_signature_date_and_list_of_annexes_are_text() -> None:
    closing = "<p>附件：1.<a href='1.doc'>渡口名录</a></p><p>2.<a href='2.doc'>申请表</a></p><p>临溪市交通局</p><p>2023年12月29日</p>"
    found = read(f"<h1>{TITLE}</h1>{INFO}<div class='x'>{PLAIN}{closing}</div>")
    assert found.text == f"{TEXT}\n附件：1.渡口名录\n2.申请表\n临溪市交通局\n2023年12月29日"


def test_the_system_s_list_of_files_is_no_text() -> None:
    files = "<div><p>相关附件：</p><ul><li><a href='1.pdf'>渡口名录.pdf</a></li></ul></div>"
    found = read(f"<h1>{TITLE}</h1>{INFO}<div class='x'>{PLAIN}{files}</div>")
    assert (found.text, [file.name for file in found.attachments]) == (TEXT, ["渡口名录.pdf"])


def test_a_time_that_opens_the_text_is_no_information_line() -> None:
    found = read(f"<h1>{TITLE}</h1>{INFO}<div class='x'><p>时间：2024年2月5日上午9时</p>{PLAIN}</div>")
    assert (found.published, found.text) == ("2024-01-04T17:18", f"时间：2024年2月5日上午9时\n{TEXT}")


def test_the_document_number_under_the_repeated_title_is_text() -> None:
    found = read(f"<h1>{TITLE}</h1>{INFO}<div class='x'><p>{TITLE}</p><p>临交发〔2024〕5号</p>{PLAIN}</div>")
    assert (found.doc_number, found.text) == ("临交发〔2024〕5号", f"临交发〔2024〕5号\n{TEXT}")


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        (f"政策_{TITLE}", f"<p>{TITLE}</p>"),
        (f"临溪市交通局 政策文件 {TITLE}", f"<p>{TITLE}</p>"),
        (f"{TITLE}·临溪市交通局", f"<p>{TITLE}</p>"),
        ("临溪市交通局", f"<b>{TITLE}</b>"),
        ("", f"<h2>{TITLE}</h2>"),
        ("临溪市交通局", f"<h1><a href='/'>临溪市交通局</a></h1><h1>{TITLE}</h1>"),
        (f"{TITLE[:12]}&lt;br&gt;{TITLE[12:]}", f"<h1>{TITLE[:12]}<br>{TITLE[12:]}</h1>"),
    ],
)
def test_the_title_is_the_one_shown_whatever_the_page_is_called(name: str, inner: str) -> None:
    found = read(f"{inner}{INFO}<div class='x'>{PLAIN}</div>", head=f"<title>{name}</title>")
    assert found.title == TITLE


def test_a_heading_with_its_number_is_longer_than_the_page_s_name() -> None:
    found = read(f"<h1>{TITLE}（临交发〔2024〕5号）</h1>{INFO}<div>{PLAIN}</div>")
    assert (found.title, found.doc_number) == (f"{TITLE}（临交发〔2024〕5号）", "临交发〔2024〕5号")


def test_the_time_of_day_is_taken_from_where_the_same_day_is_shown_with_it() -> None:
    table = "<table><tr><td>索引号：</td><td>7</td><td>发布日期：</td><td>2024-01-04</td></tr></table>"
    found = read(f"{table}<h1>{TITLE}</h1>{INFO}<div class='x'>{PLAIN}</div>")
    assert found.published == "2024-01-04T17:18"


@pytest.mark.parametrize(
    ("info", "field", "value"),
    [
        (
            "<span>时间：2024-01-04</span><span>来源：市交通局</span><span>浏览量：12</span>",
            "source",
            "市交通局",
        ),
        ("<span>来源：市交通局</span><span>发布时间：2024-01-04</span>", "published", "2024-01-04"),
        ("<p>来源：　日期：2024-01-04</p><p>来源：市交通局</p>", "source", "市交通局"),
        ("<p>发布日期：2024-01-04　来源：</p>", "source", None),
        ("<p>来源：未知　作者：林渡</p>", "source", None),
        ("<p>临溪日报 | 2024-01-04 17:18 | 阅读 342 次 | 打印</p>", "views", 342),
        ("<p>2024-01-04　1234次浏览</p>", "views", 1234),
        (
            "<dl><dt>索引号</dt><dd>7</dd><dt>文号</dt><dd>临交发〔2024〕5号</dd></dl>",
            "doc_number",
            "临交发〔2024〕5号",
        ),
        ("<p>发布时间：2024-01-04</p>", "labels", {}),
        ("<p>索引号：主题分类：</p>", "labels", {}),
    ],
)
def test_the_information_line_in_its_forms(info: str, field: str, value: object) -> None:
    assert getattr(read(f"<h1>{TITLE}</h1>{info}<div class='x'>{PLAIN}</div>"), field) == value


def test_a_source_in_brackets_closes_the_text() -> None:
    found = read(f"<h1>{TITLE}</h1><p>2024-01-04</p><div class='x'>{PLAIN}<p>（来源：临溪日报）</p></div>")
    assert (found.source, found.text) == ("临溪日报", TEXT)


@pytest.mark.parametrize(
    "trail",
    [
        "<div><a href='/'>首页</a> &gt; <a href='/a/'>政策</a></div>",
        "<ul class='breadcrumb'><li><a href='/'>首页</a></li><li><a href='/a/'>政策</a></li></ul>",
        "<div><span>当前位置：</span><table><tr><td><a>首页</a></td><td> > <a>政策</a></td></tr></table></div>",
        f"<div>您所在的位置：<a>首页</a> -> <a>政策</a> -> {TITLE}</div>",
        "<div class='crumb'><a>首页</a> > <a>政策</a><div>字号：大 中 小</div></div>",
    ],
)
def test_the_trail_to_the_column(trail: str) -> None:
    assert read(f"{trail}<h1>{TITLE}</h1>{INFO}<div>{PLAIN}</div>").channel == "首页>政策"
