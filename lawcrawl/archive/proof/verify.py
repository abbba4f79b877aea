"""Whether an archive is still what was stored: the database, every record, every version, the index, the seals."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from lawcrawl.archive.archive import Archive
from lawcrawl.archive.knowledge.derived import derivations
from lawcrawl.archive.proof.contents import articles, attachments, full_text, versions
from lawcrawl.archive.proof.records import Checked, Claim, Problem, Span, check_span, strange_heads
from lawcrawl.archive.proof.seals import Seal, manifest, seal_digest, seals
from lawcrawl.archive.proof.stamps import stamps

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

SPAN = 8 * 1024**2
"""Bytes of a WARC file that are read at once."""
SPAN_CLAIMS = 5000
PARALLEL = 64 * 1024**2
"""Bytes of files from which on it pays to start processes."""

CLAIMS = (
    "SELECT c.warc_file, c.id, c.url, c.fetched_at, c.status, c.sha256, c.warc_offset, c.warc_length,"
    " p.url, p.fetched_at, p.sha256, f.sizes FROM captures c LEFT JOIN captures p ON p.id = c.payload_id"
    " LEFT JOIN (SELECT capture_id, sha256, group_concat(DISTINCT size) AS sizes FROM attachments"
    " WHERE sha256 IS NOT NULL GROUP BY capture_id, sha256) f ON f.capture_id = c.id AND f.sha256 = c.sha256"
    " ORDER BY c.warc_file, c.warc_offset"
)
CUT_SHORT = (
    "SELECT DISTINCT c.warc_file FROM crawls r JOIN captures c ON c.crawl_id = r.id"
    " WHERE r.finished_at IS NULL OR r.outcome = 'interrupted'"
)

Progress = Callable[[str, int, int], None]
"""Called with what is being checked, how much of it is done and how much there is."""


@dataclass(slots=True)
class Read:
    """What of the files has been read."""

    bytes: int = 0
    records: int = 0


def verify(
    archive: Archive,
    progress: Progress = lambda what, done, total: None,
    read: Read | None = None,
    *,
    processes: int = 1,
    roots: Sequence[Certificate] = (),
) -> Iterator[Problem]:
    """Everything in ``archive`` that is not as it was stored; nothing where all is well.

    One consistent state of the database is checked, also while a crawl writes. ``read`` is filled with what was read.
    ``roots`` are the certificates that vouch for the authorities of time stamps. With more than one of ``processes`` the caller's main module must be importable, as multiprocessing wants it.
    """
    db = archive.connection
    sizes = file_sizes(archive.path)
    db.execute("BEGIN")
    try:
        for what, check in (
            ("database", database),
            ("versions", versions),
            ("articles", articles),
            ("attachments", attachments),
            ("index", full_text),
            ("derived", derivations),
            ("seals", chain),
            ("stamps", lambda db: stamps(db, roots)),
        ):
            progress(what, 0, 1)
            yield from guarded(check, db)
            progress(what, 1, 1)
        yield from guarded(lambda db: files(db, archive.path, sizes, progress, read or Read(), processes), db)
    finally:
        db.execute("ROLLBACK")


def guarded(
    check: Callable[[sqlite3.Connection], Iterator[Problem]], db: sqlite3.Connection
) -> Iterator[Problem]:
    """A check of a database that may be broken in its midst."""
    try:
        yield from check(db)
    except sqlite3.DatabaseError as error:
        yield Problem("database", "lawcrawl.db", f"it cannot be read: {error}")


def database(db: sqlite3.Connection) -> Iterator[Problem]:
    """SQLite's own checks: pages, indexes, constraints, references."""
    for (message,) in db.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Problem("database", "lawcrawl.db", " ".join(str(message).split()))
    for table, rowid, parent, _ in db.execute("PRAGMA foreign_key_check"):
        where = table if rowid is None else f"{table} {rowid}"
        yield Problem("database", where, f"it refers to a row of {parent} that is not there")


# Seals


def chain(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every seal recomputed, and every closed crawl and version looked for under one."""
    before: dict[tuple[str, str | None], Seal] = {}
    for seal in seals(db):
        yield from (
            Problem("seal", place(seal), why)
            for why in broken(db, seal, before.get((seal.chain, seal.previous)))
        )
        before[seal.chain, seal.digest] = seal
    for what in ("crawl", "rebuild"):
        for (run_id,) in db.execute(
            f"SELECT id FROM {what}s WHERE finished_at IS NOT NULL EXCEPT SELECT {what}_id FROM seals"
        ):
            yield Problem("seal", f"{what} {run_id}", f"the {what} is closed and has no seal")
    for (name,) in db.execute("SELECT chain FROM identity WHERE chain NOT IN (SELECT chain FROM seals)"):
        yield Problem("seal", f"chain {name}", "it is said to be the archive's own and has no seal")
    for article_id, version in db.execute(
        "SELECT article_id, version FROM versions v JOIN captures c ON c.id = v.capture_id"
        " JOIN seals s ON s.crawl_id = c.crawl_id WHERE v.seen_at <= s.sealed_at"
        " AND NOT EXISTS (SELECT 1 FROM rebuilds WHERE finished_at IS NULL)"
        " EXCEPT SELECT article_id, version FROM sealed_versions"
    ):
        yield Problem("seal", f"article {article_id} version {version}", "no seal covers it")


def broken(db: sqlite3.Connection, seal: Seal, before: Seal | None) -> Iterator[str]:
    """What of a seal is not as when it was made."""
    if (seal.number, seal.previous) != ((before.number + 1, before.digest) if before else (1, None)):
        last = f"is number {before.number}" if before else "is not there"
        yield f"it follows {seal.previous}, which {last}: a seal was changed or taken out"
    found = manifest(db, seal.id, seal.crawl_id, seal.rebuild_id)
    for name, now, then in (
        ("captures", found.captures, seal.captures),
        ("versions", found.versions, seal.versions),
    ):
        if now != then:
            yield f"it covers {then} {name}, and there are {now}"
    if found.digest != seal.manifest:
        yield "its run, captures or versions are not what was sealed: a row was changed, added or taken out"
    if seal_digest(seal.chain, seal.number, seal.previous, seal.sealed_at, found) != seal.digest:
        yield f"its digest is not {seal.digest}"


def place(seal: Seal) -> str:
    run = f"crawl {seal.crawl_id}" if seal.rebuild_id is None else f"rebuild {seal.rebuild_id}"
    return f"{seal.number} of {run}"


# Files


def files(
    db: sqlite3.Connection,
    folder: Path,
    sizes: dict[str, int],
    progress: Progress,
    read: Read,
    processes: int = 1,
) -> Iterator[Problem]:
    """Every WARC file read once, from its first byte to its last."""
    total = sum(sizes.values())
    heads: Counter[bytes] = Counter()
    first: dict[bytes, int] = {}
    file = ""
    for checked in run(spans(db, folder, sizes), processes if total > PARALLEL else 1):
        if checked.file != file:
            yield from strange_heads(heads, first, file)
            heads, first, file = Counter(), {}, checked.file
        heads += checked.heads
        first = checked.odd | first
        read.bytes += checked.bytes
        read.records += checked.records
        yield from checked.problems
        progress("files", min(read.bytes, total), total)
    yield from strange_heads(heads, first, file)


def file_sizes(folder: Path) -> dict[str, int]:
    """The archive's WARC files by their names in ``captures``, and their bytes."""
    found = sorted((folder / "warc").rglob("*.warc.gz"))
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in found}


def spans(db: sqlite3.Connection, folder: Path, sizes: dict[str, int]) -> Iterator[Span]:
    """All files cut into spans, in order; files that no capture names come last."""
    cut_short = {file for (file,) in db.execute(CUT_SHORT)}
    [any_short] = db.execute(
        "SELECT (SELECT count(*) FROM crawls WHERE finished_at IS NULL OR outcome = 'interrupted')"
        " + (SELECT count(*) FROM merges WHERE finished_at IS NULL)"
    ).fetchone()
    named = set()
    for file, rows in groupby(db.execute(CLAIMS), key=lambda row: row[0]):
        named.add(file)
        claims = (Claim(*row[1:]) for row in rows)
        yield from cut(folder, file, sizes.get(file, 0), claims, file in cut_short)
    for file in sorted(set(sizes) - named):
        yield Span(folder, file, 0, sizes[file], [], last=True, open=any_short > 0)


def cut(folder: Path, file: str, size: int, claims: Iterable[Claim], is_open: bool) -> Iterator[Span]:
    """A file's spans. The last reaches to the end of the file as it was before the database was asked.

    What stands behind that and no capture claims belongs to a crawl that began later.
    """
    start, some = 0, list[Claim]()
    for claim in claims:
        if some and (claim.offset - start > SPAN or len(some) == SPAN_CLAIMS):
            yield Span(folder, file, start, claim.offset, some, last=False, open=is_open)
            start, some = claim.offset, []
        some.append(claim)
    end = max([size, *(claim.end for claim in some)])
    yield Span(folder, file, start, end, some, last=True, open=is_open)


def run(work: Iterable[Span], processes: int) -> Iterator[Checked]:
    """Check spans, in order, a few ahead of the one that is awaited."""
    if processes < 2:
        yield from map(check_span, work)
        return
    with ProcessPoolExecutor(processes, get_context("forkserver")) as pool:
        waiting: list[Future[Checked]] = []
        for span in work:
            waiting.append(pool.submit(check_span, span))
            if len(waiting) > 2 * processes:
                yield waiting.pop(0).result()
        for one in waiting:
            yield one.result()
