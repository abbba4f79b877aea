"""Who works on a site in an archive: one process at a time, known by a lock that ends with it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.warc import utc_now


def lock_file(folder: Path, site_id: str) -> Path:
    return folder / ".locks" / f"{hashlib.sha256(site_id.encode()).hexdigest()[:16]}.lock"


def lock_site(folder: Path, site_id: str, doing: str = "crawled into") -> TextIO:
    """The site's lock, which the system lets go of however this process ends.

    Raises :class:`ArchiveError` where another process holds it.
    """
    (folder / ".locks").mkdir(exist_ok=True)
    lock = open(lock_file(folder, site_id), "a+")  # noqa: SIM115
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or f"is being used in {folder} by another process"
        lock.close()
        raise ArchiveError(f"{site_id} {holder}; wait for it or stop it") from None
    lock.truncate(0)
    lock.write(f"is being {doing} {folder} by process {os.getpid()} since {utc_now()}")
    lock.flush()
    return lock


@contextlib.contextmanager
def locked(folder: Path, site_ids: Iterable[str], doing: str) -> Iterator[None]:
    """All these sites for this process alone. Raises :class:`ArchiveError` where that cannot be."""
    with contextlib.ExitStack() as held:
        try:
            for site_id in sorted(site_ids):
                held.enter_context(lock_site(folder, site_id, doing))
        except OSError as error:
            raise ArchiveError(f"{folder} cannot be written to: {error.strerror or error}") from error
        yield


def in_use(folder: Path, site_id: str | None = None) -> str | None:
    """What is being done to the site, or to any of the archive, now and by whom; None where nothing is, or could be."""
    paths = sorted((folder / ".locks").glob("*.lock")) if site_id is None else [lock_file(folder, site_id)]
    for path in paths:
        with contextlib.suppress(OSError), open(path) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read().strip() or f"is being used in {folder} by another process"
    return None
