"""mentions: which articles name which laws, whatever wrote the articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.archive.knowledge.derived import renew
from lawcrawl.archive.knowledge.mentions import (
    Mention,
    Naming,
    Period,
    articles_naming,
    asked_law,
    laws_named,
    laws_of,
    over_time,
)
from lawcrawl.archive.proof.verify import verify
from tests.archive.writing import COLUMN, URL, crawling, day

SECOND, THIRD = f"{COLUMN}t2.html", f"{COLUMN}t3.html"


def test_title_and_text_are_read_and_an_edit_is_followed(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(1), title="学习民法典", text="《中华人民共和国民法典》和《宪法》。")
        db = crawl.archive.connection
        assert laws_of(db, 1) == [Mention("民法典", 2), Mention("宪法", 1)]
        crawl.visit(day(2), title="学习宪法", text="《宪法》。")
        assert laws_of(db, 1) == [Mention("宪法", 2)]
        crawl.visit(day(3), title="学习", text=None)
        assert laws_of(db, 1) == []


def test_files_are_not_read_for_laws(tmp_path: Path) -> None:
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(title="通知", text="见附件。", attachments=[crawl.file(text="《民法典》")])
        assert laws_of(crawl.archive.connection, 1) == []


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mentions") / "data"
    with crawling(folder) as crawl:
        crawl.visit(day(1), published="2021-05-01", title="一", text="《民法典》《民法典》《宪法》")
        crawl.visit(
            day(1), url=SECOND, published="2023-02-03T08:00", title="二", text="《中华人民共和国民法典》"
        )
        crawl.visit(day(1), url=THIRD, published="2022-12-31", title="三", text="无。")
        crawl.visit(day(1), url=f"{COLUMN}t4.html", published="2024-01-01", title="四", text="《宪法》")
        crawl.visit(day(1), url=f"{COLUMN}t5.html", published=None, title="五", text="《民法典》")
    return folder


def test_the_articles_that_name_a_law_are_known_the_newest_first(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        found = articles_naming(opened.connection, "民法典")
        assert [one.title for one in found] == ["二", "一", "五"]
        assert found[1] == Naming(1, URL, "linxi_sfj", "一", "2021-05-01", 2)
        since = articles_naming(opened.connection, "民法典", since="2022")
        assert [one.title for one in since] == ["二"]
        assert [one.title for one in articles_naming(opened.connection, "民法典", limit=1)] == ["二"]
        assert articles_naming(opened.connection, "民法典", site="linyuan_sfj") == []


def test_the_laws_that_are_named_most_come_first(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        found = laws_named(opened.connection)
        assert [(one.law, one.articles, one.count) for one in found] == [("民法典", 3, 4), ("宪法", 2, 2)]
        assert [one.law for one in laws_named(opened.connection, containing="宪")] == ["宪法"]
        assert [one.law for one in laws_named(opened.connection, until="2021")] == ["民法典", "宪法"]


def test_a_time_line_has_the_periods_that_name_no_law_between_those_that_do(archive: Path) -> None:
    with Archive(archive, read_only=True) as opened:
        assert over_time(opened.connection, "民法典") == [
            Period("2021", 1, 2, 1),
            Period("2022", 0, 0, 1),
            Period("2023", 1, 1, 1),
        ]
        months = over_time(opened.connection, "民法典", by="month", since="2022")
        assert months == [Period("2023-02", 1, 1, 1)]
        assert over_time(opened.connection, "专利法") == []


@pytest.mark.parametrize(
    "called", ["民法典", "《民法典》", " 中华人民共和国民法典", "《中华人民共和国民法典（2020年）》"]
)
def test_a_law_may_be_asked_for_by_any_of_its_names(called: str) -> None:
    assert asked_law(called) == "民法典"


def test_what_is_no_law_is_asked_for_as_it_stands() -> None:
    assert asked_law("养犬") == "养犬"


def test_mentions_that_another_list_of_laws_has_found_are_told_and_renewed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with crawling(folder) as crawl:
        crawl.visit(text="《民法典》", title="通知")
        crawl.visit(url=SECOND, text="无。", title="通知")
        db = crawl.archive.connection
        db.execute("UPDATE mentions SET law = '民法'")
        db.execute("INSERT INTO mentions VALUES (2, '宪法', 1)")
    with Archive(folder) as opened:
        assert [(one.what, one.where, one.harmless) for one in verify(opened)] == [
            ("derived", "article 1", True),
            ("derived", "article 2", True),
        ]
        renew(opened.connection)
        assert list(verify(opened)) == []
        assert laws_of(opened.connection, 1) == [Mention("民法典", 1)]
