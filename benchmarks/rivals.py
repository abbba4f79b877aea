"""Rivals' programs, each in an environment of its own that is made once and kept in the user's cache."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lawcrawl-benchmarks"


def environment(name: str, *requirements: str) -> Path | None:
    """The folder of the programs of an environment that holds ``requirements``; None, with a line, where it cannot be had."""
    folder = CACHE / name
    ready = folder / ".ready"
    wanted = "\n".join(requirements)
    if not ready.exists() or ready.read_text() != wanted:
        made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, check=False)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *requirements]
        if made.returncode or subprocess.run(pip, capture_output=True, check=False).returncode:
            print(f"{name}: left out, it cannot be installed here", flush=True)
            return None
        ready.write_text(wanted)
    return folder / "bin"
