"""A site that says no is told apart, recorded and left alone."""

from __future__ import annotations

import asyncio
import email.utils
import logging
import time
from typing import TYPE_CHECKING, Self

from lawcrawl.archive import BLOCKED
from lawcrawl.crawl.recorder import Recorder
from lawcrawl.extract.blocks import REFUSALS, SMALL_SUCCESS, block
from lawcrawl.extract.document import Page
from lawcrawl.families.base import Refused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

PATIENCE = 3
"""Plain refusals in a row, or waits asked for one page, after which the site is left alone."""
LONGEST_WAIT = 600.0
"""Seconds; a server that asks for more is left alone for this run."""


class BlockMiddleware:
    """Downloader middleware over decoded responses. Waits as ``Retry-After`` asks; ends the crawl at a block.

    A single 401, 403 or 429 of an article is that article's failure; of a list page, or the third in a row, the site's.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.refusals = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status == 200 and len(response.body) > SMALL_SUCCESS and not redirected(request):
            self.refusals = 0
            return response
        seconds = retry_after(response)
        waits: int = request.meta.get("waits", 0)
        if seconds is not None and seconds <= LONGEST_WAIT and waits < PATIENCE:
            logger.warning("%s asks to wait %.0f s (%s)", request.url, seconds, response.status)
            await asyncio.sleep(seconds)
            return request.replace(meta={**request.meta, "waits": waits + 1}, dont_filter=True)
        name = self.name(request, response)
        if name is None:
            self.refusals = 0
            return response
        self.refusals += 1
        if name in REFUSALS.values() and request.meta.get("kind") != "list" and self.refusals < PATIENCE:
            return response
        self.leave(name)
        raise Refused(f"{BLOCKED}{name}", "blocked")

    def name(self, request: Request, response: Response) -> str | None:
        robots = request.meta.get("robots_for")
        if (request.meta.get("kind") or robots) not in ("list", "article"):
            return None
        declared = (response.headers.get("Content-Type") or b"").decode("latin-1")
        cookies = b" ".join(response.headers.getlist("Set-Cookie")).decode("latin-1")
        page = Page.from_bytes(response.body, response.url, declared or None)
        name = block(response.status, page, redirected(request), cookies)
        return None if robots and name in REFUSALS.values() else name

    def leave(self, name: str) -> None:
        """End the crawl of this site."""
        recorder = self.crawler.get_extension(Recorder)
        if recorder is not None:
            recorder.blocked = name
        assert self.crawler.engine is not None
        task = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="blocked"))
        task.add_done_callback(lambda done: done.exception())


def redirected(request: Request) -> str:
    """The address that was asked for at first, where a redirect led on from it; else empty."""
    return str((request.meta.get("redirect_urls") or [""])[0])


def retry_after(response: Response) -> float | None:
    """Seconds that a 429 or 503 asks to wait (RFC 9110, 10.2.3: seconds or a date); None where it does not."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if response.status not in (429, 503) or not value:
        return None
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
