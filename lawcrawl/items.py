"""What travels between the rooms: facts read from pages, and the records they rest on.

Every field that a page did not state is ``None``. Times a page states are Beijing time, as precise as
the page states them (``2024-01-04``, ``2024-01-04T17:18`` or ``2024-01-04T17:18:30``); times that
lawcrawl observed are UTC, ``2024-01-05T01:02:03Z``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["robots", "fetch", "blocked", "parse", "validate", "attachment", "views", "store"]
AttachmentStatus = Literal["stored", "failed", "too_large", "skipped"]
CaptureKind = Literal["list", "article", "part"]


@dataclass(slots=True)
class Capture:
    """One response on record. The archive's writer fills the last four fields when it is written."""

    url: str
    fetched_at: str
    status: int
    media_type: str | None = None
    sha256: str | None = None
    """Hex SHA-256 of the body after content decoding (gzip, br, zstd)."""
    etag: str | None = None
    last_modified: str | None = None
    id: int | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None
    payload_id: int | None = None
    """The earlier capture that holds the body, where this one is the record of an unchanged answer."""


@dataclass(slots=True)
class Exchange:
    """One request and its response as they went over the wire, to be captured. Headers are in order."""

    method: str
    url: str
    request_headers: list[tuple[str, str]]
    request_body: bytes
    status: int
    reason: str
    response_headers: list[tuple[str, str]]
    response_body: bytes
    """As transferred: still compressed where the server compressed it, chunking undone."""
    fetched_at: str
    kind: CaptureKind | None = None
    """What it was asked for as; None for anything but a column's pages, articles and what belongs to these."""
    asked_url: str | None = None
    """The address that was asked for at first, where a redirect led from it to ``url``."""
    channel: str | None = None
    """Of a list page: the first list page of its column."""
    origin: str | None = None
    """The file and record that it was taken from, where another program put it on record."""


@dataclass(slots=True)
class Attachment:
    """A file that an article links or embeds."""

    url: str
    name: str | None = None
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    text: str | None = None
    reason: str | None = None
    """Why there is no text, or not all of it."""
    status: AttachmentStatus = "skipped"
    capture: Capture | None = None


@dataclass(slots=True)
class Row:
    """One row of a list page: what the list tells of an article."""

    url: str
    """Absolute address where the page's own is known, else as the link has it."""
    title: str | None = None
    date: str | None = None
    """``2024-01-04``; NULL where the list shows none or only a part that the list cannot complete."""
    pinned: bool = False
    external: bool = False
    """The link leaves the site that the list belongs to."""


@dataclass(slots=True)
class ListPage:
    """What a list page says."""

    items: list[Row] = field(default_factory=list)
    next: str | None = None
    form: dict[str, str] | None = None
    """What the pager posts to ``next``; None where it is asked for plainly."""
    pages: int | None = None
    """How many list pages the pager claims."""
    claimed: int | None = None
    """How many articles the list claims."""
    name: str | None = None
    """The column's name."""
    site: str | None = None
    """Who runs the site, by this page."""
    certainty: float = 0.0
    """0 (no list seen) to 1."""
    reason: str | None = None
    """Why a family that knows the page reads no rows of it, or why some of its rows were not read."""
    shape: str | None = None
    """The repeated structure that the rows have on this page; the list's further pages share it."""
    channel: str | None = None
    """The channel's list address, set by the crawl."""


@dataclass(slots=True)
class Counter:
    """Where a page's view count is kept: the address its own script asks."""

    url: str
    reader: str = "number"
    """Which reader understands the answer."""


@dataclass(slots=True)
class Listing:
    """An article's place in a channel."""

    channel: str
    """The channel's list address."""
    title_shown: str | None = None
    date_shown: str | None = None
    pinned: bool = False


@dataclass(slots=True)
class Article:
    """An article as one visit read it."""

    url: str
    title: str | None = None
    published: str | None = None
    source: str | None = None
    author: str | None = None
    doc_number: str | None = None
    issuer: str | None = None
    views: int | None = None
    text: str | None = None
    """Paragraphs joined by newlines."""
    html: str | None = None
    """The body only, sanitized."""
    labels: dict[str, str] = field(default_factory=dict)
    """The labelled table: 索引号, 主题分类, 成文日期 ..."""
    attachments: list[Attachment] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    """Absolute addresses of the body's images."""
    channel: str | None = None
    """The breadcrumb or column name that the page shows."""
    counter: Counter | None = None
    """Whom to ask for ``views`` where the page itself does not show them."""
    status: Literal["live", "gone", "external"] = "live"
    reason: str | None = None
    """How a page that is gone says so: ``404``, ``410``, ``soft 404``, ``home page``."""
    listings: list[Listing] = field(default_factory=list)
    capture: Capture | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    """For each field that has a value, the name of the place it came from."""


@dataclass(slots=True)
class Failure:
    """One thing a crawl could not do."""

    url: str
    stage: Stage
    reason: str
    attempts: int = 1
    channel: str | None = None
    """The channel that is incomplete because of it."""


@dataclass(slots=True)
class Site:
    """A site, by its spider's name."""

    id: str
    name: str | None = None
    url: str | None = None
    family: str | None = None
    region: str | None = None
