"""Every benchmark in turn, its output with date, machine and command into RESULTS.md: ``make bench``."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
COMMANDS = (
    "crawl_cost.py --articles 3000 --rounds 3",
    "extraction.py --pages 200",
    "memory.py --few 2000 --many 10000",
    "workers.py --sites 4 --articles 400",
    "verify_speed.py",
    "rebuild_speed.py",
    "storage.py",
    "knowledge_cost.py",
)


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


def main() -> None:
    parts = [f"# Results\n\n{datetime.date.today().isoformat()}, {machine()}\n"]
    for command in COMMANDS:
        print(f"$ {command}", flush=True)
        done = subprocess.run(
            [sys.executable, *command.split()], cwd=HERE, stdout=subprocess.PIPE, text=True, check=False
        )
        print(done.stdout)
        parts.append(f"```\n$ python benchmarks/{command}\n{done.stdout.strip()}\n```\n")
        if done.returncode:
            sys.exit(f"{command} failed; RESULTS.md is left as it was")
    (HERE / "RESULTS.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
