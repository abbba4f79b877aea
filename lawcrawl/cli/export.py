"""export: articles, all or a selection, for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Unpack

import click

from lawcrawl import __version__
from lawcrawl.archive import Archive
from lawcrawl.archive.exports.columnar import PARTITIONS, write_parquet, write_partitions
from lawcrawl.archive.exports.excel import write_xlsx
from lawcrawl.archive.exports.table import Record, Written
from lawcrawl.archive.exports.texts import write_csv, write_jsonl
from lawcrawl.archive.exports.wacz import write_wacz
from lawcrawl.archive.search import Narrowed, Order
from lawcrawl.cli.common import archive_option, filter_options, open_archive, whole_file, whole_folder
from lawcrawl.cli.progress import progress

TABLES: dict[str, Callable[[Iterator[Record], IO[bytes]], Written]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
    "xlsx": write_xlsx,
}
FORMATS = (*TABLES, "wacz")


def partitions(ctx: click.Context, param: click.Parameter, value: str | None) -> list[str]:
    names = value.split(",") if value else []
    for name in names:
        if name not in PARTITIONS or names.count(name) > 1:
            raise click.BadParameter(f"{value!r} is not site, year or site,year", ctx, param)
    return names


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("query", required=False)
@archive_option
@click.option("--format", "name", type=click.Choice(FORMATS), help="Where the file's ending does not say.")
@click.option(
    "--partition",
    "by",
    metavar="site,year",
    callback=partitions,
    help="Parquet in a folder FILE, a part for each site, year of publication, or both.",
)
@filter_options
def export(
    file: Path,
    query: str | None,
    archive_dir: Path,
    name: str | None,
    by: list[str],
    **filters: Unpack[Narrowed],
) -> None:
    """Articles that a search would find, or all, as csv, jsonl, parquet, xlsx or wacz, by the FILE's ending; - is stdout.

    A wacz has the captures that the articles rest on, and replays them.
    """
    ending = file.suffix.removeprefix(".").lower()
    name = name or ("parquet" if by and ending not in FORMATS else ending)
    if name not in FORMATS:
        raise click.UsageError(
            f"{file} does not say its format; end it in .{', .'.join(FORMATS)} or add --format"
        )
    if by and (name != "parquet" or str(file) == "-"):
        raise click.UsageError("--partition is for parquet in a folder")
    with open_archive(archive_dir) as archive:
        total = archive.count(query, **filters)
        if not total:
            raise click.ClickException(
                f"no article in {archive_dir} is what was asked for; nothing is written"
            )
        if name == "wacz":
            everything = query is None and not any(filters.values())
            said = as_wacz(archive, file, None if everything else list(archive.selected(query, **filters)))
        else:
            order: Order = "newest" if not by else "site" if "site" in by else "oldest"
            with closing(archive.articles(query, order=order, **filters)) as articles:
                said = as_table(counted(articles, total), file, name, by)
    click.echo(f"{said} in {file}", err=True)


def as_wacz(archive: Archive, file: Path, articles: list[int] | None) -> str:
    with whole_file(file) as opened:
        written = write_wacz(archive, opened, f"lawcrawl {__version__}", articles)
    return f"{written.captures} captures, {written.pages} pages"


def as_table(articles: Iterator[Record], file: Path, name: str, by: list[str]) -> str:
    if by:
        with whole_folder(file) as folder:
            written = write_partitions(articles, folder, by)
    else:
        with whole_file(file) as opened:
            written = TABLES[name](articles, opened)
    for note in written.notes:
        click.echo(f"{file}: {note}", err=True)
    return f"{written.articles} articles"


def counted(articles: Iterator[Record], total: int) -> Iterator[Record]:
    """The articles, with a word now and then on how far it is."""
    with progress("export") as report:
        for done, article in enumerate(articles):
            if done % 100 == 0:
                report("articles", done, total)
            yield article
