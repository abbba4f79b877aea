"""What grows with the archive: a crawl's cost and memory, the database, and how long a question takes.

    python benchmarks/growth.py [--sizes 10000 100000] [--fresh 2000]

For each size an archive holds that many articles of one site, walked to its end before; then the site has ``--fresh``
more at the head of its lists. Measured: the crawl that brings these, the one after it that finds nothing new, the
database's size, and the median of some answers of each question. The last column is the last size beside the first:
a cost that does not grow is 1.0, what is looked up in an index a little more.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import trs_site
from crawl_cost import count, measured, ours

from lawcrawl.archive import Archive
from lawcrawl.archive.coverage import coverage
from lawcrawl.archive.warc import utc_now
from lawcrawl.items import Article, Exchange, Listing, Site

TIMES = 5
"""Answers of each question; the median counts."""
PAGES = ("/", "/search?q=法治", "/changes", "/article/900", "/laws", "/reprints", "/plots.svg")


def seed(folder: Path, base: str, first: int, total: int) -> None:
    """Write the articles from ``first`` on as a crawl that walked the whole site would have, in small captures."""
    host = base.partition("://")[2]
    channels = {column: f"{base}/{column}/" for column in trs_site.COLUMNS}
    with Archive(folder) as archive:
        writer = archive.writer("benchmark")
        crawl = writer.begin_crawl(Site(host, "临溪市司法局", channels["tzgg"], "auto"), channels, {})
        for number in range(first, total):
            channel = channels[trs_site.COLUMNS[number % len(trs_site.COLUMNS)]]
            url = channel + trs_site.name(number)
            fact = trs_site.truth(number)
            at = utc_now()
            html = [("Content-Type", "text/html")]
            capture = writer.capture(
                crawl, Exchange("GET", url, [], b"", 200, "OK", html, str(number).encode(), at, "article")
            )
            article = Article(
                url,
                title=str(fact["title"]),
                published=str(fact["published"]).replace(" ", "T"),
                source="临溪市司法局",
                views=int(fact["views"]),
                text=str(fact["text"]),
                html=f"<p>{fact['text']}</p>",
                listings=[Listing(channel, str(fact["title"])[:20], str(fact["published"])[:10])],
                capture=capture,
            )
            writer.store(crawl, article, host)
        for channel in channels.values():
            writer.walked(crawl, host, channel, None)
        writer.finish_crawl(crawl, "finished", None, total, total, {})
        writer.close()


def questions(folder: Path, host: str, base: str) -> dict[str, Callable[[], Any]]:
    """What is asked, each with what asks it."""
    archive = Archive(folder)
    row = trs_site.name(4).partition("/")[0]
    urls = [f"{base}/tzgg/{row}/t{n}.html" for n in range(20)]
    return {
        "known: a list page's 20 rows": lambda: archive.known(urls),
        "due: 50 to be looked at again": lambda: archive.due(host, 50, "2040-01-01T00:00:00Z"),
        "search, a word of every article": lambda: archive.search("法治"),
        "search, a word of one article": lambda: archive.search("第5001号"),
        "article by address": lambda: archive.article(f"{base}/tzgg/{trs_site.name(5000)}"),
        "sites": archive.sites,
        "coverage": lambda: coverage(archive.connection),
        "stats": archive.stats,
    }


def web_questions(folder: Path, host: str) -> dict[str, Callable[[], Any]]:
    """The pages of ``lawcrawl serve``; none where its extra is not installed."""
    try:
        from lawcrawl.web.server import application
    except ImportError:
        return {}
    datasette = application(folder)

    def get(path: str) -> None:
        found = asyncio.run(datasette.client.get(path, follow_redirects=True))
        if found.status_code != 200:
            sys.exit(f"{path} answered {found.status_code}")

    site = f"/site/{quote(host, safe='')}"
    return {
        f"page {what}": partial(get, path)
        for what, path in (*((path, path) for path in PAGES), ("/site/...", site))
    }


def seconds(ask: Callable[[], Any]) -> float:
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def measure(size: int, fresh: int) -> dict[str, float]:
    with trs_site.serving(size + fresh) as base, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command, database = ours(base, folder)
        seed(folder / "archive", base, fresh, size + fresh)
        cpu, _, peak = measured([*command, "--recheck", "0"], folder)
        if (got := count(database)) != size + fresh:
            sys.exit(f"the crawl left {got} of {size + fresh} articles")
        again, _, _ = measured([*command, "--recheck", "50"], folder)
        host = base.partition("://")[2]
        found = {
            "crawl, CPU-ms a new article": cpu * 1000 / fresh,
            "crawl, peak MiB": peak,
            "crawl with nothing new, CPU-s": again,
            "database, KiB an article": database.stat().st_size / 1024 / (size + fresh),
        }
        asked = questions(folder / "archive", host, base) | web_questions(folder / "archive", host)
        for what, ask in asked.items():
            found[f"{what}, ms"] = seconds(ask) * 1000
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--fresh", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = {size: measure(size, options.fresh) for size in options.sizes}
    if options.json:
        print(json.dumps(found))
        return
    first, last = found[options.sizes[0]], found[options.sizes[-1]]
    print(f"{'articles':36}" + "".join(f"{size:>12}" for size in options.sizes) + f"{'ratio':>10}")
    for what in first:
        values = "".join(f"{found[size][what]:12.2f}" for size in options.sizes)
        print(f"{what:36}{values}{last[what] / first[what]:10.2f}")


if __name__ == "__main__":
    main()
