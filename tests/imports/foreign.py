"""Captures of a small site as other programs write them: through warcio, one record after the other."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from lawcrawl.archive import Archive
from lawcrawl.archive.proof.verify import verify
from tests.server import article_page, list_page, row

SITE = "sfj.linxi.example"
HOST = f"http://{SITE}"
COLUMN = f"{HOST}/tzgg/"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def day(number: int) -> str:
    return f"2019-03-{number:02}T02:00:00Z"


def url(number: int) -> str:
    return f"{COLUMN}202401/t20240104_{number}.html"


def listing(*numbers: int) -> bytes:
    return list_page([row(number) for number in numbers]).encode()


def article(number: int, **more: str) -> bytes:
    return article_page(row(number)[1], **more).encode()


@dataclass
class Captures:
    """Answers to be written; of each its address, time, body, status and headers."""

    records: list[dict[str, Any]] = field(default_factory=list)

    def put(
        self, address: str, at: str, body: bytes | str = b"", status: str = "200 OK", **more: Any
    ) -> None:
        body = body.encode() if isinstance(body, str) else body
        self.records.append({"url": address, "at": at, "body": body, "status": status, **more})

    def column(self, *numbers: int, at: str = day(1)) -> None:
        """A list page and its articles."""
        self.put(COLUMN, at, listing(*numbers))
        for number in numbers:
            self.put(url(number), at, article(number))

    def bytes(self, *, packed: bool = True, version: str = "1.0") -> bytes:
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=packed, warc_version=version)
        info = {"software": "Spinne/2.0", "format": f"WARC File Format {version}"}
        writer.write_record(writer.create_warcinfo_record("made.warc.gz", info))
        for one in self.records:
            self.write(writer, one)
        return out.getvalue()

    def write(self, writer: WARCWriter, one: dict[str, Any]) -> None:
        headers = list({**HTML, **one.get("headers", {})}.items())
        fields = {"WARC-Date": one["at"], **one.get("fields", {})}
        kind = one.get("type", "response")
        head = StatusAndHeaders(one["status"], headers, protocol="HTTP/1.1")
        payload = io.BytesIO(one["body"])
        record = writer.create_warc_record(
            one["url"],
            kind,
            payload=payload,
            length=len(one["body"]),
            http_headers=head,
            warc_headers_dict=fields,
        )
        sent = StatusAndHeaders(
            f"/ {'HTTP/1.1'}", [("Host", "sfj.linxi.example"), ("User-Agent", "Spinne/2.0")], protocol="GET"
        )
        request = writer.create_warc_record(
            one["url"],
            "request",
            http_headers=sent,
            warc_headers_dict={
                "WARC-Date": one["at"],
                "WARC-Concurrent-To": record.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        writer.write_record(record)
        writer.write_record(request)

    def file(self, path: Path, **more: Any) -> Path:
        path.write_bytes(self.bytes(**more))
        return path


def wacz(path: Path, files: Iterable[Path]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("datapackage.json", "{}")
        for file in files:
            packed.write(file, f"archive/{file.name}")
    return path


def arc(path: Path, address: str, at: str, body: bytes) -> Path:
    """An ARC file of one answer (Internet Archive, ARC_IA)."""
    stamp = "".join(filter(str.isdigit, at))
    head = b"1 0 Spinne\nURL IP-address Archive-date Content-type Archive-length\n"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    first = f"filedesc://{path.name} 0.0.0.0 {stamp} text/plain {len(head)}\n".encode()
    line = f"{address} 127.0.0.1 {stamp} text/html {len(answer)}\n".encode()
    path.write_bytes(first + head + b"\n" + line + answer + b"\n")
    return path


def problems(archive: Path) -> list[str]:
    with Archive(archive, read_only=True) as opened:
        return [f"{one.where}: {one.why}" for one in verify(opened)]
