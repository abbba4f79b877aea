"""Sites over the machines of a Dask cluster: one task a site, each into a shard of its own, all merged at the end.

The scheduler gives a lost worker's site to another one; the shards in the store are what that one goes on from. Where
the scheduler itself is lost its tasks are given anew once it is back: a site that was done meanwhile says so.
"""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.merge.files import place
from lawcrawl.archive.merge.part import part
from lawcrawl.archive.merge.run import merge
from lawcrawl.config import Config
from lawcrawl.crawl.alerts import news
from lawcrawl.crawl.alerts import tell as alert
from lawcrawl.crawl.configured import scrapy_settings
from lawcrawl.crawl.recorder import Result
from lawcrawl.crawl.remote import Task, crawl_site
from lawcrawl.crawl.report import write_report
from lawcrawl.crawl.run import Job, Outcome
from lawcrawl.crawl.shards import Manifest, Shards

if TYPE_CHECKING:
    from distributed import Client, Future

ANSWER = 20.0
"""Seconds within which a scheduler must answer."""
PATIENCE = 600.0
"""Seconds for which a scheduler that was there is waited for."""
AGAIN = 2.0

View = Callable[[dict[str, Any]], None]
"""Shown what a worker says: ``site``, ``worker``, and ``message`` or ``done``, ``total`` and ``seconds``."""


def run_cluster(
    jobs: Sequence[Job],
    overrides: Mapping[str, Any],
    archive: Path,
    address: str,
    shards: str,
    *,
    config: Config,
    every: float = 300.0,
    merged: bool = True,
    done: Callable[[Outcome], None] = lambda outcome: None,
    view: View = lambda said: None,
) -> list[Outcome]:
    """Crawl every job on the cluster behind the scheduler at ``address``, its shard in the store at ``shards``.

    A shard goes up every ``every`` seconds while its site is crawled, and is merged into ``archive`` when the site is
    done. Ctrl-C lets what is in flight finish; a second one leaves at once. Raises :class:`ArchiveError` where no
    scheduler answers, or the store takes nothing.
    """
    store = Shards(shards)
    store.check()
    run = Run(jobs, overrides, archive, address, store, config, every, merged, done, view)
    return run.run()


class Run:
    """One run over a cluster."""

    def __init__(
        self,
        jobs: Sequence[Job],
        overrides: Mapping[str, Any],
        archive: Path,
        address: str,
        store: Shards,
        config: Config,
        every: float,
        merged: bool,
        done: Callable[[Outcome], None],
        view: View,
    ) -> None:
        self.waiting = {job.site: job for job in jobs}
        self.overrides, self.archive, self.address, self.store = overrides, archive, address, store
        self.config, self.every, self.merged, self.done, self.view = config, every, merged, done, view
        self.id = secrets.token_hex(6)
        self.outcomes: list[Outcome] = []
        self.ready: set[str] = set()
        self.stopping = False

    def run(self) -> list[Outcome]:
        lost_at: float | None = None
        while self.waiting:
            try:
                with connected(self.address) as client:
                    if lost_at is None:
                        self.view({"message": f"the cluster's dashboard: {client.dashboard_link}"})
                    lost_at = None
                    self.crawl(client)
                    lost_at = time.monotonic()
            except OSError as error:
                if not self.outcomes and lost_at is None:
                    raise ArchiveError(
                        f"no scheduler answers at {self.address} ({error or type(error).__name__}); start one with"
                        " 'dask scheduler', or name another with --cluster"
                    ) from error
                lost_at = lost_at or time.monotonic()
                if time.monotonic() - lost_at > PATIENCE:
                    self.give_up(f"the scheduler at {self.address} was lost and did not come back in time")
                time.sleep(AGAIN)
        return self.outcomes

    def give_up(self, why: str) -> None:
        for site in list(self.waiting):
            self.end(Outcome(site, None, f"{why}; what was stored is safe, run it again"))

    def end(self, outcome: Outcome) -> None:
        self.waiting.pop(outcome.site, None)
        self.outcomes.append(outcome)
        self.done(outcome)

    # Tasks

    def crawl(self, client: Client) -> None:
        """Give every site that waits to the cluster; returns when all are done, or the scheduler is lost."""
        from distributed import Event, as_completed

        client.subscribe_topic(f"lawcrawl-{self.id}", lambda event: self.view(event[1]))
        futures: dict[Future[Any], str] = {}
        for site in list(self.waiting):
            if task := self.task(site):
                future = client.submit(
                    crawl_site, task, key=f"crawl {site} {secrets.token_hex(4)}", pure=False
                )
                futures[future] = site
        answers = as_completed(list(futures))
        while True:
            try:
                for future in answers:
                    self.land(futures[future], future)
                return
            except KeyboardInterrupt:
                if self.stopping:
                    self.give_up("interrupted")
                    return
                self.stopping = True
                Event(f"lawcrawl-stop-{self.id}", client=client).set()

    def task(self, site: str) -> Task | None:
        """What is to be done at a site, its shard ready; None where the store refuses, which is reported."""
        job = self.waiting[site]
        try:
            if site not in self.ready:
                self.prepare(site)
            self.ready.add(site)
        except ArchiveError as error:
            self.end(Outcome(site, None, str(error)))
            return None
        arguments = dict(job.arguments)
        targets = str(arguments.pop("url", site)).split()
        settings = {**scrapy_settings(self.config, site), **self.overrides}
        return Task(site, targets, arguments, plain(settings), self.store.url, self.id, self.every)

    def land(self, site: str, future: Future[Any]) -> None:
        """What came of a task; one that was lost with its scheduler goes on waiting."""
        if site not in self.waiting or future.status in ("cancelled", "lost", "pending"):
            return
        error = future.exception() if future.status == "error" else None
        if error is not None:
            why = " ".join(str(error).split()) or type(error).__name__
            self.end(
                Outcome(site, None, f"its workers failed: {why[:300]}; run it again, what was stored is safe")
            )
            return
        found = future.result()
        result = Result(**found["result"]) if found.get("result") else None
        outcome = Outcome(site, result, found.get("refused"))
        if self.merged:
            outcome = self.take(outcome)
        self.end(outcome)

    # Shards

    def prepare(self, site: str) -> None:
        """See to it that the shard knows all that the archive does. Raises :class:`ArchiveError`."""
        manifest = self.store.manifest(site)
        newest = self.newest_crawl(site)
        if newest is None or (manifest and (manifest.crawled_at or "") >= newest):
            return
        if manifest:
            self.merge(manifest)
        with tempfile.TemporaryDirectory(prefix="lawcrawl-part-") as name:
            part(self.archive, site, Path(name) / "part")
            self.store.put(Path(name) / "part", None, site)
        if manifest:
            self.store.drop(manifest)

    def newest_crawl(self, site: str) -> str | None:
        with Archive(self.archive) as archive:
            [row] = archive.connection.execute(
                "SELECT max(started_at) FROM crawls WHERE site_id = ?", (site,)
            ).fetchall()
        return row[0] if row else None

    def take(self, outcome: Outcome) -> Outcome:
        """Merge a site's shard; where that cannot be, it stays in the store for the next run, and that is reported."""
        try:
            manifest = self.store.manifest(outcome.site)
            if manifest is not None:
                self.merge(manifest)
                self.report(outcome.site)
        except ArchiveError as error:
            return Outcome(outcome.site, None, f"{error}; its shard stays in {self.store.url}")
        return outcome

    def merge(self, manifest: Manifest) -> None:
        """Bring a shard's database here, and of its WARC files those that are not here yet, and merge them."""
        self.archive.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".shard-", dir=self.archive))
        try:
            self.store.fetch_database(manifest, folder)
            with Archive(folder) as shard:  # of an older schema: brought up to date
                named = [
                    file for (file,) in shard.connection.execute("SELECT DISTINCT warc_file FROM captures")
                ]
            for file in {*named, *manifest.files}:
                here = self.archive / file
                if file not in manifest.files or self.store.has(manifest, file, here):
                    if here.exists():
                        (folder / file).parent.mkdir(parents=True, exist_ok=True)
                        place(here, folder / file)
                else:
                    self.store.fetch_file(manifest, file, folder / file)
            for _ in merge(self.archive, [folder]):
                pass
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def report(self, site: str) -> None:
        """The report of the site's crawl, and the alert that it may be worth."""
        with Archive(self.archive) as archive:
            row = archive.connection.execute(
                "SELECT id FROM crawls WHERE site_id = ? ORDER BY started_at DESC, id DESC LIMIT 1", (site,)
            ).fetchone()
            if row is None:
                return
            with suppress(OSError):
                write_report(archive, row[0])
            told = news(archive, site, row[0])
        for problem in alert(self.config, told) if told else []:
            self.view({"site": site, "message": problem})


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """The scheduler's client. Raises :class:`OSError` where it does not answer, or is lost."""
    from distributed import Client
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    try:
        client = Client(address, timeout=ANSWER, name="lawcrawl")
    except (OSError, ValueError, TimeoutError) as error:
        raise OSError(" ".join(str(error).split())) from error
    try:
        yield client
    except (CommClosedError, FutureCancelledError) as error:
        raise OSError(" ".join(str(error).split())) from error
    finally:
        client.close(timeout=5)


def plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they can be sent."""
    found: dict[str, Any] = json.loads(json.dumps(dict(settings), default=str))
    return found
