"""Parquet: one file, or a folder of them by site and year (Hive partitions)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.exports.table import COLUMNS, FILES, Record, Written, unicode

if TYPE_CHECKING:
    import pyarrow

GROUP_ROWS, GROUP_CHARACTERS = 20_000, 8 << 20
"""What is written at once: so many articles, or so much text."""
PARTITIONS: dict[str, Callable[[Record], str | None]] = {
    "site": lambda record: record["site_id"],
    "year": lambda record: record["published"][:4] if record["published"] else None,
}
NONE = "__HIVE_DEFAULT_PARTITION__"
"""How the folder of what has no value is named."""


def arrow() -> Any:
    """pyarrow. Raises :class:`ArchiveError` where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ArchiveError("parquet needs pyarrow: pip install 'lawcrawl[analysts]'") from error
    return pyarrow


def schema() -> pyarrow.Schema:
    """Of a file. Times are UTC; ``labels`` is JSON, since every site has labels of its own."""
    pa = arrow()
    file = pa.struct([(name, pa.int64() if name == "size" else pa.string()) for name in FILES])
    kinds = {
        "integer": pa.int64(),
        "text": pa.string(),
        "time": pa.timestamp("ms", "UTC"),
        "texts": pa.list_(pa.string()),
        "object": pa.string(),
        "files": pa.list_(file),
    }
    return pa.schema([(name, kinds[column.kind]) for name, column in COLUMNS.items()])


def write_parquet(records: Iterator[Record], file: IO[bytes] | Path) -> Written:
    """One file; zstd, a row group for :data:`GROUP_ROWS` articles. Raises :class:`ArchiveError`."""
    written, pa, columns = Written(), arrow(), schema()
    with pa.parquet.ParquetWriter(file, columns, compression="zstd") as writer:
        for some in groups(records):
            writer.write_table(pa.Table.from_pylist([typed(record) for record in some], columns))
            written.articles += len(some)
    return written


def write_partitions(records: Iterator[Record], folder: Path, by: Sequence[str]) -> Written:
    """A file for each value of ``by``, keys of :data:`PARTITIONS`, as ``site=linxi_sfj/year=2024/articles-0.parquet``.

    The records should come with what belongs together side by side: one file is open at a time, and what comes later
    gets another one.
    """
    written = Written()
    for values, some in groupby(records, key=lambda record: [PARTITIONS[name](record) for name in by]):
        parts = [
            f"{name}={NONE if value is None else quote(value, safe='')}"
            for name, value in zip(by, values, strict=True)
        ]
        place = folder.joinpath(*parts)
        place.mkdir(parents=True, exist_ok=True)
        number = sum(1 for _ in place.glob("*.parquet"))
        written.articles += write_parquet(some, place / f"articles-{number}.parquet").articles
    return written


def groups(records: Iterator[Record]) -> Iterator[list[Record]]:
    """The records a row group at a time."""
    some: list[Record] = []
    characters = 0
    for record in records:
        some.append(record)
        characters += len(record["text"] or "")
        if len(some) == GROUP_ROWS or characters >= GROUP_CHARACTERS:
            yield some
            some, characters = [], 0
    if some:
        yield some


def typed(record: Record) -> Record:
    """The record in the types of :func:`schema`."""
    return {
        name: value if value is None else as_kind(COLUMNS[name].kind, value) for name, value in record.items()
    }


def as_kind(kind: str, value: Any) -> Any:
    if kind == "time":
        return datetime.fromisoformat(value)
    if kind == "object":
        return unicode(json.dumps(value, ensure_ascii=False))
    return unicode(value) if kind == "text" else value
