"""The sample site on loopback."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from lawcrawl.demo.site import HTML, Resource, build, notices

PORT = 8642
NOT_FOUND = Resource("<h1>404</h1><p>页面不存在</p>".encode(), f"{HTML}; charset=utf-8")


class Handler(BaseHTTPRequestHandler):
    """Answers from a dictionary; counters from their number."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: dict[str, Resource]
    views: dict[str, int]

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def answer(self, *, with_body: bool) -> None:
        parts = urlsplit(self.path)
        found = self.counter(parts.query) if parts.path == "/count" else self.site.get(parts.path)
        resource = found or NOT_FOUND
        etag = f'"{hashlib.sha256(resource.body).hexdigest()[:16]}"'
        if found and self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", resource.content_type)
        self.send_header("Content-Length", str(len(resource.body)))
        if found:
            self.send_header("ETag", etag)
        self.end_headers()
        if with_body:
            self.wfile.write(resource.body)

    def counter(self, query: str) -> Resource | None:
        views = self.views.get(parse_qs(query).get("id", [""])[0])
        return Resource(f"document.write({views});".encode(), "application/javascript") if views else None

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the crawl says what it asks for."""


@contextmanager
def serve(port: int | None = None) -> Iterator[str]:
    """Serve the sample site on 127.0.0.1 while the context lasts; its address.

    Without ``port`` it is the same address each time, so that a second crawl finds what the first one stored;
    where another program has that port, any.
    """
    views = {str(notice.number): notice.views for notice in notices()}
    handler = type("SampleHandler", (Handler,), {"site": build(), "views": views})
    try:
        server = ThreadingHTTPServer(("127.0.0.1", PORT if port is None else port), handler)
    except OSError:
        if port is not None:
            raise
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
