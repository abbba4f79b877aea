"""The crawl's memory: which rows of a list page are worth a request, and when a channel has been seen.

Spiders name every row of every list page; this spider middleware asks the archive and lets through what is
new, what the user's dates and limits allow, and the next list page as long as there may be something on it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import scrapy
from scrapy.exceptions import NotConfigured

from lawcrawl.crawl.capture import utc_now
from lawcrawl.crawl.recorder import Recorder
from lawcrawl.families.base import NoticeSpider
from lawcrawl.items import Article, Failure, Listing, ListPage
from lawcrawl.normalize import url_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.crawler import Crawler
    from scrapy.http import Response

# Far more than can be in flight or in the writer's queue; the archive knows all older ones.
REMEMBERED = 10_000
EMPTY = 25
"""List pages without a row, one after the other, after which a pager leads astray: a calendar has no last month."""


@dataclass(slots=True)
class Walk:
    """One channel in this crawl."""

    asked: set[tuple[str, bytes]] = field(default_factory=set)
    """List pages asked for: address and form."""
    pages: set[int] = field(default_factory=set)
    """Hashes of the row sets seen: a pager that serves one page for ever ends here."""
    pinned: set[str] = field(default_factory=set)
    """Keys of rows that led the list as pinned; they stand again in their own place."""
    rows: set[int] = field(default_factory=set)
    """Hashes of the addresses seen."""
    per_page: int = 0
    """Rows of the fullest page."""
    pages_claimed: int | None = None
    rows_claimed: int | None = None
    empty: int = 0
    """Pages without a row since the last one with any."""
    taken: int = 0
    walked_before: bool = False
    passed_over: bool = False
    """Rows were left alone, for their date or a limit: what the list has is not known to its end."""

    def note(self, listed: ListPage, rows: list[Any]) -> None:
        """What one more page shows and claims; the newest claim counts."""
        self.rows |= {hash(url_key(row.url)) for row in rows}
        self.per_page = max(self.per_page, len(rows))
        self.pages_claimed = listed.pages or self.pages_claimed
        self.rows_claimed = listed.claimed or self.rows_claimed

    def falls_short(self) -> str | None:
        """Why a list that ended cannot be all: of the pages that it claims not all were there, and of the articles
        that it claims a page's worth or more was not.

        Fewer on all of its pages is no failure: some systems count what they do not list.
        """
        if self.empty or (self.pages_claimed is not None and len(self.asked) >= self.pages_claimed):
            return None
        if self.rows_claimed is None:
            told = (
                f"{self.pages_claimed} pages and ended after {len(self.asked)}" if self.pages_claimed else ""
            )
        elif self.rows_claimed - len(self.rows) >= max(self.per_page, 1):
            told = f"{self.rows_claimed} articles and ended after {len(self.rows)}"
        else:
            told = ""
        return f"the list claims {told}; the rest was not found" if told else None


@dataclass(slots=True)
class Verdict:
    """What one list page was worth."""

    kept: list[Any] = field(default_factory=list)
    fresh: int = 0
    """Rows that the archive did not know."""
    current: int = 0
    """Rows not older than the date asked for."""


class RevisitMiddleware:
    """Spider middleware over the archive's memory.

    Settings: ``LAWCRAWL_FULL``, ``LAWCRAWL_LIMIT``, ``LAWCRAWL_SINCE``, ``LAWCRAWL_UNTIL``,
    ``LAWCRAWL_RECHECK``, ``LAWCRAWL_LIST_PAGES``.
    """

    def __init__(self, crawler: Crawler, recorder: Recorder) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.recorder = recorder
        self.full = settings.getbool("LAWCRAWL_FULL")
        self.limit = settings.getint("LAWCRAWL_LIMIT")
        self.since: str = settings["LAWCRAWL_SINCE"] or ""
        self.until: str = settings["LAWCRAWL_UNTIL"] or "9999"
        self.recheck = settings.getint("LAWCRAWL_RECHECK")
        self.list_pages = settings.getint("LAWCRAWL_LIST_PAGES")
        self.walks: dict[str, Walk] = {}
        self.in_flight: dict[str, list[Listing]] = {}
        self.rechecked: set[str] = set()
        self.recent: OrderedDict[str, None] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        recorder = crawler.get_extension(Recorder)
        if recorder is None:
            raise NotConfigured("nothing is recorded in this crawl")
        return cls(crawler, recorder)

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The spider's start, then known articles that are due for another look."""
        async for request in start:
            yield request
        spider = self.crawler.spider
        assert isinstance(spider, NoticeSpider)
        for due in self.recorder.archive.due(self.recorder.site.id, self.recheck, utc_now()):
            key = url_key(due["url"])
            self.in_flight[key] = []
            self.rechecked.add(key)
            shown = Listing("", due["title_shown"], due["date_shown"]) if due["title_shown"] else None
            yield spider.article_request(due["url"], shown).replace(priority=-1)

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        if response.meta.get("kind") == "list":
            for output in self.weigh(response, [output async for output in result]):
                yield output
            return
        async for output in result:
            if isinstance(output, Article):
                self.land(output)
            yield output

    def land(self, article: Article) -> None:
        """A fetched article takes along the channels that listed it meanwhile."""
        key = url_key(article.url)
        if key in self.rechecked:
            article.listings = []  # what a list showed in an earlier crawl
        article.listings += self.in_flight.pop(key, [])
        self.recent[key] = None
        if len(self.recent) > REMEMBERED:
            self.recent.popitem(last=False)

    def weigh(self, response: Response, outputs: list[Any]) -> Iterator[Any]:
        """What to do about one list page: its rows first, then perhaps the next page."""
        listed = next((output for output in outputs if isinstance(output, ListPage)), None)
        if listed is None:
            yield from outputs
            return
        channel: str = listed.channel or ""
        self.recorder.list_read(listed)
        if listed.reason:
            yield Failure(response.url, "parse", listed.reason, channel=channel)
        walk = self.walk(channel)
        assert response.request is not None
        walk.asked.add(page_id(response.request))
        rows = [output for output in outputs if is_row(output)]
        walk.empty = 0 if rows else walk.empty + 1
        walk.note(listed, rows)
        repeated = self.repeats(walk, rows)
        verdict = self.sift(walk, rows, listed)
        yield from verdict.kept
        following = [output for output in outputs if is_list(output)]
        if repeated or not following or page_id(following[0]) in walk.asked:
            self.recorder.channels[channel].ended = not walk.passed_over
            if not walk.passed_over and (short := walk.falls_short()):
                yield Failure(response.url, "parse", short, channel=channel)
            return
        if rows and not self.worth_turning(walk, verdict):
            return
        if astray := self.led_astray(walk):
            yield Failure(response.url, "parse", astray, channel=channel)
            return
        walk.asked.add(page_id(following[0]))
        yield following[0]

    def walk(self, channel: str) -> Walk:
        if channel not in self.walks:
            known = self.recorder.archive.channel(self.recorder.site.id, channel)
            self.walks[channel] = Walk(walked_before=bool(known and known["walked_at"]))
        return self.walks[channel]

    def repeats(self, walk: Walk, rows: list[Any]) -> bool:
        """Whether this very set of rows was on an earlier page of the channel."""
        seen = hash(tuple(row.url for row in rows))
        if rows and seen in walk.pages:
            return True
        walk.pages.add(seen)
        return False

    def worth_turning(self, walk: Walk, verdict: Verdict) -> bool:
        if self.limit and walk.taken >= self.limit:
            return False
        if self.since and not verdict.current:
            return False
        return self.full or not walk.walked_before or verdict.fresh > 0

    def led_astray(self, walk: Walk) -> str | None:
        """Why a pager that goes on is not followed."""
        if walk.empty >= EMPTY:
            return f"its pager led over {EMPTY} pages without a row and is not followed further"
        if len(walk.asked) >= self.list_pages:
            return f"its pager leads on after {self.list_pages} pages, LAWCRAWL_LIST_PAGES, and is not followed further"
        return None

    def sift(self, walk: Walk, rows: list[Any], listed: ListPage) -> Verdict:
        """The rows that need a request or a record; known ones are noted as seen."""
        verdict = Verdict()
        known = self.recorder.archive.known([row.url for row in rows])
        new: list[str] = []
        for row in rows:
            listing = listing_of(row)
            if not self.dated_within(listing, verdict):
                walk.passed_over = True
                continue
            if self.limit and walk.taken >= self.limit:
                walk.passed_over = True
                break
            walk.taken += 1
            key = url_key(row.url)
            if listing.pinned:
                walk.pinned.add(key)
            listing.pinned = key in walk.pinned
            record = known.get(key)
            asked = key in self.in_flight or (record is not None and record.status == "gone")
            if record and asked:
                self.recorder.seen(row.url, listing, asked=True)
            if key in self.in_flight:
                self.in_flight[key].append(listing)
            elif key in self.recent or (record and record.status != "gone"):
                self.recorder.seen(row.url, listing)
            else:
                self.take(key, row)
                verdict.kept.append(row)
                if record is None:
                    new.append(row.url)
            verdict.fresh += record is None and key not in walk.pinned
        self.recorder.unheard |= self.recorder.archive.unheard(new)
        return verdict

    def take(self, key: str, row: Any) -> None:
        if isinstance(row, Article):
            self.recent[key] = None
        else:
            self.in_flight[key] = []

    def dated_within(self, listing: Listing, verdict: Verdict) -> bool:
        """Whether the list's own date lies in the span asked for; a row without a date does."""
        date = listing.date_shown or self.since
        if date >= self.since and not listing.pinned:
            verdict.current += 1
        return self.since <= date[: len(self.since) or None] and date <= self.until + "~"


def is_list(output: Any) -> bool:
    return isinstance(output, scrapy.Request) and output.meta.get("kind") == "list"


def page_id(request: scrapy.Request) -> tuple[str, bytes]:
    return request.url, request.body


def is_row(output: Any) -> bool:
    return isinstance(output, Article) or (
        isinstance(output, scrapy.Request) and output.meta.get("kind") == "article"
    )


def listing_of(row: Any) -> Listing:
    listing: Listing = row.listings[0] if isinstance(row, Article) else row.cb_kwargs["listing"]
    return listing
