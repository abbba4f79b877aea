"""What grows with the archive: a crawl's cost and memory, the database, and how long a question takes.

    python benchmarks/growth.py [--sizes 9000 99000] [--fresh 2000]

For each size an archive holds that many articles of one site, walked to its end before; then the site has ``--fresh``
more at the head of its lists. Measured: the crawl that brings these, the one after it that finds nothing new, the
database's size, and the median of some answers of each question. The last column is the last size beside the first:
a cost that does not grow is 1.0, what is looked up in an index a little more.

Only the newest articles are written as a crawl writes them; the older ones are copies of their rows under addresses of
their own, whose words the search index does not have, so a search is as fast as in an archive of the first ones alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import trs_site
from crawl_cost import count, measured, ours

from lawcrawl.archive import Archive
from lawcrawl.archive.questions.coverage import coverage
from lawcrawl.archive.warc import utc_now
from lawcrawl.items import Article, Exchange, Listing, Site

TIMES = 5
"""Answers of each question; the median counts."""
WRITTEN = 3000
"""Articles that are no copies."""
COPIED = ("articles", "captures", "versions", "listings", "view_counts", "sealed_versions")
APART = 1_000_000
"""Between the number of an article and that of its next copy."""
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


def multiply(database: Path, times: int) -> None:
    """Copy every article ``times - 1`` times, with all its rows but those of the indexes of words."""
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("BEGIN")
        for table in COPIED:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            key = "id" if "id" in columns else "article_id"
            moved = {key: f"{key} + n.value * {APART}", "capture_id": f"capture_id + n.value * {APART}"}
            moved |= {
                name: f"replace({name}, '/t20', '/' || n.value || '/t20')" for name in ("url", "url_key")
            }
            db.execute(
                "WITH n (value) AS (SELECT value FROM json_each(?))"
                f" INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(moved.get(c, c) for c in columns)}"
                f" FROM n CROSS JOIN {table} t WHERE t.{key} < {APART}",
                (json.dumps(list(range(1, times))),),
            )
        db.execute("COMMIT")


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
            raise Unanswered(f"{path} answered {found.status_code}")

    site = f"/site/{quote(host, safe='')}"
    return {
        f"page {what}": partial(get, path)
        for what, path in (*((path, path) for path in PAGES), ("/site/...", site))
    }


class Unanswered(Exception):
    """A page that gave up."""


def seconds(ask: Callable[[], Any]) -> float:
    """The median of some answers; infinite where one was not given, which is said."""
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        try:
            ask()
        except Unanswered as error:
            print(error, file=sys.stderr, flush=True)
            return math.inf
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def measure(size: int, fresh: int) -> dict[str, float]:
    with trs_site.serving(size + fresh) as base, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command, database = ours(base, folder)
        seed(folder / "archive", base, fresh, min(size, WRITTEN) + fresh)
        multiply(database, max(1, size // WRITTEN))
        there = count(database)
        cpu, _, peak = measured([*command, "--recheck", "0"], folder)
        if (got := count(database)) != there + fresh:
            sys.exit(f"the crawl left {got} of {there + fresh} articles")
        again, _, _ = measured([*command, "--recheck", "50"], folder)
        host = base.partition("://")[2]
        found = {
            "crawl, CPU-ms a new article": cpu * 1000 / fresh,
            "crawl, peak MiB": peak,
            "crawl with nothing new, CPU-s": again,
            "database, KiB an article": database.stat().st_size / 1024 / (there + fresh),
        }
        asked = questions(folder / "archive", host, base) | web_questions(folder / "archive", host)
        for what, ask in asked.items():
            found[f"{what}, ms"] = seconds(ask) * 1000
    return found


def measured_apart(size: int, fresh: int) -> dict[str, float]:
    """Measured by a process of its own: to the system, a process begins with the memory of the one that starts it."""
    command = [sys.executable, __file__, "--sizes", str(size), "--fresh", str(fresh), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{size} articles could not be measured")
    told: dict[str, dict[str, float]] = json.loads(done.stdout)
    return told[str(size)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[9000, 99_000])
    parser.add_argument("--fresh", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.json:
        print(json.dumps({size: measure(size, options.fresh) for size in options.sizes}))
        return
    found = {size: measured_apart(size, options.fresh) for size in options.sizes}
    first, last = found[options.sizes[0]], found[options.sizes[-1]]
    print(f"{'articles':36}" + "".join(f"{size:>12}" for size in options.sizes) + f"{'ratio':>10}")
    for what in first:
        values = "".join(f"{found[size][what]:12.2f}" for size in options.sizes)
        print(f"{what:36}{values}{last[what] / first[what]:10.2f}")


if __name__ == "__main__":
    main()
