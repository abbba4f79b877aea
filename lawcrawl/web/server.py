"""Datasette over one archive, on loopback."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from typing import Any

import uvicorn
from datasette import plugins
from datasette.app import Datasette

import lawcrawl.web
from lawcrawl.archive import Archive
from lawcrawl.web import drawing
from lawcrawl.web.tables import INTERNAL, Tables

HOST = "127.0.0.1"
SETTINGS = {
    "sql_time_limit_ms": 2000,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "suggest_facets": False,  # a query a column: seconds in a large archive
    "allow_download": False,
    "num_sql_threads": 4,
}
DEFAULT_HANDLER = "datasette.handle_exception"


def application(folder: Path) -> Any:
    """Datasette with our pages. Raises :class:`~lawcrawl.archive.ArchiveError` for what is no archive of ours."""
    with Archive(folder, create=False, read_only=True) as archive:
        file = archive.file
    if not plugins.pm.is_registered(lawcrawl.web):
        plugins.pm.register(lawcrawl.web, "lawcrawl")
    if plugins.pm.has_plugin(DEFAULT_HANDLER):  # it prints a traceback for every page that is not there
        plugins.pm.unregister(name=DEFAULT_HANDLER)
    unwritable = not os.access(folder, os.W_OK) and not file.with_name(f"{file.name}-wal").exists()
    hidden = {name: {"hidden": True} for name in INTERNAL}
    datasette = Datasette(
        [str(file)],
        settings=SETTINGS,
        metadata={"title": "lawcrawl", "databases": {"lawcrawl": {"tables": hidden}}},
    )
    datasette.remove_database("lawcrawl")
    datasette.add_database(Tables(datasette, str(file), is_mutable=not unwritable), name="lawcrawl")
    return datasette


def listen(port: int) -> socket.socket:
    """A socket on loopback that can be connected to at once; ``port`` 0 is any. Raises :class:`OSError`."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen()
    except OSError:
        found.close()
        raise
    return found


def serve(datasette: Any, listening: socket.socket) -> None:
    """Answer until Ctrl-C, which raises :class:`KeyboardInterrupt` when all is closed."""
    threading.Thread(target=drawing.begin, daemon=True).start()
    config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on", timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listening])
