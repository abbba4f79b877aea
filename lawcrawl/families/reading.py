"""An article read from the answers it takes: its page, the article's further pages, its counter, its files.

Knows nothing of where answers come from: the crawl fetches them, a rebuild takes them from the archive.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import urljoin

from lawcrawl.extract.absence import absence
from lawcrawl.extract.attachments import is_file
from lawcrawl.extract.counts import read_count
from lawcrawl.extract.document import Page
from lawcrawl.extract.files import file_text, sniff
from lawcrawl.extract.leaving import REDIRECTS, leads_away, leads_on
from lawcrawl.extract.names import site_name
from lawcrawl.extract.parts import next_part
from lawcrawl.items import Article, Attachment, Capture, Counter, Failure, Listing, ListPage

HTML_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
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
ANOTHER_SITE = "another site"
LIST_SURE = 0.5
"""Below this certainty links are not taken for the rows of a list."""
PARTS = 60
"""Pages that one article may be split over; more is a pager that leads astray."""


@dataclass(slots=True)
class Answer:
    """What an address answered, its body decoded."""

    url: str
    """Where it was found in the end, with the fragment it was asked with: some columns are named by it (gkmlpt); of a
    redirect that was not followed, where it leads."""
    status: int
    body: bytes
    content_type: str | None
    """The header, whole."""
    capture: Capture | None = None

    @property
    def media_type(self) -> str | None:
        """The declared media type without its parameters."""
        return (self.content_type or "").partition(";")[0].strip().lower() or None

    def page(self) -> Page:
        return Page.from_bytes(self.body, self.url, self.content_type)


def found_at(url: str, status: int, location: str) -> str:
    """The ``url`` of the :class:`Answer` that came from ``url``; ``location`` is its header, "" where it has none."""
    return urljoin(url, location) if status in REDIRECTS and location else url


class Unanswered(Exception):
    """Why there is no answer, one sentence."""

    def __init__(
        self, reason: str, status: Literal["failed", "too_large", "skipped", "stored"] = "failed"
    ) -> None:
        super().__init__(reason)
        self.status = status
        """What an attachment is that was not answered; ``skipped``: it was never asked for, and nothing failed."""


class Reader(Protocol):
    """Who understands the pages: a family, or the site's own spider."""

    def read_list(self, page: Page) -> ListPage: ...
    def read_article(self, page: Page) -> Article: ...
    def counter(self, page: Page) -> Counter | None: ...


class Source(Protocol):
    """Who brings the answers, whatever their status. Raises :class:`Unanswered`."""

    async def answer(self, url: str, referer: str, maxsize: int | None = None) -> Answer: ...


def read_list(reader: Reader, answer: Answer, shape: str | None) -> ListPage | str:
    """What a list page shows, or why it is none; ``shape`` is that of the page before it, None for the first."""
    if reason := not_a_page(answer, LIST_TYPES):
        return reason
    page = answer.page()
    page.shape = shape
    listed = reader.read_list(page)
    listed.site = site_name(page)
    return no_list(listed) or listed


def no_list(listed: ListPage) -> str | None:
    """Why the page is not taken for a list; None where it is one, or names where its rows are."""
    if listed.certainty >= LIST_SURE or (not listed.items and listed.next):
        return None
    if not listed.items:
        return listed.reason or "no list rows recognised on this page"
    return (
        f"only {listed.certainty:.0%} sure that this page is a list: its {len(listed.items)} rows are not stored; "
        "look at it with lawcrawl probe"
    )


async def read_article(
    reader: Reader, source: Source, answer: Answer, url: str, listing: Listing | None, limit: int | None
) -> AsyncIterator[Article | Failure]:
    """The article at ``url`` that ``answer`` is the page of, with its count and files, and what of these failed.

    ``listing`` is the row that led to it, None where none did; files are fetched up to ``limit`` bytes, none for None.
    """
    channel = listing.channel if listing else None
    if answer.status in REDIRECTS:
        if leads_away(url, answer.url):
            yield kept_elsewhere(answer, url, listing)
        else:
            yield Failure(url, "fetch", f"status {answer.status}", channel=channel)
        return
    if listing is not None and is_listed_file(answer, listing):
        yield await file_article(answer, url, listing)
        return
    if reason := not_a_page(answer):
        yield Failure(url, "parse", reason, channel=channel)
        return
    page = answer.page()
    if (target := leads_on(page)) and leads_away(url, target):
        yield kept_elsewhere(answer, url, listing)
        return
    article = reader.read_article(page)
    if reason := absence(page, url, article.text):
        yield Article(url, status="gone", reason=reason, capture=answer.capture)
        yield Failure(url, "fetch", f"{reason}: the page says that it is not there")
        return
    if problem := await join_parts(reader, source, article, page):
        problem.channel = channel
        yield problem
        return
    article.url = url
    article.capture = answer.capture
    article.listings = [listing] if listing else []
    if not article.views and (counter := reader.counter(page)):
        article.views, article.counter = None, counter  # a 0 that its counter fills in says nothing
        article.evidence.pop("views", None)
    for problem in await follow_counter(source, article):
        yield problem
    for problem in await fetch_attachments(source, article, limit):
        yield problem
    yield article


def kept_elsewhere(answer: Answer, url: str, listing: Listing | None) -> Article:
    """An article that its page says is another site's: what the list tells of it; with no list, it is gone from here."""
    article = Article(url, status="gone", reason=ANOTHER_SITE, capture=answer.capture)
    if listing is not None:
        article.title, article.published = listing.title_shown, listing.date_shown
        article.status, article.listings = "external", [listing]
    return article


async def file_article(answer: Answer, url: str, listing: Listing) -> Article:
    """A row that links a file directly: the list names and dates it, the file is the text."""
    place = "list row"
    article = Article(url, listing.title_shown, listing.date_shown, listings=[listing])
    article.capture = answer.capture
    file = Attachment(url, listing.title_shown)
    await read_file(file, answer)
    article.attachments, article.text = [file], file.text
    article.evidence = {"title": place} | ({"published": place} if article.published else {})
    if article.text:
        article.evidence["text"] = "file"
    return article


async def join_parts(reader: Reader, source: Source, article: Article, page: Page) -> Failure | None:
    """Add the further pages of a split article; half an article is none, so one that fails is returned."""
    seen: set[str] = set()
    while (url := next_part(page)) and url not in seen and len(seen) < PARTS:
        seen.add(url)
        try:
            answer = await source.answer(url, page.url)
        except Unanswered as error:
            return Failure(url, "fetch", f"part {len(seen) + 1} of an article: {error}")
        if answer.status != 200 or not_a_page(answer):
            return Failure(url, "fetch", f"part {len(seen) + 1} of an article: status {answer.status}")
        page = answer.page()
        more = reader.read_article(page)
        article.text = "\n".join(filter(None, (article.text, more.text))) or None
        article.html = "\n".join(filter(None, (article.html, more.html))) or None
        article.attachments += more.attachments
        article.images += more.images
    return None


async def follow_counter(source: Source, article: Article) -> list[Failure]:
    """Fill ``views`` by asking the page's own counter."""
    counter = article.counter
    if counter is None or article.views is not None:
        return []
    try:
        answer = await source.answer(counter.url, article.url)
    except Unanswered as error:
        return [Failure(counter.url, "views", str(error))]
    article.views = read_count(answer.page().html, counter.reader) if answer.status == 200 else None
    if article.views is not None:
        article.evidence["views"] = "counter"
        return []
    said = " ".join(answer.body[:60].decode("utf-8", "replace").split())
    reason = f"the counter answered no number (status {answer.status}, {said!r})"
    return [Failure(counter.url, "views", reason)]


async def fetch_attachments(source: Source, article: Article, limit: int | None) -> list[Failure]:
    """Fetch every file the article links or shows, one after the other."""
    linked = {attachment.url for attachment in article.attachments}
    article.attachments += [Attachment(url) for url in article.images if url not in linked]
    if limit is None:
        return []
    problems = [await fetch_attachment(source, one, article.url, limit) for one in article.attachments]
    return [problem for problem in problems if problem is not None]


async def fetch_attachment(
    source: Source, attachment: Attachment, referer: str, limit: int
) -> Failure | None:
    try:
        answer = await source.answer(attachment.url, referer, limit)
    except Unanswered as error:
        attachment.status = error.status
        return None if error.status == "skipped" else Failure(attachment.url, "attachment", str(error))
    if answer.status != 200:
        attachment.status = "failed"
        return Failure(attachment.url, "attachment", f"status {answer.status}")
    if reason := stands_for_a_file(answer, attachment.url):
        attachment.status = "failed"
        return Failure(attachment.url, "attachment", reason)
    await read_file(attachment, answer)
    return None


def stands_for_a_file(answer: Answer, asked: str) -> str | None:
    """Why a page that came in place of a file is not the file: it says that there is none, or is the home page."""
    if sniff(answer.body, answer.media_type, None) not in HTML_TYPES[:2] or not is_file(asked):
        return None
    reason = absence(answer.page(), asked)
    return f"{reason}: a page came instead of the file" if reason else None


async def read_file(attachment: Attachment, answer: Answer) -> None:
    attachment.capture = answer.capture
    attachment.size = len(answer.body)
    attachment.media_type = sniff(answer.body, answer.media_type, attachment.name)
    attachment.text, attachment.reason = await asyncio.to_thread(
        file_text, answer.body, attachment.media_type, attachment.name
    )
    attachment.status = "stored"


def is_listed_file(answer: Answer, listing: Listing) -> bool:
    """Whether a list's row led to a document instead of a page."""
    seen = sniff(answer.body, answer.media_type, listing.title_shown)
    if not answer.body or seen in LIST_TYPES:
        return False
    return is_file(answer.url) or (seen.startswith("application/") and seen != "application/octet-stream")


def not_a_page(answer: Answer, types: tuple[str, ...] = HTML_TYPES) -> str | None:
    """Why ``answer`` cannot be read as one of ``types``; None where it can."""
    if not answer.body.strip():
        return "the page is empty"
    seen = sniff(answer.body, answer.media_type, None)
    return None if seen in types else f"not an HTML page but {seen}"
