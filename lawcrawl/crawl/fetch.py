"""A few pages fetched as a crawl would fetch them, recorded nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from lawcrawl.crawl.run import project_settings
from lawcrawl.extract.document import Page
from lawcrawl.families.base import error_reason, not_a_page, page_of


class FetchSpider(scrapy.Spider):
    """Asks every address once; the answers are in ``answers``."""

    name = "fetch"

    def __init__(self, urls: list[str], answers: dict[str, Page | str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls, self.answers = urls, answers

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            yield scrapy.Request(url, self.answered, errback=self.failed, cb_kwargs={"url": url})

    def answered(self, response: Any, url: str) -> None:
        reason = not_a_page(response)
        self.answers[url] = reason if reason else page_of(response)

    def failed(self, failure: Any) -> None:
        self.answers[failure.request.cb_kwargs["url"]] = error_reason(failure.value)


def fetch_pages(urls: list[str]) -> dict[str, Page | str]:
    """A page for each address, or one sentence why there is none. May be called once a process."""
    answers: dict[str, Page | str] = {}
    settings = project_settings({"LAWCRAWL_ARCHIVE": "", "LOG_LEVEL": "ERROR", "ITEM_PIPELINES": {}})
    process = AsyncCrawlerProcess(settings)
    process.crawl(FetchSpider, urls=urls, answers=answers)
    process.start()
    return {url: answers.get(url, "no answer") for url in urls}
