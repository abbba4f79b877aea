"""What an item passes on its way into the archive: one step a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy.exceptions import DropItem, NotConfigured

from lawcrawl.crawl.recorder import Recorder
from lawcrawl.items import Article, Attachment, Failure
from lawcrawl.normalize import canonical_url, clean_title, parse_date, parse_doc_number, squeeze

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class NormalizePipeline:
    """Every field to its one form, so that a site's own method may return what the page shows."""

    def process_item(self, item: Any) -> Any:
        if isinstance(item, Article):
            item.url = canonical_url(item.url) or item.url
            item.title = clean_title(item.title)
            item.published = parse_date(item.published)
            item.source = squeeze(item.source)
            item.author = squeeze(item.author)
            item.issuer = squeeze(item.issuer)
            item.doc_number = parse_doc_number(item.doc_number) or squeeze(item.doc_number)
            item.text = item.text or None
            item.html = item.html or None
            item.labels = {name: value for name, value in item.labels.items() if value}
            item.attachments = distinct(item.attachments)
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


def lacks(article: Article) -> str | None:
    """What an article cannot be stored without; None where nothing is missing."""
    if not article.title:
        return "the page shows no title"
    if not article.text and not article.attachments:
        return "the page shows no text, no image and no file"
    return None


def distinct(attachments: list[Attachment]) -> list[Attachment]:
    """Each address once, in the page's order; the first that has a name wins."""
    by_url: dict[str, Attachment] = {}
    for attachment in attachments:
        attachment.url = canonical_url(attachment.url) or attachment.url
        attachment.name = squeeze(attachment.name)
        kept = by_url.setdefault(attachment.url, attachment)
        kept.name = kept.name or attachment.name
    return list(by_url.values())
