"""WARC files read against what the database says of them, a span of bytes at a time.

A span begins where a capture's record begins (the first at 0) and ends where the next span does, so spans can be
read apart from each other, by threads or in any order, with bounded memory.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from zlib_ng import zlib_ng

from lawcrawl.archive.warc import LEVEL, decoded

GZIP = 16 + zlib_ng.MAX_WBITS
ZlibError: type[Exception] = zlib_ng.error  # type: ignore[assignment]  # its stub takes it for an instance
_HEAD, _TRAILER = 10, 9
HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512}
_BASE32 = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv")
_END = b"\r\n\r\n"


class Problem(NamedTuple):
    """One thing that is not as it was stored."""

    what: str
    """``database``, ``file``, ``capture``, ``version``, ``article``, ``attachment``, ``index``, ``derived``, ``seal`` or ``stamp``."""
    where: str
    why: str
    """One sentence."""
    harmless: bool = False
    """Nothing that was stored is lost: what a crash left unfinished, what can be derived again."""


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
    """One WARC record, unpacked; header names as lawcrawl writes them."""

    headers: dict[str, str]
    head: bytes
    """Start line and headers of a request, response or revisit."""
    body: bytes

    @property
    def status(self) -> str:
        """``200``; "" where there is none."""
        return self.head.partition(b" ")[2][:3].decode("latin-1")

    @property
    def http(self) -> list[tuple[str, str]]:
        pairs = (line.partition(":") for line in self.head.decode("latin-1").split("\r\n")[1:])
        return [(name, value.strip()) for name, _, value in pairs]


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
        return record.headers.get("WARC-Record-ID")
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
            if record.headers.get("WARC-Type") == "request" and not asked:
                if expected and record.headers.get("WARC-Concurrent-To") != expected:
                    raise Damaged("the request of another record than the one before")
                asked = True
            elif record.headers.get("WARC-Type") != "warcinfo" or position:
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
    except ZlibError as error:
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
    except ZlibError:
        return False
    return bool(last and twin.eof)


def repacked(plain: bytes) -> bytes:
    """The member as the archive's writer would write it."""
    stream = zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, GZIP)
    return stream.compress(plain) + stream.flush()


def parse(plain: bytes) -> Record:
    """A record from its bytes, lengths and digests as they say. Raises :class:`Damaged`."""
    top, _, rest = plain.partition(_END)
    first, *lines = top.decode("utf-8", "replace").split("\r\n")
    headers = {name: value for name, _, value in (line.partition(": ") for line in lines)}
    length = headers.get("Content-Length", "")
    if not first.startswith("WARC/1.") or not length.isdecimal() or rest[int(length) :] != _END:
        raise Damaged(f"it is no WARC record of Content-Length {length!r}")
    block, head, body = rest[: int(length)], b"", b""
    if headers.get("Content-Type", "").startswith("application/http"):
        head, _, body = block.partition(_END)
    for name, data in (("WARC-Block-Digest", block), ("WARC-Payload-Digest", body)):
        payload_elsewhere = name == "WARC-Payload-Digest" and headers.get("WARC-Type") in (
            "revisit",
            "warcinfo",
        )
        if not payload_elsewhere and not is_digest(headers.get(name, ""), data):
            raise Damaged(f"its {name} is not that of what it holds")
    return Record(headers, head, body)


def is_digest(labelled: str, data: bytes) -> bool:
    """Whether ``labelled`` (WARC 1.1, 5.8: algorithm, colon, base 32) is the digest of ``data``."""
    algorithm, _, text = labelled.partition(":")
    return algorithm in HASHES and number(text) == int.from_bytes(HASHES[algorithm](data).digest(), "big")


def number(text: str) -> int:
    """What a digest in base 32 is as a number; -1 where it is none. RFC 4648, 6: its last bits fill up, with 0."""
    digits = text.rstrip("=").translate(_BASE32)
    try:
        return int(digits, 32) >> len(digits) * 5 % 8
    except ValueError:
        return -1


def differences(claim: Claim, record: Record) -> list[str]:
    """What a capture's record says otherwise than its row."""
    headers = record.headers
    kind = "response" if claim.payload_url is None else "revisit"
    found = [
        f"its record has {name} {theirs!r}, its row {ours!r}"
        for name, theirs, ours in (
            ("type", headers.get("WARC-Type"), kind),
            ("address", headers.get("WARC-Target-URI"), claim.url),
            ("date", headers.get("WARC-Date"), claim.fetched_at),
            ("status", record.status, str(claim.status)),
        )
        if theirs != ours
    ]
    return found + (wrong_body if kind == "response" else wrong_reference)(claim, record)


def wrong_body(claim: Claim, record: Record) -> list[str]:
    """An answer 304 has no body; every other has the one whose digest the row gives, as long as files say."""
    if claim.status == 304 and claim.sha256 is None:
        return ["its record has a body, which an answer 304 has not"] if record.body else []
    body = decoded(record.body, record.http)
    sha256 = hashlib.sha256(body).hexdigest()
    found = (
        [] if sha256 == claim.sha256 else [f"its body has the SHA-256 {sha256}, its row says {claim.sha256}"]
    )
    if claim.sizes is not None and claim.sizes != str(len(body)):
        found.append(f"its body has {len(body)} bytes, attachments say {claim.sizes}")
    return found


def wrong_reference(claim: Claim, record: Record) -> list[str]:
    """What a ``revisit`` says otherwise of the record that holds its body (WARC 1.1, 6.7)."""
    headers = record.headers
    found = [
        f"it refers to {name} {theirs!r}, its row to {ours!r}"
        for name, theirs, ours in (
            ("address", headers.get("WARC-Refers-To-Target-URI"), claim.payload_url),
            ("date", headers.get("WARC-Refers-To-Date"), claim.payload_fetched_at),
        )
        if theirs != ours
    ]
    if claim.sha256 != claim.payload_sha256:
        found.append(
            f"its row says SHA-256 {claim.sha256}, that of the body's capture {claim.payload_sha256}"
        )
    return found


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
