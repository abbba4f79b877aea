"""robots.txt is obeyed as RFC 9309 has it, whatever comes in its place."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    IgnoreRequest,
    StopDownload,
)
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from lawcrawl.crawl.recorder import Recorder
from lawcrawl.families.base import Refused, error_reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

ENOUGH = 500 * 1024
"""Bytes that are read of it (RFC 9309, 2.5); a longer one is not fetched to its end."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's own, for a file that is missing, endless, or cannot be had (RFC 9309, 2.3.1).

    With a 4xx there are no rules. With a 5xx, a 429 or no whole answer, what the archive has of it holds; where it has
    nothing, nothing is asked. Failures of stage ``robots``; of a host that is not there at all, ``fetch``.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.files: dict[str, asyncio.Task[RobotParser | None]] = {}
        crawler.signals.connect(self.bytes_received, signal=signals.bytes_received)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Refused(str(error), "robots") from error

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host; None where there are none. Raises :class:`Refused`."""
        parts = urlparse_cached(request)
        url = f"{parts.scheme}://{parts.netloc}/robots.txt"
        if url not in self.files:
            self.files[url] = asyncio.ensure_future(self.read(url, request))
        return await asyncio.shield(self.files[url])  # given up by one, it is still read for the others

    async def read(self, url: str, request: Request) -> RobotParser | None:
        try:
            body = await self.fetch(url, request)
        except (CannotResolveHostError, DownloadConnectionRefusedError) as error:
            raise Refused(error_reason(error)) from error
        except IgnoreRequest as error:
            if isinstance(error, Refused) and error.stage in ("robots", "blocked"):
                raise
            return None  # it leads nowhere
        except Exception as error:  # whatever the connection ran into
            body = self.on_record(url, error_reason(error))
        rules: RobotParser = build_from_crawler(self._parserimpl, self.crawler, body[:ENOUGH])
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=rules, request=request
        )
        return rules

    async def fetch(self, url: str, request: Request) -> bytes:
        meta = {"dont_obey_robotstxt": True, "robots_for": request.meta.get("kind"), "robots_bytes": 0}
        asking = Request(url, priority=self.DOWNLOAD_PRIORITY, callback=NO_CALLBACK, meta=meta)
        assert self.crawler.engine is not None
        response = await self.crawler.engine.download_async(asking)
        if response.status >= 500 or response.status == 429:
            return self.on_record(url, f"status {response.status}")
        return response.body if response.status < 400 else b""

    def on_record(self, url: str, why: str) -> bytes:
        """What it said when it was last had. Raises :class:`Refused` where that is not known."""
        recorder = self.crawler.get_extension(Recorder)
        kept = recorder.archive.last_answer(url) if recorder else None
        if kept is None:
            raise Refused(f"{url} cannot be had ({why}): nothing is asked until it can", "robots")
        logger.warning("%s cannot be had (%s): what it said at %s holds", url, why, kept.fetched_at)
        return kept.body

    def bytes_received(self, data: bytes, request: Request, **_: Any) -> None:
        if "robots_bytes" in request.meta:
            request.meta["robots_bytes"] += len(data)
            if request.meta["robots_bytes"] > ENOUGH:
                raise StopDownload(fail=False)
