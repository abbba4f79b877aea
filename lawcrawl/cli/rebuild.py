"""rebuild: every article extracted anew from the captures."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from lawcrawl.cli.common import archive_option, json_option, print_json, readers_option, sites_option
from lawcrawl.cli.progress import progress
from lawcrawl.rebuild.run import rebuild as read_anew


@click.command()
@archive_option
@sites_option
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@readers_option
@json_option
def rebuild(archive_dir: Path, sites: tuple[str, ...], dry_run: bool, workers: int, as_json: bool) -> None:
    """Extract every article anew from its captures, sending no request, and say what changes field by field.

    A version that comes out otherwise stays on record (table superseded). One that was cut short goes on where it
    was when it is run again. Exit 3 where an article could not be read anew and stays as it is.
    """
    began = time.monotonic()
    with progress("rebuild") as report:
        found = read_anew(archive_dir, sites=sites, dry_run=dry_run, workers=workers, progress=report)
    seconds = round(time.monotonic() - began, 3)
    if as_json:
        print_json({**found, "seconds": seconds, "dry_run": dry_run})
    else:
        for line in lines(found, seconds, dry_run):
            click.echo(line)
    sys.exit(3 if found["counts"]["kept"] else 0)


def lines(report: dict[str, Any], seconds: float, dry_run: bool) -> list[str]:
    """The report for people: a field a line with an example, then what stands out, then all in all."""
    said = []
    for name, field in sorted(report["fields"].items(), key=lambda item: -item[1]["articles"]):
        counts = [f"{field[kind]} {kind}" for kind in ("gained", "lost") if field[kind]]
        said.append(f"{name}: {field['articles']} articles" + (f" ({', '.join(counts)})" if counts else ""))
        for one in field["examples"][:1]:
            said += [f"  {one['article']}", f"  - {flat(one['old'])}", f"  + {flat(one['new'])}"]
    said += [f"new: {key}" for key in report["new"]]
    said += [f"never was an article: {key}" for key in report["withdrawn"]]
    said += [f"stays as it is: {one['article']}: {one['reason']}" for one in report["kept"]]
    said += [f"list not read: {one['list']}: {one['reason']}" for one in report["lists"]]
    would = "would change" if dry_run else "changed"
    rate = report["articles"] / seconds if seconds else 0.0
    said.append(
        f"{report['articles']} articles read anew, {report['changed']} {would}, {report['counts']['kept']} stay as they"
        f" are unread ({seconds:.0f} s, {rate:.0f}/s)"
    )
    return said


def flat(value: str | None) -> str:
    return "nothing" if value is None else " ".join(value.split())
