"""Pages that would keep a crawl for ever do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import FAST, Run, crawl, lawcrawl, python, rows
from tests.server import Site, article_page, list_page, notice_site, row, serving

ENDLESS = 1000
"""Pages a pager claims: more than any test waits for."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def lists_asked(site: Site) -> int:
    return sum(path.startswith("/tzgg/") and "/t20" not in path for path in site.asked)


def failures(archive: Path) -> list[tuple[str, str]]:
    return rows(archive, "SELECT stage, reason FROM failures")


def assert_left(run: Run, archive: Path, reason: str, articles: int) -> None:
    """The trap is told, what stands before it is stored, and the column counts as not read to its end."""
    assert run.status == 3, run.err
    [(stage, said)] = failures(archive)
    assert stage == "parse"
    assert reason in said
    assert rows(archive, "SELECT count(*) FROM articles WHERE status = 'live'") == [articles]
    assert rows(archive, "SELECT walked_at FROM channels") == [None]


CALENDAR = """
import sys
from lawcrawl.crawl.run import Job, exit_status, run
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import ListPage

class Calendar(NoticeSpider):
    name = "calendar"
    channels = {"日历": sys.argv[1]}

    def read_list(self, page):
        return ListPage(next=page.url + "+", certainty=1)

settings = {"LAWCRAWL_ARCHIVE": sys.argv[2], "DOWNLOAD_DELAY": 0}
sys.exit(exit_status(run([Job(Calendar, site="calendar")], settings)))
"""


def test_a_calendar_without_an_end_is_left(archive: Path) -> None:
    """Each month has a next one, and none has a row."""
    site = Site()
    for month in range(40):
        site.page(f"/tzgg/{'+' * month}", "<h1>日历</h1>")
    with serving(site):
        run = python("-c", CALENDAR, f"{site.url}/tzgg/", archive)
    assert_left(run, archive, "25 pages without a row", 0)
    assert lists_asked(site) == 25


def test_a_pager_that_never_ends_is_left(archive: Path) -> None:
    site = Site()
    for page in range(9):
        numbered = [row(2 * page + n) for n in (1, 2)]
        site.page(f"/tzgg/index_{page}.html" if page else "/tzgg/", list_page(numbered, ENDLESS, page))
        for href, title, day in numbered:
            site.page(f"/tzgg/{href[2:]}", article_page(title, day))
    with serving(site):
        run = lawcrawl(
            *("crawl", f"{site.url}/tzgg/", "--archive", archive, *FAST, "-s", "LAWCRAWL_LIST_PAGES=4")
        )
    assert_left(run, archive, "after 4 pages", 8)
    assert lists_asked(site) == 4


def test_a_list_that_is_its_own_next_page_has_one_page(archive: Path) -> None:
    site = notice_site(3)
    turn = '<div class="page"><a href="/tzgg/?p=2">2</a> <a href="/tzgg/?p={next}">下一页</a></div>'
    for page in range(1, 40):
        body = list_page([row(n) for n in range(1, 4)]).replace(
            '<div class="footer', turn.format(next=page + 1) + '<div class="footer'
        )
        site.page(f"/tzgg/?p={page}" if page > 1 else "/tzgg/", body)
    with serving(site):
        run = crawl(archive, f"{site.url}/tzgg/")
    assert run.status == 0, run.err
    assert rows(archive, "SELECT count(*) FROM articles") == [3]
    assert lists_asked(site) <= 2


LINKS = "".join(f'<a href="/zt/{n}/">专题{n}</a> ' for n in range(100_000))


def test_of_a_hundred_thousand_links_on_a_list_those_not_looked_at_are_a_failure(archive: Path) -> None:
    site = notice_site(3)
    for path in ("/tzgg/", "/tzgg/202401/t20240104_2.html"):
        body = str(site.pages[path].body)
        site.page(path, body.replace("</body>", f"<div>{LINKS}</div></body>"))
    with serving(site):
        run = lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, "--delay", "0")
    assert run.status == 3, run.err
    assert rows(archive, "SELECT title FROM articles ORDER BY id") == [row(n)[1] for n in (1, 2, 3)]
    [(url, reason)] = rows(archive, "SELECT url, reason FROM failures")
    assert url == f"{site.url}/tzgg/"
    assert reason == "the page has more than 50000 links: those after them were not looked at"
