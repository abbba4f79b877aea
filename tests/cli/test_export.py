"""export gives other programs what a search would find, complete and in one piece."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import sys
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.utils.escape import unescape
from pyarrow import dataset, parquet

from lawcrawl.archive.exports import excel, texts
from lawcrawl.archive.exports.table import COLUMNS
from lawcrawl.cli import main
from tests.archive import small

TITLES = ["关于第1期宣传活动的通知", "关于第2期宣传活动的通知"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.build(tmp_path_factory.mktemp("export") / "archive")


def changed(archive: Path, folder: Path, sql: str, *values: object) -> Path:
    """A copy of the archive after a statement."""
    copy = Path(shutil.copytree(archive, folder / "copy"))
    with sqlite3.connect(copy / "lawcrawl.db") as db:
        db.execute(sql, values)
    db.close()
    return copy


def export(archive: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments), "--archive", str(archive)])


def csv_rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 20)
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet(path: Path, name: str = "articles") -> list[dict[str, Any]]:
    head, *rows = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


# CSV


def test_a_csv_has_every_article_and_opens_in_a_spreadsheet(archive: Path, tmp_path: Path) -> None:
    assert export(archive, tmp_path / "x.csv").stderr == f"3 articles in {tmp_path / 'x.csv'}\n"
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    found = csv_rows(tmp_path / "x.csv")
    assert list(found[0]) == list(COLUMNS)
    assert sorted(row["title"] for row in found) == [*TITLES, "转发的通知"]
    first = next(row for row in found if row["title"] == TITLES[0])
    assert (first["published"], first["views"], first["text"]) == ("2024-01-04", "7", "请各单位按时报送。")
    assert json.loads(first["attachments"])[0]["name"] == "附件1"
    assert first["source"] == "临溪市司法局"
    assert first["author"] == ""


FORMULAS = ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠甲"]


@pytest.mark.parametrize("title", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(title: str) -> None:
    assert texts.inert(title) == f"'{title}"


def test_a_csv_is_written_with_inert_cells(archive: Path, tmp_path: Path) -> None:
    copy = changed(archive, tmp_path, "UPDATE articles SET title = '=cmd()'")
    export(copy, tmp_path / "x.csv")
    assert {row["title"] for row in csv_rows(tmp_path / "x.csv")} == {"'=cmd()"}


def test_a_csv_is_whole_and_says_where_excel_would_show_less(archive: Path, tmp_path: Path) -> None:
    copy = changed(archive, tmp_path, "UPDATE articles SET text = ? WHERE id = 1", "法" * 32_768)
    done = export(copy, tmp_path / "x.csv")
    assert "Excel shows only 32,767 characters of a cell, and 1 articles have a longer one" in done.stderr
    assert max(len(row["text"]) for row in csv_rows(tmp_path / "x.csv")) == 32_768


# JSON lines


def test_jsonl_has_lists_as_lists_and_silence_as_null(archive: Path) -> None:
    found = [json.loads(line) for line in export(archive, "-", "--format", "jsonl").stdout.splitlines()]
    by_title = {row["title"]: row for row in found}
    assert by_title[TITLES[0]]["channels"] == ["通知公告"]
    assert by_title[TITLES[0]]["attachments"][0]["size"] == 3
    assert by_title["转发的通知"]["text"] is None
    assert by_title["转发的通知"]["attachments"] == []


# Excel


def test_a_workbook_has_every_article(archive: Path, tmp_path: Path) -> None:
    assert export(archive, tmp_path / "x.xlsx").stderr == f"3 articles in {tmp_path / 'x.xlsx'}\n"
    found = sheet(tmp_path / "x.xlsx")
    assert list(found[0]) == list(COLUMNS)
    first = next(row for row in found if row["title"] == TITLES[0])
    assert (first["id"], first["views"], first["author"]) == (1, 7, None)
    assert json.loads(first["channels"]) == ["通知公告"]


@pytest.mark.parametrize("title", [*FORMULAS, "#N/A", "#REF!", "2024-01-04", "12"])
def test_every_text_of_a_workbook_is_a_text(archive: Path, tmp_path: Path, title: str) -> None:
    copy = changed(archive, tmp_path, "UPDATE articles SET title = ?", title)
    export(copy, tmp_path / "x.xlsx")
    cells = [row[4] for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["articles"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value.replace("\r", "\n") for cell in cells} == {title.replace("\r", "\n")}


@pytest.mark.parametrize(
    "text", ["法" * 32_767, "法" * 32_768, "𠮷" * 16_384, "甲\n" * 40_000, "_x000D_" * 9_000, "\x01" * 9_000]
)
def test_a_text_longer_than_a_cell_goes_on_on_a_sheet_of_its_own(
    archive: Path, tmp_path: Path, text: str
) -> None:
    copy = changed(archive, tmp_path, "UPDATE articles SET text = ? WHERE id = 1", text)
    done = export(copy, tmp_path / "x.xlsx")
    [first] = [row["text"] for row in sheet(tmp_path / "x.xlsx") if row["id"] == 1]
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    more = sheet(tmp_path / "x.xlsx", "continued") if "continued" in book.sheetnames else []
    assert [(row["id"], row["column"], row["part"]) for row in more] == [
        (1, "text", number) for number in range(2, len(more) + 2)
    ]
    parts = [first, *(row["text"] for row in more)]
    assert "".join(map(unescape, parts)) == text
    assert max(excel.length(part) for part in parts) <= excel.CELL
    assert ("goes on on the sheet 'continued'" in done.stderr) is bool(more)


def test_more_articles_than_a_sheet_has_rows_go_on_on_another(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "ROWS", 3)
    done = export(archive, tmp_path / "x.xlsx")
    assert "the articles stand on 2 sheets" in done.stderr
    ids = [[row["id"] for row in sheet(tmp_path / "x.xlsx", name)] for name in ("articles", "articles 2")]
    assert [len(some) for some in ids] == [2, 1]
    assert sorted(chain.from_iterable(ids)) == [1, 2, 3]


# Parquet


def test_parquet_has_typed_columns(archive: Path, tmp_path: Path) -> None:
    export(archive, tmp_path / "x.parquet")
    table = parquet.read_table(tmp_path / "x.parquet")
    assert {field.name: str(field.type) for field in table.schema} == {
        **dict.fromkeys(("id", "views", "version"), "int64"),
        **dict.fromkeys(("url", "site_id", "title", "published", "source", "author", "doc_number"), "string"),
        **dict.fromkeys(("issuer", "status", "labels", "text"), "string"),
        **dict.fromkeys(("first_seen_at", "changed_at", "checked_at"), "timestamp[ms, tz=UTC]"),
        **dict.fromkeys(("channels", "laws"), "list<element: string>"),
        "attachments": "list<element: struct<name: string, url: string, media_type: string, size: int64,"
        " sha256: string, status: string>>",
    }
    first = next(row for row in table.to_pylist() if row["title"] == TITLES[0])
    assert first["channels"] == ["通知公告"]
    assert first["attachments"][0]["size"] == 3
    assert first["first_seen_at"] == datetime(2024, 1, 5, 4, tzinfo=UTC)
    assert first["author"] is None


@pytest.mark.parametrize(
    ("by", "folders"),
    [
        ("site,year", ["site=linxi-sfj/year=2024", "site=linxi-sfj/year=__HIVE_DEFAULT_PARTITION__"]),
        ("year", ["year=2024", "year=__HIVE_DEFAULT_PARTITION__"]),
        ("site", ["site=linxi-sfj"]),
    ],
)
def test_partitions_are_folders_that_readers_of_parquet_know(
    archive: Path, tmp_path: Path, by: str, folders: list[str]
) -> None:
    done = export(archive, tmp_path / "x", "--partition", by)
    assert done.stderr == f"3 articles in {tmp_path / 'x'}\n"
    files = sorted((tmp_path / "x").rglob("*.parquet"))
    assert [str(file.parent.relative_to(tmp_path / "x")) for file in files] == folders
    table = dataset.dataset(tmp_path / "x", partitioning="hive").to_table()
    assert sorted(table["id"].to_pylist()) == [1, 2, 3]
    assert set(by.split(",")) <= set(table.column_names)


def test_a_site_s_name_is_a_folder_s_name_whatever_is_in_it(archive: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(archive, tmp_path / "copy"))
    with sqlite3.connect(copy / "lawcrawl.db") as db:
        db.executescript(
            "UPDATE sites SET id = '../127.0.0.1:80'; UPDATE articles SET site_id = '../127.0.0.1:80'"
        )
    db.close()
    export(copy, tmp_path / "x", "--partition", "site")
    assert [one.name for one in (tmp_path / "x").iterdir()] == ["site=..%2F127.0.0.1%3A80"]
    table = dataset.dataset(tmp_path / "x", partitioning="hive").to_table()
    assert set(table["site"].to_pylist()) == {"../127.0.0.1:80"}


def test_an_export_in_parts_takes_the_place_of_the_one_before(archive: Path, tmp_path: Path) -> None:
    export(archive, tmp_path / "x", "--partition", "site,year")
    assert export(archive, tmp_path / "x", "报送", "--partition", "year").exit_code == 0
    assert [one.name for one in (tmp_path / "x").iterdir()] == ["year=2024"]
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_a_folder_with_anything_else_in_it_is_left_alone(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "thesis.docx").write_text("years of work")
    done = export(archive, tmp_path / "x", "--partition", "year")
    assert done.exit_code == 1
    assert "is not an export; name another folder" in done.stderr
    assert [one.name for one in (tmp_path / "x").iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["x.csv", "--partition", "site"], "--partition is for parquet in a folder"),
        (["-", "--format", "parquet", "--partition", "site"], "--partition is for parquet in a folder"),
        (["x", "--partition", "channel"], "'channel' is not site, year or site,year"),
        (["x", "--partition", "site,site"], "'site,site' is not site, year or site,year"),
        (["x.doc"], "end it in .csv, .jsonl, .parquet, .xlsx, .wacz or add --format"),
    ],
)
def test_what_cannot_be_written_is_wrong_usage(archive: Path, arguments: list[str], sentence: str) -> None:
    done = export(archive, *arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_parquet_without_its_library_is_one_sentence(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = export(archive, tmp_path / "x.parquet")
    assert done.stderr == "Error: parquet needs pyarrow: pip install 'lawcrawl[analysts]'\n"
    assert list(tmp_path.iterdir()) == []


# All of them


@pytest.mark.parametrize("name", ["csv", "jsonl", "parquet", "xlsx"])
def test_an_export_that_fails_leaves_the_one_before(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = tmp_path / f"x.{name}"
    export(archive, file)
    before = file.read_bytes()

    def torn(*_: object) -> Any:
        raise sqlite3.DatabaseError("torn")
        yield

    monkeypatch.setattr("lawcrawl.archive.asking.records", torn)
    assert export(archive, file).exit_code == 1
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


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


@pytest.mark.parametrize("options", [["无此词"], ["--site", "nowhere"], ["--since", "2030"]])
def test_nothing_found_is_told_and_not_written(archive: Path, tmp_path: Path, options: list[str]) -> None:
    done = export(archive, tmp_path / "x.csv", *options)
    assert done.exit_code == 1
    assert "nothing is written" in done.stderr
    assert list(tmp_path.iterdir()) == []
