"""crawl, sites, demo: what fills the archive."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from lawcrawl.archive import Archive
from lawcrawl.cli.cluster import cluster_options, crawl_on_cluster, taken
from lawcrawl.cli.common import (
    Date,
    archive_option,
    asking_settings,
    configuration,
    delay_option,
    json_option,
    log_format_option,
    open_archive,
    pairs,
    print_json,
    say,
    settings_option,
    table,
)
from lawcrawl.config import ConfigError
from lawcrawl.crawl.run import Outcome, UnknownSite, exit_status, jobs_for, run, spiders, unknown
from lawcrawl.crawl.stamping import stamp_archive
from lawcrawl.crawl.workers import run_workers

NO_CONTACT = (
    "The sites cannot reach you: no contact is set. Write 'lawcrawl config set contact you@example.org' once, "
    "and it is sent with every request."
)


@click.command()
@click.argument("targets", nargs=-1, metavar="[SITE or URL]...")
@archive_option
@click.option("--since", type=Date(), help="Only rows that the list dates on or after this.")
@click.option("--until", type=Date(), help="Only rows that the list dates on or before this.")
@click.option("--limit", type=click.IntRange(min=1), help="Articles a channel, newest first.")
@click.option("--full", is_flag=True, help="Walk every list page again.")
@click.option(
    "--recheck",
    type=click.IntRange(min=0),
    help="At most this many known articles, due by their history, are looked at again.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, help="Sites crawled at a time, each by a process."
)
@cluster_options
@click.option("--channel", help="Only the column of this name.")
@click.option("--no-attachments", is_flag=True, help="Leave files and images where they are.")
@click.option("--follow-external", is_flag=True, help="Also fetch articles that a list links on other hosts.")
@delay_option
@click.option("-a", "arguments", multiple=True, callback=pairs, metavar="NAME=VALUE", help="Spider argument.")
@settings_option
@click.option("--any-hour", is_flag=True, help="Also outside of the hours that the configuration allows.")
@log_format_option
@json_option
def crawl(targets: tuple[str, ...], archive_dir: Path, as_json: bool, **options: Any) -> None:
    """Crawl known sites by name, or any list page by its address; all sites when none is named."""
    config = configuration()
    cluster = taken(options)
    settings = overrides(archive_dir, options)
    try:
        jobs = jobs_for(targets or tuple(spiders()), options["channel"], **options["arguments"])
    except UnknownSite as error:
        raise click.UsageError(str(error)) from error
    if config.get("contact") is None:
        say(NO_CONTACT)
    for site in config.sites:
        if site not in spiders() and not set(".:") & set(site):
            raise ConfigError(f"{config.path}, [sites.{site}]: {unknown(site, spiders())}")
    Archive(archive_dir).close()  # says what is wrong with the folder before anything is asked
    began = time.monotonic()

    def done(outcome: Outcome) -> None:
        report(outcome, time.monotonic() - began, as_json)

    if cluster["cluster"]:
        outcomes = crawl_on_cluster(jobs, settings, archive_dir, cluster, done)
    elif options["workers"] > 1:
        outcomes = run_workers(jobs, settings, options["workers"], done)
    else:
        outcomes = run(jobs, settings)
        for outcome in outcomes:
            done(outcome)
    if (authority := config.get("seals.stamp_authority")) and (why := stamp_archive(archive_dir, authority)):
        say(why)
    sys.exit(exit_status(outcomes))


def overrides(archive_dir: Path, options: dict[str, Any]) -> dict[str, Any]:
    """Scrapy settings for what the command line says."""
    asked = {key: value for key, value in options.items() if value not in (None, False, {}, ())}
    settings: dict[str, Any] = {
        "LAWCRAWL_ARCHIVE": str(archive_dir),
        "LAWCRAWL_PROGRESS": "auto",
        "LAWCRAWL_OPTIONS": asked,
        "LAWCRAWL_ANY_HOUR": options["any_hour"],
        "LAWCRAWL_LOG_FORMAT": options["log_format"],
        "LOG_LEVEL": "WARNING",
        "LAWCRAWL_SINCE": options["since"],
        "LAWCRAWL_UNTIL": options["until"],
        "LAWCRAWL_FULL": options["full"],
        "LAWCRAWL_ATTACHMENTS": not options["no_attachments"],
        "LAWCRAWL_FOLLOW_EXTERNAL": options["follow_external"],
    }
    if options["limit"] is not None:
        settings["LAWCRAWL_LIMIT"] = options["limit"]
    if options["recheck"] is not None:
        settings["LAWCRAWL_RECHECK"] = options["recheck"]
    return {**settings, **asking_settings(options)}


def report(outcome: Outcome, seconds: float, as_json: bool) -> None:
    """One site's closing line: data on stdout, what went wrong on stderr."""
    result = outcome.result
    if result is None:
        say(f"{outcome.site}: {outcome.refused}", site=outcome.site)
        return
    if as_json:
        print_json(result.as_dict())
    else:
        saved = f"{result.bytes_saved / 1e6:.1f} MB saved, " if result.bytes_saved else ""
        click.echo(
            f"{result.site}: {result.new} new, {result.changed} changed, {result.unchanged} unchanged, "
            f"{result.known} known, {result.gone} gone, {result.failed} failed "
            f"({result.requests} requests, {saved}{seconds:.0f} s)"
        )
    if result.outcome in ("failed", "incomplete", "interrupted"):
        say(f"{result.site}: {result.outcome}: {result.reason}", site=result.site)


@click.command()
@archive_option
@json_option
def sites(archive_dir: Path, as_json: bool) -> None:
    """The sites known: those with a spider and those in the archive."""
    archived: dict[str, dict[str, Any]] = {}
    if (archive_dir / "lawcrawl.db").exists():
        with open_archive(archive_dir) as archive:
            archived = {site["id"]: site for site in archive.sites()}
    rows = [
        {
            "id": name,
            "name": spider.site_name,
            "family": spider.family,
            "channels": len(spider.channels),
            "articles": 0,
            "last_crawl": None,
            "health": "never crawled",
        }
        for name, spider in spiders().items()
        if name not in archived
    ]
    rows = sorted([*rows, *map(health_row, archived.values())], key=lambda row: str(row["id"]))
    if as_json:
        for row in rows:
            print_json(row)
        return
    columns = ("id", "name", "family", "channels", "articles", "last_crawl", "health")
    table(([row[column] for column in columns] for row in rows), columns)


def health_row(site: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": site["id"],
        "name": site["name"],
        "family": site["family"],
        "channels": site["channels"],
        "articles": site["articles"],
        "last_crawl": site["last_crawl"],
        "health": str(site["health"]),
    }


@click.command()
@archive_option
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Loopback port; 8642 where that is free, else any."
)
@click.option("--serve-only", is_flag=True, help="Only serve the sample site, until Ctrl-C.")
def demo(archive_dir: Path, port: int | None, serve_only: bool) -> None:
    """Serve the bundled sample site on loopback, crawl it, and say what to try next."""
    from lawcrawl.demo.server import serve

    with ExitStack() as stack:
        try:
            base = stack.enter_context(serve(port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} cannot be served on: {error.strerror}; name another with --port"
            ) from error
        columns = [f"{base}/xwzx/tzgg/", f"{base}/xwzx/pfdt/"]
        click.echo(f"The sample bureau 临溪市司法局 is served at {base}/", err=True)
        if serve_only:
            click.echo("Its columns: " + "  ".join(columns), err=True)
            while True:
                time.sleep(3600)
        options = dict.fromkeys(("since", "until", "limit", "recheck", "channel"))
        settings = overrides(
            archive_dir,
            {
                **options,
                "full": False,
                "no_attachments": False,
                "follow_external": False,
                "delay": 0.0,
                "any_hour": False,
                "log_format": "text",
                "settings": {},
            },
        )
        began = time.monotonic()
        outcomes = run(jobs_for(columns), settings)
        for outcome in outcomes:
            report(outcome, time.monotonic() - began, as_json=False)
    flag = "" if str(archive_dir) == "data" else f" --archive {archive_dir}"
    click.echo(
        "\nTry next:\n"
        f"  lawcrawl search 民法典{flag}\n"
        f"  lawcrawl show 1{flag}\n"
        f"  lawcrawl stats{flag}\n"
        f"  sqlite3 {archive_dir}/lawcrawl.db 'SELECT published, title FROM articles ORDER BY 1 DESC LIMIT 5'\n"
        "  lawcrawl crawl https://your.site/notices/    any list page, nothing configured",
    )
    sys.exit(exit_status(outcomes))
