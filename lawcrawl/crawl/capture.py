"""Every response goes on record before anything is read from it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import NotConfigured

from lawcrawl.crawl.recorder import Recorder
from lawcrawl.items import Exchange

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response


class CaptureMiddleware:
    """Downloader middleware; stands where bodies are still as transferred and redirects not yet followed.

    The capture is in ``response.meta["capture"]``.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        recorder = crawler.get_extension(Recorder)
        if recorder is None:
            raise NotConfigured("nothing is recorded in this crawl")
        return cls(recorder)

    def process_response(self, request: Request, response: Response) -> Response:
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
        )
        request.meta["capture"] = self.recorder.capture(exchange)
        return response


def pairs(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    ]


def utc_now() -> str:
    """``2024-01-05T01:02:03Z``"""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
