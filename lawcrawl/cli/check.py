"""check: today's pages of a site beside what the archive has known of it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from lawcrawl.cli.common import (
    archive_option,
    asking_settings,
    cut,
    delay_option,
    json_option,
    open_archive,
    pad,
    print_json,
    settings_option,
    terminal_width,
)
from lawcrawl.crawl.drift import Checked, Pair, Past, as_json_object, compare
from lawcrawl.crawl.fetch import look
from lawcrawl.crawl.run import DONE, IN_PART, NOTHING, spiders, unknown

COLOURS = {"fine": "green", "drift": "red", "unchecked": "yellow"}
NAME = 12


@click.command()
@click.argument("names", nargs=-1, metavar="[SITE]...")
@archive_option
@click.option(
    "--articles", type=click.IntRange(min=1), default=3, help="Known articles a site; 3 by default."
)
@click.option(
    "--save", type=click.Path(path_type=Path, file_okay=False), help="Keep both pages of what drifted here."
)
@delay_option
@settings_option
@json_option
def check(
    names: tuple[str, ...],
    archive_dir: Path,
    articles: int,
    save: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Hold a list page and a few articles of each site against what the archive has known of it; all sites by default.

    Exit status 0: as it was; 1: nothing could be checked; 3: something drifted, or a part could not be checked.
    """
    with open_archive(archive_dir) as archive:
        known = {str(site["id"]): site for site in archive.sites()}
        for name in names:
            if name not in known:
                raise click.UsageError(
                    f"{name} has not been crawled yet; 'lawcrawl crawl {name}' begins"
                    if name in spiders()
                    else unknown(name, known)
                )
        declared = spiders()
        pasts = [Past(archive, known[name], declared.get(name)) for name in names or known]
        asked = [past.asked(articles) for past in pasts]
        looks = iter(look([one for some in asked for one in some], asking_settings(options)))
        found = [compare(past, [next(looks) for _ in some]) for past, some in zip(pasts, asked, strict=True)]
    for one in found:
        if as_json:
            print_json(as_json_object(one))
        else:
            for line in lines(one):
                click.echo(line)
        if save is not None:
            keep(save, one)
    outcomes = {one.outcome for one in found}
    sys.exit(DONE if outcomes == {"fine"} else NOTHING if outcomes <= {"unchecked"} else IN_PART)


def lines(found: Checked) -> Iterator[str]:
    """A site's report for a terminal."""
    yield (
        click.style(found.site, bold=True)
        + f"  {found.family}  "
        + click.style(found.outcome, fg=COLOURS[found.outcome], bold=True)
    )
    for listed in found.lists:
        yield (
            f"  list  {listed['channel']}: {listed['rows']} rows ({listed['rows_before']} on the last good page), "
            f"{listed['known']} known, newest {listed['newest'] or 'undated'}"
        )
    if any(of for _, _, of in found.coverage.values()):
        yield click.style(f"  {pad('field', NAME)}  archive  today", dim=True)
    for name, (share, told, of) in found.coverage.items():
        if of:
            yield f"  {pad(name, NAME)}  {share:7.0%}  {told} of {of}"
    for mark, colour, told_lines in (
        ("!", "red", found.drift),
        ("?", "yellow", found.unreached),
        ("-", None, found.notes),
    ):
        for line in told_lines:
            yield click.style(f"  {mark} ", fg=colour) + line
    for pair in found.pairs:
        if pair.drifted:
            yield from side_by_side(pair)
    yield ""


def side_by_side(pair: Pair) -> Iterator[str]:
    """The last good page and today's, value by value."""
    room = (terminal_width() - NAME - 6) // 2
    then = (
        f"{pair.then.fetched_at[:10]}, capture {pair.then.capture_id}" if pair.then else "never seen before"
    )
    yield ""
    yield f"  {click.style(pair.url, underline=True)}"
    yield "  " + " " * NAME + "  " + click.style(f"{pad(then, room)}  today", dim=True)
    for name, values in pair.values.items():
        if values == (None, None):
            continue
        old, new = (cut(told(name, value), room) for value in values)
        row = f"  {pad(name, NAME)}  {pad(old, room)}  {new}"
        yield click.style(row, fg="red") if name in pair.drifted else row


def told(name: str, value: Any) -> str:
    if value is None:
        return "—"
    if name == "text":
        return f"{len(value)} characters: " + " ".join(value.split())
    return ", ".join(value) if isinstance(value, list) else str(value)


def keep(folder: Path, found: Checked) -> None:
    """Write both pages of everything that drifted."""
    drifted = [pair for pair in found.pairs if pair.drifted]
    site = folder / re.sub(r"[^\w.-]", "_", found.site)
    try:
        for number, pair in enumerate(drifted, 1):
            site.mkdir(parents=True, exist_ok=True)
            for when, body in (("then", pair.then.body if pair.then else None), ("now", pair.now.body)):
                if body:
                    path = site / f"{number}_{when}.html"
                    path.write_bytes(body)
                    click.echo(f"saved: {path}", err=True)
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be written: {error.strerror}") from error
