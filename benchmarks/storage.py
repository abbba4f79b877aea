"""What an article costs on the disk, its text and history included: lawcrawl, a folder of HTML, ArchiveBox.

    python benchmarks/storage.py [--articles 1000] [--boxed 10]

A local TRS site is visited twice; between the visits one article in twenty is edited. lawcrawl keeps captures, fields,
versions, counts, the full-text index; the folder keeps each visit's pages as files and nothing else. ArchiveBox visits
--boxed articles once, only its ways without a browser switched on, which is the least that it can keep.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import trs_site
from crawl_cost import count, ours
from rivals import environment

BOXED = ("SAVE_WGET", "SAVE_WARC", "SAVE_TITLE", "SAVE_HEADERS")
"""ArchiveBox's ways that bring the page, its record and its title; all others are off."""
OTHERS = (
    *("FAVICON", "SINGLEFILE", "READABILITY", "MERCURY", "HTMLTOTEXT", "PDF", "SCREENSHOT", "DOM", "GIT"),
    *("MEDIA", "ARCHIVE_DOT_ORG"),
)


def on_disk(folder: Path) -> int:
    """Bytes of the blocks that all files under a folder take."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def run(command: list[str], folder: Path, **environment: str) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )
    if done.returncode:
        sys.exit(f"failed: {' '.join(command)[:200]}\n{done.stderr[-2000:]}")


def lawcrawl(folder: Path, articles: int) -> int:
    port = 0
    for edition in range(2):
        with trs_site.serving(articles, port, edition) as base:
            port = int(base.rpartition(":")[2])
            command, database = ours(base, folder)
            run([*command, "--full", "--recheck", str(articles)], folder)
        make_due(database)
    if (got := count(database)) != articles:
        sys.exit(f"the crawl got {got} of {articles} articles")
    versions = count(database, "versions")
    if versions != articles + len(range(1, articles, trs_site.EDITED)):
        sys.exit(f"the crawls made {versions} versions of {articles} articles")
    return on_disk(folder / "archive")


def make_due(database: Path) -> None:
    """Let a year pass, so that the next crawl looks at every article again."""
    with sqlite3.connect(database) as db:
        for name in ("first_seen_at", "changed_at", "checked_at"):
            db.execute(
                f"UPDATE articles SET {name} = replace({name}, substr({name}, 1, 4), substr({name}, 1, 4) - 1)"
            )


def plain_files(folder: Path, articles: int) -> int:
    for edition in range(2):
        kept = folder / f"visit{edition}"
        kept.mkdir()
        for number in range(articles):
            (kept / f"{number}.html").write_text(trs_site.article(number, edition), encoding="utf-8")
    return on_disk(folder)


def archivebox(programs: Path, folder: Path, articles: int) -> int:
    switches = {**dict.fromkeys(BOXED, "True"), **{f"SAVE_{name}": "False" for name in OTHERS}}
    box = [str(programs / "archivebox")]
    run([*box, "init"], folder, **switches)
    with trs_site.serving(articles) as base:
        addresses = [f"{base}/tzgg/{trs_site.name(number)}" for number in range(articles)]
        run([*box, "add", *addresses], folder, **switches)
    return on_disk(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--boxed", type=int, default=10, help="articles that ArchiveBox visits; 0 for none")
    options = parser.parse_args()
    programs = None
    if os.geteuid() == 0:
        print("archivebox: left out, it does not run as root")
    elif options.boxed:
        programs = environment("archivebox", "archivebox==0.7.4", "setuptools<81")
    with tempfile.TemporaryDirectory() as name:
        places = {what: Path(name, what) for what in ("lawcrawl", "files", "archivebox")}
        for place in places.values():
            place.mkdir()
        text = sum(len(str(trs_site.truth(n)["text"]).encode()) for n in range(options.articles))
        sizes = {
            "lawcrawl, 2 visits": lawcrawl(places["lawcrawl"], options.articles) / options.articles,
            "folder of HTML, 2 visits": plain_files(places["files"], options.articles) / options.articles,
        }
        if programs:
            boxed = archivebox(programs, places["archivebox"], options.boxed)
            sizes["ArchiveBox, 1 visit"] = boxed / options.boxed
    print(f"an article's text alone: {text / options.articles / 1024:.1f} KiB")
    first = next(iter(sizes.values()))
    for what, size in sizes.items():
        print(f"{what:25} {size / 1024:8.1f} KiB an article  {size / first:5.2f} times lawcrawl")


if __name__ == "__main__":
    main()
