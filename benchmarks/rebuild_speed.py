"""How fast `lawcrawl rebuild` reads articles anew, beside the crawl that brought them.

    python benchmarks/rebuild_speed.py [--articles 3000]

A local TRS site is crawled (8 requests at a time, no pause), then the archive is rebuilt with a process a core. A
rebuild by the very code that crawled must change nothing; one that does is an error here.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import trs_site
from crawl_cost import count, ours


def seconds(command: list[str], folder: Path) -> tuple[float, str]:
    """Wall seconds of a command, and what it printed."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"failed: {' '.join(command)[:200]}")
    return time.monotonic() - began, done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=3000)
    options = parser.parse_args()
    with trs_site.serving(options.articles) as base, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command, database = ours(base, folder)
        crawled, _ = seconds(command, folder)
        if (got := count(database)) != options.articles:
            sys.exit(f"the crawl got {got} of {options.articles} articles")
        rebuild = [sys.executable, "-m", "lawcrawl", "rebuild", "--archive", "archive", "--json"]
        rebuilt, said = seconds(rebuild, folder)
    summary = json.loads(said.splitlines()[-1])
    if summary["changed"]:
        sys.exit(f"a rebuild by the same code changed {summary['changed']} articles")
    for what, taken in (("crawl", crawled), ("rebuild", rebuilt)):
        print(f"{what:8} {taken:6.1f} s  {options.articles / taken:7.1f} articles a second")
    print(f"rebuild is {crawled / rebuilt:.1f} times as fast as the crawl")


if __name__ == "__main__":
    main()
