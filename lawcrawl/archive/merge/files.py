"""WARC files taken into an archive: whole, under their own names, each once."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def take_file(other: Path, folder: Path, file: str) -> tuple[str, bool]:
    """Link or copy a WARC file of the archive ``other``; its name in the one in ``folder``, and whether it was new.

    Where the name is taken by other bytes it lies in a folder named by its digest. Of a file that was copied while it
    was written, the longer state stays.
    """
    source, target = other / file, folder / file
    alike = begins_alike(source, target) if target.exists() else True
    if not alike:
        with open(source, "rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()[:16]
        target = folder / "warc" / digest / source.name
    new = not target.exists() or (alike and source.stat().st_size > target.stat().st_size)
    if new:
        place(source, target)
    return target.relative_to(folder).as_posix(), new


def begins_alike(one: Path, other: Path) -> bool:
    """Whether two files are the same as far as the shorter one goes."""
    if one.samefile(other):
        return True
    with open(one, "rb") as first, open(other, "rb") as second:
        while (some := first.read(1 << 20)) and (others := second.read(1 << 20)):
            shorter = min(len(some), len(others))
            if some[:shorter] != others[:shorter]:
                return False
    return True


def place(source: Path, target: Path) -> None:
    """Link ``source`` to ``target``, or copy it where it lies on another disk: whole, or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    try:
        try:
            os.link(source, part)
        except OSError:
            shutil.copyfile(source, part)
            with open(part, "rb") as copied:
                os.fsync(copied.fileno())
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
