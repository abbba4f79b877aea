"""A page decoded, repaired and read as a browser would show it."""

from __future__ import annotations

import codecs
from urllib.parse import urljoin

import pytest

from lawcrawl.extract.article import read_article
from lawcrawl.extract.document import Element, Page, decoded, lines, text_of
from lawcrawl.extract.listing import read_list
from tests.extract.pages import BODY, HOST, TEXT, page

SHOWN = "临溪市人民政府关于渡口管理的公告"
GB2312_META = "<meta http-equiv='Content-Type' content='text/html; charset=gb2312'>"


def html(text: str = SHOWN, meta: str = "") -> str:
    return f"<html><head>{meta}<title>{text}</title></head><body><p>{text}</p></body></html>"


def title(body: bytes, content_type: str | None = None) -> str | None:
    return Page.from_bytes(body, "", content_type).tree.findtext(".//title")


def only(markup: str) -> Element:
    """The ``<body>`` of ``markup``."""
    return inside(page(markup).tree, "body")


def inside(element: Element, name: str) -> Element:
    found = element.find(name)
    assert found is not None
    return found


# Charset


@pytest.mark.parametrize(
    ("body", "content_type", "shown"),
    [
        pytest.param(html("镕基路", GB2312_META).encode("gbk"), None, "镕基路", id="GBK declared gb2312"),
        pytest.param(html("镕基路").encode("gbk"), "text/html; charset=GB2312", "镕基路", id="by the header"),
        pytest.param(html().encode("gbk"), None, SHOWN, id="GBK undeclared"),
        pytest.param(html("𠮷田镇㐂村", GB2312_META).encode("gb18030"), None, "𠮷田镇㐂村", id="four bytes"),
        pytest.param(html(meta=GB2312_META).encode(), None, SHOWN, id="UTF-8 declared gb2312"),
        pytest.param(html().encode(), "text/html; charset=gbk", SHOWN, id="UTF-8 declared GBK by the header"),
        pytest.param(html(meta="<meta charset=utf-8>").encode("gbk"), None, SHOWN, id="GBK declared UTF-8"),
        pytest.param(html().encode(), None, SHOWN, id="UTF-8 undeclared"),
        pytest.param(codecs.BOM_UTF8 + html(meta=GB2312_META).encode(), None, SHOWN, id="UTF-8 with a mark"),
        pytest.param(
            codecs.BOM_UTF16_LE + html(meta=GB2312_META).encode("utf-16-le"), None, SHOWN, id="UTF-16 LE"
        ),
        pytest.param(
            codecs.BOM_UTF16_BE + html(meta=GB2312_META).encode("utf-16-be"),
            "text/html; charset=gb2312",
            SHOWN,
            id="UTF-16 BE",
        ),
        pytest.param(html().encode("utf-16-le"), None, SHOWN, id="UTF-16 LE without a mark"),
        pytest.param(
            html("臨溪市渡口公告").encode("big5"),
            "text/html; charset=big5",
            "臨溪市渡口公告",
            id="Big5 by the header",
        ),
        pytest.param(html().encode("gbk"), "text/html; charset=nonsense-9", SHOWN, id="unknown charset"),
    ],
)
def test_the_charset_is_what_the_bytes_are(body: bytes, content_type: str | None, shown: str) -> None:
    assert title(body, content_type) == shown


@pytest.mark.parametrize("cut", [1, 2])
def test_utf8_cut_inside_a_character_stays_utf8(cut: int) -> None:
    body = f"{GB2312_META}<p>{SHOWN}".encode()[:-cut]
    assert decoded(body, "text/html; charset=gb2312")[0] == "utf-8"
    assert SHOWN[:-1] in text_of(Page.from_bytes(body).tree)


def test_one_broken_byte_does_not_turn_a_utf8_page_to_gbk() -> None:
    body = html(SHOWN * 3, "<meta charset='utf-8'>").encode()
    place = body.index(b"<p>") + 3
    shown = text_of(Page.from_bytes(body[:place] + b"\xff" + body[place:]).tree)
    assert SHOWN * 2 in shown


def test_a_gbk_text_whose_only_chinese_stands_at_its_end_is_gbk() -> None:
    assert decoded("<meta charset=gbk><p>title: 渡".encode("gbk"))[0] == "gb18030"


@pytest.mark.parametrize("name", ["base64", "hex", "rot13", "idna", "undefined", "zlib", "unicode_escape"])
def test_a_declared_codec_that_is_no_charset_does_not_fail(name: str) -> None:
    assert title(html().encode("gbk"), f"text/html; charset={name}") == SHOWN


def test_a_charset_declared_in_the_text_does_not_decide_again_after_decoding() -> None:
    assert Page.from_text(html(meta=GB2312_META)).tree.findtext(".//title") == SHOWN


def test_the_encoding_read_with_is_told() -> None:
    assert Page.from_bytes(html().encode("gbk")).encoding == "gb18030"
    assert Page.from_bytes(html().encode()).encoding == "utf-8"


# Repair

EARLY_ENDS = [
    pytest.param("<p>前</p></body></html>", id="after both"),
    pytest.param("<p>前</p></html>", id="after html"),
    pytest.param("<p>前</p></BODY >", id="after body, upper case with a space"),
    pytest.param("<p>前</p></html><div></body></html>", id="after several"),
]


@pytest.mark.parametrize("before", EARLY_ENDS)
def test_what_follows_an_early_end_of_the_document_is_read(before: str) -> None:
    following = [f"第{number}号{SHOWN}" for number in range(12)]
    markup = before + "".join(f"<p>{text}</p>" for text in following)
    assert lines(only(markup)) == ["前", *following]


@pytest.mark.parametrize("before", EARLY_ENDS)
def test_a_few_words_after_an_early_end_of_the_document_are_read(before: str) -> None:
    assert lines(only(f"{before}<p>{SHOWN}</p>")) == ["前", SHOWN]


@pytest.mark.parametrize("text", ["渡\x00口\x0b管\x1f理", "渡\ufdd0口管\ufdd1理"])
def test_characters_that_no_page_may_hold_are_dropped(text: str) -> None:
    assert lines(only(f"<p>{text}</p>")) == ["渡口管理"]


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"\x00\x00", b"<!-- -->", b"\xff\xfe", b"<", b"<?xml?>", b"]]>"]
)
def test_what_is_no_page_is_an_empty_one(body: bytes) -> None:
    read = Page.from_bytes(body, f"{HOST}/")
    assert read.tree.tag == "html"
    assert read_article(read).title is None
    assert read_list(read).items == []


def test_twenty_thousand_nested_divs_do_not_fail() -> None:
    read = page("<div>" * 20_000 + f"<a href='/1.html'>{SHOWN}</a>" + "</div>" * 20_000)
    assert read_article(read).url == read.url
    assert read_list(read).next is None
    assert len(list(read.tree.iter("div"))) > 0


# Metadata and addresses


@pytest.mark.parametrize(
    ("meta", "name", "content"),
    [
        ("<meta name='ArticleTitle' content=' 渡口　公告 '>", "articletitle", "渡口 公告"),
        ("<meta property='og:title' content='公告'>", "og:title", "公告"),
        ("<meta http-equiv='Refresh' content='0;url=/a'>", "refresh", "0;url=/a"),
        ("<META NAME=' PubDate ' CONTENT='2024-01-04'>", "pubdate", "2024-01-04"),
        ("<meta name='a' content='一'><meta name='A' content='二'>", "a", "一"),
        ("<meta name='a' content=' '><meta name='a' content='二'>", "a", "二"),
        ("<meta name='a'>", "a", None),
        ("<meta content='一'>", "", None),
    ],
)
def test_metadata_by_lower_case_name(meta: str, name: str, content: str | None) -> None:
    assert page("", head=meta).meta.get(name) == content


@pytest.mark.parametrize(
    ("href", "absolute"),
    [
        ("./t1.html", f"{HOST}/a/t1.html"),
        (" \n/b/1.html ", f"{HOST}/b/1.html"),
        ("//other.example/1", "http://other.example/1"),
        ("?page=2", f"{HOST}/a/list.html?page=2"),
        ("", None),
        (None, None),
        ("#top", None),
        ("javascript:void(0)", None),
        ("JavaScript:go()", None),
        ("mailto:a@linxi.example", None),
        ("tel:123", None),
        ("data:text/html,1", None),
        ("vbscript:x", None),
        ("http://[broken/", None),
        ("http://a]b/", None),
    ],
)
def test_the_absolute_address_of_a_link(href: str | None, absolute: str | None) -> None:
    assert page("", url=f"{HOST}/a/list.html").absolute(href) == absolute


@pytest.mark.parametrize(
    ("base", "absolute"),
    [
        ("http://files.linxi.example/x/", "http://files.linxi.example/x/1.html"),
        ("/c/", f"{HOST}/c/1.html"),
        ("", f"{HOST}/a/1.html"),
        pytest.param(
            "http://[broken/",
            f"{HOST}/a/1.html",
        ),
    ],
)
def test_links_are_relative_to_the_base(base: str, absolute: str) -> None:
    assert page("", head=f"<base href='{base}'>", url=f"{HOST}/a/list.html").absolute("1.html") == absolute


@pytest.mark.parametrize(
    "url",
    [
        HOST,
        f"{HOST}/a/b/c.html",
        f"{HOST}/a/?to=/b/c.html#/d/e",
        f"{HOST}/a/b/..",
        f"{HOST}/a/./b/.",
        f"{HOST}//a//c",
        f"{HOST}/a;p/c;q",
        f"{HOST}/渡口/c.html",
        "http:///a/b",
        "a/b.html",
    ],
)
def test_links_are_joined_as_the_standard_library_joins_them(url: str) -> None:
    hrefs = [
        lead + path
        for lead in ("", "./", "../", "../../../", "/", "/../", "a/", "//b.example/", "https://b.example/")
        for path in (
            "1.html",
            "b/1.html",
            "b/",
            "b/../1.html",
            "b//1.html",
            "1.asp?id=2&p=/3",
            "1?",
            "1#2",
            "1;2",
            "..",
        )
    ]
    found = {href: Page.from_text("<p>", url).absolute(href) for href in hrefs}
    assert found == {href: urljoin(url, href) for href in hrefs}


@pytest.mark.parametrize(
    "href", ["java\nscript:alert(1)", "java\tscript:alert(1)", "\x01javascript:alert(1)"]
)
def test_a_script_in_a_link_is_seen_through_white_space(href: str) -> None:
    found = page("", url=f"{HOST}/a/").absolute(href)
    assert found is None or found.startswith("http")


def test_without_the_page_s_own_address_a_link_stays_as_it_is() -> None:
    assert Page.from_text("<p>").absolute("./a/1.html") == "./a/1.html"


# Lines


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        pytest.param("<p>一</p><p>二</p>", ["一", "二"], id="paragraphs"),
        pytest.param("<div>一<div>二</div>三</div>", ["一", "二", "三"], id="text around a block"),
        pytest.param("一<br>二<br/><br/>三", ["一", "二", "三"], id="br"),
        pytest.param("<p>渡<b>口</b><span>管</span>理</p>", ["渡口管理"], id="inline elements join"),
        pytest.param("<p>　渡口\n\t 管理&nbsp;&nbsp;办法\u200b</p>", ["渡口 管理 办法"], id="white space"),
        pytest.param("<ul><li>一</li><li>二</li></ul>", ["一", "二"], id="list"),
        pytest.param(
            "<table><tr><td>一</td><td>二</td></tr><tr><th>三</th><td>四</td></tr></table>",
            ["一\t二", "三\t四"],
            id="cells",
        ),
        pytest.param(
            "<table><tr><td><p>一</p></td><td><p>二</p></td></tr></table>",
            ["一\t二"],
            id="paragraph alone in its cell",
        ),
        pytest.param(
            "<table><tr><td>一</td><td></td><td>三</td></tr></table>", ["一\t\t三"], id="empty cell"
        ),
        pytest.param("<p>一</p><p style='display : none'>二</p>三", ["一", "三"], id="not displayed"),
        pytest.param(
            "<p>一<span style='VISIBILITY:hidden'>二</span>三</p>", ["一三"], id="hidden, its tail is seen"
        ),
        pytest.param(
            "<p>一<script>var a='二'</script>三<style>p{}</style></p>", ["一三"], id="script and style"
        ),
        pytest.param(
            "一<!-- 二 -->三<textarea>四</textarea><select><option>五</select>",
            ["一三"],
            id="comment and form",
        ),
        pytest.param(
            "<noscript>一</noscript><iframe>二</iframe><template>三</template>四", ["四"], id="not shown"
        ),
        pytest.param("<p> </p><div>&nbsp;</div>", [], id="nothing"),
    ],
)
def test_the_text_as_lines(markup: str, shown: list[str]) -> None:
    assert lines(only(markup)) == shown


def test_text_beside_a_block_in_a_cell_does_not_run_into_it() -> None:
    assert lines(only("<table><tr><td>甲<p>乙</p></td></tr></table>")) != ["甲乙"]


@pytest.mark.parametrize("name", ['p"', "p''", "tr<td"])
def test_a_hidden_element_of_a_broken_name_is_not_seen(name: str) -> None:
    body = only(f"<{name} style='display:none'>一</{name}><p style='display:none'>二</p><p>三</p>")
    assert "一" not in "".join(lines(body))


@pytest.mark.parametrize("name", ["o:p", "st1:chsdate", "x.1", "ucapcontent"])
def test_reading_lines_leaves_the_page_as_it_was(name: str) -> None:
    body = only(f"<{name} style='display:none'>一</{name}><p>三</p>")
    before = [element.tag for element in body.iter()]
    assert lines(body, skip=frozenset((inside(body, "p"),))) == []
    assert [element.tag for element in body.iter()] == before


def test_elements_to_skip_are_left_out_but_not_what_follows_them() -> None:
    body = only("<div>一</div>二<p>三</p>")
    assert lines(body, skip=frozenset((inside(body, "div"),))) == ["二", "三"]


def test_the_tail_of_the_element_asked_for_is_not_its_text() -> None:
    assert lines(inside(only("<b>一</b>二"), "b")) == ["一"]


def test_inline_scripts_are_one_text() -> None:
    read = page("<script src='/a.js'></script><script>var a=1</script><p>x</p><script>var b=2</script>")
    assert read.scripts == "var a=1\nvar b=2"


def test_a_body_after_an_inner_document_is_still_the_article() -> None:
    inner = "<html><head><title>片</title></head><body><p>导航</p></body></html>"
    assert read_article(page(f"{inner}<h1>渡口管理办法的公告</h1>{BODY}")).text == TEXT
