"""Which page answers at which address. Everything else is Datasette's."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from datasette import Response

from lawcrawl.web.pages import article, captures, changes, home, knowledge, plots, search, site


@cache
def stylesheet() -> bytes:
    return files("lawcrawl.web").joinpath("static/lawcrawl.css").read_bytes()


async def style(request: Any) -> Any:
    headers = {"Cache-Control": "max-age=3600", "ETag": f'"{sha256(stylesheet()).hexdigest()[:16]}"'}
    return Response(stylesheet(), headers=headers, content_type="text/css; charset=utf-8")


ROUTES: tuple[tuple[str, Callable[..., Any]], ...] = (
    (r"^/$", home.home),
    (r"^/search$", search.search),
    (r"^/search\.csv$", search.search_csv),
    (r"^/search\.atom$", search.search_atom),
    (r"^/article/(?P<id>\d{1,18})$", article.article),
    (r"^/article/(?P<digest>sha256:[0-9a-f]{64})$", article.cited_article),
    (r"^/article/(?P<id>\d{1,18})/diff/(?P<old>\d{1,9})/(?P<new>\d{1,9})$", article.diff),
    (r"^/attachment/(?P<id>\d{1,18})$", captures.attachment),
    (r"^/capture/(?P<id>\d{1,18})$", captures.replay),
    (r"^/capture/(?P<id>\d{1,18})/page$", captures.replayed),
    (r"^/capture/(?P<id>\d{1,18})/image$", captures.picture),
    (r"^/capture/(?P<id>\d{1,18})/original$", captures.original),
    (r"^/changes$", changes.changes),
    (r"^/changes\.atom$", changes.changes_atom),
    (r"^/laws$", knowledge.laws),
    (r"^/law$", knowledge.law),
    (r"^/documents$", knowledge.documents),
    (r"^/document$", knowledge.document),
    (r"^/reprints$", knowledge.reprints),
    (r"^/plots$", plots.plots),
    (r"^/plots\.svg$", plots.plots_svg),
    (r"^/article/(?P<id>\d{1,18})/views\.svg$", plots.views_svg),
    (r"^/site/(?P<site>[^/]+)$", site.site),
    (r"^/-/lawcrawl\.css$", style),
)
