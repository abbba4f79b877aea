"""What is on record, byte for byte: a file, the captured page, its replay in a frame that runs nothing."""

from __future__ import annotations

from posixpath import basename
from typing import Any
from urllib.parse import unquote, urlsplit

from datasette import NotFound, Response

from lawcrawl.archive import Archive
from lawcrawl.archive.questions.provenance import Record, capture, image
from lawcrawl.extract.document import Page
from lawcrawl.web import safety
from lawcrawl.web.asking import ask
from lawcrawl.web.inert import inert
from lawcrawl.web.rendering import page

PAGES = ("text/html", "application/xhtml+xml")
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
"""Images that have no script in them."""
NOT_THERE = "there is no such capture in this archive"
ATTACHMENT = "SELECT name, url, media_type, capture_id FROM attachments WHERE id = ? AND status = 'stored'"


async def attachment(datasette: Any, request: Any) -> Any:
    number = int(request.url_vars["id"])

    def question(archive: Archive) -> Any:
        row = archive.connection.execute(ATTACHMENT, (number,)).fetchone()
        if row is None:
            return None
        name, url, media_type, capture_id = row
        _, body = archive.read_capture(capture_id)
        return body, file_name(name, url), media_type

    found = await ask(datasette, question)
    if found is None:
        raise NotFound("this file is not on record")
    body, name, media_type = found
    return Response(body, headers=safety.file_headers(name), content_type=safety.media_type(media_type))


def file_name(name: str | None, url: str) -> str:
    """What a file is saved as: the page's name of it, with the ending that its address has.

    >>> file_name("附件1", "https://linxi.example/P0201.docx"), file_name(None, "https://linxi.example/a/")
    ('附件1.docx', 'linxi.example')
    """
    parts = urlsplit(url)
    last = unquote(basename(parts.path))
    stem, dot, ending = last.rpartition(".")
    if not name:
        return last or parts.hostname or "file"
    return name if not (stem and dot) or name.lower().endswith(f".{ending.lower()}") else f"{name}.{ending}"


async def read(datasette: Any, request: Any) -> tuple[Record, list[tuple[str, str]], bytes]:
    """The capture an address names: its row, its headers, its body. Raises :class:`datasette.NotFound`."""
    number = int(request.url_vars["id"])

    def question(archive: Archive) -> Any:
        record = capture(archive.connection, number)
        return record and (record, *archive.read_capture(number))

    found = await ask(datasette, question)
    if found is None:
        raise NotFound(NOT_THERE)
    whole: tuple[Record, list[tuple[str, str]], bytes] = found
    return whole


async def original(datasette: Any, request: Any) -> Any:
    """The bytes, to be kept."""
    record, _, body = await read(datasette, request)
    name = file_name(None, record.url)
    return Response(
        body, headers=safety.file_headers(name), content_type=safety.media_type(record.media_type)
    )


async def replayed(datasette: Any, request: Any) -> Any:
    """The captured page as the frame shows it."""
    number, at = int(request.url_vars["id"]), datasette.urls.path

    def question(archive: Archive) -> bytes | None:
        db = archive.connection
        record = capture(db, number)
        if record is None or not is_page(record):
            return None
        headers, body = archive.read_capture(number)
        stated = next((value for name, value in headers if name.lower() == "content-type"), None)

        def picture(url: str) -> str | None:
            found = image(db, url, record.fetched_at)
            return str(at(f"/capture/{found}/image")) if found else None

        return inert(Page.from_bytes(body, record.url, stated), picture)

    shown = await ask(datasette, question)
    if shown is None:
        raise NotFound(NOT_THERE)
    return Response.html(shown, headers={"Content-Security-Policy": safety.CAPTURED})


async def picture(datasette: Any, request: Any) -> Any:
    """A captured image, for that frame."""
    record, _, body = await read(datasette, request)
    if record.media_type not in IMAGES:
        raise NotFound(NOT_THERE)
    headers = {"Content-Security-Policy": safety.FILE}
    return Response(body, headers=headers, content_type=record.media_type)


async def replay(datasette: Any, request: Any) -> Any:
    """Our page around that frame, which says what it is."""
    number = int(request.url_vars["id"])
    record = await ask(datasette, lambda archive: capture(archive.connection, number))
    if record is None:
        raise NotFound(NOT_THERE)
    return await page(datasette, request, "replay", record=record, is_page=is_page(record))


def is_page(record: Record) -> bool:
    return record.media_type in PAGES
