"""An import from begin to end: what the files hold is put on record as crawls that others made, then read.

A crawl takes answers in order of time and ends where the address of an article answers again, so that each is one look
at a site. What the archive has on record already is left; run again, an import that was cut short goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from lawcrawl import __version__
from lawcrawl.archive import Archive, ArchiveError
from lawcrawl.archive.crawls import close_crawl, open_crawl
from lawcrawl.archive.locks import locked
from lawcrawl.archive.warc import utc_now
from lawcrawl.archive.writer import Writer
from lawcrawl.imports.foreign import File, files
from lawcrawl.imports.shelf import Shelf, Stored
from lawcrawl.imports.sites import Sites
from lawcrawl.imports.sorting import Column, Sorting
from lawcrawl.rebuild.run import Progress, Run, disk, reader

ANSWERED = (200, 304, 404, 410)


@dataclass(slots=True)
class Imported:
    """What came of an import."""

    files: list[dict[str, Any]] = field(default_factory=list)
    """For each ``file``: ``sha256``, ``software``, ``records``, ``captures`` (that it brought), and ``known`` where the
    archive had it all."""
    problems: list[str] = field(default_factory=list)
    """What of the files could not be read, one sentence each."""
    captures: int = 0
    lists: int = 0
    articles: int = 0
    """Of the answers that came, how many are list pages and how many pages of articles."""
    known: int = 0
    """Answers that were on record already."""
    left: int = 0
    """Answers that are neither, nor belong to an article."""
    new: int = 0
    changed: int = 0
    """Articles that came, and known ones that got something."""
    sites: dict[str, int] = field(default_factory=dict)
    """For each site the captures that came."""
    unread: list[dict[str, str]] = field(default_factory=list)
    """Articles that could not be read, or stay as they are (``article``, ``reason``), at most 50."""


def take(
    folder: Path,
    names: Iterable[Path],
    *,
    sites: Iterable[str] = (),
    workers: int = 1,
    progress: Progress = lambda what, done, total: None,
) -> Imported:
    """Take what the files ``names`` hold (of ``sites`` alone, where any is named) into the archive in ``folder``.

    With more than one of ``workers`` the caller's main module must be importable, as multiprocessing wants it. Raises
    :class:`ArchiveError` where the archive cannot be written to, or is in use; a file that cannot be read is named in
    the result.
    """
    with Archive(folder) as archive, TemporaryDirectory(prefix="lawcrawl-import-") as scratch, disk(folder):
        if archive.connection.execute(
            "SELECT 1 FROM rebuilds WHERE finished_at IS NULL AND crawls IS NULL"
        ).fetchone():
            raise ArchiveError(
                f"a rebuild of {folder} was cut short; run it again to its end before importing"
            )
        with closing(Import(archive, tuple(sorted(set(sites))), workers, progress)) as run:
            return run.take(list(files(names, Path(scratch))))


class Import:
    """One import."""

    def __init__(self, archive: Archive, asked: tuple[str, ...], workers: int, progress: Progress) -> None:
        self.archive, self.db = archive, archive.connection
        self.asked, self.workers, self.progress = asked, workers, progress
        self.sites = Sites(self.db)
        self.shelf = Shelf(archive, self.sites)
        self.found = Imported()
        self.digests: dict[str, str] = {}
        """For each file, by its name, its SHA-256."""

    def close(self) -> None:
        self.shelf.close()

    def take(self, given: list[File | str]) -> Imported:
        for one in given:
            if isinstance(one, str):
                self.found.problems.append(one)
            else:
                self.open(one)
        self.found.problems += [
            f"the body of {url} lies in a file that was not named" for url in self.shelf.find_bodies()
        ]
        present = [
            site for (site,) in self.shelf.db.execute("SELECT DISTINCT site FROM answers ORDER BY site")
        ]
        wanted = [site for site in present if not self.asked or site in self.asked]
        for site in set(self.asked) - set(present):
            self.found.problems.append(
                f"nothing of {site} is in the files; they hold {', '.join(present[:5]) or 'nothing'}"
            )
        if wanted:
            with locked(self.archive.path, wanted, "imported into"):
                self.begin()
                self.put_on_record(wanted)
                self.read()
                self.finish()
        return self.found

    def open(self, file: File) -> None:
        """Put a file on the shelf, unless all of it was taken before."""
        digest = file.sha256()
        size = file.path.stat().st_size
        told: dict[str, Any] = {"file": file.name, "sha256": digest}
        self.found.files.append(told)
        known = self.db.execute(
            "SELECT captures FROM imports WHERE sha256 = ? AND finished_at IS NOT NULL AND (sites IS NULL OR sites IS ?)",
            (digest, json.dumps(self.asked) if self.asked else None),
        ).fetchone()
        if known is not None:
            told |= {"known": True, "captures": 0}
            return
        self.shelf.put(file, lambda done: self.progress(f"looking through {file.path.name}", done, size))
        told |= {"known": False, "software": file.software, "records": file.records, "captures": 0}
        if problem := file.problem:
            self.found.problems.append(problem)
        if file.records:
            self.digests[file.name] = digest

    def begin(self) -> None:
        """Note what is being taken; what was cut short before is begun anew."""
        self.db.execute("BEGIN IMMEDIATE")
        for file in self.shelf.files:
            if digest := self.digests.get(file.name):
                self.db.execute("DELETE FROM imports WHERE sha256 = ? AND finished_at IS NULL", (digest,))
                self.db.execute(
                    "INSERT INTO imports (file, sha256, size, software, sites, started_at, problem)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(file.name, digest, file.path.stat().st_size, file.software),
                        *(json.dumps(self.asked) if self.asked else None, utc_now(), file.problem),
                    ),
                )
        self.db.execute("COMMIT")

    # On record

    def put_on_record(self, sites: list[str]) -> None:
        about = {
            "imported-from": ", ".join(f"{quote(name)} sha256:{sha}" for name, sha in self.digests.items())
        }
        writer = self.archive.writer(f"lawcrawl {__version__}", about)
        try:
            for done, site_id in enumerate(sites):
                self.progress("sites", done, len(sites))
                self.put_site(writer, site_id)
            writer.flush()
        finally:
            writer.close()

    def put_site(self, writer: Writer, site_id: str) -> None:
        first = next(self.shelf.answers(site_id, "1"))
        site = self.sites.site(site_id, f"{first.url.partition('://')[0]}://{first.url.split('/')[2]}/")
        own = reader(self.sites.spiders, site_id, site.url, site.family)
        channels = self.sites.channels(site_id)
        sorting = Sorting(self.shelf, site_id, own, self.db, channels)
        sorting.sort()
        if sorting.columns and site.url not in {*sorting.columns, *channels.values()}:
            site.url = next(iter(sorting.columns))
        for crawl in passes(self.shelf.answers(site_id, "kind IS NOT NULL")):
            self.put_pass(writer, site_id, site, crawl, sorting.columns)
        self.found.left += len(list(self.shelf.answers(site_id, "kind IS NULL")))
        self.found.sites.setdefault(site_id, 0)

    def put_pass(
        self, writer: Writer, site_id: str, site: Any, answers: list[Stored], columns: dict[str, Column]
    ) -> None:
        """The answers of one look at a site that are not on record yet, as one crawl."""
        new = [stored for stored in answers if not self.is_known(stored)]
        self.found.known += len(answers) - len(new)
        if not new:
            return
        self.db.execute("BEGIN IMMEDIATE")
        listed = {one.channel for one in new if one.channel}
        options = {"import": {sha: name.rpartition("/")[2] for name, sha in self.digests.items()}}
        channels = self.sites.names(site_id, listed)
        crawl_id = open_crawl(self.db, site, channels, options, new[0].at)
        for url in listed:
            self.name(site_id, columns[url])
        self.db.execute("COMMIT")
        fresh: set[str] = set()
        for stored in new:
            if (stored.body or stored.stored or stored.sha256 is None) and fresh:
                writer.flush()  # so that the record that holds its body is found
                fresh.clear()
            writer.capture(crawl_id, self.shelf.exchange(stored))
            fresh.add(stored.url)
            self.count(site_id, stored)
        writer.flush()
        self.db.execute("BEGIN IMMEDIATE")
        values = {"finished_at": new[-1].at, "outcome": "finished", "requests": len(new), "pages": len(new)}
        close_crawl(self.db, crawl_id, values)
        self.db.execute("COMMIT")

    def is_known(self, stored: Stored) -> bool:
        return bool(
            self.db.execute(
                "SELECT 1 FROM captures WHERE url = ? AND fetched_at = ? AND status = ? AND sha256 IS ?",
                (stored.url, stored.at, stored.status, stored.sha256),
            ).fetchone()
        )

    def name(self, site_id: str, column: Column) -> None:
        """What a list says of its column and site, where nothing is known of them."""
        self.db.execute(
            "UPDATE channels SET name = CASE WHEN name = url THEN coalesce(?, name) ELSE name END,"
            " claimed = coalesce(claimed, ?) WHERE site_id = ? AND url = ?",
            (column.name, column.claimed, site_id, column.url),
        )
        self.db.execute(
            "UPDATE sites SET name = ? WHERE id = ? AND name IS NULL", (column.site_name, site_id)
        )

    def count(self, site_id: str, stored: Stored) -> None:
        self.found.captures += 1
        self.found.lists += stored.kind == "list"
        self.found.articles += stored.kind == "article"
        self.found.sites[site_id] = self.found.sites.get(site_id, 0) + 1
        name = self.shelf.files[stored.file].name
        told = next(one for one in self.found.files if one["file"] == name)
        told["captures"] += 1

    # Reading

    def crawls(self) -> tuple[int, ...]:
        """The crawls that hold these files' answers, of this run and of one that was cut short."""
        found = self.db.execute(
            "SELECT r.id FROM crawls r WHERE EXISTS (SELECT 1 FROM json_each(r.options, '$.import') f"
            " WHERE f.key IN (SELECT value FROM json_each(?))) ORDER BY r.id",
            (json.dumps(list(self.digests.values())),),
        )
        return tuple(crawl_id for (crawl_id,) in found)

    def read(self) -> None:
        """Read every article that these answers tell of, with all else that there is of it."""
        crawls = self.crawls()
        if not crawls:
            return
        report = Run(self.archive, None, False, self.workers, self.progress, crawls).run()
        counts = report["counts"]
        self.found.new = counts["new"]
        self.found.changed = report["changed"] - counts["new"] - counts["withdrawn"]
        self.found.unread = [*report["unread"], *report["kept"]]
        self.found.problems += [f"list not read: {one['list']}: {one['reason']}" for one in report["lists"]]

    def finish(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        for told in self.found.files:
            self.db.execute(
                "UPDATE imports SET finished_at = ?, captures = ? WHERE sha256 = ? AND finished_at IS NULL",
                (utc_now(), told["captures"], told["sha256"]),
            )
        self.db.execute("COMMIT")


def passes(answers: Iterable[Stored]) -> Iterator[list[Stored]]:
    """Answers in order of time, cut where the address of an article answers again."""
    some: list[Stored] = []
    seen: set[str] = set()
    for stored in answers:
        if stored.kind == "article" and stored.status in ANSWERED:
            if stored.answered in seen:
                yield some
                some, seen = [], set()
            seen.add(stored.answered)
        some.append(stored)
    if some:
        yield some
