"""Where there is nothing to show: one sentence and a way on."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from lawcrawl.archive import ArchiveError
from lawcrawl.archive.schema import APPLICATION_ID
from lawcrawl.web.server import application
from tests.archive.writing import crawling, day
from tests.web.conftest import Pages, build, opened


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/article/99", "there is no such article in this archive"),
        ("/article/999999999999999999", "there is no such article in this archive"),
        ("/article/1?version=9", "this article has versions 1 to 2, not 9"),
        ("/article/1/diff/1/9", "this article has versions 1 to 2, not 1 and 9"),
        ("/attachment/99", "this file is not on record"),
        ("/capture/99", "there is no such capture in this archive"),
        ("/capture/99/original", "there is no such capture in this archive"),
        ("/site/nowhere", "there is no such site in this archive"),
        ("/nowhere", "there is no such page"),
        ("/lawcrawl/nowhere", "Table not found"),
    ],
)
def test_what_is_not_there_is_a_404_with_a_way_on(pages: Pages, path: str, sentence: str) -> None:
    answer = pages.get(path)
    assert answer.status_code == 404
    assert f"<p>{sentence}</p>" in answer.text
    assert 'action="/search"' in answer.text
    assert 'href="/"' in answer.text


def test_a_lost_file_of_captures_is_named(tmp_path: Path) -> None:
    folder = build(tmp_path / "data")
    for path in (folder / "warc").iterdir():
        path.unlink()
    for pages in opened(folder):
        answer = pages.get("/capture/1/original")
        assert answer.status_code == 503
        assert re.search(r"<p>\S+\.warc\.gz is missing: bring it back", answer.text)


@pytest.mark.parametrize("path", ["/", "/article/1", "/lawcrawl/articles"])
def test_a_locked_archive_says_so(tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lawcrawl.web.asking.PATIENCE", 0.01)
    folder = build(tmp_path / "data")
    for pages in opened(folder):
        holder = sqlite3.connect(folder / "lawcrawl.db", isolation_level=None)
        holder.execute("PRAGMA journal_mode = DELETE")
        holder.execute("BEGIN EXCLUSIVE")
        answer = pages.get(path)
        holder.close()
        assert answer.status_code == 503
        assert "is locked" in answer.text


def unmade(folder: Path) -> None:
    """Nothing there."""


def foreign(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / "lawcrawl.db") as db:
        db.execute("CREATE TABLE other (a)")
    db.close()


def newer(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / "lawcrawl.db") as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 99")
    db.close()


def broken(folder: Path) -> None:
    folder.mkdir()
    (folder / "lawcrawl.db").write_bytes(b"no database at all" * 100)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (unmade, "there is no archive in"),
        (foreign, "is a database of another program"),
        (newer, "was written by a newer lawcrawl"),
        (broken, "cannot be opened"),
    ],
)
def test_what_is_no_archive_is_not_served(tmp_path: Path, make: object, sentence: str) -> None:
    assert callable(make)
    make(tmp_path / "data")
    with pytest.raises(ArchiveError, match=sentence):
        application(tmp_path / "data")


def test_pages_show_what_a_crawl_is_writing(tmp_path: Path) -> None:
    folder = build(tmp_path / "data")
    for pages in opened(folder):
        with crawling(folder) as crawl:
            crawl.visit(day(9), url="https://sfj.linxi.example/xwzx/tzgg/t9.html", title="刚刚发布的公告")
            assert "刚刚发布的公告" in pages.shown("/")
            assert "running" in pages.shown("/")
            assert "刚刚发布的公告" in pages.shown("/lawcrawl/articles")
