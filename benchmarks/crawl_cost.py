"""What a page costs: lawcrawl, doing everything, beside a plain Scrapy spider that writes six fields to JSON lines.

    python benchmarks/crawl_cost.py [--articles 3000] [--rounds 3]

All crawl the same local TRS site in turn, each in a process of its own, 8 requests at a time, no pause. CPU is user
and system time of the crawling process; the server's is not counted. The ratio is what counts: machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import trs_site

PLAIN = """
import sys
import scrapy
from scrapy.crawler import AsyncCrawlerProcess

class Plain(scrapy.Spider):
    name = "plain"
    def __init__(self, base): self.start_urls = [base + "/tzgg/", base + "/pfdt/"]
    def parse(self, response):
        for link in response.css("ul.list li a"):
            yield response.follow(link, self.article)
        total, current = response.css("script").re(r"createPageHTML[(](\\d+), (\\d+)")[:2]
        if int(current) + 1 < int(total):
            yield response.follow(f"index_{int(current) + 1}.html", self.parse)
    def article(self, response):
        yield {"url": response.url, "title": response.css("h1::text").get(), "published": response.css(".time::text").get(),
               "source": response.css(".source::text").get(), "views": response.css(".views::text").get(),
               "text": "\\n".join(response.css(".TRS_Editor p::text").getall())}

settings = {"LOG_LEVEL": "WARNING", "FEEDS": {sys.argv[2]: {"format": "jsonlines"}}}
if sys.argv[3] == "tuned":
    settings |= {"CONCURRENT_ITEMS": 1, "TELNETCONSOLE_ENABLED": False}
process = AsyncCrawlerProcess(settings)
process.crawl(Plain, base=sys.argv[1])
process.start()
"""


def measured(command: list[str], folder: Path) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak MiB of a command."""
    began = time.monotonic()
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(command)[:200]}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began, usage.ru_maxrss / 1024


def plain(base: str, folder: Path, kind: str) -> tuple[list[str], Path]:
    script = folder / "plain.py"
    script.write_text(PLAIN, encoding="utf-8")
    out = folder / f"{kind}.jsonl"
    return [sys.executable, str(script), base, out.name, kind], out


def ours(base: str, folder: Path) -> tuple[list[str], Path]:
    command = [
        sys.executable,
        "-m",
        "lawcrawl",
        "crawl",
        f"{base}/tzgg/",
        f"{base}/pfdt/",
        "--archive",
        "archive",
    ]
    command += ["--delay", "0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "CONCURRENT_REQUESTS=16"]
    return command, folder / "archive" / "lawcrawl.db"


def count(out: Path, table: str = "articles") -> int:
    if out.suffix == ".jsonl":
        return len(out.read_text(encoding="utf-8").splitlines())
    with sqlite3.connect(out) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def one_round(base: str, articles: int) -> dict[str, tuple[float, float, float]]:
    found = {}
    for kind in ("default", "tuned", "lawcrawl"):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            command, out = ours(base, folder) if kind == "lawcrawl" else plain(base, folder, kind)
            found[kind] = measured(command, folder)
            if (got := count(out)) != articles:
                sys.exit(f"{kind} got {got} of {articles} articles")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with trs_site.serving(options.articles) as base:
        rounds = [one_round(base, options.articles) for _ in range(options.rounds)]
    pages = options.articles * 21 / 20
    result = {}
    for kind in rounds[0]:
        cpu, wall, peak = (statistics.median(r[kind][i] for r in rounds) for i in range(3))
        result[kind] = {"cpu_ms_a_page": cpu * 1000 / pages, "pages_a_second": pages / wall, "peak_mib": peak}
    for rival in ("default", "tuned"):
        ratio = statistics.median(r["lawcrawl"][0] / r[rival][0] for r in rounds)
        result["lawcrawl"][f"ratio_to_{rival}"] = ratio
    if options.json:
        print(json.dumps(result))
        return
    for kind, numbers in result.items():
        print(f"{kind:10} " + "  ".join(f"{name} {value:.2f}" for name, value in numbers.items()))


if __name__ == "__main__":
    main()
