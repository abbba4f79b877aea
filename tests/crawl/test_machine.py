"""What else goes on at the machine, and what its clock says, takes nothing from a crawl."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.command import FAST, age, crawl, lawcrawl, rows
from tests.server import Answer, Site, add_column, article_page, notice_site, row, serving


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(notice_site(6)) as served:
        yield served


def path(number: int) -> str:
    return f"/tzgg/202401/t20240104_{number}.html"


def when_asked(page: Answer, act: Callable[[], object]) -> Answer:
    """The page, and something that happens just before it is answered."""

    def answer() -> Answer:
        act()
        return page

    return Answer(choose=answer)


def test_a_database_that_another_program_locks_is_waited_for(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/", "--limit", "1")
    other = sqlite3.connect(archive / "lawcrawl.db", isolation_level=None, check_same_thread=False)
    site.pages[path(2)] = when_asked(site.pages[path(2)], lambda: other.execute("BEGIN EXCLUSIVE"))
    site.pages[path(6)] = when_asked(site.pages[path(6)], lambda: other.execute("COMMIT"))
    run = crawl(archive, f"{site.url}/tzgg/")
    other.close()
    assert run.status == 0, run.err
    assert "5 new" in run.out
    assert rows(archive, "SELECT count(*) FROM failures") == [0]


def test_a_reader_of_an_old_state_holds_nothing_up(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/", "--limit", "1")
    reader = sqlite3.connect(archive / "lawcrawl.db", isolation_level=None)
    reader.execute("BEGIN")
    before = reader.execute("SELECT count(*) FROM articles").fetchone()
    run = crawl(archive, f"{site.url}/tzgg/")
    assert reader.execute("SELECT count(*) FROM articles").fetchone() == before == (1,)
    reader.close()
    assert run.status == 0, run.err
    assert rows(archive, "SELECT count(*) FROM articles") == [6]


def test_after_a_clock_was_set_back_what_is_new_and_edited_is_found(site: Site, archive: Path) -> None:
    crawl(archive, f"{site.url}/tzgg/")
    age(archive, -400)  # the archive was filled while the clock ran ahead
    add_column(site, "tzgg", [row(100), *(row(number) for number in range(1, 7))])
    site.page(path(4), article_page("关于推迟第4期普法宣传活动的通知", "2024-01-26"))
    run = lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, *FAST, "--recheck", "50")
    assert run.status == 0, run.err
    assert "1 new, 1 changed, 5 unchanged" in run.out
    assert rows(archive, "SELECT title FROM articles WHERE version = 2") == [
        "关于推迟第4期普法宣传活动的通知"
    ]
    again = lawcrawl("crawl", f"{site.url}/tzgg/", "--archive", archive, *FAST, "--recheck", "50")
    assert "0 new, 0 changed, 0 unchanged, 7 known" in again.out


def test_a_pause_that_a_wrong_clock_dated_years_ahead_does_not_last(site: Site, archive: Path) -> None:
    page, site.pages["/tzgg/"] = site.pages["/tzgg/"], Answer("<script>1</script>", 412)
    crawl(archive, f"{site.url}/tzgg/")
    age(archive, -4000)
    site.pages["/tzgg/"] = page
    assert crawl(archive, f"{site.url}/tzgg/").status == 0
