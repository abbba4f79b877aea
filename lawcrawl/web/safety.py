"""What a browser may do with what we send: policies, and markup that others wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import nh3
from markupsafe import Markup

OURS = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
"""Our pages: no script at all, nothing from elsewhere."""
DATASETTE = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Datasette's own pages have small scripts inline."""
CAPTURED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
)
"""A page of another's: shown, never run, and no address asked."""
FILE = "sandbox; default-src 'none'"
DEFAULTS = {
    b"content-security-policy": DATASETTE.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
}

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
TAGS = nh3.ALLOWED_TAGS - {"map", "area", "center"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}


def guarded(app: Any) -> Any:
    """The ASGI application ``app``, each of its answers with a policy: its own, or Datasette's."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        async def send_guarded(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                named = {bytes(name).lower() for name, _ in headers}
                headers += [[name, value] for name, value in DEFAULTS.items() if name not in named]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_guarded if scope["type"] == "http" else send)

    return answer


def file_headers(name: str) -> dict[str, str]:
    """Headers under which any file may be sent: kept by the browser, never opened in our name (RFC 6266, 4.3)."""
    plain = re.sub(r"[^\w.-]+", "_", name.encode("ascii", "ignore").decode()).strip("._") or "file"
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": FILE,
    }


def media_type(stated: str | None) -> str:
    """A media type as a header may have it; ``application/octet-stream`` for what is none.

    >>> media_type("text/plain"), media_type("x: y")
    ('text/plain', 'application/octet-stream')
    """
    return stated if stated and _MEDIA_TYPE.fullmatch(stated) else "application/octet-stream"


def body(html: str, files: Mapping[str, str]) -> Markup:
    """An article's markup: nothing acts, no address is asked; ``files`` are where those on record are, by address.

    The stored markup is clean already; another program may have written it.
    """

    def address(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return files.get(value)
        if name == "href":
            return files.get(value) or (value if outward(value) else None)
        return value

    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
        url_relative="pass_through",
        attribute_filter=address,
    )
    return Markup(clean)


def outward(url: str) -> bool:
    """Whether an address of another's may be a link."""
    return url.lower().startswith(("http://", "https://"))
