"""import: captures that other programs made, read into the archive."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import click

from lawcrawl.cli.common import archive_option, json_option, print_json, readers_option, sites_option
from lawcrawl.cli.progress import progress
from lawcrawl.imports.run import Imported, take


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@archive_option
@sites_option
@readers_option
@json_option
def import_(
    files: tuple[Path, ...], archive_dir: Path, sites: tuple[str, ...], workers: int, as_json: bool
) -> None:
    """Take captures that others made (WARC, ARC, WACZ) through the same extraction, sending no request.

    List pages, articles and what belongs to them are copied into the archive with the times at which they were
    captured; all else is left. Files of one capture belong into one command. Importing again brings only what is new.
    Exit 1 where nothing came of it, 3 where a part could not be read.
    """
    with progress("import") as report:
        found = take(archive_dir, files, sites=sites, workers=workers, progress=report)
    if as_json:
        print_json(dataclasses.asdict(found))
    else:
        for line in lines(found):
            click.echo(line)
    for problem in found.problems:
        click.echo(problem, err=True)
    for one in found.unread:
        click.echo(f"not read: {one['article']}: {one['reason']}", err=True)
    sys.exit(status(found))


def status(found: Imported) -> int:
    """0 all done, 1 nothing could be done, 3 in part."""
    had = found.captures or found.known or any(one["known"] for one in found.files)
    if not found.problems and not found.unread:
        return 0 if had else 1
    return 3 if had else 1


def lines(found: Imported) -> list[str]:
    """A site a line, then all in all."""
    said = [f"{site}: {count} captures" for site, count in sorted(found.sites.items())]
    said += [f"{one['file']}: on record already" for one in found.files if one["known"]]
    said.append(
        f"{found.new} new articles, {found.changed} known ones changed; {found.captures} captures came"
        f" ({found.lists} list pages, {found.articles} of articles), {found.known} were on record already,"
        f" {found.left} are neither and were left"
    )
    return said
