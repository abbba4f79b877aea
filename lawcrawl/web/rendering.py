"""A page from a template and what it shows, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette import Response
from datasette.utils import tilde_encode

from lawcrawl import __version__
from lawcrawl.web import safety
from lawcrawl.web.asking import archive_database
from lawcrawl.web.language import COOKIE, asked_for, language_of, translator
from lawcrawl.web.recorded import teller

YEAR = 365 * 86_400


async def page(datasette: Any, request: Any, template: str, status: int = 200, /, **shown: Any) -> Any:
    """The ``template`` as an answer; ``shown`` is what it may use besides what every page has."""
    language = language_of(request)
    common = {
        "_": translator(language),
        "told": teller(language),
        "language": language,
        "at": datasette.urls.path,
        "tilde": tilde_encode,
        "outward": safety.outward,
        "here": request.path,
        "in_language": lambda other: with_arguments(request, lang=other),
        "moment": moment,
        "stated": stated,
        "data": archive_database(datasette).route,
        "software": f"lawcrawl {__version__}",
    }
    html = await datasette.render_template(f"lawcrawl/{template}.html", {**common, **shown}, request)
    response = Response.html(html, status=status, headers=headers())
    if asked_for(request):
        response.set_cookie(COOKIE, language, max_age=YEAR, httponly=True)
    return response


def headers() -> dict[str, str]:
    return {
        "Content-Security-Policy": safety.OURS,
        "Vary": "Accept-Language",
        "Cache-Control": "private, no-cache",
    }


def with_arguments(request: Any, path: str | None = None, **changed: Any) -> str:
    """The address of this page (or of ``path``) with other arguments; None takes one away."""
    kept = [(name, value) for name, value in parse_qsl(request.query_string) if name not in changed and value]
    changed_ones = [(name, value) for name, value in changed.items() if value is not None]
    query = urlencode([*kept, *changed_ones])
    return (path or request.path) + (f"?{query}" if query else "")


def page_number(request: Any) -> int:
    """``?page=``, 1 to 1000; 1 for anything else."""
    asked = request.args.get("page") or ""
    return max(1, min(int(asked), 1000)) if asked.isdecimal() and len(asked) < 6 else 1


def moment(at: str | None) -> str:
    """A time that lawcrawl observed, to the minute.

    >>> moment("2024-01-05T01:02:03Z")
    '2024-01-05 01:02 UTC'
    """
    return datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M UTC") if at else ""


def stated(published: str | None) -> str:
    """A time that a page states, as precise as it is.

    >>> stated("2024-01-04T17:18")
    '2024-01-04 17:18'
    """
    return (published or "").replace("T", " ")
