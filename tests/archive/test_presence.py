"""An article is gone when two crawls in a row heard so from its own page, and back when one read it again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.writer import Writer
from lawcrawl.items import Article, Exchange, Listing, Site
from tests.command import rows

SITE = Site("linxi", "临溪市司法局", "http://linxi.example/tzgg/", "auto")
URL = "http://linxi.example/tzgg/1.html"


class Visits:
    """Crawls of one article, a day each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = Archive(folder)
        self.writer: Writer = self.archive.writer("test")
        self.day = 0

    def crawl(self, *seen: str, same_day: bool = False) -> tuple[int, int, int, int]:
        """What one crawl saw: a text, or a reason in brackets why there is none; its new, changed, unchanged, gone."""
        self.day += not same_day
        crawl_id = self.writer.begin_crawl(SITE, {"通知公告": "http://linxi.example/tzgg/"}, {})
        for one in seen:
            absent = one.startswith("(")
            status = int(one[1:-1]) if one[1:-1].isdigit() else 200
            at = f"2024-01-{self.day:02}T08:00:00Z"
            exchange = Exchange("GET", URL, [], b"", status, "", [], one.encode(), at)
            capture = self.writer.capture(crawl_id, exchange)
            if absent:
                self.writer.gone(crawl_id, URL, capture, one[1:-1])
            else:
                self.writer.store(crawl_id, Article(URL, title="通知", text=one, capture=capture), SITE.id)
        self.writer.finish_crawl(crawl_id, "finished", None, 1, 1, {})
        tally = self.writer.tally(crawl_id)
        return tally.new, tally.changed, tally.unchanged, tally.gone

    @property
    def status(self) -> str:
        [status] = rows(self.folder, "SELECT status FROM articles")
        return str(status)

    @property
    def noted(self) -> list[tuple[str, str, str | None]]:
        """Day, status and reason of every row, in order."""
        return rows(
            self.folder,
            "SELECT substr(seen_at, 9, 2), status, reason FROM statuses ORDER BY seen_at, capture_id",
        )


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Visits]:
    made = Visits(tmp_path)
    yield made
    made.writer.close()
    made.archive.close()


def test_the_first_time_it_is_missing_and_stays_live(visits: Visits) -> None:
    visits.crawl("一")
    assert visits.crawl("(404)") == (0, 0, 0, 0)
    assert visits.status == "live"
    assert visits.noted == [("02", "missing", "404")]


def test_the_second_crawl_in_a_row_makes_it_gone(visits: Visits) -> None:
    for seen in ("一", "(404)"):
        visits.crawl(seen)
    assert visits.crawl("(soft 404)") == (0, 0, 0, 1)
    assert visits.status == "gone"
    assert visits.noted == [("02", "missing", "404"), ("03", "gone", "soft 404")]
    assert rows(visits.folder, "SELECT changed_at, checked_at FROM articles") == [
        ("2024-01-03T08:00:00Z",) * 2
    ]


def test_twice_in_one_crawl_is_once(visits: Visits) -> None:
    visits.crawl("一")
    visits.crawl("(404)", "(404)")
    assert visits.status == "live"
    assert visits.noted == [("02", "missing", "404")]


def test_a_success_between_begins_the_count_again(visits: Visits) -> None:
    for seen in ("一", "(404)", "一", "(404)"):
        visits.crawl(seen)
    assert visits.status == "live"
    assert [status for _, status, _ in visits.noted] == ["missing", "live", "missing"]


def test_a_success_in_the_same_second_begins_the_count_again(visits: Visits) -> None:
    visits.crawl("一")
    visits.crawl("(404)")
    visits.crawl("一", same_day=True)
    visits.crawl("(404)")
    assert visits.status == "live"


def test_what_is_gone_is_counted_once(visits: Visits) -> None:
    for seen in ("一", "(404)", "(404)"):
        visits.crawl(seen)
    assert visits.crawl("(410)") == (0, 0, 0, 0)
    assert [status for _, status, _ in visits.noted] == ["missing", "gone"]
    assert rows(visits.folder, "SELECT checked_at FROM articles") == ["2024-01-04T08:00:00Z"]


@pytest.mark.parametrize(("text", "tally"), [("一", (0, 0, 1, 0)), ("二", (0, 1, 0, 0))])
def test_what_comes_back_is_live_and_counted_by_its_content(
    visits: Visits, text: str, tally: tuple[int, int, int, int]
) -> None:
    for seen in ("一", "(404)", "(404)"):
        visits.crawl(seen)
    assert visits.crawl(text) == tally
    assert visits.status == "live"
    assert visits.noted == [("02", "missing", "404"), ("03", "gone", "404"), ("04", "live", None)]
    assert rows(visits.folder, "SELECT changed_at FROM articles") == ["2024-01-04T08:00:00Z"]


def test_what_comes_back_may_go_again(visits: Visits) -> None:
    for seen in ("一", "(404)", "(404)", "一", "(404)", "(410)"):
        visits.crawl(seen)
    assert visits.status == "gone"
    assert [status for _, status, _ in visits.noted] == ["missing", "gone", "live", "missing", "gone"]


def test_what_was_never_missing_has_no_rows(visits: Visits) -> None:
    for seen in ("一", "一", "二"):
        visits.crawl(seen)
    assert visits.noted == []


def test_versions_stay_when_an_article_is_gone(visits: Visits) -> None:
    for seen in ("一", "二", "(404)", "(404)"):
        visits.crawl(seen)
    assert rows(visits.folder, "SELECT text FROM versions ORDER BY version") == ["一", "二"]
    assert rows(visits.folder, "SELECT text FROM articles") == ["二"]


def test_what_the_archive_never_had_cannot_go(visits: Visits) -> None:
    assert visits.crawl("(404)") == visits.crawl("(404)") == (0, 0, 0, 0)
    assert rows(visits.folder, "SELECT count(*) FROM articles") == [0]
    assert visits.noted == []


def test_what_a_list_alone_tells_of_cannot_go(visits: Visits) -> None:
    crawl_id = visits.writer.begin_crawl(SITE, {"通知公告": "http://linxi.example/tzgg/"}, {})
    listing = Listing("http://linxi.example/tzgg/", "外站文章")
    visits.writer.store(
        crawl_id, Article(URL, title="外站文章", status="external", listings=[listing]), SITE.id
    )
    visits.writer.finish_crawl(crawl_id, "finished", None, 1, 1, {})
    visits.crawl("(404)")
    visits.crawl("(404)")
    assert visits.status == "external"


@pytest.mark.parametrize(
    ("last", "due_on"), [("(404)", "2024-02-02T09:00:00Z"), ("一", "2024-03-04T09:00:00Z")]
)
def test_what_was_missing_is_looked_at_again_after_a_day(visits: Visits, last: str, due_on: str) -> None:
    visits.crawl("一")
    visits.day = 30
    visits.crawl(last)
    assert visits.archive.due("linxi", 10, "2024-02-01T07:00:00Z") == []
    assert [one["url"] for one in visits.archive.due("linxi", 10, due_on)] == [URL]
    if last == "一":
        assert visits.archive.due("linxi", 10, "2024-02-02T09:00:00Z") == []


@pytest.mark.parametrize(
    ("looks", "pace"),
    [((0, 0), 1.0), ((5, 95), 0.96), ((0, 40), 3.0), ((0, 500), 4.0), ((30, 70), 0.5)],
    ids=["no history", "one in twenty", "none in forty", "never", "often"],
)
def test_what_looks_found_on_a_site_sets_its_pace(
    visits: Visits, looks: tuple[int, int], pace: float
) -> None:
    looked_again(visits, *looks)
    assert visits.archive.pace("linxi") == pytest.approx(pace, abs=0.01)


def test_an_article_of_a_site_that_never_edits_is_left_alone_for_longer(visits: Visits) -> None:
    visits.crawl("一")
    visits.day = 10
    visits.crawl("一")
    [before] = visits.archive.due("linxi", 10, "2024-01-22T09:00:00Z")
    looked_again(visits, 0, 500)
    assert before["url"] == URL
    assert visits.archive.due("linxi", 10, "2024-01-22T09:00:00Z") == []
    assert len(visits.archive.due("linxi", 10, "2024-02-21T09:00:00Z")) == 1


def looked_again(visits: Visits, changed: int, unchanged: int) -> None:
    """A crawl that looked at so many articles again."""
    crawl_id = visits.writer.begin_crawl(SITE, {"通知公告": SITE.url}, {})
    visits.writer.finish_crawl(crawl_id, "finished", None, 1, 1, {})
    with sqlite3.connect(visits.folder / "lawcrawl.db") as db:
        db.execute(
            "UPDATE crawls SET changed = ?, unchanged = ? WHERE id = ?", (changed, unchanged, crawl_id)
        )
    db.close()
