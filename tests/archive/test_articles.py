"""The archive from Python: articles one at a time, as a frame, in one state, typed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import lawcrawl
from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.exports import table
from tests.archive.writing import COLUMN, crawling, day

COUNT = 7


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Articles of seven days, asked for three at a time."""
    monkeypatch.setattr(table, "CHUNK", 3)
    with crawling(tmp_path / "archive") as crawl:
        for number in range(1, COUNT + 1):
            crawl.visit(
                day(1),
                url=f"{COLUMN}t{number}.html",
                published=f"2024-01-0{number}",
                views=number,
                author=None,
            )
    return Archive(tmp_path / "archive", create=False)


def test_articles_come_in_order_whatever_is_fetched_at_a_time(archive: Archive) -> None:
    days = [f"2024-01-0{number}" for number in range(1, COUNT + 1)]
    assert [one["published"] for one in archive.articles()] == days[::-1]
    assert [one["published"] for one in archive.articles(order="oldest")] == days


def test_articles_have_the_columns_asked_for_and_lists_as_lists(archive: Archive) -> None:
    first = next(
        archive.articles("民法典", columns=("laws", "channels", "author", "labels"), since="2024-01-07")
    )
    assert first == {"laws": ["民法典"], "channels": ["通知公告"], "author": None, "labels": None}


def test_an_unknown_column_is_named(archive: Archive) -> None:
    with pytest.raises(ValueError, match="there is no column 'titel'; there are id, url"):
        next(archive.articles(columns=("titel",)))


def test_all_articles_are_of_one_state_though_another_writes(archive: Archive) -> None:
    found = archive.articles(order="oldest")
    first = next(found)
    with Archive(archive.path) as other:
        other.connection.execute("UPDATE articles SET title = '改了'")
        other.connection.execute("DELETE FROM mentions WHERE article_id > 4")
    rest = list(found)
    assert {one["title"] for one in (first, *rest)} == {"关于开展民法典宣传活动的通知"}
    assert {tuple(one["laws"]) for one in rest} == {("民法典",)}
    assert {one["title"] for one in archive.articles()} == {"改了"}


def test_the_count_is_that_of_the_articles(archive: Archive) -> None:
    for asked in ({}, {"since": "2024-01-05"}, {"site": "nowhere"}):
        assert archive.count(**asked) == len(list(archive.articles(**asked)))  # type: ignore[arg-type]
    assert archive.count("民法典") == len(list(archive.selected("民法典"))) == COUNT


def test_a_frame_has_types(archive: Archive) -> None:
    frame = archive.to_frame()
    assert list(frame.columns) == list(table.COLUMNS)
    assert str(frame["views"].dtype) == "Int64"
    assert str(frame["first_seen_at"].dtype).startswith("datetime64[")
    assert str(frame["first_seen_at"].dt.tz) == "UTC"
    assert frame["author"].isna().all()
    assert frame["published"][0] == "2024-01-07"
    assert frame["channels"][0] == ["通知公告"]


def test_a_frame_of_nothing_has_the_same_types(archive: Archive) -> None:
    some, none = archive.to_frame(columns=("id", "title", "checked_at")), archive.to_frame("无此词")
    assert len(none) == 0
    for name in some.columns:
        assert none[name].dtype.kind == some[name].dtype.kind


def test_a_frame_without_pandas_is_one_sentence(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ArchiveError, match=r"a frame needs pandas: pip install 'lawcrawl\[analysts\]'"):
        archive.to_frame()


def test_the_package_tells_its_types() -> None:
    assert Path(lawcrawl.__file__).with_name("py.typed").is_file()
