"""Every benchmark in turn, its output with date, machine and command into RESULTS.md: ``make bench``.

    python benchmarks/run.py [NAME.py ...]

Named ones are measured anew and the results of the others kept. Small sizes: all of them take less than 15 minutes.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
COMMANDS = (
    "crawl_cost.py --articles 3000 --rounds 2",
    "extraction.py --pages 200 --rounds 3",
    "memory.py --few 2000 --many 8000",
    "workers.py --sites 2 --articles 1000",
    "verify_speed.py --articles 4000",
    "rebuild_speed.py --articles 1000",
    "storage.py --articles 500",
    "knowledge_cost.py --articles 3000",
    "unchanged.py --articles 1000",
    "kills.py --kills 10",
    "peers.py --articles 300",
    "growth.py --sizes 1000 5000 --fresh 300",
    "search.py 2000",
)
HEAD = "# Results\n\nWritten by `make bench`; [README.md](README.md) says what each one asks.\n"


def machine() -> str:
    info = Path("/proc/cpuinfo")
    models = (
        [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        if info.exists()
        else []
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, "
        f"Python {platform.python_version()}"
    )


def sections() -> dict[str, str]:
    """What RESULTS.md has, by the benchmark's name."""
    parts = RESULTS.read_text(encoding="utf-8").split("\n## ")[1:] if RESULTS.exists() else []
    return {part.partition("\n")[0]: part.partition("\n")[2].strip() for part in parts}


def measured(command: str) -> tuple[str, bool]:
    """A benchmark's section, and whether it was carried through."""
    print(f"$ {command}", flush=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command.split()], cwd=HERE, capture_output=True, text=True, check=False
    )
    said = done.stdout.strip()
    if done.returncode:
        said += f"\nfailed with status {done.returncode}: {done.stderr.strip()[-500:]}"
    print(f"{said}\n", flush=True)
    busy = f", load {os.getloadavg()[0]:.1f} at its end" if hasattr(os, "getloadavg") else ""
    head = (
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {machine()}, {time.monotonic() - began:.0f} s{busy}"
    )
    return f"{head}\n\n```\n$ python benchmarks/{command}\n{said}\n```", not done.returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME.py", help="only these")
    options = parser.parse_args()
    known = {command.split()[0]: command for command in COMMANDS}
    if unknown := set(options.names) - known.keys():
        parser.error(f"{', '.join(sorted(unknown))}: not among {', '.join(known)}")
    kept, whole = sections(), True
    for name, command in known.items():
        if not options.names or name in options.names:
            kept[name], carried = measured(command)
            whole = whole and carried
            parts = [f"## {name}\n\n{kept[name]}\n" for name in known if name in kept]
            RESULTS.write_text("\n".join([HEAD, *parts]), encoding="utf-8")
    sys.exit(0 if whole else 1)


if __name__ == "__main__":
    main()
