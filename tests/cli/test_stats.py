"""stats draws the time line into a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lawcrawl.archive import Archive
from lawcrawl.archive.questions.timeline import Span
from lawcrawl.cli import drawing, main
from lawcrawl.items import Site
from tests.archive.writing import SITE, crawling, day

OTHER = Site("linxi_pfb", SITE.name, "https://pfb.linxi.example/tzgg/", "trs", "临溪市")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stats") / "archive"
    with crawling(folder) as crawl:
        crawl.visit(day(1), published="2024-01-04T17:18", views=10)
        crawl.visit(
            day(1), url="https://sfj.linxi.example/xwzx/tzgg/t2.html", published="2024-01-31", views=5
        )
        crawl.visit(day(1), url="https://sfj.linxi.example/xwzx/tzgg/t3.html", published=None, views=500)
    with crawling(folder, OTHER) as crawl:
        crawl.visit(day(1), url="https://pfb.linxi.example/tzgg/t1.html", published="2024-03-01")
    return folder


def stats(archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["stats", *map(str, arguments), "--archive", str(archive)])


def test_dated_articles_are_counted_by_site_and_month(archive: Path) -> None:
    with Archive(archive, create=False, read_only=True) as opened:
        assert opened.timeline() == [
            Span("临溪市司法局 (linxi_pfb)", "2024-03", 1, None),
            Span("临溪市司法局 (linxi_sfj)", "2024-01", 2, 15),
        ]
        assert opened.timeline("linxi_sfj") == [Span("临溪市司法局", "2024-01", 2, 15)]


@pytest.mark.parametrize(("first", "length"), [("2021-02-01", 7), ("2021-01-31", 4)])
def test_more_than_three_years_are_counted_by_year(tmp_path: Path, first: str, length: int) -> None:
    with crawling(tmp_path / "archive") as crawl:
        crawl.visit(day(1), published=first)
        crawl.visit(day(1), url="https://sfj.linxi.example/xwzx/tzgg/t2.html", published="2024-01-31")
        assert [len(span.period) for span in crawl.archive.timeline()] == [length, length]


@pytest.mark.parametrize(("name", "begin"), [("x.svg", b"<svg"), ("x.png", b"\x89PNG"), ("x.SVG", b"<svg")])
def test_the_ending_says_what_is_drawn(archive: Path, tmp_path: Path, name: str, begin: bytes) -> None:
    done = stats(archive, "--plot", tmp_path / name)
    assert done.exit_code == 0
    assert done.stderr.startswith(f"3 dated articles in {tmp_path / name}\n")
    assert (tmp_path / name).read_bytes().startswith(begin)


def test_another_ending_is_wrong_usage(archive: Path, tmp_path: Path) -> None:
    done = stats(archive, "--plot", tmp_path / "x.pdf")
    assert done.exit_code == 2
    assert "end it in .svg or .png" in done.stderr


def test_a_picture_without_a_font_for_its_names_is_told(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "has_chinese_font", lambda: False)
    assert "no font for Chinese is installed" in stats(archive, "--plot", tmp_path / "x.png").stderr
    assert "no font" not in stats(archive, "--plot", tmp_path / "x.svg").stderr


def test_nothing_dated_is_told_and_not_drawn(tmp_path: Path) -> None:
    with crawling(tmp_path / "archive") as crawl:
        crawl.visit(published=None)
    done = stats(tmp_path / "archive", "--plot", tmp_path / "x.svg")
    assert done.exit_code == 1
    assert "has a date to draw; nothing is written" in done.stderr
    assert not (tmp_path / "x.svg").exists()
