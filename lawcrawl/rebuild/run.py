"""A rebuild from begin to end: over processes, a transaction a batch, resumed where it was cut short."""

from __future__ import annotations

import hashlib
import inspect
import json
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import lawcrawl
from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.knowledge.derived import derive, renew
from lawcrawl.archive.locks import locked
from lawcrawl.archive.proof.seals import seal
from lawcrawl.archive.revise import put, withdraw
from lawcrawl.archive.store import Indexing
from lawcrawl.archive.warc import utc_now
from lawcrawl.crawl.run import spiders
from lawcrawl.families import FAMILIES
from lawcrawl.families.auto import AutoSpider
from lawcrawl.families.base import NoticeSpider
from lawcrawl.rebuild import report as reporting
from lawcrawl.rebuild.compare import Revision
from lawcrawl.rebuild.plan import Plan
from lawcrawl.rebuild.replay import Replayer
from lawcrawl.rebuild.report import Report

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""
READING = ("extract", "families", "spiders", "normalize.py", "archive/store.py", "archive/presence.py")
"""What decides how an answer is read and stored."""
SPAN = 500
"""Ids of articles that one process looks at to tell whether what follows from their words still does."""


def rebuild(
    folder: Path,
    *,
    sites: Iterable[str] = (),
    dry_run: bool = False,
    workers: int = 1,
    progress: Progress = lambda what, done, total: None,
) -> Report:
    """Read every article of ``sites`` (of all, where none is named) anew; the report of what changes.

    With more than one of ``workers`` the caller's main module must be importable, as multiprocessing wants it. Raises
    :class:`ArchiveError` for a site that is not there, that is being crawled, or where the disk takes nothing more.
    """
    with Archive(folder, create=False, read_only=dry_run) as archive:
        known = {site["id"]: site for site in archive.sites()}
        for site in sites:
            if site not in known:
                raise ArchiveError(f"{folder} has no site {site!r}; 'lawcrawl sites' names those it has")
        asked = tuple(sorted(sites)) or None
        with nullcontext() if dry_run else locked(folder, known, "rebuilt in"), disk(folder):
            return Run(archive, asked, dry_run, workers, progress).run()


class Run:
    """One rebuild; with ``crawls`` only of articles that these answered or listed."""

    def __init__(
        self,
        archive: Archive,
        sites: tuple[str, ...] | None,
        dry_run: bool,
        workers: int,
        progress: Progress,
        crawls: tuple[int, ...] | None = None,
    ) -> None:
        self.archive, self.sites, self.dry_run, self.crawls = archive, sites, dry_run, crawls
        self.workers, self.progress = workers, progress
        self.db = archive.connection
        self.id, self.reached, self.report = 0, 0, reporting.empty()

    def run(self) -> Report:
        if not self.dry_run:
            self.begin()
        with crew(self.archive.path, self.workers) as each:
            plan = Plan(self.db, self.sites, self.crawls)
            self.read_lists(plan, each)
            total = plan.order(self.reached)
            self.progress("articles", self.report["articles"], total)
            for reached, revisions in each("replay", plan.batches()):
                reporting.add(self.report, revisions)
                if not self.dry_run:
                    self.apply(revisions, reached)
                self.progress("articles", self.report["articles"], total)
            if not self.dry_run and self.crawls is None:
                self.renew(each)
        if not self.dry_run:
            self.finish()
        return self.report

    def read_lists(self, plan: Plan, each: Each) -> None:
        lists, done = plan.lists(), 0
        total = sum(map(len, lists))
        self.report["lists"] = []
        for pages in each("rows", lists):
            for capture_id, rows in pages:
                if isinstance(rows, str):
                    [(url,)] = self.db.execute("SELECT url FROM captures WHERE id = ?", (capture_id,))
                    reporting.unread_list(self.report, url, rows)
                else:
                    plan.put_rows(capture_id, rows)
            done += len(pages)
            self.progress("lists", done, total)

    def begin(self) -> None:
        """Go on where the last one was cut short, if it read with the same code; else it ends where it came to."""
        software, sites = reading_code(), json.dumps(self.sites) if self.sites else None
        crawls = None if self.crawls is None else json.dumps(self.crawls)
        self.db.execute("BEGIN IMMEDIATE")
        for row in self.db.execute(
            "SELECT id, software, sites, crawls, last_capture_id, report FROM rebuilds WHERE finished_at IS NULL"
        ).fetchall():
            if row[1:4] == (software, sites, crawls) and not self.id:
                self.id, self.reached, self.report = row[0], row[4], json.loads(row[5])
            else:
                self.close(row[0])
        if not self.id:
            cursor = self.db.execute(
                "INSERT INTO rebuilds (started_at, software, sites, crawls, report) VALUES (?, ?, ?, ?, ?)",
                (utc_now(), software, sites, crawls, dumped(self.report)),
            )
            assert cursor.lastrowid is not None
            self.id = cursor.lastrowid
        self.db.execute("COMMIT")

    def apply(self, revisions: list[Revision], reached: int) -> None:
        """One batch and how far it reaches: one transaction."""
        indexing: list[Indexing] = []
        self.db.execute("BEGIN IMMEDIATE")
        for revision in revisions:
            if revision.withdrawn and revision.article_id is not None:
                withdraw(self.db, revision.article_id, self.id, indexing)
            elif revision.found is not None:
                put(self.db, revision.article_id, revision.found, self.id, indexing)
        derive(self.db, indexing)
        self.db.execute(
            "UPDATE rebuilds SET last_capture_id = ?, articles = ?, changed = ?, report = ? WHERE id = ?",
            (reached, self.report["articles"], self.report["changed"], dumped(self.report), self.id),
        )
        self.db.execute("COMMIT")

    def renew(self, each: Each) -> None:
        """Derive anew what the code of today, or its list of laws, finds otherwise, of whatever site."""
        [last] = self.db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
        starts = range(1, last + 1, SPAN)
        stale = set[int]()
        for done, ids in enumerate(each("outdated", ((start, start + SPAN - 1) for start in starts)), 1):
            stale.update(ids)
            self.progress("knowledge", min(done * SPAN, last), last)
        renew(self.db, stale)

    def finish(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("UPDATE rebuilds SET report = ? WHERE id = ?", (dumped(self.report), self.id))
        self.close(self.id)
        self.db.execute("COMMIT")

    def close(self, rebuild_id: int) -> None:
        now = utc_now()
        self.db.execute("UPDATE rebuilds SET finished_at = ? WHERE id = ?", (now, rebuild_id))
        seal(self.db, None, now, rebuild_id=rebuild_id)


# Processes

Each = Callable[[str, Iterable[Any]], Iterator[Any]]
"""Calls a method of :class:`Replayer` with each of some values; the results in their order."""
_replayer: Replayer | None = None


@contextmanager
def crew(folder: Path, workers: int) -> Iterator[Each]:
    """Whoever does the reading: this process, or some others."""
    if workers < 2:
        replayer = Replayer(folder, readers(folder))
        try:
            yield lambda name, values: (getattr(replayer, name)(value) for value in values)
        finally:
            replayer.close()
        return
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(workers, context, start, (folder,)) as pool:

        def each(name: str, values: Iterable[Any]) -> Iterator[Any]:
            waiting: deque[Future[Any]] = deque()
            for value in values:
                waiting.append(pool.submit(call, name, value))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        try:
            yield each
        except BrokenProcessPool as error:
            raise ArchiveError(
                f"a process of the rebuild of {folder} was ended; run it again to go on"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def start(folder: Path) -> None:
    global _replayer
    _replayer = Replayer(folder, readers(folder))


def call(name: str, value: Any) -> Any:
    return getattr(_replayer, name)(value)


def readers(folder: Path) -> dict[str, NoticeSpider]:
    """Who reads each site's pages: its own spider, else the family that it was crawled as."""
    with Archive(folder, create=False, read_only=True) as archive:
        sites = archive.connection.execute("SELECT id, url, family FROM sites").fetchall()
    own = spiders()
    return {site_id: reader(own, site_id, url, family) for site_id, url, family in sites}


def reader(
    own: Mapping[str, type[NoticeSpider]], site_id: str, url: str | None, family: str | None
) -> NoticeSpider:
    """Who reads one site's pages; ``own`` are the sites' spiders."""
    if site_id in own:
        return own[site_id]()
    families = {family.family: family for family in FAMILIES}
    if family in families:
        return families[family](name=site_id)
    return AutoSpider(url=url or f"http://{site_id}/", name=site_id)


def reading_code() -> str:
    """The version, and a digest of the code that reads: a rebuild that was cut short goes on with the same alone."""
    package = Path(lawcrawl.__file__).parent
    paths = {
        path
        for name in READING
        for path in ([package / name] if "." in name else (package / name).rglob("*.py"))
    }
    paths |= {Path(inspect.getfile(spider)) for spider in spiders().values()}
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.read_bytes())
    return f"lawcrawl {lawcrawl.__version__}, reading code {digest.hexdigest()[:16]}"


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """What the disk refuses, in a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(
            f"{folder} takes nothing more: {error}; what was rebuilt before is safe, run it again to go on"
        ) from error


def dumped(report: Report) -> str:
    return json.dumps(report, ensure_ascii=False)
