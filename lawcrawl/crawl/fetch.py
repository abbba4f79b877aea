"""A few pages fetched as a crawl would fetch them, recorded nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from lawcrawl.crawl.run import log_in_sentences, project_settings
from lawcrawl.extract.attachments import is_file
from lawcrawl.extract.counters import read_count
from lawcrawl.extract.document import Page
from lawcrawl.families.base import LIST_TYPES, NoticeSpider, error_reason, not_a_page, page_of
from lawcrawl.items import ListPage, Row

if TYPE_CHECKING:
    from scrapy.http import Response

STEPS = 3
"""List pages asked for until one shows rows: some columns name only where their rows are."""


@dataclass(slots=True)
class Fetched:
    """One answer: the page and its bytes, or why there is no page."""

    url: str
    """As it was asked for; ``page.url`` is where it was found."""
    page: Page | None = None
    body: bytes = b""
    content_type: str | None = None
    """The header, whole."""
    reason: str | None = None
    counter: str | None = None
    """The address that this page's views were asked of."""
    answered: str | None = None
    """What the counter answered, cut to 80 characters."""
    views: int | None = None


@dataclass(slots=True)
class Look:
    """A first look at an address: the page, its list pages up to the first rows, and articles of these rows."""

    url: str
    lists: list[Fetched] = field(default_factory=list)
    articles: list[Fetched] = field(default_factory=list)
    read: ListPage | None = None
    """What the last of ``lists`` lists; None where no page could be had."""

    @property
    def reason(self) -> str | None:
        """Why there is nothing to see; None where there is."""
        return self.lists[-1].reason if self.lists else "no answer"

    @property
    def page(self) -> Page | None:
        """The page at the address itself."""
        return self.lists[0].page if self.lists else None


@dataclass(slots=True)
class Asked:
    """An address to look at, who reads its pages, and which rows are tried."""

    url: str
    reader: NoticeSpider
    articles: int = 2
    choose: Callable[[list[Row], int], list[Row]] | None = None


class FetchSpider(scrapy.Spider):
    """Looks at every address asked; what it sees is in ``looks``."""

    name = "fetch"

    def __init__(self, asked: list[Asked], looks: dict[str, Look], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asked, self.looks = asked, looks

    async def start(self) -> AsyncIterator[Any]:
        for one in self.asked:
            self.looks[one.url] = look = Look(one.url)
            await self.look_at(one, look)
        no_requests: tuple[Any, ...] = ()
        for request in no_requests:  # the engine asks for an iterator; every page is fetched above
            yield request

    async def look_at(self, one: Asked, look: Look) -> None:
        """The list first, then its articles and their counts."""
        url, form = one.url, None
        for _ in range(STEPS if one.articles else 1):
            got = await self.get(url, LIST_TYPES, form=form)
            look.lists.append(got)
            if got.page is None or not one.articles:
                return
            look.read = one.reader.read_list(got.page)
            if look.read.items or look.read.next is None:
                break
            url, form = look.read.next, look.read.form
        rows = look.read.items if look.read else []
        for row in (one.choose or first_own)(rows, one.articles):
            article = await self.get(row.url, referer=look.lists[-1].url)
            look.articles.append(article)
            await self.count(article, one.reader)
        if not rows:  # an article, perhaps
            await self.count(look.lists[0], one.reader)

    async def get(
        self,
        url: str,
        types: tuple[str, ...] | None = None,
        *,
        form: dict[str, str] | None = None,
        referer: str | None = None,
    ) -> Fetched:
        try:
            response = await self.answer(url, form, referer)
        except Exception as error:
            return Fetched(url, reason=error_reason(error))
        declared = response.headers.get("Content-Type")
        got = Fetched(url, body=response.body, content_type=declared.decode("latin-1") if declared else None)
        reason = not_a_page(response, types) if types else not_a_page(response)
        got.reason = f"status {response.status}" if response.status != 200 else reason
        if got.reason is None:
            got.page = page_of(response)
        return got

    async def count(self, article: Fetched, reader: NoticeSpider) -> None:
        """Ask the counter that the article's own page names."""
        counter = reader.counter(article.page) if article.page else None
        if article.page is None or counter is None:
            return
        article.counter = counter.url
        try:
            response = await self.answer(counter.url, None, article.page.url)
        except Exception as error:
            article.answered = error_reason(error)
            return
        text = page_of(response).html
        article.answered = " ".join(text[:80].split()) or "nothing"
        if response.status == 200:
            article.views = read_count(text, counter.reader)
        else:
            article.answered = f"status {response.status}"

    async def answer(self, url: str, form: dict[str, str] | None, referer: str | None) -> Response:
        """A response through all downloader middlewares, whatever its status. Raises what Scrapy raises."""
        headers = {"Referer": referer} if referer else None
        if form is None:
            request = scrapy.Request(url, headers=headers, dont_filter=True)
        else:
            request = scrapy.FormRequest(url, headers=headers, formdata=form, dont_filter=True)
        assert self.crawler.engine is not None
        return await self.crawler.engine.download_async(request)


def first_own(rows: list[Row], count: int) -> list[Row]:
    """The first pages of the site itself; files and other hosts tell nothing of how its articles are made."""
    return [row for row in rows if not row.external and not is_file(row.url)][:count]


def look(asked: list[Asked], overrides: dict[str, Any] | None = None) -> dict[str, Look]:
    """A look at each address, one request at a time. May be called once a process (Scrapy's reactor)."""
    looks: dict[str, Look] = {}
    unrecorded = {"LAWCRAWL_ARCHIVE": "", "ITEM_PIPELINES": {}, "LOG_INSTALL_ROOT_HANDLER": False}
    settings = project_settings({**unrecorded, **(overrides or {})})
    log_in_sentences("CRITICAL")  # what goes wrong is in the answer
    process = AsyncCrawlerProcess(settings)
    process.crawl(FetchSpider, asked=asked, looks=looks)
    process.start()
    return {one.url: looks.get(one.url, Look(one.url)) for one in asked}


def fetch_pages(urls: list[str], overrides: dict[str, Any] | None = None) -> dict[str, Page | str]:
    """A page for each address, or one sentence why there is none. May be called once a process."""
    asked = [Asked(url, NoticeSpider(name="fetch"), articles=0) for url in urls]
    return {url: seen.page or seen.reason or "no answer" for url, seen in look(asked, overrides).items()}
