"""Other archives taken into one: nothing lost, nothing double.

What another archive has is known again by what it says, never by its numbers: a crawl by its site, its begin and its
first answer, an answer by its place in a WARC file, a seal by its digest, an article by its address. WARC files keep
their names and are linked or copied whole; one whose name is taken by other bytes lies in a folder named by its own
digest. All rows of one archive come in one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from lawcrawl.archive.archive import Archive
from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.knowledge.derived import derive
from lawcrawl.archive.locks import in_use, locked
from lawcrawl.archive.merge.combine import Record, combined, line
from lawcrawl.archive.merge.files import take_file
from lawcrawl.archive.merge.runs import Progress, Runs, Taken, rows
from lawcrawl.archive.revise import VERSION, History, Row, history, insert, marks, rows_of, withdraw
from lawcrawl.archive.schema import open_database
from lawcrawl.archive.store import Indexing
from lawcrawl.archive.warc import utc_now

INDEXED = 200
"""Changes of the full-text index that wait to be written together."""
SUPERSEDED = ("version", *VERSION, "seen_at", "capture_id", "seal_id", "rebuild_id")


def merge(
    folder: Path, others: Iterable[Path], progress: Progress = lambda what, done, total: None
) -> Iterator[Taken]:
    """Take each of ``others`` into the archive in ``folder``, which is made where there is none.

    Raises :class:`ArchiveError`, one sentence, for an archive that is not there, foreign, newer, in use or broken,
    and where the disk takes nothing more; what was taken before is safe, and of the one in hand there is nothing.
    """
    paths = [Path(other) for other in others]
    for other in paths:
        Archive(other, create=False, read_only=True).close()  # says what is wrong before anything is done
    with Archive(folder) as archive:
        for other in paths:
            if other.resolve() == folder.resolve():
                raise ArchiveError(f"{other} is the archive itself; name another one")
            if use := in_use(other):
                raise ArchiveError(f"a site {use}; merge {other} when that is done")
            with closing(open_database(other / "lawcrawl.db", read_only=True)) as theirs:
                sites = [
                    row[0]
                    for db in (archive.connection, theirs)
                    for row in db.execute("SELECT id FROM sites")
                ]
                with locked(folder, set(sites), "merged into"), refusing(folder, other):
                    taken = Merge(archive, other, theirs, progress).run()
            yield taken


@contextmanager
def refusing(folder: Path, other: Path) -> Iterator[None]:
    """What a disk or a broken database refuses, in a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(
            f"{other} could not be merged into {folder}: {error}; nothing of it was taken, both are as they were"
        ) from error


class Merge:
    """One archive taken in."""

    def __init__(self, archive: Archive, other: Path, theirs: sqlite3.Connection, progress: Progress) -> None:
        self.folder, self.other, self.progress = archive.path, other, progress
        self.ours, self.theirs = archive.connection, theirs
        self.taken = Taken(str(other))
        self.indexing: list[Indexing] = []

    def run(self) -> Taken:
        self.theirs.execute("BEGIN")  # one state of it, whatever happens to it meanwhile
        for db, path in ((self.ours, self.folder), (self.theirs, self.other)):
            if db.execute("SELECT 1 FROM rebuilds WHERE finished_at IS NULL").fetchone():
                raise ArchiveError(
                    f"a rebuild of {path} was cut short; run it again to its end before merging"
                )
        merge_id = self.begin()
        self.runs = Runs(self.ours, self.theirs, self.take_files(), self.taken, self.progress)
        self.ours.execute("BEGIN IMMEDIATE")
        try:
            self.runs.take()
            self.take_articles()
            self.end(merge_id)
            self.ours.execute("COMMIT")
        except BaseException:
            if self.ours.in_transaction:
                self.ours.execute("ROLLBACK")
            raise
        return self.taken

    def begin(self) -> int:
        """Note that files may come that no row names yet; what was cut short before is begun anew."""
        chain = self.theirs.execute("SELECT chain FROM identity").fetchone()
        self.ours.execute("BEGIN IMMEDIATE")
        self.ours.execute(
            "DELETE FROM merges WHERE finished_at IS NULL AND path = ?", (str(self.other.resolve()),)
        )
        cursor = self.ours.execute(
            "INSERT INTO merges (path, chain, started_at) VALUES (?, ?, ?)",
            (str(self.other.resolve()), chain[0] if chain else None, utc_now()),
        )
        self.ours.execute("COMMIT")
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end(self, merge_id: int) -> None:
        """A merge that brought nothing leaves nothing, not even a row."""
        counts = self.taken.as_dict()
        if any(count for name, count in counts.items() if name != "archive"):
            self.ours.execute(
                "UPDATE merges SET finished_at = ?, articles = ?, captures = ? WHERE id = ?",
                (utc_now(), counts["articles"] + counts["changed"], counts["captures"], merge_id),
            )
        else:
            self.ours.execute("DELETE FROM merges WHERE id = ?", (merge_id,))

    def take_files(self) -> dict[str, str]:
        """Every WARC file, be it named by a capture or not; under which name each lies here."""
        named = {file for (file,) in self.theirs.execute("SELECT DISTINCT warc_file FROM captures")}
        there = {path.relative_to(self.other).as_posix() for path in (self.other / "warc").rglob("*.warc.gz")}
        for file in sorted(named - there):
            raise ArchiveError(
                f"{self.other / file} is missing: bring it back from a copy before merging {self.other}"
            )
        names = {}
        for done, file in enumerate(sorted(there), 1):
            names[file], new = take_file(self.other, self.folder, file)
            self.taken.files += new
            self.progress("files", done, len(there))
        return names

    # Articles

    def take_articles(self) -> None:
        """Article by article, and those that a rebuild there has found to be none."""
        keys = [
            key
            for (key,) in self.theirs.execute(
                "SELECT url_key FROM (SELECT url_key, id FROM articles UNION ALL SELECT url_key, 1 << 62 FROM superseded)"
                " GROUP BY url_key ORDER BY min(id), url_key"
            )
        ]
        for done, key in enumerate(keys, 1):
            self.take_article(key)
            if len(self.indexing) >= INDEXED:
                self.write_index()
            self.progress("articles", done, len(keys))
        self.write_index()

    def write_index(self) -> None:
        derive(self.ours, self.indexing)
        self.indexing.clear()

    def take_article(self, key: str) -> None:
        article_id, ours = record(self.ours, key)
        theirs = self.translated(record(self.theirs, key)[1])
        found = combined(ours, theirs)
        if same(ours, found):
            return
        before = len(ours.history.versions) if ours.history else 0
        self.taken.versions += len(found.history.versions) - before if found.history else 0
        if found.history is None and article_id is not None:
            withdraw(self.ours, article_id, None, self.indexing)
        elif found.history is not None:
            with rows_of(self.ours, article_id, found.history, self.indexing) as stored:
                put_versions(self.ours, stored, found)
        self.taken.changed += article_id is not None
        self.taken.articles += article_id is None and found.history is not None
        self.ours.execute("DELETE FROM superseded WHERE url_key = ?", (key,))
        self.ours.executemany(
            f"INSERT INTO superseded (url_key, {', '.join(SUPERSEDED)}) VALUES (?, {marks(SUPERSEDED)})",
            [(key, *(row[name] for name in SUPERSEDED)) for row in found.superseded],
        )

    def translated(self, theirs: Record) -> Record:
        """Their record with the numbers that rows have here."""

        def here(row: Row) -> Row:
            found = dict(row)
            for name, numbers in (
                ("capture_id", self.runs.captures),
                ("channel_id", self.runs.channels),
                ("seal_id", self.runs.seals),
                ("rebuild_id", self.runs.rebuilds),
            ):
                if name in row:
                    found[name] = numbers.get(row[name])
            return found

        if theirs.history is None:
            return Record(None, {}, [here(row) for row in theirs.superseded])
        seals = {
            line(here(row)): {self.runs.seals.get(one) if one else None for one in theirs.seals[line(row)]}
            for row in theirs.history.versions
        }
        some = theirs.history
        translated = History(
            here(some.article),
            [here(row) for row in some.versions],
            [here(row) for row in some.attachments],
            some.view_counts,
            [here(row) for row in some.statuses],
            sorted(map(here, some.listings), key=lambda row: int(row["channel_id"])),
        )
        return Record(translated, seals, [here(row) for row in theirs.superseded])


def record(db: sqlite3.Connection, key: str) -> tuple[int | None, Record]:
    """All that an archive has of an article, and its id there."""
    superseded = rows(db, f"SELECT {', '.join(SUPERSEDED)} FROM superseded WHERE url_key = ?", (key,))
    row = db.execute("SELECT id FROM articles WHERE url_key = ?", (key,)).fetchone()
    if row is None:
        return None, Record(None, {}, superseded)
    found = history(db, row[0])
    covering = dict(db.execute("SELECT version, seal_id FROM sealed_versions WHERE article_id = ?", row))
    seals: dict[tuple[Any, ...], set[int | None]] = {}
    for version in found.versions:
        seals.setdefault(line(version), set()).add(covering.get(version["version"]))
    return row[0], Record(found, seals, superseded)


def same(ours: Record, found: Record) -> bool:
    """Whether there is nothing to write."""
    kept = sorted(repr([row[name] for name in SUPERSEDED]) for row in ours.superseded)
    wanted = sorted(repr([row[name] for name in SUPERSEDED]) for row in found.superseded)
    return ours.history == found.history and ours.seals == found.seals and kept == wanted


def put_versions(db: sqlite3.Connection, article_id: int, found: Record) -> None:
    assert found.history is not None
    db.execute("DELETE FROM sealed_versions WHERE article_id = ?", (article_id,))
    db.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
    insert(db, "versions", article_id, ("version", *VERSION, "seen_at", "capture_id"), found.history.versions)
    covered = [
        (article_id, row["version"], seal)
        for row in found.history.versions
        for seal in found.seals[line(row)]
        if seal is not None
    ]
    db.executemany("INSERT INTO sealed_versions (article_id, version, seal_id) VALUES (?, ?, ?)", covered)
