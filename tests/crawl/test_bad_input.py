"""Whatever a site or a disk does ends in a failures row or one sentence; what is stored stays."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.items import Site as SiteItem
from tests.command import FAST, crawl, lawcrawl, rows
from tests.server import Answer, Site, add_column, article_page, drip, list_page, notice_site, row, serving


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(4)) as served:
        yield served


BAD = "/tzgg/202401/t20240104_2.html"


def failures(archive: Path) -> list[tuple[str, str]]:
    return rows(archive, "SELECT stage, reason FROM failures")


def test_a_list_that_is_not_there(site: Site, archive: Path) -> None:
    run = crawl(archive, f"{site.url}/nowhere/")
    assert run.status == 1
    assert failures(archive) == [("fetch", "status 404")]


def test_a_list_with_no_rows(site: Site, archive: Path) -> None:
    site.page("/empty/", "<html><body><h1>通知公告</h1><p>暂无内容</p></body></html>")
    run = crawl(archive, f"{site.url}/empty/")
    assert run.status == 1
    [(stage, reason)] = failures(archive)
    assert stage == "parse"
    assert "no list rows" in reason


def test_a_host_that_cannot_be_reached(archive: Path) -> None:
    run = crawl(archive, "http://127.0.0.1:9/tzgg/")
    assert run.status == 1
    assert "Traceback" not in run.err
    assert [stage for stage, _ in failures(archive)] == ["fetch"]


@pytest.mark.parametrize("target", ["htp://sfj.example/", "sfj.example.gov.cn", "wuhan_sjf"])
def test_a_typing_error_is_wrong_usage(archive: Path, target: str) -> None:
    run = crawl(archive, target)
    assert run.status == 2
    assert "neither a known site nor an address" in run.err


def test_a_misspelt_site_is_answered_with_the_nearest(archive: Path) -> None:
    assert "did you mean wuhan_sfj?" in crawl(archive, "wuhan_sjf").err


def counted(site: Site, answer: str) -> None:
    page = article_page("关于清点的通知").replace(
        "来源：", '浏览次数：<script src="/hits.asp?id=2"></script>次　来源：'
    )
    site.page(BAD, page)
    site.pages["/hits.asp?id=2"] = Answer(answer, headers={"Content-Type": "application/javascript"})


def test_a_counter_is_followed(site: Site, archive: Path) -> None:
    counted(site, "document.write('1234');")
    assert crawl(archive, f"{site.url}/tzgg/").status == 0
    assert rows(archive, "SELECT views FROM articles WHERE views IS NOT NULL") == [1234]
    assert rows(archive, "SELECT views FROM view_counts") == [1234]


def test_a_counter_that_answers_garbage_leaves_the_count_unknown(site: Site, archive: Path) -> None:
    counted(site, "<html>error 42 in line 7</html>")
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 3
    assert [stage for stage, _ in failures(archive)] == ["views"]
    assert rows(archive, "SELECT count(*), count(views) FROM articles") == [(4, 0)]


@pytest.mark.parametrize("how", ["header", "bytes"])
def test_an_attachment_that_is_too_large(site: Site, archive: Path, how: str) -> None:
    site.page(BAD, article_page("关于附件的通知", extra='<p><a href="./big.zip">附件：大文件.zip</a></p>'))
    size = {"Content-Length": str(500 * 2**20)} if how == "header" else {}
    site.pages["/tzgg/202401/big.zip"] = Answer(headers=size, stream=drip(bytes(65536), 8000))
    run = lawcrawl(
        "crawl", f"{site.url}/tzgg/", "--archive", archive, *FAST, "-s", "LAWCRAWL_ATTACHMENT_MAXSIZE=1000000"
    )
    assert run.status == 3
    assert rows(archive, "SELECT status, sha256 FROM attachments") == [("too_large", None)]
    assert rows(archive, "SELECT count(*) FROM articles") == [4]


def test_a_file_may_take_longer_than_a_page(site: Site, archive: Path) -> None:
    site.page(BAD, article_page("关于附件的通知", extra='<p><a href="./slow.txt">附件：名单.txt</a></p>'))
    site.pages["/tzgg/202401/slow.txt"] = Answer(stream=drip("名单".encode(), 5, pause=0.3))
    run = lawcrawl(
        "crawl", f"{site.url}/tzgg/", "--archive", archive, "--delay", "0", "-s", "DOWNLOAD_TIMEOUT=1"
    )
    assert run.status == 0, run.err
    assert rows(archive, "SELECT text FROM attachments") == ["名单" * 5]


def test_no_attachments_are_fetched_where_none_are_wanted(site: Site, archive: Path) -> None:
    site.page(BAD, article_page("关于附件的通知", extra='<p><a href="./a.txt">附件：名单.txt</a></p>'))
    lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, "--no-attachments", *FAST)
    assert rows(archive, "SELECT name, status FROM attachments") == [("附件：名单.txt", "skipped")]
    assert "/tzgg/202401/a.txt" not in site.asked


def test_an_article_taken_down_is_gone_after_two_crawls(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    del site.pages[BAD]
    for expected in ("live", "gone"):
        db = sqlite3.connect(archive / "lawcrawl.db")
        with db:
            db.execute(
                "UPDATE articles SET checked_at = '2023-01-02T00:00:00Z', changed_at = '2023-01-01T00:00:00Z'"
            )
        db.close()
        crawl(archive, f"{site.url}/tzgg/")
        assert rows(archive, "SELECT status FROM articles WHERE url LIKE '%/t20240104_2.html'") == [expected]
    assert rows(archive, "SELECT title FROM versions WHERE title LIKE '%第2期%'") == [
        "关于开展第2期普法宣传活动的通知"
    ]


def test_an_archive_path_that_is_a_file(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    run = crawl(tmp_path / "file", f"{site.url}/tzgg/")
    assert run.status == 1
    assert "Traceback" not in run.err
    assert str(tmp_path / "file") in run.err
    assert site.asked == []
    assert (tmp_path / "file").read_text() == "mine"


def test_an_archive_of_a_newer_lawcrawl_is_left_alone(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    db = sqlite3.connect(archive / "lawcrawl.db")
    db.execute("PRAGMA user_version = 999")
    db.close()
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 1
    assert "newer" in run.err
    assert "Traceback" not in run.err


def test_a_row_to_another_host_is_kept_as_external(site: Site, archive: Path) -> None:
    add_column(
        site,
        "tzgg",
        [row(1), ("http://other.example/x/t20240104_8.html", "外站转载的一篇文章", "2024-01-05")],
    )
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert rows(archive, "SELECT url, title FROM articles WHERE status = 'external'") == [
        ("http://other.example/x/t20240104_8.html", "外站转载的一篇文章")
    ]


def test_a_gbk_page_declared_gb2312_is_read(site: Site, archive: Path) -> None:
    body = article_page("关于镕琇两镇调解工作的通知").replace("utf-8", "gb2312").encode("gb18030")
    site.pages[BAD] = Answer(body, headers={"Content-Type": "text/html"})
    crawl(archive, f"{site.url}/tzgg/")
    assert rows(archive, "SELECT title FROM articles WHERE url LIKE '%/t20240104_2.html'") == [
        "关于镕琇两镇调解工作的通知"
    ]


def test_a_list_served_under_another_name_does_not_double(site: Site, archive: Path) -> None:
    site.page(
        "/tzgg/",
        list_page([row(1), ("/tzgg/202401/t20240104_1.html#top", "同一篇文章", "2024-01-29"), row(3)]),
    )
    crawl(archive, f"{site.url}/tzgg/")
    assert rows(archive, "SELECT count(*) FROM articles") == [2]


def test_an_archive_that_another_crawl_is_using(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    host = site.url.removeprefix("http://")
    writer = Archive(archive).writer("another crawl")
    writer.begin_crawl(SiteItem(host, None, None, "auto"), {}, {})
    try:
        run = crawl(archive, f"{site.url}/tzgg/")
    finally:
        writer.close()
    assert run.status == 1
    assert f"{host} is being crawled into {archive} by process" in run.err
    assert "Traceback" not in run.err


def test_a_disk_that_is_full(archive: Path) -> None:
    """A limit on the size of files stands for the disk's end; what the site has is several times as much."""
    with serving(notice_site(240, per_page=20)) as site:
        crawl(archive, f"{site.url}/tzgg/", "--limit", "3")
        command = [
            sys.executable,
            "-m",
            "lawcrawl",
            "crawl",
            f"{site.url}/tzgg/",
            "--archive",
            str(archive),
            *FAST,
        ]
        size = (archive / "lawcrawl.db").stat().st_size // 1024 + 40
        full = subprocess.run(
            ["bash", "-c", f'ulimit -f {size}; exec "$@"', "bash", *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert full.returncode == 1, full.stderr
    assert "takes nothing more" in full.stderr
    assert "Traceback" not in full.stderr
    assert rows(archive, "PRAGMA integrity_check") == ["ok"]
    assert rows(archive, "SELECT count(*) >= 3 FROM articles") == [1]


def test_a_page_that_says_that_there_is_no_file_is_not_the_file(archive: Path) -> None:
    site = notice_site(1)
    [address] = [path for path in site.pages if "/t20" in path]
    link = '<p>附件：<a href="/files/list.pdf">名单.pdf</a></p>'
    site.page(address, article_page("渡口名单公示", extra=link))
    site.page("/files/list.pdf", "<html><title>404</title><body>您访问的文件不存在</body></html>")
    with serving(site):
        run = lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, *FAST)
    assert run.status == 3
    assert rows(archive, "SELECT name, status, text FROM attachments") == [("名单.pdf", "failed", None)]
    [(stage, reason)] = rows(archive, "SELECT stage, reason FROM failures")
    assert (stage, "soft 404" in reason) == ("attachment", True)
