"""serve: the archive's pages, on loopback."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

import click

from lawcrawl.cli.common import archive_option

PORT = 8001


@click.command()
@archive_option
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 is any.")
@click.option("--open", "in_browser", is_flag=True, help="Open the pages in a browser.")
def serve(archive_dir: Path, port: int, in_browser: bool) -> None:
    """The archive as web pages, with every table, SQL and JSON, on 127.0.0.1; nothing is written."""
    try:
        from lawcrawl.web import server
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("lawcrawl"):
            raise
        raise click.ClickException(
            f"the pages need {error.name}, which is not installed: pip install 'lawcrawl[web]'"
        ) from error
    datasette = server.application(archive_dir)
    try:
        listening = server.listen(port)
    except OSError as error:
        raise click.ClickException(
            f"port {port} cannot be served on: {error.strerror}; name another with --port"
        ) from error
    address = f"http://{server.HOST}:{listening.getsockname()[1]}/"
    click.echo(f"{archive_dir} is served at {address}; Ctrl-C ends it", err=True)
    if in_browser:
        webbrowser.open(address)
    try:
        server.serve(datasette, listening)
    except KeyboardInterrupt:
        sys.exit(130)
