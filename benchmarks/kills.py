"""Whether a crawl that is killed over and over ends as one that was left alone.

    python benchmarks/kills.py [--kills 100] [--articles 300]

The site is crawled once undisturbed. Then crawls of it are begun and killed (SIGKILL) at random moments until one comes
to its end, into a new archive again and again until there were so many kills. Each archive must pass ``lawcrawl verify``
and hold exactly the same sites, columns, articles, versions, files, counts and words as the undisturbed one.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import trs_site

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.archive.dump import contents  # noqa: E402

OWN = ("captures", "crawls", "walks", "failures")
"""What tells of the crawls themselves: there were more of them, and what was in flight is asked for again."""


def crawling(base: str, archive: Path) -> subprocess.Popen[str]:
    columns = [f"{base}/{column}/" for column in trs_site.COLUMNS]
    command = [sys.executable, "-m", "lawcrawl", "crawl", *columns, "--archive", str(archive), "--delay", "0"]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def whole(process: subprocess.Popen[str]) -> None:
    """Wait for a crawl that is left alone."""
    _, errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"a crawl ended with {process.returncode}: {errors}")


def told(archive: Path) -> dict[str, list[Any]]:
    return {name: rows for name, rows in contents(archive).items() if name not in OWN}


def until_done(base: str, archive: Path, longest: float, left: int) -> list[int]:
    """Crawls killed until one ends, of at most ``left`` kills; how many articles were stored at each."""
    stored: list[int] = []
    while len(stored) < left:
        process = crawling(base, archive)
        try:
            process.wait(random.uniform(0.2, longest))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            stored.append(articles(archive))
            continue
        whole(process)
        return stored
    whole(crawling(base, archive))
    return stored


def articles(archive: Path) -> int:
    """How many there are; 0 before there is a table of them."""
    database = archive / "lawcrawl.db"
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        made = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'articles'").fetchone()[0]
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0]) if made else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--longest", type=float, default=4.0, help="seconds a crawl lives at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    kills: list[int] = []
    archives = 0
    with trs_site.serving(options.articles) as base, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole(crawling(base, folder / "undisturbed"))
        expected = told(folder / "undisturbed")
        while len(kills) < options.kills:
            archives += 1
            archive = folder / f"killed{archives}"
            kills += until_done(base, archive, options.longest, options.kills - len(kills))
            found = told(archive)
            if other := [table for table in expected if found[table] != expected[table]]:
                raise SystemExit(f"after {len(kills)} kills the archive differs in: {', '.join(other)}")
            verify = [sys.executable, "-m", "lawcrawl", "verify", "--archive", str(archive)]
            subprocess.run(verify, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    midway = len({stored for stored in kills if 0 < stored < options.articles})
    print(
        f"{len(kills)} kills over {archives} crawls of {options.articles} articles, {midway} different numbers of"
        " articles stored by then: every archive ended as the undisturbed one"
    )


if __name__ == "__main__":
    main()
