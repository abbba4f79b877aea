"""A crawl of an invented site, written as the crawl room writes it, one visit a call."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lawcrawl.archive import Archive
from lawcrawl.archive.writer import Writer
from lawcrawl.items import Article, Attachment, Capture, Exchange, Listing, Site

SITE = Site("linxi_sfj", "临溪市司法局", "https://sfj.linxi.example/xwzx/tzgg/", "trs", "临溪市")
COLUMN = "https://sfj.linxi.example/xwzx/tzgg/"
URL = f"{COLUMN}t1.html"
FILE = f"{COLUMN}files/1.txt"
FIELDS: dict[str, Any] = {
    "title": "关于开展民法典宣传活动的通知",
    "published": "2024-01-04T17:18",
    "source": "临溪市司法局",
    "author": "办公室",
    "doc_number": "临司发〔2024〕5号",
    "text": "各单位：\n请认真学习《民法典》。",
    "html": "<p>各单位：</p><p>请认真学习《民法典》。</p>",
}


def day(number: int) -> str:
    """Noon of a day in January 2024, or after."""
    return f"2024-{1 + (number - 1) // 28:02}-{1 + (number - 1) % 28:02}T04:00:00Z"


def exchange(url: str, body: bytes, at: str = day(1), status: int = 200, **headers: str) -> Exchange:
    sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
    answered = [("Content-Type", "text/html; charset=utf-8"), *sent]
    return Exchange("GET", url, [("User-Agent", "lawcrawl")], b"", status, "OK", answered, body, at)


@dataclass
class Crawl:
    """One crawl that is open."""

    archive: Archive
    writer: Writer
    id: int
    site: Site

    def capture(self, url: str = URL, body: bytes = b"<p>1</p>", at: str = day(1), **more: Any) -> Capture:
        return self.writer.capture(self.id, exchange(url, body, at, **more))

    def visit(self, at: str = day(1), url: str = URL, body: bytes | None = None, **fields: Any) -> None:
        """Read an article at a time, its fields those of :data:`FIELDS` or as named, and wait for the disk."""
        listings = fields.pop("listings", [Listing(COLUMN, "关于开展民法典…", "2024-01-04")])
        capture = self.capture(url, body or f"<p>{url} {fields}</p>".encode(), at)
        article = Article(url, **{**FIELDS, **fields}, capture=capture, listings=listings)
        self.writer.store(self.id, article, self.site.id)
        self.writer.flush()

    def file(self, url: str = FILE, body: bytes = b"one", at: str = day(1), **more: Any) -> Attachment:
        """An attachment as a visit that fetched it has it."""
        known = {"name": "附件1", "media_type": "text/plain", "text": "报名表", "status": "stored", **more}
        digest = hashlib.sha256(body).hexdigest()
        return Attachment(url, size=len(body), sha256=digest, capture=self.capture(url, body, at=at), **known)

    def absent(self, at: str, url: str = URL, status: int = 404) -> None:
        capture = self.capture(url, b"<h1>404</h1>", at, status=status)
        self.writer.gone(self.id, url, capture, str(status))
        self.writer.flush()

    def rows(self, sql: str, *values: object) -> list[Any]:
        """The rows of a query; bare values where there is one column."""
        found = self.archive.connection.execute(sql, values).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    def one(self, sql: str, *values: object) -> Any:
        [found] = self.rows(sql, *values)
        return found


@contextmanager
def crawling(folder: Path, site: Site = SITE) -> Iterator[Crawl]:
    """A crawl of ``site`` into ``folder``, closed as finished."""
    with Archive(folder) as archive:
        writer = archive.writer("test")
        try:
            crawl = Crawl(archive, writer, writer.begin_crawl(site, {"通知公告": COLUMN}, {}), site)
            yield crawl
            writer.finish_crawl(crawl.id, "finished", None, 1, 1, {})
        finally:
            writer.close()
