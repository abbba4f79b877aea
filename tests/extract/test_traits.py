"""Traits that templates mix freely, one at a time in a page that nothing else names: every field, whatever the dress."""

from __future__ import annotations

import pytest

from lawcrawl.extract.article import read_article
from lawcrawl.items import Article
from tests.extract.pages import HOST, PARAGRAPHS, TEXT, TITLE, page

PLAIN = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
INFO = "<div>发布时间：2024-01-04　来源：市交通局　浏览次数：37次</div>"
FACTS = (TITLE, "2024-01-04", "市交通局", 37, TEXT)
FOOT = "<div><h3>友情链接</h3><a href='http://x.example/'>省交通厅</a><p>版权所有：临溪市交通局</p><p>浏览量：998877</p></div>"
TOP = "<div><h1>临溪市交通局</h1><ul><li><a href='/a/'>通知公告</a></li><li><a href='/b/'>机构职能</a></li></ul></div>"
DATED = (
    "<ul>"
    + "".join(
        f"<li><a href='/z/{n}.html'>第{n}号渡口检查情况，请各地查收</a><span>2023-11-0{n}</span></li>"
        for n in range(1, 6)
    )
    + "</ul>"
)


def read(inner: str, *, name: str = "临溪市交通局") -> Article:
    """The article of a page that is called ``name`` and has the site's head and foot around ``inner``."""
    return read_article(page(TOP + inner + FOOT, head=f"<title>{name}</title>", url=f"{HOST}/tz/show-7.html"))


def facts(article: Article) -> tuple[str | None, str | None, str | None, int | None, str | None]:
    return (article.title, article.published, article.source, article.views, article.text)


# The title by its looks: the page is called by the site's name alone


@pytest.mark.parametrize(
    "heading",
    [
        f"<h1>{TITLE}</h1>",
        f"<h4>{TITLE}</h4>",
        f"<div class='b7'>{TITLE}</div>",
        f"<div><div><span>{TITLE}</span></div></div>",
        f"<p align='center'><strong>{TITLE}</strong></p>",
        f"<p style='text-align:center'><span style='font-size:24px'>{TITLE}</span></p>",
        f"<center><font size='5'>{TITLE}</font></center>",
        f"<h1>{TITLE[:9]}<br>{TITLE[9:]}</h1>",
        f"<h2>通知公告</h2><div class='title'>{TITLE}</div>",
        f"<h3>走进柳湾渡口</h3><h1>{TITLE}</h1>",
        f"<h2>{TITLE}</h2><h3>柳湾十二处渡口一律登记</h3>",
        f"<p>{TITLE}</p><p>——柳湾渡口检查侧记</p>",
        f"<p>{TITLE}</p><p>临交发〔2024〕5号</p>",
    ],
)
@pytest.mark.parametrize("name", ["临溪市交通局", "通知公告", "", "欢迎访问临溪市交通局网站"])
def test_the_title_by_its_looks(heading: str, name: str) -> None:
    found = read(f"<div>{heading}{INFO}<div>{PLAIN}</div></div>", name=name)
    assert facts(found)[:4] == FACTS[:4]


@pytest.mark.parametrize("title", ["机构职能", "元旦放假通知", "临溪市召开渡口安全座谈会"])
def test_a_title_that_is_short_or_like_a_site_s_name(title: str) -> None:
    found = read(
        f"<div><h2>{title}</h2>{INFO}<div>{PLAIN}</div></div>", name=f"{title}-通知公告-临溪市交通局"
    )
    assert found.title == title


@pytest.mark.parametrize(
    "box",
    [
        f"<div><h3>热点文章</h3>{DATED}</div>",
        "<div><h2>通知公告</h2><ul><li><a href='/a/'>工作动态</a></li><li><a href='/b/'>通知公告</a></li></ul></div>",
        "<div><h3>联系我们</h3><p>地址：临溪市渡口路1号，三楼</p><p>电话：0999-5551234</p></div>",
    ],
)
def test_the_heading_of_a_box_before_the_article_is_no_title(box: str) -> None:
    assert facts(read(f"<div>{box}<div><p>{TITLE}</p>{INFO}<div>{PLAIN}</div></div></div>")) == FACTS


@pytest.mark.parametrize(
    "below",
    ["<h4>网友评论</h4><p>李先生 2024-02-01 10:20</p>", "<p>参会人员：各科室负责人</p><p>（编辑：周舟）</p>"],
)
def test_a_line_below_the_text_is_no_title(below: str) -> None:
    assert read(f"<div>{TITLE}</div>{INFO}<div>{PLAIN}{below}</div>").title == TITLE


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    assert facts(read(f"<form><h1>{TITLE}</h1>{INFO}<div>{PLAIN}</div></form>")) == FACTS


# The information line in any order and dress


@pytest.mark.parametrize(
    ("line", "published", "source", "views"),
    [
        ("<p>来源：市交通局　作者：林渡　时间：2024-01-04　浏览：37</p>", "2024-01-04", "市交通局", 37),
        ("<p>【字体：大 中 小】 发布日期：2024年01月04日 来源：市交通局 【打印】</p>", "2024-01-04", "市交通局", None),
        ("<div><span>2024-01-04</span><span>市交通局</span></div>", "2024-01-04", None, None),
        ("<p>[ 发布日期：2024-01-04 ] [ 来源：市交通局 ] [ 点击率：37 ]</p>", "2024-01-04", "市交通局", 37),
        ("<p>Date: 2024-01-04&nbsp; Source: 市交通局&nbsp; Views: 37</p>", "2024-01-04", "市交通局", 37),
        ("<p>发布人：林渡　发布日期：2024-01-04　已有 37 人浏览</p>", "2024-01-04", None, 37),
        ("<p>字号：大 中 小　2024-01-04　来源：市交通局　37次浏览</p>", "2024-01-04", "市交通局", 37),
        ("<p>发表于：2024-01-04 17:18　阅读(37)　评论(0)</p>", "2024-01-04T17:18", None, 37),
        ("<div><div>市交通局</div><div>2024-01-04 17:18</div></div>", "2024-01-04T17:18", None, None),
        ("<dl><dt>来源：</dt><dd>市交通局</dd><dt>发布日期：</dt><dd>2024-01-04</dd></dl>", "2024-01-04", "市交通局", None),
        ("<ul><li>发布时间：2024-01-04</li><li>来源：市交通局</li><li>访问量：37</li></ul>", "2024-01-04", "市交通局", 37),
        ("<p>发布时间：2024-01-04<br>来源：市交通局<br>浏览量：37</p>", "2024-01-04", "市交通局", 37),
        ("<p>索引号：LX-7　发布机构：市交通局　生成日期：2023-01-02　发布日期：2024-01-04</p>", "2024-01-04", "市交通局", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "inside", [True, False], ids=["in one element with the text", "above the text's element"]
)
def test_the_information_line(
    line: str, published: str, source: str | None, views: int | None, inside: bool
) -> None:
    body = f"{line}{PLAIN}" if inside else f"{line}<div>{PLAIN}</div>"
    found = read(f"<div><h1>{TITLE}</h1>{body}</div>")
    assert facts(found) == (TITLE, published, source, views, TEXT)


def test_the_information_line_under_a_title_of_two_lines() -> None:
    found = read(f"<h1>{TITLE[:9]}<br>{TITLE[9:]}</h1><p>市交通局 2024年1月4日</p><div>{PLAIN}</div>")
    assert (found.title, found.published) == (TITLE, "2024-01-04")


def test_several_labels_on_one_line_are_a_table() -> None:
    found = read(
        f"<h1>{TITLE}</h1><p>索引号：LX-7　文号：临交发〔2024〕5号　发布日期：2024-01-04</p><div>{PLAIN}</div>"
    )
    assert found.labels == {"索引号": "LX-7", "文号": "临交发〔2024〕5号", "发布日期": "2024-01-04"}
    assert found.doc_number == "临交发〔2024〕5号"


# What stands below a text, in its element or beside it

AFTER = {
    "related reading with dates": f"<div><h3>相关阅读</h3>{DATED}</div>",
    "two boxes of links": f"<div><h3>热门文章</h3>{DATED}</div><div><h3>最新文章</h3>{DATED}</div>",
    "neighbours": "<div>上一篇：<a href='/z/1.html'>第1号渡口检查情况</a><br>下一篇：<a href='/z/2.html'>第2号渡口检查情况，请查收。</a></div>",
    "neighbours by arrows": "<div><a href='/z/1.html'>&lt; 上一条：第1号渡口检查情况</a> <a href='/z/2.html'>下一条：第2号渡口检查情况 &gt;</a></div>",
    "disclaimer": "<div><p>免责声明：凡本网注明“来源：XXX”的稿件，均转载自其它媒体，目的在于传递信息，如涉及版权，请与本网联系。</p></div>",
    "disclaimer under a heading": "<div><h4>版权与免责声明</h4><p>1.本站所有作品，版权均属于本站，转载须注明来源。</p><p>2.转载的作品，本站不负责任。</p></div>",
    "comment form": "<div><h4>我要评论</h4><form><p>您的姓名：<input></p><p>评论内容：<textarea></textarea></p><p>请您遵守法律、法规，尊重网上道德，承担一切后果。</p></form></div>",
    "comments": "<div><h4>网友评论</h4><div>李先生 2024-02-01 10:20:30<p>希望尽快落实，让老百姓真正得到实惠，支持！</p></div>"
    "<div>王女士 2024-02-02 10:20:30<p>请问在哪里登记？需要带哪些材料？什么时候开始？</p></div></div>",
    "survey": "<div><p>您对本页面内容的评价：</p><label><input type='radio'>满意</label><label><input type='radio'>一般</label></div>",
    "editor and buttons": "<p>（编辑：周舟）</p><div>[ 关闭窗口 ] [ 返回顶部 ]</div>",
    "code": "<div><p>扫一扫在手机打开当前页</p></div>",
    "contact": "<div><h3>联系我们</h3><p>地址：临溪市渡口路1号，三楼</p><p>电话：0999-5551234，传真：0999-5551235</p></div>",
}


@pytest.mark.parametrize("after", AFTER.values(), ids=AFTER.keys())
@pytest.mark.parametrize("text", [TEXT, "渡口停航一天，请周知。"], ids=["a long text", "a short text"])
@pytest.mark.parametrize("frame", ["{}<div>{}</div>{}", "{}{}{}", "<div>{}<div>{}{}</div></div>"], ids=["beside", "loose", "in its element"])  # fmt: skip
def test_what_stands_below_is_not_the_text(after: str, text: str, frame: str) -> None:
    shown = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    found = read(frame.format(f"<h1>{TITLE}</h1>{INFO}", shown, after))
    assert facts(found) == (*FACTS[:4], text)


# Texts of every make


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("<p>问：渡口何时开放？</p><p>答：每日六时</p>", "问：渡口何时开放？\n答：每日六时"),
        ("<p>时间：2024年2月5日上午9时</p><p>地点：市局三楼</p>", "时间：2024年2月5日上午9时\n地点：市局三楼"),
        ("<ul><li>林渡</li><li>范舟</li><li>周舟</li></ul>", "林渡\n范舟\n周舟"),
        ("<section><p>渡口一律登记。</p></section><section><p>登记不收费用。</p></section>", "渡口一律登记。\n登记不收费用。"),
        ("<p>渡口名单见附件</p><p>附件：<a href='/f/1.pdf'>渡口名单.pdf</a></p>", "渡口名单见附件"),
        ("<p>渡口一律登记。</p><p><a href='/f/1.doc'>附件1：申请表.doc</a></p><p>附件2：<a href='/f/2.xls'>名单.xls</a></p>", "渡口一律登记。"),
        ("<p>渡口一律登记。</p><p>附件：1.申请表</p><p>临溪市交通局</p><p>2024年1月4日</p>", "渡口一律登记。\n附件：1.申请表\n临溪市交通局\n2024年1月4日"),
        ("<p><a href='/f/1.pdf'>渡口名单.pdf</a></p>", None),
        ("<p><img src='/f/1.jpg'></p>", None),
    ],
)  # fmt: skip
def test_short_texts_of_every_make(shown: str, text: str | None) -> None:
    found = read(f"<div><h1>{TITLE}</h1>{INFO}<div>{shown}</div></div>")
    assert facts(found) == (*FACTS[:4], text)
    assert found.images == ([f"{HOST}/f/1.jpg"] if "img" in shown else [])


@pytest.mark.parametrize(
    "many",
    [
        f"<div>{TITLE}</div>",
        "<div><h3>相关阅读</h3><p>渡口一律登记，不收费用。</p></div>",
        "<p><a href='/f/{0}.pdf'>渡口名单{0}.pdf</a></p>",
        "<a href='/'>首页</a>&gt;",
    ],
    ids=["the title", "boxes", "attachments", "trails"],
)
def test_a_page_of_five_thousand_of_a_kind_is_read(many: str) -> None:
    found = read(f"<h1>{TITLE}</h1>{INFO}<div>{PLAIN}</div>{''.join(map(many.format, range(5000)))}")
    assert (found.title, found.published) == (TITLE, "2024-01-04")


def test_a_date_behind_the_heading_is_none_of_the_text() -> None:
    found = read(f"<h2>{TITLE} <small>( 2024-01-04)</small></h2><div>{PLAIN}</div>", name=TITLE)
    assert (found.title, found.published, found.text) == (TITLE, "2024-01-04", TEXT)


def test_what_stands_behind_the_buttons_is_the_text() -> None:
    found = read(f"<div><h1>{TITLE}</h1>{INFO}<div>分享：</div><p>临司发〔2024〕3号</p>{PLAIN}</div>")
    assert (found.doc_number, str(found.text).split()[0]) == ("临司发〔2024〕3号", "临司发〔2024〕3号")


def test_the_day_on_which_a_law_was_adopted_is_not_the_day_of_publication() -> None:
    adopted = "<p>（2007年6月29日临溪市人民代表大会常务委员会第八次会议通过）</p>"
    found = read(f"<h1>{TITLE}</h1>{adopted}<p>2024-01-04</p><div>{PLAIN}</div>")
    assert found.published == "2024-01-04"


# What real templates put around a text, and what of it is none


def test_a_heading_in_the_article_s_own_header_opens_its_text() -> None:
    found = read(
        f"<main><article><header><h1>{TITLE}</h1></header><div>{PLAIN}</div></article></main>", name=TITLE
    )
    assert (found.title, found.text) == (TITLE, TEXT)


def test_boxes_named_in_pinyin_are_not_the_text() -> None:
    box = (
        "<dl><dt><a href='/9.html'>渡口检查</a></dt><dd>近日，市交通局检查了渡口，要求各地落实责任，确保安全。</dd></dl>"
        * 4
    )
    found = read(
        f"<div><h1>{TITLE}</h1>{INFO}<div>{PARAGRAPHS[0]}</div><div class='tuijian'>{box}</div></div>"
    )
    assert found.text == PARAGRAPHS[0]


def test_the_value_of_a_label_is_not_the_text() -> None:
    info = "<div><label>发布时间：</label><em>2024-01-04</em> <label>信息来源：</label><em>法治与普法科（研究室）</em></div>"
    found = read(f"<div><div><h1>{TITLE}</h1>{info}</div><div><img src='/up/scan.jpg'></div></div>")
    assert (found.text, found.images) == (None, [f"{HOST}/up/scan.jpg"])


def test_a_subtitle_is_not_the_text() -> None:
    names = "<ul><li>林渡</li><li>张小溪</li></ul>"
    found = read(f"<div><h1>{TITLE}</h1><p>——码头检查侧记</p></div><div>{INFO}</div><div>{names}</div>")
    assert found.text == "林渡\n张小溪"


def test_nothing_below_the_way_to_the_next_article_is_the_text() -> None:
    notice = "<div><p>公告：因系统升级，本网站将于三月一日停止服务，给您带来不便，敬请谅解。</p></div>" * 3
    found = read(
        f"<h1>{TITLE}</h1>{INFO}<p>请各单位于三月一日前报送渡口名录。</p><div>上一篇：<a href='/1.html'>渡口名录</a></div>{notice}"
    )
    assert found.text == "请各单位于三月一日前报送渡口名录。"


def test_what_readers_answer_is_neither_title_nor_text() -> None:
    answers = "".join(
        f"<div><b>{name}</b> 2024-02-0{n} 10:20:30<p>希望尽快落实到位，让大家得到实惠，支持！</p></div>"
        for n, name in enumerate(("林先生", "张女士"), 1)
    )
    found = read(
        f"<div>元旦放假</div>{INFO}<div><img src='/up/a.jpg'></div><div><h4>网友评论</h4>{answers}</div>"
    )
    assert (found.title, found.text) == ("元旦放假", None)


def test_the_disclosure_table_names_the_title_where_nothing_else_does() -> None:
    table = (
        f"<table><tr><td>信息名称：</td><td>{TITLE}</td></tr><tr><td>索引号：</td><td>LX-2024-01</td>"
        "<td>发文机构：</td><td>市交通局</td></tr></table>"
    )
    found = read(f"<div>{table}<div>{PLAIN}</div></div>")
    assert (found.title, found.evidence["title"], found.text) == (TITLE, "labelled table", TEXT)


@pytest.mark.parametrize("tag", ["p", "div", "li", "td"])
def test_a_text_cut_into_single_characters_is_the_text(tag: str) -> None:
    cut = "".join(
        f"<{tag}>" + "".join(f"<span>{c}</span>" for c in line) + f"</{tag}>" for line in PARAGRAPHS
    )
    around = {"li": "<ul>{}</ul>", "td": "<table><tr>{}</tr></table>"}.get(tag, "<div>{}</div>")
    text = read(f"<h1>{TITLE}</h1>{INFO}{around.format(cut)}").text
    assert text is not None
    assert text.split("\t" if tag == "td" else "\n") == list(PARAGRAPHS)
