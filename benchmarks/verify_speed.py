"""How fast an archive is verified, beside plain unpacking of the same WARC files.

    python benchmarks/verify_speed.py [--archive DIR] [--articles 20000] [--rounds 3]

Without --archive one is made: pages of some 12 KB of text that packs about as notice pages do. All read files that
the system has in memory. The ratio is what counts; MB are packed bytes.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lawcrawl.archive import Archive
from lawcrawl.archive.proof.records import check_span
from lawcrawl.archive.proof.verify import file_sizes, spans, verify
from lawcrawl.items import Article, Exchange, Site

WORDS = "关于开展法治宣传教育活动的通知各单位认真组织按时报送材料临溪市司法局民法典行政复议公告公示办法规定"


def page(number: int) -> tuple[str, bytes]:
    """A text, and the page around it."""
    chance = random.Random(number)
    text = "".join(chance.choices(WORDS, k=1500))
    menu = "".join(f'<li><a href="/lm{n}/index.html">栏目{n}</a></li>' for n in range(150))
    return text, f"<html><ul>{menu}</ul><h1>第{number}号</h1><div>{text}</div></html>".encode()


def build(folder: Path, articles: int) -> None:
    with Archive(folder) as archive:
        writer = archive.writer("benchmark")
        crawl = writer.begin_crawl(Site("s"), {"通知": "http://site.example/"}, {})
        for number in range(articles):
            url = f"http://site.example/t{number}.html"
            text, body = page(number)
            head = [("Content-Type", "text/html"), ("ETag", f'"{number}"')]
            sent = Exchange(
                "GET", url, [("User-Agent", "x")], b"", 200, "OK", head, body, "2024-01-05T00:00:00Z"
            )
            capture = writer.capture(crawl, sent)
            writer.store(
                crawl, Article(url, title=f"第{number}号", text=text, html=text, capture=capture), "s"
            )
        writer.finish_crawl(crawl, "finished", None, articles, articles, {})
        writer.close()


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median of some runs, after one that fills the system's cache."""
    work()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def whole(folder: Path) -> None:
    with Archive(folder, create=False, read_only=True) as archive:
        for problem in verify(archive, processes=os.cpu_count() or 1):
            raise SystemExit(f"the archive is not whole: {problem}")


def one_process(folder: Path) -> None:
    with Archive(folder, create=False, read_only=True) as archive:
        for span in spans(archive.connection, folder, file_sizes(folder)):
            check_span(span)


def python_gzip(folder: Path) -> None:
    for path in (folder / "warc").iterdir():
        with gzip.open(path) as file:
            while file.read(1 << 20):
                pass


def zcat(folder: Path) -> None:
    subprocess.run(["zcat", *(folder / "warc").iterdir()], stdout=subprocess.DEVNULL, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folder = options.archive or Path(tempfile.mkdtemp())
    if options.archive is None:
        build(folder, options.articles)
    size = sum(file_sizes(folder).values()) / 1e6
    base = 0.0
    for name, work in (
        ("zcat", zcat),
        ("python gzip", python_gzip),
        ("lawcrawl, files, one process", one_process),
        ("lawcrawl verify, all", whole),
    ):
        taken = seconds(lambda work=work: work(folder), options.rounds)
        base = base or taken
        print(f"{name:28} {taken:6.2f} s  {size / taken:6.1f} MB/s  ratio to zcat {taken / base:.2f}")
    if options.archive is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
