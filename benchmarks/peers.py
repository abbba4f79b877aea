"""Seven ways to have a notice site, side by side: what a page costs, and what each got right.

    python benchmarks/peers.py [--articles 3000]

All get the same local TRS site in one run, each in a process of its own, 8 requests at a time where it lets itself be
told so, no pause. CPU is user and system time of that process; bytes are what it left on the disk. Right is an article
whose title, day and text (white space aside) are those the page shows. Who does not find a list's further pages, or
takes only addresses, is given them, and the line says so. Programs that are not installed here are left out in a line.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trs_site
from crawl_cost import measured, ours, plain
from rivals import environment

from lawcrawl.imports.foreign import File

NEWS_PLEASE = """
import json, sys
from newsplease import NewsPlease
urls = open(sys.argv[2], encoding="utf-8").read().split()
with open("out.jsonl", "w", encoding="utf-8") as out:
    for start in range(0, len(urls), 200):
        found = NewsPlease.from_urls(urls[start:start + 200], request_args={"timeout": 30})
        for url, one in found.items():
            if one:
                told = {"url": url, "title": one.title, "published": str(one.date_publish or ""), "text": one.maintext}
                print(json.dumps(told), file=out)
"""
TRAFILATURA = """
import json, socket, sys
# it follows links of named hosts alone, so the site has a name here
resolve, base, name = socket.getaddrinfo, sys.argv[1], "http://sfj.linxi.example"
socket.getaddrinfo = lambda host, *more, **others: resolve("127.0.0.1", *more, **others)
there = name + ":" + base.rpartition(":")[2]
from concurrent.futures import ThreadPoolExecutor
from trafilatura import bare_extraction, fetch_url
from trafilatura.settings import use_config
from trafilatura.spider import focused_crawler
config = use_config()
config.set("DEFAULT", "SLEEP_TIME", "0")
config.set("DEFAULT", "SSRF_PROTECTION", "off")
lists = [url.replace(base, there) for url in open(sys.argv[2], encoding="utf-8").read().split()]
_, known = focused_crawler(
    there, max_seen_urls=len(lists) + 1, max_known_urls=10 * int(sys.argv[3]), todo=lists, config=config
)
links = {link for link in known if "/t20" in link}
def read(url):
    page = fetch_url(url, config=config)
    found = bare_extraction(page, url=url, with_metadata=True, config=config) if page else None
    return url, found
with ThreadPoolExecutor(8) as pool, open("out.jsonl", "w", encoding="utf-8") as out:
    for url, one in pool.map(read, sorted(links)):
        if one:
            url = url.replace(there, base)
            print(json.dumps({"url": url, "title": one.title, "published": one.date, "text": one.text}), file=out)
"""
AIOHTTP = """
import asyncio, sys
import aiohttp
async def main():
    urls = iter(open(sys.argv[2], encoding="utf-8").read().split())
    async with aiohttp.ClientSession() as session:
        async def work():
            for url in urls:
                async with session.get(url) as answer:
                    await answer.read()
        await asyncio.gather(*(work() for _ in range(8)))
asyncio.run(main())
"""


@dataclass
class Site:
    """The site, and its addresses as the truth has them."""

    base: str
    articles: int

    @property
    def lists(self) -> list[str]:
        pages = -(-(self.articles // 2) // trs_site.PER_PAGE)
        names = ["", *(f"index_{page}.html" for page in range(1, pages))]
        return [f"{self.base}/{column}/{name}" for column in trs_site.COLUMNS for name in names]

    @property
    def pages(self) -> dict[str, dict[str, Any]]:
        columns = trs_site.COLUMNS
        return {
            f"{self.base}/{columns[number % len(columns)]}/{trs_site.name(number)}": trs_site.truth(number)
            for number in range(self.articles)
        }


@dataclass
class Got:
    """What a way left: the articles, and how many pages it asked for."""

    found: dict[str, dict[str, Any]]
    pages: int
    note: str = ""


def lawcrawl(site: Site, folder: Path) -> tuple[list[str], Any]:
    command, database = ours(site.base, folder)

    def got() -> Got:
        with sqlite3.connect(database) as db:
            rows = db.execute("SELECT url, title, published, text FROM articles").fetchall()
        found = {row[0]: dict(zip(("title", "published", "text"), row[1:], strict=True)) for row in rows}
        return Got(found, len(found) + len(site.lists), "everything kept: versions, captures, index")

    return command, got


def scrapy(site: Site, folder: Path) -> tuple[list[str], Any]:
    command, out = plain(site.base, folder, "default")
    return command, lambda: from_lines(out, len(site.lists), "selectors written for this site")


def news_please(site: Site, folder: Path) -> tuple[list[str], Any] | None:
    python = environment("news-please", "news-please==1.6.16")
    note = "is given every article's address"
    return python and (
        [*script(python, folder, NEWS_PLEASE), site.base, listed(folder, site.pages)],
        lambda: from_lines(folder / "out.jsonl", 0, note),
    )


def trafilatura(site: Site, folder: Path) -> tuple[list[str], Any] | None:
    python = environment("trafilatura", "trafilatura", "lxml_html_clean")
    note = "is given every list page"
    return python and (
        [*script(python, folder, TRAFILATURA), site.base, listed(folder, site.lists), str(site.articles)],
        lambda: from_lines(folder / "out.jsonl", len(site.lists), note),
    )


def wget(site: Site, folder: Path) -> tuple[list[str], Any] | None:
    program = shutil.which("wget")
    if program is None:
        print("wget: left out, it is not installed here", flush=True)
        return None
    options = [
        "-q",
        "-r",
        "-l",
        "1",
        "-e",
        "robots=off",
        "--warc-file=got",
        "--delete-after",
        "-X",
        "/lanmu,/x",
    ]

    def got() -> Got:
        records = File("got.warc.gz", folder / "got.warc.gz").read()
        urls = {record.url for record in records if record.type == "response"}
        found = {url: {} for url in urls if "/t20" in url}
        return Got(found, len(urls), "is given every list page; keeps pages, reads no field")

    # it says 8 where any link it saw is not there
    return [
        "sh",
        "-c",
        '"$@"; s=$?; test $s -eq 0 -o $s -eq 8',
        "sh",
        program,
        *options,
        "-i",
        listed(folder, site.lists),
    ], got


def aiohttp(site: Site, folder: Path) -> tuple[list[str], Any] | None:
    python = environment("aiohttp", "aiohttp==3.14.5")
    urls = [*site.lists, *site.pages]
    return python and (
        [*script(python, folder, AIOHTTP), site.base, listed(folder, urls)],
        lambda: Got(
            {url: {} for url in site.pages}, len(urls), "is given every address; keeps and reads nothing"
        ),
    )


WAYS = {
    "lawcrawl": lawcrawl,
    "scrapy": scrapy,
    "news-please": news_please,
    "trafilatura": trafilatura,
    "wget --warc": wget,
    "aiohttp loop": aiohttp,
}


def script(python: Path, folder: Path, code: str) -> list[str]:
    (folder / "run.py").write_text(code, encoding="utf-8")
    return [str(python / "python"), "run.py"]


def listed(folder: Path, urls: Any) -> str:
    (folder / "urls.txt").write_text("\n".join(urls), encoding="utf-8")
    return "urls.txt"


def from_lines(out: Path, more: int, note: str) -> Got:
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return Got({row["url"]: row for row in rows}, len(rows) + more, note)


def right(found: dict[str, Any], truth: dict[str, Any]) -> dict[str, bool]:
    """Which fields are those of the page."""
    day = re.search(r"\d{4}-\d\d-\d\d", str(found.get("published")))
    bare = re.sub(r"\s", "", str(found.get("text")))
    return {
        "title": found.get("title") == truth["title"],
        "published": day is not None and day[0] == truth["published"][:10],
        "text": bare == re.sub(r"\s", "", truth["text"]),
    }


def size(folder: Path) -> int:
    """Bytes of what is left but for what the benchmark put there."""
    left = (path for path in folder.rglob("*") if path.name not in ("run.py", "urls.txt", "plain.py"))
    return sum(path.stat().st_size for path in left if path.is_file())


def compared(site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    pages = site.pages
    for name, way in WAYS.items():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            prepared = way(site, folder)
            if not prepared:
                continue
            command, outcome = prepared
            cpu, wall, peak = measured(command, folder)
            got: Got = outcome()
            checks = [right(one, pages[url]) for url, one in got.found.items() if url in pages]
            yield (
                name,
                {
                    "pages_a_second": got.pages / wall,
                    "cpu_ms_a_page": cpu * 1000 / max(1, got.pages),
                    "bytes_a_page": size(folder) // max(1, got.pages),
                    "peak_mib": peak,
                    "articles": sum(url in pages for url in got.found),
                    "exact": {
                        field: sum(one[field] for one in checks) for field in ("title", "published", "text")
                    },
                    "note": got.note,
                },
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=3000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with trs_site.serving(options.articles, ready=True) as base:
        results = dict(compared(Site(base, options.articles)))
    if options.json:
        print(json.dumps(results))
        return
    print(
        f"{options.articles} articles{'pages/s':>11} {'CPU-ms/page':>12} {'B/page':>8} {'found':>6} {'title':>6} {'day':>6} {'text':>6}"
    )
    for name, one in results.items():
        exact = " ".join(f"{count:6}" for count in one["exact"].values())
        print(
            f"{name:13} {one['pages_a_second']:10.0f} {one['cpu_ms_a_page']:12.2f} {one['bytes_a_page']:8}"
            f" {one['articles']:6} {exact}  {one['note']}"
        )


if __name__ == "__main__":
    main()
