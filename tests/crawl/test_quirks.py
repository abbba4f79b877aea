"""What is odd, or meant to harm, and no failure: it is stored as it is, and does nothing."""

from __future__ import annotations

import re
import zipfile
from email.message import Message
from io import BytesIO
from pathlib import Path

import pytest

from tests.command import Run, lawcrawl, rows
from tests.extract import office
from tests.server import Answer, article_page, notice_site, serving

TITLE = "关于开展第{}期普法宣传活动的通知"
PATHS = {number: f"/tzgg/202401/t20240104_{number}.html" for number in range(1, 10)}
HTML = {"Content-Type": "text/html; charset=utf-8"}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

ACTS = (
    "<script>alert('x')</script><img src='x.png' onerror='alert(1)'>"
    "<a href='javascript:alert(2)'>点这里</a><iframe src='javascript:alert(3)'></iframe>"
)
XXE = (
    '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>申请表&e;</w:t></w:r></w:p></w:body></w:document>"
)
LONG = f"{'长' * 300}.docx"


def repacked(**members: bytes | str) -> bytes:
    """A document of Word with these members in place of its own or beside them."""
    with zipfile.ZipFile(BytesIO(office.docx_file())) as archive:
        kept: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    return office.zipped({**kept, **members})


FILES = {
    "bomb.zip": (office.zipped({"a.txt": bytes(300_000_000)}), "炸弹.zip"),
    "xxe.docx": (repacked(**{"word/document.xml": XXE}), "申请表.docx"),
    "macro.docm": (repacked(**{"word/vbaProject.bin": b"Sub AutoOpen()"}), "带宏的表格.docm"),
    "..%2f..%2fetc%2fpasswd.docx": (office.docx_file(), "../../etc/passwd"),
    "long.docx": (office.docx_file(), LONG),
}


def once_down(page: Answer) -> Answer:
    answers = iter([Answer("down", 500)])
    return Answer(choose=lambda: next(answers, page))


def with_cookie(path: str, page: Answer) -> Answer:
    """The page for who brings the cookie; who does not is sent round for it."""

    def heed(headers: Message) -> Answer:
        if "pass=1" in (headers.get("Cookie") or ""):
            return page
        return Answer("", 302, headers={"Location": path, "Set-Cookie": "pass=1; Path=/"})

    return Answer(heed=heed)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    archive = tmp_path_factory.mktemp("quirks") / "archive"
    site = notice_site(9, per_page=9)
    pages = site.pages
    pages[PATHS[2]] = once_down(pages[PATHS[2]])
    pages[PATHS[3]] = with_cookie(PATHS[3], pages[PATHS[3]])
    gbk = article_page(TITLE.format(5)).replace("utf-8", "gb2312").encode("gb18030")
    pages[PATHS[5]] = Answer(gbk, headers=HTML)
    site.page(PATHS[6], article_page(TITLE.format(6), extra=ACTS))
    links = "".join(f'<p><a href="/f/{path}">{name}</a></p>' for path, (_, name) in FILES.items())
    site.page(PATHS[7], article_page(TITLE.format(7), extra=links))
    for path, (body, _) in FILES.items():
        pages[f"/f/{path}"] = Answer(body, headers={"Content-Type": WORD})
    pages["/tzgg/202401/x.png"] = Answer(b"\x89PNG\r\n\x1a\n", headers={"Content-Type": "image/png"})
    with serving(site):
        run = lawcrawl(
            *("crawl", f"{site.url}/tzgg/", "--archive", archive, "--delay", "0", "-s", "RETRY_TIMES=1")
        )
    return run, archive


def article(archive: Path, number: int, columns: str) -> object:
    [found] = rows(archive, f"SELECT {columns} FROM articles WHERE url LIKE ?", f"%{PATHS[number]}")
    return found


def test_nothing_of_it_is_a_failure(crawled: tuple[Run, Path]) -> None:
    run, archive = crawled
    assert run.status == 0, run.err
    assert "Traceback" not in run.err
    assert "publicsuffix" not in run.err
    assert rows(archive, "SELECT * FROM failures") == []


@pytest.mark.parametrize(
    "number",
    [2, 3, 5],
    ids=["500 and then fine", "cookies asked for", "another charset than said"],
)
def test_the_article_is_had_all_the_same(crawled: tuple[Run, Path], number: int) -> None:
    found = article(crawled[1], number, "title, version, status")
    assert found == (TITLE.format(number), 1, "live")
    assert "特此通知" in str(article(crawled[1], number, "text"))


def test_what_acts_in_a_page_is_inert_in_every_output(crawled: tuple[Run, Path], tmp_path: Path) -> None:
    _, archive = crawled
    number = article(archive, 6, "id")
    outputs = [str(article(archive, 6, "html"))]
    lawcrawl("changes", "--archive", archive, "--feed", tmp_path / "feed.xml")
    outputs.append((tmp_path / "feed.xml").read_text())
    outputs.append(lawcrawl("show", number, "--archive", archive).out)
    outputs += [path.read_text() for path in (archive / "reports").glob("*.html")]
    assert len(outputs) >= 4
    for output in outputs:
        assert not re.search(r"<script>alert|onerror\s*=|(?:href|src)=.javascript:", output)
    assert "点这里" in outputs[0]


def test_a_zip_bomb_is_kept_packed_and_says_why_it_has_no_text(crawled: tuple[Run, Path]) -> None:
    [(size, text, reason)] = rows(
        crawled[1], "SELECT size, text, reason FROM attachments WHERE url LIKE '%bomb%'"
    )
    assert size == len(FILES["bomb.zip"][0])
    assert "more than is safe" in reason, text


def test_an_external_entity_is_not_read(crawled: tuple[Run, Path]) -> None:
    [(status, text)] = rows(crawled[1], "SELECT status, text FROM attachments WHERE url LIKE '%xxe%'")
    assert status == "stored"
    assert "root:" not in (text or "")


def test_a_document_with_macros_is_its_text(crawled: tuple[Run, Path]) -> None:
    [(status, text)] = rows(crawled[1], "SELECT status, text FROM attachments WHERE url LIKE '%macro%'")
    assert status == "stored"
    assert "临溪市河道采砂管理办法" in text
    assert "AutoOpen" not in text


def test_the_name_of_a_file_is_a_name_and_no_path(crawled: tuple[Run, Path]) -> None:
    _, archive = crawled
    assert rows(
        archive, "SELECT name, status FROM attachments WHERE name LIKE '%passwd' OR name LIKE '长%'"
    ) == [
        ("../../etc/passwd", "stored"),
        (LONG, "stored"),
    ]
    beside = {path.relative_to(archive).parts[0] for path in archive.rglob("*") if path.is_file()}
    assert beside <= {"lawcrawl.db", "lawcrawl.db-wal", "lawcrawl.db-shm", "warc", "reports", ".locks"}
    assert {path.name for path in archive.parent.iterdir()} == {"archive"}
