"""pywb and the wacz tool, asked what they make of files; they live in an environment of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PYTHON = Path(f"{sys.prefix}-replay") / "bin" / "python"


@dataclass
class Replayed:
    fetched: list[tuple[int, str]]
    valid: list[bool]


def replay(
    folder: Path,
    collections: dict[str, list[Path]],
    fetch: list[tuple[str, str, str]],
    validate: list[Path],
) -> Replayed:
    """Put files into collections in ``folder``, and fetch (collection, moment, address) from them."""
    if not PYTHON.exists():
        pytest.skip(f"pywb is not at {PYTHON}: 'make replay' installs it")
    asked: dict[str, Any] = {"collections": collections, "fetch": fetch, "validate": validate}
    done = subprocess.run(
        [PYTHON, Path(__file__).with_name("replay.py")],
        input=json.dumps(asked, default=str),
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return Replayed([(status, body) for status, body in found["fetched"]], found["valid"])
