"""lawcrawl as a user runs it: a process of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FAST = ("--delay", "0", "-s", "RETRY_TIMES=0", "-s", "DOWNLOAD_TIMEOUT=5")


@dataclass
class Run:
    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def python(*arguments: object, cwd: Path | None = None, **environment: str) -> Run:
    """This Python with this tree's lawcrawl, wherever it runs."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT), **environment},
        timeout=120,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def lawcrawl(*arguments: object, cwd: Path | None = None, **environment: str) -> Run:
    return python("-m", "lawcrawl", *arguments, cwd=cwd, **environment)


def crawl(archive: Path, *targets: object) -> Run:
    return lawcrawl("crawl", *targets, "--archive", archive, *FAST)


def rows(archive: Path, sql: str, *values: object) -> list[Any]:
    """The rows of a query; bare values where there is one column."""
    with sqlite3.connect(f"file:{archive / 'lawcrawl.db'}?mode=ro", uri=True) as db:
        found = db.execute(sql, values).fetchall()
    db.close()
    return [row[0] if len(row) == 1 else row for row in found]


def age(archive: Path, days: int) -> None:
    """Let time pass: all that was observed lies so many days further back; of a negative number, ahead."""
    with sqlite3.connect(archive / "lawcrawl.db") as db:
        for table, columns in (
            ("articles", ("first_seen_at", "last_seen_at", "changed_at", "checked_at")),
            ("captures", ("fetched_at",)),
            ("crawls", ("started_at", "finished_at")),
        ):
            for column in columns:
                db.execute(
                    f"UPDATE {table} SET {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, ?)",
                    (f"{-days:+} days",),
                )
    db.close()
