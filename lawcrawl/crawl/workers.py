"""Sites over processes: a site is always one process, so that one worker asks it at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any

from lawcrawl.crawl.run import Job, Outcome, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, ForkServerProcess, SpawnContext, SpawnProcess

# A fork of a process that has all modules and nothing else: what takes a second once would take it for every site.
_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_CONTEXT: ForkServerContext | SpawnContext = (
    multiprocessing.get_context("forkserver") if _FORKS else multiprocessing.get_context("spawn")
)
_CONTEXT.set_forkserver_preload([__name__])


def run_workers(
    jobs: Sequence[Job],
    overrides: Mapping[str, Any],
    workers: int,
    done: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Run every job, ``workers`` at a time, each in a process of its own; ``done`` is told of each as it ends.

    A process that dies takes its own site with it and no other. Ctrl-C lets what is in flight finish and starts no
    further site; a second one ends the workers at once.
    """
    crew = Crew(overrides)
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(crew.crawl, job) for job in jobs]
        while True:
            try:
                for future in as_completed(futures):
                    done(future.result())
                break
            except KeyboardInterrupt:
                crew.interrupt()
    return [future.result() for future in futures]


class Crew:
    """The processes at work."""

    def __init__(self, overrides: Mapping[str, Any]) -> None:
        self.overrides = {**overrides, "LAWCRAWL_PROGRESS": "none"}
        self.stopping = False
        self.lock = threading.Lock()
        self.working: set[ForkServerProcess | SpawnProcess] = set()

    def crawl(self, job: Job) -> Outcome:
        """One site, to its end. Called in a thread."""
        receiver, sender = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(target=work, args=(job, self.overrides, sender))
        with self.lock:
            if self.stopping:
                return Outcome(job.site, None, "interrupted")
            process.start()
            self.working.add(process)
        sender.close()
        try:
            outcome: Outcome = receiver.recv()
        except EOFError:
            process.join()
            reason = f"its process ended with {process.exitcode}; run it again, what was stored is safe"
            outcome = Outcome(job.site, None, reason)
        process.join()
        with self.lock:
            self.working.discard(process)
        return outcome

    def interrupt(self) -> None:
        """First: finish what is in flight. Again: end at once."""
        with self.lock:
            send = signal.SIGKILL if self.stopping else signal.SIGINT
            self.stopping = True
            for process in self.working:
                if process.pid is not None and process.is_alive():
                    os.kill(process.pid, send)


def work(job: Job, overrides: Mapping[str, Any], sender: Connection) -> None:
    """The process of one site. A terminal's Ctrl-C reaches the parent alone, which passes it on."""
    os.setpgrp()
    [outcome] = run([job], overrides)
    sender.send(outcome)
    sender.close()
