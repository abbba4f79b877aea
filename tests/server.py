"""A real HTTP server on loopback whose pages a test writes."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl


@dataclass
class Answer:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stream: Callable[[], Iterator[bytes]] | None = None
    """Chunks sent one by one instead of ``body``, with no Content-Length."""
    form: Callable[[dict[str, str]], Answer] | None = None
    """What answers a POST of these fields."""
    choose: Callable[[], Answer] | None = None
    """Gives the answer to each GET anew."""
    heed: Callable[[Message], Answer] | None = None
    """Gives the answer to each GET by its headers."""
    raw: Callable[[socket.socket], None] | None = None
    """Does with the connection what it likes; it is closed then."""


@dataclass
class Site:
    """Pages by path, and the paths that were asked for, in order; of a POST as ``POST /path``."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    """Paths answered with 304: an ``ETag`` header of the page was asked with again."""
    agents: set[str] = field(default_factory=set)
    """The User-Agents that asked."""
    posted: list[str] = field(default_factory=list)
    """Bodies of POSTs."""
    url: str = ""

    def page(self, path: str, body: bytes | str, **headers: str) -> None:
        self.pages[path] = Answer(body, headers={"Content-Type": "text/html; charset=utf-8", **headers})

    def articles_asked(self) -> list[str]:
        return [path for path in self.asked if "/t20" in path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: Site

    def do_GET(self) -> None:
        self.site.asked.append(self.path)
        self.site.agents.add(self.headers.get("User-Agent", ""))
        answer = self.site.pages.get(self.path) or Answer("<h1>404</h1>", 404)
        if answer.heed:
            answer = answer.heed(self.headers)
        self.answer(answer.choose() if answer.choose else answer)

    def do_POST(self) -> None:
        self.site.asked.append(f"POST {self.path}")
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.site.posted.append(sent)
        page = self.site.pages.get(self.path)
        if page is None or page.form is None:
            self.answer(Answer("<h1>405</h1>", 405))
        else:
            self.answer(page.form(dict(parse_qsl(sent, keep_blank_values=True))))

    def answer(self, answer: Answer) -> None:
        if answer.raw is not None:
            self.close_connection = True
            with suppress(OSError):
                answer.raw(self.connection)
            return
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        if (tag := answer.headers.get("ETag")) and tag == self.headers.get("If-None-Match"):
            self.site.unchanged.append(self.path)
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.stream is not None:
            self.close_connection = True
            self.end_headers()
            try:
                for chunk in answer.stream():
                    self.wfile.write(chunk)
            except OSError:
                return  # the crawler hung up, as it should on a body that is too large
            return
        if "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def serving(site: Site, tls: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> Iterator[Site]:
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = ThreadingHTTPServer((address, 0), handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.url = f"http{'s' if tls else ''}://{address}:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def article_page(title: str, day: str = "2024-01-04", body: str = "", extra: str = "") -> str:
    text = body or f"{title}已经开始。请各单位认真组织，按时报送材料，并做好宣传工作，确保活动取得实效。"
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_临溪市司法局</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/tzgg/">通知公告</a></div>
<h1>{title}</h1>
<div class="info">发布时间：{day} 17:18　来源：临溪市司法局</div>
<div class="TRS_Editor"><p>{text}</p><p>特此通知。</p>{extra}</div>
<div class="footer">主办单位：临溪市司法局</div></body></html>"""


def list_page(rows: list[tuple[str, str, str]], total: int = 1, current: int = 0) -> str:
    """Rows are (href, title, date)."""
    items = "".join(f'<li><a href="{h}">{t}</a><span>{d}</span></li>' for h, t, d in rows)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告_临溪市司法局</title></head><body>
<div class="nav"><a href="/">首页</a> <a href="/tzgg/">通知公告</a> <a href="/pfdt/">普法动态</a></div>
<ul class="list">{items}</ul>
<script>createPageHTML({total}, {current}, "index", "html");</script>
<div class="footer">主办单位：临溪市司法局</div></body></html>"""


def row(number: int, title: str | None = None, day: str | None = None) -> tuple[str, str, str]:
    day = day or f"2024-01-{30 - number % 28:02}"
    return f"./202401/t20240104_{number}.html", title or f"关于开展第{number}期普法宣传活动的通知", day


def notice_site(count: int, per_page: int = 5, column: str = "tzgg") -> Site:
    """One TRS column of ``count`` articles, newest first."""
    site = Site()
    add_column(site, column, [row(n) for n in range(1, count + 1)], per_page)
    return site


def add_column(site: Site, column: str, rows: list[tuple[str, str, str]], per_page: int = 5) -> None:
    pages = [rows[i : i + per_page] for i in range(0, len(rows), per_page)] or [[]]
    for index, some in enumerate(pages):
        body = list_page(some, len(pages), index)
        if index == 0:
            site.page(f"/{column}/", body)
        site.page(f"/{column}/index{f'_{index}' if index else ''}.html", body)
    for href, title, day in rows:
        if href.startswith("./"):
            site.page(f"/{column}/{href[2:]}", article_page(title, day))


def drip(chunk: bytes, times: int, pause: float = 0.0) -> Callable[[], Iterator[bytes]]:
    def chunks() -> Iterator[bytes]:
        for _ in range(times):
            yield chunk
            if pause:
                time.sleep(pause)

    return chunks
