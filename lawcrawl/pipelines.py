"""What an item passes on its way into the archive: one step a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem, NotConfigured

from lawcrawl.crawl.recorder import Recorder
from lawcrawl.extract.tidy import lacks, tidy
from lawcrawl.items import Article, Failure

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class NormalizePipeline:
    """Every field to its one form."""

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            tidy(item)
        return item


class ValidatePipeline:
    """An article has a title and something to read; what has not is a failure, and its capture is kept."""

    def __init__(self, recorder: Recorder | None) -> None:
        self.recorder = recorder

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.get_extension(Recorder))

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article) and item.status == "live" and (reason := lacks(item)):
            channel = item.listings[0].channel if item.listings else None
            if self.recorder is not None:
                self.recorder.fail(Failure(item.url, "validate", reason, channel=channel))
            raise DropItem(f"{reason}: {item.url}", log_level="DEBUG")
        return item


class StorePipeline:
    """Into the archive's queue."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        recorder = crawler.get_extension(Recorder)
        if recorder is None:
            raise NotConfigured("nothing is recorded in this crawl")
        return cls(recorder)

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            self.recorder.store(item)
        elif isinstance(item, Failure):
            self.recorder.fail(item)
        return item
