"""Is it all? Every column has an answer, and what is missing is told with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lawcrawl.archive import Archive
from lawcrawl.archive.questions.coverage import Coverage, coverage
from lawcrawl.cli import main
from lawcrawl.items import Article, Failure, Listing
from tests.archive.writing import COLUMN, URL, Crawl, crawling, day

SECOND = f"{COLUMN}t2.html"
AFTER = "2999-01-01T00:00:00Z"
"""After the crawl began, whenever that is."""


def asked(folder: Path) -> Coverage:
    with Archive(folder, read_only=True) as archive:
        [found] = coverage(archive.connection)
    return found


def fail(crawl: Crawl, url: str, reason: str = "status 500") -> None:
    crawl.writer.failure(crawl.id, Failure(url, "fetch", reason, 3, COLUMN))


def test_a_list_read_to_its_end_with_all_it_claims_is_all(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER)
        crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, 1)
    found = asked(tmp_path)
    assert (found.claimed, found.found, found.held, found.answer) == (1, 1, 1, "yes")


def test_a_list_that_claims_nothing_is_all_as_far_as_it_goes(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER)
        crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, None)
    assert asked(tmp_path).answer == "yes, as far as its list goes: it claims no number"


def test_a_list_that_was_not_read_to_its_end_is_not(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER)
    assert asked(tmp_path).answer == "no: its list was not yet read to the end"


def test_a_list_that_claims_more_is_not(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER)
        crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, 8)
    found = asked(tmp_path)
    assert found.answer == "no: the list claims 8, 1 were found in it"
    assert not found.complete


def test_what_failed_is_told_with_its_reason_until_it_is_had(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER)
        fail(crawl, SECOND)
        fail(crawl, f"{COLUMN}t3.html", "timed out")
        fail(crawl, f"{COLUMN}t4.html", "timed out")
    found = asked(tmp_path)
    assert (found.failed, found.reasons) == (3, {"fetch: timed out": 2, "fetch: status 500": 1})
    assert found.answer == "no: 3 failed (fetch: timed out)"
    with crawling(tmp_path) as crawl:
        for number in (2, 3):
            crawl.visit(AFTER, url=f"{COLUMN}t{number}.html")
    assert asked(tmp_path).reasons == {"fetch: timed out": 1}


def test_the_same_failure_in_many_crawls_is_one(tmp_path: Path) -> None:
    for reason in ("status 500", "timed out"):
        with crawling(tmp_path) as crawl:
            fail(crawl, SECOND, reason)
    assert asked(tmp_path).reasons == {"fetch: timed out": 1}


def test_a_later_walk_that_lacked_nothing_closes_what_failed_before(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        fail(crawl, f"{COLUMN}index_3.html")
        crawl.writer.flush()
        crawl.writer._db.execute("UPDATE failures SET at = '2024-01-01T00:00:00Z'")
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER)
        crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, None)
    assert asked(tmp_path).complete


def test_a_file_that_failed_takes_nothing_from_the_column(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER)
        crawl.writer.failure(crawl.id, Failure(f"{COLUMN}a.pdf", "attachment", "status 404", 1, COLUMN))
        crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, 1)
    assert asked(tmp_path).answer == "yes"


def test_links_elsewhere_are_found_and_not_held(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER)
        elsewhere = Article("https://www.example.org/x", title="转发", status="external")
        elsewhere.listings = [Listing(COLUMN, "转发", "2024-01-04")]
        crawl.writer.store(crawl.id, elsewhere, crawl.site.id)
        crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, 2)
    found = asked(tmp_path)
    assert (found.found, found.held, found.external, found.answer) == (2, 1, 1, "yes")


def test_the_command_answers_in_a_line_a_column(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(AFTER, url=URL)
        fail(crawl, SECOND)
    done = CliRunner().invoke(main, ["stats", "--coverage", "--archive", str(tmp_path)])
    head, line = done.stdout.splitlines()
    assert head.split()[:3] == ["site", "channel", "claimed"]
    assert line.startswith("linxi_sfj  通知公告")
    assert line.endswith("no: 1 failed (fetch: status 500)")
    done = CliRunner().invoke(main, ["stats", "--coverage", "--json", "--archive", str(tmp_path)])
    told = json.loads(done.stdout)
    assert (told["channel"], told["failed"], told["complete"]) == ("通知公告", 1, False)


# Counters


@pytest.mark.parametrize(
    ("counts", "flags"),
    [
        ([10, 15, 15], [None, None, None]),
        ([500, 3, 9], [None, "reset", None]),
        ([120, 1_234_567, 130], [None, "jump", "reset"]),
        ([0, 9_999], [None, None]),
        ([5_000, 40_000], [None, None]),
    ],
)
def test_resets_and_implausible_jumps_are_kept_and_flagged(
    tmp_path: Path, counts: list[int], flags: list[str | None]
) -> None:
    with crawling(tmp_path) as crawl:
        for number, count in enumerate(counts, 1):
            crawl.visit(day(number), views=count)
    with Archive(tmp_path, read_only=True) as archive:
        found = archive.article(URL)
        assert found is not None
        assert [one["views"] for one in found["view_counts"]] == counts
        assert [one["flag"] for one in found["view_counts"]] == flags


def test_growth_leaves_out_what_is_flagged(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        for number, count in enumerate([100, 130, 2, 12, 900_000], 1):
            crawl.visit(day(number), views=count)
    with Archive(tmp_path, read_only=True) as archive:
        [told] = archive.stats()["view_growth"]
    assert (told["growth"], told["latest"], told["readings"], told["flagged"]) == (40, 900_000, 5, 2)


def test_show_tells_growth_and_flags(tmp_path: Path) -> None:
    with crawling(tmp_path) as crawl:
        crawl.visit(day(1), views=100)
        crawl.visit(day(2), views=7)
    shown = CliRunner().invoke(main, ["show", "1", "--archive", str(tmp_path)]).stdout
    assert shown.splitlines()[-1].split() == [day(2), "7", "-93", "reset"]


# Lists


def listed(folder: Path, *, walked: bool, also: bool = False) -> None:
    """A crawl that saw the first article in the list or, with ``also``, both."""
    with crawling(folder) as crawl:
        crawl.writer.seen(crawl.id, crawl.site.id, URL, Listing(COLUMN, "题", None))
        if also:
            crawl.writer.seen(crawl.id, crawl.site.id, SECOND, Listing(COLUMN, "题", None))
        if walked:
            crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, None)


@pytest.fixture
def both(tmp_path: Path) -> Path:
    with crawling(tmp_path) as crawl:
        crawl.visit(day(1))
        crawl.visit(day(1), url=SECOND)
    return tmp_path


def kinds(folder: Path) -> list[tuple[str, str]]:
    with Archive(folder, read_only=True) as archive:
        return [(one["kind"], one["url"]) for one in archive.changes() if one["kind"] != "new"]


def test_what_a_whole_list_no_longer_shows_is_unlisted_and_not_gone(both: Path) -> None:
    listed(both, walked=True)
    assert kinds(both) == [("unlisted", SECOND)]
    with Archive(both, read_only=True) as archive:
        found = archive.article(SECOND)
        assert found is not None
        assert found["status"] == "live"
        assert found["listings"][0]["unlisted_at"]
        assert archive.stats()["unlisted"] == 1
    assert asked(both).unlisted == 1
    shown = CliRunner().invoke(main, ["show", SECOND, "--archive", str(both)]).stdout
    assert f"Listed in:        通知公告 (no longer: last seen there {day(1)}, off the list " in shown


def test_a_list_read_in_part_takes_nothing_off(both: Path) -> None:
    listed(both, walked=False)
    assert kinds(both) == []


def test_what_comes_back_into_the_list_is_listed(both: Path) -> None:
    listed(both, walked=True)
    listed(both, walked=True, also=True)
    assert kinds(both) == []


def test_what_was_taken_off_a_list_is_due_for_a_look(both: Path) -> None:
    with Archive(both) as archive:
        archive.connection.execute(
            "UPDATE articles SET checked_at = '2024-06-01T00:00:00Z', changed_at = '2024-01-01T00:00:00Z'"
        )
        soon = "2024-06-03T00:00:00Z"
        assert archive.due("linxi_sfj", 9, soon) == []
        listed(both, walked=True)
        assert [one["url"] for one in archive.due("linxi_sfj", 9, soon)] == [SECOND]
