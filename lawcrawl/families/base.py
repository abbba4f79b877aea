"""The crawl that all families share: list page, its articles newest first, then the next list page.

A family overrides how a page is read (:meth:`NoticeSpider.read_list`, :meth:`~NoticeSpider.read_article`,
:meth:`~NoticeSpider.counter`) and says how it is recognised; a site declares its name and channels. Whether
an article is worth a request is not decided here but by the crawl's memory (``lawcrawl.crawl.revisit``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.web.client import ResponseFailed

from lawcrawl.extract import article as article_extraction
from lawcrawl.extract import records as list_extraction
from lawcrawl.extract.attachments import is_file
from lawcrawl.extract.counters import find_counter
from lawcrawl.extract.document import Page
from lawcrawl.families import reading
from lawcrawl.families.reading import HTML_TYPES, Answer, Unanswered, found_at
from lawcrawl.items import Article, Counter, Failure, Listing, ListPage

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

    from lawcrawl.items import Stage


FILE_PATIENCE = 5
"""How many times ``DOWNLOAD_TIMEOUT`` a file may take: it may be a thousand times as long as a page."""


class Refused(IgnoreRequest):
    """What the crawl itself will not ask, or whom it will not believe; one sentence."""

    def __init__(self, reason: str, stage: Stage = "fetch") -> None:
        super().__init__(reason)
        self.stage = stage


class NoticeSpider(scrapy.Spider):
    """A site with notice columns.

    ``channels`` maps a column's name to the address of its first list page. Spider arguments: ``channel``
    restricts the crawl to the column of that name.
    """

    family: ClassVar[str] = "auto"
    site_name: str | None = None
    region: str | None = None
    channels: dict[str, str] = {}

    def __init__(self, name: str | None = None, channel: str | None = None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        if channel is not None:
            if channel not in self.channels:
                known = ", ".join(self.channels)
                raise ValueError(f"{self.name} has no channel {channel!r}; its channels are: {known}")
            self.channels = {channel: self.channels[channel]}

    # How this family's pages are read: what a family or a site overrides.

    @classmethod
    def recognises(cls, page: Page) -> float:
        """How sure it is, 0 to 1, that ``page`` was made by this family."""
        return 0.0

    def read_list(self, page: Page) -> ListPage:
        return list_extraction.read_list(page)

    def read_article(self, page: Page) -> Article:
        return article_extraction.read_article(page)

    def counter(self, page: Page) -> Counter | None:
        return find_counter(page)

    # The crawl.

    async def start(self) -> AsyncIterator[Any]:
        for url in self.channels.values():
            yield self.list_request(url, channel=url)

    def list_request(
        self, url: str, channel: str, form: dict[str, str] | None = None, shape: str | None = None
    ) -> scrapy.Request:
        """A list page, by POST where its pager sends a form; ``shape`` is what its rows are known by."""
        make = scrapy.Request if form is None else partial(scrapy.FormRequest, formdata=form)
        return make(
            url,
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"channel": channel, "shape": shape},
            meta={"kind": "list", "channel": channel},
            dont_filter=True,
        )

    @property
    def follows_external(self) -> bool:
        return bool(self.settings.getbool("LAWCRAWL_FOLLOW_EXTERNAL"))

    @property
    def file_limit(self) -> int:
        """Bytes an attachment may have."""
        return int(self.settings.getint("LAWCRAWL_ATTACHMENT_MAXSIZE", 64 * 1024 * 1024))

    def file_meta(self, maxsize: int) -> dict[str, Any]:
        """What a request for a file of at most ``maxsize`` bytes is given."""
        timeout = FILE_PATIENCE * self.settings.getfloat("DOWNLOAD_TIMEOUT")
        return {"download_maxsize": maxsize, "download_timeout": timeout}

    def article_request(self, url: str, listing: Listing | None = None) -> scrapy.Request:
        meta = {"kind": "article", "stays": True} | (self.file_meta(self.file_limit) if is_file(url) else {})
        return scrapy.Request(
            url,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"url": url, "listing": listing},
            meta=meta,
            dont_filter=True,
            priority=1,
        )

    def parse_list(self, response: Response, channel: str, shape: str | None = None) -> Iterator[Any]:
        """What the list says, a request or an external article a row, and the next list page last."""
        listed = reading.read_list(self, answer_of(response), shape)
        if isinstance(listed, str):
            yield Failure(response.url, "parse", listed, channel=channel)
            return
        listed.channel = channel
        yield listed
        for row in listed.items:
            listing = Listing(channel, row.title, row.date, row.pinned)
            if row.external and not self.follows_external:
                yield Article(
                    row.url, title=row.title, published=row.date, status="external", listings=[listing]
                )
            else:
                yield self.article_request(row.url, listing)
        if listed.next is not None:
            yield self.list_request(listed.next, channel, listed.form, listed.shape or shape)

    async def parse_article(
        self, response: Response, url: str, listing: Listing | None = None
    ) -> AsyncIterator[Any]:
        """The article of a page, with its count and files fetched, and what of these failed."""
        limit = self.file_limit if self.settings.getbool("LAWCRAWL_ATTACHMENTS", True) else None
        async for item in reading.read_article(self, self, answer_of(response), url, listing, limit):
            yield item

    async def answer(self, url: str, referer: str, maxsize: int | None = None) -> Answer:
        """What an address answers, through all downloader middlewares, whatever its status."""
        request = scrapy.Request(url, headers={"Referer": referer}, meta={"kind": "part"}, dont_filter=True)
        if maxsize is not None:
            request.meta.update(self.file_meta(maxsize))
        assert self.crawler.engine is not None
        try:
            return answer_of(await self.crawler.engine.download_async(request))
        except DownloadCancelledError as error:
            raise Unanswered(f"too large: more than {maxsize} bytes", "too_large") from error
        except Exception as error:  # whatever Scrapy or a middleware raises is the answer
            raise Unanswered(error_reason(error)) from error

    def list_failed(self, failure: TwistedFailure) -> Iterator[Failure]:
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        yield self.failure_of(failure, request.url, request.cb_kwargs["channel"])

    def article_failed(self, failure: TwistedFailure) -> Iterator[Any]:
        """A page that says it is not there is ``gone``; everything else is a failure."""
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        url, listing = request.cb_kwargs["url"], request.cb_kwargs["listing"]
        error = failure.value
        if isinstance(error, HttpError) and error.response.status in (404, 410):
            capture = error.response.meta.get("capture")
            yield Article(url, status="gone", reason=str(error.response.status), capture=capture)
        yield self.failure_of(failure, url, listing.channel if listing else None)

    def failure_of(self, failure: TwistedFailure, url: str, channel: str | None) -> Failure:
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]
        attempts = request.meta.get("retry_times", 0) + 1
        error = failure.value
        if isinstance(error, HttpError) and error.response.status in (404, 410):
            channel = None if request.meta["kind"] == "article" else channel
        stage: Stage = error.stage if isinstance(error, Refused) else "fetch"
        return Failure(url, stage, error_reason(error), attempts, channel)  # type: ignore[arg-type]


def answer_of(response: Response) -> Answer:
    content_type = response.headers.get("Content-Type")
    _, mark, fragment = response.request.url.partition("#") if response.request else ("", "", "")
    location = (response.headers.get("Location") or b"").decode("latin-1")
    return Answer(
        found_at(response.url, response.status, location).partition("#")[0] + mark + fragment,
        response.status,
        response.body,
        content_type.decode("latin-1") if content_type else None,
        response.meta.get("capture") if response.request else None,
    )


def page_of(response: Response) -> Page:
    return answer_of(response).page()


def not_a_page(response: Response, types: tuple[str, ...] = HTML_TYPES) -> str | None:
    """Why ``response`` cannot be read as one of ``types``; None where it can."""
    return reading.not_a_page(answer_of(response), types)


SAID: dict[type[BaseException], str] = {
    CannotResolveHostError: "the host's name cannot be resolved",
    DownloadCancelledError: "too large: more bytes than DOWNLOAD_MAXSIZE",
    DownloadConnectionRefusedError: "the connection was refused",
    DownloadTimeoutError: "timeout: no whole answer in DOWNLOAD_TIMEOUT seconds",
    ResponseDataLossError: "the answer broke off, or its length or chunks are not as it says",
}
"""What Scrapy's errors mean."""


def error_reason(error: BaseException) -> str:
    """One sentence for what a request ran into."""
    if isinstance(error, HttpError):
        return f"status {error.response.status}"
    if type(error) in SAID:
        return SAID[type(error)]
    if isinstance(error, DownloadFailedError) and isinstance(error.__cause__, ResponseFailed):
        error = error.__cause__.reasons[-1].value
    text = " ".join(str(error).split())
    if isinstance(error, IgnoreRequest):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
