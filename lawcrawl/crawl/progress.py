"""How a crawl is doing: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from lawcrawl.archive.warc import utc_now
from lawcrawl.crawl.recorder import Recorder

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.utils.asyncio import AsyncioLoopingCall
    from twisted.internet.task import LoopingCall

BAR_SECONDS = 0.25
LINE_SECONDS = 15.0


def phrase(done: int, total: int | None, seconds: float) -> str:
    """How far and how fast.

    >>> phrase(42, 61, 14.0)
    '42 of 61, 3.0/s, 6 s left'
    >>> phrase(42, None, 14.0)
    '42, 3.0/s'
    """
    rate = done / seconds if seconds > 0 else 0.0
    text = f"{done} of {total}" if total is not None and total >= done else f"{done}"
    text += f", {rate:.1f}/s"
    if total is not None and total > done and rate > 0:
        text += f", {left((total - done) / rate)} left"
    return text


def left(seconds: float) -> str:
    """
    >>> [left(s) for s in (6.2, 95, 7300)]
    ['6 s', '2 min', '2.0 h']
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Board:
    """The bars that the crawls of one process share."""

    _bars: Progress | None = None
    _users = 0

    @classmethod
    def enter(cls) -> Progress:
        if cls._bars is None:
            cls._bars = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[status]}"),
                console=Console(stderr=True),
                transient=True,
            )
            cls._bars.start()
        cls._users += 1
        return cls._bars

    @classmethod
    def leave(cls) -> None:
        cls._users -= 1
        if not cls._users and cls._bars is not None:
            cls._bars.stop()
            cls._bars = None


class CrawlProgress:
    """Scrapy extension. ``LAWCRAWL_PROGRESS``: ``auto`` (a bar on a terminal, else lines), ``none``."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.started = time.monotonic()
        self.loop: AsyncioLoopingCall | LoopingCall | None = None
        self.bars: Progress | None = None
        self.task: TaskID | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if crawler.settings["LAWCRAWL_PROGRESS"] != "auto":
            raise NotConfigured("progress is not asked for")
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    @property
    def recorder(self) -> Recorder:
        recorder = self.crawler.get_extension(Recorder)
        assert recorder is not None
        return recorder

    def spider_opened(self, spider: Spider) -> None:
        if self.crawler.get_extension(Recorder) is None:
            return
        self.as_json = self.crawler.settings["LAWCRAWL_LOG_FORMAT"] == "json"
        if sys.stderr.isatty() and not self.as_json:
            self.bars = Board.enter()
            self.task = self.bars.add_task(self.recorder.site.id, total=None, status="")
            self.loop = create_looping_call(self.draw)
            self.loop.start(BAR_SECONDS, now=False)
        else:
            self.loop = create_looping_call(self.say)
            self.loop.start(LINE_SECONDS, now=False)

    def spider_closed(self, spider: Spider) -> None:
        if self.loop is not None and self.loop.running:
            self.loop.stop()
        if self.bars is not None:
            Board.leave()

    def state(self) -> tuple[int, int | None, float]:
        tally = self.recorder.tally
        done = tally.new + tally.changed + tally.unchanged + tally.known
        return done, self.recorder.claimed, time.monotonic() - self.started

    def draw(self) -> None:
        assert self.bars is not None
        assert self.task is not None
        done, total, seconds = self.state()
        self.bars.update(self.task, completed=done, total=total, status=phrase(done, total, seconds))

    def say(self) -> None:
        if self.as_json:
            done, total, seconds = self.state()
            told = {"at": utc_now(), "site": self.recorder.site.id, "done": done, "total": total}
            print(json.dumps({**told, "seconds": round(seconds)}), file=sys.stderr, flush=True)
            return
        print(f"{self.recorder.site.id}: {phrase(*self.state())}", file=sys.stderr, flush=True)
