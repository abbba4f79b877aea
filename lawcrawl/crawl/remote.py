"""One site of a cluster's run, crawled on whichever machine it was given to.

The worker fetches what the shard knows, lets a process of its own crawl into it, and uploads what has come every few
minutes, so that another worker goes on from there if this one is lost. The process ends with its worker.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lawcrawl.archive import ArchiveError
from lawcrawl.crawl.shards import Manifest, Refused, Shards, TakenOver, begun

LOOK = 0.5
"""Seconds between two looks at whether the crawl has ended or is to be stopped."""
UPLOADING = 20
"""An upload that takes a second is followed by another after as many seconds, at the earliest."""

Told = Callable[[dict[str, Any]], None]


@dataclass(slots=True, frozen=True)
class Task:
    """What a worker is given; plain values, so that it can be sent."""

    site: str
    targets: list[str]
    arguments: dict[str, Any]
    settings: dict[str, Any]
    """Scrapy's and ours, all that the coordinator's configuration and command line say."""
    shards: str
    run: str
    every: float
    """Seconds between two uploads."""


@dataclass(slots=True)
class Site:
    """The work on one task."""

    task: Task
    shards: Shards
    holder: str
    folder: Path
    tell: Told
    stop: Callable[[], bool]
    token: str = ""
    manifest: Manifest | None = None
    said: list[str] = field(default_factory=list)

    def crawl(self) -> dict[str, Any]:
        """The crawl's result, or why there is none, once all of it is in the store."""
        self.manifest = self.shards.manifest(self.task.site)
        if self.manifest and self.manifest.run == self.task.run and self.manifest.result:
            return self.manifest.result  # done before, by a worker whose answer was lost
        self.token = self.shards.claim(self.task.site, self.task.run, self.holder)
        if self.manifest:
            self.shards.fetch_database(self.manifest, self.folder)
        result = self.watch()
        self.upload(result if result.get("result") else None)
        self.shards.release(self.task.site)
        return result

    def upload(self, result: dict[str, Any] | None) -> None:
        """Put what has come into the store. Raises :class:`TakenOver` where the site is another's by now."""
        task = self.task
        self.shards.holds(task.site, task.run, self.token, self.holder)
        if begun(self.folder):
            self.manifest = self.shards.put(
                self.folder, self.manifest, task.site, run=task.run, result=result
            )

    def watch(self) -> dict[str, Any]:
        """Let a process crawl, and upload while it does."""
        with process(self.task, self.folder) as child:
            listener = threading.Thread(target=self.listen, args=(child,), daemon=True)
            listener.start()
            due, stopping = time.monotonic() + self.task.every, False
            while child.poll() is None:
                time.sleep(LOOK)
                if not stopping and self.stop():
                    stopping = True
                    child.send_signal(signal.SIGINT)
                if time.monotonic() >= due:
                    began = time.monotonic()
                    try:
                        self.upload(None)
                    except Refused as error:  # the next one brings it
                        self.tell({"message": str(error)})
                    took = time.monotonic() - began
                    due = time.monotonic() + max(self.task.every, UPLOADING * took)
            listener.join()
            assert child.stdout is not None
            lines = child.stdout.read().splitlines()
        if lines:
            found: dict[str, Any] = json.loads(lines[-1])
            return found
        why = f" ({self.said[-1]})" if self.said else ""
        return {"refused": f"its process on {self.holder} ended with {child.returncode}{why}; run it again"}

    def listen(self, child: subprocess.Popen[str]) -> None:
        """Pass on what the process says: its progress and its messages, an object a line."""
        assert child.stderr is not None
        for line in child.stderr:
            try:
                said = json.loads(line)
            except ValueError:
                said = {"message": line.strip()}
            if "message" in said:
                self.said = [*self.said[-4:], str(said["message"])]
            self.tell(said)


@contextlib.contextmanager
def process(task: Task, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The process that crawls; its stdin stays open as long as somebody waits for it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAWCRAWL_")}
    with subprocess.Popen(
        [sys.executable, "-m", "lawcrawl.crawl.remote", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,  # a terminal's Ctrl-C reaches the coordinator alone
    ) as child:
        try:
            assert child.stdin is not None
            child.stdin.write(json.dumps(asdict(task)) + "\n")
            child.stdin.flush()
            yield child
        finally:
            child.kill()


def crawl_site(task: Task) -> dict[str, Any]:
    """What a Dask worker does with a task: ``result`` (as :meth:`Result.as_dict`) or ``refused``, a sentence."""
    from distributed import Event, get_client, get_worker

    worker = get_worker()
    stop = Event(f"lawcrawl-stop-{task.run}", client=get_client())
    holder = f"{worker.name} on {socket.gethostname()} (process {os.getpid()})"
    topic = f"lawcrawl-{task.run}"

    def tell(said: dict[str, Any]) -> None:
        worker.log_event(topic, {**said, "site": task.site, "worker": str(worker.name)})

    folder = Path(tempfile.mkdtemp(prefix="lawcrawl-shard-", dir=worker.local_directory))
    try:
        shards = Shards(task.shards)
        found = Site(task, shards, holder, folder, tell, lambda: bool(stop.is_set())).crawl()
    except TakenOver as error:
        found = {"refused": str(error)}
    except Refused as error:
        kept = Path(tempfile.mkdtemp(prefix="lawcrawl-kept-"))
        shutil.move(folder, kept)
        lies = f"; what came lies in {kept / folder.name} on {socket.gethostname()}, for 'lawcrawl merge'"
        return {"refused": f"{error}{lies if (kept / folder.name / 'lawcrawl.db').exists() else ''}"}
    except ArchiveError as error:
        found = {"refused": str(error)}
    shutil.rmtree(folder, ignore_errors=True)
    return {**found, "worker": str(worker.name)}


# The process


def end_with_parent() -> None:
    """Whoever waits for this process is gone: nobody would store what it brings, and another may ask the site."""
    sys.stdin.read()
    os._exit(1)


def main() -> None:
    from lawcrawl.crawl.run import jobs_for, run

    task = Task(**json.loads(sys.stdin.readline()))
    threading.Thread(target=end_with_parent, daemon=True).start()
    folder = Path(sys.argv[1])
    nothing = folder / "lawcrawl.toml"
    nothing.write_text("", encoding="utf-8")  # all that is configured was sent
    own = {"LAWCRAWL_ARCHIVE": str(folder), "LAWCRAWL_CONFIG": str(nothing)}
    shown = {"LAWCRAWL_PROGRESS": "auto", "LAWCRAWL_LOG_FORMAT": "json"}
    [job] = jobs_for(task.targets, **task.arguments)
    [outcome] = run([job], {**task.settings, **own, **shown})
    result = outcome.result.as_dict() if outcome.result else None
    print(json.dumps({"result": result, "refused": outcome.refused}), flush=True)


if __name__ == "__main__":
    main()
