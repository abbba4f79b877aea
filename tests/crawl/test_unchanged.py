"""What has not changed is not sent again where the server can tell, and not written again where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from lawcrawl.archive import Archive
from tests.command import FAST, Run, age, crawl, lawcrawl, rows
from tests.server import Site, add_column, article_page, notice_site, row, serving

PAGE = "/tzgg/202401/t20240104_1.html"
TITLE = "关于开展第1期普法宣传活动的通知"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(1)) as served:
        yield served


def again(archive: Path, site: Site, days: int = 2) -> Run:
    age(archive, days)
    site.asked.clear()
    site.unchanged.clear()
    run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0
    return run


def warc_records(archive: Path) -> list[tuple[str, str | None]]:
    """Type and profile of every response on record."""
    found = []
    for path in sorted((archive / "warc").iterdir()):
        with open(path, "rb") as file:
            found += [
                (record.rec_type, record.rec_headers.get_header("WARC-Profile"))
                for record in ArchiveIterator(file)
                if record.rec_type in ("response", "revisit")
                and PAGE in record.rec_headers.get_header("WARC-Target-URI")
            ]
    return found


def test_a_page_with_an_etag_is_asked_for_only_if_it_changed(site: Site, archive: Path) -> None:
    site.page(PAGE, article_page(TITLE), ETag='"1"')
    crawl(archive, f"{site.url}/tzgg/")
    run = again(archive, site)
    assert site.unchanged == [PAGE]
    assert "MB saved" in run.out
    assert rows(archive, "SELECT count(*) FROM versions") == [1]
    assert rows(archive, "SELECT julianday('now') - julianday(checked_at) < 1 FROM articles") == [1]
    assert rows(archive, "SELECT unchanged FROM crawls ORDER BY id DESC LIMIT 1") == [1]


def test_a_page_that_no_article_came_of_is_asked_for_only_if_it_changed(site: Site, archive: Path) -> None:
    site.page(PAGE, "<html><body>网站维护中</body></html>", ETag='"1"')
    for _ in range(2):
        site.unchanged.clear()
        crawl(archive, f"{site.url}/tzgg/")
    assert site.unchanged == [PAGE]
    assert rows(archive, "SELECT count(*) FROM articles") == [0]


def test_an_answer_that_nothing_changed_refers_to_the_record_that_holds_the_body(
    site: Site, archive: Path
) -> None:
    site.page(PAGE, article_page(TITLE), ETag='"1"')
    crawl(archive, f"{site.url}/tzgg/")
    again(archive, site)
    assert warc_records(archive) == [
        ("response", None),
        ("revisit", "http://netpreserve.org/warc/1.1/revisit/server-not-modified"),
    ]
    [capture] = rows(archive, "SELECT id FROM captures WHERE status = 304")
    with Archive(archive) as opened:
        assert TITLE in opened.read_capture(capture)[1].decode()


def test_the_same_body_is_written_once(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    again(archive, site)
    assert warc_records(archive) == [
        ("response", None),
        ("revisit", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
    ]
    ids = rows(archive, "SELECT id FROM captures WHERE url LIKE '%t20240104_1.html'")
    with Archive(archive) as opened:
        first, second = (opened.read_capture(capture)[1] for capture in ids)
    assert first == second


def test_a_server_that_lied_about_a_page_is_not_believed_again(site: Site, archive: Path) -> None:
    site.page(PAGE, article_page(TITLE), ETag='"1"')
    crawl(archive, f"{site.url}/tzgg/")
    site.page(
        PAGE, article_page(TITLE, body="改过的正文在此，标签却没有换，这样的服务器不可信。"), ETag='"1"'
    )
    again(archive, site)  # believed
    again(archive, site, days=40)  # too long ago to be believed: the page itself is looked at
    assert site.unchanged == []
    assert rows(archive, "SELECT version FROM articles") == [2]
    again(archive, site)
    assert PAGE in site.asked
    assert site.unchanged == []


def test_a_body_that_was_lost_is_asked_for_in_full(site: Site, archive: Path) -> None:
    site.page(PAGE, article_page(TITLE), ETag='"1"')
    crawl(archive, f"{site.url}/tzgg/")
    for path in (archive / "warc").iterdir():
        path.unlink()
    again(archive, site)
    assert site.asked.count(PAGE) == 2
    assert rows(archive, "SELECT unchanged FROM crawls ORDER BY id DESC LIMIT 1") == [1]


# A whole site


def two_columns(each: int, more: int = 0) -> Site:
    """``more`` articles stand on top of each column."""
    site = Site()
    for column in ("tzgg", "pfdt"):
        add_column(site, column, [row(number) for number in range(each + more, 0, -1)], per_page=10)
    return site


def test_further_crawls_cost_what_is_new_and_what_is_looked_at_again(archive: Path) -> None:
    with serving(two_columns(40)) as site:
        run = ("crawl", f"{site.url}/tzgg/", f"{site.url}/pfdt/", "--archive", archive, *FAST, "--recheck")
        assert "80 new" in lawcrawl(*run, 0).out
        age(archive, 2)
        site.asked.clear()
        assert "0 new, 0 changed, 10 unchanged, 70 known" in lawcrawl(*run, 10).out
        assert len(site.articles_asked()) == 10
        assert len(site.asked) <= 4 + 10
        age(archive, 5)
        site.asked.clear()
        site.pages.update(two_columns(40, more=3).pages)
        for column in ("tzgg", "pfdt"):
            site.page(f"/{column}/202401/t20240104_7.html", article_page("关于推迟第7期普法宣传活动的通知"))
        assert "6 new, 2 changed, 78 unchanged, 0 known" in lawcrawl(*run, 100).out
        assert len(site.asked) <= 4 + 2 + 6 + 80  # a second list page of each column may hold new ones
