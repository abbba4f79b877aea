"""The crawl that all families share: list page, its articles newest first, then the next list page.

A family overrides how a page is read (:meth:`NoticeSpider.read_list`, :meth:`~NoticeSpider.read_article`,
:meth:`~NoticeSpider.counter`) and says how it is recognised; a site declares its name and channels. Whether
an article is worth a request is not decided here but by the crawl's memory (``lawcrawl.crawl.revisit``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from lawcrawl.extract import article as article_extraction
from lawcrawl.extract import listing as list_extraction
from lawcrawl.extract.absence import absence
from lawcrawl.extract.attachments import is_file
from lawcrawl.extract.counters import find_counter, read_count
from lawcrawl.extract.document import Page
from lawcrawl.extract.files import file_text, sniff
from lawcrawl.extract.pagers import next_part
from lawcrawl.items import Article, Attachment, Counter, Failure, Listing, ListPage

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure as TwistedFailure

HTML_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
PARTS = 60
"""Pages that one article may be split over; more is a pager that leads astray."""
# What answers when a script of the page asks for the rows.
LIST_TYPES = (
    *HTML_TYPES,
    "application/json",
    "text/json",
    "text/javascript",
    "application/javascript",
    "application/xml",
    "text/xml",
)


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

    def list_request(self, url: str, channel: str, form: dict[str, str] | None = None) -> scrapy.Request:
        """A list page; by POST where its pager sends a form."""
        make = scrapy.Request if form is None else partial(scrapy.FormRequest, formdata=form)
        return make(
            url,
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"channel": channel},
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

    def article_request(self, url: str, listing: Listing | None = None) -> scrapy.Request:
        meta = {"kind": "article"} | ({"download_maxsize": self.file_limit} if is_file(url) else {})
        return scrapy.Request(
            url,
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"url": url, "listing": listing},
            meta=meta,
            dont_filter=True,
            priority=1,
        )

    def parse_list(self, response: Response, channel: str) -> Iterator[Any]:
        """What the list says, a request or an external article a row, and the next list page last."""
        if reason := not_a_page(response, LIST_TYPES):
            yield Failure(response.url, "parse", reason, channel=channel)
            return
        listed = self.read_list(page_of(response))
        if not listed.items and listed.next is None and not listed.certainty:
            yield Failure(response.url, "parse", "no list rows recognised on this page", channel=channel)
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
            yield self.list_request(listed.next, channel, listed.form)

    async def parse_article(
        self, response: Response, url: str, listing: Listing | None = None
    ) -> AsyncIterator[Any]:
        """The article of a page, with its count and files fetched, and what of these failed."""
        channel = listing.channel if listing else None
        if listing is not None and is_listed_file(response, listing):
            yield await self.file_article(response, url, listing)
            return
        if reason := not_a_page(response):
            yield Failure(url, "parse", reason, channel=channel)
            return
        page = page_of(response)
        article = self.read_article(page)
        if reason := absence(page, url, article.text):
            yield Article(url, status="gone", reason=reason, capture=response.meta.get("capture"))
            yield Failure(url, "fetch", f"{reason}: the page says that it is not there")
            return
        if problem := await self.join_parts(article, page):
            problem.channel = channel
            yield problem
            return
        article.url = url
        article.capture = response.meta.get("capture")
        article.listings = [listing] if listing else []
        if article.views is None:
            article.counter = self.counter(page)
        for problem in await self.follow_counter(article):
            yield problem
        for problem in await self.fetch_attachments(article):
            yield problem
        yield article

    async def file_article(self, response: Response, url: str, listing: Listing) -> Article:
        """A row that links a file directly: the list names and dates it, the file is the text."""
        place = "list row"
        article = Article(url, listing.title_shown, listing.date_shown, listings=[listing])
        article.capture = response.meta.get("capture")
        file = Attachment(url, listing.title_shown)
        await self.read_file(file, response)
        article.attachments, article.text = [file], file.text
        article.evidence = {"title": place} | ({"published": place} if article.published else {})
        if article.text:
            article.evidence["text"] = "file"
        return article

    async def join_parts(self, article: Article, page: Page) -> Failure | None:
        """Add the further pages of a split article; half an article is none, so one that fails is returned."""
        seen: set[str] = set()
        while (url := next_part(page)) and url not in seen and len(seen) < PARTS:
            seen.add(url)
            try:
                response = await self.fetch(url, referer=page.url)
            except Exception as error:
                return Failure(url, "fetch", f"part {len(seen) + 1} of an article: {error_reason(error)}")
            if response.status != 200 or not_a_page(response):
                return Failure(url, "fetch", f"part {len(seen) + 1} of an article: status {response.status}")
            page = page_of(response)
            more = self.read_article(page)
            article.text = "\n".join(filter(None, (article.text, more.text))) or None
            article.html = "\n".join(filter(None, (article.html, more.html))) or None
            article.attachments += more.attachments
            article.images += more.images
        return None

    async def follow_counter(self, article: Article) -> list[Failure]:
        """Fill ``views`` by asking the page's own counter."""
        if article.counter is None or article.views is not None:
            return []
        counter = article.counter
        try:
            response = await self.fetch(counter.url, referer=article.url)
        except Exception as error:
            return [Failure(counter.url, "views", error_reason(error))]
        article.views = read_count(page_of(response).html, counter.reader) if response.status == 200 else None
        if article.views is None:
            answer = " ".join(response.body[:60].decode("utf-8", "replace").split())
            return [
                Failure(
                    counter.url,
                    "views",
                    f"the counter answered no number (status {response.status}, {answer!r})",
                )
            ]
        article.evidence["views"] = "counter"
        return []

    async def fetch_attachments(self, article: Article) -> list[Failure]:
        """Fetch every file the article links or shows, one after the other."""
        linked = {attachment.url for attachment in article.attachments}
        article.attachments += [Attachment(url) for url in article.images if url not in linked]
        if not self.settings.getbool("LAWCRAWL_ATTACHMENTS", True):
            return []
        problems = []
        for attachment in article.attachments:
            if problem := await self.fetch_attachment(attachment, article.url):
                problems.append(problem)
        return problems

    async def fetch_attachment(self, attachment: Attachment, referer: str) -> Failure | None:
        limit = self.file_limit
        attachment.status = "failed"
        try:
            response = await self.fetch(attachment.url, referer=referer, maxsize=limit)
        except DownloadCancelledError:
            attachment.status = "too_large"
            return Failure(attachment.url, "attachment", f"too large: more than {limit} bytes")
        except Exception as error:
            return Failure(attachment.url, "attachment", error_reason(error))
        if response.status != 200:
            return Failure(attachment.url, "attachment", f"status {response.status}")
        await self.read_file(attachment, response)
        return None

    async def read_file(self, attachment: Attachment, response: Response) -> None:
        attachment.capture = response.meta.get("capture")
        attachment.size = len(response.body)
        attachment.media_type = sniff(response.body, media_type(response), attachment.name)
        attachment.text, attachment.reason = await asyncio.to_thread(
            file_text, response.body, attachment.media_type, attachment.name
        )
        attachment.status = "stored"

    async def fetch(self, url: str, referer: str, maxsize: int | None = None) -> Response:
        """A response through all downloader middlewares, whatever its status. Raises what Scrapy raises."""
        request = scrapy.Request(url, headers={"Referer": referer}, meta={"kind": "part"}, dont_filter=True)
        if maxsize is not None:
            request.meta["download_maxsize"] = maxsize
        assert self.crawler.engine is not None
        return await self.crawler.engine.download_async(request)

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
        stage = "fetch"
        if isinstance(error, IgnoreRequest) and not isinstance(error, HttpError):
            stage = "blocked" if str(error).startswith("blocked") else "robots"
        return Failure(url, stage, error_reason(error), attempts, channel)  # type: ignore[arg-type]


def page_of(response: Response) -> Page:
    content_type = response.headers.get("Content-Type")
    declared = content_type.decode("latin-1") if content_type else None
    return Page.from_bytes(response.body, address(response), declared)


def address(response: Response) -> str:
    """The response's address with the fragment it was asked with: some columns are named by it (gkmlpt)."""
    _, mark, fragment = response.request.url.partition("#") if response.request else ("", "", "")
    return response.url.partition("#")[0] + mark + fragment


def media_type(response: Response) -> str | None:
    """The declared media type without its parameters."""
    declared = response.headers.get("Content-Type")
    return declared.decode("latin-1").partition(";")[0].strip().lower() or None if declared else None


def is_listed_file(response: Response, listing: Listing) -> bool:
    """Whether a list's row led to a document instead of a page."""
    seen = sniff(response.body, media_type(response), listing.title_shown)
    if not response.body or seen in LIST_TYPES:
        return False
    return is_file(response.url) or (seen.startswith("application/") and seen != "application/octet-stream")


def not_a_page(response: Response, types: tuple[str, ...] = HTML_TYPES) -> str | None:
    """Why ``response`` cannot be read as one of ``types``; None where it can."""
    if not response.body.strip():
        return "the page is empty"
    seen = sniff(response.body, media_type(response), None)
    return None if seen in types else f"not an HTML page but {seen}"


def error_reason(error: BaseException) -> str:
    """One sentence for what a request ran into."""
    if isinstance(error, HttpError):
        return f"status {error.response.status}"
    text = " ".join(str(error).split())
    if isinstance(error, IgnoreRequest):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
