"""A small archive with one of everything, written as a crawl writes it."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from pathlib import Path

from lawcrawl.archive import Archive
from lawcrawl.archive.writer import Writer
from lawcrawl.items import Article, Attachment, Capture, Exchange, Listing, Site

SITE = Site("linxi-sfj", "临溪市司法局", "https://sfj.linxi.example/")
COLUMN = "https://sfj.linxi.example/tzgg/"
NOON, LATER = "2024-01-05T04:00:00Z", "2024-02-05T04:00:00Z"


def exchange(path: str, body: bytes, at: str = NOON, status: int = 200, **headers: str) -> Exchange:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    response = [("Content-Type", "text/html; charset=utf-8"), *named]
    asked = [("User-Agent", "lawcrawl"), ("Accept-Encoding", "gzip")]
    return Exchange("GET", COLUMN + path, asked, b"", status, "OK", response, body, at)


def page(number: int, text: str) -> bytes:
    return f"<html><h1>关于第{number}期宣传活动的通知</h1><p>{text}</p></html>".encode()


def article(number: int, text: str, capture: Capture, files: list[Attachment] | None = None) -> Article:
    title = f"关于第{number}期宣传活动的通知"
    return Article(
        *(f"{COLUMN}t{number}.html", title, "2024-01-04", "临溪市司法局"),
        text=text,
        html=f"<p>{text}</p>",
        views=7,
        attachments=files or [],
        listings=[Listing(COLUMN, title, "2024-01-04")],
        capture=capture,
    )


def attachment(writer: Writer, crawl: int, body: bytes) -> Attachment:
    capture = writer.capture(crawl, exchange("files/a.txt", body))
    found = Attachment(f"{COLUMN}files/a.txt", "附件1", "text/plain", len(body), text="名单", status="stored")
    found.capture = capture
    return found


def first_crawl(writer: Writer) -> None:
    """A list page, two articles (one came compressed), an attachment, a link elsewhere, a missing page."""
    crawl = writer.begin_crawl(SITE, {"通知公告": COLUMN}, {})
    writer.capture(crawl, exchange("", b"<ul><li>1</li></ul>"))
    capture = writer.capture(crawl, exchange("t1.html", page(1, "请各单位按时报送。"), ETag='"1"'))
    writer.store(
        crawl, article(1, "请各单位按时报送。", capture, [attachment(writer, crawl, b"one")]), SITE.id
    )
    packed = exchange("t2.html", gzip.compress(page(2, "活动开始。")), Content_Encoding="gzip")
    writer.store(crawl, article(2, "活动开始。", writer.capture(crawl, packed)), SITE.id)
    elsewhere = Article("https://www.example.org/x.html", title="转发的通知", status="external")
    writer.store(crawl, elsewhere, SITE.id)
    writer.capture(crawl, exchange("t3.html", b"<h1>404</h1>", status=404))
    writer.flush()
    writer.finish_crawl(crawl, "finished", None, 5, 2, {})


def second_crawl(writer: Writer) -> None:
    """One page has not changed (by status, then by bytes), one has."""
    crawl = writer.begin_crawl(SITE, {"通知公告": COLUMN}, {})
    writer.capture(crawl, exchange("t1.html", b"", LATER, 304, ETag='"1"'))
    writer.capture(crawl, exchange("t1.html", page(1, "请各单位按时报送。"), LATER))
    capture = writer.capture(crawl, exchange("t2.html", page(2, "活动延期。"), LATER))
    writer.store(crawl, article(2, "活动延期。", capture), SITE.id)
    writer.finish_crawl(crawl, "incomplete", "one page failed", 3, 1, {})


def build(folder: Path) -> Path:
    """The archive of both crawls; each in a WARC file of its own."""
    for crawl in (first_crawl, second_crawl):
        with Archive(folder) as archive:
            writer = archive.writer("test")
            crawl(writer)
            writer.close()
    return folder


KILLED = """
import os, signal, sys
from pathlib import Path
from lawcrawl.archive import Archive
from tests.archive import small
writer = Archive(Path(sys.argv[1])).writer("test")
crawl = writer.begin_crawl(small.SITE, {"通知公告": small.COLUMN}, {})
capture = writer.capture(crawl, small.exchange("t9.html", small.page(9, "有的已经写下。"), small.LATER))
writer.store(crawl, small.article(9, "有的已经写下。", capture), small.SITE.id)
writer.flush()
writer._captures.write(small.exchange("t10.html", small.page(10, "有的没有。") * 50, small.LATER))
writer._captures.sync()
print(writer._captures.name, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_crawl(folder: Path) -> Path:
    """A crawl that is killed with a record on disk that is not in the database; its WARC file."""
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    return folder / "warc" / done.stdout.strip()
