"""A column is crawled whole, once, newest first; and again for what is new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from lawcrawl import __version__
from tests.command import FAST, crawl, lawcrawl, rows
from tests.server import Answer, Site, add_column, article_page, notice_site, row, serving


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(12)) as served:
        yield served


def test_every_article_is_found_once(site: Site, archive: Path) -> None:
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert "12 new" in run.out
    assert len(site.articles_asked()) == len(set(site.articles_asked())) == 12
    assert rows(archive, "SELECT count(*) FROM articles WHERE status = 'live'") == [12]


def test_articles_come_newest_first_and_before_the_next_list_page(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    expected = ["/robots.txt", "/tzgg/"]
    for page in range(3):
        if page:
            expected.append(f"/tzgg/index_{page}.html")
        expected += [f"/tzgg/202401/t20240104_{n}.html" for n in range(1, 13)][page * 5 : page * 5 + 5]
    assert site.asked == expected


def test_fields_are_what_the_page_says(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    assert rows(
        archive, "SELECT title, published, source, version FROM articles WHERE url LIKE '%/t20240104_3.html'"
    ) == [("关于开展第3期普法宣传活动的通知", "2024-01-27T17:18", "临溪市司法局", 1)]


def test_a_second_crawl_stores_nothing_twice_and_says_so(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    site.asked.clear()
    run = crawl(archive, f"{site.url}/tzgg/")
    assert "0 new, 0 changed" in run.out
    assert site.asked == ["/robots.txt", "/tzgg/"]
    assert rows(archive, "SELECT count(*) FROM versions") == [12]


def test_only_what_is_new_is_fetched_later(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    add_column(site, "tzgg", [row(100), *(row(n) for n in range(1, 13))])
    site.asked.clear()
    run = crawl(archive, f"{site.url}/tzgg/")
    assert "1 new" in run.out
    assert site.articles_asked() == ["/tzgg/202401/t20240104_100.html"]


def test_an_article_in_two_columns_is_one_article(site: Site, archive: Path) -> None:
    add_column(
        site, "pfdt", [("../tzgg/202401/t20240104_2.html", "又见第二期", "2024-01-28"), row(50), row(51)]
    )
    crawl(archive, f"{site.url}/tzgg/", f"{site.url}/pfdt/")
    assert site.asked.count("/tzgg/202401/t20240104_2.html") == 1
    assert rows(
        archive,
        "SELECT count(*) FROM listings JOIN articles a ON a.id = article_id WHERE a.url LIKE '%/t20240104_2.html'",
    ) == [2]


def test_a_failed_article_is_tried_again_next_time(site: Site, archive: Path) -> None:
    path = "/tzgg/202401/t20240104_9.html"
    whole = site.pages[path]
    site.pages[path] = Answer("down", 500)
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 3
    assert "11 new" in run.out
    site.pages[path] = whole
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert "1 new" in run.out


def test_limit_takes_the_newest(site: Site, archive: Path) -> None:
    lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, "--limit", 3, *FAST)
    assert len(site.articles_asked()) == 3
    assert rows(archive, "SELECT walked_at FROM channels") == [None]


def test_since_leaves_older_rows_alone(site: Site, archive: Path) -> None:
    lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, "--since", "2024-01-26", *FAST)
    assert rows(archive, "SELECT min(substr(published, 1, 10)) FROM articles") == ["2024-01-26"]
    assert "/tzgg/index_2.html" not in site.asked


def test_until_is_inclusive(site: Site, archive: Path) -> None:
    lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, "--until", "2024-01-20", *FAST)
    assert rows(archive, "SELECT max(substr(published, 1, 10)) FROM articles") == ["2024-01-20"]


def test_recheck_of_an_unchanged_article_makes_no_version(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    age(archive)
    run = lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, "--recheck", 5, *FAST)
    assert "5 unchanged" in run.out
    assert rows(archive, "SELECT count(*) FROM versions") == [12]


def test_recheck_of_an_edited_article_makes_one(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    site.page("/tzgg/202401/t20240104_4.html", article_page("关于推迟第4期普法宣传活动的通知", "2024-01-26"))
    age(archive)
    run = lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, "--recheck", 50, *FAST)
    assert "1 changed, 11 unchanged" in run.out
    assert rows(
        archive,
        "SELECT v.version, v.title FROM versions v JOIN articles a ON a.id = article_id"
        " WHERE a.url LIKE '%/t20240104_4.html' ORDER BY 1",
    ) == [
        (1, "关于开展第4期普法宣传活动的通知"),
        (2, "关于推迟第4期普法宣传活动的通知"),
    ]


def age(archive: Path) -> None:
    """As if the archive had been filled a year ago."""
    import sqlite3

    db = sqlite3.connect(archive / "lawcrawl.db")
    with db:
        db.execute(
            "UPDATE articles SET checked_at = '2023-01-02T00:00:00Z', changed_at = '2023-01-01T00:00:00Z'"
        )
    db.close()


def test_every_response_is_captured_and_every_article_points_at_its_own(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    assert rows(archive, "SELECT count(*) FROM captures") == [len(site.asked)]
    assert rows(
        archive, "SELECT count(*) FROM articles a JOIN captures c ON c.id = a.capture_id AND c.url = a.url"
    ) == [12]


def test_the_captures_say_how_they_were_asked_for(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/", "--limit", "1")
    [path] = (archive / "warc").iterdir()
    with open(path, "rb") as file:
        info = next(iter(ArchiveIterator(file))).content_stream().read().decode()
    told = dict(line.split(": ", 1) for line in info.splitlines())
    assert told["software"] == f"lawcrawl {__version__}"
    assert told["robots"] == "obey"
    assert told["http-header-user-agent"].startswith("lawcrawl/")
    assert json.loads(told["options"])["limit"] == 1


def test_a_pager_that_serves_one_page_for_ever_ends(site: Site, archive: Path) -> None:
    from tests.server import list_page

    for n in range(60):
        site.page(f"/tzgg/index_{n}.html", list_page([row(1), row(2), row(3)], 60, n))
    site.page("/tzgg/", list_page([row(1), row(2), row(3)], 60, 0))
    run = crawl(archive, f"{site.url}/tzgg/")
    assert "3 new" in run.out
    assert sum("index" in path for path in site.asked) == 1


def test_a_row_that_links_a_file_is_an_article_whose_text_is_the_files(archive: Path) -> None:
    site = notice_site(1)
    add_column(site, "wj", [row(7), ("./202401/P020240104001.rtf", "法律援助申请材料清单", "2024-01-05")])
    site.pages["/wj/202401/P020240104001.rtf"] = Answer(
        b"{\\rtf1\\ansi Legal aid checklist}", headers={"Content-Type": "application/octet-stream"}
    )
    with serving(site):
        run = crawl(archive, f"{site.url}/wj/")
    assert run.status == 0, run.err
    assert rows(
        archive,
        "SELECT a.title, a.published, a.text, t.media_type FROM articles a JOIN attachments t ON t.article_id = a.id",
    ) == [("法律援助申请材料清单", "2024-01-05", "Legal aid checklist", "application/rtf")]


def test_an_article_split_over_pages_is_one_article(archive: Path) -> None:
    site = notice_site(1)
    first, second, third = (f"/tzgg/202401/t20240104_1{part}.html" for part in ("", "_1", "_2"))
    for number, path in enumerate((first, second, third)):
        turn = f'<a href="{(second, third, third)[number]}">下一页</a>'
        body = f"第{number + 1}部分的内容在此，请各单位认真阅读并按要求办理，不得延误。"
        site.page(path, article_page("关于开展第1期普法宣传活动的通知", body=body, extra=turn))
    with serving(site):
        crawl(archive, f"{site.url}/tzgg/")
    [text] = rows(archive, "SELECT text FROM articles")
    assert [f"第{n}部分" in text for n in (1, 2, 3)] == [True] * 3
    assert rows(archive, "SELECT count(*) FROM articles") == [1]


def test_half_an_article_is_not_stored(archive: Path) -> None:
    site = notice_site(1)
    turn = '<a href="/tzgg/202401/t20240104_1_1.html">下一页</a>'
    site.page("/tzgg/202401/t20240104_1.html", article_page("关于开展第1期普法宣传活动的通知", extra=turn))
    with serving(site):
        run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 3
    assert rows(archive, "SELECT count(*) FROM articles") == [0]
    assert "part 2 of an article" in rows(archive, "SELECT reason FROM failures")[0]


def test_other_hosts_are_noted_and_followed_only_when_asked(archive: Path, tmp_path: Path) -> None:
    site = notice_site(1)
    with serving(site), serving(Site()) as other:
        other.page("/a.html", article_page("外站转载的普法文章一篇"))
        add_column(site, "wl", [row(1), (f"{other.url}/a.html", "外站转载的普法文章一篇", "2024-01-05")])
        crawl(archive, f"{site.url}/wl/")
        assert other.asked == []
        assert rows(archive, "SELECT title, text FROM articles WHERE status = 'external'") == [
            ("外站转载的普法文章一篇", None)
        ]
        crawl(tmp_path / "followed", f"{site.url}/wl/", "--follow-external")
        assert rows(tmp_path / "followed", "SELECT status FROM articles WHERE title LIKE '外站%'") == ["live"]
