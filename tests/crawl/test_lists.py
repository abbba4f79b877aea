"""What of a list page is taken for its rows, and what is told instead of being stored wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import crawl, rows
from tests.server import Site, article_page, list_page, notice_site, row, serving

NEWEST = "".join(
    f'<p class="new"><a href="/gzdt/202402/t20240201_{n}.html">市局召开第{n}次工作推进会议纪要</a> 2024-02-0{n}</p>'
    for n in range(1, 9)
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def test_a_last_page_of_one_row_beside_the_newest_of_all_columns_has_one_row(archive: Path) -> None:
    site = notice_site(11, per_page=10)
    for path in ("/tzgg/", "/tzgg/index_1.html"):
        page = site.pages[path].body
        assert isinstance(page, str)
        site.page(path, page.replace("<ul", f"<div>{NEWEST}</div><ul"))
    with serving(site):
        run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert "11 new" in run.out


def test_an_undated_last_row_is_a_row_where_the_list_before_had_its_like(archive: Path) -> None:
    site = Site()
    numbered = [row(n, day=" ") for n in range(1, 12)]
    site.page("/tzgg/", list_page(numbered[:10], 2, 0))
    site.page("/tzgg/index_1.html", list_page(numbered[10:], 2, 1))
    for href, title, _ in numbered:
        site.page(f"/tzgg/{href[2:]}", article_page(title))
    with serving(site):
        run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert "11 new" in run.out


def test_links_that_are_hardly_a_list_are_reported_and_not_stored(archive: Path) -> None:
    site = Site()
    links = "".join(f'<p><a href="/zt/{n}/">普法专题栏目第{n}期</a></p>' for n in range(1, 4))
    site.page("/zt/", f"<html><head><title>专题</title></head><body><div>{links}</div></body></html>")
    with serving(site):
        run = crawl(archive, f"{site.url}/zt/")
    assert run.status == 1
    assert site.asked == ["/robots.txt", "/zt/"]
    [(stage, reason)] = rows(archive, "SELECT stage, reason FROM failures")
    assert stage == "parse"
    assert "list" in reason
    assert rows(archive, "SELECT count(*) FROM articles") == [0]


@pytest.mark.parametrize(
    ("pager", "claim"),
    [
        ("第1页/共4页", "claims 4 pages and ended after 1"),
        ("共有25条记录 <a href='javascript:turn()'>下一页</a>", "claims 25 articles and ended after 6"),
        ("共25条 <a href='/tzgg/?p=2'>下一页</a>", "claims 25 articles and ended after 6"),
    ],
    ids=["no way on", "a way that only a script knows", "the same page for ever"],
)
def test_a_list_that_ends_before_what_it_claims_is_reported(archive: Path, pager: str, claim: str) -> None:
    site = notice_site(6, per_page=6)
    page = list_page([row(n) for n in range(1, 7)]).replace("createPageHTML(1, 0", "none(0")
    for path in ("/tzgg/", "/tzgg/?p=2"):
        site.page(path, page.replace('<div class="footer">', f'<p>{pager}</p><div class="footer">'))
    with serving(site):
        run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 3
    assert "6 new" in run.out
    [(stage, reason)] = rows(archive, "SELECT stage, reason FROM failures")
    assert (stage, claim in reason) == ("parse", True), reason
    assert rows(archive, "SELECT walked_at FROM channels") == [None]


@pytest.mark.parametrize(
    "pager", ["第1页/共1页 共9条", "共7条记录"], ids=["all pages", "less than a page lacks"]
)
def test_a_list_that_counts_what_it_does_not_list_is_no_failure(archive: Path, pager: str) -> None:
    site = notice_site(6, per_page=6)
    page = list_page([row(n) for n in range(1, 7)]).replace("createPageHTML(1, 0", "none(0")
    site.page("/tzgg/", page.replace('<div class="footer">', f'<p>{pager}</p><div class="footer">'))
    with serving(site):
        run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
