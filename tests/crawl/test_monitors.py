"""Each monitor holds a crawl against the site's own past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lawcrawl.archive import Archive
from lawcrawl.crawl.monitors import MONITORS, Facts, findings
from lawcrawl.items import Failure
from tests.archive.writing import COLUMN, SITE, Crawl, crawling, day

LONG = "请各单位认真组织学习，按时报送材料。" * 20


def visit(crawl: Crawl, numbers: range, **fields: Any) -> None:
    for number in numbers:
        known = {
            "published": day(number)[:10],
            "text": LONG,
            "title": f"关于第{number}期活动的通知",
            **fields,
        }
        crawl.visit(day(number), f"{COLUMN}t{number}.html", **known)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive of a site with twelve good articles, one a day."""
    with crawling(tmp_path / "a") as crawl:
        visit(crawl, range(1, 13))
        crawl.archive.connection.execute("UPDATE articles SET first_seen_at = '2024-01-01T00:00:00Z'")
        crawl.archive.connection.execute("UPDATE crawls SET started_at = '2024-01-05T00:00:00Z'")
        crawl.archive.connection.execute("UPDATE listings SET first_seen_at = '2024-01-01T00:00:00Z'")
    return tmp_path / "a"


@pytest.fixture
def second(folder: Path) -> Iterator[Crawl]:
    with crawling(folder) as crawl:
        yield crawl


def facts(crawl: Crawl, **more: Any) -> Facts:
    known = {"rows": {COLUMN: 12}, "doubts": [], "tried": 20, "failed": 0, "certificate": None}
    now = datetime(2024, 1, 20, tzinfo=UTC)
    return Facts(crawl.archive, SITE.id, crawl.id, **{**known, "now": now, **more})


def names(found: Facts) -> list[str]:
    return [finding.monitor for finding in findings(found)]


def test_a_crawl_like_those_before_is_well(second: Crawl) -> None:
    visit(second, range(13, 20))
    assert names(facts(second)) == []


def test_a_list_that_lost_its_rows_is_told(second: Crawl) -> None:
    assert names(facts(second, rows={COLUMN: 0})) == ["no_items"]


def test_a_list_that_never_had_rows_is_not(second: Crawl) -> None:
    assert names(facts(second, rows={"https://sfj.linxi.example/new/": 0})) == []


def test_a_list_that_is_no_list_any_more_is_told(second: Crawl) -> None:
    second.writer.failure(second.id, Failure(COLUMN, "parse", "no list rows recognised on this page"))
    second.writer.flush()
    assert names(facts(second, rows={COLUMN: None})) == ["list_unreadable"]


def test_a_list_that_could_not_be_fetched_is_not_a_reading_that_broke(second: Crawl) -> None:
    second.writer.failure(second.id, Failure(COLUMN, "fetch", "status 500"))
    second.writer.flush()
    assert names(facts(second, rows={COLUMN: None})) == []


def test_a_field_that_new_articles_lack_is_told_with_a_page_and_a_good_one(second: Crawl) -> None:
    visit(second, range(13, 20), source=None)
    [finding] = findings(facts(second))
    assert finding.monitor == "coverage_fell"
    assert finding.sentence == "source is known of 0% of 7 new articles; before it was 100%"
    assert finding.url == f"{COLUMN}t13.html"
    assert finding.good_url == f"{COLUMN}t12.html"


def test_too_few_new_articles_say_nothing_of_a_field(second: Crawl) -> None:
    visit(second, range(13, 16), source=None)
    assert names(facts(second)) == []


def test_bodies_that_collapsed_are_told(second: Crawl) -> None:
    visit(second, range(13, 20), text="请。")
    assert names(facts(second)) == ["texts_collapsed"]


@pytest.mark.parametrize(("now", "expected"), [((2024, 2, 1), []), ((2024, 6, 1), ["dates_stopped"])])
def test_dates_that_stand_still_are_told(second: Crawl, now: Any, expected: list[str]) -> None:
    found = facts(second, now=datetime(*now, tzinfo=UTC))
    assert names(found) == expected
    assert not any(finding.serious for finding in findings(found))


def test_a_site_that_was_quiet_before_the_first_crawl_has_not_stopped(second: Crawl) -> None:
    second.archive.connection.execute("UPDATE crawls SET started_at = '2024-02-01T00:00:00Z'")
    assert names(facts(second, now=datetime(2024, 6, 1, tzinfo=UTC))) == []


@pytest.mark.parametrize(
    ("tried", "failed", "expected"), [(20, 4, []), (100, 6, []), (20, 6, ["too_many_failures"])]
)
def test_many_failures_where_there_were_none_are_told(
    second: Crawl, tried: int, failed: int, expected: list[str]
) -> None:
    assert names(facts(second, tried=tried, failed=failed)) == expected


@pytest.mark.parametrize(("end", "expected"), [((2024, 2, 1), ["certificate_expires"]), ((2024, 5, 1), [])])
def test_a_certificate_that_ends_soon_is_told(second: Crawl, end: Any, expected: list[str]) -> None:
    assert names(facts(second, certificate=datetime(*end, tzinfo=UTC))) == expected


def test_a_site_crawled_for_the_first_time_has_no_past_to_fail(tmp_path: Path) -> None:
    with crawling(tmp_path / "b") as crawl:
        visit(crawl, range(1, 9), source=None, text="短。")
        assert names(facts(crawl, rows={COLUMN: 8})) == []


def test_every_monitor_says_what_it_looks_for() -> None:
    assert all((monitor.__doc__ or "").endswith(".") for monitor in MONITORS)


def test_monitors_are_told_in_the_docs() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "researchers.md").read_text(encoding="utf-8")
    assert [monitor.__name__ for monitor in MONITORS if f"| `{monitor.__name__}` |" not in docs] == []


def test_an_archive_without_the_site_can_be_asked(tmp_path: Path) -> None:
    with Archive(tmp_path / "c") as archive:
        assert findings(Facts(archive, "none", 1, {}, [], 0, 0, None)) == []
