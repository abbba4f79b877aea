"""merge: what one archive would have that had seen what both saw."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.locks import locked
from lawcrawl.archive.merge.run import merge
from lawcrawl.archive.proof.verify import verify
from lawcrawl.archive.questions.coverage import coverage
from lawcrawl.items import Article, Failure, Listing, Site
from tests.archive.dump import contents
from tests.archive.writing import COLUMN, SITE, URL, Crawl, crawling, day
from tests.command import lawcrawl, rows
from tests.rebuild.changing import killed, moments

OTHER_SITE = Site("linyuan_sfj", "临远市司法局", "https://sfj.linyuan.example/tzgg/", "trs", "临远市")
SECOND, THIRD, ELSEWHERE = f"{COLUMN}t2.html", f"{COLUMN}t3.html", "https://sfj.linyuan.example/tzgg/t1.html"
SEEN = (
    "articles",
    "versions",
    "attachments",
    "view_counts",
    "statuses",
    "listings",
    "sites",
    "channels",
    "index",
    "mentions",
    "citations",
    "reprints",
    "sketches",
    "buckets",
)


def early(crawl: Crawl) -> None:
    crawl.visit(day(1), views=10, attachments=[crawl.file(body=b"one", at=day(1))])
    crawl.visit(day(1), url=SECOND, text="请报名。")
    crawl.visit(day(1), url=THIRD, text="通知。")


def between(crawl: Crawl) -> None:
    crawl.visit(day(2), views=20, text="改过一次。", attachments=[crawl.file(body=b"two", at=day(2))])
    crawl.visit(day(2), url=SECOND, text="请报名。")
    crawl.visit(day(2), url=f"{COLUMN}t9.html", text="只有一处见过。")
    crawl.writer.failure(crawl.id, Failure(f"{COLUMN}t8.html", "fetch", "status 500", 3, COLUMN))


def late(crawl: Crawl) -> None:
    crawl.visit(day(3), views=30, text="改过两次。", attachments=[crawl.file(body=b"two", at=day(3))])
    crawl.visit(
        day(3), url=SECOND, text="报名已经截止。", listings=[Listing(COLUMN, "报名截止", "2024-01-03")]
    )
    crawl.absent(day(3), url=THIRD)
    crawl.writer.walked(crawl.id, crawl.site.id, COLUMN, 4)


def latest(crawl: Crawl) -> None:
    crawl.visit(day(4), views=40, text="改过两次。", attachments=[crawl.file(body=b"two", at=day(4))])
    crawl.visit(day(4), url=SECOND, text="报名已经截止。")


def build(folder: Path, *visits: Any, site: Site = SITE) -> Path:
    for one in visits:
        with crawling(folder, site) as crawl:
            one(crawl)
    return folder


def merged(folder: Path, *others: Path) -> Path:
    list(merge(folder, others))
    return folder


def copy(archive: Path, to: Path) -> Path:
    return Path(shutil.copytree(archive, to))


def seen(archive: Path) -> dict[str, list[Any]]:
    """What was seen of the sites, whoever saw it."""
    return {name: found for name, found in contents(archive).items() if name in SEEN}


def everything(archive: Path) -> dict[str, list[Any]]:
    """Every row with its numbers and times."""
    db = sqlite3.connect(f"file:{archive / 'lawcrawl.db'}?mode=ro", uri=True)
    tables = [
        n
        for (n,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%'"
        )
    ]
    found = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    db.close()
    return found


def problems(archive: Path) -> list[str]:
    with Archive(archive, read_only=True) as opened:
        return [f"{one.what} {one.where}: {one.why}" for one in verify(opened)]


def warcs(archive: Path) -> set[bytes]:
    return {path.read_bytes() for path in (archive / "warc").rglob("*.warc.gz")}


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return build(tmp_path / "ours", early, late)


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    return build(tmp_path / "theirs", between, latest)


def test_two_archives_of_one_site_become_what_one_would_have_been(
    ours: Path, theirs: Path, tmp_path: Path
) -> None:
    one = build(tmp_path / "one", early, between, late, latest)
    assert seen(merged(ours, theirs)) == seen(one)
    texts = "SELECT v.text FROM versions v JOIN articles a ON a.id = article_id WHERE a.url = ? ORDER BY v.version"
    assert rows(ours, texts, URL)[1:] == ["改过一次。", "改过两次。"]
    assert rows(ours, texts, SECOND) == ["请报名。", "报名已经截止。"]


def test_what_tells_whether_a_column_is_all_there_comes_too(ours: Path, theirs: Path) -> None:
    merged(theirs, ours)
    assert rows(theirs, "SELECT claimed FROM walks") == [4]
    with Archive(theirs, read_only=True) as archive:
        [column] = coverage(archive.connection)
    assert (column.claimed, column.failed) == (4, 1)


def test_archives_of_two_sites_stand_beside_each_other(ours: Path, tmp_path: Path) -> None:
    other = build(
        tmp_path / "other", lambda crawl: crawl.visit(day(2), url=ELSEWHERE, listings=[]), site=OTHER_SITE
    )
    [mine], [foreign] = ([contents(archive)] for archive in (ours, other))
    both = contents(merged(ours, other))
    assert {name: sorted(found, key=repr) for name, found in both.items()} == {
        name: sorted(mine[name] + foreign[name], key=repr) for name in both
    }


def test_every_answer_and_file_is_kept_and_nothing_twice(ours: Path, theirs: Path) -> None:
    captures = len(contents(ours)["captures"]) + len(contents(theirs)["captures"])
    files = warcs(ours) | warcs(theirs)
    merged(ours, theirs)
    assert len(contents(ours)["captures"]) == captures
    assert warcs(ours) == files
    with Archive(ours, read_only=True) as archive:
        for (capture_id,) in archive.connection.execute("SELECT id FROM captures WHERE status = 200"):
            assert archive.read_capture(capture_id)[1]


@pytest.mark.parametrize("name", ["crawls", "failures", "walks", *SEEN])
def test_the_order_of_merging_does_not_matter(ours: Path, theirs: Path, tmp_path: Path, name: str) -> None:
    first, second = copy(ours, tmp_path / "first"), copy(theirs, tmp_path / "second")
    merged(first, theirs)
    merged(second, ours)
    assert contents(first)[name] == contents(second)[name]


def test_an_empty_archive_that_takes_both_in_is_the_same(ours: Path, theirs: Path, tmp_path: Path) -> None:
    assert contents(merged(tmp_path / "new", ours, theirs)) == contents(merged(theirs, ours))


def test_merging_again_changes_nothing(ours: Path, theirs: Path) -> None:
    before = everything(merged(ours, theirs))
    [taken] = merge(ours, [theirs])
    assert set(taken.as_dict().values()) == {str(theirs), 0}
    assert everything(ours) == before


def test_merging_back_changes_nothing_either(ours: Path, theirs: Path) -> None:
    merged(theirs, ours)
    merged(ours, theirs)
    assert contents(merged(theirs, ours)) == contents(ours)


def test_a_newer_state_brings_what_is_new_alone(ours: Path, tmp_path: Path) -> None:
    older = copy(ours, tmp_path / "older")
    build(ours, latest)
    [taken] = merge(older, [ours])
    assert (taken.crawls, taken.captures, taken.articles, taken.versions) == (1, 3, 0, 0)
    assert contents(older) == contents(ours)
    assert next(iter(merge(ours, [older]))).captures == 0


def test_two_copies_that_went_on_apart_come_together(ours: Path, tmp_path: Path) -> None:
    """Both have one chain of seals, which forks."""
    other = copy(ours, tmp_path / "other")
    build(ours, latest)
    build(other, lambda crawl: crawl.visit(day(5), text="改过三次。"))
    merged(ours, other)
    assert rows(ours, "SELECT max(version) FROM articles WHERE url = ?", URL) == [3]
    assert problems(ours) == []
    build(ours, lambda crawl: crawl.visit(day(6), text="改过四次。"))
    assert problems(ours) == []


def test_the_seals_of_both_hold(ours: Path, theirs: Path) -> None:
    chains = {*rows(ours, "SELECT chain FROM seals"), *rows(theirs, "SELECT chain FROM seals")}
    merged(ours, theirs)
    assert set(rows(ours, "SELECT chain FROM seals")) == chains
    assert rows(ours, "SELECT count(*) FROM seals") == [4]
    assert problems(ours) == []


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE versions SET html = '<p>改</p>' WHERE text = '改过一次。'",
        "UPDATE captures SET etag = 'x' WHERE crawl_id = 3",
        "UPDATE superseded SET seen_at = '2020-01-01T00:00:00Z' WHERE seen_at = (SELECT max(seen_at) FROM superseded)",
        "DELETE FROM seals WHERE number = 1 AND chain != (SELECT chain FROM identity)",
    ],
)
def test_what_is_forged_in_the_rows_taken_in_is_found(ours: Path, theirs: Path, forgery: str) -> None:
    merged(ours, theirs)
    with sqlite3.connect(ours / "lawcrawl.db") as db:
        assert db.execute(forgery).rowcount
    db.close()
    assert any(problem.startswith("seal ") for problem in problems(ours))


def test_a_page_that_one_found_gone_and_the_other_saw_later_is_live(ours: Path, tmp_path: Path) -> None:
    build(ours, lambda crawl: crawl.absent(day(4), url=THIRD))
    other = build(tmp_path / "other", lambda crawl: crawl.visit(day(6), url=THIRD, text="通知。"))
    assert rows(ours, "SELECT status FROM articles WHERE url = ?", THIRD) == ["gone"]
    merged(ours, other)
    assert rows(ours, "SELECT status FROM articles WHERE url = ?", THIRD) == ["live"]
    assert rows(ours, "SELECT status FROM statuses ORDER BY seen_at") == ["missing", "gone", "live"]


def test_what_a_list_alone_tells_gives_way_to_the_page(ours: Path, tmp_path: Path) -> None:
    def listed(crawl: Crawl) -> None:
        row = Article(
            SECOND, title="列表里的题目", status="external", listings=[Listing(COLUMN, "列表里的题目")]
        )
        crawl.writer.store(crawl.id, row, crawl.site.id)

    other = build(tmp_path / "other", listed)
    before = seen(ours)["versions"]
    assert seen(merged(copy(other, tmp_path / "copy"), ours))["versions"] == before
    assert seen(merged(ours, other))["versions"] == before


def test_a_rebuild_is_not_undone_by_an_older_copy(ours: Path, tmp_path: Path) -> None:
    """A rebuild has put another version in the place of one that the copy still has."""
    older = copy(ours, tmp_path / "older")
    with Archive(ours) as archive:
        db = archive.connection
        db.execute("INSERT INTO rebuilds (started_at, finished_at, software) VALUES ('2025', '2025', 'x')")
        db.execute(
            "INSERT INTO superseded (url_key, version, title, published, source, author, doc_number, text, html,"
            " attachments, digest, seen_at, capture_id, seal_id, rebuild_id) SELECT a.url_key, 1, v.title, v.published,"
            " v.source, v.author, v.doc_number, v.text, '<p>旧</p>', v.attachments, v.digest, v.seen_at, v.capture_id, 1, 1"
            " FROM versions v JOIN articles a ON a.id = v.article_id WHERE v.version = 1 AND a.url = ?",
            (URL,),
        )
    with Archive(older) as archive:
        archive.connection.execute(
            "UPDATE versions SET html = '<p>旧</p>' WHERE version = 1 AND article_id = 1"
        )
    expected = seen(ours)["versions"]
    assert seen(merged(copy(ours, tmp_path / "again"), older))["versions"] == expected
    assert seen(merged(older, ours))["versions"] == expected


def test_names_that_clash_are_told_apart_by_digest(ours: Path, theirs: Path) -> None:
    names = rows(ours, "SELECT DISTINCT warc_file FROM captures")
    target = ours / names[0]
    source = theirs / rows(theirs, "SELECT DISTINCT warc_file FROM captures")[0]
    with sqlite3.connect(theirs / "lawcrawl.db") as db:
        db.execute("UPDATE captures SET warc_file = ? WHERE warc_file = ?", (names[0], f"warc/{source.name}"))
    db.close()
    source.rename(theirs / names[0])
    before = target.read_bytes()
    merged(ours, theirs)
    assert target.read_bytes() == before
    assert any(
        (ours / name).parent.parent.name == "warc" for name in rows(ours, "SELECT warc_file FROM captures")
    )
    everything_once = everything(ours)
    assert everything(merged(ours, theirs)) == everything_once


def test_what_was_copied_from_another_disk_is_whole(
    ours: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*names: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    files = warcs(ours) | warcs(theirs)
    assert warcs(merged(ours, theirs)) == files


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda other: shutil.rmtree(other), "there is no archive in"),
        (lambda other: sql(other, "PRAGMA user_version = 99"), "was written by a newer lawcrawl"),
        (lambda other: sql(other, "PRAGMA application_id = 7"), "is a database of another program"),
        (lambda other: (other / "lawcrawl.db").write_bytes(b"no database" * 99), "cannot be opened"),
        (lambda other: next((other / "warc").iterdir()).unlink(), "is missing: bring it back from a copy"),
        (
            lambda other: sql(other, "INSERT INTO rebuilds (started_at, software) VALUES ('2025', 'x')"),
            "was cut short; run it again to its end before merging",
        ),
    ],
)
def test_what_cannot_be_merged_is_one_sentence_and_harms_nothing(
    ours: Path, theirs: Path, spoil: Any, said: str
) -> None:
    before = everything(ours)
    spoil(theirs)
    with pytest.raises(ArchiveError, match=said):
        merged(ours, theirs)
    after = everything(ours)
    del before["merges"], after["merges"]
    assert after == before


def sql(archive: Path, statement: str) -> None:
    with sqlite3.connect(archive / "lawcrawl.db") as db:
        db.execute(statement)
    db.close()


def test_an_archive_in_use_is_left_alone(ours: Path, theirs: Path) -> None:
    with (
        locked(theirs, [SITE.id], "crawled into"),
        pytest.raises(ArchiveError, match=r"is being crawled into .*theirs"),
    ):
        merged(ours, theirs)
    with (
        locked(ours, [SITE.id], "crawled into"),
        pytest.raises(ArchiveError, match=r"is being crawled into .*ours"),
    ):
        merged(ours, theirs)


def test_an_archive_is_not_merged_into_itself(ours: Path) -> None:
    with pytest.raises(ArchiveError, match="is the archive itself"):
        merged(ours, ours)


def test_a_disk_that_refuses_leaves_both_as_they_were(ours: Path, theirs: Path) -> None:
    before = contents(ours), contents(theirs)
    sql(ours, "CREATE TRIGGER full BEFORE INSERT ON versions BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
    with pytest.raises(
        ArchiveError, match=r"could not be merged into .*: disk is full; nothing of it was taken"
    ):
        merged(ours, theirs)
    assert (contents(ours), contents(theirs)) == before
    assert [problem for problem in problems(ours) if "what a crash left" not in problem] == []


def test_a_merge_that_is_killed_is_made_whole_by_the_next_one(
    ours: Path, theirs: Path, tmp_path: Path
) -> None:
    whole = merged(copy(ours, tmp_path / "whole"), theirs)
    for number, at in enumerate(moments(5, of=100)):
        archive = copy(ours, tmp_path / str(number))
        assert killed(at, "merge", theirs, "--archive", archive), at
        with Archive(archive, read_only=True) as opened:
            assert [problem for problem in verify(opened) if not problem.harmless] == [], at
        merged(archive, theirs)
        assert contents(archive) == contents(whole), at
        assert problems(archive) == [], at


def test_the_command_says_what_came(ours: Path, theirs: Path) -> None:
    done = lawcrawl("merge", theirs, "--archive", ours)
    assert done.status == 0
    assert done.out.strip() == (
        f"{theirs}: 1 new articles, 2 known ones changed, 2 versions, 7 captures, 2 crawls, 2 files"
    )


def test_a_folder_that_cannot_be_written_to_is_read_as_it_is(
    ours: Path, theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = contents(merged(copy(ours, tmp_path / "copy"), theirs))
    for file in theirs.glob("lawcrawl.db-*"):
        file.unlink()
    before = sorted(path.name for path in theirs.iterdir())
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != theirs)
    assert contents(merged(ours, theirs)) == expected
    assert sorted(path.name for path in theirs.iterdir()) == before
