"""What commands share: options, tables, dates."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import IO, Any, TypeVar

import click
from rich.cells import cell_len
from rich.console import Console

from lawcrawl.archive import Archive
from lawcrawl.archive.warc import utc_now
from lawcrawl.config import Config, load
from lawcrawl.crawl.configured import pace

F = TypeVar("F", bound=Callable[..., Any])


def named_config() -> Path | None:
    """The file that ``lawcrawl --config FILE`` names."""
    named: Path | None = click.get_current_context().find_root().params.get("config_file")
    return named


def configuration() -> Config:
    """What holds for this run. Raises :class:`~lawcrawl.config.ConfigError`."""
    root = click.get_current_context().find_root()
    if "config" not in root.meta:
        root.meta["config"] = load(named_config())
    found: Config = root.meta["config"]
    return found


def archive_option(command: F) -> F:
    """``--archive DIR``, else ``LAWCRAWL_ARCHIVE``, else what the configuration says."""
    return click.option(
        "--archive",
        "archive_dir",
        type=click.Path(path_type=Path),
        default=lambda: configuration().archive,
        show_default="data, or the configuration's",
        envvar="LAWCRAWL_ARCHIVE",
        help="The archive's folder.",
    )(command)


def pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE options as Scrapy reads them."""
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", ctx, param)
    return dict(value.split("=", 1) for value in values)


delay_option = click.option(
    "--delay", type=click.FloatRange(min=0), help="Seconds between two requests to a host."
)
settings_option = click.option(
    "-s", "settings", multiple=True, callback=pairs, metavar="SETTING=VALUE", help="Scrapy setting."
)


def asking_settings(options: dict[str, Any]) -> dict[str, Any]:
    """Scrapy settings for ``--config``, ``--delay`` and ``-s``."""
    path, delay = configuration().path, options["delay"]
    return {
        "LAWCRAWL_CONFIG": str(path) if path else None,
        **(pace(delay) if delay is not None else {}),
        **options["settings"],
    }


log_format_option = click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How progress and messages stand on stderr: for people, or one JSON object a line.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")
sites_option = click.option(
    "--site", "sites", multiple=True, help="Only this site; may be given more than once."
)
readers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="one a core",
    help="Processes that read.",
)


class Date(click.ParamType[str]):
    """An ISO date, whole or cut to year or month: 2024, 2024-01, 2024-01-04."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        try:
            date.fromisoformat(text + "0000-01-01"[len(text) :] if len(text) in (4, 7) else text)
        except ValueError:
            self.fail(f"{text!r} is not a date; write 2024-01-04, 2024-01 or 2024", param, ctx)
        return text


def filter_options(command: F) -> F:
    """What narrows down the articles: ``--site``, ``--channel``, ``--source``, ``--since``, ``--until``."""
    for option in reversed(
        (
            click.option("--site", help="Only this site."),
            click.option("--channel", help="Only the column of this name."),
            click.option("--source", help="Only this source (来源)."),
            click.option("--since", type=Date(), help="Published on or after."),
            click.option("--until", type=Date(), help="Published on or before."),
            click.option("--law", help="Only what names this law, by any of its names."),
        )
    ):
        command = option(command)
    return command


def open_archive(path: Path) -> Archive:
    """An archive that is there, for reading. Raises :class:`~lawcrawl.archive.ArchiveError`."""
    return Archive(path, create=False)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of ``path`` at once: whoever reads it has the old or the new one, whole.

    ``-`` is stdout.
    """
    if str(path) == "-":
        yield sys.stdout.buffer
        return
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to write into that takes the place of ``path`` when it is done.

    In the place of a folder only where that is empty or has nothing but partitions (``year=2024``) in it.
    """
    path = path.resolve()
    part, old = (path.with_name(f".{path.name}.{os.getpid()}.{name}") for name in ("part", "old"))
    try:
        if path.exists() and not (path.is_dir() and all("=" in one.name for one in path.iterdir())):
            raise click.ClickException(f"{path} is there and is not an export; name another folder")
        part.mkdir()
        yield part
        if path.exists():
            path.rename(old)
        part.rename(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        for left in (part, old):
            shutil.rmtree(left, ignore_errors=True)


def say(message: str, **facts: Any) -> None:
    """A message on stderr; with ``--log-format json`` an object with these facts."""
    if click.get_current_context().params.get("log_format") == "json":
        message = json.dumps({"at": utc_now(), "message": message, **facts}, ensure_ascii=False)
    click.echo(message, err=True)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def pad(text: str, width: int) -> str:
    """``text`` filled to ``width`` columns; a Chinese character takes two.

    >>> pad("法治", 6) + "|"
    '法治  |'
    """
    return text + " " * max(0, width - cell_len(text))


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns.

    >>> cut("民法典宣传月", 7)
    '民法典…'
    """
    if cell_len(text) <= width:
        return text
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width - 1:
            return text[:index] + "…"
    return text


def table(rows: Iterable[Sequence[Any]], head: Sequence[str]) -> None:
    """Columns aligned by East Asian width, on stdout."""
    cells = [[("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [max(cell_len(row[i]) for row in [list(head), *cells]) for i in range(len(head))]
    for row in [list(head), *cells]:
        line = "  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def terminal_width() -> int:
    return Console().width if sys.stdout.isatty() else 100
