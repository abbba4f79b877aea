"""Articles as a frame of pandas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.exports.table import COLUMNS, Record

if TYPE_CHECKING:
    import pandas


def to_frame(records: Iterator[Record], columns: Sequence[str] | None = None) -> pandas.DataFrame:
    """A row an article. What a page does not say is missing.

    Numbers are ``Int64`` and what was seen happen is ``datetime64`` in UTC; ``published`` is text, as precise as the page
    is; lists and objects are Python's. Raises :class:`ArchiveError` where pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ArchiveError("a frame needs pandas: pip install 'lawcrawl[analysts]'") from error
    frame = pandas.DataFrame(records, columns=list(COLUMNS if columns is None else columns))
    for name in frame.columns:
        kind = COLUMNS[name].kind
        if kind == "integer":
            frame[name] = frame[name].astype("Int64")
        elif kind == "time":
            frame[name] = pandas.to_datetime(frame[name], utc=True)
        elif kind == "text":
            frame[name] = frame[name].astype("string")
    return frame
