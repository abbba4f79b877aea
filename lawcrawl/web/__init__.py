"""The archive's pages: a Datasette plugin. Every table, facet, query and JSON answer of Datasette is there beside them.

Wherever Datasette is given the database of an archive, ``lawcrawl serve`` or not, the pages stand at its root.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar, cast

import datasette

from lawcrawl.archive.search import match_expression
from lawcrawl.web import errors, safety
from lawcrawl.web.asking import PATIENCE, archive_database
from lawcrawl.web.routes import ROUTES

F = TypeVar("F", bound=Callable[..., Any])
hook = cast("Callable[[F], F]", datasette.hookimpl)


@hook
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    return list(ROUTES) if archive_database(datasette) else []


@hook
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    return safety.guarded if archive_database(datasette) else lambda app: app


@hook
def prepare_connection(conn: sqlite3.Connection) -> None:
    """``articles_fts MATCH chinese('民法典')`` in SQL is what a search for it asks."""
    conn.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
    conn.create_function("chinese", 1, lambda query: match_expression(str(query)), deterministic=True)


@hook
def menu_links(datasette: Any) -> list[dict[str, str]]:
    if not archive_database(datasette):
        return []
    return [{"href": datasette.urls.instance(), "label": "The archive's pages"}]


@hook
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Callable[[], Any]:
    return errors.answer(datasette, request, exception)
