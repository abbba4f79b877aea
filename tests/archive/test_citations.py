"""citations: who cites which document, and whether the archive holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.knowledge.citations import (
    Citation,
    Cited,
    Citing,
    articles_citing,
    asked_number,
    cited_by,
    numbers_cited,
)
from tests.archive.writing import COLUMN, URL, crawling, day

SECOND, THIRD = f"{COLUMN}t2.html", f"{COLUMN}t3.html"


def test_an_edit_is_followed_and_its_own_number_is_no_citation(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        own = "临司发〔2024〕5号"
        crawl.visit(day(1), doc_number=own, text=f"{own}\n根据国发〔2020〕5号、国发〔2020〕5号。")
        db = crawl.archive.connection
        assert cited_by(db, 1) == [Citation("国发〔2020〕5号", 2, None, None, None)]
        crawl.visit(day(2), doc_number=own, text="根据国发〔2020〕6号。")
        assert [one.doc_number for one in cited_by(db, 1)] == ["国发〔2020〕6号"]
        crawl.visit(day(3), doc_number="国发〔2020〕6号", text="根据国发〔2020〕6号。")
        assert cited_by(db, 1) == []


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("citations") / "data"
    with crawling(folder) as crawl:
        crawl.visit(
            day(1),
            title="一",
            doc_number=None,
            published="2024-01-04",
            text="国发〔2020〕5号和国办发〔2021〕1号",
        )
        crawl.visit(
            day(1), url=SECOND, title="二", doc_number=None, published="2023-01-04", text="国发〔2020〕5号"
        )
        crawl.visit(
            day(1),
            url=THIRD,
            title="原件",
            doc_number="国发〔2020〕5号",
            published="2020-05-04",
            text="全文。",
        )
        again = f"{COLUMN}t4.html"
        crawl.visit(
            day(1),
            url=again,
            title="转载",
            doc_number="国发〔2020〕5号",
            published="2020-06-01",
            text="全文。",
        )
    return folder


def test_who_cites_a_number_is_known_the_newest_first(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        found = articles_citing(opened.connection, "国发〔2020〕5号")
        assert found[0] == Citing(1, URL, "linxi_sfj", "一", "2024-01-04", 1)
        assert [one.title for one in found] == ["一", "二"]
        until = articles_citing(opened.connection, "国发〔2020〕5号", until="2023")
        assert [one.title for one in until] == ["二"]


def test_a_cited_number_leads_to_the_earliest_article_that_bears_it(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        assert numbers_cited(opened.connection) == [
            Cited("国发〔2020〕5号", 2, 2, 3, "原件"),
            Cited("国办发〔2021〕1号", 1, 1, None, None),
        ]
        assert [one.title for one in cited_by(opened.connection, 1)] == [None, "原件"]
        assert [one.doc_number for one in numbers_cited(opened.connection, containing="国办")] == [
            "国办发〔2021〕1号"
        ]


def test_the_view_has_every_article_that_bears_a_cited_number(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        found = opened.connection.execute("SELECT * FROM cited WHERE article_id = 1 ORDER BY cited_id")
        assert found.fetchall() == [
            (1, "国办发〔2021〕1号", 1, None),
            (1, "国发〔2020〕5号", 1, 3),
            (1, "国发〔2020〕5号", 1, 4),
        ]


def test_the_view_looks_numbers_up_in_indexes(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        plan = opened.connection.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM cited WHERE doc_number = '甲〔2020〕1号'"
        )
        assert [step for *_, step in plan if step.startswith("SCAN")] == []


@pytest.mark.parametrize("typed", ["国发〔2020〕5号", "国发[2020]5号", " 国发（2020） 05 号"])
def test_a_number_may_be_asked_for_in_any_brackets(typed: str) -> None:
    assert asked_number(typed) == "国发〔2020〕5号"
