"""CSV and JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import IO, Any

from lawcrawl.archive.exports import excel
from lawcrawl.archive.exports.table import COLUMNS, Record, Written, in_cells

FORMULA = tuple("=+-@＝＋－＠\t\r\n")


def write_jsonl(records: Iterator[Record], file: IO[bytes]) -> Written:
    """An object a line, UTF-8."""
    written = Written()
    for record in records:
        file.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        written.articles += 1
    return written


def write_csv(records: Iterator[Record], file: IO[bytes]) -> Written:
    """RFC 4180, with the mark by which spreadsheet programs know UTF-8; no cell is a formula (:func:`inert`)."""
    written, longer = Written(), 0
    text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for record in records:
        cells = in_cells(record)
        longer += any(isinstance(cell, str) and excel.length(cell) > excel.CELL for cell in cells.values())
        writer.writerow({name: inert(value) for name, value in cells.items()})
        written.articles += 1
    text.detach()
    if longer:
        written.notes.append(
            f"the file is whole, but Excel shows only {excel.CELL:,} characters of a cell, and {longer} articles"
            " have a longer one"
        )
    if written.articles >= excel.ROWS:
        written.notes.append(f"the file is whole, but Excel opens only its first {excel.ROWS:,} lines")
    return written


def inert(value: Any) -> Any:
    """A text that a spreadsheet program would run as a formula, behind an apostrophe (OWASP, CSV injection).

    >>> inert("=cmd()"), inert("关于开展宣传的通知"), inert(-1)
    ("'=cmd()", '关于开展宣传的通知', -1)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
