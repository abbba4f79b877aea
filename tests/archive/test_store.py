"""What becomes of an article when it is seen again: versions, counts, files, its going and coming back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lawcrawl.archive import Archive
from lawcrawl.items import Attachment, Listing
from tests.archive.writing import COLUMN, FIELDS, FILE, URL, Crawl, crawling, day

SECOND = f"{COLUMN}t2.html"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


# Versions


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "关于推迟民法典宣传活动的通知"),
        ("published", "2024-01-05"),
        ("source", "云州日报"),
        ("author", "宣传科"),
        ("doc_number", "临司发〔2024〕6号"),
        ("text", "各单位：\n活动推迟。"),
        *((field, None) for field in ("published", "source", "author", "doc_number")),
    ],
)
def test_what_a_reader_would_call_another_article_makes_a_version(
    folder: Path, field: str, value: str | None
) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1))
        crawl.visit(day(2), **{field: value})
        states = crawl.rows(f"SELECT version, {field}, seen_at FROM versions ORDER BY version")
        assert states == [(1, FIELDS[field], day(1)), (2, value, day(2))]
        assert crawl.one(f"SELECT version, {field}, changed_at FROM articles") == (2, value, day(2))
        assert crawl.writer.tally(crawl.id).changed == 1


@pytest.mark.parametrize(
    "change",
    [
        {"views": 99},
        {"html": "<div><p>各单位：</p></div>"},
        {"labels": {"有效性": "有效"}},
        {"issuer": "临溪市司法局"},
        {"body": b"<html><div class='new-template'></div></html>"},
        {"listings": []},
        {"listings": [Listing(COLUMN, "别的题", "2024-02-01", pinned=True)]},
        {"images": ["https://sfj.linxi.example/logo.png"]},
        {"url": "http://www.sfj.linxi.example/xwzx/tzgg/t1.html#top"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_moves_around_the_article_makes_no_version(folder: Path, change: dict[str, Any]) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1), views=1)
        crawl.visit(day(2), **change)
        assert crawl.rows("SELECT version FROM versions") == [1]
        assert crawl.one("SELECT version, changed_at, checked_at, last_seen_at FROM articles") == (
            *(1, day(1)),
            *(day(2), day(2)),
        )
        assert crawl.writer.tally(crawl.id).unchanged == 1


def test_an_old_state_is_kept_as_it_was(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1))
        for number in range(2, 6):
            crawl.visit(day(number), title=f"第{number}版", text=f"第{number}版的文字")
        crawl.visit(day(6))  # back to the first text: a state of its own
        assert crawl.rows("SELECT version, title, seen_at FROM versions ORDER BY version") == [
            (1, FIELDS["title"], day(1)),
            *((n, f"第{n}版", day(n)) for n in range(2, 6)),
            (6, FIELDS["title"], day(6)),
        ]
        [first, *between, last] = crawl.rows("SELECT digest FROM versions ORDER BY version")
        assert first == last
        assert len({first, *between}) == 5


def test_every_version_rests_on_the_answer_it_was_read_from(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1), body=b"<p>first</p>")
        crawl.visit(day(2), body=b"<p>second</p>", title="第二版")
        captures = crawl.rows("SELECT capture_id FROM versions ORDER BY version")
        assert [crawl.archive.read_capture(c)[1] for c in captures] == [b"<p>first</p>", b"<p>second</p>"]


# Counts, listings


def test_every_reading_of_the_counter_is_kept(folder: Path) -> None:
    with crawling(folder) as crawl:
        for number, views in ((1, 10), (2, 25), (3, None), (4, 25), (5, 7)):
            crawl.visit(day(number), views=views)
        assert crawl.rows("SELECT seen_at, views FROM view_counts ORDER BY seen_at") == [
            *((day(1), 10), (day(2), 25)),
            *((day(4), 25), (day(5), 7)),
        ]
        assert crawl.one("SELECT views FROM articles") == 7


def test_a_visit_without_a_count_leaves_the_one_known(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1), views=10)
        crawl.visit(day(2))
        assert crawl.one("SELECT views FROM articles") == 10


def test_zero_views_is_a_count_and_none_is_not(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(views=0)
        crawl.visit(url=SECOND)
        assert crawl.rows("SELECT views FROM articles ORDER BY id") == [0, None]
        assert crawl.rows("SELECT views FROM view_counts") == [0]


def test_a_shortened_title_stays_in_its_list(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit()
        assert crawl.one("SELECT title_shown, date_shown, pinned FROM listings") == (
            *("关于开展民法典…", "2024-01-04"),
            0,
        )
        assert crawl.one("SELECT title FROM articles") == FIELDS["title"]


def test_what_the_page_does_not_say_is_null(folder: Path) -> None:
    silent = dict.fromkeys(("published", "source", "author", "doc_number", "html"))
    with crawling(folder) as crawl:
        crawl.visit(**silent)
        fields = (*silent, "issuer", "views", "labels")
        assert crawl.one(f"SELECT {', '.join(fields)} FROM articles") == (None,) * len(fields)


# Attachments


def kept_files(crawl: Crawl) -> list[Any]:
    """Each version's files: (address, first digit of the digest)."""
    found = crawl.rows("SELECT attachments FROM versions ORDER BY version")
    return [[(f["url"].rpartition("/")[2], f["sha256"]) for f in json.loads(files)] for files in found]


def test_replaced_attachments_stay_in_the_version_that_had_them(folder: Path) -> None:
    with crawling(folder) as crawl:
        first, second = crawl.file(f"{COLUMN}a.txt", b"one"), crawl.file(f"{COLUMN}b.txt", b"two")
        crawl.visit(day(1), attachments=[first, second])
        third = crawl.file(f"{COLUMN}c.txt", b"three", at=day(2))
        crawl.visit(day(2), attachments=[first, third])
        assert kept_files(crawl) == [
            [("a.txt", first.sha256), ("b.txt", second.sha256)],
            [("a.txt", first.sha256), ("c.txt", third.sha256)],
        ]
        assert crawl.rows("SELECT url FROM attachments ORDER BY id") == [f"{COLUMN}a.txt", f"{COLUMN}c.txt"]
        lost = crawl.one("SELECT id FROM captures WHERE sha256 = ?", second.sha256)
        assert crawl.archive.read_capture(lost)[1] == b"two"


def test_other_bytes_under_the_same_address_make_a_version(folder: Path) -> None:
    with crawling(folder) as crawl:
        first = crawl.file(body=b"one")
        crawl.visit(day(1), attachments=[first])
        second = crawl.file(body=b"two", at=day(2))
        crawl.visit(day(2), attachments=[second])
        assert kept_files(crawl) == [[("1.txt", first.sha256)], [("1.txt", second.sha256)]]
        assert crawl.one("SELECT sha256, capture_id FROM attachments") == (second.sha256, second.capture.id)  # type: ignore[union-attr]


def test_the_same_files_again_make_no_version(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1), attachments=[crawl.file()])
        crawl.visit(day(2), attachments=[crawl.file(at=day(2))])
        assert crawl.rows("SELECT version FROM versions") == [1]


@pytest.mark.parametrize("status", ["failed", "skipped", "too_large"])
def test_a_file_that_a_visit_did_not_get_stays_what_it_was(folder: Path, status: Any) -> None:
    with crawling(folder) as crawl:
        file = crawl.file()
        crawl.visit(day(1), attachments=[file])
        crawl.visit(day(2), attachments=[Attachment(FILE, "附件1", status=status)])
        assert crawl.rows("SELECT version FROM versions") == [1]
        assert crawl.one("SELECT status, sha256, text, size FROM attachments") == (
            *("stored", file.sha256),
            *("报名表", 3),
        )


def test_a_file_had_at_last_makes_no_version_and_is_found(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1), attachments=[Attachment(FILE, "附件1", status="failed")])
        assert crawl.archive.search("报名表") == []
        crawl.visit(day(2), attachments=[crawl.file(at=day(2))])
        assert crawl.rows("SELECT version FROM versions") == [1]
        assert crawl.one("SELECT status FROM attachments") == "stored"
        assert [hit.url for hit in crawl.archive.search("报名表")] == [URL]


def test_a_file_under_another_name_is_found_by_the_new_one_alone(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1), attachments=[crawl.file(name="征集方案")])
        crawl.visit(day(2), attachments=[crawl.file(name="获奖名单", at=day(2))])
        assert [bool(crawl.archive.search(word)) for word in ("征集方案", "获奖名单")] == [False, True]


# Gone


def gone(folder: Path, number: int, status: int = 404) -> int:
    """One crawl hears that the page is not there; how many articles it counts as gone."""
    with crawling(folder) as crawl:
        crawl.absent(day(number), status=status)
        return crawl.writer.tally(crawl.id).gone


def state(folder: Path) -> Any:
    with Archive(folder) as archive:
        [found] = archive.connection.execute("SELECT status FROM articles").fetchall()
        return found[0], [
            row[0] for row in archive.connection.execute("SELECT status FROM statuses ORDER BY seen_at")
        ]


def visit(folder: Path, number: int, **fields: Any) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(number), **fields)


def test_an_article_is_gone_only_when_two_crawls_in_a_row_heard_so(folder: Path) -> None:
    visit(folder, 1)
    assert gone(folder, 2) == 0
    assert state(folder) == ("live", ["missing"])
    assert gone(folder, 3, 410) == 1
    assert state(folder) == ("gone", ["missing", "gone"])
    assert gone(folder, 4) == 0
    assert state(folder) == ("gone", ["missing", "gone"])


def test_twice_in_one_crawl_is_once(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1))
        crawl.absent(day(2))
        crawl.absent(day(3))
    assert state(folder) == ("live", ["missing"])


def test_a_page_that_was_back_between_is_not_gone(folder: Path) -> None:
    visit(folder, 1)
    gone(folder, 2)
    visit(folder, 3)
    gone(folder, 4)
    assert state(folder) == ("live", ["missing", "live", "missing"])


def test_a_page_that_returns_is_live_again_with_all_its_versions(folder: Path) -> None:
    visit(folder, 1)
    gone(folder, 2)
    gone(folder, 3)
    visit(folder, 4, title="新题")
    assert state(folder) == ("live", ["missing", "gone", "live"])
    with Archive(folder) as archive:
        found = archive.article(URL)
    assert found is not None
    assert [v["title"] for v in found["versions"]] == [FIELDS["title"], "新题"]


def test_what_is_gone_keeps_its_text(folder: Path) -> None:
    visit(folder, 1)
    gone(folder, 2)
    gone(folder, 3)
    with Archive(folder) as archive:
        found = archive.article(URL)
        assert found is not None
        assert (found["text"], found["checked_at"], found["changed_at"]) == (FIELDS["text"], day(3), day(3))
        assert archive.search("民法典")


def test_what_was_never_had_cannot_go(folder: Path) -> None:
    assert gone(folder, 1) == gone(folder, 2) == 0
