"""changes: what the crawls saw change, as text, JSON or a feed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from lawcrawl.cli.common import Date, archive_option, json_option, open_archive, print_json, whole_file
from lawcrawl.feeds import changes_feed, summary


@click.command()
@archive_option
@click.option("--since", type=Date(), help="Seen on this day (UTC) or after.")
@click.option("--until", type=Date(), help="Seen on this day (UTC) or before.")
@click.option("--site", help="Only this site.")
@click.option(
    "--feed",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write an Atom feed into this file instead of printing.",
)
@json_option
def changes(
    archive_dir: Path,
    since: str | None,
    until: str | None,
    site: str | None,
    feed: Path | None,
    as_json: bool,
) -> None:
    """What the crawls saw change: articles new, edited, unlisted, gone, restored; oldest first."""
    with open_archive(archive_dir) as archive:
        known = {row["id"]: row["url"] for row in archive.sites()}
        if site is not None and site not in known:
            raise click.ClickException(
                f"no site {site} in {archive_dir}; 'lawcrawl sites' names those there are"
            )
        found = archive.changes(since, until, site)
    if feed is not None:
        with whole_file(feed) as file:
            file.write(changes_feed(found, site, known.get(site or "")).encode())
        click.echo(f"{len(found)} changes in {feed}", err=True)
    if as_json:
        for one in found:
            print_json(one)
    elif feed is None:
        for line in by_day(found):
            click.echo(line)
        if not found:
            click.echo("nothing changed", err=True)


def by_day(found: list[dict[str, Any]]) -> Iterator[str]:
    """A heading a day, a line a change."""
    for number, (day, some) in enumerate(groupby(found, key=lambda one: one["at"][:10])):
        if number:
            yield ""
        yield day
        for one in some:
            yield f"  {one['at'][11:16]}  {one['kind']:8}  {one['article_id']:>6}  {summary(one)}"
