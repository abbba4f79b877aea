"""Whether workers share the work: pages a second of several sites with one process and with two, into one archive.

    python benchmarks/workers.py [--sites 4] [--articles 500] [--workers 2]

Every site is a process of its own whose pages are ready, so that its share of the machine is small; no pause between
requests. The ratio is what counts, and it needs as many idle cores as there are workers. Every article must be in the
one archive once, and nothing may have failed.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import trs_site


def pages_a_second(sites: list[str], articles: int, workers: int) -> float:
    """Articles and list pages stored a second of wall clock, startup included."""
    targets = [f"{site}/{column}/" for site in sites for column in trs_site.COLUMNS]
    command = [sys.executable, "-m", "lawcrawl", "crawl", *targets, "--archive", "archive", "--delay", "0"]
    command += ["--workers", str(workers), "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8"]
    command += ["-s", "CONCURRENT_REQUESTS=16"]
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        taken = time.monotonic() - began
        if done.returncode or "locked" in done.stderr:
            sys.exit(f"{workers} workers: status {done.returncode}: {done.stderr[-500:]}")
        with sqlite3.connect(Path(folder) / "archive" / "lawcrawl.db") as db:
            counts = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM failures), (SELECT count(*) FROM captures)"
            stored, failed, captured = db.execute(counts).fetchone()
        if (stored, failed) != (articles * len(sites), 0):
            sys.exit(f"{workers} workers: {stored} of {articles * len(sites)} articles, {failed} failures")
    return captured / taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sites", type=int, default=4)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with ExitStack() as stack:
        sites = [
            stack.enter_context(trs_site.serving(options.articles, ready=True)) for _ in range(options.sites)
        ]
        alone = pages_a_second(sites, options.articles, 1)
        together = pages_a_second(sites, options.articles, options.workers)
    print(
        f"{options.sites} sites of {options.articles} articles: 1 worker {alone:.0f} pages/s  "
        f"{options.workers} workers {together:.0f} pages/s  ratio {together / alone:.2f}"
    )


if __name__ == "__main__":
    main()
