"""WARC files read against what the database says of them, a span of bytes at a time.

A span begins where a capture's record begins (the first at 0) and ends where the next span does, so spans can be
read apart from each other, by threads or in any order, with bounded memory.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from zlib_ng import zlib_ng

from lawcrawl.archive.warc import LEVEL, decoded

GZIP = 16 + zlib_ng.MAX_WBITS
_ZlibError: type[Exception] = zlib_ng.error  # type: ignore[assignment]  # its stub takes it for an instance
_HEAD, _TRAILER = 10, 9
_END = b"\r\n\r\n"


class Problem(NamedTuple):
    """One thing that is not as it was stored."""

    what: str
    """``database``, ``file``, ``capture``, ``version``, ``article``, ``attachment``, ``index`` or ``seal``."""
    where: str
    why: str
    """One sentence."""
    harmless: bool = False
    """What a crash left unfinished: nothing that was stored is lost."""


class Claim(NamedTuple):
    """What the database says of one capture's record."""

    id: int
    url: str
    fetched_at: str
    status: int
    sha256: str | None
    offset: int
    length: int
    payload_url: str | None
    """Of the capture that holds the body, where this one is a ``revisit``; None where it is not."""
    payload_fetched_at: str | None
    payload_sha256: str | None
    sizes: str | None
    """The bytes that attachments say the body has; several joined by commas."""

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(slots=True)
class Span:
    """A part of a file and the captures in it, in order of offset."""

    folder: Path
    file: str
    start: int
    end: int
    claims: list[Claim]
    last: bool
    """Nothing is claimed after it."""
    open: bool
    """A crawl that wrote the file did not come to its end: a crash may have left something behind the captures."""


@dataclass(slots=True)
class Checked:
    """What reading a span showed."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    heads: Counter[bytes] = field(default_factory=Counter)
    """The gzip headers of its members: one writer writes but one."""
    odd: dict[bytes, int] = field(default_factory=dict)
    """Where each of them stands first."""
    bytes: int = 0
    records: int = 0


@dataclass(slots=True, frozen=True)
class Record:
    """One WARC record, unpacked. Header names are lower-case."""

    headers: dict[str, str]
    http: list[tuple[str, str]]
    """Of a response, revisit or request; the first pair is ("", start line)."""
    body: bytes


class Damaged(Exception):
    """Why bytes are no record."""


def check_span(span: Span) -> Checked:
    """Read a span. Problems are in the result, never raised."""
    found = Checked(span.file)
    try:
        data = memoryview(read(span.folder / span.file, span.start, span.end))
    except OSError as error:
        why = f"it cannot be read from {span.start} to {span.end}: {error.strerror or error}"
        found.problems.append(Problem("file", span.file, why))
        return found
    found.bytes = len(data)
    position = span.start
    expected: str | None = ""
    for claim in span.claims:
        if claim.offset < position:
            why = f"its record at {claim.offset} lies within another capture's"
            found.problems.append(Problem("capture", place(claim), why))
            continue
        between(span, found, data, position, claim.offset, expected)
        expected = check_claim(span, found, data, claim)
        position = max(claim.end, claim.offset)
    between(span, found, data, position, span.start + len(data), expected, tail=span.last)
    return found


def check_claim(span: Span, found: Checked, data: memoryview, claim: Claim) -> str | None:
    """Compare a capture's record with its row; the record's id, None where it cannot be known."""
    raw = data[claim.offset - span.start : claim.end - span.start]
    try:
        if len(raw) < claim.length or claim.length <= 0:
            raise Damaged(f"{span.file} ends before its record does ({claim.offset} to {claim.end})")
        record, length = member(raw, found, claim.offset)
        if length != claim.length:
            raise Damaged(f"its record is {length} bytes long, not {claim.length}")
        for why in differences(claim, record):
            found.problems.append(Problem("capture", place(claim), f"{why} ({span.file} at {claim.offset})"))
        if (size := wrong_size(claim, record)) is not None:
            found.problems.append(Problem("attachment", place(claim), size))
        return record.headers.get("warc-record-id")
    except Damaged as damage:
        found.problems.append(Problem("capture", place(claim), f"{damage} ({span.file} at {claim.offset})"))
        return None


def between(
    span: Span,
    found: Checked,
    data: memoryview,
    start: int,
    end: int,
    expected: str | None,
    *,
    tail: bool = False,
) -> None:
    """Check the records that no capture points to: the request of the capture before, or the file's own first.

    ``expected`` is the id of the record that was asked for, "" where there is none, None where it is not known.
    Behind the last request of a crawl that was cut short, whatever there is was never stored.
    """
    position, asked = start, expected == ""
    left: str | None = None
    while position < end and left is None:
        try:
            record, length = member(data[position - span.start : end - span.start], found, position)
            if record.headers.get("warc-type") == "request" and not asked:
                if expected and record.headers.get("warc-concurrent-to") != expected:
                    raise Damaged("the request of another record than the one before")
                asked = True
            elif record.headers.get("warc-type") != "warcinfo" or position:
                raise Damaged("a record that no capture points to")
            position += length
        except Damaged as damage:
            left = str(damage)
    if left and tail and span.open and asked:
        left = f"{end - position} bytes after the last capture: what a crash left unfinished"
        found.problems.append(Problem("file", f"{span.file} at {position}", left, harmless=True))
    elif left or (expected and not asked):
        why = left or "the request of the capture before is missing"
        found.problems.append(Problem("file", f"{span.file} at {position}", why))


def member(raw: memoryview, found: Checked, offset: int) -> tuple[Record, int]:
    """The record in the gzip member that ``raw`` begins with, its digests checked, and how long it is in ``raw``."""
    try:
        plain, length = unpack(raw)
    except _ZlibError as error:
        raise Damaged(f"damaged: {str(error).rpartition(': ')[2]}") from None
    head = bytes(raw[:_HEAD])
    found.heads[head] += 1
    found.odd.setdefault(head, offset)
    found.records += 1
    return parse(plain), length


def unpack(raw: memoryview) -> tuple[bytes, int]:
    """What the gzip member that ``raw`` begins with holds, and its length.

    Raises zlib's error or :class:`Damaged`, also where a bit is set that no checksum covers: those that fill up the
    last byte before the checksum (RFC 1951, 3.2.3) are 0.
    """
    stream: Any = zlib_ng.decompressobj(GZIP)
    plain = stream.decompress(raw[:-_TRAILER])
    if not stream.eof:
        twin = stream.copy()
        plain += stream.decompress(raw[-_TRAILER:])
        if not stream.eof:
            raise Damaged("cut off: the record does not come to its end")
        if not stream.unused_data:
            if filled(twin, raw) and repacked(plain) != raw:
                raise Damaged("damaged: bits are set between data and checksum")
            return plain, len(raw)
        return unpack(raw[: -len(stream.unused_data)])
    return unpack(raw[: len(raw) - _TRAILER - len(stream.unused_data)])


def filled(twin: Any, raw: memoryview) -> bool:
    """Whether the last byte's highest set bit means nothing: without it the member is as good.

    ``twin`` has read all before that byte. A bit that chooses between two equal runs also means nothing, hence
    :func:`repacked`.
    """
    last = raw[-_TRAILER]
    without = last ^ (1 << last.bit_length() >> 1)
    try:
        twin.decompress(bytes([without]) + raw[1 - _TRAILER :])
    except _ZlibError:
        return False
    return bool(last and twin.eof)


def repacked(plain: bytes) -> bytes:
    """The member as the archive's writer would write it."""
    stream = zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, GZIP)
    return stream.compress(plain) + stream.flush()


def parse(plain: bytes) -> Record:
    """A record from its bytes, lengths and digests as they say. Raises :class:`Damaged`."""
    top, _, rest = plain.partition(_END)
    lines = top.decode("utf-8", "replace").split("\r\n")
    if not lines[0].startswith("WARC/1."):
        raise Damaged("not a WARC record")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (s.partition(":") for s in lines[1:])
    }
    length = headers.get("content-length", "")
    if not length.isdigit() or rest[int(length) :] != _END:
        raise Damaged(f"its Content-Length {length!r} is not the record's")
    block = rest[: int(length)]
    http: list[tuple[str, str]] = []
    body = b""
    if headers.get("content-type", "").startswith("application/http"):
        start, _, body = block.partition(_END)
        first, *fields = start.decode("latin-1").split("\r\n")
        pairs = (s.partition(":") for s in fields)
        http = [("", first), *((name, value.strip()) for name, _, value in pairs)]
    check_digests(headers, block, body)
    return Record(headers, http, body)


def check_digests(headers: dict[str, str], block: bytes, body: bytes) -> None:
    """Whether the digests that a record gives are its own. A ``revisit``'s payload digest is another record's."""
    labelled = headers.get("warc-block-digest")
    if labelled is None or labelled != digest(labelled, block):
        raise Damaged("its WARC-Block-Digest is not the block's")
    labelled = headers.get("warc-payload-digest")
    if headers.get("warc-type") == "revisit":
        return
    if labelled is None and headers.get("warc-type") == "warcinfo":
        return
    if labelled is None or labelled != digest(labelled, body):
        raise Damaged("its WARC-Payload-Digest is not the body's")


def digest(labelled: str, data: bytes) -> str:
    """``data``'s digest written as ``labelled`` is: algorithm, colon, base 32 (WARC 1.1, 5.8)."""
    algorithm = labelled.partition(":")[0]
    if algorithm not in ("sha1", "sha256", "sha512"):
        raise Damaged(f"its digest {labelled!r} is of no known kind")
    return f"{algorithm}:{base64.b32encode(hashlib.new(algorithm, data).digest()).decode()}"


def differences(claim: Claim, record: Record) -> list[str]:
    """What a capture's record says otherwise than its row."""
    headers = record.headers
    kind = "response" if claim.payload_url is None else "revisit"
    line = record.http[0][1] if record.http else ""
    found = [
        f"its record has {name} {theirs!r}, its row {ours!r}"
        for name, theirs, ours in (
            ("type", headers.get("warc-type"), kind),
            ("address", headers.get("warc-target-uri"), claim.url),
            ("date", headers.get("warc-date"), claim.fetched_at),
            ("status", line.split(" ")[1] if " " in line else None, str(claim.status)),
        )
        if theirs != ours
    ]
    if kind == "response":
        return found + wrong_body(claim, record)
    return found + wrong_reference(claim, record)


def wrong_body(claim: Claim, record: Record) -> list[str]:
    """An answer 304 has no body; every other has the one whose digest the row gives."""
    if claim.status == 304 and claim.sha256 is None:
        return ["its record has a body, which an answer 304 has not"] if record.body else []
    sha256 = hashlib.sha256(decoded(record.body, record.http)).hexdigest()
    return (
        [] if sha256 == claim.sha256 else [f"its body has the SHA-256 {sha256}, its row says {claim.sha256}"]
    )


def wrong_reference(claim: Claim, record: Record) -> list[str]:
    """What a ``revisit`` says otherwise of the record that holds its body (WARC 1.1, 6.7)."""
    headers = record.headers
    found = [
        f"it refers to {name} {theirs!r}, its row to {ours!r}"
        for name, theirs, ours in (
            ("address", headers.get("warc-refers-to-target-uri"), claim.payload_url),
            ("date", headers.get("warc-refers-to-date"), claim.payload_fetched_at),
        )
        if theirs != ours
    ]
    if claim.sha256 != claim.payload_sha256:
        found.append(
            f"its row says SHA-256 {claim.sha256}, that of the body's capture {claim.payload_sha256}"
        )
    return found


def wrong_size(claim: Claim, record: Record) -> str | None:
    if claim.sizes is None or claim.payload_url is not None:
        return None
    size = len(decoded(record.body, record.http))
    return None if claim.sizes == str(size) else f"a file of {size} bytes is said to have {claim.sizes}"


def strange_heads(heads: Counter[bytes], first: dict[bytes, int], file: str) -> list[Problem]:
    """gzip headers that are not as the file's other ones: no checksum covers these ten bytes (RFC 1952, 2.3)."""
    usual = heads.most_common(1)[0][0] if heads else b""
    why = "the record's gzip header is not like the file's others"
    return [Problem("file", f"{file} at {first[head]}", why) for head in heads if head != usual]


def read(path: Path, start: int, end: int) -> bytes:
    """The bytes from ``start`` to ``end``, fewer where the file is shorter. Not mapped: a bad disk then raises."""
    with open(path, "rb", buffering=0) as file:
        parts = []
        file.seek(start)
        while start < end and (part := file.read(end - start)):
            parts.append(part)
            start += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def place(claim: Claim) -> str:
    return f"{claim.id} ({claim.url})"
