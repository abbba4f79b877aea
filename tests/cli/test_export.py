"""export gives other programs what a search would find, complete and in one piece."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lawcrawl.cli import main
from tests.archive import small

TITLES = ["关于第1期宣传活动的通知", "关于第2期宣传活动的通知"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.build(tmp_path_factory.mktemp("export") / "archive")


def export(archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments), "--archive", str(archive)])


def test_a_csv_has_every_article_and_opens_in_a_spreadsheet(archive: Path, tmp_path: Path) -> None:
    assert export(archive, tmp_path / "x.csv").stderr == f"3 articles in {tmp_path / 'x.csv'}\n"
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with open(tmp_path / "x.csv", encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert sorted(row["title"] for row in found) == [*TITLES, "转发的通知"]
    first = next(row for row in found if row["title"] == TITLES[0])
    assert (first["published"], first["views"], first["text"]) == ("2024-01-04", "7", "请各单位按时报送。")
    assert json.loads(first["attachments"])[0]["name"] == "附件1"


@pytest.mark.parametrize("title", ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_csv_is_a_formula(archive: Path, tmp_path: Path, title: str) -> None:
    copy = Path(shutil.copytree(archive, tmp_path / "copy"))
    with sqlite3.connect(copy / "lawcrawl.db") as db:
        db.execute("UPDATE articles SET title = ?", (title,))
    db.close()
    export(copy, tmp_path / "x.csv")
    with open(tmp_path / "x.csv", encoding="utf-8-sig", newline="") as file:
        assert {row["title"] for row in csv.DictReader(file)} == {f"'{title}"}


def test_jsonl_has_lists_as_lists_and_silence_as_null(archive: Path) -> None:
    found = [json.loads(line) for line in export(archive, "-", "--format", "jsonl").stdout.splitlines()]
    by_title = {row["title"]: row for row in found}
    assert by_title[TITLES[0]]["channels"] == ["通知公告"]
    assert by_title[TITLES[0]]["attachments"][0]["size"] == 3
    assert by_title["转发的通知"]["text"] is None
    assert by_title["转发的通知"]["attachments"] == []


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["报送"], [TITLES[0]]),
        (["--channel", "通知公告"], TITLES[::-1]),
        (["--source", "临溪市司法局", "--since", "2024", "--until", "2024-01-04"], TITLES[::-1]),
        (["宣传", "--site", small.SITE.id], TITLES[::-1]),
    ],
)
def test_filters_are_those_of_search(archive: Path, options: list[str], found: list[str]) -> None:
    done = export(archive, "-", "--format", "jsonl", *options)
    assert [json.loads(line)["title"] for line in done.stdout.splitlines()] == found


@pytest.mark.parametrize("options", [["无此词"], ["--site", "nowhere"], ["--since", "2030"], ["，"]])
def test_nothing_found_is_told_and_not_written(archive: Path, tmp_path: Path, options: list[str]) -> None:
    done = export(archive, tmp_path / "x.csv", *options)
    assert done.exit_code == 1
    assert "nothing is written" in done.stderr
    assert list(tmp_path.iterdir()) == []
