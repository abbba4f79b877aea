"""What counts all articles is counted once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lawcrawl.archive import Archive
from lawcrawl.web import asking
from tests.archive.writing import crawling, day
from tests.web.conftest import Pages, opened


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Pages]:
    """Pages over an archive that a test may write to."""
    with crawling(tmp_path / "data") as crawl:
        crawl.visit(day(1))
    yield from opened(tmp_path / "data")


def counted(pages: Pages) -> int:
    def question(archive: Archive) -> int:
        [[found]] = archive.connection.execute("SELECT count(*) FROM versions").fetchall()
        return int(found)

    found: int = pages.runner.run(asking.recall(pages.datasette, "versions", question))
    return found


def test_an_answer_is_given_again_while_nothing_is_written(
    own: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "FRESH", 0)
    assert counted(own) == 1
    monkeypatch.setattr(asking, "ask", None)
    assert counted(own) == 1


def test_what_was_written_is_counted(own: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FRESH", 0)
    assert counted(own) == 1
    with crawling(own.folder) as crawl:
        crawl.visit(day(2), text="另一段文字")
        assert counted(own) == 2


def test_while_a_crawl_writes_an_answer_is_good_for_a_time(own: Pages) -> None:
    assert counted(own) == 1
    with crawling(own.folder) as crawl:
        crawl.visit(day(2), text="另一段文字")
        assert counted(own) == 1
