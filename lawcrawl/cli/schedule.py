"""schedule: crawls that begin by themselves."""

from __future__ import annotations

import shlex
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lawcrawl.archive import Archive
from lawcrawl.archive import schedules as kept
from lawcrawl.cli.common import (
    archive_option,
    configuration,
    json_option,
    log_format_option,
    open_archive,
    print_json,
    table,
)
from lawcrawl.config.hours import BEIJING
from lawcrawl.crawl.rules import RuleError, cron
from lawcrawl.crawl.run import UnknownSite, jobs_for, log_in_sentences
from lawcrawl.crawl.schedule import Processes, Runner, Service, utc

UNIT = "lawcrawl-schedule"


@click.group()
def schedule() -> None:
    """Crawls that begin by themselves: add, list, remove, run, install."""


@schedule.command()
@click.argument("target", metavar="SITE or URL")
@click.argument("rule")
@archive_option
def add(target: str, rule: str, archive_dir: Path) -> None:
    """Crawl a site by a rule: "every day 03:00", "every 6 hours", or five fields of cron; Beijing time."""
    try:
        jobs_for([target])
        cron(rule)
    except (UnknownSite, RuleError) as error:
        raise click.UsageError(str(error)) from error
    with Archive(archive_dir) as archive:
        new = kept.add(archive.connection, target, rule, utc(datetime.now(UTC)))
        [row] = [row for row in rows(archive_dir) if row["site"] == target]
    click.echo(f"{target} {'is added' if new else 'has a new rule'}; next crawl {row['next']} Beijing time")


@schedule.command("list")
@archive_option
@json_option
def list_schedules(archive_dir: Path, as_json: bool) -> None:
    """What is crawled when: each site's rule, its next and its last run."""
    found = rows(archive_dir)
    if as_json:
        for row in found:
            print_json(row)
    elif not found:
        click.echo(
            "Nothing is scheduled; 'lawcrawl schedule add SITE \"every day 03:00\"' does it.", err=True
        )
    else:
        table((list(row.values()) for row in found), list(found[0]))


@schedule.command()
@click.argument("target", metavar="SITE or URL")
@archive_option
def remove(target: str, archive_dir: Path) -> None:
    """Crawl a site no more by itself; what is stored stays."""
    with open_archive(archive_dir) as archive:
        if not kept.remove(archive.connection, target):
            raise click.ClickException(f"{target} is not scheduled; 'lawcrawl schedule list' names what is")
    click.echo(f"{target} is removed")


@schedule.command()
@archive_option
@click.option("--once", is_flag=True, help="Crawl what is due now and end, as a timer or cron asks for.")
@log_format_option
def run(archive_dir: Path, once: bool, log_format: str) -> None:
    """Crawl what is due, for as long as this runs; what was missed meanwhile is made up once."""
    config = configuration()
    open_archive(archive_dir).close()
    log_in_sentences("INFO", log_format)
    processes = Processes(archive_dir.absolute(), config, ("--log-format", log_format))
    runner = Runner(archive_dir, config, processes)
    stop = threading.Event()

    def end(number: int, frame: Any) -> None:
        stop.set()
        threading.Thread(target=processes.stop_all).start()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    if once:
        sys.exit(runner.run_due())
    service = Service(runner)
    service.start()
    stop.wait()
    service.stop()


@schedule.command()
@archive_option
@click.option("--cron", "as_cron", is_flag=True, help="A line for crontab instead of a systemd user timer.")
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    is_flag=False,
    flag_value=Path("~/.config/systemd/user"),
    help="Write the two units into a folder, systemd's own where none is named, instead of printing them.",
)
def install(archive_dir: Path, as_cron: bool, folder: Path | None) -> None:
    """What starts the schedule by itself: a systemd user timer, or a line for crontab."""
    config = configuration()
    words = [sys.executable, "-m", "lawcrawl"]
    words += ["--config", str(config.path)] if config.path else []
    words += ["schedule", "run", "--once", "--archive", str(archive_dir.absolute())]
    if as_cron:
        if folder is not None:
            raise click.UsageError("a line of crontab is printed alone: put it there with 'crontab -e'")
        click.echo(f"*/10 * * * * {shlex.join(words)}".replace("%", r"\%"))
        return
    units = units_of(words)
    if folder is None:
        for name, text in units.items():
            click.echo(f"# {name}\n{text}")
        return
    folder = folder.expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in units.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written: {error.strerror or error}") from error
    click.echo(
        f"Written to {folder}. Now: systemctl --user daemon-reload && systemctl --user enable --now {UNIT}.timer"
    )


def units_of(words: list[str]) -> dict[str, str]:
    """A service that crawls what is due, and the timer that starts it, by file name (systemd.service(5))."""
    command = " ".join(
        '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$") + '"'
        for word in words
    )
    service = f"""[Unit]
Description=lawcrawl: crawl what is due
After=network-online.target

[Service]
Type=oneshot
ExecStart={command}
KillSignal=SIGINT
TimeoutStopSec=120
SuccessExitStatus=3
NoNewPrivileges=yes
"""
    timer = """[Unit]
Description=lawcrawl: look every ten minutes for crawls that are due

[Timer]
OnCalendar=*:0/10
Persistent=yes

[Install]
WantedBy=timers.target
"""
    return {f"{UNIT}.service": service, f"{UNIT}.timer": timer}


def rows(archive_dir: Path) -> list[dict[str, Any]]:
    """The schedule as it is shown; times to the minute, Beijing's."""
    with open_archive(archive_dir) as archive:
        found = kept.schedules(archive.connection)
    runner = Runner(archive_dir, configuration(), lambda schedule, seconds: 0)
    return [
        {
            "site": one.target,
            "rule": one.rule,
            "next": beijing(runner.next(one, runner.clock())),
            "last": beijing(datetime.fromisoformat(one.last_started_at)) if one.last_started_at else None,
            "last_status": one.last_status,
        }
        for one in found
    ]


def beijing(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
