"""The crawl's tie to the archive: opens it, shares its one writer, closes the crawl's row."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from lawcrawl import __version__
from lawcrawl.archive import BLOCKED, Archive, ArchiveError
from lawcrawl.crawl.doubts import Doubts
from lawcrawl.crawl.monitors import Facts, findings
from lawcrawl.crawl.politeness import HOURS_OVER, closed
from lawcrawl.crawl.report import write_report
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Exchange, Failure, Site

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure as TwistedFailure

    from lawcrawl.archive.writer import Tally, Writer
    from lawcrawl.crawl.doubts import Doubt
    from lawcrawl.items import Article, Capture, Listing, ListPage

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Shared:
    """The archive that the crawls of one process share: one writer a process."""

    archive: Archive
    writer: Writer
    users: int = 0


_shared: dict[Path, Shared] = {}


def share(path: Path, settings: BaseSettings) -> Shared:
    """The process's archive at ``path``, opened at first use. Raises :class:`ArchiveError`."""
    path = path.resolve()
    if path not in _shared:
        archive = Archive(path)
        _shared[path] = Shared(archive, archive.writer(f"lawcrawl {__version__}", warcinfo(settings)))
    _shared[path].users += 1
    return _shared[path]


def release(path: Path) -> None:
    """Close the process's archive at ``path`` after its last user."""
    path = path.resolve()
    shared = _shared[path]
    shared.users -= 1
    if not shared.users:
        del _shared[path]
        try:
            shared.writer.close()
        finally:
            shared.archive.close()


def warcinfo(settings: BaseSettings) -> dict[str, str]:
    """How a process crawls, as the head of its WARC files tells it."""
    return {
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "http-header-user-agent": str(settings["USER_AGENT"]),
        "options": json.dumps(settings["LAWCRAWL_OPTIONS"] or {}, ensure_ascii=False, default=str),
    }


@dataclass(slots=True)
class ChannelRun:
    """How a channel's walk went in this crawl."""

    lists_read: int = 0
    rows: int = 0
    """Rows on its list pages, pinned ones each time."""
    claimed: int | None = None
    ended: bool = False
    """The last list page was reached."""
    failed: bool = False
    """Something of it could not be had: the next crawl walks it again."""


@dataclass(slots=True)
class Result:
    """What came of one crawl."""

    site: str
    crawl_id: int
    outcome: str
    reason: str | None
    requests: int
    pages: int
    new: int
    changed: int
    unchanged: int
    known: int
    """Articles that the archive had and this crawl did not ask for again; of a crawl cut short, those it saw listed."""
    gone: int
    failed: int
    bytes_saved: int = 0
    """Bytes of pages that had not changed, so that they were not sent again."""
    failures: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Recorder:
    """Scrapy extension. One crawl of one :class:`NoticeSpider`, recorded in ``LAWCRAWL_ARCHIVE``.

    Every component that stores goes through it; what the archive refuses (a full disk) closes the spider with
    the archive's own sentence as the reason.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not isinstance(crawler.spider, NoticeSpider) or not crawler.settings["LAWCRAWL_ARCHIVE"]:
            raise NotConfigured("only notice spiders are recorded, and only in a named archive")
        spider = crawler.spider
        self.crawler = crawler
        self.path = Path(crawler.settings["LAWCRAWL_ARCHIVE"])
        shared = share(self.path, crawler.settings)
        self.archive, self.writer = shared.archive, shared.writer
        self.site = site_of(spider)
        try:
            self.heed()
            self.crawl_id = self.writer.begin_crawl(
                self.site, dict(spider.channels), dict(crawler.settings["LAWCRAWL_OPTIONS"] or {})
            )
        except ArchiveError:
            release(self.path)
            raise
        self.channels = {url: ChannelRun() for url in spider.channels.values()}
        self.failures: list[str] = []
        self.doubts = Doubts()
        self.unheard: set[str] = set()
        """Addresses on the way of which the archive has nothing, so that it need not be asked of each."""
        self.certificate: datetime | None = None
        """Until when the certificate of the site holds."""
        self.result: Result | None = None
        self.fatal: str | None = None
        self.blocked: str | None = None
        """What bars the way to this site."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        recorder = cls(crawler)
        crawler.signals.connect(recorder.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(recorder.spider_error, signal=signals.spider_error)
        return recorder

    def heed(self) -> None:
        """Stay away from a site that barred the last crawls, and from one whose hours it is not.

        Raises :class:`ArchiveError` with until when.
        """
        refused = self.archive.refused(self.site.id)
        if refused and not self.crawler.settings.getbool("LAWCRAWL_IGNORE_PAUSE"):
            reason, until = refused
            raise ArchiveError(f"{self.site.id} said no ({reason}); it is left alone until {until}")
        if barred := closed(self.crawler):
            raise ArchiveError(f"{self.site.id} {barred}")

    @property
    def tally(self) -> Tally:
        return self.writer.tally(self.crawl_id)

    @property
    def claimed(self) -> int | None:
        """How many articles the lists claim; None until every channel's list has said so."""
        counts = [run.claimed for run in self.channels.values()]
        return sum(c for c in counts if c is not None) if None not in counts else None

    def capture(self, exchange: Exchange) -> Capture | None:
        try:
            return self.writer.capture(self.crawl_id, exchange)
        except ArchiveError as error:
            self.refuse(error)
            return None

    def store(self, article: Article) -> None:
        """Into the archive; one read again that differs waits for the crawl's end (:mod:`lawcrawl.crawl.doubts`)."""
        known = None if article.url in self.unheard else self.archive.reading(article.url)
        self.unheard.discard(article.url)
        if not self.doubts.wait(article, known):
            self.put(article)

    def put(self, article: Article) -> None:
        try:
            if article.status == "gone":
                self.writer.gone(self.crawl_id, article.url, article.capture, article.reason)
            else:
                self.writer.store(self.crawl_id, article, self.site.id)
        except ArchiveError as error:
            self.refuse(error)

    def seen(self, url: str, listing: Listing, *, asked: bool = False) -> None:
        try:
            self.writer.seen(self.crawl_id, self.site.id, url, listing, asked=asked)
        except ArchiveError as error:
            self.refuse(error)

    def fail(self, failure: Failure) -> None:
        if failure.channel in self.channels:
            self.channels[failure.channel].failed = True
        logger.warning("%s: %s (%s)", failure.stage, failure.reason, failure.url)
        if len(self.failures) < 5:
            self.failures.append(f"{failure.stage}: {failure.url}: {failure.reason}")
        try:
            self.writer.failure(self.crawl_id, failure)
        except ArchiveError as error:
            self.refuse(error)

    def list_read(self, listed: ListPage) -> None:
        assert listed.channel is not None
        run = self.channels[listed.channel]
        run.lists_read += 1
        run.rows += len(listed.items)
        run.claimed = listed.claimed or run.claimed
        try:
            self.writer.channel_seen(self.site.id, listed.channel, run.claimed, listed.name, listed.site)
        except ArchiveError as error:
            self.refuse(error)

    def refuse(self, error: ArchiveError) -> None:
        """Stop the crawl: the archive takes nothing more."""
        if self.fatal is None:
            self.fatal = str(error)
            logger.error("%s", error)
            assert self.crawler.engine is not None
            task = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="archive"))
            task.add_done_callback(lambda done: done.exception())

    def answered(self, response: Response) -> None:
        if self.certificate is None and response.certificate is not None:
            original: Any = response.certificate.original
            self.certificate = original.to_cryptography().not_valid_after_utc

    def spider_error(self, failure: TwistedFailure, response: Response) -> None:
        """A page that a reader could not cope with is a failure of that page, never a silence."""
        listing = response.request.cb_kwargs.get("listing") if response.request else None
        channel = listing.channel if listing else response.meta.get("channel")
        error = failure.value
        self.fail(Failure(response.url, "parse", f"{type(error).__name__}: {error}", channel=channel))

    def spider_closed(self, spider: Spider, reason: str) -> None:
        stats = self.crawler.stats.get_stats() if self.crawler.stats else {}
        try:
            self.finish(reason, stats)
        except ArchiveError as error:
            self.fatal = self.fatal or str(error)
        finally:
            if self.result is None:
                self.result = self.summary("failed", self.fatal or self.writer.fatal, stats)
            try:
                release(self.path)
            except ArchiveError as error:
                self.result = self.summary("failed", str(error), stats)

    def finish(self, reason: str, stats: dict[str, Any]) -> None:
        every_row_asked = reason == "finished"
        for url, run in self.channels.items():
            if run.ended and not run.failed and every_row_asked:
                self.writer.walked(self.crawl_id, self.site.id, url, run.claimed)
        believed, doubted, doubts = self.doubts.settle()
        for article in believed:
            self.put(article)
        for failure in doubted:
            self.fail(failure)
        self.writer.flush()
        found = findings(self.facts(doubts))
        outcome, why = self.outcome(reason)
        serious = next((finding.sentence for finding in found if finding.serious), None)
        if outcome == "finished" and serious:
            outcome, why = "incomplete", serious
        summary = self.summary(outcome, why, stats)
        summary.known = self.archive.left_alone(self.site.id, self.crawl_id)
        kept = {key: value for key, value in stats.items() if isinstance(value, int | float | str)}
        told = [finding.as_dict() for finding in found]
        self.writer.finish_crawl(self.crawl_id, outcome, why, summary.requests, summary.pages, kept, told)
        self.result = summary
        try:
            write_report(self.archive, self.crawl_id)
        except OSError as error:
            logger.warning("the report of crawl %s could not be written: %s", self.crawl_id, error)

    def facts(self, doubts: list[Doubt]) -> Facts:
        tally = self.tally
        rows = {url: run.rows if run.lists_read else None for url, run in self.channels.items()}
        tried = tally.new + tally.changed + tally.unchanged + tally.failed
        return Facts(
            self.archive, self.site.id, self.crawl_id, rows, doubts, tried, tally.failed, self.certificate
        )

    def outcome(self, reason: str) -> tuple[str, str | None]:
        if self.fatal:
            return "failed", self.fatal
        if self.blocked:
            read = any(run.lists_read for run in self.channels.values())
            return "incomplete" if read else "failed", f"{BLOCKED}{self.blocked}"
        if reason == "shutdown":
            return "interrupted", "stopped by the user"
        if not any(run.lists_read for run in self.channels.values()):
            return "failed", self.failures[0] if self.failures else reason
        if reason == HOURS_OVER:
            return "incomplete", "the hours in which it may be asked are over; the next crawl goes on"
        if reason != "finished":
            return "incomplete", reason
        if self.tally.failed:
            return "incomplete", f"{self.tally.failed} failures"
        return "finished", None

    def summary(self, outcome: str, reason: str | None, stats: dict[str, Any]) -> Result:
        tally = self.tally
        return Result(
            site=self.site.id,
            crawl_id=self.crawl_id,
            outcome=outcome,
            reason=reason,
            requests=stats.get("downloader/request_count", 0),
            pages=stats.get("response_received_count", 0),
            new=tally.new,
            changed=tally.changed,
            unchanged=tally.unchanged,
            known=tally.known,
            gone=tally.gone,
            failed=tally.failed,
            bytes_saved=stats.get("lawcrawl/bytes_saved", 0),
            failures=self.failures,
        )


def site_of(spider: NoticeSpider) -> Site:
    first = next(iter(spider.channels.values()), None)
    return Site(spider.name, spider.site_name, first, spider.family, spider.region)
