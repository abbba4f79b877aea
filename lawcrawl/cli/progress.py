"""How a long command is doing: a bar on a terminal, elsewhere a plain line now and then; on stderr."""

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
"""Called with what is being done, how much of it is done and how much there is."""


@contextmanager
def progress(command: str) -> Iterator[Report]:
    if not sys.stderr.isatty():
        yield spoken(command)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("")
        yield lambda what, done, total: bars.update(task, description=what, completed=done, total=total)


def spoken(command: str) -> Report:
    said = began = time.monotonic()
    doing = ""

    def say(what: str, done: int, total: int) -> None:
        nonlocal said, began, doing
        now = time.monotonic()
        if what != doing:
            doing, began = what, now
        if total and now - said > LINE_SECONDS:
            said = now
            left = (now - began) * (total - done) / done if done else 0.0
            click.echo(
                f"{command}: {what}, {done / total:.0%}" + (f", {left:.0f} s left" if left else ""), err=True
            )

    return say
