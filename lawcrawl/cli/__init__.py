"""One file a group of commands; each is thin."""

from __future__ import annotations

import sys

import click

from lawcrawl import __version__
from lawcrawl.archive import ArchiveError
from lawcrawl.cli.crawl import crawl, demo, sites
from lawcrawl.cli.probe import probe
from lawcrawl.cli.query import search, show, stats


class Commands(click.Group):
    """Commands that end with one sentence where a user, a page or a disk went wrong."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ArchiveError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            sys.stderr.close()  # the reader went away (| head): nothing to say, and no traceback
            sys.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lawcrawl")
def main() -> None:
    """An archive of Chinese government notice columns: complete, versioned, searchable, citable."""


for command in (crawl, sites, probe, search, show, stats, demo):
    main.add_command(command)
