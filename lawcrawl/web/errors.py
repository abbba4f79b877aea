"""What is answered where a page cannot be: one sentence, and a way on."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import NotFound, Response
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from lawcrawl.archive import ArchiveError
from lawcrawl.archive.search import QueryError
from lawcrawl.plots import PlotsMissing
from lawcrawl.web.asking import archive_database
from lawcrawl.web.language import language_of
from lawcrawl.web.rendering import page
from lawcrawl.web.words import CHINESE

logger = logging.getLogger(__name__)


def answer(datasette: Any, request: Any, exception: Exception) -> Callable[[], Any]:
    """A coroutine function that gives the answer to what a page raised: a page, or JSON where that was asked for."""

    async def inner() -> Any:
        if not archive_database(datasette):
            return None
        status, sentence = told(exception)
        if status == 500:
            logger.error("%s could not be answered", request.path, exc_info=exception)
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "status": status, "error": sentence}, status=status)
        if language_of(request) == "zh":
            sentence = CHINESE.get(sentence, sentence)
        return await page(datasette, request, "error", status, sentence=sentence, status_code=status)

    return inner


def told(exception: Exception) -> tuple[int, str]:
    """The HTTP status and the sentence for what was raised."""
    if isinstance(exception, QueryError):
        return 400, str(exception)
    if isinstance(exception, (ArchiveError, PlotsMissing)):
        return 503, str(exception)
    if isinstance(exception, NotFound) and str(exception) in ("404", "Database not found"):
        return 404, "there is no such page"
    if isinstance(exception, QueryInterrupted) or getattr(exception, "message_is_html", False):
        return 400, "this query took too long; ask for less at once"
    if isinstance(exception, sqlite3.OperationalError):
        return 503, f"the archive cannot be read now: {exception}; try again"
    if isinstance(exception, DatasetteError):
        return exception.status, exception.message
    if isinstance(exception, Base400):
        return exception.status, str(exception)
    return 500, "this page failed, and it is our fault; the log of 'lawcrawl serve' says more"
