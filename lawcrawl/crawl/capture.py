"""Every response goes on record before anything is read from it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import NotConfigured
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from lawcrawl.archive import ArchiveError
from lawcrawl.crawl.recorder import Recorder
from lawcrawl.items import Exchange

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)


class CaptureMiddleware:
    """Downloader middleware; stands where bodies are still as transferred and redirects not yet followed.

    The capture is in ``response.meta["capture"]``.
    """

    def __init__(self, recorder: Recorder, stats: StatsCollector) -> None:
        self.recorder, self.stats = recorder, stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        recorder = crawler.get_extension(Recorder)
        if recorder is None:
            raise NotConfigured("nothing is recorded in this crawl")
        assert crawler.stats is not None
        return cls(recorder, crawler.stats)

    def process_request(self, request: Request) -> None:
        """Ask only for what has changed since the archive has it."""
        if (
            request.method != "GET"
            or request.meta.get("unconditional")
            or request.url in self.recorder.unheard
        ):
            return
        known = self.recorder.archive.validators(request.url, utc_now())
        if known is None:
            return
        if known.etag:
            request.headers["If-None-Match"] = known.etag
        if known.last_modified:
            request.headers["If-Modified-Since"] = known.last_modified
        request.meta["payload_id"] = known.payload_id

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Put the exchange on record; a page that has not changed is answered from the archive."""
        exchange = Exchange(
            method=request.method,
            url=request.url,
            request_headers=pairs(request.headers),
            request_body=request.body,
            status=response.status,
            reason="",
            response_headers=pairs(response.headers),
            response_body=response.body,
            fetched_at=utc_now(),
            kind=request.meta.get("kind"),
            asked_url=(request.meta.get("redirect_urls") or [None])[0],
            channel=request.meta.get("channel"),
        )
        self.recorder.answered(response)
        request.meta["capture"] = self.recorder.capture(exchange)
        if response.status == 304 and "payload_id" in request.meta:
            return self.unchanged(request)
        return response

    def unchanged(self, request: Request) -> Request | Response:
        """The body that the archive holds, as if it had been sent again; asked for in full where it is lost."""
        try:
            headers, body = self.recorder.archive.read_capture(request.meta["payload_id"])
        except ArchiveError as error:
            logger.warning("%s", error)
            whole = request.replace(meta={**request.meta, "unconditional": True}, dont_filter=True)
            for name in ("If-None-Match", "If-Modified-Since"):
                whole.headers.pop(name, None)
            return whole
        self.stats.inc_value("lawcrawl/bytes_saved", len(body))
        self.stats.inc_value("lawcrawl/not_modified")
        kept = Headers()
        for name, value in headers:
            if name.lower() not in ("content-encoding", "content-length"):
                kept.appendlist(name, value)
        kind = responsetypes.from_args(headers=kept, url=request.url, body=body)
        return kind(request.url, headers=kept, body=body, flags=["not modified"])


def pairs(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in dict.items(headers)  # as they are, not each name looked up again
        for value in values
    ]


def utc_now() -> str:
    """``2024-01-05T01:02:03Z``"""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
