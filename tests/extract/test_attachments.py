"""Files that an article links, by name and address."""

from __future__ import annotations

import pytest

from lawcrawl.extract.article import read_article
from lawcrawl.extract.attachments import is_file
from lawcrawl.items import Attachment
from tests.extract.pages import BODY, HOST, article

PDF = f"{HOST}/a/P020240104.pdf"


def found(markup: str, *, beside: str = "") -> list[Attachment]:
    """Attachments of an article whose body ends with ``markup``; ``beside`` stands after the body."""
    return read_article(article(body=BODY.removesuffix("</div>") + markup + "</div>" + beside)).attachments


@pytest.mark.parametrize(
    "url",
    [
        "./P020240104.pdf",
        "/a.DOC",
        "a.docx",
        "a.xls?v=2",
        "a.xlsx#1",
        "a.wps",
        "a.et",
        "a.ofd",
        "a.zip",
        "a.rar",
        "a.7z",
        "a.ppt",
        "a.txt",
        "/module/download/downfile.jsp?classid=0&filename=1.doc",
        "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=7",
        "/attach/down?id=3",
        "/d?id=3&showname=x",
    ],
)
def test_an_address_of_a_file(url: str) -> None:
    assert is_file(url)


@pytest.mark.parametrize(
    "url",
    [
        "/a.html",
        "/pdf/1.shtml",
        "/a.pdfx",
        "/a.docs/1.html",
        "/download/",
        "/txt",
        "/list.etc",
        "/attachment.html",
    ],
)
def test_an_address_of_a_page_is_no_file(url: str) -> None:
    assert not is_file(url)


@pytest.mark.parametrize(
    ("link", "url", "name"),
    [
        ("<a href='P020240104.pdf'>渡口名录.pdf</a>", PDF, "渡口名录.pdf"),
        ("<a href='P020240104.pdf'><img src='/i.gif'><span>渡口 名录</span></a>", PDF, "渡口 名录"),
        ("<a href='P020240104.pdf' title='渡口名录.pdf'>下载</a>", PDF, "渡口名录.pdf"),
        ("<a href='P020240104.pdf' title='渡口名录.pdf'>[点击下载]</a>", PDF, "渡口名录.pdf"),
        ("<a href='P020240104.pdf'>【附件下载】</a>", PDF, "P020240104.pdf"),
        ("<a href='P020240104.pdf'></a>", PDF, "P020240104.pdf"),
        ("<a href='%E6%B8%A1.pdf'>附件</a>", f"{HOST}/a/%E6%B8%A1.pdf", "渡.pdf"),
        (
            "<a href='/attach/down?id=3&amp;filename=a.doc'>下载</a>",
            f"{HOST}/attach/down?id=3&filename=a.doc",
            "a.doc",
        ),
        ("<a href='/d?showname=%E6%B8%A1.doc'>查看</a>", f"{HOST}/d?showname=%E6%B8%A1.doc", "渡.doc"),
        ("<a href='http://files.example/1.PDF'>名录</a>", "http://files.example/1.PDF", "名录"),
        ("<a href=' ./P020240104.pdf '>名录</a>", PDF, "名录"),
    ],
)
def test_a_file_has_its_address_and_the_name_that_is_shown(link: str, url: str, name: str) -> None:
    assert [(file.url, file.name) for file in found(f"<p>{link}</p>")] == [(url, name)]


def test_files_stand_in_the_page_s_order_each_address_once() -> None:
    links = "<p><a href='b.doc'>乙</a><a href='a.doc'>甲</a><a href='./b.doc'>又乙</a></p>"
    assert [file.name for file in found(links)] == ["乙", "甲"]


def test_a_box_of_files_beside_the_body_is_the_article_s() -> None:
    box = "<div class='fujian'>附件：<a href='a.doc'>渡口名录</a></div>"
    assert [file.name for file in found("", beside=box)] == ["渡口名录"]


@pytest.mark.parametrize(
    "frame",
    [
        "<div class='footer'>{}</div>",
        "<div id='top-nav'><ul><li>{}</li></ul></div>",
        "<footer>{}</footer>",
        "<nav>{}</nav>",
        "<div class='sidebar'>{}</div>",
    ],
)
def test_files_of_the_page_s_frame_are_not_the_article_s(frame: str) -> None:
    assert found("", beside=frame.format("<a href='/help.pdf'>使用帮助</a>")) == []


def test_a_class_of_the_page_s_body_is_no_frame() -> None:
    read = article(body=BODY + "<div><a href='a.doc'>甲</a></div>")
    for body in read.tree.iter("body"):
        body.set("class", "has-header-and-nav")
    assert [file.name for file in read_article(read).attachments] == ["甲"]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='javascript:open(\"a.pdf\")'>甲</a>",
        "<a name='a.pdf'>乙</a>",
        "<a href='http://[x/a.pdf'>丙</a>",
        "<a href='/1.html'>a.pdf</a>",
    ],
)
def test_what_is_no_address_of_a_file_is_none(link: str) -> None:
    assert found(f"<p>{link}</p>") == []


def test_a_file_not_yet_fetched_claims_nothing_of_its_content() -> None:
    (file,) = found("<a href='a.doc'>甲</a>")
    assert (file.size, file.sha256, file.text, file.media_type, file.status) == (
        None,
        None,
        None,
        None,
        "skipped",
    )
