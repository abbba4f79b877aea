"""How far a command is: a bar with the time left on a terminal, elsewhere a plain line now and then; on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

LINE_SECONDS = 15.0

Report = Callable[[str, int, int], None]
"""Told again and again: what is being done, how much of it is done, how much there is."""


@contextmanager
def progress(command: str) -> Iterator[Report]:
    """What to tell how far ``command`` is, while the context lasts."""
    if not sys.stderr.isatty():
        yield spoken(command)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("")
        yield lambda what, done, total: bars.update(task, description=what, completed=done, total=total)


def spoken(command: str) -> Report:
    last = time.monotonic()

    def say(what: str, done: int, total: int) -> None:
        nonlocal last
        if total and time.monotonic() - last > LINE_SECONDS:
            last = time.monotonic()
            click.echo(f"{command}: {what}, {done / total:.0%}", err=True)

    return say
