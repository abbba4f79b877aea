"""Whatever a server does wrong is the failure of that article; all others are stored exactly."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.command import Run, lawcrawl, rows
from tests.server import Answer, article_page, drip, notice_site, serving

HTML = {"Content-Type": "text/html; charset=utf-8"}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
LATE = threading.Event()
"""Set when the test is over: what hangs until then hangs long enough."""

REST = "已经开始。请各单位认真组织，按时报送材料，并做好宣传工作，确保活动取得实效。\n特此通知。"


def title(number: int) -> str:
    return f"关于开展第{number}期普法宣传活动的通知"


def path(number: int) -> str:
    return f"/tzgg/202401/t20240104_{number}.html"


def sends(*pieces: bytes, then: Callable[[socket.socket], object] = lambda connection: None) -> Answer:
    def send(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
        then(connection)

    return Answer(raw=send)


def hang(connection: socket.socket) -> None:
    LATE.wait(30)


def trickle(connection: socket.socket) -> None:
    while not LATE.wait(0.2):
        connection.sendall(b"x")


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


PAGE = article_page(title(0)).encode()
BOMB = gzip.compress(b"<p>x</p>" * 2**22, 1)


BROKEN: dict[str, tuple[Answer, str, str]] = {
    "hang": (sends(then=hang), "fetch", "timeout"),
    "hang after the head": (sends(HEAD, b"Content-Length: 99\r\n\r\n", then=hang), "fetch", "timeout"),
    "drip": (sends(HEAD, b"Content-Length: 9999\r\n\r\n", then=trickle), "fetch", "timeout"),
    "reset half-way": (
        sends(HEAD, b"Content-Length: 9999\r\n\r\n", PAGE[:300], then=reset),
        "fetch",
        "broke off",
    ),
    "closed without a word": (sends(), "fetch", "closed"),
    "length too long": (sends(HEAD, b"Content-Length: 9999\r\n\r\n", PAGE), "fetch", "broke off"),
    "length too short": (sends(HEAD, b"Content-Length: 60\r\n\r\n", PAGE), "validate", "no title"),
    "bad chunking": (
        sends(HEAD, b"Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\nzz\r\n", PAGE),
        "fetch",
        "chunks",
    ),
    "chunks without an end": (
        sends(HEAD, b"Transfer-Encoding: chunked\r\n\r\n5\r\n<html\r\n"),
        "fetch",
        "chunks",
    ),
    "no HTTP": (sends(b"\x00\x01\x02 no HTTP at all\r\n\r\n"), "fetch", "ParseError"),
    "gzip bomb": (Answer(BOMB, headers={**HTML, "Content-Encoding": "gzip"}), "fetch", "too large"),
    "gzip that is none": (Answer(PAGE, headers={**HTML, "Content-Encoding": "gzip"}), "fetch", "Gzip"),
    "100 MB": (Answer(stream=drip(b"<p>x</p>" * 8192, 1600), headers=HTML), "fetch", "too large"),
    "100 MB by its head": (sends(HEAD, b"Content-Length: 104857600\r\n\r\n<p>"), "fetch", "too large"),
    "redirect loop": (Answer("", 302, headers={"Location": "?again"}), "fetch", "max redirections"),
    "redirect nowhere": (Answer("", 302), "fetch", "status 302"),
    "500": (Answer("gone wrong", 500), "fetch", "status 500"),
    "empty": (Answer("", headers=HTML), "parse", "empty"),
    "binary": (Answer(b"\x89PNG\r\n\x1a\n" + bytes(200), headers=HTML), "parse", "image/png"),
    "no title": (Answer("<html><body><div></div></body></html>", headers=HTML), "validate", "title"),
    "soft 404": (Answer("<title>404</title>您访问的页面不存在", headers=HTML), "fetch", "soft 404"),
}
NUMBERS = {name: 2 * place for place, name in enumerate(BROKEN, 1)}
TWICE = "timeout", "broke off", "closed", "chunks", "ParseError", "status 500"
"""What is asked for once more before it is given up."""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Path]]:
    """A crawl of a site whose every second article has a fault of its own."""
    archive = tmp_path_factory.mktemp("faults") / "archive"
    count = 2 * len(BROKEN) + 1
    with serving(notice_site(count, per_page=count)) as site:
        for name, (answer, _, _) in BROKEN.items():
            site.pages[path(NUMBERS[name])] = answer
            site.pages[f"{path(NUMBERS[name])}?again"] = answer
        run = lawcrawl(
            *("crawl", f"{site.url}/tzgg/", "--archive", archive, "--delay", "0"),
            *("-s", "RETRY_TIMES=1", "-s", "DOWNLOAD_TIMEOUT=1"),
        )
        LATE.set()
        yield run, archive


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_the_failure_of_its_article(broken: tuple[Run, Path], name: str) -> None:
    _, stage, reason = BROKEN[name]
    [(found, said, attempts)] = rows(
        broken[1], "SELECT stage, reason, attempts FROM failures WHERE url LIKE ?", f"%{path(NUMBERS[name])}"
    )
    assert found == stage
    assert reason in said
    assert attempts == (2 if reason in TWICE else 1)


def test_all_others_are_stored_exactly(broken: tuple[Run, Path]) -> None:
    run, archive = broken
    assert run.status == 3
    assert "Traceback" not in run.err
    assert rows(archive, "SELECT count(*) FROM failures") == [len(BROKEN)]
    assert rows(archive, "SELECT title, text, version FROM articles ORDER BY id") == [
        (title(number), f"{title(number)}{REST}", 1) for number in range(1, 2 * len(BROKEN) + 2, 2)
    ]
