"""Running spiders in this process."""

from __future__ import annotations

import gc
import json
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.config import load
from lawcrawl.crawl.alerts import news, refusal, tell
from lawcrawl.crawl.errors import ProjectError
from lawcrawl.crawl.project import OURS, project_near
from lawcrawl.crawl.recorder import Recorder, Result
from lawcrawl.families.auto import AutoSpider
from lawcrawl.families.base import NoticeSpider

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable, Mapping
    from pathlib import Path

logger = logging.getLogger(__name__)

DONE, NOTHING, IN_PART, INTERRUPTED = 0, 1, 3, 130


class UnknownSite(Exception):
    """A name that no spider has."""


@dataclass(slots=True)
class Job:
    """One spider to run and its arguments."""

    spider: type[NoticeSpider]
    arguments: dict[str, Any] = field(default_factory=dict)
    site: str = ""
    """Its name in the archive and in the configuration."""


def project_settings(overrides: Mapping[str, Any] | None = None, near: Path | None = None) -> Settings:
    """Our settings, those of the Scrapy project around ``near`` (else the current folder), and ``overrides``."""
    settings = Settings()
    settings.setmodule(OURS, priority="project")
    if project := project_near(near):
        project.apply(settings)
    settings.setdict(dict(overrides or {}), priority="cmdline")
    return settings


def spiders(settings: Settings | None = None) -> dict[str, type[NoticeSpider]]:
    """Every site that has a spider, by name; ``auto`` is not a site."""
    try:
        loader = SpiderLoader.from_settings(settings or project_settings())
    except (ImportError, SyntaxError) as error:
        raise ProjectError(f"a spider of the project cannot be loaded: {error}") from error
    found = {name: loader.load(name) for name in sorted(loader.list())}
    return {
        name: spider
        for name, spider in found.items()
        if issubclass(spider, NoticeSpider) and not issubclass(spider, AutoSpider)
    }


def jobs_for(targets: Iterable[str], channel: str | None = None, **arguments: Any) -> list[Job]:
    """Jobs for site names and list page addresses; addresses of one host are one job.

    Raises :class:`UnknownSite` with the nearest names for anything else.
    """
    known = spiders()
    if channel is not None:
        arguments["channel"] = channel
    jobs: list[Job] = []
    hosts: dict[str, list[str]] = {}
    for target in targets:
        if target in known:
            jobs.append(Job(known[target], dict(arguments), target))
        elif target.lower().startswith(("http://", "https://")) and urlsplit(target).hostname:
            hosts.setdefault(urlsplit(target).netloc.lower(), []).append(target)
        else:
            raise UnknownSite(unknown(target, known))
    jobs += [Job(AutoSpider, {**arguments, "url": " ".join(urls)}, host) for host, urls in hosts.items()]
    return jobs


def unknown(target: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(target, list(known), 1)
    hint = f"did you mean {near[0]}?" if near else "'lawcrawl sites' names those known"
    return f"{target!r} is neither a known site nor an address with http:// or https://; {hint}"


class Sentences(logging.Formatter):
    """Log lines without tracebacks: what a site does wrong is not the program's fault."""

    def format(self, record: logging.LogRecord) -> str:
        plain = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return " ".join(super().format(plain).split())


class Objects(Sentences):
    """A JSON object a line: ``at`` (UTC), ``level``, ``message``, ``logger``."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = {"at": at, "level": record.levelname, "message": super().format(record), "logger": record.name}
        return json.dumps(told, ensure_ascii=False)


def log_in_sentences(level: str, form: str = "text") -> None:
    """Scrapy's and our log on stderr, a line a record: ``text`` for people, ``json`` for programs."""
    handler = logging.StreamHandler()
    handler.setLevel(level)
    text = Sentences("%(asctime)s %(levelname)s %(message)s", "%H:%M:%S")
    handler.setFormatter(Objects("%(message)s") if form == "json" else text)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Scrapy's own configuration lets every record through; it would make two a page for nobody.
    logging.getLogger("scrapy").setLevel(level)


@dataclass(slots=True)
class Outcome:
    """What came of one job: its result, or why it could not begin."""

    site: str
    result: Result | None
    refused: str | None = None


def run(jobs: Iterable[Job], overrides: Mapping[str, Any]) -> list[Outcome]:
    """Run every job in this process and wait for all. May be called once a process (Scrapy's reactor)."""
    common = {**overrides, "LOG_INSTALL_ROOT_HANDLER": False}
    process = AsyncCrawlerProcess(project_settings(common))
    log_in_sentences(str(overrides.get("LOG_LEVEL", "WARNING")), overrides.get("LAWCRAWL_LOG_FORMAT", "text"))
    started: list[tuple[Job, Crawler, asyncio.Task[None]]] = []
    for job in jobs:
        crawler = Crawler(job.spider, project_settings({**common, "LAWCRAWL_SITE": job.site}))
        started.append((job, crawler, process.crawl(crawler, **job.arguments)))
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    process.start()
    return [outcome(job, crawler, task) for job, crawler, task in started]


def outcome(job: Job, crawler: Crawler, task: asyncio.Task[None]) -> Outcome:
    if not task.done() or task.cancelled():
        return Outcome(job.site, None, "interrupted")
    error = task.exception()
    if isinstance(error, ArchiveError | ValueError):
        return Outcome(job.site, None, str(error))
    if error is not None:
        raise error
    recorder = crawler.get_extension(Recorder)
    if recorder is not None:
        alert(crawler, recorder)
    return Outcome(job.site, recorder.result if recorder else None)


def alert(crawler: Crawler, recorder: Recorder) -> None:
    """Tell whom the configuration names when the site's health is another than before, or the archive refuses."""
    named, result = crawler.settings["LAWCRAWL_CONFIG"], recorder.result
    told: dict[str, Any] | None
    if recorder.fatal or result is None:
        told = refusal(recorder.site.id, recorder.crawl_id, recorder.fatal)
    else:
        with Archive(recorder.path, create=False, read_only=True) as archive:
            told = news(archive, recorder.site.id, recorder.crawl_id)
    for problem in tell(load(Path(named) if named else None), told) if told else []:
        logger.error("%s", problem)


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """0 all done, 1 nothing could be done, 3 in part, 130 stopped by the user."""
    states = {o.result.outcome if o.result else o.refused and "refused" for o in outcomes}
    if "interrupted" in states or any(o.refused == "interrupted" for o in outcomes):
        return INTERRUPTED
    if states <= {"finished"}:
        return DONE
    return IN_PART if states & {"finished", "incomplete"} else NOTHING
