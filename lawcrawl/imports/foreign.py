"""Other programs' capture files, record by record: WARC 1.0 and 1.1 and ARC, plain or gzipped, alone or in a WACZ.

Framing is warcio's. What is torn or damaged costs itself alone: reading goes on at the next record that can be found.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParser

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.archive.proof.records import HASHES, is_digest
from lawcrawl.archive.warc import decoded

LARGEST = 256 * 1024 * 1024
"""Bytes of a record; a larger one is no page, and is not read into memory."""
BLOCK = 1 << 20
_GZIP, _ZIP, _ZSTD = b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"
_MEMBER = re.compile(rb"\x1f\x8b\x08")
_HEADER = re.compile(rb"(?<=\n)WARC/1\.")
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z")
_HTTP = StatusAndHeadersParser(["HTTP/"], verify=False)


@dataclass(slots=True)
class Message:
    """The HTTP message that a record holds; its body as transferred, chunking undone."""

    verb: str
    """The first word of its first line: a request's method, an answer's protocol."""
    first: str
    """The rest of that line: ``200 OK``."""
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def status(self) -> int | None:
        code = self.first.partition(" ")[0]
        return int(code) if code.isdecimal() and len(code) == 3 else None

    @property
    def plain(self) -> bytes:
        """The body without its content encoding."""
        return decoded(self.body, self.headers)

    def header(self, name: str) -> str | None:
        return next((value for one, value in self.headers if one.lower() == name), None)


@dataclass(slots=True)
class Record:
    """One record of a file."""

    offset: int
    headers: dict[str, str]
    """By name in lower case."""
    block: bytes

    @property
    def type(self) -> str:
        return self.headers.get("warc-type", "")

    @property
    def url(self) -> str:
        return self.headers.get("warc-target-uri", "").strip("<> ")  # wget 1.x wrote <...>

    @property
    def at(self) -> str | None:
        """``2024-01-05T01:02:03Z``; None where there is no such date."""
        found = _DATE.fullmatch(self.headers.get("warc-date", ""))
        return f"{found[1]}Z" if found else None

    def message(self) -> Message | None:
        """The HTTP message; None where it is none, as in a ``revisit`` that keeps no headers."""
        stream = io.BytesIO(self.block)
        try:
            head = _HTTP.parse(stream)
        except Exception:  # whatever warcio raises for what is no head
            return None
        body = stream.read()
        headers = [(str(name), str(value)) for name, value in head.headers]
        found = Message(str(head.protocol), str(head.statusline), headers, body)
        if "chunked" in (found.header("transfer-encoding") or "").lower():
            found.body = ChunkedDataReader(io.BytesIO(body)).read()
        if found.body and found.plain is found.body:  # kept decoded, as some tools do
            found.headers = [one for one in found.headers if one[0].lower() != "content-encoding"]
        return found


@dataclass(slots=True)
class File:
    """One file of records. ``name`` is what the user gave; ``path`` where it lies unpacked."""

    name: str
    path: Path
    records: int = 0
    software: str | None = None
    """What its ``warcinfo`` says made it."""
    damaged: list[str] = field(default_factory=list)
    """What cannot be read, and where."""

    @property
    def problem(self) -> str | None:
        """What is wrong with it, one sentence; None where nothing is."""
        if self.damaged:
            more = f" and {len(self.damaged) - 1} more" if len(self.damaged) > 1 else ""
            return f"{self.name}: {self.damaged[0]}{more}; all else of it is taken"
        if not self.records:
            return f"{self.name} holds no WARC record; name files that end with .warc, .warc.gz or .wacz"
        return None

    def sha256(self) -> str:
        with open(self.path, "rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()

    def read(self) -> Iterator[Record]:
        """Every whole record, in order; what is not is noted in ``damaged``."""
        with open(self.path, "rb") as opened:
            begins = _MEMBER if opened.read(2) == _GZIP else _HEADER
            start: int | None = 0
            while start is not None:
                try:
                    for record in framed(opened, start):
                        self.records += 1
                        yield record
                    start = None
                except Torn as error:
                    start = next_begin(opened, error.offset + 1, begins)
                    if self.records or start is not None:
                        self.damaged.append(f"the record at byte {error.offset} cannot be read ({error})")

    def at(self, offset: int) -> Record:
        """The record there, once :meth:`read` has found it. Raises :class:`ArchiveError`."""
        try:
            with open(self.path, "rb") as opened:
                return next(framed(opened, offset))
        except (Torn, StopIteration, OSError) as error:
            raise ArchiveError(f"{self.name} was changed while it was read ({error})") from error


class Torn(Exception):
    """What is wrong with the record at ``offset``."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(reason)
        self.offset = offset


class Unframed(Exception):
    """All records lie in one gzip member, so that none is found again by its place."""


def framed(opened: BinaryIO, start: int) -> Iterator[Record]:
    """The records from ``start`` on. Raises :class:`Torn` for the first that is not whole."""
    opened.seek(start)
    at = start
    walker: Any = None
    noise = io.StringIO()  # warcio tells of some damage on stderr alone; what is read is checked here
    while True:
        try:
            with redirect_stderr(noise):
                if walker is None:
                    walker = ArchiveIterator(opened, no_record_parse=True, arc2warc=True)
                found = next(walker.the_iter, None)
                if found is None:
                    return
                at = walker.offset
                headers = {str(name).lower(): str(value) for name, value in found.rec_headers.headers}
                length = found.length
                block = found.raw_stream.read() if (length or 0) <= LARGEST else b""
        except ArchiveLoadFailed as error:
            if "non-chunked gzip" in str(error):
                raise Unframed from error
            raise Torn(walker.offset, "it is no WARC record") from error
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise Torn(walker.offset, str(error) or type(error).__name__) from error
        if (length or 0) > LARGEST:
            continue
        if length is not None and len(block) != length:
            raise Torn(at, f"it ends after {len(block)} of {length} bytes")
        if is_wrong(headers.get("warc-block-digest", ""), block):
            raise Torn(at, "its WARC-Block-Digest is not that of what it holds")
        yield Record(at, headers, block)


def is_wrong(labelled: str, data: bytes) -> bool:
    """Whether a digest, in base 32 as WARC has it or in hex as some write it, is surely not that of ``data``."""
    algorithm, _, text = labelled.partition(":")
    if algorithm not in HASHES:
        return False
    digest = HASHES[algorithm](data)
    if len(text) == 2 * digest.digest_size:
        return text.lower() != digest.hexdigest()
    return not is_digest(labelled, data)


def next_begin(opened: BinaryIO, start: int, begins: re.Pattern[bytes]) -> int | None:
    """Where the next record that can be read begins, from ``start`` on; None where there is none."""
    at = max(0, start - 1)
    opened.seek(at)
    window = b""
    while part := opened.read(BLOCK):
        window += part
        for found in begins.finditer(window):
            place = at + found.start()
            if place >= start and is_readable(opened, place):
                return place
        at, window = at + len(window) - 8, window[-8:]
        opened.seek(at + len(window))
    return None


def is_readable(opened: BinaryIO, place: int) -> bool:
    try:
        return next(framed(opened, place), None) is not None
    except (Torn, Unframed):
        return False


def files(names: Iterable[Path], scratch: Path) -> Iterator[File | str]:
    """What there is to read behind each name, unpacked into ``scratch`` where it must be; else why it cannot be."""
    for number, path in enumerate(names):
        try:
            yield from unpacked(path, scratch / str(number))
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            yield f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"


def unpacked(path: Path, scratch: Path) -> Iterator[File | str]:
    with open(path, "rb") as opened:
        magic = opened.read(4)
    if magic == _ZSTD:
        yield f"{path} is packed with zstd, which cannot be read; unpack it with 'zstd -d' and name the result"
    elif magic == _ZIP:
        scratch.mkdir(parents=True)
        with zipfile.ZipFile(path) as packed:
            held = [one for one in packed.namelist() if re.search(r"\.w?arc(\.gz)?$", one)]
            if not held:
                yield f"{path} is a zip file that holds no WARC file; a WACZ has them in archive/"
            for number, name in enumerate(held):
                target = scratch / f"{number}-{Path(name).name}"
                with packed.open(name) as source, open(target, "wb") as copy:
                    shutil.copyfileobj(source, copy)
                yield File(f"{path}/{name}", target)
    elif magic[:2] == _GZIP and is_one_stream(path):
        scratch.mkdir(parents=True)
        target = scratch / path.name.removesuffix(".gz")
        with gzip.open(path) as source, open(target, "wb") as copy:
            shutil.copyfileobj(source, copy)
        yield File(str(path), target)
    else:
        yield File(str(path), path)


def is_one_stream(path: Path) -> bool:
    """Whether the whole file is one gzip member, its records within."""
    with open(path, "rb") as opened:
        try:
            for _ in zip(range(2), framed(opened, 0), strict=False):
                pass
        except Unframed:
            return True
        except Torn:
            return False
    return False
