"""export: articles, all or a selection, in one file for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import click

from lawcrawl import __version__
from lawcrawl.archive import Archive
from lawcrawl.archive.wacz import write_wacz
from lawcrawl.cli.common import archive_option, filter_options, open_archive, whole_file

COLUMNS = (
    *(
        "id",
        "url",
        "site_id",
        "channels",
        "title",
        "published",
        "source",
        "author",
        "doc_number",
        "issuer",
        "views",
    ),
    *("status", "version", "first_seen_at", "changed_at", "checked_at", "labels", "attachments", "text"),
)
ROWS = """
SELECT a.*, (SELECT json_group_array(c.name) FROM listings l JOIN channels c ON c.id = l.channel_id
    WHERE l.article_id = a.id) AS channels,
  (SELECT json_group_array(json_object('name', f.name, 'url', f.url, 'media_type', f.media_type, 'size', f.size,
    'sha256', f.sha256, 'status', f.status)) FROM attachments f WHERE f.article_id = a.id) AS attachments
FROM json_each(?) chosen JOIN articles a ON a.id = chosen.value ORDER BY chosen.key
"""
JSON = ("channels", "labels", "attachments")


def as_wacz(archive: Archive, file: IO[bytes], articles: list[int], everything: bool) -> str:
    written = write_wacz(archive, file, f"lawcrawl {__version__}", None if everything else articles)
    return f"{written.captures} captures, {written.pages} pages"


def as_jsonl(archive: Archive, file: IO[bytes], articles: list[int], everything: bool) -> str:
    for row in rows(archive, articles):
        opened = {**row, **{name: json.loads(row[name] or "null") for name in JSON}}
        file.write(json.dumps(opened, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    return f"{len(articles)} articles"


def as_csv(archive: Archive, file: IO[bytes], articles: list[int], everything: bool) -> str:
    """RFC 4180, with the mark by which spreadsheet programs know UTF-8; no cell is a formula (:func:`inert`)."""
    text = io.TextIOWrapper(file, "utf-8-sig", errors="replace", newline="", write_through=True)
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({name: inert(value) for name, value in row.items()} for row in rows(archive, articles))
    text.detach()
    return f"{len(articles)} articles"


def inert(value: Any) -> Any:
    """A text that a spreadsheet program would run as a formula, behind an apostrophe (OWASP, CSV injection).

    >>> inert("=cmd()"), inert("关于开展宣传的通知"), inert(-1)
    ("'=cmd()", '关于开展宣传的通知', -1)
    """
    return (
        f"'{value}"
        if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
        else value
    )


FORMATS: dict[str, Callable[[Archive, IO[bytes], list[int], bool], str]] = {
    "csv": as_csv,
    "jsonl": as_jsonl,
    "wacz": as_wacz,
}
"""What writes each: the archive, the file, the articles' ids and whether they are all there are, to what was written."""


def rows(archive: Archive, articles: list[int]) -> Iterator[dict[str, Any]]:
    """Articles as :data:`COLUMNS`, one at a time, in the order of their ids."""
    cursor = archive.connection.execute(ROWS, (json.dumps(articles),))
    names = [column[0] for column in cursor.description]
    for row in cursor:
        found = dict(zip(names, row, strict=True))
        yield {name: found[name] for name in COLUMNS}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("query", required=False)
@archive_option
@click.option(
    "--format", "name", type=click.Choice(list(FORMATS)), help="Where the file's ending does not say."
)
@filter_options
def export(file: Path, query: str | None, archive_dir: Path, name: str | None, **filters: str | None) -> None:
    """Articles that a search would find, or all, as csv, jsonl or wacz, by the FILE's ending; - is stdout.

    A wacz has the captures that the articles rest on, and replays them.
    """
    name = name or file.suffix.removeprefix(".").lower()
    if name not in FORMATS:
        raise click.UsageError(
            f"{file} does not say its format; end it in .{', .'.join(FORMATS)} or add --format"
        )
    with open_archive(archive_dir) as archive:
        articles = archive.selected(query, **filters)
        if not articles:
            raise click.ClickException(
                f"no article in {archive_dir} is what was asked for; nothing is written"
            )
        everything = query is None and not any(filters.values())
        with whole_file(file) as opened:
            said = FORMATS[name](archive, opened, articles, everything)
    click.echo(f"{said} in {file}", err=True)
