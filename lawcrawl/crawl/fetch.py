"""A few pages fetched and read as a crawl would, recorded nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from lawcrawl.crawl.run import log_in_sentences, project_settings
from lawcrawl.extract.leaving import REDIRECTS
from lawcrawl.families.auto import AutoSpider
from lawcrawl.families.base import NoticeSpider, error_reason, not_a_page, page_of
from lawcrawl.families.reading import LIST_TYPES
from lawcrawl.items import Article, Failure, Listing, ListPage, Row

if TYPE_CHECKING:
    from scrapy.http import Response

    from lawcrawl.extract.document import Page

STEPS = 3
"""List pages asked for until one shows rows: some columns name only where their rows are."""


@dataclass(slots=True)
class Fetched:
    """One answer: its bytes and what they read as, or why they cannot be read."""

    url: str
    """As it was asked for; ``page.url`` is where it was found."""
    page: Page | None = None
    body: bytes = b""
    content_type: str | None = None
    """The header, whole."""
    reason: str | None = None
    article: Article | None = None
    """As the crawl would hand it on: its parts joined and its counter asked, its files not fetched."""
    failures: list[Failure] = field(default_factory=list)


@dataclass(slots=True)
class Look:
    """What was seen at an address: its list pages up to the first that shows rows, and articles of these rows."""

    url: str
    lists: list[Fetched] = field(default_factory=list)
    articles: list[Fetched] = field(default_factory=list)
    read: ListPage = field(default_factory=ListPage)
    """What the last of ``lists`` lists."""

    @property
    def page(self) -> Page | None:
        """The page at the address itself."""
        return self.lists[0].page if self.lists else None

    @property
    def reason(self) -> str | None:
        """Why there is nothing to see; None where there is."""
        return self.lists[-1].reason if self.lists else "there was no answer"


@dataclass(slots=True)
class Asked:
    """An address to look at, the spider that reads its pages, and the rows whose articles are read.

    Where ``choose`` names none, the page itself is read as an article.
    """

    url: str
    spider: type[NoticeSpider]
    arguments: dict[str, Any]
    choose: Callable[[ListPage], Iterable[Row]]

    @property
    def site(self) -> str:
        """The name by which the configuration knows the site."""
        return urlsplit(self.url).netloc.lower() if self.spider is AutoSpider else self.spider.name


class FetchSpider(scrapy.Spider):
    """Looks at the addresses asked of one site, one request at a time, and puts what it sees into their looks."""

    name = "fetch"

    def __init__(self, asked: list[tuple[Asked, Look]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asked = asked
        self.channels = {one.url: one.url for one, _ in asked}

    async def start(self) -> AsyncIterator[Any]:
        for one, look in self.asked:
            await self.look_at(one, look)
        no_requests: tuple[Any, ...] = ()
        for request in no_requests:  # the engine asks for an iterator; every page is fetched above
            yield request

    async def look_at(self, one: Asked, look: Look) -> None:
        """The list first, then its articles."""
        reader = one.spider.from_crawler(self.crawler, **one.arguments)
        first = await self.read_lists(one.url, reader, look)
        rows = list(one.choose(look.read))
        for row in rows:
            got, response = await self.get(row.url, referer=one.url, stays=True)
            look.articles.append(got)
            if response is not None:
                await self.read_article(got, response, reader, Listing(one.url, row.title, row.date))
        if first is not None and not rows:
            await self.read_article(look.lists[0], first, reader)

    async def read_lists(self, url: str, reader: NoticeSpider, look: Look) -> Response | None:
        """List pages until one shows rows; the answer of the first."""
        first, form = None, None
        for step in range(STEPS):
            got, response = await self.get(url, LIST_TYPES, form, look.url if step else None)
            first = first or response
            look.lists.append(got)
            if response is None:
                break
            got.page = page_of(response)
            look.read = reader.read_list(got.page)
            if look.read.items or look.read.next is None:
                break
            url, form = look.read.next, look.read.form
        return first

    async def get(
        self,
        url: str,
        types: tuple[str, ...] | None = None,
        form: dict[str, str] | None = None,
        referer: str | None = None,
        stays: bool = False,
    ) -> tuple[Fetched, Response | None]:
        """What an address answers, and the response where it is one to read (of ``types``, where these are named);
        ``stays``: a redirect to another site is one."""
        headers = {"Referer": referer} if referer else None
        make: Any = scrapy.Request if form is None else scrapy.FormRequest
        extra = {} if form is None else {"formdata": form}
        request = make(url, headers=headers, dont_filter=True, meta={"stays": stays}, **extra)
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever Scrapy or a middleware raises is the answer
            return Fetched(url, reason=error_reason(error)), None
        declared = response.headers.get("Content-Type")
        got = Fetched(url, body=response.body, content_type=declared.decode("latin-1") if declared else None)
        if response.status != 200 and not (stays and response.status in REDIRECTS):
            got.reason = f"status {response.status}"
        elif types is not None:
            got.reason = not_a_page(response, types)
        return got, response if got.reason is None else None

    async def read_article(
        self, got: Fetched, response: Response, reader: NoticeSpider, listing: Listing | None = None
    ) -> None:
        got.page = page_of(response)
        try:
            async for item in reader.parse_article(response, got.url, listing):
                if isinstance(item, Article):
                    got.article = item
                else:
                    got.failures.append(item)
        except Exception as error:  # as the crawl's recorder takes it: a failure of this page
            got.failures.append(Failure(got.url, "parse", error_reason(error)))


def look(asked: list[Asked], overrides: dict[str, Any] | None = None) -> list[Look]:
    """A look at each address, as the configuration has it for its site; one request at a time a site.

    May be called once a process (Scrapy's reactor).
    """
    looks = [Look(one.url) for one in asked]
    sites: dict[str, list[tuple[Asked, Look]]] = {}
    for one, seen in zip(asked, looks, strict=True):
        sites.setdefault(one.site, []).append((one, seen))
    unrecorded = {
        "LAWCRAWL_ARCHIVE": "",
        "LAWCRAWL_ATTACHMENTS": False,
        "ITEM_PIPELINES": {},
        "LOG_INSTALL_ROOT_HANDLER": False,
    }
    log_in_sentences("CRITICAL")  # what goes wrong is in the answer
    common = {**(overrides or {}), **unrecorded}
    process = AsyncCrawlerProcess(project_settings(common))
    for site, some in sites.items():
        process.crawl(Crawler(FetchSpider, project_settings({**common, "LAWCRAWL_SITE": site})), asked=some)
    process.start()
    return looks
