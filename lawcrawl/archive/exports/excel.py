"""Excel workbooks, and what Excel can hold (Microsoft, Excel specifications and limits)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from lawcrawl.archive.exports.table import COLUMNS, Record, Written, in_cells, unicode

CELL = 32_767
"""UTF-16 units in a cell."""
ROWS = 1_048_576
"""Rows on a sheet."""
WIDTHS = {"url": 40, "title": 60, "text": 80}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LIKE_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def write_xlsx(records: Iterator[Record], file: IO[bytes]) -> Written:
    """A workbook with the sheet ``articles``; no text is a formula.

    What Excel cannot hold where it belongs is not lost: the end of a longer text stands on the sheet ``continued``,
    and more articles than a sheet has rows go on on another one.
    """
    written = Written()
    book = Workbook(write_only=True)
    articles = Sheets(book, "articles", list(COLUMNS))
    continued = Sheets(book, "continued", ["id", "column", "part", "text"], begin=False)
    try:
        for record in records:
            row = []
            for name, value in in_cells(record).items():
                parts = pieces(unicode(value)) if isinstance(value, str) else [value]
                row.append(parts[0])
                for number, part in enumerate(parts[1:], 2):
                    continued.append([record["id"], name, number, part])
            articles.append(row)
            written.articles += 1
    finally:
        for sheet in book.worksheets:
            sheet.close()
    book.save(file)
    if continued.rows:
        written.notes.append(
            f"a cell of Excel holds {CELL:,} characters: what is longer goes on on the sheet 'continued', in"
            f" {continued.rows} parts; csv, jsonl and parquet have it in one piece"
        )
    if articles.count > 1:
        written.notes.append(
            f"a sheet of Excel holds {ROWS:,} rows: the articles stand on {articles.count} sheets"
        )
    return written


class Sheets:
    """A table on as many sheets as it takes, each with its head."""

    def __init__(self, book: Workbook, title: str, head: Sequence[str], *, begin: bool = True) -> None:
        self.book, self.title, self.head = book, title, head
        self.rows = self.count = 0
        self.left = 0
        if begin:
            self.begin()

    def begin(self) -> None:
        self.count += 1
        self.sheet = self.book.create_sheet(f"{self.title} {self.count}" if self.count > 1 else self.title)
        self.sheet.freeze_panes = "A2"
        for number, name in enumerate(self.head):
            if name in WIDTHS:
                self.sheet.column_dimensions[chr(ord("A") + number)].width = WIDTHS[name]
        cells = [cell(self.sheet, name) for name in self.head]
        for one in cells:
            one.font = Font(bold=True)
        self.sheet.append(cells)
        self.left = ROWS - 1

    def append(self, row: Sequence[Any]) -> None:
        if not self.left:
            self.begin()
        self.sheet.append([cell(self.sheet, value) for value in row])
        self.left -= 1
        self.rows += 1


def cell(sheet: Any, value: Any) -> Any:
    """A number or a text, which is a text whatever it begins with."""
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    made = WriteOnlyCell(sheet, escaped(value))
    made.data_type = "s"
    return made


def escaped(text: str) -> str:
    """``text`` as a workbook writes it: what XML cannot hold, and what looks so written, by its number (ECMA-376, ST_Xstring).

    >>> escaped("甲\\x0b乙_x000D_")
    '甲_x000B_乙_x005F_x000D_'
    """
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", _LIKE_ESCAPED.sub("_x005F_", text))


def length(text: str) -> int:
    """In the UTF-16 units that Excel counts.

    >>> length("法𠮷")
    3
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str) -> list[str]:
    """``text`` in parts that each fit in a cell as they are written there."""
    if len(text) <= CELL // len("_x005F_") or length(escaped(text)) <= CELL:
        return [text]
    found, start, used = [], 0, 0
    for index, character in enumerate(text):
        size = length(escaped(character)) if character != "_" else len("_x005F_")
        if used + size > CELL:
            found.append(text[start:index])
            start, used = index, 0
        used += size
    return [*found, text[start:]]
