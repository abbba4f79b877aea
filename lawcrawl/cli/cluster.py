"""crawl --cluster: its options, and what all workers say in one view."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn

from lawcrawl.cli.common import configuration, say
from lawcrawl.crawl.progress import phrase
from lawcrawl.crawl.run import Job, Outcome

F = TypeVar("F", bound=Callable[..., Any])


def cluster_options(command: F) -> F:
    """``--cluster``, ``--shards``, ``--shard-every``, ``--no-merge``."""
    for option in reversed(
        (
            click.option(
                "--cluster", metavar="tcp://HOST:8786", help="Crawl on the workers of this Dask scheduler."
            ),
            click.option(
                "--shards",
                metavar="URL",
                help="With --cluster: where the sites' archives are kept, a folder that all machines see or an object store.",
            ),
            click.option(
                "--shard-every",
                type=click.FloatRange(min=1),
                default=300.0,
                show_default=True,
                help="With --cluster: seconds between two uploads of a site that is being crawled.",
            ),
            click.option("--no-merge", is_flag=True, help="With --cluster: leave the shards where they are."),
        )
    ):
        command = option(command)
    return command


def taken(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a cluster, taken out: how a crawl was asked for does not rest on them."""
    return {name: options.pop(name) for name in ("cluster", "shards", "shard_every", "no_merge")}


def crawl_on_cluster(
    jobs: Sequence[Job],
    settings: dict[str, Any],
    archive: Path,
    options: dict[str, Any],
    done: Callable[[Outcome], None],
) -> list[Outcome]:
    if not options["shards"]:
        raise click.UsageError("--cluster needs --shards: a folder that all machines see, or an object store")
    if find_spec("distributed") is None:
        raise click.ClickException("--cluster needs Dask: pip install 'lawcrawl[cluster]'")
    from lawcrawl.crawl.cluster import run_cluster

    with view() as shown:
        return run_cluster(
            jobs,
            settings,
            archive,
            options["cluster"],
            options["shards"],
            config=configuration(),
            every=options["shard_every"],
            merged=not options["no_merge"],
            done=done,
            view=shown,
        )


View = Callable[[dict[str, Any]], None]


@contextmanager
def view() -> Iterator[View]:
    """Every site that is being crawled, with who crawls it: a bar each on a terminal, elsewhere lines."""
    if not sys.stderr.isatty() or click.get_current_context().params.get("log_format") == "json":
        yield line
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[status]}"),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        yield Bars(bars)


class Bars:
    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.tasks: dict[str, TaskID] = {}

    def __call__(self, said: dict[str, Any]) -> None:
        if "message" in said:
            self.bars.console.print(sentence(said), markup=False, highlight=False)
            return
        site, done, total = said["site"], said["done"], said["total"]
        if site not in self.tasks:
            self.tasks[site] = self.bars.add_task(site, total=None, status="")
        self.bars.update(
            self.tasks[site],
            description=f"{site} ({said['worker']})",
            completed=done,
            total=total,
            status=phrase(done, total, said["seconds"]),
        )


def line(said: dict[str, Any]) -> None:
    facts = {name: value for name, value in said.items() if name not in ("message", "at")}
    say(sentence(said), **facts)


def sentence(said: dict[str, Any]) -> str:
    """
    >>> sentence({"site": "linxi_sfj", "worker": "w1", "done": 42, "total": 61, "seconds": 14})
    'linxi_sfj (w1): 42 of 61, 3.0/s, 6 s left'
    """
    text = said.get("message") or phrase(said["done"], said["total"], said["seconds"])
    return f"{said['site']} ({said['worker']}): {text}" if "worker" in said else str(text)
