"""reprints: which articles have the same text, nearly, and which of them was there first."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.knowledge.derived import derive, renew
from lawcrawl.archive.knowledge.reprints import NEAREST, copies_of, originals
from lawcrawl.archive.merge.run import merge
from lawcrawl.archive.proof.verify import verify
from lawcrawl.archive.revise import withdraw
from lawcrawl.archive.store import Indexing
from lawcrawl.items import Article, Site
from tests.archive.dump import contents
from tests.archive.writing import COLUMN, Crawl, crawling, day
from tests.knowledge.test_likeness import edited, written

OTHER = Site("linyuan_sfj", "临远市司法局", "https://sfj.linyuan.example/tzgg/", "trs", "临远市")
TEXT = written(1)
FIRST, SECOND, THIRD = (f"{COLUMN}t{number}.html" for number in (1, 2, 3))


def pairs(crawl: Crawl) -> list[tuple[int, int]]:
    return crawl.rows("SELECT article_id, of_id FROM reprints ORDER BY 1, 2")


def test_the_one_that_was_published_first_is_the_earlier_whichever_was_seen_first(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(1), FIRST, text=TEXT, published="2024-01-04")
        crawl.visit(day(1), SECOND, text=edited(TEXT, 2), published="2024-01-02T08:00")
        crawl.visit(day(1), THIRD, text=written(3), published="2024-01-01")
        assert pairs(crawl) == [(1, 2)]
        assert 0.7 <= crawl.one("SELECT similarity FROM reprints") < 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-01-04", "2024-01-05"),
        ("2024-01-04", "2024-01-04T08:00"),
        ("2024-01-04T08:00", "2024-01-04T17:18"),
        ("2024-01-04", None),  # seen on the fifth
        (None, "2024-01-06"),
        (None, None),
    ],
)
def test_who_was_first_is_told_by_what_is_stated_and_else_by_when_it_was_seen(
    tmp_path: Path, first: str | None, second: str | None
) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(5), SECOND, text=TEXT, published=second)
        crawl.visit(day(4) if first == second else day(5), FIRST, text=TEXT, published=first)
        assert pairs(crawl) == [(1, 2)]


def test_an_edit_makes_and_unmakes_a_reprint(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(1), FIRST, text=TEXT)
        crawl.visit(day(1), SECOND, text=written(2))
        assert pairs(crawl) == []
        crawl.visit(day(2), SECOND, text=TEXT)
        assert pairs(crawl) == [(2, 1)]
        crawl.visit(day(3), FIRST, text=written(3))
        assert pairs(crawl) == []


def test_a_date_that_is_corrected_turns_the_order(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(1), FIRST, text=TEXT, published="2024-01-02")
        crawl.visit(day(1), SECOND, text=TEXT, published="2024-01-03")
        assert pairs(crawl) == [(2, 1)]
        crawl.visit(day(2), SECOND, text=TEXT, published="2024-01-01")
        assert pairs(crawl) == [(1, 2)]


def test_short_texts_are_nobody_s_reprints(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(1), FIRST, text="请各单位按时报送。")
        crawl.visit(day(1), SECOND, text="请各单位按时报送。")
        assert pairs(crawl) == []
        assert crawl.one("SELECT count(*) FROM sketches") == 0


def test_of_a_form_that_many_notices_are_filled_into_not_every_two_make_a_row(tmp_path: Path) -> None:
    many = 3 * NEAREST
    with crawling(tmp_path / "data") as crawl:
        for number in range(many):
            crawl.visit(day(1), f"{COLUMN}t{number}.html", text=f"{TEXT}第{number}期")
        assert len(pairs(crawl)) <= many * NEAREST
        assert len(copies_of(crawl.archive.connection, 1)) == many


def crawl_here(folder: Path) -> None:
    with crawling(folder) as crawl:
        crawl.visit(day(1), FIRST, text=TEXT, published="2024-01-04", title="转发")
        crawl.visit(day(1), SECOND, text=TEXT, published="2024-01-05", title="再转")


def crawl_there(folder: Path) -> None:
    with crawling(folder, OTHER) as crawl:
        url = "https://sfj.linyuan.example/tzgg/t1.html"
        crawl.visit(day(2), url, text=edited(TEXT, 1), published="2024-01-01", title="原文")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reprints") / "data"
    crawl_here(folder)
    crawl_there(folder)
    return folder


def test_all_who_have_a_text_are_told_the_earliest_first(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        for asked in (1, 2, 3):
            found = copies_of(opened.connection, asked)
            assert [one.title for one in found] == ["原文", "转发", "再转"]
            assert {one.id: one.similarity for one in found}[asked] == 1
        assert 0.7 <= (found[1].similarity or 0) < 1


def test_originals_are_told_with_how_far_their_texts_went(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        [original] = originals(opened.connection)
        assert (original.title, original.copies, original.sites) == ("原文", 2, 1)
        assert originals(opened.connection, site="linxi_sfj") == []
        assert len(originals(opened.connection, site="linyuan_sfj", elsewhere=True)) == 1
        assert originals(opened.connection, since="2024-01-02") == []


def test_merged_archives_know_each_others_reprints(archive: Path, tmp_path: Path) -> None:
    crawl_here(tmp_path / "here")
    crawl_there(tmp_path / "there")
    list(merge(tmp_path / "here", [tmp_path / "there"]))
    assert contents(tmp_path / "here")["reprints"] == contents(archive)["reprints"]
    assert len(contents(archive)["reprints"]) == 3


@pytest.mark.parametrize(
    ("damage", "table"),
    [
        (
            "UPDATE reprints SET article_id = of_id, of_id = article_id WHERE article_id = 2 AND of_id = 1",
            "reprints",
        ),
        ("UPDATE reprints SET similarity = 0.75", "reprints"),
        ("DELETE FROM sketches WHERE article_id = 1", "sketches"),
        ("DELETE FROM buckets WHERE article_id = 1", "sketches"),
        ("UPDATE sketches SET minhash = zeroblob(196) WHERE article_id = 1", "sketches"),
    ],
)
def test_what_is_not_so_is_told_and_renewed(tmp_path: Path, damage: str, table: str) -> None:
    crawl_here(tmp_path / "data")
    crawl_there(tmp_path / "data")
    before = contents(tmp_path / "data")
    with Archive(tmp_path / "data") as opened:
        opened.connection.execute(damage)
        found = list(verify(opened))
        assert {one.why.split()[1] for one in found} == {table}
        assert all(one.harmless for one in found)
        renew(opened.connection)
        assert list(verify(opened)) == []
    assert contents(tmp_path / "data") == before


def test_an_article_that_is_withdrawn_leaves_nothing_of_it(tmp_path: Path) -> None:
    crawl_here(tmp_path / "data")
    with Archive(tmp_path / "data") as opened:
        indexing: list[Indexing] = []
        withdraw(opened.connection, 1, None, indexing)
        derive(opened.connection, indexing)
        assert copies_of(opened.connection, 2) == []
        for table in ("mentions", "citations", "sketches", "buckets"):
            found = opened.connection.execute(f"SELECT count(*) FROM {table} WHERE article_id = 1").fetchone()
            assert found == (0,), table
        assert opened.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_crawl_finds_what_is_nearly_the_same_among_many(tmp_path: Path) -> None:
    numbers = list(range(150))
    with crawling(tmp_path / "data") as crawl:
        for number in numbers:
            crawl.writer.store(
                crawl.id, Article(f"{COLUMN}a{number}.html", text=written(number)), crawl.site.id
            )
        random.Random(1).shuffle(numbers)
        for number in numbers:
            text = edited(written(number), number)
            crawl.writer.store(crawl.id, Article(f"{COLUMN}b{number}.html", text=text), crawl.site.id)
        crawl.writer.flush()
        found = crawl.rows(
            "SELECT a.url, o.url FROM reprints r JOIN articles a ON a.id = r.article_id JOIN articles o ON o.id = r.of_id"
        )
    of = {(one.rpartition("/")[2], other.rpartition("/")[2]) for one, other in found}
    true = {(f"b{number}.html", f"a{number}.html") for number in numbers}
    assert len(of & true) >= 148
    assert of <= true
