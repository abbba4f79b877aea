"""What a site asks of its visitors: a pause that its robots.txt names, and the hours in which it may be asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import call_later

from lawcrawl.config import Hours

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser
    from scrapy.utils.asyncio import CallLaterResult

logger = logging.getLogger(__name__)

LONG_DELAY = 60.0
"""Seconds; a robots.txt that asks for more is obeyed, and it is said why the crawl takes so long."""
HOURS_OVER = "hours"
"""The reason that a spider is closed with when its site's hours end."""


class CrawlDelay:
    """Scrapy extension: at least ``Crawl-delay`` seconds between two requests to the host that names it.

    What AutoThrottle or a shorter setting would take away is put back after each response.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.robots_parsed, signal=signals.robots_parsed)
        crawler.signals.connect(extension.response_downloaded, signal=signals.response_downloaded)
        return extension

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        agent = self.crawler.settings["ROBOTSTXT_USER_AGENT"] or self.crawler.settings["USER_AGENT"]
        seconds = robotparser.crawl_delay(agent)
        if seconds is None or not 0 < seconds < float("inf"):
            return
        if seconds > LONG_DELAY:
            logger.warning("%s: its robots.txt asks for %.0f s between two requests", request.url, seconds)
        assert self.crawler.engine is not None
        host = self.crawler.engine.downloader.get_slot_key(request)
        self.delays[host] = seconds
        self.hold(host)

    def response_downloaded(self, request: Request) -> None:
        self.hold(request.meta.get("download_slot", ""))

    def hold(self, host: str) -> None:
        """See to it that the host's pause is not shorter, nor shortened by chance."""
        assert self.crawler.engine is not None
        slot = self.crawler.engine.downloader.slots.get(host)
        if slot is not None and host in self.delays and slot.delay <= self.delays[host]:
            slot.delay, slot.jitter = self.delays[host], 0.0


class OpeningHours:
    """Scrapy extension over ``LAWCRAWL_HOURS``: a crawl ends when the hours do, and the next one goes on."""

    def __init__(self, crawler: Crawler, hours: Hours) -> None:
        self.crawler, self.hours = crawler, hours
        self.end: CallLaterResult | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        hours = hours_of(crawler)
        if hours is None:
            raise NotConfigured  # a reason would be a warning, and most sites have no hours
        extension = cls(crawler, hours)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:
        now = datetime.now(UTC)
        self.end = call_later((self.hours.closes(now) - now).total_seconds(), self.close)

    def spider_closed(self, spider: Spider) -> None:
        if self.end is not None:
            self.end.cancel()

    def close(self) -> None:
        assert self.crawler.engine is not None
        task = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=HOURS_OVER))
        task.add_done_callback(lambda done: done.exception())


def hours_of(crawler: Crawler) -> Hours | None:
    """When the crawl's site may be asked; None where always."""
    said = crawler.settings["LAWCRAWL_HOURS"]
    return Hours.parse(said) if said and not crawler.settings.getbool("LAWCRAWL_ANY_HOUR") else None


def closed(crawler: Crawler, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> str | None:
    """Why the site may not be asked now, and when it may; None where it may."""
    hours, now = hours_of(crawler), clock()
    if hours is None or hours.opened(now):
        return None
    opens = f"{hours.next_open(now):%Y-%m-%d %H:%M}"
    return f"may be asked at {hours} Beijing time alone; crawl it from {opens} on, or with --any-hour"
