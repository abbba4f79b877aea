"""Whether a long crawl leaks: memory and open files of one crawl over minutes, at an even pace.

    python benchmarks/soak.py [--minutes 30] [--pages 50000]

Prints RSS five minutes in and at the end, and how many descriptors were open then.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import trs_site
from crawl_cost import count, ours

SETTLED = 300
"""Seconds after which memory should not grow any more."""
EVERY = 5.0


def state(pid: int) -> tuple[float, int]:
    """RSS in MiB and open descriptors of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20, len(os.listdir(f"/proc/{pid}/fd"))


def watched(command: list[str], folder: Path, seconds: float) -> list[tuple[float, float, int]]:
    """Second, RSS and descriptors, every few seconds until the crawl ends or the time is over."""
    began, found = time.monotonic(), []
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and (now := time.monotonic() - began) < seconds:
            found.append((now, *state(process.pid)))
            time.sleep(EVERY)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    if process.returncode not in (0, 130):
        raise SystemExit(f"the crawl ended with {process.returncode}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--pages", type=int, default=50_000)
    options = parser.parse_args()
    seconds = options.minutes * 60
    pace = ["-s", f"DOWNLOAD_DELAY={seconds / options.pages:.4f}", "-s", "AUTOTHROTTLE_ENABLED=False"]
    with trs_site.serving(options.pages) as base, tempfile.TemporaryDirectory() as name:
        command, out = ours(base, Path(name))
        seen = watched([*command, *pace], Path(name), seconds)
        pages = count(out)
    settled = [one for one in seen if one[0] >= min(SETTLED, seconds / 2)]
    if not settled:
        raise SystemExit(f"the crawl was over after {seen[-1][0]:.0f} seconds")
    (at, before, open_before), (end, after, open_after) = settled[0], settled[-1]
    print(
        f"{pages} articles in {end / 60:.1f} minutes: {before:.1f} MiB at {at:.0f} s, {after:.1f} MiB at the end,"
        f" ratio {after / before:.3f}; {open_before} descriptors, {open_after} at the end"
    )


if __name__ == "__main__":
    main()
