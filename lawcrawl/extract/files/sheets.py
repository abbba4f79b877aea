"""Spreadsheets: a row is a line, its cells are set apart by tabs."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from lawcrawl.extract.files.bounds import Reading, checked_zip

MAX_CELLS = 1_000_000
"""Cells read of one file, empty ones included: a cell in the last corner makes millions of them."""
_UNNAMED = re.compile(r"(?:Sheet|工作表)\s?\d*$", re.I)
_DATE, _BOOLEAN, _ERROR = 3, 4, 5
"""Cell types of xlrd."""


def xlsx(body: bytes) -> Reading:
    from openpyxl import load_workbook

    # Of styles and extensions that openpyxl does not know; the text is not concerned.
    warnings.filterwarnings("ignore", module="openpyxl")
    book = load_workbook(checked_zip(body), read_only=True, data_only=True)
    try:
        return _lines((sheet.title, _xlsx_rows(sheet)) for sheet in book.worksheets)
    finally:
        book.close()


def _xlsx_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # the size that a sheet claims may be wrong, and rows are padded to it
    yield from sheet.iter_rows(values_only=True)


def xls(body: bytes) -> Reading:
    import xlrd

    with xlrd.open_workbook(
        file_contents=body, logfile=io.StringIO(), on_demand=True, ragged_rows=True
    ) as book:
        names = book.sheet_names()
        return _lines((name, _xls_rows(book, number)) for number, name in enumerate(names))


def _xls_rows(book: Any, number: int) -> Iterator[list[Any]]:
    from xlrd import error_text_from_code, xldate_as_datetime

    sheet = book.sheet_by_index(number)
    for row in range(sheet.nrows):
        values = sheet.row_values(row)
        for column, kind in enumerate(sheet.row_types(row)):
            if kind == _DATE and values[column] >= 1:
                values[column] = xldate_as_datetime(values[column], book.datemode)
            elif kind == _BOOLEAN:
                values[column] = bool(values[column])
            elif kind == _ERROR:
                values[column] = error_text_from_code.get(values[column])
        yield values
    book.unload_sheet(number)


def _lines(sheets: Iterable[tuple[str, Iterable[Iterable[Any]]]]) -> Reading:
    found: list[str] = []
    left = MAX_CELLS
    for name, rows in sheets:
        if not _UNNAMED.match(name):
            found.append(name)
        for row in rows:
            cells = [shown(value) for value in row]
            if line := "\t".join(cells).rstrip():
                found.append(line)
            left -= len(cells) + 1
            if left < 0:
                return "\n".join(found), f"only the first {MAX_CELLS} cells"
    return "\n".join(found), None


def shown(value: Any) -> str:
    """A cell's value in short; number formats other than dates are not applied.

    >>> shown(3.0), shown(0.1 + 0.2), shown(datetime(2024, 1, 4)), shown(True), shown(None)
    ('3', '0.3', '2024-01-04', 'TRUE', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat(*((" ", "seconds") if isinstance(value, datetime) else ()))
    return " ".join(str(value).split())
