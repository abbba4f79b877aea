"""merge: other archives taken into this one."""

from __future__ import annotations

from pathlib import Path

import click

from lawcrawl.archive.merge.run import merge as take
from lawcrawl.archive.merge.runs import Taken
from lawcrawl.cli.common import archive_option, json_option, print_json
from lawcrawl.cli.progress import progress


@click.command()
@click.argument("others", nargs=-1, required=True, metavar="OTHER...", type=click.Path(path_type=Path))
@archive_option
@json_option
def merge(others: tuple[Path, ...], archive_dir: Path, as_json: bool) -> None:
    """Take the archives in the folders OTHER into this one, which is made where there is none.

    They stay as they are; their WARC files are linked, or copied from another disk. Merging again brings only what
    is new.
    """
    with progress("merge") as report:
        for taken in take(archive_dir, others, report):
            print_json(taken.as_dict()) if as_json else click.echo(sentence(taken))


def sentence(taken: Taken) -> str:
    """
    >>> sentence(Taken("other", captures=12, articles=3, versions=4, crawls=1, files=1))
    'other: 3 new articles, 0 known ones changed, 4 versions, 12 captures, 1 crawls, 1 files'
    """
    return (
        f"{taken.archive}: {taken.articles} new articles, {taken.changed} known ones changed, {taken.versions} versions,"
        f" {taken.captures} captures, {taken.crawls} crawls, {taken.files} files"
    )
