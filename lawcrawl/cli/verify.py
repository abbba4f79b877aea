"""verify: whether the archive is still what was stored."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from lawcrawl.archive import Archive
from lawcrawl.archive.proof.records import Problem
from lawcrawl.archive.proof.stamps import certificates
from lawcrawl.archive.proof.verify import Read
from lawcrawl.archive.proof.verify import verify as problems_of
from lawcrawl.cli.common import archive_option, configuration, json_option, print_json
from lawcrawl.cli.progress import progress


@click.command()
@archive_option
@json_option
def verify(archive_dir: Path, as_json: bool) -> None:
    """Check every byte and row against digests and seals; exit 1 where something is not as it was stored."""
    began, read, counted = time.monotonic(), Read(), {False: 0, True: 0}
    config = configuration()
    roots = certificates(config.place("seals.stamp_roots")) if config.get("seals.stamp_roots") else []
    with Archive(archive_dir, create=False, read_only=True) as archive, progress("verify") as report:
        for problem in problems_of(archive, report, read, processes=os.cpu_count() or 1, roots=roots):
            counted[problem.harmless] += 1
            print_json(problem._asdict()) if as_json else click.echo(line(problem))
        newest = archive.newest_seal()
    summary = {
        "problems": counted[False],
        "harmless": counted[True],
        "records": read.records,
        "bytes": read.bytes,
        "seconds": round(time.monotonic() - began, 3),
        "seal": newest,
    }
    print_json(summary) if as_json else click.echo(sentence(summary))
    sys.exit(1 if counted[False] else 0)


def line(problem: Problem) -> str:
    kind = "harmless: " if problem.harmless else ""
    return f"{kind}{problem.what} {problem.where}: {problem.why}".replace("\n", " ")


def sentence(summary: dict[str, Any]) -> str:
    """The summary for people.

    >>> sentence({"problems": 0, "harmless": 0, "records": 12, "bytes": 3_400_000, "seconds": 0.5, "seal": "ab12"})
    '12 records, 3.4 MB in 0.5 s: all is as it was stored. Newest seal: ab12'
    """
    count = summary["problems"]
    verdict = "all is as it was stored" if not count else f"{count} problem{'s' if count > 1 else ''}"
    seal = f". Newest seal: {summary['seal']}" if summary["seal"] else ". No crawl of its own is sealed yet"
    read = f"{summary['records']} records, {summary['bytes'] / 1e6:.1f} MB in {summary['seconds']:.1f} s"
    return f"{read}: {verdict}{seal}"
