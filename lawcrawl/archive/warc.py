"""Captures on disk: WARC 1.1, one gzip member a record, through warcio."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from zlib_ng import zlib_ng

from lawcrawl.archive.errors import ArchiveError
from lawcrawl.items import Exchange

ROTATE = 1024**3
# warcio compresses with zlib at 9; zlib-ng at 6 takes a third of its CPU for 1.5 % more bytes.
LEVEL = 6
MOST = 256 * 2**20
"""Bytes that a body may unfold to: several times the largest file that is kept."""
_HOP_BY_HOP = {"transfer-encoding", "connection", "keep-alive"}


NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


@dataclass(slots=True, frozen=True)
class Payload:
    """Where an earlier record holds a body."""

    capture_id: int
    url: str
    fetched_at: str
    sha256: str
    warc_file: str
    warc_offset: int


class Captures:
    """The WARC files that one process writes; each is new, none is ever appended to by another process.

    ``about`` are further fields of each file's ``warcinfo`` (WARC 1.1, 6.2.1), such as the options of the crawl.
    """

    def __init__(self, folder: Path, software: str, about: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.about = {"software": software, "format": "WARC File Format 1.1", **(about or {})}
        self.file: BinaryIO | None = None
        self.plain = io.BytesIO()
        self.writer: Any = WARCWriter(self.plain, gzip=False, warc_version="1.1")
        self.name = ""
        self.count = 0

    def write(self, exchange: Exchange, earlier: Payload | None = None) -> tuple[str, int, int]:
        """Write the exchange; the file's name within the archive, offset and length of the response record.

        With ``earlier`` the body is not written again: the record is a ``revisit`` of the one that holds it, unless
        the bytes came otherwise encoded.
        """
        if self.file is None or self.file.tell() > ROTATE:
            self.rotate(str(exchange.fetched_at))
        assert self.file is not None
        headers = [(n, v) for n, v in exchange.response_headers if n.lower() not in _HOP_BY_HOP]
        headers = [(n, v) for n, v in headers if n.lower() != "content-length"]
        headers.append(("Content-Length", str(len(exchange.response_body))))
        status = StatusAndHeaders(
            f"{exchange.status} {exchange.reason}".strip(), headers, protocol="HTTP/1.1"
        )
        digest = payload_digest(exchange.response_body)
        if earlier is not None:
            response = self.revisit(exchange, status, digest, earlier)
        else:
            response = self.writer.create_warc_record(
                exchange.url,
                "response",
                payload=io.BytesIO(exchange.response_body),
                length=len(exchange.response_body),
                http_headers=status,
                warc_headers_dict={
                    "WARC-Date": exchange.fetched_at,
                    "WARC-Payload-Digest": digest,
                    **origin(exchange),
                },
            )
        request = self.writer.create_warc_record(
            exchange.url,
            "request",
            payload=io.BytesIO(exchange.request_body),
            length=len(exchange.request_body),
            http_headers=request_head(exchange),
            warc_headers_dict={
                "WARC-Date": exchange.fetched_at,
                "WARC-Payload-Digest": payload_digest(exchange.request_body)
                if exchange.request_body
                else _EMPTY,
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        offset = self.file.tell()
        length = self.member(response)
        self.member(request)
        return f"warc/{self.name}", offset, length

    def revisit(self, exchange: Exchange, status: Any, digest: str, earlier: Payload) -> Any:
        """The record of an answer whose body ``earlier`` holds."""
        headers = {
            "WARC-Date": exchange.fetched_at,
            "WARC-Refers-To-Target-URI": earlier.url,
            "WARC-Refers-To-Date": earlier.fetched_at,
            "WARC-Profile": NOT_MODIFIED if exchange.status == 304 else IDENTICAL,
            **origin(exchange),
        }
        if exchange.status != 304:
            headers["WARC-Payload-Digest"] = digest
        return self.writer.create_warc_record(
            exchange.url, "revisit", http_headers=status, warc_headers_dict=headers
        )

    def holds(self, earlier: Payload, body: bytes) -> bool:
        """Whether the earlier record has these very bytes: the same page may come compressed another time."""
        if self.file is not None:
            self.file.flush()
        path = self.folder.parent / earlier.warc_file
        try:
            with open(path, "rb") as file:
                file.seek(earlier.warc_offset)
                record = next(iter(ArchiveIterator(file)))
                return bool(record.rec_headers.get_header("WARC-Payload-Digest") == payload_digest(body))
        except Exception:  # a lost or broken file: the body is written anew
            return False

    def member(self, record: Any) -> int:
        """Write one record as a gzip member of its own; its length."""
        assert self.file is not None
        self.plain.seek(0)
        self.plain.truncate()
        self.writer.write_record(record)
        compressor = zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, zlib_ng.MAX_WBITS + 16)
        compressed = compressor.compress(self.plain.getbuffer()) + compressor.flush()
        self.file.write(compressed)
        return len(compressed)

    def rotate(self, moment: str) -> None:
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            stamp = moment.replace("-", "").replace(":", "").replace("T", "").rstrip("Z")
            self.name = f"{stamp}-{os.getpid()}-{self.count:05}.warc.gz"
            self.count += 1
            try:
                self.file = open(self.folder / self.name, "xb")  # noqa: SIM115
                break
            except FileExistsError:
                continue
        self.member(self.writer.create_warcinfo_record(self.name, self.about))

    def sync(self) -> None:
        """On disk: what the database is about to point at."""
        if self.file is not None:
            self.file.flush()
            os.fsync(self.file.fileno())

    def close(self) -> None:
        if self.file is not None:
            try:
                self.file.close()
            finally:
                self.file = None


def origin(exchange: Exchange) -> dict[str, str]:
    """A field of our own (WARC 1.1, 5.1 lets be unknown ones be): which record of which file this one is a copy of."""
    return {"WARC-Imported-From": exchange.origin} if exchange.origin else {}


def payload_digest(body: bytes) -> str:
    """As ``WARC-Payload-Digest`` labels it: SHA-256 of the bytes as transferred, in base 32."""
    return "sha256:" + base64.b32encode(hashlib.sha256(body).digest()).decode()


_EMPTY = payload_digest(b"")


def request_head(exchange: Exchange) -> Any:
    path = "/" + exchange.url.partition("://")[2].partition("/")[2].partition("#")[0]
    host = exchange.url.partition("://")[2].partition("/")[0]
    headers = [("Host", host), *exchange.request_headers]
    return StatusAndHeaders(f"{exchange.method} {path} HTTP/1.1", headers, is_http_request=True)


def decoded(body: bytes, headers: list[tuple[str, str]]) -> bytes:
    """A body without its content encoding; as it is where that is unknown or broken, or unfolds to over ``MOST``."""
    for name, value in headers:
        if name.lower() == "content-encoding":
            for encoding in reversed([part.strip().lower() for part in value.split(",")]):
                body = _decode(body, encoding)
    return body


def _decode(body: bytes, encoding: str) -> bytes:
    try:
        plain = _unpacked(body, encoding)
    except (OSError, EOFError, zlib.error, ValueError, ImportError):
        return body
    return plain if len(plain) <= MOST else body


def _unpacked(body: bytes, encoding: str) -> bytes:
    """At least so much of it that it is seen to be more than ``MOST``."""
    if encoding in ("gzip", "x-gzip"):
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            return packed.read(MOST + 1)
    if encoding == "deflate":
        try:
            return zlib.decompressobj().decompress(body, MOST + 1)
        except zlib.error:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, MOST + 1)
    if encoding == "br":
        import brotli

        unpacker = brotli.Decompressor()
        try:
            plain = bytes(unpacker.process(body, output_buffer_limit=MOST + 1))
        except brotli.error as error:
            raise ValueError("no brotli") from error
        if unpacker.is_finished() or len(plain) > MOST:
            return plain
        raise ValueError("cut short")
    return body


def read_response(path: Path, offset: int, length: int) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and decoded body of the response record that lies there. Raises :class:`ArchiveError`."""
    try:
        with open(path, "rb", buffering=0) as file:
            file.seek(offset)
            plain = zlib_ng.decompress(file.read(length), 16 + zlib_ng.MAX_WBITS)
        _, head, body = plain.split(b"\r\n\r\n", 2)
        lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
        headers = [(name, value.strip()) for name, _, value in lines]
        return headers, decoded(body.removesuffix(b"\r\n\r\n"), headers)
    except FileNotFoundError as error:
        raise ArchiveError(f"{path} is missing: bring it back from a copy of the archive") from error
    except Exception as error:
        raise ArchiveError(
            f"{path} cannot be read at {offset}: {error}; 'lawcrawl verify' tells more"
        ) from error


def utc_now() -> str:
    """``2024-01-05T01:02:03Z``"""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
