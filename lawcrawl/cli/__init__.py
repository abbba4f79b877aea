"""One file a group of commands; each is thin and loaded when it is asked for, so that a search does not wait for Scrapy."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click

from lawcrawl import __version__
from lawcrawl.archive.errors import ArchiveError
from lawcrawl.config import ConfigError
from lawcrawl.crawl.errors import ProjectError

COMMANDS = {
    "crawl": "crawl",
    "sites": "crawl",
    "probe": "probe",
    "new": "new",
    "check": "check",
    "search": "query",
    "show": "query",
    "mentions": "knowledge",
    "cites": "knowledge",
    "reprints": "knowledge",
    "changes": "changes",
    "export": "export",
    "stats": "query",
    "demo": "crawl",
    "verify": "verify",
    "rebuild": "rebuild",
    "merge": "merge",
    "import": "import_",
    "config": "config",
    "schedule": "schedule",
    "serve": "serve",
}
"""Each command's name, and the module of this package that holds a function of that name."""


class WrongConfiguration(click.ClickException):
    exit_code = 2


class Commands(click.Group):
    """Commands that end with one sentence where a user, a page or a disk went wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = COMMANDS[cmd_name]
        name = module if module == f"{cmd_name}_" else cmd_name  # a word of Python's own
        command: click.Command = getattr(import_module(f"lawcrawl.cli.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ArchiveError, ProjectError) as error:
            raise click.ClickException(str(error)) from error
        except ConfigError as error:
            raise WrongConfiguration(str(error)) from error
        except BrokenPipeError:
            sys.stderr.close()  # the reader went away (| head): nothing to say, and no traceback
            sys.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lawcrawl")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    envvar="LAWCRAWL_CONFIG",
    help="The configuration; the nearest lawcrawl.toml where none is named.",
)
def main(config_file: Path | None) -> None:
    """An archive of Chinese government notice columns: complete, versioned, searchable, citable."""
