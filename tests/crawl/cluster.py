"""A Dask cluster of real processes on loopback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
STARTED = {"scheduler": re.compile(r"Scheduler at:\s+(tcp://\S+)"), "worker": re.compile(r"Registered to:")}


@dataclass
class Cluster:
    address: str
    folder: Path
    stack: ExitStack
    scheduler: subprocess.Popen[str]
    workers: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    def worker(self, name: str) -> None:
        """Start a worker that does one site at a time."""
        command = ["worker", self.address, "--name", name, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        command += ["--local-directory", str(self.folder), "--host", "127.0.0.1", "--death-timeout", "30"]
        self.workers[name] = self.stack.enter_context(dask(*command))

    def kill(self, name: str) -> None:
        self.workers[name].send_signal(signal.SIGKILL)

    def restart(self, worker: str) -> None:
        """Kill the scheduler, and start one that knows nothing at the same address, with a worker."""
        self.scheduler.send_signal(signal.SIGKILL)
        self.scheduler.wait()
        self.scheduler = self.stack.enter_context(scheduler(int(self.address.rpartition(":")[2])))
        self.worker(worker)


@contextmanager
def dask(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process of Dask, ready; ended at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "30s"},
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if STARTED[arguments[0]].search(line):
                    process.address = line.split()[-1]  # type: ignore[attr-defined]
                    break
            yield process
        finally:
            process.kill()


def scheduler(port: int) -> AbstractContextManager[subprocess.Popen[str]]:
    return dask("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")


@contextmanager
def cluster(folder: Path, *workers: str, port: int = 0) -> Iterator[Cluster]:
    with ExitStack() as stack:
        started = stack.enter_context(scheduler(port))
        found = Cluster(started.address, folder, stack, started)  # type: ignore[attr-defined]
        for name in workers:
            found.worker(name)
        yield found
